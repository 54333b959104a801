#ifndef TILEPROOF_XTENSA_TYPES_H
#define TILEPROOF_XTENSA_TYPES_H
#include <stddef.h>
#include <stdint.h>
#endif
