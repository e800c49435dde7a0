/* Tests of tests/claims: what `make claims` trains can be trained. */
#include "tests/test.h"

#include <string.h>

#include "lessons/lesson.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

/* From the repository's root, from which tests run. */
static struct lesson_list claim_files(void)
{
    struct lesson_list list = { 0 };
    struct error error = { STATUS_OK, "" };

    if (lesson_list_add(&list, "tests/claims", &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return list;
}

static void every_file_is_a_lesson_that_can_be_made(void **state)
{
    struct lesson_list list = claim_files();

    (void)state;
    assert_true(list.count >= 20);
    for (int i = 0; i < list.count; i++) {
        const struct lesson *lesson = &list.lessons[i];
        struct error error = { STATUS_OK, "" };
        struct lab *lab = NULL;

        assert_true(lesson->claim_count > 0 && lesson->title[0] != '\0');
        if (lesson_lacks_data(lesson, NULL))
            continue;
        if (lab_create(&lab, &lesson->config, &error) != STATUS_OK)
            fail_msg("%s: %s", lesson->path, error.message);
        lab_free(lab);
    }
    lesson_list_free(&list);
}

/* One that nobody claims anything about is trained for nothing. */
static void every_arm_is_in_a_claim(void **state)
{
    struct lesson_list list = claim_files();

    (void)state;
    for (int i = 0; i < list.count; i++) {
        const struct lesson *lesson = &list.lessons[i];

        for (int arm = 0; arm < ARMS_MAX; arm++) {
            bool claimed = lesson->config.arm[arm].model[0] == '\0';

            for (int k = 0; k < lesson->claim_count * CLAIM_TERMS; k++) {
                const struct claim_term *term =
                    &lesson->claims[k / CLAIM_TERMS].term[k % CLAIM_TERMS];

                claimed = claimed || (term->quantity != NULL && term->arm == arm);
            }
            if (!claimed)
                fail_msg("%s: no claim is about %s", lesson->path, arm_name(arm));
        }
    }
    lesson_list_free(&list);
}

/* The rows of what was found beforehand that are to hold here, by task. */
static void every_row_has_a_file(void **state)
{
    static const char *const tasks[] = { "adding", "copying", "temporal-order", "parity",
                                         "cycle",  "recall",  "induction",      "sort",
                                         "order",  "text",    "translation",    "dates" };
    struct lesson_list list = claim_files();

    (void)state;
    for (size_t i = 0; i < sizeof tasks / sizeof tasks[0]; i++) {
        int files = 0;

        for (int k = 0; k < list.count; k++)
            files += strcmp(list.lessons[k].config.task.name, tasks[i]) == 0;
        if (files == 0)
            fail_msg("no claim is about %s", tasks[i]);
    }
    lesson_list_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_a_lesson_that_can_be_made),
        cmocka_unit_test(every_arm_is_in_a_claim),
        cmocka_unit_test(every_row_has_a_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
