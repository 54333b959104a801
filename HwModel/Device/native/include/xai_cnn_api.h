/*
 * Tiles, arrays and convolution parameters as tiled executors use them. Written for TileProof: the names are the public
 * interface, the layout of the structs is ours, so programs go through the setters and readers.
 */
#ifndef TILEPROOF_XAI_CNN_API_H
#define TILEPROOF_XAI_CNN_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <xtensa/config/core-isa.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t XAI_ERR_TYPE;
/* A header of the program may ask whether the type is there. */
#define XAI_ERR_TYPE XAI_ERR_TYPE
#define XAI_ERR_OK 0
#define XAI_ERR_IALIGNMENT 1
#define XAI_ERR_OALIGNMENT 2
#define XAI_ERR_MALIGNMENT 3
#define XAI_ERR_BADARG 4
#define XAI_ERR_MEMLOCAL 5
#define XAI_ERR_INPLACE 6
#define XAI_ERR_EDGE 7
#define XAI_ERR_DATASIZE 8
#define XAI_ERR_TMPSIZE 9
#define XAI_ERR_KSIZE 10
#define XAI_ERR_NORM 11
#define XAI_ERR_COORD 12
#define XAI_ERR_BADTRANSFORM 13
#define XAI_ERR_NULLARG 14
#define XAI_ERR_THRESH_INVALID 15
#define XAI_ERR_SCALE 16
#define XAI_ERR_OVERFLOW 17
#define XAI_ERR_NOTIMPLEMENTED 18
#define XAI_ERR_CHANNEL_INVALID 19
#define XAI_ERR_DATATYPE 20
#define XAI_ERR_NO_VARIANT 21

typedef int8_t *xai_pS8;
typedef int32_t xai_size;
typedef bool xai_bool;

/* Orders of the dimensions, and element types. */
typedef enum { XAI_UNKNOWN = 0, XAI_WHD = 1, XAI_DWH = 2, XAI_WHDN = 1, XAI_NDWH = 2, XAI_NHWD = 3, XAI_DWHN = 4 } xai_data_order;
#define XAI_TILE2D_S8 1
#define XAI_TILE3D_S8 1
#define XAI_TILE4D_S8 1
#define XAI_TILE3D_U8 2
#define XAI_TILE3D_S16 3
#define XAI_TILE3D_F32 7
#define XAI_ARRAY_S8 1
#define XAI_ARRAY_U8 2
#define XAI_ARRAY_S16 3
#define XAI_ARRAY_U16 4
#define XAI_ARRAY_S32 5
#define XAI_ARRAY_U32 6

typedef struct { int32_t dim1Size, dim2Size, dim3Size; } xai_size3D;

typedef struct xai_tile3D {
    void *pBuffer;
    uint32_t bufferSize;
    void *pData;
    void *pFrame;
    uint32_t statusFlags;
    int32_t type, dataOrder;
    int32_t dim1Size, dim1Pitch, dim1Loc, dim1Edge1, dim1Edge2;
    int32_t dim2Size, dim2Pitch, dim2Loc, dim2Edge1, dim2Edge2;
    int32_t dim3Size, dim3Loc, dim3Edge1, dim3Edge2;
} xai_tile3D;

typedef struct xai_tile4D {
    void *pBuffer;
    uint32_t bufferSize;
    void *pData;
    void *pFrame;
    uint32_t statusFlags;
    int32_t type, dataOrder;
    int32_t dim1Size, dim1Pitch, dim1Loc, dim1Edge1, dim1Edge2;
    int32_t dim2Size, dim2Pitch, dim2Loc, dim2Edge1, dim2Edge2;
    int32_t dim3Size, dim3Pitch, dim3Loc, dim3Edge1, dim3Edge2;
    int32_t dim4Size, dim4Loc;
} xai_tile4D;

typedef struct xai_array {
    void *pBuffer;
    uint32_t bufferSize;
    void *pData;
    uint32_t statusFlags;
    int32_t type, width, height, pitch, capacity;
} xai_array;

