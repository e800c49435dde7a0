/*
 * shot.c - `duet shot`: train to a step and draw the window as a file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/folder.h"
#include "lessons/claims_live.h"
#include "lessons/lab.h"
#include "lessons/link.h"
#include "viz/commands/command.h"
#include "viz/commands/interrupt.h"
#include "viz/commands/looks.h"
#include "viz/commands/loss_at.h"
#include "viz/commands/screenshot.h"
#include "viz/commands/settings.h"
#include "viz/terminal/progress.h"

static const struct option_kind options[] = {
    { "step", "N", "train that many steps first, 0 if not given" },
    { "size", "WIDTHxHEIGHT", "in pixels, 1600x900 if not given" },
    LOOKS_LIGHT,
    LOOKS_PRESENT,
    LOOKS_SCALE,
    LOOKS_LANGUAGE,
    { "look-at", "N", "look back at step N of the training" },
    { "sample", "N", "number of the sequence that is shown, 0 if not given" },
    { "loss-at", "T", "take the gradient of the loss at step T, of the last scored, or all" },
    { "controls", NULL, "print the place of all that can be pressed, and what it does" },
    { "show", "LINK",
      "panel=attention, head=2, ...: a link that shows something; may be repeated" },
    { "out", "FILE.png", "where to write it" },
};

enum { SIDE_LEAST = 64, SIDE_MOST = 16384 };

static enum status read_size(struct screenshot *shot, const struct arguments *arguments,
                             struct error *error)
{
    const char *text = arguments_value(arguments, "size");
    char width[16] = "";
    const char *times = text ? strchr(text, 'x') : NULL;
    long w = 0, h = 0;

    if (text == NULL)
        return STATUS_OK;
    if (times != NULL && (size_t)(times - text) < sizeof width)
        memcpy(width, text, (size_t)(times - text));
    if (times == NULL ||
        integer_parse("", width, SIDE_LEAST, SIDE_MOST, &w, NULL) != STATUS_OK ||
        integer_parse("", times + 1, SIDE_LEAST, SIDE_MOST, &h, NULL) != STATUS_OK)
        return error_set(
            error, STATUS_USAGE,
            "--size: \"%.60s\" is not WIDTHxHEIGHT, each a whole number from %d to %d", text,
            SIDE_LEAST, SIDE_MOST);
    shot->width = (int)w;
    shot->height = (int)h;
    return STATUS_OK;
}

/* Is it about what is shown? The rest has options of its own. */
static bool is_shown(enum link_verb verb)
{
    return verb == LINK_VIEW || verb == LINK_PANEL || verb == LINK_ARM || verb == LINK_LAYER ||
           verb == LINK_HEAD || verb == LINK_ENTRY || verb == LINK_CHUNK ||
           verb == LINK_EXPERIMENT;
}

/* All --show together, as one link. *show NULL: there are none. */
static enum status read_show(const struct link **show, struct link *link,
                             const struct arguments *arguments, struct error *error)
{
    char text[LINK_PARTS_MAX * 2 * LINK_NAME_MAX] = "";

    *show = NULL;
    for (int i = 0; i < arguments->count; i++) {
        const struct given *given = &arguments->given[i];
        const size_t used = strlen(text);

        if (strcmp(given->name, "show") != 0)
            continue;
        if (used + strlen(given->value) + 2 > sizeof text)
            return error_set(error, STATUS_USAGE, "--show: too long");
        snprintf(text + used, sizeof text - used, "%s%s", used > 0 ? "&" : "",
                 given->value + (link_is_ours(given->value) ? strlen("duet:") : 0));
        *show = link;
    }
    if (*show == NULL)
        return STATUS_OK;
    if (link_parse(link, text, error) != STATUS_OK)
        return arguments_blame("show", error);
    for (int i = 0; i < link->count; i++)
        if (!is_shown(link->part[i].verb))
            return error_set(
                error, STATUS_USAGE,
                "--show: \"%s\" changes the lab; a picture takes panel, view, arm, "
                "layer, head, entry, chunk and experiment, and --set, --sample, --loss-at and "
                "--step for the rest",
                link->part[i].name);
    return STATUS_OK;
}

/* The folder of the file, made and proved before anything is trained for it. */
static enum status prepare_place(const char *path, struct error *error)
{
    const char *slash = strrchr(path, '/');
    char *folder = strdup(slash == NULL ? "." : slash == path ? "/" : path);
    enum status status;

    if (folder == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a path");
    if (slash != NULL && slash != path)
        folder[slash - path] = '\0';
    status = folder_prepare(folder, error);
    free(folder);
    return status == STATUS_OK ? status : arguments_blame("out", error);
}

/* What a lab that is watched has beside it, and where one shall look. */
struct watch {
    struct claims_live claims;
    struct past past;
    long look_at; /* a step; LAB_NOW: at the last */
};

static void train(struct lab *lab, struct watch *watch, long steps)
{
    struct progress progress;
    bool runs = true;

    lab->config.training.steps =
        steps > lab->config.training.steps ? steps : lab->config.training.steps;
    lab->limit = lab->config.training.steps;
    progress_begin(&progress, terminal_of(stderr).live ? stderr : NULL, lab);
    while (runs && lab->step < steps && !interrupt_caught()) {
        runs = lab_step(lab);
        claims_live_look(&watch->claims, lab);
        past_note(&watch->past, lab);
        if (lab->step == watch->look_at)
            history_take(&watch->past.history, lab, NULL); /* without memory: one near it */
        progress_show(&progress, lab, false);
    }
    progress_show(&progress, lab, true);
}

static enum status pin(struct lab *lab, const struct arguments *arguments, struct error *error)
{
    struct loss_at loss_at = { .step = PROBE_LAST };
    long sample = 0;
    enum status status = arguments_integer(arguments, "sample", 0, SAMPLE_MOST, &sample, error);

