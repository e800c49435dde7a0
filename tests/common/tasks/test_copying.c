/* Tests of common/tasks/copying.c. */
#include "tests/test.h"

#include <math.h>

#include "common/model/loss.h"
#include "common/tasks/task.h"
#include "tests/close.h"
#include "tests/common/tasks/task_fixture.h"

enum { B = 16, SYMBOLS = 10, BLANK = 0, RECALL = 9, V = 10 };

static void copying_of(int length, struct task *task, struct batch *batch)
{
    assert_int_equal(task_find(task, "copying", length, NULL), STATUS_OK);
    assert_int_equal(batch_create(batch, &task->shape, B, NULL), STATUS_OK);
    task_fill(task, 5, RANDOM_TRAIN, 9, 0, batch);
}

static void a_sequence_is_symbols_blanks_and_a_question(void **state)
{
    const int T = *(const int *)*state, steps = T + 2 * SYMBOLS;
    struct task task;
    struct batch batch;

    copying_of(T, &task, &batch);
    assert_int_equal(task.shape.steps, steps);
    for (int b = 0; b < B; b++)
        for (int t = 0; t < steps; t++) {
            const int token = batch.tokens[t * B + b], class = batch.classes[t * B + b];

            if (t < SYMBOLS)
                assert_in_range(token, 1, 8);
            else
                assert_int_equal(token, t < SYMBOLS + T - 1 ? BLANK : RECALL);
            if (t < T + SYMBOLS)
                assert_int_equal(class, BLANK);
            else
                assert_int_equal(class, batch.tokens[(t - T - SYMBOLS) * B + b]);
        }
    batch_free(&batch);
}

static void all_eight_symbols_are_equally_frequent(void **state)
{
    enum { ROUNDS = 100, N = ROUNDS * B * SYMBOLS };
    int seen[V] = { 0 };
    struct task task;
    struct batch batch;

    (void)state;
    copying_of(1, &task, &batch);
    for (uint64_t index = 0; index < ROUNDS; index++) {
        task_fill(&task, 5, RANDOM_TRAIN, index, 0, &batch);
        for (int i = 0; i < SYMBOLS * B; i++)
            seen[batch.tokens[i]]++;
    }
    for (int symbol = 1; symbol <= 8; symbol++)
        assert_close(seen[symbol], N / 8.0, 4 * sqrt(N * 7 / 64.0), 0);
    batch_free(&batch);
}

/* Logits of one who learned the pattern alone: blank, then any of the eight. */
static void fill_pattern(const struct task *task, real *logits)
{
    for (int t = 0; t < task->shape.steps; t++)
        for (int b = 0; b < B; b++)
            for (int v = 0; v < V; v++) {
                const bool blank = t < task->length + SYMBOLS;
                const bool possible = blank ? v == BLANK : v != BLANK && v != RECALL;

                logits[(t * B + b) * V + v] = possible ? 3 : -200;
            }
}

static void knowing_the_pattern_alone_costs_the_baseline(void **state)
{
    static real logits[(1000 + 2 * SYMBOLS) * B * V];
    const int T = *(const int *)*state;
    struct task task;
    struct batch batch;
    struct loss loss;
    struct score score;

    copying_of(T, &task, &batch);
    fill_pattern(&task, logits);
    loss = loss_evaluate(&batch, logits, NULL);
    score = metric_evaluate(&task.metric, &batch, logits);
    assert_int_equal(loss.elements, B * (T + 20));
    assert_close(loss.sum / (double)loss.elements, 10 * log(8) / (T + 20), 1e-6, 0);
    assert_close(task_baseline(&task), 10 * log(8) / (T + 20), 0, 1e-14);
    assert_int_equal(score.counted, B * SYMBOLS); /* the last ten alone */
    batch_free(&batch);
}

static void the_symbols_are_outlined(void **state)
{
    struct task task;
    struct batch batch;
    char text[TASK_TEXT_MAX];

    (void)state;
    copying_of(3, &task, &batch);
    for (int t = 0; t < 23; t++) {
        assert_int_equal(task_input_text(&task, &batch, 4, t, text), t < SYMBOLS);
        assert_int_equal(text[0], '0' + batch.tokens[t * B + 4]);
        assert_int_equal(text[1], '\0');
    }
    task_target_text(&task, &batch, 4, 22, text);
    assert_int_equal(text[0], '0' + batch.tokens[9 * B + 4]);
    batch_free(&batch);
}

/* clang-format off */
#define TASK { .name = "copying", .length = 3 }
#define SYMBOLS_TEXT "1 2 3 4 5 6 7 8 1 2"
#define WHOLE_TEXT SYMBOLS_TEXT " 0 0 9 9 9 9 9 9 9 9 9 9 9"
#define OF_LENGTH(sentence, test, length)                                                      \
    { .name = sentence "_with_" #length "_blanks", .test_func = test,                          \
      .initial_state = &(int){ length } }
#define STRUCTURE(length)                                                                      \
    OF_LENGTH("a_sequence_is_symbols_blanks_and_a_question",                                   \
              a_sequence_is_symbols_blanks_and_a_question, length)
#define BASELINE(length)                                                                       \
    OF_LENGTH("knowing_the_pattern_alone_costs_the_baseline",                                  \
              knowing_the_pattern_alone_costs_the_baseline, length)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STRUCTURE(1), STRUCTURE(2), STRUCTURE(9), STRUCTURE(10), STRUCTURE(100),
        cmocka_unit_test(all_eight_symbols_are_equally_frequent),
        BASELINE(1), BASELINE(100), BASELINE(1000),
        cmocka_unit_test(the_symbols_are_outlined),
        READS("ten_symbols_are_completed", TASK, SYMBOLS_TEXT, WHOLE_TEXT,
              "0 0 0 0 0 0 0 0 0 0 0 0 0 " SYMBOLS_TEXT, SYMBOLS_TEXT),
        READS("a_whole_sequence_is_taken", TASK, WHOLE_TEXT, NULL,
              "0 0 0 0 0 0 0 0 0 0 0 0 0 " SYMBOLS_TEXT, SYMBOLS_TEXT),
        REFUSES("nine_symbols", TASK, "1 2 3 4 5 6 7 8 1",
                { "copying", "9 words", "10 symbols of 1 to 8", "23 words" }),
        REFUSES("a_blank_among_the_symbols", TASK, "1 2 3 0 5 6 7 8 1 2",
                { "word 4 is \"0\"", "1 to 8" }),
        REFUSES("a_nine_among_the_symbols", TASK, "9 2 3 4 5 6 7 8 1 2",
                { "word 1 is \"9\"", "1 to 8" }),
        REFUSES("a_symbol_among_the_blanks", TASK,
                SYMBOLS_TEXT " 0 1 9 9 9 9 9 9 9 9 9 9 9", { "word 12 is \"1\"", "only 0" }),
        REFUSES("a_blank_among_the_nines", TASK,
                SYMBOLS_TEXT " 0 0 9 9 9 9 9 9 9 9 9 9 0", { "word 23 is \"0\"", "only 9" }),
        REFUSES("a_letter", TASK, "1 x", { "word 2 is \"x\"", "0, 1, 2" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