typedef xai_tile3D *xai_pTile3D;
typedef xai_tile4D *xai_pTile4D;
typedef xai_array *xai_pArray;

typedef struct xai_cnn_conv_params {
    uint8_t accumShift, outputShift, strideX, strideY, dilationX, dilationY, groups, flags;
    uint16_t outputScale;
    int32_t reluMin, reluMax;
} xai_cnn_conv_params;

#define CNN_CONV_FLAG_RELU (1 << 0)

/* Every field of a tile, an array and the parameters has a reader and a setter. */
#define XAI_TILE3D_GET_BUFF_PTR(tile) ((tile)->pBuffer)
#define XAI_TILE3D_SET_BUFF_PTR(tile, value) ((tile)->pBuffer = (void *)(value))
#define XAI_TILE3D_GET_BUFF_SIZE(tile) ((tile)->bufferSize)
#define XAI_TILE3D_SET_BUFF_SIZE(tile, value) ((tile)->bufferSize = (uint32_t)(value))
#define XAI_TILE3D_GET_DATA_PTR(tile) ((tile)->pData)
#define XAI_TILE3D_SET_DATA_PTR(tile, value) ((tile)->pData = (void *)(value))
#define XAI_TILE3D_GET_FRAME_PTR(tile) ((tile)->pFrame)
#define XAI_TILE3D_SET_FRAME_PTR(tile, value) ((tile)->pFrame = (void *)(value))
#define XAI_TILE3D_GET_STATUS_FLAGS(tile) ((tile)->statusFlags)
#define XAI_TILE3D_SET_STATUS_FLAGS(tile, value) ((tile)->statusFlags = (value))
#define XAI_TILE3D_GET_TYPE(tile) ((tile)->type)
#define XAI_TILE3D_SET_TYPE(tile, value) ((tile)->type = (value))
#define XAI_TILE3D_GET_DATA_ORDER(tile) ((tile)->dataOrder)
#define XAI_TILE3D_SET_DATA_ORDER(tile, value) ((tile)->dataOrder = (value))
#define XAI_TILE3D_GET_DIM1(tile) ((tile)->dim1Size)
#define XAI_TILE3D_SET_DIM1(tile, value) ((tile)->dim1Size = (value))
#define XAI_TILE3D_GET_DIM1_COORD(tile) ((tile)->dim1Loc)
#define XAI_TILE3D_SET_DIM1_COORD(tile, value) ((tile)->dim1Loc = (value))
#define XAI_TILE3D_GET_DIM1_PITCH(tile) ((tile)->dim1Pitch)
#define XAI_TILE3D_SET_DIM1_PITCH(tile, value) ((tile)->dim1Pitch = (value))
#define XAI_TILE3D_GET_DIM1_EDGE1(tile) ((tile)->dim1Edge1)
#define XAI_TILE3D_SET_DIM1_EDGE1(tile, value) ((tile)->dim1Edge1 = (value))
#define XAI_TILE3D_GET_DIM1_EDGE2(tile) ((tile)->dim1Edge2)
#define XAI_TILE3D_SET_DIM1_EDGE2(tile, value) ((tile)->dim1Edge2 = (value))
#define XAI_TILE3D_GET_DIM2(tile) ((tile)->dim2Size)
#define XAI_TILE3D_SET_DIM2(tile, value) ((tile)->dim2Size = (value))
#define XAI_TILE3D_GET_DIM2_COORD(tile) ((tile)->dim2Loc)
#define XAI_TILE3D_SET_DIM2_COORD(tile, value) ((tile)->dim2Loc = (value))
#define XAI_TILE3D_GET_DIM2_PITCH(tile) ((tile)->dim2Pitch)
#define XAI_TILE3D_SET_DIM2_PITCH(tile, value) ((tile)->dim2Pitch = (value))
#define XAI_TILE3D_GET_DIM2_EDGE1(tile) ((tile)->dim2Edge1)
#define XAI_TILE3D_SET_DIM2_EDGE1(tile, value) ((tile)->dim2Edge1 = (value))
#define XAI_TILE3D_GET_DIM2_EDGE2(tile) ((tile)->dim2Edge2)
#define XAI_TILE3D_SET_DIM2_EDGE2(tile, value) ((tile)->dim2Edge2 = (value))
#define XAI_TILE3D_GET_DIM3(tile) ((tile)->dim3Size)
#define XAI_TILE3D_SET_DIM3(tile, value) ((tile)->dim3Size = (value))
#define XAI_TILE3D_GET_DIM3_COORD(tile) ((tile)->dim3Loc)
#define XAI_TILE3D_SET_DIM3_COORD(tile, value) ((tile)->dim3Loc = (value))
#define XAI_TILE3D_GET_DIM3_EDGE1(tile) ((tile)->dim3Edge1)
#define XAI_TILE3D_SET_DIM3_EDGE1(tile, value) ((tile)->dim3Edge1 = (value))
#define XAI_TILE3D_GET_DIM3_EDGE2(tile) ((tile)->dim3Edge2)
#define XAI_TILE3D_SET_DIM3_EDGE2(tile, value) ((tile)->dim3Edge2 = (value))
#define XAI_TILE4D_GET_BUFF_PTR(tile) ((tile)->pBuffer)
#define XAI_TILE4D_SET_BUFF_PTR(tile, value) ((tile)->pBuffer = (void *)(value))
#define XAI_TILE4D_GET_BUFF_SIZE(tile) ((tile)->bufferSize)
#define XAI_TILE4D_SET_BUFF_SIZE(tile, value) ((tile)->bufferSize = (uint32_t)(value))
#define XAI_TILE4D_GET_DATA_PTR(tile) ((tile)->pData)
#define XAI_TILE4D_SET_DATA_PTR(tile, value) ((tile)->pData = (void *)(value))
#define XAI_TILE4D_GET_FRAME_PTR(tile) ((tile)->pFrame)
#define XAI_TILE4D_SET_FRAME_PTR(tile, value) ((tile)->pFrame = (void *)(value))
#define XAI_TILE4D_GET_STATUS_FLAGS(tile) ((tile)->statusFlags)
#define XAI_TILE4D_SET_STATUS_FLAGS(tile, value) ((tile)->statusFlags = (value))
#define XAI_TILE4D_GET_TYPE(tile) ((tile)->type)
#define XAI_TILE4D_SET_TYPE(tile, value) ((tile)->type = (value))
#define XAI_TILE4D_GET_DATA_ORDER(tile) ((tile)->dataOrder)
#define XAI_TILE4D_SET_DATA_ORDER(tile, value) ((tile)->dataOrder = (value))
#define XAI_TILE4D_GET_DIM1(tile) ((tile)->dim1Size)
#define XAI_TILE4D_SET_DIM1(tile, value) ((tile)->dim1Size = (value))
#define XAI_TILE4D_GET_DIM1_COORD(tile) ((tile)->dim1Loc)
#define XAI_TILE4D_SET_DIM1_COORD(tile, value) ((tile)->dim1Loc = (value))
#define XAI_TILE4D_GET_DIM1_PITCH(tile) ((tile)->dim1Pitch)
#define XAI_TILE4D_SET_DIM1_PITCH(tile, value) ((tile)->dim1Pitch = (value))
#define XAI_TILE4D_GET_DIM1_EDGE1(tile) ((tile)->dim1Edge1)
#define XAI_TILE4D_SET_DIM1_EDGE1(tile, value) ((tile)->dim1Edge1 = (value))
#define XAI_TILE4D_GET_DIM1_EDGE2(tile) ((tile)->dim1Edge2)
#define XAI_TILE4D_SET_DIM1_EDGE2(tile, value) ((tile)->dim1Edge2 = (value))
#define XAI_TILE4D_GET_DIM2(tile) ((tile)->dim2Size)
#define XAI_TILE4D_SET_DIM2(tile, value) ((tile)->dim2Size = (value))
#define XAI_TILE4D_GET_DIM2_COORD(tile) ((tile)->dim2Loc)
#define XAI_TILE4D_SET_DIM2_COORD(tile, value) ((tile)->dim2Loc = (value))
#define XAI_TILE4D_GET_DIM2_PITCH(tile) ((tile)->dim2Pitch)
#define XAI_TILE4D_SET_DIM2_PITCH(tile, value) ((tile)->dim2Pitch = (value))
#define XAI_TILE4D_GET_DIM2_EDGE1(tile) ((tile)->dim2Edge1)
#define XAI_TILE4D_SET_DIM2_EDGE1(tile, value) ((tile)->dim2Edge1 = (value))
#define XAI_TILE4D_GET_DIM2_EDGE2(tile) ((tile)->dim2Edge2)
#define XAI_TILE4D_SET_DIM2_EDGE2(tile, value) ((tile)->dim2Edge2 = (value))
#define XAI_TILE4D_GET_DIM3(tile) ((tile)->dim3Size)
#define XAI_TILE4D_SET_DIM3(tile, value) ((tile)->dim3Size = (value))
#define XAI_TILE4D_GET_DIM3_COORD(tile) ((tile)->dim3Loc)
#define XAI_TILE4D_SET_DIM3_COORD(tile, value) ((tile)->dim3Loc = (value))
#define XAI_TILE4D_GET_DIM3_PITCH(tile) ((tile)->dim3Pitch)
#define XAI_TILE4D_SET_DIM3_PITCH(tile, value) ((tile)->dim3Pitch = (value))
#define XAI_TILE4D_GET_DIM3_EDGE1(tile) ((tile)->dim3Edge1)
#define XAI_TILE4D_SET_DIM3_EDGE1(tile, value) ((tile)->dim3Edge1 = (value))
#define XAI_TILE4D_GET_DIM3_EDGE2(tile) ((tile)->dim3Edge2)
#define XAI_TILE4D_SET_DIM3_EDGE2(tile, value) ((tile)->dim3Edge2 = (value))
#define XAI_TILE4D_GET_DIM4(tile) ((tile)->dim4Size)
#define XAI_TILE4D_SET_DIM4(tile, value) ((tile)->dim4Size = (value))
#define XAI_TILE4D_GET_DIM4_COORD(tile) ((tile)->dim4Loc)
#define XAI_TILE4D_SET_DIM4_COORD(tile, value) ((tile)->dim4Loc = (value))
#define XAI_ARRAY_GET_BUFF_PTR(tile) ((tile)->pBuffer)
#define XAI_ARRAY_SET_BUFF_PTR(tile, value) ((tile)->pBuffer = (void *)(value))
#define XAI_ARRAY_GET_BUFF_SIZE(tile) ((tile)->bufferSize)
#define XAI_ARRAY_SET_BUFF_SIZE(tile, value) ((tile)->bufferSize = (uint32_t)(value))
#define XAI_ARRAY_GET_DATA_PTR(tile) ((tile)->pData)
#define XAI_ARRAY_SET_DATA_PTR(tile, value) ((tile)->pData = (void *)(value))
#define XAI_ARRAY_GET_STATUS_FLAGS(tile) ((tile)->statusFlags)
#define XAI_ARRAY_SET_STATUS_FLAGS(tile, value) ((tile)->statusFlags = (value))
#define XAI_ARRAY_GET_TYPE(tile) ((tile)->type)
#define XAI_ARRAY_SET_TYPE(tile, value) ((tile)->type = (value))
#define XAI_ARRAY_GET_WIDTH(tile) ((tile)->width)
#define XAI_ARRAY_SET_WIDTH(tile, value) ((tile)->width = (value))
#define XAI_ARRAY_GET_HEIGHT(tile) ((tile)->height)
#define XAI_ARRAY_SET_HEIGHT(tile, value) ((tile)->height = (value))
#define XAI_ARRAY_GET_PITCH(tile) ((tile)->pitch)
#define XAI_ARRAY_SET_PITCH(tile, value) ((tile)->pitch = (value))
#define XAI_ARRAY_GET_CAPACITY(tile) ((tile)->capacity)
#define XAI_ARRAY_SET_CAPACITY(tile, value) ((tile)->capacity = (value))
#define XAI_CNN_CONV_GET_ACCUM_SHIFT(params) ((params)->accumShift)
#define XAI_CNN_CONV_SET_ACCUM_SHIFT(params, value) ((params)->accumShift = (value))
#define XAI_CNN_CONV_GET_OUTPUT_SCALE(params) ((params)->outputScale)
#define XAI_CNN_CONV_SET_OUTPUT_SCALE(params, value) ((params)->outputScale = (value))
#define XAI_CNN_CONV_GET_OUTPUT_SHIFT(params) ((params)->outputShift)
#define XAI_CNN_CONV_SET_OUTPUT_SHIFT(params, value) ((params)->outputShift = (value))
#define XAI_CNN_CONV_GET_FLAGS(params) ((params)->flags)
#define XAI_CNN_CONV_SET_FLAGS(params, value) ((params)->flags = (value))
#define XAI_CNN_CONV_GET_STRIDEX(params) ((params)->strideX)
#define XAI_CNN_CONV_SET_STRIDEX(params, value) ((params)->strideX = (value))
#define XAI_CNN_CONV_GET_STRIDEY(params) ((params)->strideY)
#define XAI_CNN_CONV_SET_STRIDEY(params, value) ((params)->strideY = (value))
#define XAI_CNN_CONV_GET_DILATIONX(params) ((params)->dilationX)
#define XAI_CNN_CONV_SET_DILATIONX(params, value) ((params)->dilationX = (value))
#define XAI_CNN_CONV_GET_DILATIONY(params) ((params)->dilationY)
#define XAI_CNN_CONV_SET_DILATIONY(params, value) ((params)->dilationY = (value))
#define XAI_CNN_CONV_GET_RELU_MIN(params) ((params)->reluMin)
#define XAI_CNN_CONV_SET_RELU_MIN(params, value) ((params)->reluMin = (value))
#define XAI_CNN_CONV_GET_RELU_MAX(params) ((params)->reluMax)
#define XAI_CNN_CONV_SET_RELU_MAX(params, value) ((params)->reluMax = (value))
#define XAI_CNN_CONV_GET_GROUPS(params) ((params)->groups)
#define XAI_CNN_CONV_SET_GROUPS(params, value) ((params)->groups = (value))
#define XAI_CNN_CONV_GET_STRIDE(params) ((params)->strideX)
#define XAI_CNN_CONV_SET_STRIDE(params, value) ((params)->strideX = (params)->strideY = (value))
#define XAI_CNN_CONV_GET_DILATION(params) ((params)->dilationX)
#define XAI_CNN_CONV_SET_DILATION(params, value) ((params)->dilationX = (params)->dilationY = (value))
#define XAI_CNN_CONV_GET_FLAG_RELU(params) ((params)->flags & CNN_CONV_FLAG_RELU)
#define XAI_CNN_CONV_SET_FLAG_RELU(params) ((params)->flags |= CNN_CONV_FLAG_RELU)
#define XAI_CNN_CONV_RESET_FLAG_RELU(params) ((params)->flags &= (uint8_t)~CNN_CONV_FLAG_RELU)

