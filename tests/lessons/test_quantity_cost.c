/* Tests of lessons/quantities/cost.c: each cost against one that is counted in another way. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "common/model/generator.h"
#include "lessons/measure.h"
#include "lessons/models.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

static double value_at(const struct lab *lab, int arm, const char *name, double argument)
{
    const struct measured m = { .lab = lab, .arm = &lab->arm[arm] };

    return measured_value(&m, quantity_find(name), argument);
}

static double value(const struct lab *lab, int arm, const char *name)
{
    return value_at(lab, arm, name, 0);
}

/* Every model, as left and right arm in turn. */
static const char *const TASKS[] = { "adding", "copying", "needle", "order", "sort" };

static void flops_are_those_of_the_closed_forms(void **state)
{
    static const char *const models[] = { "elman", "gru", "lstm", "transformer" };

    (void)state;
    for (size_t task = 0; task < sizeof TASKS / sizeof TASKS[0]; task++)
        for (size_t model = 0; model < 4; model++)
            for (int layers = 1; layers <= 3; layers++) {
                struct lab_config config = small_config(TASKS[task], models[model], NULL);
                struct lab *lab;

                config.task.length = strcmp(TASKS[task], "order") == 0 ? 3 : 7;
                config.arm[0].layers = layers;
                lab = lab_make(&config);
                assert_close(value(lab, 0, "flop_formula"), value(lab, 0, "flops"), 0, 0);
                lab_free(lab);
            }
}

static void flops_of_masks_count_what_they_allow(void **state)
{
    struct lab_config config = small_config("needle", "transformer", "transformer");
    struct lab *lab;

    (void)state;
    config.task.length = 24;
    config.task.distance = 1;
    config.arm[0].span = config.arm[1].span = 4;
    set(&config, "left.mask", "two-level");
    set(&config, "right.mask", "strided");
    set(&config, "right.feed_forward", "no");
    lab = lab_make(&config);
    for (int i = 0; i < 2; i++)
        assert_close(value(lab, i, "flop_formula"), value(lab, i, "flops"), 0, 0);
    /* by hand: 24 T D^2 + 4 D pairs + 2 D V of T = 24, D = 8, 24 5 / 2 + 24 5 / 2 pairs, V = 8 */
    assert_close(value(lab, 0, "flop_formula"), 36864 + 32 * 120 + 128, 0, 0);
    lab_free(lab);
}

static void other_models_have_no_closed_form(void **state)
{
    struct lab_config config = small_config("copying", "gru+attention", "gru");
    struct lab *lab;

    (void)state;
    set(&config, "right.direction", "both");
    config.arm[0].heads = 3;
    lab = lab_make(&config);
    assert_true(isnan(value(lab, 0, "flop_formula")));
    assert_true(isnan(value(lab, 1, "flop_formula")));
    lab_free(lab);
}

/* Products that wait for one another, of T steps and with the readout, counted by hand. */
static const struct {
    const char *task, *model, *key, *set;
    int layers;
    double T, chain; /* chain = T * this->T + this->chain */
} CHAINS[] = {
    /* W_ih x_1, then W_hh h for each later step, then the readout */
    { "copying", "elman", NULL, NULL, 1, 1, 1 },
    { "copying", "gru", NULL, NULL, 1, 1, 1 },
    { "copying", "lstm", NULL, NULL, 1, 1, 1 },
    { "copying", "gru", NULL, NULL, 3, 1, 3 }, /* the third layer begins two products later */
    { "adding", "lstm", NULL, NULL, 1, 1, 2 }, /* numbers go through a product first */
    { "copying", "gru", "left.direction", "both", 1, 1, 1 },
    { "copying", "gru", "left.direction", "both", 2, 2,
      1 }, /* the second waits for both ends */
    { "copying", "elman+attention", NULL, NULL, 1, 1, 5 },
    { "copying", "transformer", NULL, NULL, 1, 0, 7 },
    { "copying", "transformer", NULL, NULL, 4, 0, 25 },
    { "adding", "transformer", NULL, NULL, 1, 0, 8 },
    { "copying", "transformer", "left.feed_forward", "no", 2, 0, 9 },
    { "copying", "transformer", "left.mask", "two-level", 2, 0, 13 },
    { "copying", "transformer", "left.positions", "sinusoidal", 2, 0, 13 },
    { "order", "transformer", NULL, NULL, 2, 0, 13 }, /* a mean before the readout */
    { "adding", "linear", NULL, NULL, 0, 0, 1 },
};

