/* The core's cycle counter. Written for TileProof. */
#ifndef TILEPROOF_XT_TIMER_H
#define TILEPROOF_XT_TIMER_H

#include <xtensa/hal.h>

#define XT_RSR_CCOUNT() xthal_get_ccount()

#endif
