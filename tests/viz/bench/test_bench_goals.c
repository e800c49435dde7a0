/* Tests of viz/bench/bench_goals.c: classes, and means of ratios that are known. */
#include "tests/test.h"

#include <string.h>

#include "tests/close.h"
#include "viz/bench/bench_goals.h"

/* A row of that shape in which the peer's first way takes `ratio` times as long as we do. */
static struct bench_row row_of(const char *shape, double ratio, double second)
{
    struct bench_row row = { .milliseconds = 2 };

    assert_int_equal(bench_shape_find(&row.shape, shape, NULL), STATUS_OK);
    row.peer.count = 2;
    row.peer.ways[0] = (struct bench_way){ "tuned", 2 * ratio };
    row.peer.ways[1] = (struct bench_way){ "installed", 2 * second };
    return row;
}

static int class_named(const char *name)
{
    for (int number = 0; number < BENCH_CLASSES; number++)
        if (strcmp(bench_class_name(number), name) == 0)
            return number;
    fail_msg("there is no class %s", name);
    return -1;
}

struct class_row {
    const char *shape, *name;
    double wanted, aim, installed;
};

static void a_shape_has_its_class_and_goal(void **state)
{
    const struct class_row *row = *state;
    struct bench_shape shape;
    int number;

    assert_int_equal(bench_shape_find(&shape, row->shape, NULL), STATUS_OK);
    number = bench_class_of(&shape);
    assert_string_equal(bench_class_name(number), row->name);
    assert_close(bench_goal_of(number, "tuned").wanted, row->wanted, 0, 0);
    assert_close(bench_goal_of(number, "tuned").aim, row->aim, 0, 0);
    assert_close(bench_goal_of(number, "installed").aim, row->installed, 0, 0);
    assert_close(bench_goal_of(number, "installed").wanted, 0, 0, 0);
    assert_close(bench_goal_of(number, "mine").aim, 0, 0, 0);
}

static void the_mean_of_ratios_is_geometric(void **state)
{
    const int number = class_named("recurrent H = 64");
    struct bench_means means = { 0 };
    struct bench_row row;

    (void)state;
    row = row_of("gru-1-64-100-32", 4, 30);
    bench_means_add(&means, &row);
    row = row_of("lstm-1-64-20-32", 2, 30);
    bench_means_add(&means, &row);
    row = row_of("elman-2-64-100-32", 27, 30);
    bench_means_add(&means, &row);
    row = row_of("transformer-2-64-4-20-32", 1000, 1000);
    bench_means_add(&means, &row);
    assert_int_equal(means.classes[number].count, 2);
    assert_string_equal(means.classes[number].ways[0].way, "tuned");
    assert_int_equal(means.classes[number].ways[0].count, 3);
    assert_close(bench_mean_ratio(&means.classes[number].ways[0]), 6, 1e-12, 0);
    assert_close(means.classes[number].ways[0].slowest, 2, 1e-12, 0);
    assert_string_equal(means.classes[number].ways[0].slowest_shape, "lstm-1-64-20-32");
    assert_close(bench_mean_ratio(&means.classes[number].ways[1]), 30, 1e-12, 0);
}

static void a_shape_without_a_peer_does_not_count(void **state)
{
    struct bench_row row = row_of("lstm-1-64-20-32", 2, 2);
    struct bench_means means = { 0 };

    (void)state;
    row.peer.count = 0;
    bench_means_add(&means, &row);
    for (int number = 0; number < BENCH_CLASSES; number++)
        assert_int_equal(means.classes[number].count, 0);
}

static void every_class_has_a_shape(void **state)
{
    int shapes[BENCH_CLASSES] = { 0 };

    (void)state;
    for (int i = 0; i < bench_shape_count(); i++) {
        const struct bench_shape shape = bench_shape_at(i);

        shapes[bench_class_of(&shape)]++;
    }
    for (int number = 0; number < BENCH_CLASSES; number++)
        assert_in_range(shapes[number], 2, 20);
}

/* clang-format off */
#define CLASS(of, ...)                                                                         \
    { .name = of "_has_its_class_and_goal", .test_func = a_shape_has_its_class_and_goal,       \
      .initial_state = &(struct class_row){ of, __VA_ARGS__ } }
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLASS("elman-1-32-400-32", "recurrent H <= 32", 20, 20, 25),
        CLASS("lstm-2-64-100-32", "recurrent H = 64", 9, 10, 14),
        CLASS("gru-1-128-400-64", "recurrent H = 128", 4.5, 5, 7),
        CLASS("lstm-2-256-20-64", "recurrent H = 256", 3, 3, 4.5),
        CLASS("transformer-2-32-2-100-32", "transformer d <= 32", 5.5, 6, 10),
        CLASS("transformer-2-64-4-400-16", "transformer d = 64", 3.5, 4, 7),
        CLASS("transformer-4-128-4-100-32", "transformer d = 128", 2.2, 2.5, 4.5),
        CLASS("transformer-2-256-4-20-64", "transformer d = 256", 1.3, 1.6, 3),
        cmocka_unit_test(the_mean_of_ratios_is_geometric),
        cmocka_unit_test(a_shape_without_a_peer_does_not_count),
        cmocka_unit_test(every_class_has_a_shape),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
