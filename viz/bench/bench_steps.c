#include "viz/bench/bench_steps.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "viz/bench/bench_earlier.h"
#include "viz/commands/interrupt.h"
#include "viz/commands/report_json.h"

/* What one run carries along. */
struct session {
    const struct bench_steps *steps;
    struct bench_report report;
    struct bench_machine machine; /* where the rows are from */
    struct bench_means means;
    struct bench_peer peer;
    struct bench_earlier earlier; /* to compare with */
    struct bench_earlier from;    /* to print */
    struct error peer_error;
    int compared;
    double sum_of_logarithms; /* of before / now */
};

static enum status print_row(struct session *session, struct bench_row *row,
                             struct error *error)
{
    const struct bench_row *before =
        bench_earlier_find(&session->earlier, row->shape.name, row->threads);

    if (before != NULL) {
        row->before = before->milliseconds;
        session->compared++;
        session->sum_of_logarithms += log(before->milliseconds / row->milliseconds);
    }
    bench_means_add(&session->means, row);
    return bench_report_row(&session->report, row, error);
}

static bool is_chosen(const struct session *session, const char *name)
{
    return strstr(name, session->steps->filter) != NULL;
}

static enum status print_earlier(struct session *session, struct error *error)
{
    enum status status = bench_report_machine(&session->report, &session->machine, error);

    for (int i = 0; i < session->from.count && status == STATUS_OK; i++)
        if (is_chosen(session, session->from.rows[i].shape.name))
            status = print_row(session, &session->from.rows[i], error);
    return status;
}

static enum status measure(struct session *session, struct error *error)
{
    struct bench_plan plan = session->steps->plan;
    enum status status = bench_machine_peaks(&session->machine, error);

    plan.peak_gflops = session->machine.peak_gflops;
    if (status == STATUS_OK)
        status = bench_report_machine(&session->report, &session->machine, error);
    for (int i = 0; i < bench_shape_count() && status == STATUS_OK && !interrupt_caught();
         i++) {
        const struct bench_shape shape = bench_shape_at(i);
        struct bench_row row;

        if (!is_chosen(session, shape.name))
            continue;
        status =
            bench_row_measure(&row, &shape, &plan, &session->peer, &session->peer_error, error);
        if (status == STATUS_OK)
            status = print_row(session, &row, error);
    }
    return status;
}

static cJSON *comparison_json(const struct session *session, double faster, bool same)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "compared_with", session->steps->compare);
    json_number(object, "shapes", session->compared);
    json_number(object, "faster_than_before", faster);
    cJSON_AddBoolToObject(object, "same_machine", same);
    cJSON_AddItemToObject(object, "before", bench_machine_json(&session->earlier.machine));
    return object;
}

/* The comparison in one line: times of another machine, or of another build, say little. */
static enum status print_comparison(const struct session *session, struct error *error)
{
    const struct bench_machine *then = &session->earlier.machine, *now = &session->machine;
    const bool same = strcmp(then->cpu, now->cpu) == 0;
    const double faster = exp(session->sum_of_logarithms / session->compared);
    char text[2 * BENCH_MACHINE_LINE], line[BENCH_MACHINE_LINE];

    if (session->earlier.count == 0)
        return STATUS_OK;
    bench_machine_line(line, then);
    if (session->compared == 0)
        snprintf(text, sizeof text, "\n%.200s has none of these shapes on %d thread%s",
                 session->steps->compare, now->threads, now->threads == 1 ? "" : "s");
    else
        snprintf(text, sizeof text,
                 "\n%.2f times as fast as in %.200s (geometric mean of %d shapes)\nwhich is "
                 "from %s%s",
                 faster, session->steps->compare, session->compared, line,
                 same ? "" : ": another machine");
    return bench_report_line(
        &session->report, text,
        session->report.format == BENCH_JSON ? comparison_json(session, faster, same) : NULL,
        error);
}

static int count_chosen(const struct session *session)
{
    int count = 0;

    for (int i = 0; i < bench_shape_count() && session->steps->from == NULL; i++)
        count += is_chosen(session, bench_shape_at(i).name);
    for (int i = 0; i < session->from.count; i++)
        count += is_chosen(session, session->from.rows[i].shape.name);
    return count;
}

/* Everything that can be refused before anything is measured. */
static enum status begin(struct session *session, struct error *error)
{
    const struct bench_steps *steps = session->steps;
    enum status status = STATUS_OK;

    if (steps->compare != NULL)
        status = bench_earlier_read(&session->earlier, steps->compare, error);
    if (status == STATUS_OK && steps->from != NULL)
        status = bench_earlier_read(&session->from, steps->from, error);
    session->report.before =
        steps->compare != NULL || (session->from.count > 0 && session->from.rows[0].before > 0);
    session->machine =
        steps->from != NULL ? session->from.machine : bench_machine_here(steps->plan.threads);
    if (status == STATUS_OK && count_chosen(session) == 0)
        status = error_set(error, STATUS_USAGE,
                           "--filter: no shape contains \"%.60s\"; they are called "
                           "lstm-1-64-100-32 or transformer-2-64-4-100-32",
                           steps->filter);
    if (status == STATUS_OK && steps->against != NULL && steps->from == NULL) {
        interrupt_catch(); /* a peer that hangs is ended with us */
        status = bench_peer_start(&session->peer, steps->against, steps->patience, error);
    }
    return status;
}

enum status bench_steps_run(const struct bench_steps *steps, struct error *error)
{
    struct session session = { .steps = steps, .report = { .format = steps->format } };
    enum status status = begin(&session, error);

    if (status == STATUS_OK)
        status =
            steps->from != NULL ? print_earlier(&session, error) : measure(&session, error);
    if (status == STATUS_OK)
        status = bench_report_means(&session.report, &session.means, error);
    if (status == STATUS_OK)
        status = print_comparison(&session, error);
    if (status == STATUS_OK && session.peer_error.status != STATUS_OK)
        status = error_set(error, STATUS_FILE, "--against: %s", session.peer_error.message);
    if (interrupt_caught())
        status =
            error_set(error, STATUS_FILE, "stopped by %s", interrupt_name(interrupt_caught()));
    bench_peer_stop(&session.peer);
    bench_earlier_free(&session.earlier);
    bench_earlier_free(&session.from);
    return status;
}
