/*
 * visited.h - whether somebody has been here before: the first launch opens a lesson, not a
 * list.
 *
 * An empty file in $XDG_DATA_HOME/duet, or ~/.local/share/duet. Where it cannot be written,
 * every launch is the first.
 */
#ifndef VIZ_COMMANDS_VISITED_H
#define VIZ_COMMANDS_VISITED_H

#include <stdbool.h>

bool visited_before(void);
void visited_remember(void);

#endif
