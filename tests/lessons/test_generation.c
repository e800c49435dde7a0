/* Tests of lessons/generation.c: an arm that writes a few steps at a time. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/generation.h"
#include "tests/close.h"
#include "tests/common/files/scratch.h"
#include "tests/lessons/small_lab.h"

static const double LONG = 60; /* seconds: until it rests */

/* A lab of task text over a small file, trained a little. */
static struct lab *text_lab(const struct scratch *scratch, const char *left, const char *right)
{
    struct lab_config config = small_config("text", left, right);
    char text[4096];
    struct lab *lab;

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = "the cat sat on the mat. "[i % 24];
    scratch_write(scratch->path, text, sizeof text);
    set(&config, "task.file", scratch->path);
    set(&config, "task.length", "16");
    lab = lab_make(&config);
    lab_train(lab, 5);
    return lab;
}

static struct generation_wish wish_for(const char *prompt, int count, uint64_t seed)
{
    struct generation_wish wish = { .sampling = { .temperature = 1 },
                                    .seed = seed,
                                    .count = count };

    strcpy(wish.prompt, prompt);
    return wish;
}

static void assert_same_text(const struct written *a, const struct written *b)
{
    assert_int_equal(a->count, b->count);
    for (int i = 0; i < a->count; i++) {
        assert_string_equal(a->symbol[i].text, b->symbol[i].text);
        assert_true(a->symbol[i].probability == b->symbol[i].probability);
    }
}

static void it_writes_what_a_writer_writes(void **state)
{
    struct lab *lab = text_lab(*state, "gru", "transformer");

    for (int i = 0; i < 2; i++) {
        const struct lab_arm *arm = &lab->arm[i];
        const struct generation_wish wish = wish_for("the c", 60, 5);
        struct random random = random_stream(5, RANDOM_WRITING, 0, 0);
        struct generation g = { 0 };
        int symbols[60];
        struct writing writing = { .symbols = symbols };
        struct batch prompt;

        assert_int_equal(batch_create(&prompt, &lab->task.shape, 1, NULL), STATUS_OK);
        assert_int_equal(task_parse(&lab->task, "the c", &prompt, NULL), STATUS_OK);
        assert_int_equal(writer_write(&writing, &lab->task, &arm->model,
                                      trainer_weights(&arm->trainer), &prompt, 60,
                                      &wish.sampling, &random, NULL),
                         STATUS_OK);
        generation_begin(&g, lab, arm, &wish);
        assert_string_equal(g.written.refusal, "");
        assert_true(g.written.any && g.written.going);
        generation_go_on(&g, LONG);
        assert_int_equal(g.written.count, 60);
        assert_false(g.written.going || g.written.ended);
        assert_int_equal(g.written.step, 5);
        for (int k = 0; k < 60; k++) {
            char text[TASK_TEXT_MAX];

            task_symbol_text(&lab->task, symbols[k], text);
            assert_string_equal(g.written.symbol[k].text, text);
        }
        generation_free(&g);
        batch_free(&prompt);
    }
    lab_free(lab);
}

/* A slice of no time is one step of the model, those of the prompt too. */
static void training_between_the_steps_changes_nothing(void **state)
{
    struct lab *lab = text_lab(*state, "lstm", "transformer");
    static struct generation at_once[2], sliced[2];

    for (int i = 0; i < 2; i++) {
        const struct generation_wish wish = wish_for("on the", 20, 9);

        generation_begin(&at_once[i], lab, &lab->arm[i], &wish);
        generation_begin(&sliced[i], lab, &lab->arm[i], &wish);
        generation_go_on(&at_once[i], LONG);
        for (int step = 1; step <= 25; step++) {
            assert_true(sliced[i].written.going);
            generation_go_on(&sliced[i], 0);
            assert_int_equal(sliced[i].written.count, step < 6 ? 0 : step - 5);
            lab_train(lab, 1);
        }
        assert_false(sliced[i].written.going);
        assert_same_text(&at_once[i].written, &sliced[i].written);
        generation_free(&at_once[i]);
        generation_free(&sliced[i]);
    }
    lab_free(lab);
}

