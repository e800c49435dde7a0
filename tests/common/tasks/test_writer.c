/* Tests of common/tasks/writer.h. */
#include "common/tasks/writer.h"

#include <stdlib.h>
#include <string.h>

#include "tests/common/training/small_models.h"
#include "tests/test.h"

struct writer_row {
    const char *task;
    bool feeds_back;
    int prompt_steps; /* of one of its own sequences */
};

static void the_task_says_what_is_given_and_what_is_written(void **state)
{
    const struct writer_row *row = *state;
    struct task task;
    struct batch batch;
    bool feeds_back = !row->feeds_back;

    assert_int_equal(task_find(&task, row->task, 0, NULL), STATUS_OK);
    assert_int_equal(writer_feeds_back(&task, &feeds_back, NULL), STATUS_OK);
    assert_int_equal(feeds_back, row->feeds_back);
    assert_int_equal(batch_create(&batch, &task.shape, 1, NULL), STATUS_OK);
    task_fill(&task, 1, RANDOM_TEST, 0, 0, &batch);
    assert_int_equal(writer_prompt_steps(&task, &batch, feeds_back),
                     row->prompt_steps ? row->prompt_steps : task.shape.steps);
    batch_free(&batch);
    task_close(&task);
}

struct prompt_row {
    const char *task, *prompt;
    int given, wanted; /* steps, symbols */
};

