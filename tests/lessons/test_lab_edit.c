/* Tests of lessons/lab_edit.c: what a hand changes, and what was before it. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/snapshot.h"
#include "tests/lessons/small_lab.h"

static struct lab *sorting(void)
{
    const struct lab_config config = small_config("sort", "elman", "transformer");
    struct lab *lab = lab_make(&config);

    lab_train(lab, 3);
    lab_look(lab);
    return lab;
}

static struct edit weight(int query, int key, double w)
{
    return (struct edit){ .kind = EDIT_WEIGHT, .step = query, .key = key, .weight = w };
}

static const struct edit head_out = { .kind = EDIT_HEAD_OUT };

static void refused(const struct lab *lab, const struct edit *edit, const char *words)
{
    struct error error;

    assert_int_equal(lab_edit_refusal(lab, 1, edit, &error), STATUS_USAGE);
    assert_says(&error, STATUS_USAGE, words);
}

static void forced_weights_of_a_query_add_up_to_one_at_most(void **state)
{
    struct lab *lab = sorting();
    struct edit edit = weight(6, 2, 1);

    (void)state;
    for (int key = 0; key < 6; key++) {
        edit = weight(5, key, 1.0 / 6);
        assert_true(lab_edit(lab, 1, &edit));
    }
    edit = weight(5, 6, .5);
    assert_false(lab_edit(lab, 1, &edit));
    refused(lab, &edit, "query 5 would add up to 1.5");
    edit.weight = 0; /* to forbid is always possible, */
    assert_true(lab_edit(lab, 1, &edit));
    edit = weight(5, 3, .5); /* a weight in the place of another counts instead of it, */
    refused(lab, &edit, "1.33");
    edit.weight = .1;
    assert_true(lab_edit(lab, 1, &edit));
    edit = weight(4, 3, 1); /* and another query or head has its own */
    assert_true(lab_edit(lab, 1, &edit));
    edit = weight(5, 3, 1);
    edit.head = 1;
    assert_true(lab_edit(lab, 1, &edit));
    lab_free(lab);
}

static void the_same_weight_again_takes_it_back_and_another_takes_its_place(void **state)
{
    struct lab *lab = sorting();
    const struct edit forbid = weight(5, 2, 0), force = weight(5, 2, 1);

    (void)state;
    assert_true(lab_edit(lab, 1, &forbid));
    assert_true(lab_edit(lab, 1, &force));
    assert_int_equal(lab->arm[1].edit_count, 1);
    assert_true(lab->arm[1].edits[0].weight == 1);
    lab_look(lab);
    assert_true(trace_find(&lab->arm[1].probe.trace, "attention", 0)->value[5 * 9 + 2] == 1);
    assert_true(lab_edit(lab, 1, &force));
    assert_int_equal(lab->arm[1].edit_count, 0);
    lab_free(lab);
}

static void one_edit_too_many_is_refused_with_a_reason(void **state)
{
    struct lab *lab = sorting();
    struct edit edit = weight(0, 0, 0);

    (void)state;
    for (edit.step = 0; edit.step < LAB_EDITS_MAX; edit.step++)
        assert_true(lab_edit(lab, 1, &edit));
    refused(lab, &edit, "512 changes by hand");
    edit.step = 7;
    edit.weight = .5; /* no new one */
    assert_true(lab_edit(lab, 1, &edit));
    lab_free(lab);
}

/* What the outputs say, in words. */
static void take(struct snapshot *s, struct lab *lab)
{
    struct error error;

    lab_look(lab);
    assert_int_equal(snapshot_take(s, lab, &error), STATUS_OK);
}

static void assert_same_answers(const struct snapshot_answer *a,
                                const struct snapshot_answer *b, int steps)
{
    for (int t = 0; t < steps; t++) {
        assert_string_equal(a[t].text, b[t].text);
        assert_int_equal(a[t].right, b[t].right);
        assert_true(a[t].confidence == b[t].confidence ||
                    (isnan(a[t].confidence) && isnan(b[t].confidence)));
    }
}

