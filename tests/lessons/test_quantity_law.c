/* Tests of lessons/quantities/law.c: the law of vanishing gradients, as a number for a claim. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "lessons/measure.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

static struct lab_config driven(const char *gain, const char *variance)
{
    struct lab_config config = config_default();

    set(&config, "task.name", "drive");
    set(&config, "task.items", "128");
    set(&config, "right.model", "");
    set(&config, "left.model", "elman");
    set(&config, "left.width", "128");
    set(&config, "left.hidden", "128");
    set(&config, "left.initial", "orthogonal");
    set(&config, "left.gain", gain);
    set(&config, "left.drive", variance);
    return config;
}

static double value(const struct measured *measured, const char *name)
{
    const struct quantity *quantity = quantity_find(name);

    assert_non_null(quantity);
    return measured_value(measured, quantity, 0);
}

/* Theory to four digits, and the network beside it. */
struct law {
    const char *gain, *variance;
    double slope, within;
};

static void the_law_is_what_is_measured(void **state)
{
    const struct law *law = *state;
    const struct lab_config config = driven(law->gain, law->variance);
    const unsigned needs[ARMS_MAX] = { NEEDS_FIRST_PROBE };
    struct measured measured[ARMS_MAX] = { 0 };
    struct lab *lab = lab_make(&config);
    struct error error = { STATUS_OK, "" };

    if (measure(measured, lab, needs, NULL, NULL, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_close(value(&measured[0], "law_slope"), law->slope, 5.1e-5, 0);
    assert_close(value(&measured[0], "slope_state"), law->slope, law->within, 0);
    measured_free(&measured[0]);
    lab_free(lab);
}

/* It is about the first weights: training changes what is measured, not what theory says. */
static void training_does_not_change_the_law(void **state)
{
    struct lab_config config = driven("0.9", "0.1");
    struct measured measured[ARMS_MAX];
    struct lab *lab;

    (void)state;
    set(&config, "training.batch", "8");
    lab = lab_make(&config);
    lab_train(lab, 3);
    measured_begin(measured, lab);
    assert_close(value(&measured[0], "law_slope"), -0.2637, 5.1e-5, 0);
    lab_free(lab);
}

struct stranger {
    const char *key, *value;
};

static void no_theory_is_no_number(void **state)
{
    const struct stranger *row = *state;
    struct lab_config config = driven("0.9", "0.1");
    struct measured measured[ARMS_MAX];
    struct lab *lab;

    if (strcmp(row->key, "left.model") == 0 || strcmp(row->key, "task.name") == 0)
        set(&config, "left.drive", "0");
    if (strcmp(row->value, "lstm") == 0)
        set(&config, "left.gain", "1");
    set(&config, row->key, row->value);
    lab = lab_make(&config);
    measured_begin(measured, lab);
    assert_true(isnan(value(&measured[0], "law_slope")));
    lab_free(lab);
}

/* clang-format off */
#define LAW(g, s2, slope, within)                                                              \
    { .name = "gain_" g "_and_variance_" s2 "_have_the_slope_that_is_measured",                \
      .test_func = the_law_is_what_is_measured,                                                \
      .initial_state = &(struct law){ g, s2, slope, within } }
#define STRANGER(sentence, key, value)                                                         \
    { .name = sentence "_has_no_law", .test_func = no_theory_is_no_number,                     \
      .initial_state = &(struct stranger){ key, value } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        LAW("0.8", "0.1", -0.3596, 0.02), LAW("1.25", "0.1", -0.0551, 0.02),
        LAW("1.5", "0.1", 0.0262, 0.02), LAW("0.8", "1", -0.6555, 0.02),
        LAW("1", "1", -0.4595, 0.02),
        cmocka_unit_test(training_does_not_change_the_law),
        STRANGER("an_lstm", "left.model", "lstm"),
        STRANGER("another_task", "task.name", "adding"),
        STRANGER("a_relu", "left.squash", "relu"),
        STRANGER("a_default_matrix", "left.initial", "default"),
        STRANGER("an_identity_matrix", "left.initial", "identity"),
        STRANGER("a_matrix_of_gain_0", "left.gain", "0"),
        STRANGER("input_of_unknown_variance", "left.drive", "0"),
        STRANGER("a_truncated_gradient", "left.truncate", "10"),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
