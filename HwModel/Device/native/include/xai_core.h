#ifndef TILEPROOF_XAI_CORE_H
#define TILEPROOF_XAI_CORE_H
#include <xai_cnn_api.h>
#endif
