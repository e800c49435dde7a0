/* Tests of lessons/theory.c: the line that theory lays over the gradient per time step. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "lessons/snapshot.h"
#include "lessons/theory.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

enum { N = 5 };

static struct theory theory_now(const struct lab *lab, int arm)
{
    struct theory theory;
    struct error error = { STATUS_OK, "" };

    if (theory_of(&theory, lab, &lab->arm[arm], &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return theory;
}

/* Matrices whose answer is known ----------------------------------------------------------- */

/* Columns swapped, signs turned: orthogonal, times g. */
static void make_orthogonal(real *W, double g)
{
    memset(W, 0, N * N * sizeof *W);
    for (int i = 0; i < N; i++)
        W[i * N + (i + 2) % N] = (real)(i % 2 ? -g : g);
}

static void the_gain_of_an_orthogonal_matrix_is_found(void **state)
{
    real W[N * N];
    double scratch[2 * N];

    (void)state;
    make_orthogonal(W, 0.7);
    assert_close(theory_orthogonal_gain(W, N), 0.7, 0, 1e-6);
    assert_close(theory_largest_singular_value(W, N, scratch), 0.7, 0, 1e-6);
    W[0] += (real)0.01; /* a hundredth is no rounding */
    assert_true(isnan(theory_orthogonal_gain(W, N)));
    memset(W, 0, sizeof W);
    assert_true(isnan(theory_orthogonal_gain(W, N)));
    assert_close(theory_largest_singular_value(W, N, scratch), 0, 0, 0);
}

/* Columns of equal length are not enough: they must stand at right angles. */
static void columns_of_equal_length_are_not_yet_orthogonal(void **state)
{
    real W[N * N] = { 0 };

    (void)state;
    for (int i = 0; i < N; i++)
        W[(i == 4 ? 3 : i) * N + i] = 1;
    assert_true(isnan(theory_orthogonal_gain(W, N)));
}

/* Far from symmetric: its eigenvalues are all 1, its largest singular value is not. */
static void the_largest_singular_value_is_no_eigenvalue(void **state)
{
    const real shear[4] = { 1, 3, 0, 1 };
    double scratch[4];

    (void)state;
    assert_close(theory_largest_singular_value(shear, 2, scratch), (3 + sqrt(13)) / 2, 0, 1e-5);
}

static void a_matrix_that_is_not_finite_has_none(void **state)
{
    real W[N * N];
    double scratch[2 * N];

    (void)state;
    make_orthogonal(W, 1);
    W[7] = (real)NAN;
    assert_true(isnan(theory_largest_singular_value(W, N, scratch)));
    assert_true(isnan(theory_orthogonal_gain(W, N)));
}

static void the_line_begins_at_the_first_step_back(void **state)
{
    const struct theory theory = { .kind = THEORY_ORTHOGONAL, .factor = 0.5 };

    (void)state;
    assert_close(theory_norm(&theory, 3, 1), 3, 0, 1e-15);
    assert_close(theory_norm(&theory, 3, 4), 0.375, 0, 1e-15);
}

/* The law, in a lab ------------------------------------------------------------------------ */

struct law {
    const char *gain, *variance;
    double slope;  /* of the line */
    double within; /* so close is the measured one; 0: it is only lower */
};

static struct lab *driven(const char *gain, const char *variance)
{
    struct lab_config config = config_default();
    struct lab *lab;

    set(&config, "task.name", "drive");
    set(&config, "task.length", "120");
    set(&config, "task.items", "128");
    set(&config, "right.model", "");
    set(&config, "left.width", "128");
    set(&config, "left.hidden", "128");
    set(&config, "left.initial", "orthogonal");
    set(&config, "left.gain", gain);
    set(&config, "left.drive", variance);
    lab = lab_make(&config);
    lab_look(lab);
    return lab;
}

