/* Tests of viz/bench/bench_child.c: results, failures and memory of a process of its own. */
#include "tests/test.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "viz/bench/bench_child.h"

static enum status double_it(const void *context, void *result, struct error *error)
{
    (void)error;
    *(int *)result = 2 * *(const int *)context;
    return STATUS_OK;
}

static void a_result_comes_back(void **state)
{
    const int number = 21;
    int result = 0;

    (void)state;
    assert_int_equal(bench_child_run(double_it, &number, &result, sizeof result, NULL, NULL),
                     STATUS_OK);
    assert_int_equal(result, 42);
}

static enum status refuse(const void *context, void *result, struct error *error)
{
    (void)result;
    return error_set(error, STATUS_DIVERGED, "because of %s", (const char *)context);
}

static void a_failure_comes_back_with_its_words(void **state)
{
    struct error error;
    int result;

    (void)state;
    assert_int_equal(bench_child_run(refuse, "that", &result, sizeof result, NULL, &error),
                     STATUS_DIVERGED);
    assert_int_equal(error.status, STATUS_DIVERGED);
    assert_string_equal(error.message, "because of that");
}

static enum status die(const void *context, void *result, struct error *error)
{
    (void)result;
    (void)error;
    if (*(const int *)context == 0)
        _exit(7);
    kill(getpid(), *(const int *)context);
    return STATUS_OK;
}

static void an_end_without_an_answer_is_named(void **state)
{
    const int numbers[] = { 0, SIGKILL };
    const char *const words[] = { "status 7", "signal 9" };
    struct error error;
    int result;

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(
            bench_child_run(die, &numbers[i], &result, sizeof result, NULL, &error),
            STATUS_FILE);
        assert_non_null(strstr(error.message, words[i]));
    }
}

static enum status touch_memory(const void *context, void *result, struct error *error)
{
    const size_t size = *(const size_t *)context;
    volatile char *memory = malloc(size);

    for (size_t i = 0; memory != NULL && i < size; i += 512)
        memory[i] = 1;
    *(int *)result = memory != NULL ? memory[size / 2 / 512 * 512] : 0;
    return memory != NULL ? STATUS_OK : error_set(error, STATUS_NO_MEMORY, "no memory");
}

static void memory_is_that_of_each_child_alone(void **state)
{
    const size_t large = 100000000, small = 1000000;
    double before = 0, most = 0, after = 0;
    int result;

    (void)state;
    assert_int_equal(
        bench_child_run(touch_memory, &small, &result, sizeof result, &before, NULL),
        STATUS_OK);
    assert_int_equal(bench_child_run(touch_memory, &large, &result, sizeof result, &most, NULL),
                     STATUS_OK);
    assert_int_equal(
        bench_child_run(touch_memory, &small, &result, sizeof result, &after, NULL), STATUS_OK);
    assert_true(most > before + 90 && most < before + 150);
    assert_true(after < before + 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_result_comes_back),
        cmocka_unit_test(a_failure_comes_back_with_its_words),
        cmocka_unit_test(an_end_without_an_answer_is_named),
        cmocka_unit_test(memory_is_that_of_each_child_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