/* From a forward pass over the prompt, whatever the temperature. */
static void a_probability_is_the_models_own(void **state)
{
    struct lab *lab = text_lab(*state, "gru", NULL);
    const struct lab_arm *arm = &lab->arm[0];
    struct generation_wish wish = wish_for("the c", 1, 1);
    struct generation g = { 0 };
    struct batch prompt;
    struct workspace workspace;
    double sum = 0, most = 0;
    const int V = lab->task.shape.outputs;

    wish.sampling.temperature = 0;
    generation_begin(&g, lab, arm, &wish);
    generation_go_on(&g, LONG);
    assert_int_equal(batch_create(&prompt, &lab->task.shape, 1, NULL), STATUS_OK);
    assert_int_equal(task_parse(&lab->task, "the c", &prompt, NULL), STATUS_OK);
    assert_int_equal(workspace_create(&workspace, &arm->model, prompt.extent, false, NULL),
                     STATUS_OK);
    model_forward(&arm->model, trainer_weights(&arm->trainer), &workspace, &prompt);
    for (int v = 0; v < V; v++) {
        const double e = exp((double)workspace.output[4 * V + v]);

        sum += e;
        most = fmax(most, e);
    }
    assert_close((double)g.written.symbol[0].probability, most / sum, 1e-5, 0);
    workspace_free(&workspace);
    batch_free(&prompt);
    generation_free(&g);
    lab_free(lab);
}

static void it_rests_and_goes_on_where_it_was(void **state)
{
    struct lab *lab = text_lab(*state, "gru", NULL);
    const struct generation_wish all = wish_for("sat", GENERATION_MOST, 2),
                                 some = wish_for("sat", 30, 2);
    static struct generation a, b;

    generation_begin(&a, lab, &lab->arm[0], &all);
    generation_go_on(&a, LONG);
    assert_int_equal(a.written.count, GENERATION_MOST);
    generation_more(&a, 50); /* full */
    assert_false(a.written.going);
    generation_begin(&b, lab, &lab->arm[0], &some);
    generation_go_on(&b, 0);
    generation_more(&b, 0);
    assert_false(b.written.going);
    generation_go_on(&b, LONG);
    assert_int_equal(b.written.count, 0);
    for (int i = 0; i < 5; i++) {
        generation_more(&b, 100);
        generation_go_on(&b, LONG);
    }
    assert_same_text(&a.written, &b.written);
    assert_int_equal(b.written.number, 1);
    generation_begin(&b, lab, &lab->arm[0], &some);
    assert_int_equal(b.written.number, 2);
    assert_int_equal(b.written.count, 0);
    generation_free(&a);
    generation_free(&b);
    lab_free(lab);
}

static void the_largest_is_always_the_same(void **state)
{
    struct lab *lab = text_lab(*state, "gru", NULL);
    struct generation_wish one = wish_for("the", 40, 1), two = wish_for("the", 40, 2);
    static struct generation a, b;

    for (int cold = 0; cold < 2; cold++) {
        one.sampling.temperature = two.sampling.temperature = cold ? 0 : 1;
        generation_begin(&a, lab, &lab->arm[0], &one);
        generation_begin(&b, lab, &lab->arm[0], &two);
        generation_go_on(&a, LONG);
        generation_go_on(&b, LONG);
        if (cold)
            assert_same_text(&a.written, &b.written);
        else
            assert_memory_not_equal(a.written.symbol, b.written.symbol,
                                    40 * sizeof *a.written.symbol);
    }
    generation_free(&a);
    generation_free(&b);
    lab_free(lab);
}

struct refused_row {
    const char *task, *left, *prompt, *says;
    int count;
};

