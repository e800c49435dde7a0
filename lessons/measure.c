#include "lessons/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/quantities/quantities.h"

static enum status no_memory(struct error *error)
{
    return error_set(error, STATUS_NO_MEMORY, "no memory for what is measured");
}

/* The row of attention at step `query`, of the sequence b = 0 of the probe. */
static struct attention_share share_of(const struct probe *probe, const real *row, int keys,
                                       int query)
{
    const struct batch *batch = &probe->one;
    struct attention_share share = { 0 };
    char answer[TASK_TEXT_MAX] = "";
    double most = -1;

    if (task_is_scored(&probe->task, batch, 0, query))
        task_target_text(&probe->task, batch, 0, query, answer);
    for (int t = 0; t < keys && t < batch_length(batch, 0); t++) {
        char text[TASK_TEXT_MAX];
        const bool marked = task_input_text(&probe->task, batch, 0, t, text);
        const double weight = (double)row[t];

        if (marked)
            share.marked += weight;
        if (t < batch->sources[0])
            share.source += weight;
        if (answer[0] != '\0' && strcmp(text, answer) == 0)
            share.answer += weight;
        if (weight > most) {
            most = weight;
            share.first = marked;
        }
    }
    return share;
}

static void add_share(struct attention_share *sum, const struct attention_share *share)
{
    sum->marked += share->marked / PROBE_SEQUENCES;
    sum->source += share->source / PROBE_SEQUENCES;
    sum->first += share->first / PROBE_SEQUENCES;
    sum->answer += share->answer / PROBE_SEQUENCES;
}

/* Output `number`, made at step t, in all heads. */
static void add_output(struct measured *m, int number, int t)
{
    const struct probe *probe = &m->arm->probe;
    int head = 0;

    for (int i = 0; i < probe->trace.count; i++) {
        const struct trace_entry *entry = &probe->trace.entries[i];
        const int queries = entry->extent[2], keys = entry->extent[3];

        if (strcmp(entry->quantity, "attention") != 0)
            continue;
        for (int h = 0; h < entry->extent[1]; h++, head++) {
            const real *row =
                entry->value + ((size_t)h * (size_t)queries + (size_t)t) * (size_t)keys;
            const struct attention_share share = share_of(probe, row, keys, t);

            add_share(&m->attention[head * (m->outputs + 1) + number], &share);
        }
    }
}

/* A row of padding that is all zeros looks at nothing, as it should. */
static void check_sums(struct measured *m)
{
    const struct trace *trace = &m->arm->probe.trace;
    const int length = batch_length(&m->arm->probe.one, 0);

    for (int e = 0; e < trace->count; e++) {
        const struct trace_entry *entry = &trace->entries[e];
        const int queries = entry->extent[2], keys = entry->extent[3];

        if (strcmp(entry->quantity, "attention") != 0)
            continue;
        for (int i = 0; i < entry->extent[1] * queries; i++) {
            const real *row = entry->value + (size_t)i * (size_t)keys;
            double sum = 0;

            for (int j = 0; j < keys; j++)
                sum += (double)row[j];
            if (i % queries < length || sum != 0)
                m->row_sum_error = quantity_larger(m->row_sum_error, fabs(sum - 1));
        }
    }
}

/* Every scored output of the pinned sequence. */
static void add_sequence(struct measured *m)
{
    const struct probe *probe = &m->arm->probe;
    int number = 0;

    for (int t = 0; t < batch_length(&probe->one, 0); t++)
        if (task_is_scored(&probe->task, &probe->one, 0, t))
            add_output(m, ++number, t);
    add_output(m, 0, task_last_scored(&probe->task, &probe->one, 0));
    check_sums(m);
}

static enum status look_at_heads(struct measured *m, struct lab_arm *arm, long sample,
                                 struct error *error)
{
    struct probe *probe = &arm->probe;
    enum status status = STATUS_OK;