static void products_wait_for_one_another_as_counted_by_hand(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof CHAINS / sizeof CHAINS[0]; i++) {
        struct lab_config config = small_config(CHAINS[i].task, CHAINS[i].model, NULL);
        struct lab *lab;

        config.task.length = strcmp(CHAINS[i].task, "order") == 0 ? 3 : 9;
        config.arm[0].layers = CHAINS[i].layers;
        config.arm[0].heads = strcmp(CHAINS[i].model, "elman+attention") == 0 ? 3 : 2;
        if (CHAINS[i].key != NULL)
            set(&config, CHAINS[i].key, CHAINS[i].set);
        lab = lab_make(&config);
        assert_close(value(lab, 0, "chain"),
                     CHAINS[i].T * lab->task.shape.steps + CHAINS[i].chain, 0, 0);
        lab_free(lab);
    }
}

static void every_model_has_a_chain(void **state)
{
    int count;
    const struct model_kind *const *kinds = model_kinds(&count);

    (void)state;
    for (int i = 0; i < count; i++) {
        struct lab_config config = small_config("sort", kinds[i]->name, NULL);
        struct lab *lab;

        config.arm[0].heads = kinds[i]->recurrent ? 3 : 2;
        lab = lab_make(&config);
        assert_true(value(lab, 0, "chain") >= 1);
        lab_free(lab);
    }
}

/* What a layer keeps, less what grows in proportion to the steps: 2 s(T) = s(2T) for that. */
static double curved_bytes(const struct lab *lab, int T)
{
    const struct stack *stack = &lab->arm[0].model.layers;
    double reals = 0;

    for (int i = 0; i < stack->count; i++) {
        const struct layer *layer = stack->items[i].layer;

        reals +=
            (double)layer->kind->sizes(layer, (struct extent){ .batch = 1, .steps = 2 * T })
                .saved;
        reals -=
            2.0 *
            (double)layer->kind->sizes(layer, (struct extent){ .batch = 1, .steps = T }).saved;
    }
    return reals * sizeof(real);
}

static void attention_bytes_are_what_the_layers_keep(void **state)
{
    static const char *const masks[] = { "full", "causal", "window", "block", "strided" };

    (void)state;
    for (size_t i = 0; i < sizeof masks / sizeof masks[0]; i++) {
        struct lab_config config = small_config("copying", "transformer", "gru");
        struct lab *lab;

        config.arm[0].layers = 3;
        config.arm[0].span = 8;
        set(&config, "left.mask", masks[i]);
        lab = lab_make(&config);
        for (int T = 64; T <= 256; T *= 2)
            assert_close(value_at(lab, 0, "attention_bytes", 2 * T) -
                             2 * value_at(lab, 0, "attention_bytes", T),
                         curved_bytes(lab, T), 0, 0);
        assert_close(value_at(lab, 1, "attention_bytes", 64), 0, 0, 0);
        assert_true(isnan(value_at(lab, 1, "attention_exponent", 64)));
        lab_free(lab);
    }
}

