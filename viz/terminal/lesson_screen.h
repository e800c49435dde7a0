/*
 * lesson_screen.h - a lesson in the terminal: progress, losses, and how much of the error
 * reaches each earlier step.
 *
 * On a terminal the screen is drawn again in place while training runs; elsewhere (a file, a
 * pipe) one screen is printed for every eighth of the training.
 */
#ifndef VIZ_TERMINAL_LESSON_SCREEN_H
#define VIZ_TERMINAL_LESSON_SCREEN_H

#include <stdio.h>

#include "lessons/lab.h"
#include "lessons/lesson.h"
#include "viz/terminal/terminal.h"

/*
 * Train the lab to its last step, drawing on standard output. Ends early when `interrupted`
 * returns something else than 0. In a locale that is not UTF-8 the language is English.
 * STATUS_NO_MEMORY, STATUS_FILE: the screen cannot be made.
 */
enum status lesson_screen_run(const struct lesson *lesson, struct lab *lab,
                              enum language language, int (*interrupted)(void),
                              struct error *error);

/* Write one screen of the lab, after lab_probe, and return its number of lines. */
int lesson_screen_write(FILE *file, const struct lesson *lesson, const struct lab *lab,
                        const struct terminal *terminal);

#endif
