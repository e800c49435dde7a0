/* Tests of common/training/probe.c. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/model/loss.h"
#include "common/training/probe.h"
#include "tests/close.h"
#include "tests/common/training/small_models.h"
#include "tests/score_parts.h"

enum { SEED = 9 };

/* A model with its first weights, and a probe of it. */
struct lab {
    struct sequence_model model;
    struct task task;
    real *parameters, *prepared;
    struct weights weights;
    struct probe probe;
};

static void lab_create(struct lab *lab, const struct small_case *small, enum probe_seed from)
{
    small_model_create(&lab->model, &lab->task, small);
    lab->parameters = reals_zero(lab->model.parameters.total);
    lab->prepared = reals_zero(lab->model.prepared_count);
    assert_int_equal(parameters_initialise(&lab->model.parameters, lab->parameters, 4),
                     STATUS_OK);
    model_prepare(&lab->model, lab->parameters, lab->prepared);
    lab->weights = (struct weights){ lab->parameters, lab->prepared };
    assert_int_equal(probe_create(&lab->probe, &lab->model, &lab->task, SEED, NULL), STATUS_OK);
    lab->probe.from = from;
}

static void lab_free(struct lab *lab)
{
    probe_free(&lab->probe);
    model_free(&lab->model);
    free(lab->parameters);
    free(lab->prepared);
}

static void run_probe(struct lab *lab)
{
    assert_int_equal(probe_run(&lab->probe, lab->weights, NULL), STATUS_OK);
}

/* One sequence, forward and backward by hand. */
struct by_hand {
    struct batch batch;
    struct workspace ws;
    struct trace trace;
    struct loss loss;
};

/* The gradient on the outputs, as `from` wants it, at step tau. */
static void seed_by_hand(struct by_hand *hand, enum probe_seed from, int tau)
{
    const int V = hand->batch.shape.outputs;
    const int row = hand->batch.shape.readout == READOUT_EVERY ? tau : 0;
    const int outputs = output_steps(&hand->batch.shape) * V;
    real *d = hand->ws.doutput;
    double divisor = 1, squares = 0;

    hand->loss = loss_evaluate(&hand->batch, hand->ws.output, d);
    if (from == PROBE_MEAN)
        divisor = (double)hand->loss.elements;
    else
        for (int i = 0; i < outputs; i++) /* of one sequence: its output at tau alone */
            d[i] = i / V == row ? d[i] : 0;
    for (int v = 0; v < V; v++)
        squares += (double)d[row * V + v] * (double)d[row * V + v];
    if (from == PROBE_UNIT)
        divisor = sqrt(squares);
    for (int i = 0; i < outputs; i++)
        d[i] = (real)((double)d[i] / divisor);
}

static void run_by_hand(struct by_hand *hand, const struct lab *lab, uint64_t index,
                        uint32_t row, enum probe_seed from, int tau)
{
    real *gradients = reals_zero(lab->model.parameters.total);

    *hand = (struct by_hand){ 0 };
    assert_int_equal(batch_create(&hand->batch, &lab->task.shape, 1, NULL), STATUS_OK);
    task_fill(&lab->task, SEED, RANDOM_PROBE, index, row, &hand->batch);
    assert_int_equal(workspace_create(&hand->ws, &lab->model, hand->batch.extent, true, NULL),
                     STATUS_OK);
    model_forward(&lab->model, lab->weights, &hand->ws, &hand->batch);
    seed_by_hand(hand, from, tau);
    model_backward(&lab->model, &hand->ws, gradients);
    model_trace(&lab->model, &hand->ws, &hand->trace);
    free(gradients);
}

static void by_hand_free(struct by_hand *hand)
{
    batch_free(&hand->batch);
    workspace_free(&hand->ws);
    trace_free(&hand->trace);
}

/* The 2-norm of row t of x (T, n). */
static double norm_at(const real *x, int t, int n)
{
    double squares = 0;

    for (int k = 0; k < n; k++)
        squares += (double)x[t * n + k] * (double)x[t * n + k];
    return sqrt(squares);
}

