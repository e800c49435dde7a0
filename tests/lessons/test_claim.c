/* Tests of lessons/claim.c: what a claim can say, and when it holds. */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include "lessons/claim.h"
#include "lessons/config.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

/* Parsing */

struct term_row {
    int arm;
    const char *quantity; /* NULL: there is no such term */
    double argument;
};

struct claim_row {
    const char *text;
    struct term_row term[CLAIM_TERMS];
    enum claim_operation operation;
    enum relation relation;
    double value;
    enum claim_over over;
    const char *again;    /* claim_text of it */
    const char *words[4]; /* of the refusal */
};

static struct claim parsed(const char *text)
{
    struct claim claim = { .name = "kept" };
    struct error error = { STATUS_OK, "" };

    if (claim_parse(&claim, text, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return claim;
}

static void assert_claim(const struct claim *claim, const struct claim_row *row)
{
    assert_string_equal(claim->name, "kept");
    for (int i = 0; i < CLAIM_TERMS; i++) {
        const struct claim_term *term = &claim->term[i];

        if (row->term[i].quantity == NULL) {
            assert_null(term->quantity);
            continue;
        }
        assert_int_equal(term->arm, row->term[i].arm);
        assert_string_equal(term->quantity->name, row->term[i].quantity);
        assert_close(term->argument, row->term[i].argument, 0, 0);
    }
    assert_int_equal(claim->operation, row->operation);
    assert_int_equal(claim->relation, row->relation);
    assert_close(claim->value, row->value, 0, 0);
    assert_int_equal(claim->over, row->over);
}

static void a_claim_is_read_and_written(void **state)
{
    const struct claim_row *row = *state;
    struct claim claim = parsed(row->text);
    char text[CLAIM_TEXT_MAX];

    assert_claim(&claim, row);
    claim_text(&claim, text);
    assert_string_equal(text, row->again ? row->again : row->text);
    claim = parsed(text);
    assert_claim(&claim, row);
}

static void a_claim_is_refused(void **state)
{
    const struct claim_row *row = *state;
    struct claim claim = { .name = "kept", .value = 99 };
    struct error error = { STATUS_OK, "" };

    assert_int_equal(claim_parse(&claim, row->text, &error), STATUS_USAGE);
    assert_fault(&error, STATUS_USAGE, row->words);
    assert_string_equal(claim.name, "kept");
    assert_close(claim.value, 99, 0, 0);
    assert_null(claim.term[0].quantity);
}

/* Every quantity of the table can be claimed, with a number in brackets where it takes one. */
static void every_quantity_can_be_claimed(void **state)
{
    int count;
    const struct quantity *quantity = quantities(&count);

    (void)state;
    assert_true(count >= 20);
    for (int i = 0; i < count; i++) {
        char text[CLAIM_TEXT_MAX];
        struct claim claim;

        snprintf(text, sizeof text, "left.%s%s < 1", quantity[i].name,
                 quantity[i].argument ? "(0.5)" : "");
        claim = parsed(text);
        assert_ptr_equal(claim.term[0].quantity, &quantity[i]);
        assert_true(quantity[i].about[0] != '\0' && strchr(quantity[i].about, '\n') == NULL);
        assert_non_null(quantity[i].value);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(quantity[k].name, quantity[i].name);
    }
}

static void the_refusal_of_a_quantity_lists_them_all(void **state)
{
    struct claim claim = { 0 };
    struct error error = { STATUS_OK, "" };
    int count;
    const struct quantity *quantity = quantities(&count);

    (void)state;
    assert_int_equal(claim_parse(&claim, "left.speed < 1", &error), STATUS_USAGE);
    for (int i = 0; i < count; i++)
        assert_says(&error, STATUS_USAGE, quantity[i].name);
}

static void a_claim_needs_what_its_terms_need(void **state)
{
    const struct claim none = parsed("left.parameters < 1");
    const struct claim both = parsed("left.slope_input - right.test_loss < 1");

    (void)state;
    assert_int_equal(claim_needs(&none), 0);
    assert_int_equal(claim_needs(&both), NEEDS_FIRST_PROBE | NEEDS_TRAINING | NEEDS_TEST);
}

/* Judging */

struct holds_row {
    enum relation relation;
    double measured; /* against 1 */
    bool holds;
};

static void a_number_holds_or_not(void **state)
{
    const struct holds_row *row = *state;
    const struct claim claim = { .relation = row->relation, .value = 1 };

    assert_int_equal(claim_holds(&claim, row->measured), row->holds);
}

static void terms_are_combined(void **state)
{
    struct claim claim = { .operation = CLAIM_ALONE };

    (void)state;
    assert_close(claim_combine(&claim, 6, 3), 6, 0, 0);
    assert_close(claim_combine(&claim, 6, (double)NAN), 6, 0, 0);
    claim.operation = CLAIM_DIFFERENCE;
    assert_close(claim_combine(&claim, 6, 3), 3, 0, 0);
    claim.operation = CLAIM_RATIO;
    assert_close(claim_combine(&claim, 6, 3), 2, 0, 0);
    assert_false(claim_holds(&claim, claim_combine(&claim, 0, 0)));
}

struct median_row {
    double numbers[4];
    int count;
    double median;
};

static void numbers_have_a_median(void **state)
{
    const struct median_row *row = *state;
    const double median = claim_median(row->numbers, row->count);

    if (isnan(row->median))
        assert_true(isnan(median));
    else
        assert_close(median, row->median, 0, 0);
}

/* clang-format off */
#define READ(from, ...)                                                                        \
    { .name = "the_claim_" from "_is_read", .test_func = a_claim_is_read_and_written,          \
      .initial_state = &(struct claim_row){ .text = from, __VA_ARGS__ } }
#define REFUSED(from, ...)                                                                     \
    { .name = "the_claim_" from "_is_refused", .test_func = a_claim_is_refused,                \
      .initial_state = &(struct claim_row){ .text = from, .words = { __VA_ARGS__ } } }
#define HOLDS(sentence, is, number, whether)                                                   \
    { .name = sentence, .test_func = a_number_holds_or_not,                                    \
      .initial_state = &(struct holds_row){ is, number, whether } }
#define MEDIAN(sentence, is, n, ...)                                                           \
    { .name = sentence, .test_func = numbers_have_a_median,                                    \
      .initial_state = &(struct median_row){ { __VA_ARGS__ }, n, is } }
#define LONG "a234567890123456789012345678901234567890"

int main(void)
{
    const struct CMUnitTest tests[] = {
        READ("left.test_accuracy >= 0.98", .term = { { 0, "test_accuracy", 0 } },
             .relation = RELATION_AT_LEAST, .value = .98),
        READ("right.slope_state <= -0.01", .term = { { 1, "slope_state", 0 } },
             .relation = RELATION_AT_MOST, .value = -.01),
        READ("sixth.parameters < 1e6", .term = { { 5, "parameters", 0 } },
             .relation = RELATION_LESS, .value = 1e6, .again = "sixth.parameters < 1e+06"),
        READ("third.gradient_norm > 0", .term = { { 2, "gradient_norm", 0 } },
             .relation = RELATION_GREATER),
        READ("  left.loss<1  ", .term = { { 0, "loss", 0 } }, .relation = RELATION_LESS,
             .value = 1, .again = "left.loss < 1"),
        READ("left.accuracy >-2", .term = { { 0, "accuracy", 0 } }, .relation = RELATION_GREATER,
             .value = -2, .again = "left.accuracy > -2"),
        READ("left.loss < 0.1234567891", .term = { { 0, "loss", 0 } }, .relation = RELATION_LESS,
             .value = .1234567891),
        READ("right.test_accuracy - left.test_accuracy >= 0.5",
             .term = { { 1, "test_accuracy", 0 }, { 0, "test_accuracy", 0 } },
             .operation = CLAIM_DIFFERENCE, .relation = RELATION_AT_LEAST, .value = .5),
        READ("left.flops/right.seconds>=2", .term = { { 0, "flops", 0 }, { 1, "seconds", 0 } },
             .operation = CLAIM_RATIO, .relation = RELATION_AT_LEAST, .value = 2,
             .again = "left.flops / right.seconds >= 2"),
        READ("left.loss -right.loss<-0.5", .term = { { 0, "loss", 0 }, { 1, "loss", 0 } },
             .operation = CLAIM_DIFFERENCE, .relation = RELATION_LESS, .value = -.5,
             .again = "left.loss - right.loss < -0.5"),
        READ("left.steps_to(0.99) <= 1200", .term = { { 0, "steps_to", .99 } },
             .relation = RELATION_AT_MOST, .value = 1200),
        READ("left.steps_to( 0.9 ) / right.steps_to(1) < 1",
             .term = { { 0, "steps_to", .9 }, { 1, "steps_to", 1 } }, .operation = CLAIM_RATIO,
             .relation = RELATION_LESS, .value = 1,
             .again = "left.steps_to(0.9) / right.steps_to(1) < 1"),
        READ("left.test_loss < 0.5 median", .term = { { 0, "test_loss", 0 } },
             .relation = RELATION_LESS, .value = .5, .over = CLAIM_MEDIAN),
        READ("left.test_loss < 0.5 every", .term = { { 0, "test_loss", 0 } },
             .relation = RELATION_LESS, .value = .5, .again = "left.test_loss < 0.5"),
        READ("left.test_accuracy==1", .term = { { 0, "test_accuracy", 0 } },
             .relation = RELATION_EQUAL, .value = 1, .again = "left.test_accuracy == 1"),
        READ("left.slope_input - right.slope_input == 0 median",
             .term = { { 0, "slope_input", 0 }, { 1, "slope_input", 0 } },
             .operation = CLAIM_DIFFERENCE, .relation = RELATION_EQUAL, .over = CLAIM_MEDIAN),
        REFUSED("", "is not a claim", "left.test_accuracy >= 0.98", ">= or =="),
        REFUSED("left", "is not a claim"),
        REFUSED("left.", "is not a claim"),
        REFUSED(".loss < 1", "is not a claim"),
        REFUSED("left loss < 1", "is not a claim"),
        REFUSED("left.loss = 1", "is not a claim"),
        REFUSED("left.loss === 1", "\"= 1\" in a claim is not a number"),
        REFUSED("left.loss", "is not a claim"),
        REFUSED("left.loss + right.loss < 1", "is not a claim"),
        REFUSED("left.loss - < 1", "is not a claim"),
        REFUSED("left.loss - 1 < 1", "is not a claim"),
        REFUSED("left.loss - right.loss - third.loss < 1", "is not a claim"),
        REFUSED("1 > left.loss", "is not a claim"),
        REFUSED("left.loss =< 1", "is not a claim"),
        REFUSED(LONG ".loss < 1", "is not a claim"),
        REFUSED("left." LONG " < 1", "is not a claim"),
        REFUSED("left.loss <", "\"\" in a claim is not a number"),
        REFUSED("left.loss < nan", "\"nan\" in a claim is not a number"),
        REFUSED("left.loss < inf", "\"inf\" in a claim is not a number"),
        REFUSED("left.loss < 1e999", "\"1e999\" in a claim is not a number"),
        REFUSED("left.loss < one", "\"one\" in a claim is not a number"),
        REFUSED("left.loss < right.loss", "\"right.loss\" in a claim is not a number"),
        REFUSED("left.loss < 1 or 2", "\"or 2\" behind a claim's number is neither median nor every"),
        REFUSED("left.loss < 1 mean", "\"mean\" behind a claim's number"),
        REFUSED("left.loss < 1 median every", "\"median every\" behind a claim's number"),
        REFUSED("left.loss < 1x", "\"x\" behind a claim's number"),
        REFUSED("Left.loss < 1", "unknown arm \"Left\"", "left, right, third"),
        REFUSED("left.loss - middle.loss < 1", "unknown arm \"middle\""),
        REFUSED("left.Loss < 1", "unknown quantity \"Loss\""),
        REFUSED("left.los < 1", "unknown quantity \"los\""),
        REFUSED("left.steps_to < 1", "steps_to in a claim needs a number in brackets", "steps_to(ACCURACY)"),
        REFUSED("left.steps_to() < 1", "\"() < 1\" in a claim is not one number in brackets"),
        REFUSED("left.steps_to(x) < 1", "\"(x) < 1\" in a claim is not one number in brackets"),
        REFUSED("left.steps_to(1, 2) < 1", "is not one number in brackets"),
        REFUSED("left.steps_to(.5 < 1", "is not one number in brackets"),
        REFUSED("left.steps_to(nan) < 1", "is not one number in brackets"),
        REFUSED("left.loss(1) < 1", "loss in a claim takes no number in brackets"),
        cmocka_unit_test(every_quantity_can_be_claimed),
        cmocka_unit_test(the_refusal_of_a_quantity_lists_them_all),
        cmocka_unit_test(a_claim_needs_what_its_terms_need),
        HOLDS("less_is_less", RELATION_LESS, .9, true),
        HOLDS("equal_is_not_less", RELATION_LESS, 1, false),
        HOLDS("more_is_not_less", RELATION_LESS, 1.1, false),
        HOLDS("equal_is_at_most", RELATION_AT_MOST, 1, true),
        HOLDS("more_is_not_at_most", RELATION_AT_MOST, 1.1, false),
        HOLDS("minus_infinity_is_at_most", RELATION_AT_MOST, (double)-INFINITY, true),
        HOLDS("equal_is_equal", RELATION_EQUAL, 1, true),
        HOLDS("a_little_less_is_not_equal", RELATION_EQUAL, 1 - 0x1p-53, false),
        HOLDS("a_little_more_is_not_equal", RELATION_EQUAL, 1 + 0x1p-52, false),
        HOLDS("infinity_is_not_equal", RELATION_EQUAL, (double)INFINITY, false),
        HOLDS("not_a_number_is_not_equal", RELATION_EQUAL, (double)NAN, false),
        HOLDS("equal_is_at_least", RELATION_AT_LEAST, 1, true),
        HOLDS("less_is_not_at_least", RELATION_AT_LEAST, .9, false),
        HOLDS("more_is_greater", RELATION_GREATER, 1.1, true),
        HOLDS("equal_is_not_greater", RELATION_GREATER, 1, false),
        HOLDS("infinity_is_greater", RELATION_GREATER, (double)INFINITY, true),
        HOLDS("not_a_number_is_not_less", RELATION_LESS, (double)NAN, false),
        HOLDS("not_a_number_is_not_at_most", RELATION_AT_MOST, (double)NAN, false),
        HOLDS("not_a_number_is_not_at_least", RELATION_AT_LEAST, (double)NAN, false),
        HOLDS("not_a_number_is_not_greater", RELATION_GREATER, (double)NAN, false),
        cmocka_unit_test(terms_are_combined),
        MEDIAN("one_number_is_its_own_median", 7, 1, 7),
        MEDIAN("the_median_of_three_is_the_middle_one", 2, 3, 3, -1, 2),
        MEDIAN("the_median_of_two_is_their_mean", 2.5, 2, 4, 1),
        MEDIAN("the_median_of_four_is_the_mean_of_two", 3, 4, 9, 2, 4, 1),
        MEDIAN("equal_numbers_count_each", 5, 4, 5, 5, 1, 5),
        MEDIAN("one_infinity_of_three_does_not_matter", 2, 3, (double)INFINITY, 1, 2),
        MEDIAN("two_infinities_of_three_do", (double)INFINITY, 3, (double)INFINITY, 1, (double)INFINITY),
        MEDIAN("one_that_is_no_number_leaves_none", (double)NAN, 3, 1, (double)NAN, 3),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
