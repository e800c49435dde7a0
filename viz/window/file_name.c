#include "viz/window/file_name.h"

#include <stdio.h>
#include <unistd.h>

enum { COPIES_MAX = 1000 };

void file_name_begin(char name[FILE_NAME_MAX], const struct view *view)
{
    if (view->screen == SCREEN_PICKER)
        snprintf(name, FILE_NAME_MAX, "duet");
    else if (view->lesson != NULL)
        snprintf(name, FILE_NAME_MAX, "duet-%02d%s%s", view->lesson->number,
                 view->lesson->experiment[0] != '\0' ? "-" : "", view->lesson->experiment);
    else
        snprintf(name, FILE_NAME_MAX, "duet-%s", view->seen.config.task.name);
}

/* "-step600-gradient-left". */
static void describe(char text[FILE_NAME_MAX / 2], const struct view *view,
                     const struct snapshot *snapshot, const struct panel_place *place)
{
    const long step = snapshot != NULL ? snapshot->step : 0;

    if (view->screen == SCREEN_PICKER)
        snprintf(text, FILE_NAME_MAX / 2, "-lessons");
    else if (place->kind == PANEL_NONE || snapshot == NULL)
        snprintf(text, FILE_NAME_MAX / 2, "-step%ld", step);
    else if (place->kind == PANEL_RACE)
        snprintf(text, FILE_NAME_MAX / 2, "-step%ld-race", step);
    else
        snprintf(text, FILE_NAME_MAX / 2, "-step%ld-%s-%s", step, panel_kind_name(place->kind),
                 snapshot->arm[place->arm].name);
}

bool file_name_free(char name[FILE_NAME_MAX], const struct view *view,
                    const struct snapshot *snapshot, const struct panel_place *place,
                    const char *extension)
{
    char begin[FILE_NAME_MAX], what[FILE_NAME_MAX / 2];

    file_name_begin(begin, view);
    describe(what, view, snapshot, place);
    for (int copy = 1; copy < COPIES_MAX; copy++) {
        if (copy == 1)
            snprintf(name, FILE_NAME_MAX, "%.72s%s.%s", begin, what, extension);
        else
            snprintf(name, FILE_NAME_MAX, "%.72s%s-%d.%s", begin, what, copy, extension);
        if (access(name, F_OK) != 0)
            return true;
    }
    return false;
}