static double entry_norm(const struct trace *trace, const char *quantity, int layer, int t)
{
    const struct trace_entry *entry = trace_find(trace, quantity, layer);

    if (entry == NULL)
        return 0;
    assert_true(entry->has_gradient);
    return norm_at(entry->gradient, t, entry->extent[2]);
}

/* h_t, h_t with c_t, or the residual stream: whichever the layer has. */
static double state_norm(const struct trace *trace, int layer, int t)
{
    const double h = entry_norm(trace, "hidden", layer, t);
    const double c = entry_norm(trace, "cell", layer, t);
    const double r = entry_norm(trace, "residual", layer, t);

    return sqrt(h * h + c * c + r * r);
}

static void the_profile_is_the_norms_of_the_trace(void **state)
{
    struct lab lab;
    const struct profile *profile = &lab.probe.profile;
    const struct trace *trace = &lab.probe.trace;

    lab_create(&lab, *state, PROBE_UNIT);
    run_probe(&lab);
    assert_int_equal(profile->steps, lab.task.shape.steps);
    assert_int_equal(profile->tau, lab.task.shape.steps - 1);
    assert_int_equal(profile->layers, 2);
    assert_false(profile->local);
    for (int t = 0; t < profile->steps; t++) {
        assert_close(profile->input.one[t], entry_norm(trace, "input", -1, t), 0, 1e-12);
        assert_true(profile->input.one[t] > 0);
        for (int l = 0; l < 2; l++) {
            assert_close(profile->state[l].one[t], state_norm(trace, l, t), 0, 1e-12);
            assert_true(profile->state[l].one[t] > 0 || t == profile->tau);
            assert_true(isnan(profile->state[l].rms[t]));
        }
        assert_true(isnan(profile->input.rms[t]));
    }
    lab_free(&lab);
}

static void assert_same_entry(const struct trace *probed, const struct trace_entry *own)
{
    const struct trace_entry *entry = trace_find(probed, own->quantity, own->layer);

    assert_non_null(entry);
    assert_int_equal(entry->count, own->count);
    assert_memory_equal(entry->value, own->value, own->count * sizeof *own->value);
    assert_int_equal(entry->has_gradient, !is_score_part(entry));
    assert_int_equal(own->has_gradient, entry->has_gradient);
    if (own->has_gradient)
        assert_memory_equal(entry->gradient, own->gradient, own->count * sizeof *own->gradient);
}

static void compare_with_hand(const struct small_case *small, enum probe_seed from)
{
    struct lab lab;
    struct by_hand hand;
    size_t inputs, outputs;
    const struct trace_entry *logits, *input;

    lab_create(&lab, small, from);
    run_probe(&lab);
    run_by_hand(&hand, &lab, 0, 0, from, lab.task.shape.steps - 1);
    assert_close(lab.probe.loss, hand.loss.sum / (double)hand.loss.elements, 0, 1e-15);
    for (int i = 0; i < hand.trace.count; i++)
        assert_same_entry(&lab.probe.trace, &hand.trace.entries[i]);

    input = trace_find(&lab.probe.trace, "input", -1);
    logits = trace_find(&lab.probe.trace, "logits", -1);
    assert_true(input != NULL && logits != NULL);
    assert_int_equal(lab.probe.trace.count, hand.trace.count + 2);
    inputs = (size_t)(lab.task.shape.steps * lab.task.shape.inputs);
    outputs = (size_t)(output_steps(&lab.task.shape) * lab.task.shape.outputs);
    assert_int_equal(input->count, inputs);
    assert_int_equal(logits->count, outputs);
    assert_memory_equal(input->gradient, hand.ws.dinput, inputs * sizeof(real));
    assert_memory_equal(logits->value, hand.ws.output, outputs * sizeof(real));
    for (size_t i = 0; i < outputs; i++)
        assert_close((double)logits->gradient[i], (double)hand.ws.doutput[i], 0, 1e-6);
    by_hand_free(&hand);
    lab_free(&lab);
}

static void the_unit_probe_is_what_one_computes_by_hand(void **state)
{
    compare_with_hand(*state, PROBE_UNIT);
}

static void the_raw_probe_is_what_one_computes_by_hand(void **state)
{
    compare_with_hand(*state, PROBE_RAW);
}

