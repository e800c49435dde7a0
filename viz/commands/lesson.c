/*
 * lesson.c - `duet lesson N` and `duet` alone: the window, or the same lesson in the terminal
 * where there is no display.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/lesson.h"
#include "lessons/lesson_new.h"
#include "lessons/logbook.h"
#include "lessons/words.h"
#include "viz/commands/command.h"
#include "viz/commands/interrupt.h"
#include "viz/commands/list.h"
#include "viz/commands/looks.h"
#include "viz/commands/screenshot.h"
#include "viz/commands/settings.h"
#include "viz/commands/visited.h"
#include "viz/terminal/lesson_screen.h"

#ifndef DUET_NO_WINDOW
#include "viz/window/window.h"
#endif

enum { FIRST_LESSON = 3, SHOT_WIDTH = 1600, SHOT_HEIGHT = 900 };

#define CALM                                                                \
    {                                                                       \
        "calm", NULL, "reduced motion: live pictures change twice a second" \
    }

static const struct option_kind options[] = {
    { "terminal", NULL, "run it in the terminal, even where there is a display" },
    LOOKS_LIGHT,
    LOOKS_PRESENT,
    LOOKS_SCALE,
    LOOKS_LANGUAGE,
    CALM,
};

static const struct option_kind start_options[] = { LOOKS_LIGHT, LOOKS_PRESENT, LOOKS_SCALE,
                                                    LOOKS_LANGUAGE, CALM };

/* Why there is no window; NULL: there is one. */
static const char *no_window(void)
{
#ifdef DUET_NO_WINDOW
    return "This program was built without a window";
#else
    return window_display_available() ? NULL : "There is no display for the window";
#endif
}

/* How the window begins. */
struct opening {
    int number;                      /* of the lesson; 0: the list */
    const char *experiment;          /* of it, or NULL */
    const struct lab_config *config; /* to run instead of the lesson's own, or NULL */
    const char *run;                 /* folder of a run to go on with, or NULL */
    bool running;
    bool calm;
    struct looks looks;
};

static enum status open_window(const struct opening *opening, struct error *error)
{
#ifdef DUET_NO_WINDOW
    (void)opening;
    return error_set(error, STATUS_FILE, "this program was built without a window");
#else
    struct lesson_list list = { 0 };
    struct logbook book;
    enum status status = lessons_open(&list, error);

    logbook_open(&book);
    if (status == STATUS_OK)
        status = window_run(&(struct window_options){ .lessons = &list,
                                                      .logbook = &book,
                                                      .lesson = opening->number,
                                                      .experiment = opening->experiment,
                                                      .config = opening->config,
                                                      .run = opening->run,
                                                      .running = opening->running,
                                                      .light = opening->looks.light,
                                                      .present = opening->looks.present,
                                                      .scale = opening->looks.scale,
                                                      .language = opening->looks.language,
                                                      .calm = opening->calm },
                            error);
    logbook_free(&book);
    lesson_list_free(&list);
    return status;
#endif
}

/* What the window would have shown at the end. */
static enum status leave_picture(const struct lesson *lesson, struct lab *lab,
                                 enum language language, struct error *error)
{
    char path[64];
    const struct screenshot shot = {
        .lesson = lesson,
        .width = SHOT_WIDTH,
        .height = SHOT_HEIGHT,
        .looks = { .language = language },
        .path = path,
    };
    enum status status;

    snprintf(path, sizeof path, "duet-lesson-%02d.png", lesson->number);
    if (screenshot_possible(NULL) != STATUS_OK)
        return STATUS_OK;
    status = screenshot_write(&shot, lab, error);
    if (status == STATUS_OK) {
        printf(words_in(language, "The window at step %ld is in %s"), lab->step, path);
        putchar('\n');
    }
    return status;
}

static void note_visit(const char *name, const struct lesson *lesson)
{
    struct logbook book;

    logbook_open(&book);
    logbook_visit(&book, lesson);
    logbook_save(&book);
    command_tell_logbook(name, &book);
    logbook_free(&book);
}

