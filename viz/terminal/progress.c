#include "viz/terminal/progress.h"

#include <math.h>
#include <string.h>

#include "common/clock.h"

static const double LIVE_SECONDS = 0.1, PLAIN_SECONDS = 5, SPEED_SECONDS = 2;

void number_text(char text[NUMBER_MAX], double number)
{
    const double size = fabs(number);
    char *exponent;

    if (!isfinite(number))
        snprintf(text, NUMBER_MAX, "--");
    else if (size == 0 || (size >= 1e-3 && size < 9.9995))
        snprintf(text, NUMBER_MAX, "%.4f", number);
    else if (size >= 9.9995 && size < 99999.5)
        snprintf(text, NUMBER_MAX, "%.*f", size < 99.995 ? 2 : size < 999.95 ? 1 : 0, number);
    else
        snprintf(text, NUMBER_MAX, "%.1e", number);
    exponent = strchr(text, 'e');
    if (exponent == NULL)
        return;
    exponent += exponent[1] == '-' ? 2 : 1; /* 1e-05 to 1e-5, 1e+05 to 1e5 */
    memmove(exponent, exponent + strspn(exponent, "+0"),
            strlen(exponent + strspn(exponent, "+0")) + 1);
}

void short_text(char text[NUMBER_MAX], double number)
{
    char long_text[NUMBER_MAX];

    if (number >= 0.0095 && number < 0.995)
        snprintf(long_text, sizeof long_text, "%.2f", number);
    else if (number >= 0.995 && number < 9.95)
        snprintf(long_text, sizeof long_text, "%.1f", number);
    else if (number >= 9.95 && number < 999.5)
        snprintf(long_text, sizeof long_text, "%.0f", number);
    else
        number_text(long_text, number);
    snprintf(text, NUMBER_MAX, "%s",
             long_text[0] == '0' && long_text[1] == '.' ? long_text + 1 : long_text);
}

void share_text(char text[NUMBER_MAX], double share)
{
    if (!isfinite(share))
        snprintf(text, NUMBER_MAX, "--");
    else if (share >= 1)
        snprintf(text, NUMBER_MAX, "1.0");
    else
        snprintf(text, NUMBER_MAX, ".%02d", (int)floor(share * 100 + 1e-9));
}

