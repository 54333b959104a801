#ifndef TILEPROOF_XAI_TILE_MANAGER_H
#define TILEPROOF_XAI_TILE_MANAGER_H
#include <xai_cnn_api.h>
#endif
