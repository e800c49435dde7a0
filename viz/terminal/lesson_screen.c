#include "viz/terminal/lesson_screen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/files/utf8.h"
#include "lessons/words.h"
#include "viz/terminal/bars.h"
#include "viz/terminal/progress.h"

enum { LABEL = 12, AXIS = 8 /* columns before a picture */, SCREENS = 8 };
static const double DRAW_SECONDS = 0.1;
static const double DRAW_SHARE = 0.04; /* of the time, at most, goes into pictures */

/* A screen as it is written. */
struct page {
    FILE *file;
    const struct terminal *terminal;
    int lines;
};

static void end_line(struct page *page)
{
    fputs(page->terminal->moves ? "\033[K\n" : "\n", page->file);
    page->lines++;
}

/* A line of prose, cut where the terminal ends (and not within a character). */
static void write_line(struct page *page, const char *text)
{
    const size_t length = utf8_find_bad(text, strlen(text));
    int columns = 0;
    size_t bytes = 0;

    while (bytes < length) {
        uint32_t point;
        const size_t taken = utf8_decode(text + bytes, length - bytes, &point);

        columns += utf8_columns(point);
        if (columns > page->terminal->columns - 1)
            break;
        bytes += taken;
    }
    fprintf(page->file, "%.*s", (int)bytes, text);
    end_line(page);
}

/* The window's colour of a model, as near as the 256 of a terminal come. */
static int model_colour(const char *model)
{
    static const struct {
        const char *model;
        int colour;
    } colours[] = {
        { "elman", 175 },
        { "lstm", 36 },
        { "gru", 227 },
        { "transformer", 74 },
        { "elman+attention", 182 },
        { "lstm+attention", 115 },
        { "gru+attention", 230 },
    };

    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++)
        if (strcmp(colours[i].model, model) == 0)
            return colours[i].colour;
    return 7;
}

static void write_coloured(struct page *page, const char *model, const char *text)
{
    if (page->terminal->colour)
        fprintf(page->file, "\033[38;5;%dm%s\033[0m", model_colour(model), text);
    else
        fputs(text, page->file);
}

static const char *arm_model_name(const struct lab *lab, int i)
{
    return lab->config.arm[lab->arm[i].number].model;
}

static void write_losses(struct page *page, const struct lab *lab)
{
    const int room = page->terminal->columns - LABEL - AXIS - 2;
    const int columns = room > 100 ? 100 : room > 10 ? room : 10;
    const double baseline = task_baseline(&lab->task);
    struct loss_axis axis = loss_axis_begin(baseline);
    char text[ROW_TEXT_MAX], number[NUMBER_MAX], line[160];

    for (int i = 0; i < lab->arms; i++)
        loss_axis_add(&axis, &lab->arm[i].curve);
    snprintf(
        line, sizeof line,
        words_in(page->terminal->language, "loss over the steps, on a log axis from %g to %g"),
        axis.least, axis.most);
    write_line(page, line);
    for (int i = 0; i < lab->arms; i++) {
        sparkline(text, &lab->arm[i].curve, lab->config.training.steps, columns, &axis,
                  page->terminal->unicode);
        number_text(number, lab->arm[i].last.loss);
        fprintf(page->file, "%-*s", LABEL, arm_model_name(lab, i));
        write_coloured(page, arm_model_name(lab, i), text);
        fprintf(page->file, " %s", number);
        end_line(page);
    }
    sparkline_constant(text, baseline, columns, &axis, page->terminal->unicode);
    number_text(number, baseline);
    fprintf(page->file, "%-*s%s %s", LABEL, "baseline", text, number);
    end_line(page);
}

/* "x0.57 per step back" of a profile's row; "--" when there is no slope. */
static void factor_text(char text[NUMBER_MAX], double slope)
{
    if (isfinite(slope))
        snprintf(text, NUMBER_MAX, "%.3f", exp(slope));
    else
        snprintf(text, NUMBER_MAX, "--");
}

static void write_strip(struct page *page, const struct lab *lab, int i, int rows)
{
    const struct profile *now = &lab->arm[i].probe.profile, *first = &lab->arm[i].first;
    const int columns = strip_columns(now->steps, page->terminal->columns - AXIS - 1);
    char text[ROW_TEXT_MAX], factor[NUMBER_MAX], ghost[NUMBER_MAX], line[160];

    factor_text(factor, now->input.slope);
    factor_text(ghost, first->steps ? first->input.slope : (double)NAN);
    snprintf(line, sizeof line,
             words_in(page->terminal->language,
                      "%-*s times %s with each step back (before training: %s)"),
             LABEL - 1, arm_model_name(lab, i), factor, ghost);
    write_line(page, line);
    for (int row = 0; row < rows; row++) {
        const int power = STRIP_MOST - row * (STRIP_MOST - STRIP_LEAST) / rows;

        strip_row(text, now->input.one, now->steps, columns, row, rows,
                  page->terminal->unicode);
        snprintf(line, sizeof line, "1e%d", power);
        fprintf(page->file, "%*s |", AXIS - 2, line);
        write_coloured(page, arm_model_name(lab, i), text);
        end_line(page);
    }
}

