/* Tests of probe_input: a person's own sequence is probed like any other, or refused. */
#include "tests/test.h"

#include <ctype.h>
#include <string.h>

#include "common/tasks/sort.h"
#include "common/training/probe.h"
#include "common/training/trainer.h"
#include "tests/common/training/small_models.h"

/*
 * sort with a grammar of this test's own, "2 0 1 ...": the tokens of all steps, and targets
 * behind a slash or none at all.
 */
static enum status parse_tokens(const struct task *task, const char *text, struct batch *batch,
                                struct error *error)
{
    const int steps = task->shape.steps;
    const char *slash = strchr(text, '/');
    int count = 0;

    for (const char *c = text; *c != '\0' && c != slash; c++)
        count += isdigit((unsigned char)*c) != 0;
    if (count != steps)
        return error_set(error, STATUS_USAGE, "%d digits, not %d", count, steps);
    for (int t = 0; t < steps; t++) {
        text += strcspn(text, "012");
        batch->tokens[t] = *text++ - '0';
        batch->classes[t] = slash != NULL && t >= steps / 2 ? 1 : TARGET_IGNORED;
    }
    return STATUS_OK;
}

struct probed {
    struct task_kind kind;
    struct sequence_model model;
    struct task task;
    struct trainer trainer;
    struct probe probe;
};

static void probed_create(struct probed *p)
{
    static const struct small_case small = { .model = "gru", .task = "sort", .length = 5 };
    const struct trainer_options options = { .batch = 4, .threads = 1, .seed = 5 };

    *p = (struct probed){ .kind = sort_task };
    small_model_create(&p->model, &p->task, &small);
    p->kind.parse = parse_tokens;
    p->task.kind = &p->kind;
    assert_int_equal(trainer_create(&p->trainer, &p->model, &p->task, &options, NULL),
                     STATUS_OK);
    assert_int_equal(probe_create(&p->probe, &p->model, &p->task, 5, NULL), STATUS_OK);
}

static void probed_free(struct probed *p)
{
    probe_free(&p->probe);
    trainer_free(&p->trainer);
    model_free(&p->model);
}

static enum status run(struct probed *p, const char *text)
{
    struct error error = { STATUS_OK, "" };
    enum status status = probe_input(&p->probe, text, &error);

    if (status == STATUS_OK)
        status = probe_run(&p->probe, trainer_weights(&p->trainer), &error);
    if (status != STATUS_OK)
        fail_msg("%s", error.message);
    return status;
}

/* Sample 3, written out as text, is measured as sample 3 is. */
static void a_sample_written_as_text_gives_what_the_sample_gives(void **state)
{
    struct probed p;
    const struct batch *one = &p.probe.one;
    int tokens[16], classes[16];
    char text[64] = "";
    double loss;

    (void)state;
    probed_create(&p);
    probe_pin(&p.probe, 3);
    for (int t = 0; t < one->extent.steps; t++) {
        const char digit[] = { (char)('0' + one->tokens[t]), ' ', '\0' };

        tokens[t] = one->tokens[t];
        classes[t] = one->classes[t];
        strcat(text, digit);
        if (classes[t] != TARGET_IGNORED)
            one->classes[t] = 1; /* the target that the grammar's slash stands for */
    }
    assert_int_equal(probe_run(&p.probe, trainer_weights(&p.trainer), NULL), STATUS_OK);
    loss = p.probe.loss;
    assert_true(loss > 0);
    probe_pin(&p.probe, 4);
    run(&p, strcat(text, "/"));
    for (int t = 0; t < one->extent.steps; t++) {
        assert_int_equal(one->tokens[t], tokens[t]);
        assert_int_equal(one->classes[t] == TARGET_IGNORED, classes[t] == TARGET_IGNORED);
    }
    assert_true(p.probe.loss == loss);
    probed_free(&p);
}

/* Somebody's own sequence may have no answer: states are there, and no gradient. */
static void a_sequence_without_targets_is_looked_at_without_gradients(void **state)
{
    struct probed p;
    const struct trace_entry *hidden;
    real largest = 0;

    (void)state;
    probed_create(&p);
    run(&p, "2 0 1 1 2 0 1 1 2");
    assert_true(p.probe.loss == 0);
    assert_int_equal(p.probe.profile.tau, p.task.shape.steps - 1);
    hidden = trace_find(&p.probe.trace, "hidden", 0);
    assert_non_null(hidden);
    for (size_t k = 0; k < hidden->count; k++) {
        assert_true(hidden->gradient[k] == 0);
        largest = hidden->value[k] > largest ? hidden->value[k] : largest;
    }
    assert_true(largest > 0);
    probed_free(&p);
}

struct bad_row {
    const char *text, *said;
};

static void it_is_refused_and_the_pinned_sample_stays(void **state)
{
    const struct bad_row *row = *state;
    struct error error = { STATUS_OK, "" };
    struct probed p;
    double loss;

    probed_create(&p);
    probe_pin(&p.probe, 3);
    assert_int_equal(probe_run(&p.probe, trainer_weights(&p.trainer), NULL), STATUS_OK);
    loss = p.probe.loss;
    assert_int_equal(probe_input(&p.probe, row->text, &error), STATUS_USAGE);
    assert_int_equal(error.status, STATUS_USAGE);
    if (strstr(error.message, row->said) == NULL || strchr(error.message, '\n') != NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.message, row->said);
    assert_int_equal(probe_run(&p.probe, trainer_weights(&p.trainer), NULL), STATUS_OK);
    assert_true(p.probe.loss == loss);
    probed_free(&p);
}

static void a_task_without_a_grammar_says_so(void **state)
{
    struct probed p;
    struct error error;

    (void)state;
    probed_create(&p);
    p.kind.parse = NULL;
    p.probe.task.kind = &p.kind;
    assert_int_equal(probe_input(&p.probe, "2 0 1", &error), STATUS_USAGE);
    assert_non_null(strstr(error.message, "sort takes no input of your own"));
    probed_free(&p);
}

/* clang-format off */
#define BAD(label, ...)                                                                \
    { .name = label "_is_refused_and_the_pinned_sample_stays",                         \
      .test_func = it_is_refused_and_the_pinned_sample_stays,                          \
      .initial_state = &(struct bad_row){ __VA_ARGS__ } }
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_written_as_text_gives_what_the_sample_gives),
        cmocka_unit_test(a_sequence_without_targets_is_looked_at_without_gradients),
        cmocka_unit_test(a_task_without_a_grammar_says_so),
        BAD("what_the_task_refuses", "2 0 1", "3 digits, not 9"),
        BAD("a_line_break", "2 0 1\n1 2 0 1 1 2", "byte 6 of the sequence is 0x0A"),
        BAD("invalid_utf8", "2 0 \xFF 1", "byte 5 of the sequence is 0xFF"),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