static void a_wish_that_cannot_be_says_why(void **state)
{
    const struct refused_row *row = *state;
    struct lab_config config = small_config(row->task, row->left, NULL);
    const struct generation_wish wish = wish_for(row->prompt, row->count, 1);
    struct generation g = { 0 };
    struct lab *lab;

    if (strcmp(row->left, "transformer") == 0)
        set(&config, "left.mask", "full");
    lab = lab_make(&config);
    generation_begin(&g, lab, &lab->arm[0], &wish);
    assert_true(g.written.any);
    assert_false(g.written.going);
    if (strstr(g.written.refusal, row->says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", g.written.refusal, row->says);
    generation_more(&g, 10);
    generation_go_on(&g, LONG);
    assert_int_equal(g.written.count, 0);
    generation_free(&g);
    lab_free(lab);
}

/* Without a number, what completes the prompt: five digits, sorted. */
static void an_answer_ends_by_itself(void **state)
{
    const struct lab_config config = small_config("sort", "gru", NULL);
    const struct generation_wish wish = wish_for("2 0 1 2 1", 0, 1);
    struct lab *lab = lab_make(&config);
    struct generation g = { 0 };

    (void)state;
    generation_begin(&g, lab, &lab->arm[0], &wish);
    generation_go_on(&g, LONG);
    assert_int_equal(g.written.count, 5);
    generation_free(&g);
    lab_free(lab);
}

struct kind_row {
    const char *task;
    enum writes writes;
};

static void a_task_says_what_it_can_write(void **state)
{
    const struct kind_row *row = *state;
    struct task task;
    enum writes writes = WRITES_NOTHING;

    assert_int_equal(task_find(&task, row->task, 0, NULL), STATUS_OK);
    assert_int_equal(generation_writes(&task, &writes, NULL), STATUS_OK);
    assert_int_equal(writes, row->writes);
    task_close(&task);
}

static void a_text_goes_on_for_ever(void **state)
{
    struct lab *lab = text_lab(*state, "gru", NULL);
    enum writes writes = WRITES_NOTHING;

    assert_int_equal(generation_writes(&lab->task, &writes, NULL), STATUS_OK);
    assert_int_equal(writes, WRITES_ON);
    lab_free(lab);
}

/* clang-format off */
#define TEXT(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
#define REFUSED(...)                                                                           \
    { .name = "a_wish_that_cannot_be_says_why: " #__VA_ARGS__,                                 \
      .test_func = a_wish_that_cannot_be_says_why,                                             \
      .initial_state = &(struct refused_row){ __VA_ARGS__ } }
#define KIND(...)                                                                              \
    { .name = "a_task_says_what_it_can_write: " #__VA_ARGS__,                                  \
      .test_func = a_task_says_what_it_can_write,                                              \
      .initial_state = &(struct kind_row){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEXT(it_writes_what_a_writer_writes),
        TEXT(training_between_the_steps_changes_nothing),
        TEXT(a_probability_is_the_models_own),
        TEXT(it_rests_and_goes_on_where_it_was),
        TEXT(the_largest_is_always_the_same),
        TEXT(a_text_goes_on_for_ever),
        REFUSED("sort", "gru", "9 9", "task sort", 3),
        REFUSED("sort", "transformer", "2 0 1 2 1", "cannot generate", 0),
        REFUSED("copying", "gru", "1 2", "task copying", 3),
        REFUSED("adding", "gru", ".1* .2*", "its inputs are numbers", 1),
        REFUSED("drive", "elman", "1", "task drive takes no input of your own", 1),
        cmocka_unit_test(an_answer_ends_by_itself),
        KIND("sort", WRITES_ANSWER),
        KIND("dates", WRITES_ANSWER),
        KIND("copying", WRITES_NOTHING),
        KIND("adding", WRITES_NOTHING),
        KIND("parity", WRITES_NOTHING),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