static void attention_that_looks_at_everything_has_exponent_two(void **state)
{
    struct lab_config config = small_config("copying", "transformer", "gru+attention");
    struct lab *lab;

    (void)state;
    set(&config, "left.mask", "full");
    config.arm[1].heads = 3;
    lab = lab_make(&config);
    /* 2 heads, one layer, 4 bytes */
    assert_close(value_at(lab, 0, "attention_bytes", 100), 2 * 100 * 100 * 4, 0, 0);
    for (int T = 1; T <= 2048; T *= 2)
        assert_close(value_at(lab, 0, "attention_exponent", T), 2, 0, 0);
    assert_in_range((long)(1000 * value_at(lab, 1, "attention_exponent", 2048)), 1980, 1999);
    for (size_t i = 0; i < 4; i++)
        assert_true(isnan(
            value_at(lab, 0, "attention_bytes", (const double[]){ 0, -1, 1.5, 5000 }[i])));
    lab_free(lab);
}

static void training_bytes_are_those_of_a_workspace(void **state)
{
    const struct lab_config config = small_config("copying", "lstm", "transformer");
    struct lab *lab = lab_make(&config);

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct workspace workspace;

        assert_int_equal(workspace_create(&workspace, &lab->arm[i].model,
                                          (struct extent){ .batch = 1, .steps = 50 }, false,
                                          NULL),
                         STATUS_OK);
        assert_close(value_at(lab, i, "training_bytes", 50),
                     (double)(workspace.count * sizeof(real)), 0, 0);
        assert_true(isnan(value_at(lab, i, "training_bytes", 0.5)));
        workspace_free(&workspace);
    }
    lab_free(lab);
}

static void state_bytes_are_those_of_a_generator(void **state)
{
    const struct lab_config config = small_config("copying", "gru", "transformer");
    struct lab *lab = lab_make(&config);

    (void)state;
    for (int i = 0; i < 2; i++)
        for (int tokens = 5; tokens <= 500; tokens *= 10) {
            struct generator generator;

            assert_int_equal(generator_create(&generator, &lab->arm[i].model,
                                              trainer_weights(&lab->arm[i].trainer), 1, tokens,
                                              NULL),
                             STATUS_OK);
            assert_close(value_at(lab, i, "state_bytes", tokens),
                         (double)generator_state_bytes(&generator), 0, 0);
            generator_free(&generator);
        }
    assert_close(value_at(lab, 0, "state_bytes", 4000), value_at(lab, 0, "state_bytes", 4), 0,
                 0);
    assert_close(value_at(lab, 1, "state_bytes", 4000), 2 * 4000 * SMALL_WIDTH * 4, 0, 0);
    lab_free(lab);
}

static void a_token_takes_time_where_a_model_can_write(void **state)
{
    struct lab_config config = small_config("copying", "gru", "transformer");
    struct lab *lab;

    (void)state;
    set(&config, "right.mask", "full");
    lab = lab_make(&config);
    for (int tokens = 1; tokens <= 1000; tokens *= 10) {
        const double seconds = value_at(lab, 0, "token_seconds", tokens);

        assert_true(seconds > 0 && seconds < 1);
        assert_true(isnan(value_at(lab, 1, "token_seconds", tokens)));
        assert_true(isnan(value_at(lab, 1, "state_bytes", tokens)));
    }
    assert_true(isnan(value_at(lab, 0, "token_seconds", 0)));
    lab_free(lab);
    config = small_config("adding", "gru", NULL); /* numbers cannot be written on */
    lab = lab_make(&config);
    assert_true(isnan(value_at(lab, 0, "token_seconds", 8)));
    assert_true(isnan(value_at(lab, 0, "state_bytes", 8)));
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flops_are_those_of_the_closed_forms),
        cmocka_unit_test(flops_of_masks_count_what_they_allow),
        cmocka_unit_test(other_models_have_no_closed_form),
        cmocka_unit_test(products_wait_for_one_another_as_counted_by_hand),
        cmocka_unit_test(every_model_has_a_chain),
        cmocka_unit_test(attention_bytes_are_what_the_layers_keep),
        cmocka_unit_test(attention_that_looks_at_everything_has_exponent_two),
        cmocka_unit_test(training_bytes_are_those_of_a_workspace),
        cmocka_unit_test(state_bytes_are_those_of_a_generator),
        cmocka_unit_test(a_token_takes_time_where_a_model_can_write),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
