/* The kernels under another name of their header. Written for TileProof. */
#ifndef TILEPROOF_API_H
#define TILEPROOF_API_H
#include <vision_kernels.h>
typedef float float32_t;
#endif