    if (status != STATUS_OK)
        return status;
    lab_pin(lab, sample);
    status = loss_at_read(&loss_at, arguments, lab, error);
    if (status == STATUS_OK)
        lab_loss_at(lab, loss_at.all ? LAB_ALL_OUTPUTS : loss_at.step);
    return status;
}

/* A step that is trained to; LAB_NOW without the option. */
static enum status read_look_at(const struct arguments *arguments, long step, long *look_at,
                                struct error *error)
{
    if (arguments_value(arguments, "look-at") == NULL)
        return STATUS_OK;
    return arguments_integer(arguments, "look-at", 0, step, look_at, error);
}

/* The settings, from the experiment that --show names, as if --experiment did. */
static enum status read_settings(struct lab_config *config, struct lesson *lesson,
                                 const struct link *show, const struct arguments *arguments,
                                 struct error *error)
{
    const char *name = show != NULL ? link_experiment(show) : NULL;
    struct arguments named = *arguments;
    enum status status;

    if (name == NULL)
        return settings_read(config, lesson, NULL, arguments, error);
    named.given = malloc((size_t)(arguments->count + 1) * sizeof *named.given);
    if (named.given == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for the options");
    memcpy(named.given, arguments->given, (size_t)arguments->count * sizeof *named.given);
    named.given[named.count++] = (struct given){ .name = "experiment", .value = name };
    status = settings_read(config, lesson, NULL, &named, error);
    free(named.given);
    return status;
}

/* Everything that can be refused before a step is taken. */
static enum status prepare(struct screenshot *shot, struct lab **lab, struct lesson *lesson,
                           long *step, const struct arguments *arguments, struct error *error)
{
    struct lab_config config;
    enum status status = arguments_demand(arguments, "out", &shot->path, error);

    if (status == STATUS_OK)
        status = arguments_integer(arguments, "step", 0, CONFIG_STEPS_MOST, step, error);
    if (status == STATUS_OK)
        status = read_size(shot, arguments, error);
    if (status == STATUS_OK)
        status = looks_read(&shot->looks, arguments, error);
    shot->controls = arguments_value(arguments, "controls") != NULL;
    if (status == STATUS_OK)
        status = read_settings(&config, lesson, shot->show, arguments, error);
    if (status == STATUS_OK)
        status = screenshot_possible(error);
    if (status == STATUS_OK)
        status = lab_create(lab, &config, error);
    if (status == STATUS_OK)
        status = pin(*lab, arguments, error);
    if (status == STATUS_OK)
        status = prepare_place(shot->path, error);
    return status;
}

static enum status draw(struct screenshot *shot, struct lab *lab, long step, long look_at,
                        struct error *error)
{
    struct watch *watch = calloc(1, sizeof *watch);
    enum status status;

    if (watch == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for claims and moments");
    watch->look_at = look_at;
    claims_live_begin(&watch->claims, shot->lesson);
    past_begin(&watch->past, lab);
    watch->past.history.held = look_at;
    status = lab_probe(lab, true, error); /* step 0 stays as a ghost */
    if (status == STATUS_OK) {
        claims_live_look(&watch->claims, lab);
        interrupt_catch();
        train(lab, watch, step);
        watch->claims.next = 0; /* as they are at that step, however long it took */
        claims_live_look(&watch->claims, lab);
        shot->claims = &watch->claims.now;
        shot->past = &watch->past;
        status = history_look(&watch->past.history, lab, look_at, error);
    }
    if (status == STATUS_OK && !interrupt_caught()) {
        status = screenshot_write(shot, lab, error);
        if (status != STATUS_OK)
            arguments_blame("out", error);
        else if (!shot->controls)
            printf("%s: step %ld, %d x %d pixels\n", shot->path, lab->step, shot->width,
                   shot->height);
    }
    claims_live_free(&watch->claims);
    past_free(&watch->past);
    free(watch);
    return status;
}

static int shot(const struct command *command, const struct arguments *arguments)
{
    struct link show;
    struct screenshot screenshot = { .width = 1600, .height = 900 };
    struct lesson *lesson = calloc(1, sizeof *lesson);
    struct lab *lab = NULL;
    long step = 0, look_at = LAB_NOW;
    struct error error;
    enum status status;

    if (lesson == NULL)
        status = error_set(&error, STATUS_NO_MEMORY, "no memory for a lesson");
    else
        status = read_show(&screenshot.show, &show, arguments, &error);
    if (status == STATUS_OK)
        status = prepare(&screenshot, &lab, lesson, &step, arguments, &error);
    if (status == STATUS_OK)
        status = read_look_at(arguments, step, &look_at, &error);
    if (status == STATUS_OK) {
        screenshot.lesson = lesson->number > 0 ? lesson : NULL;
        status = draw(&screenshot, lab, step, look_at, &error);
    }
    lab_free(lab);
    free(lesson);
    if (status != STATUS_OK)
        return command_failed(command->name, &error);
    return interrupt_caught() ? interrupt_exit_code(interrupt_caught()) : EXIT_GOOD;
}

const struct command shot_command = {
    .name = "shot",
    .operands = "--out FILE",
    .about = "the window as a PNG file, without a display",
    .details =
        "    duet shot --lesson 3 --step 600 --size 1600x900 --out window.png\n"
        "    duet shot --lesson 6 --show 'arm=right&panel=attention&head=2' --out a.png\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .configures = true,
    .run = shot,
};