static void what_was_before_is_frozen_while_training_goes_on(void **state)
{
    struct lab *lab = sorting();
    const struct edit forbid = weight(5, 2, 0);
    struct snapshot free_of_it = { 0 }, s = { 0 };

    (void)state;
    take(&free_of_it, lab);
    assert_false(free_of_it.arm[1].has_before);
    lab_edit(lab, 1, &head_out);
    lab_edit(lab, 1, &forbid); /* a second edit does not freeze again */
    lab_train(lab, 40);
    lab_edit(lab, 1, &forbid);
    lab_edit(lab, 1, &forbid);
    take(&s, lab);
    assert_true(s.arm[1].has_before && !s.arm[0].has_before);
    assert_int_equal(s.arm[1].before_step, 3);
    assert_true(s.arm[1].before_loss == free_of_it.arm[1].probe_loss);
    assert_same_answers(s.arm[1].before, free_of_it.arm[1].answer, s.steps);
    assert_true(s.arm[1].free_loss < s.arm[1].before_loss); /* it has learned since */
    assert_true(s.arm[1].probe_loss != s.arm[1].free_loss);
    lab_edits_clear(lab);
    take(&s, lab);
    assert_false(s.arm[1].has_before);
    lab_edit(lab, 1, &head_out); /* and the next one begins from here */
    take(&s, lab);
    assert_int_equal(s.arm[1].before_step, 43);
    lab_edit(lab, 1, &head_out);
    take(&s, lab);
    assert_false(s.arm[1].has_before);
    snapshot_free(&s);
    snapshot_free(&free_of_it);
    lab_free(lab);
}

static void another_sequence_has_its_own_before(void **state)
{
    struct lab *lab = sorting();
    struct snapshot free_of_it = { 0 }, s = { 0 };

    (void)state;
    lab_pin(lab, 4);
    take(&free_of_it, lab);
    lab_pin(lab, 0);
    lab_edit(lab, 1, &head_out);
    lab_train(lab, 2);
    take(&s, lab);
    assert_true(s.arm[1].before_loss != free_of_it.arm[1].probe_loss);
    lab_pin(lab, 0); /* the same one changes nothing */
    take(&s, lab);
    assert_int_equal(s.arm[1].before_step, 3);
    lab_pin(lab, 4);
    take(&s, lab);
    assert_int_equal(s.arm[1].before_step, 5);
    assert_true(s.arm[1].before_loss == s.arm[1].free_loss); /* of the weights it has now */
    snapshot_free(&s);
    snapshot_free(&free_of_it);
    lab_free(lab);
}

static void a_sequence_of_the_users_own_has_its_own_before(void **state)
{
    struct lab_config config = small_config("dates", "elman", "transformer");
    struct snapshot s = { 0 };
    struct error error;
    struct lab *lab;

    (void)state;
    set(&config, "task.length", "1");
    lab = lab_make(&config);
    lab_edit(lab, 1, &head_out);
    lab_train(lab, 2);
    assert_int_equal(lab_input(lab, "5 may 1987", &error), STATUS_OK);
    take(&s, lab);
    assert_int_equal(s.arm[1].before_step, 2);
    assert_true(s.arm[1].before_loss == s.arm[1].free_loss);
    snapshot_free(&s);
    lab_free(lab);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forced_weights_of_a_query_add_up_to_one_at_most),
        cmocka_unit_test(the_same_weight_again_takes_it_back_and_another_takes_its_place),
        cmocka_unit_test(one_edit_too_many_is_refused_with_a_reason),
        cmocka_unit_test(what_was_before_is_frozen_while_training_goes_on),
        cmocka_unit_test(another_sequence_has_its_own_before),
        cmocka_unit_test(a_sequence_of_the_users_own_has_its_own_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
