/* Edge extension and tile copies in plain C. Every rectangle that is filled is one step of the recorded program. */
#include "../runtime/tp.h"
#include <string.h>
#include <xai_cnn_api.h>

static void fill(uint32_t stack, const xai_tile3D *tile, intptr_t first_row, intptr_t rows, intptr_t first_column, intptr_t columns, int32_t value)
{
    if (rows <= 0 || columns <= 0 || tile->dim3Size <= 0) {
        return;
    }
    uintptr_t corner = (uintptr_t)tile->pData - (uintptr_t)((intptr_t)tile->dim2Edge1 * tile->dim1Pitch + tile->dim1Edge1);
    tp_region region = { corner + (uintptr_t)(first_row * tile->dim1Pitch + first_column), (int32_t)columns, (int32_t)rows, tile->dim1Pitch, tile->dim3Size,
                         tile->dim2Pitch };
    tp_step();
    tp_event *event = tp_emit(EVENT_FILL, stack);
    event->value = value & 255;
    event->a = 1;
    tp_emit_region(event, region);
    tp_kernel_touches(region, true);
    for (int32_t plane = 0; plane < region.planes; plane++) {
        for (int32_t row = 0; row < region.rows; row++) {
            memset((void *)(region.start + (uintptr_t)((intptr_t)plane * region.plane_pitch + (intptr_t)row * region.row_pitch)), value, (size_t)region.row_bytes);
        }
    }
}

static intptr_t clamp(intptr_t value, intptr_t low, intptr_t high) { return value < low ? low : value > high ? high : value; }

XAI_ERR_TYPE xaiExtendEdgesConst3D_I8(xai_pTile3D tile, int32_t value, xai_size3D frame)
{
    TP_ENTER(stack);
    if (tile == NULL || tile->pData == NULL) {
        return XAI_ERR_NULLARG;
    }
    /* Rows and columns of the tile with its edges that lie inside the frame. */
    intptr_t all_rows = (intptr_t)tile->dim2Size + tile->dim2Edge1 + tile->dim2Edge2;
    intptr_t all_columns = (intptr_t)tile->dim1Size + tile->dim1Edge1 + tile->dim1Edge2;
    intptr_t top = clamp((intptr_t)tile->dim2Edge1 - tile->dim2Loc, 0, all_rows);
    intptr_t bottom = clamp((intptr_t)frame.dim2Size + tile->dim2Edge1 - tile->dim2Loc, top, all_rows);
    intptr_t left = clamp((intptr_t)tile->dim1Edge1 - tile->dim1Loc, 0, all_columns);
    intptr_t right = clamp((intptr_t)frame.dim1Size + tile->dim1Edge1 - tile->dim1Loc, left, all_columns);
    fill(stack, tile, 0, top, 0, all_columns, value);
    fill(stack, tile, bottom, all_rows - bottom, 0, all_columns, value);
    fill(stack, tile, top, bottom - top, 0, left, value);
    fill(stack, tile, top, bottom - top, right, all_columns - right, value);
    return XAI_ERR_OK;
}

XAI_ERR_TYPE xaiCopyTile3D(const xai_pTile3D source, xai_pTile3D destination, bool copy_edges)
{
    TP_ENTER(stack);
    if (source == NULL || destination == NULL || source->pData == NULL || destination->pData == NULL) {
        return XAI_ERR_NULLARG;
    }
    int32_t left = copy_edges && source->dim1Edge1 < destination->dim1Edge1 ? source->dim1Edge1 : copy_edges ? destination->dim1Edge1 : 0;
    int32_t right = copy_edges && source->dim1Edge2 < destination->dim1Edge2 ? source->dim1Edge2 : copy_edges ? destination->dim1Edge2 : 0;
    int32_t top = copy_edges && source->dim2Edge1 < destination->dim2Edge1 ? source->dim2Edge1 : copy_edges ? destination->dim2Edge1 : 0;
    int32_t bottom = copy_edges && source->dim2Edge2 < destination->dim2Edge2 ? source->dim2Edge2 : copy_edges ? destination->dim2Edge2 : 0;
    if (source->dim1Size != destination->dim1Size || source->dim2Size != destination->dim2Size || source->dim3Size != destination->dim3Size) {
        return XAI_ERR_DATASIZE;
    }
    tp_step();
    tp_region from = { (uintptr_t)source->pData - (uintptr_t)((intptr_t)top * source->dim1Pitch + left), source->dim1Size + left + right,
                       source->dim2Size + top + bottom, source->dim1Pitch, source->dim3Size, source->dim2Pitch };
    tp_region to = { (uintptr_t)destination->pData - (uintptr_t)((intptr_t)top * destination->dim1Pitch + left), from.row_bytes, from.rows,
                     destination->dim1Pitch, from.planes, destination->dim2Pitch };
    tp_emit(EVENT_COMPUTE, stack)->value = COMPUTE_COPY;
    tp_emit_operand(stack, from, false);
    tp_emit_operand(stack, to, true);
    for (int32_t plane = 0; plane < from.planes; plane++) {
        for (int32_t row = 0; row < from.rows; row++) {
            memcpy((void *)(to.start + (uintptr_t)((intptr_t)plane * to.plane_pitch + (intptr_t)row * to.row_pitch)),
                   (const void *)(from.start + (uintptr_t)((intptr_t)plane * from.plane_pitch + (intptr_t)row * from.row_pitch)), (size_t)from.row_bytes);
        }
    }
    return XAI_ERR_OK;
}
