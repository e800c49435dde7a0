/*
 * version.h - `duet --version`: what this program was built with.
 */
#ifndef VIZ_COMMANDS_VERSION_H
#define VIZ_COMMANDS_VERSION_H

void version_print(void);

#endif
