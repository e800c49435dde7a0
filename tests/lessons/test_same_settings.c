/* Tests of lessons/same_settings.c: is a run one of the settings that a claim is about? */
#include "tests/test.h"

#include "lessons/same_settings.h"
#include "tests/lessons/small_lab.h"

static void what_a_claim_is_not_about_may_differ(void **state)
{
    const struct lab_config own = small_config("adding", "gru", "transformer");
    struct lab_config other = own;

    (void)state;
    set(&other, "training.seed", "77");
    set(&other, "training.threads", "2");
    set(&other, "third.heads", "3"); /* of an arm that is not there */
    assert_true(same_settings(&own, &other));
    set(&other, "left.hidden", "11");
    assert_false(same_settings(&own, &other));
}

/* The Transformer's size is what match picks, whatever is written. */
static void a_size_that_match_picks_is_not_compared(void **state)
{
    struct lab_config own = small_config("adding", "gru", "transformer"), made, other;
    struct lab *lab;

    (void)state;
    set(&own, "left.hidden", "16");
    set(&own, "training.match", "width");
    set(&own, "training.match_reference", "left");
    lab = lab_make(&own);
    made = lab->config;
    lab_free(lab);
    assert_int_not_equal(made.arm[1].width, own.arm[1].width);
    assert_false(same_settings(&own, &made));
    assert_true(same_when_matched(&own, &made));
    other = own;
    set(&other, "left.hidden", "17"); /* the size that the other takes */
    assert_false(same_when_matched(&other, &made));
    other = own;
    set(&other, "right.layers", "2");
    assert_false(same_when_matched(&other, &made));
    other = own;
    set(&other, "training.match", "none");
    assert_false(same_when_matched(&other, &made));
}

static void without_match_every_size_counts(void **state)
{
    const struct lab_config own = small_config("adding", "gru", "transformer");
    struct lab_config made = own;

    (void)state;
    assert_true(same_when_matched(&own, &made));
    set(&made, "right.width", "16");
    assert_false(same_when_matched(&own, &made));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_claim_is_not_about_may_differ),
        cmocka_unit_test(a_size_that_match_picks_is_not_compared),
        cmocka_unit_test(without_match_every_size_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