void time_text(char text[NUMBER_MAX], double seconds)
{
    const long s = seconds < 1e9 ? (long)ceil(seconds) : 1000000000L;

    if (s >= 3600)
        snprintf(text, NUMBER_MAX, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(text, NUMBER_MAX, "%ld:%02ld", s / 60, s % 60);
}

/* What to call an arm: its model, unless another arm has the same. */
static void arm_label(char label[2 * CONFIG_WORD_MAX], const struct lab *lab, int i)
{
    const char *model = lab->config.arm[lab->arm[i].number].model;
    bool alone = true;

    for (int k = 0; k < lab->arms; k++)
        if (k != i && strcmp(lab->config.arm[lab->arm[k].number].model, model) == 0)
            alone = false;
    snprintf(label, 2 * CONFIG_WORD_MAX, "%s%s%s", alone ? "" : lab->arm[i].name,
             alone ? "" : " ", model);
}

/* The words of a line, for terminals of different widths. */
struct wording {
    const char *step, *gap, *accuracy, *norm, *speed, *left;
    const char *validation;
    void (*norm_text)(char text[NUMBER_MAX], double number);
    int loss_width; /* so that what follows does not jump */
};
static const struct wording full = { "step ", "  ",   "acc ",      "|g| ", " steps/s",
                                     " left", "val ", number_text, 6 };
static const struct wording brief = { "", " ", "", "|g|", "/s", " left", "v", short_text, 0 };

static size_t add_arm(char *to, size_t size, const struct lab *lab, int i,
                      const struct wording *w)
{
    const struct lab_arm *arm = &lab->arm[i];
    char label[2 * CONFIG_WORD_MAX], loss[NUMBER_MAX], share[NUMBER_MAX], norm[NUMBER_MAX];
    char held_back[2 * NUMBER_MAX] = "";
    int length;

    arm_label(label, lab, i);
    number_text(loss, arm->last.loss);
    share_text(share, arm->last.accuracy);
    w->norm_text(norm, arm->last.gradient_norm);
    if (lab_validates(lab)) {
        char number[NUMBER_MAX];

        number_text(number, lab_validation_loss(arm));
        snprintf(held_back, sizeof held_back, " %s%-*s", w->validation, w->loss_width, number);
    }
    if (arm->stopped)
        length =
            snprintf(to, size, "%s%s stopped at step %ld", w->gap, label, arm->trainer.step);
    else if (arm->finished)
        length = snprintf(to, size, "%s%s finished at step %ld%s", w->gap, label,
                          arm->trainer.step, held_back);
    else
        length = snprintf(to, size, "%s%s %-*s %s%-3s %s%-*s%s", w->gap, label, w->loss_width,
                          loss, w->accuracy, share, w->norm, w->loss_width, norm, held_back);
    return (size_t)length < size ? (size_t)length : size - 1;
}

static void write_line(char line[PROGRESS_MAX], const struct lab *lab, double steps_per_second,
                       const struct wording *w)
{
    const long steps = lab->config.training.steps;
    const int digits = snprintf(NULL, 0, "%ld", steps); /* a column that does not jump */
    size_t used =
        (size_t)snprintf(line, PROGRESS_MAX, "%s%*ld/%ld", w->step, digits, lab->step, steps);
    char left[NUMBER_MAX];

    for (int i = 0; i < lab->arms; i++)
        used += add_arm(line + used, PROGRESS_MAX - used, lab, i, w);
    if (steps_per_second <= 0)
        return;
    time_text(left, (double)(steps - lab->step) / steps_per_second);
    snprintf(line + used, PROGRESS_MAX - used, "%s%.*f%s%s%s%s", w->gap,
             steps_per_second < 9.95 ? 1 : 0, steps_per_second, w->speed, w->gap, left,
             w->left);
}

void progress_line(char line[PROGRESS_MAX], const struct lab *lab, double steps_per_second,
                   int columns)
{
    write_line(line, lab, steps_per_second, &full);
    if (strlen(line) > (size_t)columns)
        write_line(line, lab, steps_per_second, &brief);
}

void progress_begin(struct progress *progress, FILE *stream, const struct lab *lab)
{
    *progress = (struct progress){ .stream = stream, .mark_steps = { lab->step, lab->step } };
    progress->marks[0] = progress->marks[1] = progress->shown = clock_seconds();
    if (stream != NULL)
        progress->terminal = terminal_of(stream);
}

static void measure_speed(struct progress *progress, long step, double now)
{
    const double seconds = now - progress->marks[0];

    if (step > progress->mark_steps[0] && seconds > 0)
        progress->steps_per_second = (double)(step - progress->mark_steps[0]) / seconds;
    if (now - progress->marks[1] < SPEED_SECONDS)
        return;
    progress->marks[0] = progress->marks[1];
    progress->mark_steps[0] = progress->mark_steps[1];
    progress->marks[1] = now;
    progress->mark_steps[1] = step;
}

/* A character of `line` in UTF-8 would count for several: there is none. */
static void write_over(struct progress *progress, const char *line)
{
    const int room = progress->terminal.columns - 1;
    const int length = (int)strlen(line) < room ? (int)strlen(line) : room;
    const int wipe = progress->written > length ? progress->written - length : 0;

    fprintf(progress->stream, "\r%.*s%*s", length, line, wipe, "");
    fflush(progress->stream);
    progress->written = length;
}

void progress_show(struct progress *progress, const struct lab *lab, bool last)
{
    const double now = clock_seconds();
    const double wait = progress->terminal.live ? LIVE_SECONDS : PLAIN_SECONDS;
    char line[PROGRESS_MAX];

    if (progress->stream == NULL || (!last && now - progress->shown < wait))
        return;
    measure_speed(progress, lab->step, now);
    progress->shown = now;
    progress_line(line, lab, progress->steps_per_second,
                  progress->terminal.live ? progress->terminal.columns - 1 : PROGRESS_MAX);
    if (!progress->terminal.live)
        fprintf(progress->stream, "%s\n", line);
    else
        write_over(progress, line);
    if (last)
        progress_interrupt(progress);
}

void progress_interrupt(struct progress *progress)
{
    if (progress->stream != NULL && progress->terminal.live && progress->written > 0)
        fprintf(progress->stream, "\n");
    progress->written = 0;
}