/* The rows of a strip that the terminal has room for, beside everything else. */
static int strip_rows(const struct terminal *terminal, int arms)
{
    static const int choices[] = { 6, 3, 2, 1 };
    const int others = 3 + 2 + arms + 2 + arms + 1;

    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++)
        if (others + arms * choices[i] <= terminal->rows || choices[i] == 1)
            return choices[i];
    return 1;
}

static void write_gradients(struct page *page, const struct lab *lab)
{
    const int rows = strip_rows(page->terminal, lab->arms);
    const struct profile *profile = &lab->arm[0].probe.profile;
    const int columns = strip_columns(profile->steps, page->terminal->columns - AXIS - 1);
    char line[200], most[NUMBER_MAX], least[NUMBER_MAX], end[NUMBER_MAX];

    snprintf(most, sizeof most, "1e%d", STRIP_MOST);
    snprintf(least, sizeof least, "1e%d", STRIP_LEAST);
    snprintf(
        line, sizeof line,
        words_in(page->terminal->language,
                 "gradient at the input of each step, of the error at step %d; %s to %s, x: "
                 "exactly 0, v: below"),
        profile->tau, least, most);
    write_line(page, line);
    for (int i = 0; i < lab->arms; i++)
        write_strip(page, lab, i, rows);
    snprintf(end, sizeof end, "%d", profile->steps - 1);
    fprintf(page->file, "%*s0%*s", AXIS, "", columns > 1 ? columns - 1 : 1, end);
    end_line(page);
}

int lesson_screen_write(FILE *file, const struct lesson *lesson, const struct lab *lab,
                        const struct terminal *terminal)
{
    const double speed = lab->seconds > 0 ? (double)lab->step / lab->seconds : 0;
    struct page page = { .file = file, .terminal = terminal };
    char line[PROGRESS_MAX];

    snprintf(line, sizeof line, words_in(terminal->language, "Lesson %02d: %s"), lesson->number,
             lesson_title(lesson, terminal->language));
    write_line(&page, line);
    write_line(&page, lesson_question(lesson, terminal->language));
    progress_line(line, lab, speed, terminal->columns - 1);
    write_line(&page, line);
    write_losses(&page, lab);
    write_gradients(&page, lab);
    return page.lines;
}

/* What lesson_screen_run keeps between two screens. */
struct drawing {
    const struct lesson *lesson;
    struct terminal terminal;
    int lines;   /* of the screen that stands there */
    double next; /* when it may be drawn again */
    double steps_per_second;
};

/* Probe and draw. The screen is made whole in memory first, so that it does not flicker. */
static enum status draw(struct drawing *d, struct lab *lab, struct error *error)
{
    const double begin = clock_seconds();
    char *text = NULL;
    size_t size = 0;
    FILE *file;
    enum status status = lab_probe(lab, true, error);
    double cost;

    if (status != STATUS_OK)
        return status;
    file = open_memstream(&text, &size);
    if (file == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a screen");
    if (d->terminal.moves && d->lines > 0)
        fprintf(file, "\033[%dA\r", d->lines);
    d->lines = lesson_screen_write(file, d->lesson, lab, &d->terminal);
    if (!d->terminal.moves)
        fputc('\n', file);
    if (fclose(file) == 0)
        fwrite(text, 1, size, stdout);
    free(text);
    fflush(stdout);
    cost = clock_seconds() - begin;
    d->next = begin + (cost / DRAW_SHARE > DRAW_SECONDS ? cost / DRAW_SHARE : DRAW_SECONDS);
    return STATUS_OK;
}

/* Is it time for another screen? `before`: lab->step a moment ago. */
static bool is_due(const struct drawing *d, const struct lab *lab, long before)
{
    const long steps = lab->config.training.steps;

    if (lab->step >= steps)
        return false; /* the last one comes after the loop */
    if (d->terminal.moves)
        return clock_seconds() >= d->next;
    return lab->step * SCREENS / steps != before * SCREENS / steps;
}

enum status lesson_screen_run(const struct lesson *lesson, struct lab *lab,
                              enum language language, int (*interrupted)(void),
                              struct error *error)
{
    struct drawing d = { .lesson = lesson, .terminal = terminal_of(stdout) };
    enum status status;
    bool runs = true;

    if (d.terminal.unicode)
        d.terminal.language = language;
    status = draw(&d, lab, error);
    while (status == STATUS_OK && runs && lab->step < lab->config.training.steps &&
           !interrupted()) {
        const long before = lab->step;

        runs = lab_step(lab);
        if (is_due(&d, lab, before))
            status = draw(&d, lab, error);
    }
    if (status == STATUS_OK && lab->step > 0)
        status = draw(&d, lab, error);
    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        if (lab->arm[i].stopped)
            printf("%s stopped: %s\n", arm_model_name(lab, i), lab->arm[i].why.message);
    return status;
}