    m->outputs = output_steps(&probe->task.shape);
    for (int i = 0; i < PROBE_SEQUENCES && status == STATUS_OK; i++) {
        probe_pin(probe, i);
        status = probe_run(probe, trainer_weights(&arm->trainer), error);
        if (status == STATUS_OK && i == 0) {
            m->heads = quantity_heads(&probe->trace);
            m->row_sum_error = 0;
            free(m->attention);
            m->attention =
                calloc((size_t)m->heads * (size_t)(m->outputs + 1) + 1, sizeof *m->attention);
            if (m->attention == NULL)
                status = no_memory(error);
        }
        if (status == STATUS_OK)
            add_sequence(m);
    }
    probe_pin(probe, sample);
    return status;
}

enum status measured_expect(struct measured *m, long steps, struct error *error)
{
    m->look = calloc((size_t)(steps / LOOK_EVERY) + 1, sizeof *m->look);
    m->looks_until = steps;
    return m->look != NULL ? STATUS_OK : no_memory(error);
}

/* After every LOOK_EVERY updates of the arm's own, once. */
bool measured_wants_look(const struct measured *m)
{
    const long step = m->arm->trainer.step;

    return lab_runs(m->arm) && step > 0 && step <= m->looks_until && step % LOOK_EVERY == 0 &&
           (m->looks == 0 || m->look[m->looks - 1].step < step);
}

void measured_look(struct measured *m, struct lab_arm *arm)
{
    struct report report;

    trainer_evaluate(&arm->trainer, RANDOM_TEST, LOOK_SEQUENCES, &report);
    m->look[m->looks++] = (struct look){ arm->trainer.step, report.loss, report.accuracy };
}

static enum status train(struct measured measured[ARMS_MAX], struct lab *lab,
                         const unsigned needs[ARMS_MAX], measure_progress *progress,
                         void *context, struct error *error)
{
    const long steps = lab->config.training.steps;
    enum status status = STATUS_OK;

    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        if (needs[i] & NEEDS_ARRIVALS)
            status = measured_expect(&measured[i], steps, error);
    while (status == STATUS_OK && lab->step < steps && lab_step(lab)) {
        for (int i = 0; i < lab->arms; i++)
            if ((needs[i] & NEEDS_ARRIVALS) && measured_wants_look(&measured[i]))
                measured_look(&measured[i], &lab->arm[i]);
        if (progress != NULL)
            progress(context, lab);
    }
    return status;
}

enum status measured_end(struct measured *m, struct lab *lab, int i, unsigned needs,
                         struct error *error)
{
    enum status status = STATUS_OK;

    if (needs & NEEDS_TEST)
        lab_test(lab, i, &m->test);
    if (needs & NEEDS_LONG_TEST)
        status = lab_test_long(lab, i, &m->long_test, error);
    if (status == STATUS_OK && (needs & NEEDS_ATTENTION))
        status = look_at_heads(m, &lab->arm[i], lab->sample, error);
    return status;
}

void measured_begin(struct measured measured[ARMS_MAX], struct lab *lab)
{
    for (int i = 0; i < lab->arms; i++)
        measured[i] = (struct measured){ .lab = lab, .arm = &lab->arm[i] };
}

enum status measure(struct measured measured[ARMS_MAX], struct lab *lab,
                    const unsigned needs[ARMS_MAX], measure_progress *progress, void *context,
                    struct error *error)
{
    enum status status = STATUS_OK;
    unsigned all = 0;

    measured_begin(measured, lab);
    for (int i = 0; i < lab->arms; i++)
        all |= needs[i];
    if (all & NEEDS_FIRST_PROBE)
        status = lab_probe(lab, true, error);
    if (status == STATUS_OK && (all & NEEDS_TRAINING))
        status = train(measured, lab, needs, progress, context, error);
    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        status = measured_end(&measured[i], lab, i, needs[i], error);
    if (status == STATUS_OK && (all & NEEDS_LAST_PROBE))
        status = lab_probe(lab, true, error);
    return status;
}

void measured_free(struct measured *measured)
{
    free(measured->look);
    free(measured->attention);
    *measured = (struct measured){ 0 };
}

double measured_value(const struct measured *measured, const struct quantity *quantity,
                      double argument)
{
    if ((quantity->needs & NEEDS_TRAINING) && measured->arm->stopped)
        return (double)NAN;
    return quantity->value(measured, argument);
}
