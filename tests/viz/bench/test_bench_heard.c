/* Tests of viz/bench/bench_heard.c: a peer's answers, round after round. */
#include "tests/test.h"

#include "tests/close.h"
#include "viz/bench/bench_heard.h"

static void add(struct bench_heard *heard, const char *line)
{
    struct bench_answer answer;

    assert_int_equal(bench_answer_read(&answer, line, "gru", NULL), STATUS_OK);
    bench_heard_add(heard, &answer);
}

static void a_time_is_the_median_of_its_rounds(void **state)
{
    struct bench_heard heard = { .last = { .count = 0 } };
    struct bench_answer answer;

    (void)state;
    add(&heard, "{\"shape\": \"gru\", \"milliseconds\": {\"a\": 9, \"b\": 10}}");
    add(&heard, "{\"shape\": \"gru\", \"milliseconds\": {\"b\": 20, \"a\": 1}}");
    add(&heard, "{\"shape\": \"gru\", \"milliseconds\": {\"a\": 3}}");
    bench_heard_medians(&heard, &answer);
    assert_false(bench_heard_refusal(&heard));
    assert_int_equal(answer.count, 2);
    assert_string_equal(answer.ways[0].name, "a");
    assert_close(answer.ways[0].milliseconds, 3, 1e-12, 0);
    assert_string_equal(answer.ways[1].name, "b");
    assert_close(answer.ways[1].milliseconds, 15, 1e-12, 0);
}

static void after_a_refusal_nothing_counts(void **state)
{
    struct bench_heard heard = { .last = { .count = 0 } };
    struct bench_answer answer;

    (void)state;
    add(&heard, "{\"shape\": \"gru\", \"milliseconds\": {\"a\": 9}}");
    add(&heard, "{\"shape\": \"gru\", \"error\": \"no memory\", \"peer\": \"P\"}");
    bench_heard_medians(&heard, &answer);
    assert_true(bench_heard_refusal(&heard));
    assert_int_equal(answer.count, 0);
    assert_string_equal(answer.error, "no memory");
    assert_string_equal(answer.peer, "P");
}

static void of_more_ways_than_fit_the_first_are_kept(void **state)
{
    struct bench_heard heard = { .last = { .count = 0 } };
    struct bench_answer answer;

    (void)state;
    add(&heard, "{\"shape\": \"gru\", \"milliseconds\": {\"a\": 1, \"b\": 2, \"c\": 3}}");
    add(&heard, "{\"shape\": \"gru\", \"milliseconds\": {\"d\": 4, \"e\": 5}}");
    bench_heard_medians(&heard, &answer);
    assert_int_equal(answer.count, BENCH_WAYS_MAX);
    assert_string_equal(answer.ways[3].name, "d");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_the_median_of_its_rounds),
        cmocka_unit_test(after_a_refusal_nothing_counts),
        cmocka_unit_test(of_more_ways_than_fit_the_first_are_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