static void a_prompt_is_read_and_completed(void **state)
{
    const struct prompt_row *row = *state;
    struct task task;
    struct batch batch;
    struct error error;
    bool feeds_back = false;
    int wanted = 0;

    assert_int_equal(task_find(&task, row->task, 0, NULL), STATUS_OK);
    assert_int_equal(batch_create(&batch, &task.shape, 1, NULL), STATUS_OK);
    if (task_parse(&task, row->prompt, &batch, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(writer_feeds_back(&task, &feeds_back, NULL), STATUS_OK);
    assert_int_equal(writer_prompt_steps(&task, &batch, feeds_back), row->given);
    assert_int_equal(writer_wanted(&task, &batch, &wanted, NULL), STATUS_OK);
    assert_int_equal(wanted, row->wanted);
    batch_free(&batch);
    task_close(&task);
}

/* A model of sort with first weights. */
struct writer_fixture {
    struct task task;
    struct sequence_model model;
    struct batch prompt;
    real *parameters, *prepared;
    struct weights weights;
};

static void fixture_create(struct writer_fixture *fx, const char *task)
{
    const struct small_case small = { .model = "gru", .task = task };

    *fx = (struct writer_fixture){ 0 };
    small_model_create(&fx->model, &fx->task, &small);
    assert_int_equal(batch_create(&fx->prompt, &fx->task.shape, 1, NULL), STATUS_OK);
    task_fill(&fx->task, 1, RANDOM_TEST, 0, 0, &fx->prompt);
    fx->parameters = calloc(fx->model.parameters.total, sizeof *fx->parameters);
    fx->prepared = calloc(fx->model.prepared_count, sizeof *fx->prepared);
    assert_true(fx->parameters != NULL && fx->prepared != NULL);
    assert_int_equal(parameters_initialise(&fx->model.parameters, fx->parameters, 1),
                     STATUS_OK);
    model_prepare(&fx->model, fx->parameters, fx->prepared);
    fx->weights = (struct weights){ fx->parameters, fx->prepared };
}

static void fixture_free(struct writer_fixture *fx)
{
    batch_free(&fx->prompt);
    model_free(&fx->model);
    task_close(&fx->task);
    free(fx->parameters);
    free(fx->prepared);
}

static struct writing write(struct writer_fixture *fx, int *symbols, int most,
                            double temperature, uint64_t seed)
{
    struct random random = random_stream(seed, RANDOM_WRITING, 0, 0);
    struct writing writing = { .symbols = symbols };
    struct error error;

    if (writer_write(&writing, &fx->task, &fx->model, fx->weights, &fx->prompt, most,
                     &(struct sampling){ .temperature = temperature }, &random,
                     &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return writing;
}

/* The largest output of a forward pass over prompt and all that was written before. */
static int likeliest(struct writer_fixture *fx, int t)
{
    struct workspace workspace;
    const real *logits;
    int best = 0;

    assert_int_equal(workspace_create(&workspace, &fx->model, fx->prompt.extent, false, NULL),
                     STATUS_OK);
    model_forward(&fx->model, fx->weights, &workspace, &fx->prompt);
    logits = workspace.output + t * fx->task.shape.outputs;
    for (int v = 1; v < fx->task.shape.outputs; v++)
        if (logits[v] > logits[best])
            best = v;
    workspace_free(&workspace);
    return best;
}

static void temperature_0_writes_the_likeliest_each_time(void **state)
{
    struct writer_fixture fx;
    struct writing writing;
    int symbols[6], given;

    (void)state;
    fixture_create(&fx, "sort"); /* six digits, then six outputs */
    given = writer_prompt_steps(&fx.task, &fx.prompt, true);
    writing = write(&fx, symbols, 6, 0, 1);
    assert_int_equal(writing.count, 6);
    assert_int_equal(writing.steps, given + 5);
    assert_false(writing.ended);
    assert_true(writing.seconds >= 0);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(symbols[i], likeliest(&fx, given - 1 + i));
        if (given + i < fx.task.shape.steps)
            fx.prompt.tokens[given + i] = symbols[i];
    }
    fixture_free(&fx);
}

static void a_seed_decides_what_is_written(void **state)
{
    enum { MOST = 200 }; /* far beyond the task's own length */
    struct writer_fixture fx;
    int one[MOST], same[MOST], other[MOST];

    (void)state;
    fixture_create(&fx, "sort");
    write(&fx, one, MOST, 1, 1);
    write(&fx, same, MOST, 1, 1);
    write(&fx, other, MOST, 1, 2);
    assert_memory_equal(one, same, sizeof one);
    assert_memory_not_equal(one, other, sizeof one);
    fixture_free(&fx);
}

static void the_end_symbol_ends_it(void **state)
{
    struct writer_fixture fx;
    struct writing writing;
    int symbols[50];

    (void)state;
    fixture_create(&fx, "sort");
    fx.task.end_symbol = 1;
    writing = write(&fx, symbols, 50, 1, 3);
    assert_true(writing.ended && writing.count < 50);
    for (int i = 0; i < writing.count; i++)
        assert_int_equal(symbols[i] == 1, i == writing.count - 1);
    fixture_free(&fx);
}

static void more_than_an_answer_is_refused(void **state)
{
    struct writer_fixture fx;
    struct random random = random_stream(1, RANDOM_WRITING, 0, 0);
    int symbols[2];
    struct writing writing = { .symbols = symbols };
    struct error error;

    (void)state;
    fixture_create(&fx, "copying");
    assert_int_equal(write(&fx, symbols, 1, 0, 1).count, 1);
    assert_int_equal(writer_write(&writing, &fx.task, &fx.model, fx.weights, &fx.prompt, 2,
                                  &(struct sampling){ .temperature = 1 }, &random, &error),
                     STATUS_USAGE);
    assert_non_null(strstr(error.message, "task copying"));
    fixture_free(&fx);
}

struct question_row {
    const char *task, *prompt;
    int given; /* steps of the prompt that are read: up to the last question */
};

/* Where one answer is written, it is that to the last question and not to an earlier one. */
static void the_last_question_is_answered(void **state)
{
    const struct question_row *row = *state;
    struct writer_fixture fx;
    struct writing writing;
    int symbol[1];

    fixture_create(&fx, row->task);
    assert_int_equal(task_parse(&fx.task, row->prompt, &fx.prompt, NULL), STATUS_OK);
    writing = write(&fx, symbol, 1, 0, 1);
    assert_int_equal(writing.given, row->given);
    assert_int_equal(writing.steps, row->given);
    assert_int_equal(symbol[0], likeliest(&fx, row->given - 1));
    fixture_free(&fx);
}

/* clang-format off */
#define QUESTION(on, text, steps)                                                              \
    { .name = "the_last_question_of_" on "_is_answered",                                       \
      .test_func = the_last_question_is_answered,                                              \
      .initial_state = &(struct question_row){ on, text, steps } }
#define TASK(on, ...)                                                                          \
    { .name = on "_says_what_is_given_and_what_is_written",                                    \
      .test_func = the_task_says_what_is_given_and_what_is_written,                            \
      .initial_state = &(struct writer_row){ on, __VA_ARGS__ } }
#define PROMPT(on, text, ...)                                                                 \
    { .name = on "_reads_and_completes_" text, .test_func = a_prompt_is_read_and_completed,    \
      .initial_state = &(struct prompt_row){ on, text, __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TASK("sort", true, 6),
        TASK("copying", false, 0),
        TASK("adding", false, 0),
        TASK("flip-flop", false, 0),
        QUESTION("even-pairs", "1 0 1 1", 4),
        QUESTION("parity", "1 0 1 1", 4),
        QUESTION("flip-flop", "write 1 read 1 write 0 ignore 1 read ?", 9),
        QUESTION("recall", "k1 v30 k2 v31 k1 . k2 .", 7),
        TASK("line", false, 0),
        TASK("flip-flop", false, 0),
        PROMPT("sort", "2 0 1 2 1 0", 6, 6),
        PROMPT("reverse", "a b c", 4, 3),
        PROMPT("reverse", "a b c d e f g h", 9, 8),
        PROMPT("flip-flop", "write 1 ignore 0 read", 5, 1),
        PROMPT("flip-flop", "write 1 read 1 write 0 ignore 1 read", 9, 1),
        PROMPT("recall", "k1 v2 k3 v4 k1 k3", 6, 1),
        PROMPT("parity", "1 0 1", 3, 1),
        PROMPT("line", "0.5 0.25", 2, 1),
        PROMPT("dates", "25 June 2009", 13, 22),
        PROMPT("translation", "the cat sleeps", 4, 16),
        PROMPT("translation", "cat cat", 3, 17),
        cmocka_unit_test(temperature_0_writes_the_likeliest_each_time),
        cmocka_unit_test(a_seed_decides_what_is_written),
        cmocka_unit_test(the_end_symbol_ends_it),
        cmocka_unit_test(more_than_an_answer_is_refused),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