/* Convolutions of a tile: input WHD with its edges in place, coefficients WHDN, int32 biases; one output scale, or one a channel (VQ). */
XAI_ERR_TYPE xaiConvolved3D_S_7x7j2d1_S8S8IX_MOW_WHD(const xai_pTile3D input, const xai_pTile4D coefficients, const xai_pArray bias, xai_pTile3D output,
                                                    const xai_cnn_conv_params *params);
XAI_ERR_TYPE xaiConvolved3D_S_3x3j1d1_S8S8IX_MOW_WHD(const xai_pTile3D input, const xai_pTile4D coefficients, const xai_pArray bias, xai_pTile3D output,
                                                    const xai_cnn_conv_params *params);
XAI_ERR_TYPE xaiConvolved3D_S_3x3j2d1_S8S8IX_MOW_WHD(const xai_pTile3D input, const xai_pTile4D coefficients, const xai_pArray bias, xai_pTile3D output,
                                                    const xai_cnn_conv_params *params);
XAI_ERR_TYPE xaiConvolved3D_S_1x1j1d1_S8S8IX_MOW_WHD(const xai_pTile3D input, const xai_pTile4D coefficients, const xai_pArray bias, xai_pTile3D output,
                                                    const xai_cnn_conv_params *params);
XAI_ERR_TYPE xaiConvolved3D_S_1x1j2d1_S8S8IX_MOW_WHD(const xai_pTile3D input, const xai_pTile4D coefficients, const xai_pArray bias, xai_pTile3D output,
                                                    const xai_cnn_conv_params *params);
