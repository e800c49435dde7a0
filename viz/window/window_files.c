#include "viz/window/window_files.h"

#include <stdio.h>
#include <string.h>

#include "common/files/atomic_file.h"
#include "lessons/experiment.h"
#include "lessons/run.h"
#include "viz/window/export.h"
#include "viz/window/file_name.h"
#include "viz/window/picture.h"

static void say_taken(struct view *view)
{
    view_say(view, true, "There are a thousand such files of this step already");
}

void window_save_picture(struct view *view, struct SDL_Renderer *renderer,
                         const struct snapshot *snapshot, int w, int h, bool all)
{
    struct panel_place place = { .kind = PANEL_NONE };
    struct error error;
    char name[FILE_NAME_MAX];

    if (!all)
        place = panel_meant(view, snapshot);
    view->message[0] = '\0';
    view_frame(view, snapshot, w, h);
    if (!file_name_free(name, view, snapshot, &place, "png"))
        say_taken(view);
    else if (picture_of_renderer(renderer, place.kind != PANEL_NONE ? &place.rect : NULL, name,
                                 &error) == STATUS_OK)
        view_say(view, false, "Saved %s", name);
    else
        view_say(view, true, "%s", error.message);
}

static enum status write_numbers(const struct view *view, const struct snapshot *snapshot,
                                 const struct panel_place *place, const char *name,
                                 struct error *error)
{
    struct atomic_file file;
    enum status status = atomic_file_open(&file, name, error);

    if (status != STATUS_OK)
        return status;
    status = export_panel(file.file, view, snapshot, place, error);
    if (status == STATUS_OK)
        return atomic_file_commit(&file, error);
    atomic_file_abandon(&file);
    return status;
}

void window_save_numbers(struct view *view, const struct snapshot *snapshot)
{
    const struct panel_place place = panel_meant(view, snapshot);
    struct error error;
    char name[FILE_NAME_MAX];

    if (place.kind == PANEL_NONE)
        view_say(view, true,
                 "E writes the numbers of a panel: point at one, or go into it with Tab");
    else if (!file_name_free(name, view, snapshot, &place, "csv"))
        say_taken(view);
    else if (write_numbers(view, snapshot, &place, name, &error) == STATUS_OK)
        view_say(view, false, "Saved %s", name);
    else
        view_say(view, true, "%s", error.message);
}

/* Of a folder duet-05-parity-step600-run: experiment "parity" of lesson 5, if there is one. */
static const struct lesson *lesson_named(const struct lesson_list *lessons, const char *name)
{
    static const char behind[] = "-step";
    const struct lesson *experiment = NULL;
    char word[EXPERIMENT_NAME_MAX];
    int number, used = 0;

    if (sscanf(name, "duet-%2d-%n", &number, &used) != 1 || used == 0)
        return NULL;
    for (const char *at = strstr(name + used, behind); at != NULL && experiment == NULL;
         at = strstr(at + 1, behind)) {
        const size_t length = (size_t)(at - name) - (size_t)used;

        if (length >= sizeof word)
            break;
        snprintf(word, sizeof word, "%.*s", (int)length, name + used);
        experiment = experiment_find(lessons, number, word);
    }
    return experiment != NULL ? experiment : lesson_find(lessons, number);
}

const struct lesson *window_lesson_of_run(const struct view *view,
                                          const struct lesson_list *lessons, const char *folder)
{
    const char *slash = strrchr(folder, '/');
    const struct lesson *lesson = NULL;
    struct lab_config config;

    if (run_config(&config, folder, NULL) != STATUS_OK)
        return NULL;
    if (lessons != NULL)
        lesson = lesson_named(lessons, slash != NULL ? slash + 1 : folder);
    if (lesson == NULL)
        lesson = view->lesson;
    return lesson != NULL && strcmp(lesson->config.task.name, config.task.name) == 0 ? lesson
                                                                                     : NULL;
}
