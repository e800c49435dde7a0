/*
 * version.h - `duet --version`: what this program was built with.
 */
#ifndef VIZ_COMMANDS_VERSION_H
#define VIZ_COMMANDS_VERSION_H

void version_print(void);

/* The widest vectors it was built for: "AVX-512", "AVX2" or "plain". */
const char *version_vectors(void);

#endif
