/* Vector types and intrinsics are not modelled: leaf kernels are plain C. Only the vector width is here. */
#ifndef TILEPROOF_XT_IVPN_H
#define TILEPROOF_XT_IVPN_H
#include <xtensa/config/core-isa.h>
#endif
