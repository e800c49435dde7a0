/* Tests of lessons/link_arms.c: what it knows of an arm is what a lab's trace has. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "common/layers/trace.h"
#include "lessons/link_arms.h"
#include "lessons/models.h"
#include "tests/lessons/small_lab.h"

/* ------------------------------------------------------------------------------ what arms have */

/* Over time and units, as the states panel offers them. */
static bool traces(const struct trace *trace, const char *quantity)
{
    for (int i = 0; i < trace->count; i++)
        if (trace_is_over_time(&trace->entries[i]) &&
            strcmp(trace->entries[i].quantity, quantity) == 0)
            return true;
    return false;
}

static void assert_is_known(const struct arm_config *arm, const struct trace *trace)
{
    static const char *const quantities[] = {
        "hidden", "cell",           "residual",     "query",          "key",
        "value",  "input",          "logits",       "gate.i",         "gate.f",
        "gate.g", "gate.o",         "gate.r",       "gate.z",         "gate.n",
        "nobody", "hidden.reverse", "cell.reverse", "gate.f.reverse", "gate.n.reverse"
    };
    int heads = 0, layers = 0;

    for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++)
        if (link_arm_has(arm, quantities[i]) != traces(trace, quantities[i]))
            fail_msg("%s: %s is in only one of both", arm->model, quantities[i]);
    for (int i = 0; i < trace->count; i++) {
        const struct trace_entry *entry = &trace->entries[i];

        if (trace_is_attention(entry))
            heads += entry->extent[1];
        if (trace_is_over_time(entry) && entry->layer >= layers)
            layers = entry->layer + 1;
    }
    assert_int_equal(link_arm_heads(arm), heads);
    assert_int_equal(link_arm_layers(arm), layers);
}

/* Each model, of two layers where it has any, in one direction and in both. */
static void every_arm_has_what_it_is_said_to_have(void **state)
{
    int count;
    const struct model_kind *const *kinds = model_kinds(&count);

    (void)state;
    for (int i = 0; i < 2 * count; i++) {
        const struct model_kind *kind = kinds[i / 2];
        struct lab_config config = small_config("adding", kind->name, NULL);
        struct lab *lab;

        if (i % 2 == 1 && !kind->recurrent)
            continue;
        if (model_kind_has_core(kind))
            config.arm[0].layers = 2;
        config.arm[0].hidden = 8; /* two heads divide it */
        config.arm[0].direction = i % 2 == 1 ? DIRECTION_BOTH : DIRECTION_FORWARD;
        lab = lab_make(&config);
        lab_look(lab);
        assert_is_known(&config.arm[0], &lab->arm[0].probe.trace);
        lab_free(lab);
    }
}

/* ------------------------------------------------------------------------------- what is said */

struct row {
    const char *address;
    const char *fault[4]; /* none: it can be */
};

/* An lstm of one layer on the left; a Transformer of two layers with four heads each; no third. */
static void a_link_is_held_against_the_arms(void **state)
{
    const struct row *row = *state;
    struct lab_config config = config_default();
    struct link link = { .count = -1 };
    struct error error = { STATUS_OK, "" };
    enum status status;

    set(&config, "left.model", "lstm");
    set(&config, "right.heads", "4");
    status = link_check(&link, row->address, &config, &error);
    if (row->fault[0] == NULL) {
        if (status != STATUS_OK)
            fail_msg("%s", error.message);
        return;
    }
    assert_fault(&error, STATUS_USAGE, row->fault);
    assert_int_equal(link.count, -1); /* untouched */
}

/* A task whose data is not here is not looked into: its arms may be anything. */
static void a_model_that_there_is_not_is_told_without_data_too(void **state)
{
    static const char *const words[] = { "\"lstn\"", "lstm", NULL };
    struct lab_config config = small_config("text", "lstm", NULL);
    struct error error = { STATUS_OK, "" };
    struct link link;

    (void)state;
    assert_int_equal(setenv("DUET_TEXT", "/nowhere/at/all", 1), 0);
    assert_int_equal(link_check(&link, "duet:left.model=gru&layer=1", &config, &error),
                     STATUS_OK);
    assert_int_equal(link_check(&link, "duet:left.model=lstn&layer=1", &config, &error),
                     STATUS_USAGE);
    assert_fault(&error, STATUS_USAGE, words);
    strcpy(config.arm[0].model, "lstn"); /* as a lesson.ini might have it */
    assert_int_equal(link_check(&link, "duet:layer=1", &config, &error), STATUS_USAGE);
    assert_int_equal(unsetenv("DUET_TEXT"), 0);
}

/* clang-format off */
#define GOOD(label, link) \
    { .name = "a_link_is_held_against_the_arms_" label, \
      .test_func = a_link_is_held_against_the_arms, \
      .initial_state = &(struct row){ .address = link } }
#define BAD(label, link, ...) \
    { .name = "a_link_is_held_against_the_arms_" label, \
      .test_func = a_link_is_held_against_the_arms, \
      .initial_state = &(struct row){ .address = link, .fault = { __VA_ARGS__ } } }

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_arm_has_what_it_is_said_to_have),
    cmocka_unit_test(a_model_that_there_is_not_is_told_without_data_too),
    GOOD("the_last_head", "duet:arm=right&panel=attention&head=8"),
    GOOD("a_head_of_any_arm", "duet:head=8"),
    GOOD("a_head_that_the_link_makes", "duet:right.heads=8&arm=right&head=16"),
    GOOD("an_entry_of_any_arm", "duet:entry=cell"),
    GOOD("gates_of_an_arm_it_makes", "duet:right.model=gru&arm=right&panel=gates&entry=gate.z"),
    GOOD("a_panel_of_any_arm", "duet:panel=cell"),
    GOOD("an_arm_that_it_makes", "duet:third.model=gru&arm=third&panel=gates"),
    GOOD("both_arms_in_turn", "duet:arm=left&entry=cell&arm=right&layer=2"),
    BAD("a_head_too_many", "duet:arm=right&head=9", "head: arm right has no 9",
        "right (transformer, layers: 2, heads: 8)"),
    BAD("a_head_no_arm_has", "duet:head=9", "head: no arm has 9"),
    BAD("a_head_of_the_other_arm", "duet:arm=left&head=1", "head: arm left has no 1"),
    BAD("a_head_that_the_link_takes", "duet:right.layers=1&head=5", "no arm has 5", "heads: 4"),
    BAD("a_layer_too_many", "duet:arm=right&layer=3", "layer: arm right has no 3"),
    BAD("an_entry_of_the_other_arm", "duet:arm=right&entry=gate.f", "entry: arm right", "gate.f"),
    BAD("an_entry_of_no_arm", "duet:entry=gate.z", "entry: no arm has gate.z"),
    BAD("an_entry_in_reverse", "duet:entry=cell.reverse", "cell.reverse"),
    BAD("attention_without_any", "duet:arm=left&panel=attention", "panel: arm left"),
    BAD("gates_without_any", "duet:arm=right&panel=gates", "panel: arm right"),
    BAD("a_cell_without_any", "duet:arm=right&panel=cell", "panel: arm right"),
    BAD("an_arm_that_is_not_there", "duet:arm=third", "arm: there is no arm third",
        "left (lstm, layers: 1, heads: 0)"),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
