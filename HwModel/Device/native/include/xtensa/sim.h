/* Calls of the vendor's simulator, which do nothing here. Written for TileProof. */
#ifndef TILEPROOF_SIM_H
#define TILEPROOF_SIM_H

static inline int xt_iss_client_command(const char *client, const char *command) { (void)client; (void)command; return 0; }
static inline int xt_iss_trace_level(unsigned level) { (void)level; return 0; }
static inline void xt_iss_profile_enable(void) {}
static inline void xt_iss_profile_disable(void) {}
static inline void xt_iss_switch_mode(int mode) { (void)mode; }

#endif