static void the_mean_probe_is_what_one_computes_by_hand(void **state)
{
    compare_with_hand(*state, PROBE_MEAN);
}

static void the_input_is_shown_as_it_is(void **state)
{
    struct lab lab;
    const struct trace_entry *input;
    int n;

    lab_create(&lab, *state, PROBE_UNIT);
    run_probe(&lab);
    input = trace_find(&lab.probe.trace, "input", -1);
    n = lab.task.shape.inputs;
    for (int t = 0; t < lab.task.shape.steps; t++)
        for (int k = 0; k < n; k++) {
            const real wanted = lab.probe.one.features ? lab.probe.one.features[t * n + k]
                                                       : (real)(lab.probe.one.tokens[t] == k);

            assert_true(input->value[t * n + k] == wanted);
        }
    lab_free(&lab);
}

/* The row that is asked has length 1, all others 0. */
static void the_seed_has_length_one(void **state)
{
    struct lab lab;
    const struct trace_entry *logits;

    lab_create(&lab, *state, PROBE_UNIT);
    run_probe(&lab);
    logits = trace_find(&lab.probe.trace, "logits", -1);
    for (int t = 0; t < logits->extent[1]; t++)
        assert_close(norm_at(logits->gradient, t, logits->extent[2]),
                     t == logits->extent[1] - 1, 1e-7, 0);
    lab_free(&lab);
}

/* Root of the mean square over 64 sequences, each by itself; and the slope of that. */
static void assert_rms(void *const *state, enum probe_seed from)
{
    struct lab lab;
    struct profile expected = { 0 };
    int T;

    lab_create(&lab, *state, from);
    T = lab.task.shape.steps;
    run_probe(&lab);
    assert_int_equal(probe_run_many(&lab.probe, lab.weights, NULL), STATUS_OK);
    assert_int_equal(profile_resize(&expected, T, 2, NULL), STATUS_OK);
    for (int t = 0; t < T; t++)
        expected.input.rms[t] = expected.state[0].rms[t] = expected.state[1].rms[t] = 0;
    for (uint32_t row = 0; row < 64; row++) {
        struct by_hand hand;

        run_by_hand(&hand, &lab, 1, row, from, T - 1);
        for (int t = 0; t < T; t++) {
            expected.input.rms[t] += pow(norm_at(hand.ws.dinput, t, lab.task.shape.inputs), 2);
            for (int l = 0; l < 2; l++)
                expected.state[l].rms[t] += pow(state_norm(&hand.trace, l, t), 2);
        }
        by_hand_free(&hand);
    }
    for (int r = -1; r < 2; r++) {
        struct profile_row *row = r < 0 ? &expected.input : &expected.state[r];
        const struct profile *found = &lab.probe.profile;
        const struct profile_row *probed = r < 0 ? &found->input : &found->state[r];

        for (int t = 0; t < T; t++) {
            row->rms[t] = sqrt(row->rms[t] / 64);
            assert_close(probed->rms[t], row->rms[t], 0, 1e-5);
        }
        profile_fit(row, T, T - 1);
        assert_close(probed->slope, row->slope, 1e-5, 1e-5);
    }
    run_probe(&lab); /* the next look at one sequence keeps them, */
    assert_close(lab.probe.profile.input.rms[0], expected.input.rms[0], 0, 1e-5);
    lab.probe.from = PROBE_RAW; /* another question forgets them */
    run_probe(&lab);
    assert_true(isnan(lab.probe.profile.input.rms[0]));
    profile_free(&expected);
    lab_free(&lab);
}

static void rms_is_the_root_mean_square_of_64_sequences(void **state)
{
    assert_rms(state, PROBE_UNIT);
}

static void rms_of_all_outputs_is_the_root_mean_square_of_64_sequences(void **state)
{
    assert_rms(state, PROBE_MEAN);
}

