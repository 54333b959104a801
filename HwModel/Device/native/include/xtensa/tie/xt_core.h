/* Barriers, which a core in program order needs none of. Written for TileProof. */
#ifndef TILEPROOF_XT_CORE_H
#define TILEPROOF_XT_CORE_H

#define XT_MEMW() ((void)0)
#define XT_EXTW() ((void)0)
#define XT_ISYNC() ((void)0)
#define XT_NOP() ((void)0)

#endif
