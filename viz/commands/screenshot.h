/*
 * screenshot.h - the window as a PNG file, without a display.
 */
#ifndef VIZ_COMMANDS_SCREENSHOT_H
#define VIZ_COMMANDS_SCREENSHOT_H

#include <stdbool.h>

#include "lessons/claims_now.h"
#include "lessons/lab.h"
#include "lessons/lesson.h"
#include "lessons/link.h"
#include "viz/commands/looks.h"
#include "lessons/past.h"

struct screenshot {
    const struct lesson *lesson; /* NULL: no text */
    int width, height;           /* pixels */
    struct looks looks;
    bool controls;                   /* their places on standard output */
    const struct link *show;         /* as in window.h; may be NULL */
    const struct claims_now *claims; /* of the lesson; NULL: nobody has measured them */
    const struct past *past;         /* what the timeline shows; NULL: nothing */
    const char *path;
};

/*
 * Probe the lab as it is and draw the window that would show it. STATUS_FILE: no fonts, the
 * file cannot be written, or this program was built without a window. STATUS_NO_MEMORY.
 */
enum status screenshot_write(const struct screenshot *shot, struct lab *lab,
                             struct error *error);

/* STATUS_FILE if this program was built without a window. */
enum status screenshot_possible(struct error *error);

#endif
