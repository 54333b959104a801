#ifndef TILEPROOF_XAI_CNN_COMMON_H
#define TILEPROOF_XAI_CNN_COMMON_H
#include <xai_cnn_api.h>
#endif
