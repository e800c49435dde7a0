/* Tests of common/numeric/parallel.c. Bodies only take notes; the main thread asserts. */
#include "tests/test.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/numeric/parallel.h"

enum { MOST = 100 };

struct notes {
    int times[MOST]; /* how often an index ran */
    int order[MOST]; /* which index ran as the i-th; of one thread only */
    atomic_int ran;
    atomic_int threads;   /* one more than the largest thread number seen */
    atomic_int strangers; /* inner indices that ran out of order or on another thread than 0 */
};

static void take_note(void *context, int index, int thread)
{
    struct notes *notes = context;
    int seen = atomic_load(&notes->threads);

    notes->times[index]++;
    notes->order[atomic_fetch_add(&notes->ran, 1)] = index;
    while (thread >= seen && !atomic_compare_exchange_weak(&notes->threads, &seen, thread + 1))
        ;
}

static void every_index_runs_once_on_a_thread_that_exists(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 5; threads++)
        for (int count = 0; count <= MOST; count += 1 + count / 4) {
            struct notes notes = { .ran = 0 };

            parallel_for(count, threads, take_note, &notes);
            assert_int_equal(atomic_load(&notes.ran), count);
            assert_true(atomic_load(&notes.threads) <= threads);
            assert_true(atomic_load(&notes.threads) <= count);
            for (int index = 0; index < MOST; index++)
                assert_int_equal(notes.times[index], index < count);
        }
}

static void one_thread_takes_the_indices_in_order(void **state)
{
    (void)state;
    struct notes notes = { .ran = 0 };

    parallel_for(MOST, 1, take_note, &notes);
    for (int i = 0; i < MOST; i++)
        assert_int_equal(notes.order[i], i);
}

struct inner {
    struct notes *notes;
    int next;
};

static void expect_next(void *context, int index, int thread)
{
    struct inner *inner = context;

    if (thread != 0 || index != inner->next++)
        atomic_fetch_add(&inner->notes->strangers, 1);
}

static void run_inner(void *context, int index, int thread)
{
    struct inner inner = { context, 0 };

    (void)index, (void)thread;
    parallel_for(MOST, 4, expect_next, &inner);
    if (inner.next != MOST)
        atomic_fetch_add(&inner.notes->strangers, 1);
}

static void inside_another_loop_it_is_serial(void **state)
{
    (void)state;
    struct notes notes = { .ran = 0 };

    parallel_for(8, 2, run_inner, &notes);
    assert_int_equal(atomic_load(&notes.strangers), 0);
}

struct meeting {
    atomic_int present, met;
};

/* Waits for the other for at most ten seconds. */
static void wait_for_the_other(void *context, int index, int thread)
{
    struct meeting *meeting = context;
    time_t begin = time(NULL);

    (void)index, (void)thread;
    atomic_fetch_add(&meeting->present, 1);
    while (atomic_load(&meeting->present) < 2 && time(NULL) - begin < 10)
        nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
    if (atomic_load(&meeting->present) == 2)
        atomic_fetch_add(&meeting->met, 1);
}

static void two_threads_run_at_the_same_time(void **state)
{
    (void)state;
    struct meeting meeting = { 0, 0 };

#ifndef _OPENMP
    skip();
#endif
    parallel_for(2, 2, wait_for_the_other, &meeting);
    assert_int_equal(atomic_load(&meeting.met), 2);
}

static void this_machine_can_run_a_thread(void **state)
{
    (void)state;
    assert_true(parallel_available() >= 1);
}

/*
 * OpenMP reads its environment when it is loaded: begun again with this setting, it would
 * itself allow threads within threads, and keeping an inner loop serial is up to parallel_for.
 */
int main(int count, char **arguments)
{
    if (count == 1 && getenv("OMP_MAX_ACTIVE_LEVELS") == NULL) {
        setenv("OMP_MAX_ACTIVE_LEVELS", "4", 1);
        execv(arguments[0], arguments);
    }

    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_index_runs_once_on_a_thread_that_exists),
        cmocka_unit_test(one_thread_takes_the_indices_in_order),
        cmocka_unit_test(inside_another_loop_it_is_serial),
        cmocka_unit_test(two_threads_run_at_the_same_time),
        cmocka_unit_test(this_machine_can_run_a_thread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
