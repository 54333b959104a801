#ifndef TILEPROOF_CORE_H
#define TILEPROOF_CORE_H
#include <xtensa/config/core-isa.h>
#endif
