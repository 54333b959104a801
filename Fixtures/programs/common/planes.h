/* Copies rows of planes by the core. */
#ifndef SAMPLE_PLANES_H
#define SAMPLE_PLANES_H

#include <string.h>
#include <xai_cnn_api.h>

static inline xai_tile3D planes_tile(void *start, int row_bytes, int rows, int planes, int row_pitch, int plane_pitch)
{
    xai_tile3D tile;
    memset(&tile, 0, sizeof tile);
    XAI_TILE3D_SET_BUFF_PTR(&tile, start);
    XAI_TILE3D_SET_DATA_PTR(&tile, start);
    XAI_TILE3D_SET_DATA_ORDER(&tile, XAI_WHD);
    XAI_TILE3D_SET_TYPE(&tile, XAI_TILE3D_S8);
    XAI_TILE3D_SET_DIM1(&tile, row_bytes);
    XAI_TILE3D_SET_DIM1_PITCH(&tile, row_pitch);
    XAI_TILE3D_SET_DIM2(&tile, rows);
    XAI_TILE3D_SET_DIM2_PITCH(&tile, plane_pitch);
    XAI_TILE3D_SET_DIM3(&tile, planes);
    return tile;
}

/* All sizes are bytes. */
static inline void copy_planes(const void *from, void *to, int row_bytes, int rows, int planes, int from_pitch, int to_pitch, int from_plane, int to_plane)
{
    xai_tile3D source = planes_tile((void *)(uintptr_t)from, row_bytes, rows, planes, from_pitch, from_plane);
    xai_tile3D destination = planes_tile(to, row_bytes, rows, planes, to_pitch, to_plane);
    xaiCopyTile3D(&source, &destination, false);
}

#endif
