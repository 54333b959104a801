#ifndef TILEPROOF_XAI_CORE_API_H
#define TILEPROOF_XAI_CORE_API_H
#include <xai_cnn_api.h>
#endif
