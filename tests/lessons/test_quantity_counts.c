/* Tests of lessons/quantities/counts.c: closed formulas against what the layers declare. */
#include "tests/test.h"

#include <string.h>

#include "lessons/measure.h"
#include "lessons/models.h"
#include "lessons/quantities/quantities.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { SETTINGS = 6 };

/* Settings of the left arm, in pairs. */
struct form {
    const char *setting[2 * SETTINGS + 1];
};

static const char *const tasks[] = { "adding", "line", "sort", "temporal-order", "order" };

static const struct form forms[] = {
    { { "left.layers", "0", NULL } },
    { { "left.layers", "1", "left.width", "6", "left.hidden", "10", NULL } },
    { { "left.layers", "3", "left.width", "12", "left.hidden", "4", NULL } },
    { { "left.direction", "both", NULL } },
    { { "left.direction", "both", "left.layers", "2", "left.state", "learned", NULL } },
    { { "left.state", "learned", "left.layers", "2", NULL } },
    { { "left.squash", "relu", "left.initial", "identity", NULL } },
    { { "left.forget_bias", "1", NULL } },
    { { "left.truncate", "2", NULL } },
    { { "left.heads", "1", NULL } },
    { { "left.positions", "none", NULL } },
    { { "left.positions", "sinusoidal", "left.layers", "3", NULL } },
    { { "left.positions", "rope", "left.heads", "1", NULL } },
    { { "left.positions", "alibi", "left.mask", "window", "left.span", "2", NULL } },
    { { "left.mask", "full", "left.initial", "gpt2", NULL } },
    { { "left.norm", "after", NULL } },
    { { "left.norm", "none", NULL } },
    { { "left.feed_forward", "no", "left.layers", "2", NULL } },
    { { "left.feed_forward", "no", "left.norm", "after", NULL } },
    { { "left.residual", "no", "left.norm", "none", "left.feed_forward", "no", NULL } },
};
enum { FORMS = sizeof forms / sizeof forms[0], TASKS = sizeof tasks / sizeof tasks[0] };

/* Counts of a lab's left arm, without training it. */
static void assert_counts(const struct lab_config *config)
{
    struct lab *lab = lab_make(config);
    const struct measured measured = { .lab = lab, .arm = &lab->arm[0] };
    const double core = quantity_formula_core_parameters(&measured, 0);
    const double all = quantity_formula_parameters(&measured, 0);

    assert_close(core, (double)model_core_parameters(&lab->arm[0].model), 0, 0);
    assert_close(all, (double)lab->arm[0].model.parameters.total, 0, 0);
    lab_free(lab);
}

/* False: the model has no such choice. */
static bool apply(struct lab_config *config, const struct form *form)
{
    for (int i = 0; form->setting[i] != NULL; i += 2)
        set(config, form->setting[i], form->setting[i + 1]);
    return config_check(config, NULL) == STATUS_OK;
}

static void formulas_are_what_every_model_declares(void **state)
{
    int kinds, checked[FORMS] = { 0 };
    const struct model_kind *const *kind = model_kinds(&kinds);

    (void)state;
    for (int k = 0; k < kinds; k++)
        for (int t = 0; t < TASKS; t++)
            for (int f = 0; f < FORMS; f++) {
                struct lab_config config = small_config("adding", kind[k]->name, NULL);

                config.arm[0].hidden = 8; /* two heads divide it */
                config.task.length = 0;
                set(&config, "task.name", tasks[t]);
                if (!apply(&config, &forms[f]))
                    continue;
                assert_counts(&config);
                checked[f]++;
            }
    for (int f = 0; f < FORMS; f++)
        assert_true(checked[f] >= TASKS); /* every form belongs to a model */
}

/* The width that match picks, and a third arm. */
static void the_width_that_matching_picks_is_counted(void **state)
{
    struct lab_config config = small_config("sort", "gru", "transformer");
    struct lab *lab;

    (void)state;
    config.arm[1].width = 32;
    set(&config, "third.model", "lstm");
    set(&config, "training.match", "parameters");
    lab = lab_make(&config);
    for (int i = 0; i < lab->arms; i++) {
        const struct measured m = { .lab = lab, .arm = &lab->arm[i] };

        assert_close(quantity_formula_parameters(&m, 0),
                     (double)lab->arm[i].model.parameters.total, 0, 0);
    }
    assert_true(lab->arm[0].model.parameters.total > 10000); /* it has grown */
    lab_free(lab);
}

static void a_model_that_is_unknown_has_no_formula(void **state)
{
    struct lab_config config = small_config("sort", "gru", NULL);
    struct lab *lab = lab_make(&config);

    (void)state;
    strcpy(config.arm[0].model, "grux");
    assert_true(isnan(quantity_count_formula(&config.arm[0], &lab->task.shape).core));
    strcpy(config.arm[0].model, "gru+memory");
    assert_true(isnan(quantity_count_formula(&config.arm[0], &lab->task.shape).core));
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_are_what_every_model_declares),
        cmocka_unit_test(the_width_that_matching_picks_is_counted),
        cmocka_unit_test(a_model_that_is_unknown_has_no_formula),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