XAI_ERR_TYPE xaiConvolvedVQ3D_S_7x7j2d1_S8S8IX_MOW_WHD(const xai_pTile3D input, const xai_pTile4D coefficients, const xai_pArray bias, const xai_pArray scales,
                                                      xai_pTile3D output, const xai_cnn_conv_params *params);
XAI_ERR_TYPE xaiConvolvedVQ3D_S_3x3j1d1_S8S8IX_MOW_WHD(const xai_pTile3D input, const xai_pTile4D coefficients, const xai_pArray bias, const xai_pArray scales,
                                                      xai_pTile3D output, const xai_cnn_conv_params *params);
XAI_ERR_TYPE xaiConvolvedVQ3D_S_3x3j2d1_S8S8IX_MOW_WHD(const xai_pTile3D input, const xai_pTile4D coefficients, const xai_pArray bias, const xai_pArray scales,
                                                      xai_pTile3D output, const xai_cnn_conv_params *params);
XAI_ERR_TYPE xaiConvolvedVQ3D_S_1x1j1d1_S8S8IX_MOW_WHD(const xai_pTile3D input, const xai_pTile4D coefficients, const xai_pArray bias, const xai_pArray scales,
                                                      xai_pTile3D output, const xai_cnn_conv_params *params);
XAI_ERR_TYPE xaiConvolvedVQ3D_S_1x1j2d1_S8S8IX_MOW_WHD(const xai_pTile3D input, const xai_pTile4D coefficients, const xai_pArray bias, const xai_pArray scales,
                                                      xai_pTile3D output, const xai_cnn_conv_params *params);
/* The same for any square kernel. */
XAI_ERR_TYPE xaiConvolved3D(const xai_pTile3D input, const xai_pTile4D coefficients, const xai_pArray bias, xai_pTile3D output, const xai_cnn_conv_params *params);
XAI_ERR_TYPE xaiConvolvedVQ3D(const xai_pTile3D input, const xai_pTile4D coefficients, const xai_pArray bias, const xai_pArray scales, xai_pTile3D output,
                              const xai_cnn_conv_params *params);
/* Writes a value over the part of a tile and its edges that lies outside the frame. */
XAI_ERR_TYPE xaiExtendEdgesConst3D_I8(xai_pTile3D tile, int32_t value, xai_size3D frame);
/* Copies a tile, with its edges where both have them and that is asked for. */
XAI_ERR_TYPE xaiCopyTile3D(const xai_pTile3D source, xai_pTile3D destination, bool copy_edges);

#ifdef __cplusplus
}
#endif

#endif