/* Lags 5 to 50, mean of the logarithms over 32 sequences. */
static double measured_slope(struct lab *lab)
{
    struct probe *probe = &lab->arm[0].probe;
    double n = 0, k1 = 0, y1 = 0, kk = 0, ky = 0;

    for (int sample = 0; sample < 32; sample++) {
        lab_pin(lab, sample);
        assert_int_equal(lab_probe(lab, false, NULL), STATUS_OK);
        for (int k = 5; k <= 50; k++) {
            const double y = log(probe->profile.state[0].one[probe->profile.tau - k]);

            n++;
            k1 += k;
            y1 += y;
            kk += (double)k * k;
            ky += k * y;
        }
    }
    return (n * ky - k1 * y1) / (n * kk - k1 * k1);
}

static void the_line_has_the_slope_that_is_measured(void **state)
{
    const struct law *law = *state;
    struct lab *lab = driven(law->gain, law->variance);
    const struct theory theory = theory_now(lab, 0);

    assert_int_equal(theory.kind, THEORY_DRIVEN);
    assert_int_equal(theory.layer, 0);
    assert_null(theory.because);
    assert_close(log(theory.factor), law->slope, 5.1e-5, 0);
    assert_close(measured_slope(lab), log(theory.factor), law->within, 0);
    lab_free(lab);
}

/* Input that no theory asks about saturates units: the gain is then more than any step gives. */
static void a_gain_is_a_bound_that_saturation_stays_below(void **state)
{
    const double gain = *(const double *)*state;
    struct lab_config config = small_config("adding", "elman", NULL);
    struct theory theory;
    const struct profile_row *row;
    struct lab *lab;
    int tau;

    set(&config, "left.hidden", "24");
    set(&config, "left.initial", "orthogonal");
    config.arm[0].gain = gain;
    lab = lab_make(&config);
    lab_look(lab);
    theory = theory_now(lab, 0);
    row = &lab->arm[0].probe.profile.state[0];
    tau = lab->arm[0].probe.profile.tau;
    assert_int_equal(theory.kind, THEORY_ORTHOGONAL);
    assert_close(theory.factor, gain, 0, 1e-5);
    for (int lag = 2; lag <= tau; lag++) {
        const double most = theory_norm(&theory, row->one[tau - 1], lag);

        assert_true(row->one[tau - lag] <= most * (1 + 1e-5));
        assert_true(lag < 4 || row->one[tau - lag] < most * 0.999);
    }
    lab_free(lab);
}

/* After some updates W_hh is no longer orthogonal, and the bound is its singular value. */
static void a_trained_matrix_has_a_bound_that_holds(void **state)
{
    struct lab_config config = small_config("adding", "elman", NULL);
    struct theory theory;
    const struct profile_row *row;
    struct lab *lab;
    int tau;

    (void)state;
    set(&config, "left.initial", "orthogonal");
    set(&config, "left.hidden", "24");
    set(&config, "left.layers", "2");
    lab = lab_make(&config);
    assert_int_equal(theory_now(lab, 0).kind, THEORY_ORTHOGONAL);
    lab_train(lab, 30);
    lab_look(lab);
    theory = theory_now(lab, 0);
    assert_int_equal(theory.kind, THEORY_BOUND);
    assert_int_equal(theory.layer, 1);
    assert_true(theory.factor > 1.001);
    row = &lab->arm[0].probe.profile.state[theory.layer];
    tau = lab->arm[0].probe.profile.tau;
    for (int lag = 2; lag <= tau; lag++)
        assert_true(row->one[tau - lag] <=
                    theory_norm(&theory, row->one[tau - 1], lag) * (1 + 1e-3));
    lab_free(lab);
}

static void a_relu_has_a_bound_only(void **state)
{
    struct lab_config config = small_config("adding", "elman", NULL);
    struct lab *lab;

    (void)state;
    set(&config, "left.initial", "identity");
    set(&config, "left.squash", "relu");
    lab = lab_make(&config);
    assert_int_equal(theory_now(lab, 0).kind, THEORY_BOUND);
    assert_close(theory_now(lab, 0).factor, 1, 0, 1e-6);
    lab_free(lab);
}

