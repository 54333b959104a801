#ifndef TILEPROOF_SYSTEM_H
#define TILEPROOF_SYSTEM_H
#include <xtensa/config/core-isa.h>
#endif