/* Returns the exit code. */
static int run_in_terminal(const char *name, const struct lesson *lesson,
                           const struct lab_config *config, const struct looks *looks)
{
    struct lab *lab = NULL;
    struct error error;
    enum status status = lab_create(&lab, config, &error);

    if (lesson->fault.status != STATUS_OK)
        fprintf(stderr, "duet %s: %s\n", name, lesson->fault.message);
    if (status == STATUS_OK) {
        note_visit(name, lesson);
        interrupt_catch();
        status = lesson_screen_run(lesson, lab, looks->language, interrupt_caught, &error);
    }
    if (status == STATUS_OK)
        status = leave_picture(lesson, lab, looks->language, &error);
    lab_free(lab);
    if (status != STATUS_OK)
        return command_failed(name, &error);
    return interrupt_caught() ? interrupt_exit_code(interrupt_caught()) : EXIT_GOOD;
}

static int run_lesson(const char *name, const struct lesson *lesson,
                      const struct arguments *arguments)
{
    const bool asked = arguments_value(arguments, "terminal") != NULL;
    const char *reason = asked ? NULL : no_window();
    struct lab_config config;
    struct looks looks;
    struct error error;
    enum status status = settings_read(&config, NULL, &lesson->config, arguments, &error);

    if (status == STATUS_OK)
        status = looks_read(&looks, arguments, &error);
    if (status == STATUS_OK && (asked || reason != NULL)) {
        if (reason != NULL)
            printf("%s; here is the lesson in the terminal.\n\n", reason);
        return run_in_terminal(name, lesson, &config, &looks);
    }
    if (status == STATUS_OK)
        status = open_window(
            &(struct opening){ .number = lesson->number,
                               .experiment = arguments_value(arguments, "experiment"),
                               .config = arguments->count ? &config : NULL,
                               .running = true,
                               .calm = arguments_value(arguments, "calm") != NULL,
                               .looks = looks },
            &error);
    return status == STATUS_OK ? EXIT_GOOD : command_failed(name, &error);
}

/* `duet lesson new SLUG`. Returns the exit code. */
static int make_lesson(const char *name, const struct arguments *arguments)
{
    char made[LESSON_PATH_MAX];
    struct error error;
    enum status status = STATUS_OK;

    if (arguments->operand_count != 2)
        status = error_set(&error, STATUS_USAGE,
                           "one name is wanted, as in `duet lesson new my-lesson`");
    else
        status = lesson_new(made, arguments->operands[1], &error);
    if (status != STATUS_OK)
        return command_failed(name, &error);
    printf("%s: write the text in README.md, the arms and the claims in lesson.ini\n"
           "`duet lesson N` opens it, `duet check N` tells what is false in it\n",
           made);
    return EXIT_GOOD;
}

static int open_lesson(const struct command *command, const struct arguments *arguments)
{
    struct lesson *lesson = calloc(1, sizeof *lesson);
    struct error error;
    enum status status = STATUS_OK;
    int code;

    if (arguments->operand_count > 0 && strcmp(arguments->operands[0], "new") == 0) {
        free(lesson);
        return make_lesson(command->name, arguments);
    }
    if (lesson == NULL)
        status = error_set(&error, STATUS_NO_MEMORY, "no memory for a lesson");
    else if (arguments->operand_count != 1)
        status = error_set(&error, STATUS_USAGE,
                           "one number is wanted, as in `duet lesson %d`; `duet list lessons` "
                           "shows them",
                           FIRST_LESSON);
    else if (arguments_value(arguments, "lesson") != NULL)
        status =
            error_set(&error, STATUS_USAGE, "--lesson: the lesson is already named: \"%.60s\"",
                      arguments->operands[0]);
    else
        status = settings_lesson_text(lesson, "N", arguments->operands[0], &error);
    if (status == STATUS_OK && arguments_value(arguments, "experiment") != NULL)
        status = settings_experiment(lesson, arguments_value(arguments, "experiment"), &error);
    if (status == STATUS_OK)
        code = run_lesson(command->name, lesson, arguments);
    else
        code = command_failed(command->name, &error);
    free(lesson);
    return code;
}