/* The mean of 64 sequences' weights, run one after another; none where nobody asks for it. */
static void attention_is_averaged_over_64_sequences_if_asked(void **state)
{
    struct lab lab;
    struct trace_entry *mean;
    double *plain;

    lab_create(&lab, *state, PROBE_UNIT);
    run_probe(&lab);
    assert_int_equal(probe_run_many(&lab.probe, lab.weights, NULL), STATUS_OK);
    assert_int_equal(lab.probe.mean.count, 0);
    lab.probe.average = true;
    for (int times = 0; times < 2; times++) /* nothing is left of the last time */
        assert_int_equal(probe_run_many(&lab.probe, lab.weights, NULL), STATUS_OK);
    assert_int_equal(lab.probe.mean.count, 2);
    for (int l = 0; l < 2; l++) {
        mean = (struct trace_entry *)trace_find(&lab.probe.mean, "attention", l);
        assert_non_null(mean);
        plain = calloc(mean->count, sizeof *plain);
        assert_non_null(plain);
        for (uint32_t row = 0; row < 64; row++) {
            struct by_hand hand;
            const struct trace_entry *one;

            run_by_hand(&hand, &lab, 1, row, PROBE_UNIT, lab.task.shape.steps - 1);
            one = trace_find(&hand.trace, "attention", l);
            assert_int_equal(one->count, mean->count);
            for (size_t i = 0; i < one->count; i++)
                plain[i] += (double)one->value[i] / 64;
            by_hand_free(&hand);
        }
        for (size_t i = 0; i < mean->count; i++)
            assert_close((double)mean->value[i], plain[i], 1e-7, 1e-5);
        free(plain);
    }
    lab.probe.average = false;
    assert_int_equal(probe_run_many(&lab.probe, lab.weights, NULL), STATUS_OK);
    assert_int_equal(lab.probe.mean.count, 0);
    assert_null(lab.probe.mean.entries); /* its memory is given back */
    lab_free(&lab);
}

/* What an output at step tau says cannot depend on what comes after it. */
static void nothing_flows_back_from_before_to_after(void **state)
{
    struct lab lab;
    const struct profile *profile = &lab.probe.profile;
    const int tau = 14;

    lab_create(&lab, *state, PROBE_UNIT);
    lab.probe.loss_at = tau;
    run_probe(&lab);
    assert_int_equal(probe_run_many(&lab.probe, lab.weights, NULL), STATUS_OK);
    assert_int_equal(profile->tau, tau);
    for (int t = 0; t < profile->steps; t++) {
        assert_int_equal(profile->input.one[t] > 0, t <= tau);
        assert_int_equal(profile->input.rms[t] > 0, t <= tau);
        for (int l = 0; l < 2; l++) {
            assert_int_equal(profile->state[l].one[t] > 0, t <= tau);
            assert_int_equal(profile->state[l].rms[t] > 0, t <= tau);
        }
    }
    lab_free(&lab);
}

/* One head of one sequence: rows sum to one, and the future has neither weight nor gradient. */
static void attention_is_seen_to_be_causal(void **state)
{
    static const struct small_case small = { "transformer", "copying", .length = 3 };
    struct lab lab;

    (void)state;
    lab_create(&lab, &small, PROBE_MEAN);
    run_probe(&lab);
    for (int l = 0; l < 2; l++) {
        const struct trace_entry *p = trace_find(&lab.probe.trace, "attention", l);
        const int T = p->extent[3];

        assert_int_equal(p->rank, 4);
        for (size_t i = 0; i < p->count / (size_t)T; i++) {
            const int query = (int)(i % (size_t)T);
            double sum = 0;

            for (int key = 0; key < T; key++) {
                const size_t at = i * (size_t)T + (size_t)key;

                sum += (double)p->value[at];
                assert_int_equal(p->value[at] > 0, key <= query);
                if (key > query)
                    assert_true(p->gradient[at] == 0);
            }
            assert_close(sum, 1, 1e-6, 0);
        }
    }
    lab_free(&lab);
}

struct asked {
    const char *task;
    int length, loss_at, tau;
};

static void the_step_that_is_asked_is_taken(void **state)
{
    const struct asked *row = *state;
    const struct small_case small = { "gru", row->task, .length = row->length };
    struct lab lab;

    lab_create(&lab, &small, PROBE_UNIT);
    lab.probe.loss_at = row->loss_at;
    run_probe(&lab);
    assert_int_equal(lab.probe.profile.tau, row->tau);
    lab_free(&lab);
}

