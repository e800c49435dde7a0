/* Tests of lessons/repeat.c and event.c: what a hand changes is kept, and a run made again. */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lessons/change.h"
#include "lessons/repeat.h"
#include "tests/lessons/small_run.h"

/* Instead of the C library's: waiting for the disk is not what is tested here. */
int fsync(int fd)
{
    (void)fd;
    return 0;
}

enum { ACTS_MAX = 12, KEYS_MAX = 4 };

/* What a hand does, in this order: some steps of all arms, or of one, or a change. */
struct deed {
    int steps, left, right;
    const char *key, *value;
    long limit;
};

struct repeat_row {
    const char *left, *right;
    const char *before[KEYS_MAX][2];
    struct deed deeds[ACTS_MAX];
    bool stops; /* the left arm, on the way */
};

static struct lab_config config_of(const struct repeat_row *row)
{
    struct lab_config config = small_config("adding", row->left, row->right);

    set(&config, "training.steps", "30");
    for (int i = 0; i < KEYS_MAX && row->before[i][0] != NULL; i++)
        set(&config, row->before[i][0], row->before[i][1]);
    return config;
}

static void change(struct lab *lab, const char *key, const char *value)
{
    struct lab_config next = lab->config;
    struct error error = { STATUS_OK, "" };

    set(&next, key, value);
    if (lab_change(lab, &next, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void do_deeds(struct lab *lab, const struct repeat_row *row, int from, int to)
{
    for (int i = from; i < to; i++) {
        const struct deed *deed = &row->deeds[i];

        for (int k = 0; k < deed->steps; k++)
            lab_step(lab);
        for (int k = 0; k < deed->left; k++)
            lab_step_arm(lab, 0);
        for (int k = 0; k < deed->right; k++)
            lab_step_arm(lab, 1);
        if (deed->key != NULL)
            change(lab, deed->key, deed->value);
        if (deed->limit > 0)
            assert_int_equal(lab_extend(lab, deed->limit, NULL), STATUS_OK);
    }
}

static void begin(struct run *run, const char *folder, const struct lab *lab)
{
    struct error error = { STATUS_OK, "" };

    if (run_create(run, folder, lab, false, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void save_and_free(struct run *run, struct lab *lab)
{
    struct error error = { STATUS_OK, "" };

    if (run_save(run, lab, &error) != STATUS_OK || run_close(run, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    lab_free(lab);
}

/* The run with all deeds, in the folder. */
static void write_run(const char *folder, const struct repeat_row *row)
{
    const struct lab_config config = config_of(row);
    struct lab *lab = lab_make(&config);
    struct run run;

    begin(&run, folder, lab);
    do_deeds(lab, row, 0, ACTS_MAX);
    assert_true(lab->arm[0].stopped == row->stops);
    save_and_free(&run, lab);
}

static void repeat_run(const char *folder, const char *into)
{
    struct error error = { STATUS_OK, "" };
    struct repeat repeat;
    struct lab_config config;
    struct run run;
    struct lab *lab;
    bool done = false;

    if (repeat_open(&repeat, &config, folder, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    config.training.threads = 2;
    lab = lab_make(&config);
    begin(&run, into, lab);
    while (!done)
        if (repeat_step(&repeat, lab, &done, &error) != STATUS_OK)
            fail_msg("%s", error.message);
    save_and_free(&run, lab);
    repeat_close(&repeat);
}

static void assert_same_events(const char *folder, const char *other, bool any)
{
    char path[RUN_FILE_MAX], others[RUN_FILE_MAX], one[DIGEST_TEXT_MAX], two[DIGEST_TEXT_MAX];

    run_file(path, folder, "events.csv");
    run_file(others, other, "events.csv");
    assert_true((access(path, F_OK) == 0) == any);
    assert_true((access(others, F_OK) == 0) == any);
    if (!any)
        return;
    assert_int_equal(digest_file(one, path, NULL), STATUS_OK);
    assert_int_equal(digest_file(two, others, NULL), STATUS_OK);
    assert_string_equal(one, two);
}

static void assert_same_options(const struct trainer_options *a,
                                const struct trainer_options *b)
{
    assert_true(a->optimizer.learning_rate == b->optimizer.learning_rate);
    assert_true(a->optimizer.momentum == b->optimizer.momentum);
    assert_true(a->optimizer.weight_decay == b->optimizer.weight_decay);
    assert_true(a->schedule.steps == b->schedule.steps);
    assert_true(a->clip == b->clip);
}

static void assert_repeated(const char *folder, const char *again)
{
    struct lab *a, *b;

    assert_int_equal(run_open(&a, folder, NULL), STATUS_OK);
    assert_int_equal(run_open(&b, again, NULL), STATUS_OK);
    assert_int_equal(a->step, b->step);
    assert_int_equal(a->limit, b->limit);
    for (int i = 0; i < a->arms; i++) {
        const size_t bytes = a->arm[i].model.parameters.total * sizeof(real);

        assert_same_weights(&a->arm[i], &b->arm[i]);
        assert_memory_equal(a->arm[i].trainer.state[0], b->arm[i].trainer.state[0], bytes);
        assert_memory_equal(a->arm[i].trainer.state[1], b->arm[i].trainer.state[1], bytes);
        assert_int_equal(a->arm[i].trainer.step, b->arm[i].trainer.step);
        assert_true(a->arm[i].trainer.has_usable == b->arm[i].trainer.has_usable);
        assert_true(a->arm[i].stopped == b->arm[i].stopped);
        assert_same_report(&a->arm[i].last, &b->arm[i].last);
        assert_same_options(&a->arm[i].trainer.options, &b->arm[i].trainer.options);
    }
    lab_free(a);
    lab_free(b);
}

static void a_run_that_a_hand_changed_is_made_again_bit_for_bit(void **state)
{
    const struct scratch *scratch = *state;
    const struct repeat_row *row = scratch->row;
    char folder[RUN_FILE_MAX], again[RUN_FILE_MAX];
    bool any = false;

    run_file(folder, scratch->folder, "run");
    run_file(again, scratch->folder, "again");
    write_run(folder, row);
    repeat_run(folder, again);
    for (int i = 0; i < ACTS_MAX; i++)
        any = any || row->deeds[i].key != NULL;
    assert_same_events(folder, again, any);
    assert_repeated(folder, again);
}

/* Saved between any two deeds and gone on with: as if nothing had happened. */
static void such_a_run_goes_on_as_if_never_interrupted(void **state)
{
    const struct scratch *scratch = *state;
    const struct repeat_row *row = scratch->row;
    const struct lab_config config = config_of(row);
    char whole[RUN_FILE_MAX], halves[RUN_FILE_MAX], name[32];

    run_file(whole, scratch->folder, "whole");
    write_run(whole, row);
    for (int at = 1; at < ACTS_MAX; at++) {
        struct error error = { STATUS_OK, "" };
        struct lab *lab = lab_make(&config);
        struct run run;

        snprintf(name, sizeof name, "%d", at);
        run_file(halves, scratch->folder, name);
        begin(&run, halves, lab);
        do_deeds(lab, row, 0, at);
        save_and_free(&run, lab);
        if (run_resume(&run, &lab, halves, NULL, &error) != STATUS_OK)
            fail_msg("%s", error.message);
        do_deeds(lab, row, at, ACTS_MAX);
        save_and_free(&run, lab);
        assert_repeated(whole, halves);
        assert_same_run(whole, halves);
    }
}

static const struct repeat_row masked = {
    "gru",
    "transformer",
    .before = { { "right.layers", "2" } },
    .deeds = { { .steps = 4 },
               { .key = "right.mask", .value = "window" },
               { .key = "right.span", .value = "4" },
               { .steps = 3 },
               { .key = "training.clip", .value = "0.1" },
               { .steps = 2 } },
};

static void weights_are_loaded_into_the_model_that_a_hand_made(void **state)
{
    const struct scratch *scratch = *state;
    struct lab *loaded, *opened;
    struct report a, b;

    write_run(scratch->path, &masked);
    assert_int_equal(run_load(&loaded, scratch->path, NULL), STATUS_OK);
    assert_int_equal(run_open(&opened, scratch->path, NULL), STATUS_OK);
    assert_int_equal(loaded->config.arm[1].mask, MASK_WINDOW);
    lab_test(loaded, 1, &a);
    lab_test(opened, 1, &b);
    assert_true(a.loss == b.loss);
    lab_free(loaded);
    lab_free(opened);
}

static void run_ini_is_what_it_began_with(void **state)
{
    const struct scratch *scratch = *state;
    char path[RUN_FILE_MAX];
    struct lab_config began, ended;

    write_run(scratch->path, &masked);
    run_file(path, scratch->path, "run.ini");
    assert_int_equal(config_read(&began, path, NULL), STATUS_OK);
    assert_int_equal(began.arm[1].mask, MASK_CAUSAL);
    assert_true(began.training.clip == 1);
    assert_int_equal(run_config(&ended, scratch->path, NULL), STATUS_OK);
    assert_int_equal(ended.arm[1].mask, MASK_WINDOW);
    assert_int_equal(ended.arm[1].span, 4);
    assert_true(ended.training.clip == 0.1);
}

static void opening_a_run_changes_no_byte_of_it(void **state)
{
    const struct scratch *scratch = *state;
    char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];
    struct lab *lab;

    write_run(scratch->path, &masked);
    folder_digest(before, scratch->path);
    assert_int_equal(run_open(&lab, scratch->path, NULL), STATUS_OK);
    lab_train(lab, 2);
    lab_free(lab);
    folder_digest(after, scratch->path);
    assert_string_equal(before, after);
}

/* More steps are one more change, where there are some. */
static void more_steps_of_a_changed_run_are_a_change(void **state)
{
    static const struct repeat_row row = {
        "elman",
        "gru",
        .before = { { "training.schedule", "linear" } },
        .deeds = { { .steps = 3 }, { .key = "training.clip", .value = "0.1" }, { .steps = 3 } },
    };
    const struct scratch *scratch = *state;
    char folder[RUN_FILE_MAX], again[RUN_FILE_MAX];
    struct lab_config config;
    struct run run;
    struct lab *lab;

    run_file(folder, scratch->folder, "run");
    run_file(again, scratch->folder, "again");
    write_run(folder, &row);
    assert_int_equal(run_config(&config, folder, NULL), STATUS_OK);
    config.training.steps = 50;
    assert_int_equal(run_resume(&run, &lab, folder, &config, NULL), STATUS_OK);
    assert_int_equal(lab->limit, 50);
    assert_int_equal(lab->arm[0].trainer.options.schedule.steps, 50);
    assert_int_equal(lab->events.count, 2);
    assert_string_equal(lab->events.items[1].key, "training.steps");
    lab_train(lab, 4);
    save_and_free(&run, lab);
    repeat_run(folder, again);
    assert_repeated(folder, again);
}

/* A kill between the two files. */
static void changes_that_the_checkpoint_does_not_know_were_not_saved(void **state)
{
    static const char text[] = "change,key,before,after,left.step,right.step\n"
                               "1,right.mask,causal,window,4,4\n"
                               "2,right.span,16,4,4,4\n"
                               "3,training.clip,1,0.1,7,7\n"
                               "4,training.clip,0.1,9,9,9\n"
                               "5,training.clip,9,5,12,12\n";
    const struct scratch *scratch = *state;
    char path[RUN_FILE_MAX];
    struct lab *lab;

    write_run(scratch->path, &masked);
    run_file(path, scratch->path, "events.csv");
    scratch_write(path, text, strlen(text));
    assert_int_equal(run_open(&lab, scratch->path, NULL), STATUS_OK);
    assert_int_equal(lab->events.count, 3);
    assert_true(lab->config.training.clip == 0.1);
    lab_free(lab);
}

static void changes_that_are_missing_are_told(void **state)
{
    static const char text[] = "change,key,before,after,left.step,right.step\n"
                               "1,right.mask,causal,window,4,4\n";
    const struct scratch *scratch = *state;
    struct error error = { STATUS_OK, "" };
    char path[RUN_FILE_MAX];
    struct lab *lab;

    write_run(scratch->path, &masked);
    run_file(path, scratch->path, "events.csv");
    scratch_write(path, text, strlen(text));
    assert_int_equal(run_open(&lab, scratch->path, &error), STATUS_USAGE);
    assert_says(&error, STATUS_USAGE, "checkpoint.safetensors: was made with training.clip");
    unlink(path);
    assert_int_equal(run_open(&lab, scratch->path, &error), STATUS_USAGE);
}

static void a_repeat_without_a_checkpoint_makes_all_steps(void **state)
{
    const struct scratch *scratch = *state;
    struct error error = { STATUS_OK, "" };
    char path[RUN_FILE_MAX];
    struct repeat repeat;
    struct lab_config config;
    struct lab *lab;
    bool done = false;

    write_run(scratch->path, &masked);
    run_file(path, scratch->path, "checkpoint.safetensors");
    unlink(path);
    assert_int_equal(repeat_open(&repeat, &config, scratch->path, &error), STATUS_OK);
    lab = lab_make(&config);
    while (!done)
        assert_int_equal(repeat_step(&repeat, lab, &done, &error), STATUS_OK);
    assert_int_equal(lab->step, 30);
    assert_int_equal(lab->events.count, 3);
    lab_free(lab);
    repeat_close(&repeat);
}

static void a_slider_that_is_dragged_leaves_one_line(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");
    struct lab *lab = lab_make(&config);

    (void)state;
    lab_train(lab, 2);
    change(lab, "left.learning_rate", "0.004");
    change(lab, "left.learning_rate", "0.005");
    change(lab, "training.clip", "2");
    change(lab, "left.learning_rate", "0.006");
    assert_int_equal(lab->events.count, 2);
    assert_string_equal(lab->events.items[0].key, "left.learning_rate");
    assert_string_equal(lab->events.items[0].before, "0.003");
    assert_string_equal(lab->events.items[0].after, "0.006");
    assert_int_equal(lab->events.items[1].change, 1);
    change(lab, "left.learning_rate", "0.003"); /* back */
    assert_int_equal(lab->events.count, 1);
    assert_string_equal(lab->events.items[0].key, "training.clip");
    lab_train(lab, 1);
    change(lab, "training.clip", "3");
    assert_int_equal(lab->events.count, 2);
    assert_int_equal(lab->events.items[1].change, 2);
    assert_int_equal(lab->events.items[1].step[1], 3);
    lab_free(lab);
}

static void what_never_changes_a_bit_is_no_event(void **state)
{
    const struct lab_config config = small_config("adding", "elman", "transformer");
    struct lab *lab = lab_make(&config);

    (void)state;
    change(lab, "training.threads", "2");
    change(lab, "training.checkpoint_every", "7");
    assert_int_equal(lab->events.count, 0);
    assert_int_equal(lab->origin.training.threads, 2);
    assert_int_equal(lab->origin.training.checkpoint_every, 7);
    lab_free(lab);
}

/* What a default stood for is said: run.ini says it, too. */
static void a_rate_of_all_is_a_change_of_every_arm_that_has_no_other(void **state)
{
    struct lab_config config = small_config("adding", "elman", "transformer");
    struct lab *lab;

    (void)state;
    set(&config, "right.learning_rate", "0.02");
    lab = lab_make(&config);
    change(lab, "training.learning_rate", "0.01");
    assert_int_equal(lab->events.count, 2);
    assert_string_equal(lab->events.items[1].key, "left.learning_rate");
    assert_string_equal(lab->events.items[1].before, "0.003");
    assert_string_equal(lab->events.items[1].after, "0.01");
    lab_free(lab);
}

static void forgotten_changes_are_undone_in_the_configuration(void **state)
{
    const struct lab_config config = config_of(&masked);
    struct lab *lab = lab_make(&config);
    const long step[ARMS_MAX] = { 7, 7 };

    (void)state;
    set((struct lab_config *)&config, "right.mask", "window");
    set((struct lab_config *)&config, "right.span", "4");
    do_deeds(lab, &masked, 0, ACTS_MAX);
    change(lab, "right.mask", "full");
    change(lab, "training.steps", "99");
    assert_int_equal(lab->events.count, 5);
    assert_int_equal(lab_forget_events(lab, step, NULL), STATUS_OK);
    assert_int_equal(lab->events.count, 2);
    assert_true(lab->config.training.clip == 1);
    assert_int_equal(lab->config.arm[1].mask, MASK_WINDOW);
    assert_int_equal(lab->config.arm[1].span, 4);
    assert_true(lab->arm[0].trainer.options.clip == 1);
    assert_int_equal(lab->limit, 30);
    { /* the layers, too: the same loss as in a lab made so */
        struct lab *made = lab_make(&config);

        memcpy(made->arm[1].trainer.parameters, lab->arm[1].trainer.parameters,
               made->arm[1].model.parameters.total * sizeof(real));
        trainer_weights_changed(&made->arm[1].trainer);
        lab_look(lab);
        lab_look(made);
        assert_true(lab->arm[1].probe.loss == made->arm[1].probe.loss);
        lab_free(made);
    }
    lab_free(lab);
}

/* Files that are no events.csv of an elman against a gru. */
struct file_row {
    const char *text, *says;
};

#define HEAD "change,key,before,after,left.step,right.step\n"

static void what_is_no_events_csv_is_refused_with_its_line(void **state)
{
    const struct scratch *scratch = *state;
    const struct file_row *row = scratch->row;
    const struct lab_config config = small_config("adding", "elman", "gru");
    struct error error = { STATUS_OK, "" };
    struct event_list list = { 0 };

    scratch_write(scratch->path, row->text, strlen(row->text));
    assert_int_equal(events_read(&list, &config, scratch->path, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, row->says);
    assert_null(list.items);
}

static void events_are_read_as_they_were_written(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config("adding", "elman", "gru");
    static const char text[] = HEAD "1,training.clip,1,0.25,600,602\n"
                                    "1,left.learning_rate,0.003,0.01,600,602\n"
                                    "2,lab.limit,1000,2000,,1000\n";
    struct error error = { STATUS_OK, "" };
    struct event_list list = { 0 };

    scratch_write(scratch->path, text, sizeof text - 1);
    if (events_read(&list, &config, scratch->path, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(list.count, 3);
    assert_int_equal(list.items[2].step[0], EVENT_NO_ARM);
    assert_int_equal(list.items[2].step[1], 1000);
    assert_int_equal(event_change_end(&list, 0), 2);
    unlink(scratch->path);
    assert_int_equal(events_write(&list, &config, scratch->path, NULL), STATUS_OK);
    scratch_assert_text(scratch->path, text);
    event_list_free(&list);
}

#define WITH(test, sentence, row)                                         \
    {                                                                     \
        .name = sentence, .test_func = test, .setup_func = scratch_setup, \
        .teardown_func = scratch_teardown, .initial_state = (void *)(row) \
    }
#define ALONE(test) WITH(test, #test, NULL)
#define REPEATED(what, ...)                                         \
    WITH(a_run_that_a_hand_changed_is_made_again_bit_for_bit,       \
         "a_run_with_" what "_is_made_again_bit_for_bit",           \
         (&(const struct repeat_row){ __VA_ARGS__ })),              \
        WITH(such_a_run_goes_on_as_if_never_interrupted,            \
             "a_run_with_" what "_goes_on_as_if_never_interrupted", \
             (&(const struct repeat_row){ __VA_ARGS__ }))
#define REFUSED(what, of, words)                                                           \
    WITH(what_is_no_events_csv_is_refused_with_its_line, what "_is_refused_with_its_line", \
         (&(const struct file_row){ of, words }))

/* clang-format off */
static const struct CMUnitTest tests[] = {
    REPEATED("no_change", "elman", "gru", .deeds = { { .steps = 5 } }),
    REPEATED("another_learning_rate", "elman", "transformer",
             .deeds = { { .steps = 4 }, { .key = "right.learning_rate", .value = "0.02" },
                        { .steps = 4 }, { .key = "left.learning_rate", .value = "0.001" },
                        { .steps = 2 } }),
    REPEATED("changes_before_the_first_step", "elman", "transformer",
             .deeds = { { .key = "training.clip", .value = "0.1" }, { .steps = 3 } }),
    REPEATED("a_change_after_the_last_step", "elman", "transformer",
             .deeds = { { .steps = 3 }, { .key = "right.residual", .value = "no" } }),
    REPEATED("another_mask", "elman", "transformer", .before = { { "right.layers", "2" } },
             .deeds = { { .steps = 4 }, { .key = "right.mask", .value = "full" }, { .steps = 3 },
                        { .key = "right.heads", .value = "4" }, { .steps = 2 } }),
    REPEATED("a_mask_and_back", "elman", "transformer", .before = { { "right.layers", "2" } },
             .deeds = { { .steps = 4 }, { .key = "right.mask", .value = "full" },
                        { .key = "right.mask", .value = "causal" } }),
    REPEATED("another_gain", "lstm", "elman", .before = { { "left.initial", "orthogonal" } },
             .deeds = { { .steps = 4 }, { .key = "left.gain", .value = "1.3" },
                        { .key = "left.gain", .value = "0.7" }, { .steps = 3 },
                        { .key = "left.gain", .value = "1.1" }, { .steps = 1 } }),
    REPEATED("arms_that_were_stepped_alone", "gru", "transformer",
             .deeds = { { .steps = 3, .left = 2 }, { .key = "training.clip", .value = "0.1" },
                        { .right = 5 }, { .key = "right.learning_rate", .value = "0.02" },
                        { .steps = 2, .left = 1 } }),
    REPEATED("another_pace", "gru", "transformer", .before = { { "training.pace", "flops" } },
             .deeds = { { .steps = 9 }, { .key = "training.clip", .value = "0.1" },
                        { .steps = 6 } }),
    REPEATED("sequences_held_back", "gru", "transformer",
             .before = { { "training.validate_every", "2" }, { "training.samples", "8" },
                         { "training.learning_rate", "0.03" } },
             .deeds = { { .steps = 5 }, { .key = "right.mask", .value = "full" }, { .steps = 4 },
                        { .key = "training.steps", .value = "12" }, { .steps = 3 } }),
    REPEATED("more_steps_than_it_was_to_make", "gru", "transformer",
             .before = { { "training.validate_every", "2" }, { "training.steps", "4" } },
             .deeds = { { .steps = 4, .limit = 8 }, { .key = "training.clip", .value = "0.5" },
                        { .steps = 4 } }),
    REPEATED("an_arm_that_stopped", "elman", "transformer",
             .before = { { "left.squash", "relu" }, { "left.initial", "identity" } },
             .deeds = { { .steps = 2 }, { .key = "training.clip", .value = "0" },
                        { .key = "left.learning_rate", .value = "100" },
                        { .steps = 9 }, { .key = "left.learning_rate", .value = "0.001" },
                        { .steps = 3 } },
             .stops = true),
    ALONE(weights_are_loaded_into_the_model_that_a_hand_made),
    ALONE(run_ini_is_what_it_began_with),
    ALONE(opening_a_run_changes_no_byte_of_it),
    ALONE(more_steps_of_a_changed_run_are_a_change),
    ALONE(changes_that_the_checkpoint_does_not_know_were_not_saved),
    ALONE(changes_that_are_missing_are_told),
    ALONE(a_repeat_without_a_checkpoint_makes_all_steps),
    ALONE(a_slider_that_is_dragged_leaves_one_line),
    ALONE(what_never_changes_a_bit_is_no_event),
    ALONE(a_rate_of_all_is_a_change_of_every_arm_that_has_no_other),
    ALONE(forgotten_changes_are_undone_in_the_configuration),
    ALONE(events_are_read_as_they_were_written),
    REFUSED("an_empty_file", "", "the file is empty"),
    REFUSED("the_head_of_other_arms", "change,key,before,after,left.step\n", ":1: not the head"),
    REFUSED("an_unknown_key", HEAD "1,left.nonsense,1,2,3,3\n", ":2: unknown key \"nonsense\""),
    REFUSED("a_value_that_cannot_be", HEAD "1,training.clip,1,much,3,3\n", ":2: training.clip"),
    REFUSED("a_line_without_steps", HEAD "1,training.clip,1,2\n", ":2: steps of the arms"),
    REFUSED("a_line_with_too_many_steps", HEAD "1,training.clip,1,2,3,3,3\n", ":2: there is more"),
    REFUSED("steps_that_go_back", HEAD "1,training.clip,1,2,3,3\n2,training.clip,2,3,2,4\n",
            ":3: steps of the arms"),
    REFUSED("a_change_at_two_steps", HEAD "1,training.clip,1,2,3,3\n1,left.gain,2,3,4,4\n",
            ":3: it is of the same change"),
    REFUSED("a_change_that_is_left_out", HEAD "2,training.clip,1,2,3,3\n", ":2: it does not begin"),
    REFUSED("half_a_line", HEAD "1,training.clip,1,2,3,3", ":2: the line does not end"),
    REFUSED("a_limit_that_is_no_number", HEAD "1,lab.limit,1,far,3,3\n", ":2: lab.limit"),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
