#ifndef TILEPROOF_XAI_CNN_H
#define TILEPROOF_XAI_CNN_H
#include <xai_cnn_api.h>
#endif
