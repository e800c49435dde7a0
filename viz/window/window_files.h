/*
 * window_files.h - the files that the window writes itself, into the current folder, and what
 * it says about them.
 */
#ifndef VIZ_WINDOW_WINDOW_FILES_H
#define VIZ_WINDOW_WINDOW_FILES_H

#include "viz/window/view.h"

struct SDL_Renderer;

/*
 * Draw a frame of w x h pixels without messages and write the panel that a hand means, or all
 * of it if that is none or `all` is wished for, as a PNG file.
 */
void window_save_picture(struct view *view, struct SDL_Renderer *renderer,
                         const struct snapshot *snapshot, int w, int h, bool all);

/* Write the numbers of the panel that a hand means as a CSV file. */
void window_save_numbers(struct view *view, const struct snapshot *snapshot);

/*
 * The lesson that a run belongs to: the one in its folder's name, or the one that is open, if
 * it learns the same task; else NULL.
 */
const struct lesson *window_lesson_of_run(const struct view *view,
                                          const struct lesson_list *lessons,
                                          const char *folder);

#endif