static void another_sample_is_another_sequence(void **state)
{
    static const struct small_case small = { "elman", "adding", .length = 13 };
    struct lab lab;
    struct by_hand hand;
    double first;

    (void)state;
    lab_create(&lab, &small, PROBE_UNIT);
    run_probe(&lab);
    first = lab.probe.profile.input.one[0];
    probe_pin(&lab.probe, 5);
    run_probe(&lab);
    assert_true(lab.probe.profile.input.one[0] != first);
    run_by_hand(&hand, &lab, 0, 5, PROBE_UNIT, 12);
    assert_memory_equal(lab.probe.one.features, hand.batch.features, 26 * sizeof(real));
    probe_pin(&lab.probe, 0);
    run_probe(&lab);
    assert_true(lab.probe.profile.input.one[0] == first);
    by_hand_free(&hand);
    lab_free(&lab);
}

static void local_losses_are_said_to_be_local(void **state)
{
    static const struct small_case small = { "elman", "copying", .length = 3 };
    struct lab lab;

    (void)state;
    lab_create(&lab, &small, PROBE_MEAN);
    run_probe(&lab);
    assert_true(lab.probe.profile.local);
    lab.probe.from = PROBE_RAW;
    run_probe(&lab);
    assert_false(lab.probe.profile.local);
    lab_free(&lab);
}

/* clang-format off */
#define ON_COPYING(on)                                                                         \
    SMALL_CASE("nothing_flows_back_from_before_to_after",                                      \
               nothing_flows_back_from_before_to_after, on, "copying", 3)
#define ASKED(label, ...)                                                                      \
    { .name = label, .test_func = the_step_that_is_asked_is_taken,                             \
      .initial_state = &(struct asked){ __VA_ARGS__ } }

/* What a hand sets changes the pinned sequence, and no other, until it is taken back. */
static void edits_are_of_the_pinned_sequence(void **state)
{
    static const struct edit out[] = { { .kind = EDIT_HEAD_OUT, .head = 0 },
                                       { .kind = EDIT_HEAD_OUT, .head = 1 } };
    static const struct small_case small = { .model = "transformer", .task = "sort", .length = 5 };
    struct lab lab;
    double loss, rms;

    (void)state;
    lab_create(&lab, &small, PROBE_UNIT);
    run_probe(&lab);
    assert_int_equal(probe_run_many(&lab.probe, lab.weights, NULL), STATUS_OK);
    loss = lab.probe.loss;
    rms = lab.probe.profile.input.rms[0];
    lab.probe.edits = (struct edits){ out, 2 };
    run_probe(&lab);
    assert_int_equal(probe_run_many(&lab.probe, lab.weights, NULL), STATUS_OK);
    assert_true(fabs(lab.probe.loss - loss) > 1e-4);
    assert_true(lab.probe.profile.input.rms[0] == rms);
    lab.probe.edits = (struct edits){ NULL, 0 };
    run_probe(&lab);
    assert_true(lab.probe.loss == loss);
    lab_free(&lab);
}

/* h and c of an lstm have rows of their own, and together they are the layer's. */
static void the_parts_of_a_state_have_rows_that_add_up(void **state)
{
    static const struct small_case small = { .model = "lstm", .task = "copying", .length = 3 };
    struct lab lab;
    struct profile *profile = &lab.probe.profile;

    (void)state;
    lab_create(&lab, &small, PROBE_UNIT);
    run_probe(&lab);
    assert_int_equal(probe_run_many(&lab.probe, lab.weights, NULL), STATUS_OK);
    assert_int_equal(profile->parts, 4);
    for (int layer = 0; layer < 2; layer++) {
        const struct profile_row *h = profile_part(profile, layer, "hidden");
        const struct profile_row *c = profile_part(profile, layer, "cell");
        const struct profile_row *all = &profile->state[layer];

        for (int t = 0; t < profile->steps; t++) {
            assert_close(h->one[t], entry_norm(&lab.probe.trace, "hidden", layer, t), 0, 1e-12);
            assert_close(c->one[t], entry_norm(&lab.probe.trace, "cell", layer, t), 0, 1e-12);
            assert_close(sqrt(h->one[t] * h->one[t] + c->one[t] * c->one[t]), all->one[t], 0,
                         1e-12);
            assert_close(sqrt(h->rms[t] * h->rms[t] + c->rms[t] * c->rms[t]), all->rms[t], 0,
                         1e-12);
        }
        assert_true(isfinite(h->slope) && isfinite(c->slope));
    }
    lab_free(&lab);
}

