#include "viz/bench/bench_window.h"

#ifdef DUET_NO_WINDOW

enum status bench_window(const struct bench_plan *plan, enum bench_format format,
                         struct error *error)
{
    (void)plan;
    (void)format;
    return error_set(error, STATUS_FILE, "this program was built without a window");
}

#else

#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "lessons/lab.h"
#include "lessons/lesson.h"
#include "viz/bench/bench_child.h"
#include "viz/bench/bench_training.h"
#include "viz/commands/report_json.h"
#include "viz/window/window.h"

enum { WIDTH = 1280, HEIGHT = 720, FRAMES_MAX = 4096 };

static const int lessons[] = { 3, 6 };
enum { LESSONS = sizeof lessons / sizeof lessons[0] };

/* Seconds that a training and its window take to become what they are. */
static const double WARM = 0.3;

/* What a hand moves over is drawn again between two pictures, unless that never fits in. */
static const double PATIENCE = 10;

/* Who looks. */
enum watcher {
    NOBODY,
    WATCHED, /* a window, in which nothing is touched */
    TOUCHED, /* a window over which a hand moves */
    WATCHERS
};
static const char *const watcher_names[WATCHERS] = {
    [WATCHED] = "watched", [TOUCHED] = "touched"
};

struct order {
    int lesson, threads;
    enum watcher watcher;
    double seconds;
};

/* What one round found; without a window only the first. */
struct found {
    double steps;                        /* a second, of both models together */
    double pictures;                     /* new ones a second */
    double frames;                       /* a second */
    double fresh_seconds, again_seconds; /* of a frame, the median; NaN: there was none */
};

/* --------------------------------------------------------------------------- one measurement */

/* The lesson's training, on so many threads and without an end. */
static enum status read_lesson(const struct order *order, struct lesson_list *list,
                               struct lab_config *config, struct error *error)
{
    const enum status status = lessons_read(list, error);
    const struct lesson *lesson;

    if (status != STATUS_OK)
        return status;
    lesson = lesson_find(list, order->lesson);
    if (lesson == NULL)
        return error_set(error, STATUS_FILE, "there is no lesson %d to measure", order->lesson);
    *config = lesson->config;
    config->training.threads = order->threads;
    config->training.steps = LONG_MAX;
    return STATUS_OK;
}

static enum status train_alone(const struct order *order, const struct lab_config *config,
                               struct found *found, struct error *error)
{
    struct lab *lab;
    const enum status status = lab_create(&lab, config, error);
    double begin;
    long before;

    if (status != STATUS_OK)
        return status;
    for (begin = clock_seconds(); clock_seconds() - begin < WARM;)
        lab_step(lab);
    before = lab->step;
    begin = clock_seconds();
    do
        lab_step(lab);
    while (clock_seconds() - begin < order->seconds);
    found->steps = (double)(lab->step - before) / (clock_seconds() - begin);
    lab_free(lab);
    return STATUS_OK;
}

struct watch {
    const struct order *order;
    double opened;      /* when the first complete frame came; 0: it has not yet */
    double from, until; /* when the first and the last counted snapshot came */
    long first_step, last_step;
    int pictures; /* after the first */
    int fresh_count, again_count;
    double fresh[FRAMES_MAX], again[FRAMES_MAX];
};

static void keep(double *seconds, int *count, double new)
{
    if (*count < FRAMES_MAX)
        seconds[(*count)++] = new;
}

/* In a short time under a hand perhaps every frame had a new picture. */
static bool is_enough(const struct watch *w, double seconds)
{
    const bool wants_again = w->order->watcher == TOUCHED && w->again_count == 0;

    return seconds >= w->order->seconds + (wants_again ? PATIENCE : 0);
}

static enum window_next count_frame(void *context, const struct window_drawn *drawn)
{
    struct watch *w = context;
    const double now = clock_seconds();
    const enum window_next next = w->order->watcher == TOUCHED ? WINDOW_AGAIN : WINDOW_WAIT;

    if (!drawn->complete)
        return WINDOW_WAIT;
    if (w->opened <= 0)
        w->opened = now;
    if (now - w->opened < WARM)
        return next;
    if (drawn->fresh && w->from <= 0) {
        w->from = now;
        w->first_step = drawn->snapshot->step;
        return next;
    }
    if (w->from <= 0)
        return next;
    if (!drawn->fresh) {
        keep(w->again, &w->again_count, drawn->seconds);
        return next;
    }
    keep(w->fresh, &w->fresh_count, drawn->seconds);
    w->pictures++;
    w->until = now;
    w->last_step = drawn->snapshot->step;
    return is_enough(w, now - w->from) ? WINDOW_CLOSE : next;
}

static enum status train_watched(const struct order *order, const struct lesson_list *list,
                                 const struct lab_config *config, struct found *found,
                                 struct error *error)
{
    struct watch *watch = calloc(1, sizeof *watch);
    const struct window_options options = { .lessons = list,
                                            .lesson = order->lesson,
                                            .config = config,
                                            .running = true,
                                            .scale = 1,
                                            .width = WIDTH,
                                            .height = HEIGHT,
                                            .drawn = count_frame,
                                            .context = watch };
    enum status status;