/* Where nothing is known ------------------------------------------------------------------- */

struct unknown {
    const char *task, *model, *key, *value, *words;
};

static void where_nothing_is_known_it_says_why(void **state)
{
    const struct unknown *row = *state;
    struct lab_config config = small_config(row->task, row->model, NULL);
    struct snapshot snapshot = { 0 };
    struct lab *lab;

    if (row->key != NULL)
        set(&config, row->key, row->value);
    lab = lab_make(&config);
    lab_look(lab);
    assert_int_equal(snapshot_take(&snapshot, lab, NULL), STATUS_OK);
    assert_int_equal(snapshot.arm[0].theory.kind, THEORY_NONE);
    assert_non_null(strstr(snapshot.arm[0].theory.because, row->words));
    snapshot_free(&snapshot);
    lab_free(lab);
}

static void all_outputs_at_once_have_no_line(void **state)
{
    const struct lab_config config = small_config("sort", "elman", NULL);
    struct lab *lab = lab_make(&config);

    (void)state;
    assert_int_equal(theory_now(lab, 0).kind, THEORY_BOUND);
    lab_loss_at(lab, LAB_ALL_OUTPUTS);
    assert_int_equal(theory_now(lab, 0).kind, THEORY_NONE);
    assert_non_null(strstr(theory_now(lab, 0).because, "All outputs"));
    lab_free(lab);
}

/* clang-format off */
#define LAW(gain, s2, slope, within)                                                           \
    { .name = "the_line_of_gain_" gain "_and_variance_" s2 "_has_the_slope_that_is_measured",  \
      .test_func = the_line_has_the_slope_that_is_measured,                                    \
      .initial_state = &(struct law){ gain, s2, slope, within } }
#define GAIN(g)                                                                                \
    { .name = "a_gain_of_" #g "_is_a_bound_that_saturation_stays_below",                       \
      .test_func = a_gain_is_a_bound_that_saturation_stays_below,                              \
      .initial_state = &(double){ g } }
#define UNKNOWN(sentence, ...)                                                                 \
    { .name = sentence "_has_no_line", .test_func = where_nothing_is_known_it_says_why,        \
      .initial_state = &(struct unknown){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gain_of_an_orthogonal_matrix_is_found),
        cmocka_unit_test(columns_of_equal_length_are_not_yet_orthogonal),
        cmocka_unit_test(the_largest_singular_value_is_no_eigenvalue),
        cmocka_unit_test(a_matrix_that_is_not_finite_has_none),
        cmocka_unit_test(the_line_begins_at_the_first_step_back),
        LAW("0.9", "1e-12", -0.1054, 0.01), LAW("1", "1e-12", 0, 0.01),
        LAW("0.9", "0.1", -0.2637, 0.02), LAW("1", "0.1", -0.1864, 0.02),
        LAW("1.1", "0.1", -0.1248, 0.02), LAW("1.25", "0.1", -0.0551, 0.02),
        GAIN(0.9), GAIN(1.0), GAIN(1.1),
        cmocka_unit_test(a_trained_matrix_has_a_bound_that_holds),
        cmocka_unit_test(a_relu_has_a_bound_only),
        UNKNOWN("an_lstm", "adding", "lstm", NULL, NULL, "an elman alone"),
        UNKNOWN("a_transformer", "adding", "transformer", NULL, NULL, "an elman alone"),
        UNKNOWN("an_elman_with_attention", "sort", "elman+attention", "left.hidden", "8",
                "an elman alone"),
        UNKNOWN("an_elman_in_both_directions", "adding", "elman", "left.direction", "both",
                "both ends"),
        UNKNOWN("a_mean_over_all_steps", "order", "elman", "task.length", "3", "mean over all"),
        cmocka_unit_test(all_outputs_at_once_have_no_line),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
