/* Tests of lessons/snapshot.c: one moment of the lab as a person sees it. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/snapshot.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

/* A lab that has made some steps and was looked at. */
static struct lab *looked_at(const char *task, const char *left, const char *right, int steps)
{
    const struct lab_config config = small_config(task, left, right);
    struct lab *lab = lab_make(&config);

    lab_look(lab); /* for the profile of step 0 */
    lab_train(lab, steps);
    lab_look(lab);
    return lab;
}

static void take(struct snapshot *snapshot, const struct lab *lab)
{
    struct error error = { STATUS_OK, "" };

    if (snapshot_take(snapshot, lab, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

/* What a person reads at every step, task by task */

static void assert_token(const struct snapshot *s, int t, const char *input, const char *target,
                         bool marked)
{
    const struct snapshot_token *token = &s->token[t];

    assert_string_equal(token->input, input);
    assert_string_equal(token->target, target);
    assert_int_equal(token->marked, marked);
    assert_int_equal(token->scored, target[0] != '\0');
}

static void an_rms_is_of_the_step_that_it_was_measured_at(void **state)
{
    struct lab *lab = looked_at("adding", "elman", "transformer", 3);
    struct snapshot s = { 0 };

    (void)state;
    take(&s, lab);
    assert_int_equal(s.arm[1].rms_step, 3);
    assert_int_equal(s.arm[1].probed_step, 3);
    lab_train(lab, 2);
    assert_int_equal(lab_probe(lab, false, NULL), STATUS_OK);
    take(&s, lab);
    assert_int_equal(s.arm[1].rms_step, 3);
    assert_int_equal(s.arm[1].probed_step, 5);
    snapshot_free(&s);
    lab_free(lab);
}

static void adding_reads_as_hundredths_and_one_sum(void **state)
{
    struct lab *lab = looked_at("adding", "elman", "transformer", 2);
    const struct batch *batch = &lab->arm[0].probe.one;
    struct snapshot s = { 0 };
    int marked = 0;
    char text[16];

    (void)state;
    take(&s, lab);
    assert_int_equal(s.steps, 12);
    for (int t = 0; t < 12; t++) {
        const bool mark = batch->features[2 * t + 1] == 1;
        char target[16] = "";

        snprintf(text, sizeof text, ".%02d", (int)((double)batch->features[2 * t] * 100));
        if (t == 11)
            snprintf(target, sizeof target, "%.3f", (double)batch->values[0]);
        assert_token(&s, t, text, target, mark);
        marked += mark;
    }
    assert_int_equal(marked, 2);
    assert_string_equal(s.task_title, "adding: the sum of two marked numbers");
    assert_string_equal(s.loss_name, "mean squared error");
    assert_string_equal(s.metric_name, "answers within .04");
    assert_close(s.baseline, 1.0 / 6, 1e-12, 0);
    for (int i = 0; i < 2; i++) {
        const struct trace_entry *logits = trace_find(&lab->arm[i].probe.trace, "logits", -1);

        for (int t = 0; t < 11; t++)
            assert_string_equal(s.arm[i].answer[t].text, "");
        snprintf(text, sizeof text, "%.3f", (double)logits->value[0]);
        assert_string_equal(s.arm[i].answer[11].text, text);
        assert_true(isnan(s.arm[i].answer[11].confidence)); /* a value, no probability */
        assert_int_equal(s.arm[i].answer[11].right,
                         fabs((double)(logits->value[0] - batch->values[0])) <= .04);
    }
    snapshot_free(&s);
    lab_free(lab);
}

static void copying_reads_as_symbols_blanks_and_a_recall(void **state)
{
    struct lab *lab = looked_at("copying", "gru", "lstm", 2);
    const struct batch *batch = &lab->arm[0].probe.one;
    struct snapshot s = { 0 };

    (void)state;
    take(&s, lab);
    assert_int_equal(s.steps, 23);
    for (int t = 0; t < 23; t++) {
        char input[16], target[16];

        /* Ten symbols, two blanks, the sign to begin from step 12 on; answers from 13. */
        snprintf(input, sizeof input, "%d", t < 10 ? batch->tokens[t] : t < 12 ? 0 : 9);
        snprintf(target, sizeof target, "%d", t < 13 ? 0 : batch->tokens[t - 13]);
        assert_token(&s, t, input, target, t < 10);
    }
    assert_string_equal(s.loss_name, "cross-entropy (nats)");
    assert_string_equal(s.metric_name, "right answers");
    assert_close(s.baseline, 10 * log(8) / 23, 1e-12, 0);
    snapshot_free(&s);
    lab_free(lab);
}

static void sorting_reads_as_digits_and_their_order(void **state)
{
    struct lab *lab = looked_at("sort", "gru", "transformer", 2);
    const struct batch *batch = &lab->arm[0].probe.one;
    int sorted[5], count = 0;
    struct snapshot s = { 0 };

    (void)state;
    for (int digit = 0; digit < 3; digit++)
        for (int i = 0; i < 5; i++)
            if (batch->tokens[i] == digit)
                sorted[count++] = digit;
    assert_int_equal(count, 5);
    take(&s, lab);
    assert_int_equal(s.steps, 9);
    for (int t = 0; t < 9; t++) {
        char input[16], target[16] = "";

        snprintf(input, sizeof input, "%d", t < 5 ? batch->tokens[t] : sorted[t - 5]);
        if (t >= 4)
            snprintf(target, sizeof target, "%d", sorted[t - 4]);
        assert_token(&s, t, input, target, t < 5);
    }
    assert_string_equal(s.metric_name, "right sequences");
    assert_close(s.baseline, log(3), 1e-12, 0);
    snapshot_free(&s);
    lab_free(lab);
}

static void padding_reads_as_nothing(void **state)
{
    enum { LENGTH = 5 };
    struct lab *lab = looked_at("reverse", "gru", "transformer", 1);
    struct snapshot s = { 0 };

    (void)state;
    batch_set_length(&lab->arm[0].probe.one, 0, LENGTH);
    take(&s, lab);
    assert_true(LENGTH < s.steps);
    for (int t = 0; t < s.steps; t++)
        assert_int_equal(s.token[t].input[0] != '\0', t < LENGTH);
    for (int t = LENGTH; t < s.steps; t++)
        assert_token(&s, t, "", "", false);
    snapshot_free(&s);
    lab_free(lab);
}

/* Answers */

struct task_row {
    const char *task, *left, *right;
    int steps;
};

/* The answer is the largest logit, its confidence the softmax's. */
static void assert_answer(const struct snapshot_answer *answer,
                          const struct snapshot_token *token, const real *logits, int V)
{
    const int best = largest_logit(logits, V);
    double sum = 0;
    char text[16];

    for (int v = 0; v < V; v++)
        sum += exp((double)logits[v]);
    snprintf(text, sizeof text, "%d", best);
    assert_string_equal(answer->text, text);
    assert_true(answer->confidence > 0 && answer->confidence <= 1);
    assert_true(answer->confidence >= 1.0 / V);
    assert_close(answer->confidence, exp((double)logits[best]) / sum, 0, 1e-9);
    assert_int_equal(answer->right, strcmp(text, token->target) == 0);
}

static void answers_agree_with_logits_and_metric(void **state)
{
    const struct task_row *row = *state;
    struct lab *lab = looked_at(row->task, row->left, row->right, row->steps);
    struct snapshot s = { 0 };
    int rights = 0, wrongs = 0;

    for (long sample = 0; sample < 8; sample++) {
        lab_pin(lab, sample);
        lab_look(lab);
        take(&s, lab);
        assert_int_equal(s.sample, sample);
        for (int i = 0; i < s.arms; i++) {
            const struct probe *probe = &lab->arm[i].probe;
            const int V = lab->task.shape.outputs;
            const struct trace_entry *logits = trace_find(&probe->trace, "logits", -1);
            const struct score score =
                metric_evaluate(&lab->task.metric, &probe->one, logits->value);
            long right = 0, counted = 0;

            for (int t = 0; t < s.steps; t++) {
                const struct snapshot_answer *answer = &s.arm[i].answer[t];

                if (!s.token[t].scored) {
                    assert_string_equal(answer->text, "");
                    assert_false(answer->right);
                    continue;
                }
                assert_answer(answer, &s.token[t], logits->value + t * V, V);
                rights += answer->right;
                wrongs += !answer->right;
                counted += t >= lab->task.metric.from_step;
                right += t >= lab->task.metric.from_step && answer->right;
            }
            if (lab->task.metric.kind == METRIC_SEQUENCES)
                assert_int_equal(score.right, right == counted);
            else
                assert_int_equal(score.right, right);
        }
    }
    assert_true(rights > 0 && wrongs > 0); /* both were seen */
    snapshot_free(&s);
    lab_free(lab);
}

/* Everything else */

static void assert_same_profile(const struct profile *a, const struct profile *b)
{
    const size_t bytes = (size_t)b->steps * sizeof(double);

    assert_int_equal(a->steps, b->steps);
    assert_int_equal(a->layers, b->layers);
    assert_int_equal(a->tau, b->tau);
    assert_true(a->block != b->block); /* a copy of its own */
    assert_memory_equal(a->input.one, b->input.one, bytes);
    assert_memory_equal(a->input.rms, b->input.rms, bytes);
    assert_close(a->input.slope, b->input.slope, 0, 0);
    for (int l = 0; l < b->layers; l++) {
        assert_memory_equal(a->state[l].one, b->state[l].one, bytes);
        assert_close(a->state[l].slope, b->state[l].slope, 0, 0);
    }
}

/* The snapshot is the lab's, and shares no memory with it. */
static void assert_shows(const struct snapshot *s, const struct lab *lab)
{
    assert_memory_equal(&s->config, &lab->config, sizeof s->config);
    assert_int_equal(s->step, lab->step);
    assert_true(s->seconds == lab->seconds);
    assert_int_equal(s->arms, lab->arms);
    assert_int_equal(s->steps, lab->task.shape.steps);
    assert_true(s->token_capacity >= s->steps);
    for (int i = 0; i < lab->arms; i++) {
        const struct snapshot_arm *arm = &s->arm[i];
        const struct lab_arm *from = &lab->arm[i];

        assert_string_equal(arm->name, from->name);
        assert_string_equal(arm->model, lab->config.arm[from->number].model);
        assert_int_equal(arm->parameters, from->model.parameters.total);
        assert_int_equal(arm->core_parameters, model_core_parameters(&from->model));
        assert_true(arm->core_parameters < arm->parameters);
        assert_true(arm->flops > (double)arm->core_parameters);
        assert_close(arm->learning_rate, strcmp(arm->model, "transformer") ? 3e-3 : 1e-3, 0, 0);
        assert_same_report(&(struct report){ arm->loss, arm->accuracy, arm->gradient_norm },
                           &from->last);
        assert_close(arm->probe_loss, from->probe.loss, 0, 0);
        assert_int_equal(arm->stopped, from->stopped);
        assert_same_curve(&arm->curve, &from->curve);
        assert_same_profile(&arm->now, &from->probe.profile);
        assert_same_profile(&arm->first, &from->first);
        assert_int_equal(arm->trace.count, from->probe.trace.count);
        for (int k = 0; k < arm->trace.count; k++) {
            const struct trace_entry *a = &arm->trace.entries[k];
            const struct trace_entry *b = &from->probe.trace.entries[k];

            assert_string_equal(a->name, b->name);
            assert_true(a->value != b->value);
            assert_memory_equal(a->extent, b->extent, sizeof a->extent);
            assert_memory_equal(a->value, b->value, a->count * sizeof(real));
        }
    }
}

static void a_snapshot_shows_all_of_the_lab(void **state)
{
    const struct task_row *row = *state;
    struct lab *lab = looked_at(row->task, row->left, row->right, row->steps);
    struct snapshot s = { .serial = 8, .running = true, .steps_per_second = 2.5 };

    take(&s, lab);
    assert_shows(&s, lab);
    assert_int_equal(s.serial, 8); /* the caller's */
    assert_true(s.running);
    assert_close(s.steps_per_second, 2.5, 0, 0);
    snapshot_free(&s);
    assert_null(s.token);
    snapshot_free(&s);
    lab_free(lab);
}

static void a_snapshot_says_whose_loss_the_baseline_is(void **state)
{
    struct lab *adding = looked_at("adding", "elman", "gru", 0);
    struct lab *line = looked_at("line", "elman", "gru", 0);
    struct snapshot s = { 0 };

    (void)state;
    take(&s, line);
    assert_close(s.baseline, 0.01, 0, 1e-12);
    assert_string_equal(s.baseline_is, "the true line");
    take(&s, adding);
    assert_null(s.baseline_is);
    snapshot_free(&s);
    lab_free(adding);
    lab_free(line);
}

/* After the lab has gone on, and after it is gone, the moment stays. */
static void a_snapshot_lives_longer_than_its_lab(void **state)
{
    struct lab *lab = looked_at("adding", "elman", "transformer", 1);
    struct snapshot s = { 0 };
    double norm;
    real value;

    (void)state;
    take(&s, lab);
    norm = s.arm[1].now.input.one[3];
    value = s.arm[1].trace.entries[0].value[0];
    lab_train(lab, 3);
    lab_pin(lab, 4);
    lab_look(lab);
    lab_free(lab);
    assert_int_equal(s.step, 1);
    assert_true(s.arm[1].now.input.one[3] == norm);
    assert_true(s.arm[1].trace.entries[0].value[0] == value);
    assert_int_equal(s.arm[1].curve.count, 1);
    snapshot_free(&s);
}

static void a_snapshot_is_filled_again_by_a_longer_and_a_shorter_task(void **state)
{
    static const struct task_row rows[] = {
        { "sort", "gru", "transformer", 1 },    { "copying", "transformer", "lstm", 2 },
        { "adding", "elman", NULL, 1 },         { "sort", "lstm", "elman", 0 },
        { "copying", "gru", "transformer", 1 },
    };
    struct snapshot s = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct lab *lab = looked_at(rows[i].task, rows[i].left, rows[i].right, rows[i].steps);
        struct snapshot fresh = { 0 };

        take(&s, lab);
        take(&fresh, lab);
        assert_shows(&s, lab);
        assert_string_equal(s.task_title, fresh.task_title);
        for (int t = 0; t < s.steps; t++) {
            assert_string_equal(s.token[t].input, fresh.token[t].input);
            assert_string_equal(s.token[t].target, fresh.token[t].target);
            assert_int_equal(s.token[t].marked, fresh.token[t].marked);
            assert_int_equal(s.token[t].scored, fresh.token[t].scored);
            for (int arm = 0; arm < s.arms; arm++) {
                assert_string_equal(s.arm[arm].answer[t].text, fresh.arm[arm].answer[t].text);
                assert_int_equal(s.arm[arm].answer[t].right, fresh.arm[arm].answer[t].right);
            }
        }
        snapshot_free(&fresh);
        lab_free(lab);
    }
    snapshot_free(&s);
}

/* Every tensor under its name, and not the lab's own memory. */
static void a_snapshot_has_the_weights_of_its_moment(void **state)
{
    struct lab *lab = looked_at("adding", "lstm", "transformer", 2);
    struct snapshot s = { 0 };

    (void)state;
    take(&s, lab);
    for (int arm = 0; arm < 2; arm++) {
        const struct parameter_list *list = &lab->arm[arm].model.parameters;
        const struct snapshot_weights *w = &s.arm[arm].weights;

        assert_int_equal(w->count, list->count);
        assert_int_equal(w->total, list->total);
        assert_memory_equal(w->value, lab->arm[arm].trainer.parameters,
                            list->total * sizeof(real));
        for (int i = 0; i < list->count; i++) {
            assert_string_equal(w->tensor[i].name, list->items[i].name);
            assert_int_equal(w->tensor[i].rows, list->items[i].shape[0]);
            assert_int_equal(w->tensor[i].columns,
                             list->items[i].rank == 1 ? 1 : list->items[i].shape[1]);
            assert_int_equal(w->tensor[i].vector, list->items[i].rank == 1);
            assert_int_equal(w->tensor[i].offset, list->items[i].offset);
        }
    }
    lab_train(lab, 1);
    assert_memory_not_equal(s.arm[0].weights.value, lab->arm[0].trainer.parameters,
                            s.arm[0].weights.total * sizeof(real));
    lab_free(lab);
    snapshot_free(&s);
    assert_null(s.arm[0].weights.value);
}

/* What a hand may type stands there: it is read as the same sequence again. */
static void the_text_of_a_sequence_can_be_typed_again(void **state)
{
    static const char *const tasks[] = { "adding", "sort", "copying" };

    (void)state;
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        struct lab *lab = looked_at(tasks[i], "gru", "elman", 0);
        struct snapshot s = { 0 }, own = { 0 };

        take(&s, lab);
        assert_true(s.parses);
        assert_int_equal(s.sample, 0);
        assert_int_equal(lab_input(lab, s.text, NULL), STATUS_OK);
        lab_look(lab);
        take(&own, lab);
        assert_int_equal(own.sample, LAB_OWN_INPUT);
        assert_string_equal(own.text, s.text);
        assert_int_equal(own.length, s.length);
        for (int t = 0; t < s.steps; t++)
            assert_string_equal(own.token[t].input, s.token[t].input);
        snapshot_free(&s);
        snapshot_free(&own);
        lab_free(lab);
    }
}

static void a_shorter_sequence_of_ones_own_says_its_length(void **state)
{
    struct lab *lab = looked_at("adding", "gru", "elman", 0);
    struct snapshot s = { 0 };

    (void)state;
    assert_int_equal(lab_input(lab, ".25* .5 .5*", NULL), STATUS_OK);
    lab_look(lab);
    take(&s, lab);
    assert_int_equal(s.length, 3);
    assert_true(s.token[2].scored && s.token[2].marked);
    assert_close(s.token[2].target_value, 0.75, 1e-6, 0);
    assert_int_equal(s.token[2].target_class, -1);
    assert_string_equal(s.token[3].input, "");
    snapshot_free(&s);
    lab_free(lab);
}

static void outputs_have_names_and_targets_numbers(void **state)
{
    struct lab *sort = looked_at("sort", "gru", "elman", 0);
    struct lab *adding = looked_at("adding", "gru", "elman", 0);
    const struct batch *batch = &sort->arm[0].probe.one;
    struct snapshot s = { 0 };

    (void)state;
    take(&s, sort);
    assert_true(s.classes && s.every);
    assert_int_equal(s.outputs, 3);
    assert_string_equal(s.symbol[2], "2");
    for (int t = 0; t < s.steps; t++)
        assert_int_equal(s.token[t].target_class, s.token[t].scored ? batch->classes[t] : -1);
    assert_true(isnan(s.token[s.steps - 1].target_value));
    take(&s, adding);
    assert_false(s.classes || s.every);
    assert_int_equal(s.outputs, 1);
    assert_true(isnan(s.token[0].target_value));
    assert_close(s.token[11].target_value, (double)adding->arm[0].probe.one.values[0], 0, 0);
    snapshot_free(&s);
    lab_free(sort);
    lab_free(adding);
}

static void a_stopped_arm_carries_its_reason(void **state)
{
    struct lab *lab = looked_at("adding", "elman", "gru", 1);
    struct snapshot s = { 0 };

    (void)state;
    lab->arm[0].stopped = true;
    error_set(&lab->arm[0].why, STATUS_DIVERGED, "step 7: too much");
    take(&s, lab);
    assert_true(s.arm[0].stopped);
    assert_string_equal(s.arm[0].stop_reason, "step 7: too much");
    assert_false(s.arm[1].stopped);
    assert_string_equal(s.arm[1].stop_reason, "");
    snapshot_free(&s);
    lab_free(lab);
}

static void where_the_loss_is_taken_is_shown(void **state)
{
    struct lab *lab = looked_at("sort", "gru", "elman", 0);
    struct snapshot s = { 0 };

    (void)state;
    take(&s, lab);
    assert_int_equal(s.loss_at, 8);
    lab_loss_at(lab, 6);
    lab_look(lab);
    take(&s, lab);
    assert_int_equal(s.loss_at, 6);
    lab_loss_at(lab, LAB_ALL_OUTPUTS);
    lab_look(lab);
    take(&s, lab);
    assert_int_equal(s.loss_at, -1);
    snapshot_free(&s);
    lab_free(lab);
}

/* clang-format off */
#define TASK(sentence, test, ...)                                                              \
    { .name = sentence, .test_func = test,                                                     \
      .initial_state = &(struct task_row){ __VA_ARGS__ } }

static void a_look_back_is_all_of_one_moment_but_for_curve_and_step(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "transformer");
    struct history *history = calloc(1, sizeof *history);
    struct snapshot s = { 0 }, then = { 0 };
    struct lab *lab = lab_make(&config);

    (void)state;
    assert_non_null(history);
    history_begin(history, lab, (size_t)1 << 20);
    lab_train(lab, 3);
    assert_int_equal(history_take(history, lab, NULL), STATUS_OK);
    lab_look(lab);
    take(&then, lab);
    lab_train(lab, 4);
    assert_int_equal(history_look(history, lab, 3, NULL), STATUS_OK);
    lab_look(lab);
    take(&s, lab);
    assert_int_equal(s.looking_at, 3);
    assert_int_equal(then.looking_at, LAB_NOW);
    assert_int_equal(s.step, 7);
    for (int i = 0; i < 2; i++) {
        const struct snapshot_arm *a = &s.arm[i], *b = &then.arm[i];

        assert_true(a->loss == b->loss && a->accuracy == b->accuracy);
        assert_true(a->gradient_norm == b->gradient_norm);
        assert_true(a->probe_loss == b->probe_loss);
        assert_string_equal(a->answer[8].text, b->answer[8].text);
        assert_int_equal(a->looked_step, 3);
        assert_int_equal(b->looked_step, 3);
        assert_int_equal(a->step, 7);
        assert_int_equal(a->curve.count, 7);
    }
    snapshot_free(&s);
    snapshot_free(&then);
    history_free(history);
    free(history);
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_look_back_is_all_of_one_moment_but_for_curve_and_step),
        cmocka_unit_test(an_rms_is_of_the_step_that_it_was_measured_at),
        cmocka_unit_test(adding_reads_as_hundredths_and_one_sum),
        cmocka_unit_test(copying_reads_as_symbols_blanks_and_a_recall),
        cmocka_unit_test(sorting_reads_as_digits_and_their_order),
        cmocka_unit_test(padding_reads_as_nothing),
        TASK("answers_agree_with_logits_and_metric_in_copying",
             answers_agree_with_logits_and_metric, "copying", "gru", "transformer", 20),
        TASK("answers_agree_with_logits_and_metric_in_sort",
             answers_agree_with_logits_and_metric, "sort", "lstm", "transformer", 60),
        TASK("a_snapshot_of_adding_shows_all_of_the_lab", a_snapshot_shows_all_of_the_lab,
             "adding", "elman", "transformer", 3),
        TASK("a_snapshot_of_copying_shows_all_of_the_lab", a_snapshot_shows_all_of_the_lab,
             "copying", "lstm", "gru", 2),
        TASK("a_snapshot_of_step_0_shows_all_of_the_lab", a_snapshot_shows_all_of_the_lab,
             "sort", "transformer", "gru", 0),
        cmocka_unit_test(a_snapshot_says_whose_loss_the_baseline_is),
        cmocka_unit_test(a_snapshot_lives_longer_than_its_lab),
        cmocka_unit_test(a_snapshot_is_filled_again_by_a_longer_and_a_shorter_task),
        cmocka_unit_test(a_snapshot_has_the_weights_of_its_moment),
        cmocka_unit_test(the_text_of_a_sequence_can_be_typed_again),
        cmocka_unit_test(a_shorter_sequence_of_ones_own_says_its_length),
        cmocka_unit_test(outputs_have_names_and_targets_numbers),
        cmocka_unit_test(a_stopped_arm_carries_its_reason),
        cmocka_unit_test(where_the_loss_is_taken_is_shown),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