static bool has_visited(const struct lesson *lesson)
{
    struct logbook book;
    bool visited;

    logbook_open(&book);
    visited = logbook_visited(&book, lesson);
    logbook_free(&book);
    return visited;
}

/* Without a window. Returns the exit code. */
static int start_in_terminal(const char *name, const char *reason, struct lesson *lesson,
                             const struct looks *looks)
{
    struct error error;

    if (settings_lesson(lesson, FIRST_LESSON, &error) != STATUS_OK)
        return command_failed(name, &error);
    if (!has_visited(lesson)) {
        printf("%s; here is lesson %02d in the terminal. `duet list lessons` shows all.\n\n",
               reason, lesson->number);
        return run_in_terminal(name, lesson, &lesson->config, looks);
    }
    printf("%s; `duet lesson N` opens one of these in the terminal.\n\n", reason);
    return list_lessons(looks->language, &error) == STATUS_OK ? EXIT_GOOD
                                                              : command_failed(name, &error);
}

/* `duet` alone: a lesson at first, later the list. */
static int start(const struct command *command, const struct arguments *arguments)
{
    struct lesson *lesson = calloc(1, sizeof *lesson);
    const char *reason = no_window();
    struct looks looks;
    struct error error;
    enum status status = looks_read(&looks, arguments, &error);
    int code = EXIT_GOOD;

    if (status != STATUS_OK) {
        free(lesson);
        return command_failed(command->name, &error);
    }
    if (reason == NULL) {
        const bool first = !visited_before();

        visited_remember();
        status =
            open_window(&(struct opening){ .number = first ? FIRST_LESSON : 0,
                                           .calm = arguments_value(arguments, "calm") != NULL,
                                           .looks = looks },
                        &error);
    } else if (lesson == NULL) {
        status = error_set(&error, STATUS_NO_MEMORY, "no memory for a lesson");
    } else {
        code = start_in_terminal(command->name, reason, lesson, &looks);
    }
    free(lesson);
    return status == STATUS_OK ? code : command_failed(command->name, &error);
}

static int open_run(const struct command *command, const struct arguments *arguments)
{
    const char *reason = no_window();
    struct looks looks;
    struct error error;
    enum status status = looks_read(&looks, arguments, &error);

    if (status == STATUS_OK && arguments->operand_count != 1)
        status = error_set(&error, STATUS_USAGE,
                           "the folder of one run is wanted, as `duet train --out` and Ctrl-S "
                           "in the window write it");
    if (status == STATUS_OK && reason != NULL)
        status = error_set(&error, STATUS_FILE,
                           "%s; `duet train --resume` goes on with a run without one", reason);
    if (status == STATUS_OK)
        status =
            open_window(&(struct opening){ .run = arguments->operands[0],
                                           .calm = arguments_value(arguments, "calm") != NULL,
                                           .looks = looks },
                        &error);
    return status == STATUS_OK ? EXIT_GOOD : command_failed(command->name, &error);
}

const struct command lesson_command = {
    .name = "lesson",
    .operands = "N | new SLUG",
    .about = "open lesson N, already running; or begin a lesson of your own",
    .details = "    duet lesson 3\n"
               "    duet lesson 3 --left gru --length 100\n"
               "    duet lesson new my-lesson\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .configures = true,
    .run = open_lesson,
};

const struct command start_command = {
    .name = "",
    .operands = "",
    .about = "the window; at the first launch with lesson 03, later with the list",
    .options = start_options,
    .option_count = sizeof start_options / sizeof start_options[0],
    .run = start,
};

const struct command open_command = {
    .name = "open",
    .operands = "DIR",
    .about = "open a saved run in the window",
    .details =
        "The folder is one of duet train --out, or of Ctrl-S in the window. Training goes on\n"
        "from its checkpoint; the folder itself stays as it is.\n"
        "\n"
        "    duet open duet-03-step600-run\n",
    .options = start_options,
    .option_count = sizeof start_options / sizeof start_options[0],
    .run = open_run,
};
