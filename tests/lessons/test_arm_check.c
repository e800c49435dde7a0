/* Tests of arm_check: what a model cannot be is refused, with the reason. */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include "lessons/models.h"
#include "tests/lessons/small_lab.h"

struct refused_row {
    const char *model;
    const char *set[4];   /* key=value */
    const char *words[4]; /* of the message; NULL ends them */
};

static void an_arm_that_cannot_be_is_refused(void **state)
{
    const struct refused_row *row = *state;
    struct lab_config config = small_config("sort", row->model, NULL);
    struct error error;

    config.arm[0].hidden = 10;
    for (int i = 0; row->set[i] != NULL; i++) {
        const char *equals = strchr(row->set[i], '=');
        char key[64];

        snprintf(key, sizeof key, "left.%.*s", (int)(equals - row->set[i]), row->set[i]);
        set(&config, key, equals + 1);
    }
    assert_int_equal(arm_check(&config.arm[0], "left", &error), STATUS_USAGE);
    assert_fault(&error, STATUS_USAGE, row->words);
}

/* clang-format off */
#define REFUSED(label, ...)                                                                    \
    { .name = label, .test_func = an_arm_that_cannot_be_is_refused,                            \
      .initial_state = &(struct refused_row){ __VA_ARGS__ } }
#define FOREIGN(kind, choice, says)                                                            \
    REFUSED(choice "_in_" kind "_is_refused", .model = kind, .set = { choice },                \
            .words = { "left: " says, kind " has no such choice" })

int main(void)
{
    const struct CMUnitTest tests[] = {
        REFUSED("rope_in_heads_of_odd_width_is_refused",
            .model = "transformer", .set = { "positions=rope", "width=6" },
            .words = { "left: rope", "2 heads of width 6", "even" }),
        FOREIGN("transformer", "squash=relu", "squash is for recurrent layers"),
        FOREIGN("transformer", "direction=both", "direction is for recurrent layers"),
        FOREIGN("transformer", "state=learned", "state is for recurrent layers"),
        FOREIGN("transformer", "truncate=5", "truncate is for recurrent layers"),
        FOREIGN("transformer", "forget_bias=1", "forget_bias is for recurrent layers"),
        FOREIGN("transformer", "drive=1", "drive is for recurrent layers"),
        FOREIGN("lstm", "positions=rope", "positions is for transformer"),
        FOREIGN("gru+attention", "mask=window", "mask is for transformer"),
        FOREIGN("elman", "norm=none", "norm is for transformer"),
        FOREIGN("gru", "feed_forward=no", "feed_forward is for transformer"),
        FOREIGN("gru", "residual=no", "residual is for transformer"),
        REFUSED("heads_that_do_not_divide_the_hidden_width_are_refused",
            .model = "gru+attention", .set = { "hidden=9" },
            .words = { "left: 2 heads", "hidden width 9" }),
        REFUSED("orthogonal_first_values_of_a_transformer_are_refused",
            .model = "transformer",
            .set = { "initial=orthogonal" }, .words = { "left: ", "default or gpt2" }),
        REFUSED("gpt_2's_first_values_of_a_gru_are_refused",
            .model = "gru", .set = { "initial=gpt2" }, .words = { "left: ", "gpt2" }),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