static void a_raw_profile_is_the_unit_one_times_the_error(void **state)
{
    struct lab unit, raw;

    lab_create(&unit, *state, PROBE_UNIT);
    lab_create(&raw, *state, PROBE_RAW);
    run_probe(&unit);
    run_probe(&raw);
    assert_false(unit.probe.profile.raw);
    assert_true(raw.probe.profile.raw);
    assert_true(unit.probe.profile.error > 0 && unit.probe.profile.error != 1);
    assert_close(raw.probe.profile.error, unit.probe.profile.error, 0, 1e-12);
    for (int t = 0; t < unit.probe.profile.steps; t++)
        assert_close(raw.probe.profile.input.one[t],
                     unit.probe.profile.error * unit.probe.profile.input.one[t], 1e-30, 1e-4);
    raw.probe.from = PROBE_MEAN; /* many errors at once: there is no length of one */
    run_probe(&raw);
    assert_true(isnan(raw.probe.profile.error));
    assert_false(raw.probe.profile.raw);
    lab_free(&unit);
    lab_free(&raw);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SMALL_CASES("the_profile_is_the_norms_of_the_trace",
                    the_profile_is_the_norms_of_the_trace),
        SMALL_CASES("the_unit_probe_is_what_one_computes_by_hand",
                    the_unit_probe_is_what_one_computes_by_hand),
        SMALL_CASES("the_raw_probe_is_what_one_computes_by_hand",
                    the_raw_probe_is_what_one_computes_by_hand),
        SMALL_CASES("the_mean_probe_is_what_one_computes_by_hand",
                    the_mean_probe_is_what_one_computes_by_hand),
        SMALL_CASES("the_input_is_shown_as_it_is", the_input_is_shown_as_it_is),
        SMALL_CASES("the_seed_has_length_one", the_seed_has_length_one),
        SMALL_CASES("rms_is_the_root_mean_square_of_64_sequences",
                    rms_is_the_root_mean_square_of_64_sequences),
        SMALL_CASES("rms_of_all_outputs_is_the_root_mean_square_of_64_sequences",
                    rms_of_all_outputs_is_the_root_mean_square_of_64_sequences),
        ON_COPYING("elman"), ON_COPYING("lstm"), ON_COPYING("gru"), ON_COPYING("transformer"),
        ASKED("a_scored_step_is_asked", "copying", 3, 4, 4),
        ASKED("the_first_step_is_asked", "copying", 3, 0, 0),
        ASKED("the_last_step_is_asked_by_default", "copying", 3, PROBE_LAST, 22),
        ASKED("a_step_past_the_end_counts_as_the_last", "copying", 3, 23, 22),
        ASKED("a_step_without_output_counts_as_the_last", "adding", 13, 4, 12),
        ASKED("a_step_that_is_not_scored_counts_as_the_last", "sort", 6, 4, 10),
        ASKED("the_first_scored_step_is_asked", "sort", 6, 5, 5),
        SMALL_CASES_OF("attention_is_averaged_over_64_sequences_if_asked",
                       attention_is_averaged_over_64_sequences_if_asked, "transformer"),
        cmocka_unit_test(attention_is_seen_to_be_causal),
        cmocka_unit_test(another_sample_is_another_sequence),
        cmocka_unit_test(local_losses_are_said_to_be_local),
        cmocka_unit_test(edits_are_of_the_pinned_sequence),
        cmocka_unit_test(the_parts_of_a_state_have_rows_that_add_up),
        SMALL_CASES("a_raw_profile_is_the_unit_one_times_the_error",
                    a_raw_profile_is_the_unit_one_times_the_error),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
