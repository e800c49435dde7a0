#include "viz/commands/screenshot.h"

#include <stdio.h>

#include "lessons/snapshot.h"

#ifndef DUET_NO_WINDOW
#include "viz/window/window.h"

enum status screenshot_possible(struct error *error)
{
    (void)error;
    return STATUS_OK;
}

enum status screenshot_write(const struct screenshot *shot, struct lab *lab,
                             struct error *error)
{
    struct snapshot snapshot = { 0 };
    enum status status = lab_probe(lab, true, error);

    if (status == STATUS_OK)
        status = snapshot_take(&snapshot, lab, error);
    if (shot->claims != NULL)
        snapshot.claims = *shot->claims;
    if (shot->past != NULL)
        past_show(shot->past, &snapshot);
    if (status == STATUS_OK)
        status = window_shot(
            &(struct window_shot){ .snapshot = &snapshot,
                                   .lesson = shot->lesson,
                                   .width = shot->width,
                                   .height = shot->height,
                                   .scale = shot->looks.scale > 0 ? shot->looks.scale : 1,
                                   .light = shot->looks.light,
                                   .present = shot->looks.present,
                                   .language = shot->looks.language,
                                   .show = shot->show,
                                   .path = shot->path,
                                   .controls = shot->controls ? stdout : NULL },
            error);
    snapshot_free(&snapshot);
    return status;
}
#else
enum status screenshot_possible(struct error *error)
{
    return error_set(error, STATUS_FILE,
                     "this program was built without a window (WINDOW=no) and cannot draw one");
}

enum status screenshot_write(const struct screenshot *shot, struct lab *lab,
                             struct error *error)
{
    (void)shot;
    (void)lab;
    return screenshot_possible(error);
}
#endif