    if (watch == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for the times of frames");
    watch->order = order;
    setenv("SDL_VIDEODRIVER", "dummy", 0);
    setenv("SDL_RENDER_DRIVER", "software", 0);
    status = window_run(&options, error);
    if (status == STATUS_OK && !(watch->until > watch->from))
        status = error_set(error, STATUS_FILE, "the window closed before two pictures");
    if (status == STATUS_OK) {
        const double seconds = watch->until - watch->from;

        found->steps = (double)(watch->last_step - watch->first_step) / seconds;
        found->pictures = watch->pictures / seconds;
        found->frames = (watch->fresh_count + watch->again_count) / seconds;
        found->fresh_seconds = bench_median(watch->fresh, watch->fresh_count);
        found->again_seconds = watch->again_count > 0
                                   ? bench_median(watch->again, watch->again_count)
                                   : (double)NAN;
    }
    free(watch);
    return status;
}

/* Runs in a child of its own: a window leaves threads behind. */
static enum status measure_once(const void *context, void *result, struct error *error)
{
    const struct order *order = context;
    struct lesson_list list = { 0 };
    struct lab_config config;
    enum status status = read_lesson(order, &list, &config, error);

    if (status == STATUS_OK)
        status = order->watcher == NOBODY ? train_alone(order, &config, result, error)
                                          : train_watched(order, &list, &config, result, error);
    lesson_list_free(&list);
    return status;
}

/* ------------------------------------------------------------------------------- many of them */

static cJSON *window_json(const struct order *order, const struct found *alone,
                          const struct found *watched)
{
    cJSON *object = cJSON_CreateObject();

    json_number(object, "window", order->lesson);
    json_number(object, "threads", order->threads);
    cJSON_AddBoolToObject(object, "touched", order->watcher == TOUCHED);
    json_number(object, "steps_per_second_alone", alone->steps);
    json_number(object, "steps_per_second", watched->steps);
    json_number(object, "cost", 1 - watched->steps / alone->steps);
    json_number(object, "pictures_per_second", watched->pictures);
    json_number(object, "frames_per_second", watched->frames);
    json_number(object, "new_frame_milliseconds", 1e3 * watched->fresh_seconds);
    json_number(object, "same_frame_milliseconds", 1e3 * watched->again_seconds);
    return object;
}

static enum status print(const struct bench_report *report, const struct order *order,
                         const struct found *alone, const struct found *watched,
                         struct error *error)
{
    const bool page = report->format == BENCH_MARKDOWN;
    char text[160], again[16] = "-";

    if (!isnan(watched->again_seconds))
        snprintf(again, sizeof again, "%.2f", 1e3 * watched->again_seconds);
    snprintf(text, sizeof text,
             page ? "| %d, %s | %d | %.0f | %.0f | %.1f %% | %.0f | %.0f | %.2f | %s |"
                  : "%d, %-9s %7d %9.0f %9.0f %6.1f %% %9.1f %9.1f %8.2f %8s",
             order->lesson, watcher_names[order->watcher], order->threads, alone->steps,
             watched->steps, 100 * (1 - watched->steps / alone->steps), watched->pictures,
             watched->frames, 1e3 * watched->fresh_seconds, again);
    return bench_report_line(
        report, text, report->format == BENCH_JSON ? window_json(order, alone, watched) : NULL,
        error);
}

/* The median of each number over the rounds. */
static struct found middle(const struct found *rounds, int count)
{
    struct found found;
    double numbers[BENCH_ROUNDS_MOST];
    static const size_t fields[] = {
        offsetof(struct found, steps),         offsetof(struct found, pictures),
        offsetof(struct found, frames),        offsetof(struct found, fresh_seconds),
        offsetof(struct found, again_seconds),
    };

    for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++) {
        for (int i = 0; i < count; i++)
            numbers[i] = *(const double *)((const char *)&rounds[i] + fields[f]);
        *(double *)((char *)&found + fields[f]) = bench_median(numbers, count);
    }
    return found;
}

static enum status measure(const struct bench_plan *plan, int lesson, int threads,
                           const struct bench_report *report, struct error *error)
{
    struct found rounds[WATCHERS][BENCH_ROUNDS_MOST] = { 0 }, found[WATCHERS];
    struct order order = { lesson, threads, NOBODY, BENCH_WINDOW_TIMES * plan->seconds };
    enum status status = STATUS_OK;

    for (int round = 0; round < plan->rounds; round++)
        for (int w = 0; w < WATCHERS && status == STATUS_OK; w++) {
            order.watcher = (enum watcher)w;
            status = bench_child_run(measure_once, &order, &rounds[w][round],
                                     sizeof rounds[w][round], NULL, error);
        }
    for (int w = 0; w < WATCHERS && status == STATUS_OK; w++) {
        found[w] = middle(rounds[w], plan->rounds);
        order.watcher = (enum watcher)w;
        if (w != NOBODY)
            status = print(report, &order, &found[NOBODY], &found[w], error);
    }
    return status;
}

enum status bench_window(const struct bench_plan *plan, enum bench_format format,
                         struct error *error)
{
    const struct bench_report report = { .format = format };
    enum status status = STATUS_OK;

    if (format == BENCH_TABLE)
        printf("%-12s %7s %9s %9s %8s %9s %9s %8s %8s\n", "lesson", "threads", "steps/s",
               "watched", "cost", "new/s", "frames/s", "ms, new", "ms, same");
    else if (format == BENCH_MARKDOWN)
        puts(
            "| lesson | threads | steps/s alone | watched | cost | new pictures/s | frames/s | "
            "ms, new | ms, same |\n|---|---|---|---|---|---|---|---|---|");
    for (int i = 0; i < LESSONS && status == STATUS_OK; i++) {
        status = measure(plan, lessons[i], 1, &report, error);
        if (status == STATUS_OK && plan->threads > 1)
            status = measure(plan, lessons[i], plan->threads, &report, error);
    }
    return status;
}

#endif
