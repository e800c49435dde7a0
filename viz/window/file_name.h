/*
 * file_name.h - names of the files that the window writes, in the current folder.
 */
#ifndef VIZ_WINDOW_FILE_NAME_H
#define VIZ_WINDOW_FILE_NAME_H

#include "viz/window/panel_at.h"

enum { FILE_NAME_MAX = 200 };

/* "duet-03", or with the task's name where there is no lesson; "duet" for the list of lessons. */
void file_name_begin(char name[FILE_NAME_MAX], const struct view *view);

/*
 * "duet-03-step600.png", "duet-03-step600-gradient-left.csv" of a panel, "duet-lessons.png";
 * with -2, -3 .. before the dot if that name is taken. False: a thousand are.
 */
bool file_name_free(char name[FILE_NAME_MAX], const struct view *view,
                    const struct snapshot *snapshot, const struct panel_place *place,
                    const char *extension);

#endif
