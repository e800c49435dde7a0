/*
 * window.h - the program as a window: two arms that train side by side, watched live.
 *
 * The window never waits for the trainer: it draws the newest snapshot, at most 60 times a
 * second, 30 where the training takes every core, and only when something changed. Without hardware the software renderer draws the same
 * picture.
 */
#ifndef VIZ_WINDOW_WINDOW_H
#define VIZ_WINDOW_WINDOW_H

#include <stdbool.h>
#include <stdio.h>

#include "common/error.h"
#include "lessons/lesson.h"
#include "lessons/link.h"
#include "lessons/logbook.h"
#include "lessons/snapshot.h"

struct view;

/* A frame that was presented. */
struct window_drawn {
    const struct snapshot *snapshot; /* of the run it shows, or that waits behind the list;
                                        NULL: nothing came yet, or no run waits */
    bool complete;     /* all that was asked for, not yet waiting for the first numbers */
    bool list;         /* the list of lessons is shown, perhaps while a run waits */
    bool fresh;        /* the snapshot is another one than in the frame before */
    double seconds;    /* that drawing and presenting took */
    struct view *view; /* all that it shows: for a test, to see where things can be pressed */
};

/*
 * What the window does after a frame: it waits for something new, or draws again as if a hand
 * moved over it, or does so at once, faster than any screen (for a test), or closes.
 */
enum window_next { WINDOW_WAIT, WINDOW_AGAIN, WINDOW_HURRY, WINDOW_CLOSE };

/* How the window begins. Zeroed: the list of lessons, at the size and scale of the screen. */
struct window_options {
    const struct lesson_list *lessons; /* for the picker; NULL: none */
    struct logbook *logbook;           /* what was visited and met; NULL: nobody keeps that */
    int lesson;                        /* number to open; 0: none */
    const char *experiment;            /* of it; NULL: the lesson itself */
    const struct lab_config *config;   /* run this instead of the lesson's own; NULL: none */
    const char *run;                   /* folder of a run to go on with; NULL: none */
    bool running;                      /* train at once, without waiting at step 0 */
    double scale;                      /* of everything drawn; 0: as the screen wants it */
    int width, height;                 /* 0: 1440 x 860, or what the screen has */
    bool light;                        /* dark on white */
    bool present;                      /* for a room: light, half as large again, thick lines */
    enum language language;            /* of texts and of the window's own words */
    bool calm; /* reduced motion: a picture of the training twice a second, no more */

    /* Called after each frame that was presented, unless NULL. */
    enum window_next (*drawn)(void *context, const struct window_drawn *drawn);
    void *context;
};

/*
 * Open the window and stay until it is closed. With a lesson or a configuration it begins
 * there, paused at step 0 unless `running`; without, with the list of lessons.
 *
 * STATUS_USAGE: no lesson of that number, no such experiment, or a configuration that cannot
 * be. STATUS_FILE: no display, no renderer, no fonts (the message names the package).
 * STATUS_NO_MEMORY.
 */
enum status window_run(const struct window_options *options, struct error *error);

/*
 * Whether a display can be opened. SDL's dummy driver, which shows nothing, counts only when
 * the environment asks for it: SDL_VIDEODRIVER=dummy.
 */
bool window_display_available(void);

/* A picture of the window without a window. */
struct window_shot {
    const struct snapshot *snapshot;
    const struct lesson *lesson; /* NULL: no text, no question */
    int width, height;           /* pixels, 64 .. 16384 */
    double scale;                /* of everything drawn (1: 13 pixels of prose) */
    bool light, present;         /* as in the options */
    enum language language;
    const struct link *show; /* what is shown is chosen by it (lessons/link.h); or NULL */
    const char *path;        /* of the PNG file */
    FILE *controls; /* NULL; or where the place of all that can be pressed is written */
};

/*
 * Draw one frame in memory, without any display, and write it as a PNG file under a temporary
 * name that is exchanged at the end.
 *
 * Controls are lines of seven columns with tabs between them: x, y, width, height in pixels, the
 * arm's number, a value of its own, what it does.
 *
 * STATUS_FILE: no fonts, or the file cannot be written. STATUS_NO_MEMORY.
 */
enum status window_shot(const struct window_shot *shot, struct error *error);

#endif
