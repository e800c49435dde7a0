#include "viz/window/act.h"

#include <stdio.h>
#include <string.h>

#include "viz/window/file_name.h"

/* The list of runs, read anew: with the keyboard on the newest. */
static void show_runs(struct view *view)
{
    view->runs_shown = !view->runs_shown;
    view->focus.on = view->typing.on = view->held = false;
    if (!view->runs_shown)
        return;
    run_list_read(&view->runs, ".");
    view->focus.on = true;
    view->focus.nth = 0;
    view->focus.hot = (struct hot){ .action = ACT_OPEN_RUN,
                                    .value = view->runs.count > 0 ? 0 : VIEW_TYPED_RUN };
}

/* By the lab that trains, in its own thread; where there is none by the program around. */
static void open_run(struct view *view, const char *path)
{
    struct wish wish = { .kind = WISH_OPEN_RUN };

    if (strlen(path) >= sizeof wish.path) {
        view_say(view, true, "%.40s...: the path is too long", path);
        return;
    }
    view->runs_shown = view->focus.on = false;
    strcpy(wish.path, path);
    if (view->screen == SCREEN_LAB) {
        act_send(view, &wish);
        return;
    }
    strcpy(view->asked_path, path);
    view->request = REQUEST_OPEN_RUN;
}

static void type_path(struct view *view)
{
    for (int i = 0; i < view->hots; i++)
        if (view->hot[i].action == ACT_OPEN_RUN && view->hot[i].value == VIEW_TYPED_RUN) {
            const struct hot hot = view->hot[i];

            view_type(view, &hot, "");
            return;
        }
}

static void choose_run(struct view *view, long value)
{
    if (value == VIEW_TYPED_RUN && view->press.kind != PRESS_TYPED)
        type_path(view);
    else if (value == VIEW_TYPED_RUN && view->press.text[0] != '\0')
        open_run(view, view->press.text);
    else if (value >= 0 && value < view->runs.count)
        open_run(view, view->runs.name[value]);
}

static void save_run(struct view *view)
{
    struct wish wish = { .kind = WISH_SAVE_RUN };
    char name[FILE_NAME_MAX];

    file_name_begin(name, view);
    snprintf(wish.path, sizeof wish.path, "%s", name);
    if (act_send(view, &wish))
        view_say(view, false, "Saving the run ...");
}

/* What is written to files, and read from them. */
void act_files(struct view *view, enum action action, int arm, long value)
{
    (void)arm;
    switch (action) {
    case ACT_SAVE:
        view->request = value != 0 ? REQUEST_SAVE_WINDOW : REQUEST_SAVE;
        break;
    case ACT_EXPORT:
        if (view->seen.any)
            view->request = REQUEST_EXPORT;
        break;
    case ACT_SAVE_RUN:
        if (view->seen.any && view->screen == SCREEN_LAB)
            save_run(view);
        break;
    case ACT_RUNS:
        show_runs(view);
        break;
    case ACT_OPEN_RUN:
        choose_run(view, value);
        break;
    default:
        break;
    }
}
