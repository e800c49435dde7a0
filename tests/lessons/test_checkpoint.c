/*
 * Tests of lessons/checkpoint.c: what is written is read, and a checkpoint of something else, a
 * damaged or a hostile one is refused in one line, with nothing changed in the folder or in the
 * lab.
 */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lessons/checkpoint.h"
#include "tests/lessons/small_run.h"

enum { STEPS = 3 };

static struct lab_config config_of_all(void)
{
    struct lab_config config = small_config("adding", "lstm", "transformer");

    config.training.report_every = 1;
    config.training.steps = STEPS;
    return config;
}

static void a_lab_is_read_back_bit_for_bit(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("sort", "gru", "elman");
    struct lab *lab, *read;

    set(&config, "sixth.model", "transformer");
    lab = lab_make(&config);
    read = lab_make(&config);
    lab_train(lab, STEPS);
    lab->arm[2].stopped = true;
    error_set(&lab->arm[2].why, STATUS_DIVERGED, "step 3: \"too\" much");
    lab_train(lab, 1);
    assert_int_equal(checkpoint_write(lab, scratch->path, NULL), STATUS_OK);
    assert_int_equal(checkpoint_read(read, scratch->path, NULL), STATUS_OK);
    assert_int_equal(read->step, STEPS + 1);
    assert_true(read->seconds == lab->seconds);
    for (int i = 0; i < 3; i++) {
        const struct lab_arm *a = &lab->arm[i], *b = &read->arm[i];
        const size_t bytes = a->model.parameters.total * sizeof(real);

        assert_same_weights(a, b);
        assert_same_report(&a->last, &b->last);
        assert_int_equal(a->trainer.step, b->trainer.step);
        assert_memory_equal(a->trainer.state[0], b->trainer.state[0], bytes);
        assert_memory_equal(a->trainer.state[1], b->trainer.state[1], bytes);
        assert_memory_equal(a->trainer.usable, b->trainer.usable, bytes);
        assert_memory_equal(a->trainer.prepared, b->trainer.prepared,
                            a->model.prepared_count * sizeof(real));
        assert_int_equal(b->trainer.has_usable, true);
        assert_int_equal(b->stopped, i == 2);
        assert_string_equal(b->why.message, i == 2 ? "step 3: \"too\" much" : "");
        assert_int_equal(b->why.status, i == 2 ? STATUS_DIVERGED : STATUS_OK);
    }
    lab_free(lab);
    lab_free(read);
}

static void the_metadata_say_what_it_is(void **state)
{
    static const char *const words[][2] = {
        { "left.step", "3" },
        { "right.step", "3" },
        { "lab.step", "3" },
        { "config.training.seed", "1" },
        { "config.task.name", "adding" },
        { "config.left.model", "lstm" },
        { "config.right.model", "transformer" },
        { "data.sha256", "" },
    };
    const struct scratch *scratch = *state;
    const struct lab_config config = config_of_all();
    struct safetensors file;
    char path[RUN_FILE_MAX];

    run_write(scratch->path, &config, STEPS);
    run_file(path, scratch->path, "checkpoint.safetensors");
    assert_int_equal(safetensors_open(&file, path, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_string_equal(safetensors_metadata_find(&file, words[i][0]), words[i][1]);
    assert_non_null(safetensors_find(&file, "left.weights.core.weight_ih_l0"));
    assert_non_null(safetensors_find(&file, "left.second_moment.core.weight_ih_l0"));
    safetensors_free(&file);
}

static void an_optimizer_without_state_has_none_in_the_file(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = config_of_all();
    struct safetensors file;
    char path[RUN_FILE_MAX];

    set(&config, "training.optimizer", "sgd");
    run_write(scratch->path, &config, STEPS);
    run_file(path, scratch->path, "checkpoint.safetensors");
    assert_int_equal(safetensors_open(&file, path, NULL), STATUS_OK);
    assert_null(safetensors_find(&file, "left.first_moment.core.weight_ih_l0"));
    safetensors_free(&file);
}

/* What nobody could go on from must not replace what one can. */
static void weights_that_are_not_finite_are_not_written(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_of_all();
    struct lab *lab = lab_make(&config);
    const char *const words[] = { "element 0 of tensor \"right.weights.", "nan", NULL };
    char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX];
    struct error error;

    assert_int_equal(checkpoint_write(lab, scratch->path, NULL), STATUS_OK);
    folder_digest(before, scratch->folder);
    lab->arm[1].trainer.parameters[0] = (real)NAN;
    assert_int_equal(checkpoint_write(lab, scratch->path, &error), STATUS_FILE);
    assert_fault(&error, STATUS_FILE, words);
    folder_digest(after, scratch->folder);
    assert_string_equal(before, after);
    lab_free(lab);
}

/* The file that a task reads */

static void the_data_file_is_known_by_its_digest(void **state)
{
    static const char abc[] =
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const struct scratch *scratch = *state;
    const struct lab_config config = config_of_all();
    struct lab *lab = lab_make(&config), *other = lab_make(&config);
    const char *const words[] = { "SHA-256", "none", abc, NULL };
    struct error error;

    assert_string_equal(lab->data_digest, "");
    strcpy(lab->data_digest, abc);
    assert_int_equal(checkpoint_write(lab, scratch->path, NULL), STATUS_OK);
    assert_int_equal(checkpoint_read(other, scratch->path, &error), STATUS_USAGE);
    assert_fault(&error, STATUS_USAGE, words);
    strcpy(other->data_digest, abc);
    assert_int_equal(checkpoint_read(other, scratch->path, &error), STATUS_OK);
    other->data_digest[5] = '0';
    assert_int_equal(checkpoint_read(other, scratch->path, &error), STATUS_USAGE);
    assert_says(&error, STATUS_USAGE, other->data_digest);
    lab_free(lab);
    lab_free(other);
}

/* Of every task that reads one. */
static void a_lab_knows_its_data_file(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = config_of_all();
    char found[DIGEST_TEXT_MAX];
    FILE *file = fopen(scratch->path, "w");
    int count, read = 0;
    const struct task_kind *const *kinds = task_kinds(&count);

    assert_non_null(file);
    for (int i = 0; i < 400; i++)
        fprintf(file, "word%d\tdrow%d\n", i, 400 - i);
    fclose(file);
    assert_int_equal(digest_file(found, scratch->path, NULL), STATUS_OK);
    strcpy(config.task.file, scratch->path);
    for (int i = 0; i < count; i++) {
        struct lab *lab = NULL;

        strcpy(config.task.name, kinds[i]->name);
        config.task.length = 0;
        if (lab_create(&lab, &config, NULL) == STATUS_OK) {
            assert_string_equal(lab->data_digest, found);
            read++;
        }
        lab_free(lab);
    }
    assert_true(read > 0);
}

/* Refused */

typedef void damage(const char *folder);

struct refusal {
    run_change *change;      /* of the checkpoint, its digest made right again */
    damage *damage;          /* or of anything in the folder */
    const char *key, *value; /* or a key of the configuration beside it */
    enum status status;
    const char *words[5];
};

static void it_is_refused_and_nothing_changes(void **state)
{
    const struct scratch *scratch = *state;
    const struct refusal *row = scratch->row;
    const struct lab_config config = config_of_all();
    struct lab_config wished = config;
    char before[DIGEST_TEXT_MAX], after[DIGEST_TEXT_MAX], path[RUN_FILE_MAX];
    struct error error = { STATUS_OK, "" };
    struct run run = { 0 };
    struct lab *lab = NULL;

    run_write(scratch->path, &config, STEPS);
    run_file(path, scratch->path, "checkpoint.safetensors");
    if (row->change != NULL)
        rewrite_file(path, row->change);
    if (row->damage != NULL)
        row->damage(scratch->path);
    if (row->key != NULL)
        set(&wished, row->key, row->value);
    folder_digest(before, scratch->path);
    assert_int_equal(run_resume(&run, &lab, scratch->path, row->key ? &wished : NULL, &error),
                     row->status);
    assert_fault(&error, row->status, row->words);
    assert_null(lab);
    assert_null(run.metrics);
    folder_digest(after, scratch->path);
    assert_string_equal(before, after);
}

static void a_lab_is_untouched_by_what_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = config_of_all();
    struct lab *lab = lab_make(&config), *other = lab_make(&config);

    lab_train(lab, 2);
    lab->arm[1].trainer.options.clip = -1; /* the last number that is read but for `last` */
    assert_int_equal(checkpoint_write(lab, scratch->path, NULL), STATUS_OK);
    assert_int_equal(checkpoint_read(other, scratch->path, NULL), STATUS_FILE);
    assert_int_equal(other->step, 0);
    assert_int_equal(other->arm[0].trainer.step, 0);
    lab_free(lab);
    lab = lab_make(&config);
    assert_same_weights(&lab->arm[0], &other->arm[0]);
    lab_free(lab);
    lab_free(other);
}

static const float some[4096];

static void replace(struct rewriting *r, const char *name, enum safetensors_dtype dtype,
                    size_t rank, size_t rows, size_t columns)
{
    struct safetensors_tensor *tensor = rewriting_tensor(r, name);

    *tensor = (struct safetensors_tensor){ name, dtype, rank, { rows, columns }, some };
}

static void leave_out_a_tensor(struct rewriting *r)
{
    *rewriting_tensor(r, "left.weights.core.weight_hh_l0") = r->tensors[--r->tensor_count];
}

static void leave_out_a_moment(struct rewriting *r)
{
    *rewriting_tensor(r, "right.second_moment.input.weight") = r->tensors[--r->tensor_count];
}

static void add_a_tensor(struct rewriting *r)
{
    r->tensors[r->tensor_count++] = (struct safetensors_tensor){
        "left.weights.core.weight_ih_l9", SAFETENSORS_F32, 1, { 1 }, some
    };
}

static void add_an_arm(struct rewriting *r)
{
    r->tensors[r->tensor_count++] = (struct safetensors_tensor){
        "third.weights.core.weight_ih_l0", SAFETENSORS_F32, 1, { 1 }, some
    };
}

static void turn_a_tensor(struct rewriting *r)
{
    replace(r, "left.weights.input.weight", SAFETENSORS_F32, 2, 2, SMALL_WIDTH);
}

static void flatten_a_tensor(struct rewriting *r)
{
    replace(r, "left.weights.input.weight", SAFETENSORS_F32, 1, 2 * SMALL_WIDTH, 0);
}

static void make_a_tensor_double(struct rewriting *r)
{
    replace(r, "left.first_moment.input.weight", SAFETENSORS_F64, 2, SMALL_WIDTH, 2);
}

static void put_nan_there(struct rewriting *r)
{
    static float values[SMALL_WIDTH * 2];

    values[3] = NAN;
    replace(r, "right.weights.input.weight", SAFETENSORS_F32, 2, SMALL_WIDTH, 2);
    rewriting_tensor(r, "right.weights.input.weight")->data = values;
}

static void put_infinity_there(struct rewriting *r)
{
    static float values[SMALL_WIDTH * 2];

    values[0] = -INFINITY;
    replace(r, "left.second_moment.input.weight", SAFETENSORS_F32, 2, SMALL_WIDTH, 2);
    rewriting_tensor(r, "left.second_moment.input.weight")->data = values;
}

static void make_the_step_negative(struct rewriting *r)
{
    rewriting_word(r, "left.step")->value = "-3";
}

static void make_the_step_huge(struct rewriting *r)
{
    rewriting_word(r, "lab.step")->value = "9223372036854775808";
}

static void make_the_step_a_word(struct rewriting *r)
{
    rewriting_word(r, "right.step")->value = "three\nlines\nlong";
}

static void leave_out_the_step(struct rewriting *r)
{
    *rewriting_word(r, "left.step") = r->words[--r->word_count];
}

static void add_a_word(struct rewriting *r)
{
    r->words[r->word_count++] = (struct safetensors_metadata){ "left.mood", "good" };
}

static void rename_the_left_arm(struct rewriting *r)
{
    rewriting_word(r, "config.left.model")->key = "config.third.model";
}

static void change_the_model(struct rewriting *r)
{
    rewriting_word(r, "config.left.model")->value = "elman";
}

static void change_the_seed(struct rewriting *r)
{
    rewriting_word(r, "config.training.seed")->value = "2";
}

static void path_in(char path[RUN_FILE_MAX], const char *folder)
{
    run_file(path, folder, "checkpoint.safetensors");
}

static void remove_it(const char *folder)
{
    char path[RUN_FILE_MAX];

    path_in(path, folder);
    assert_int_equal(unlink(path), 0);
}

static void put_a_folder_there(const char *folder)
{
    char path[RUN_FILE_MAX];

    remove_it(folder);
    path_in(path, folder);
    assert_int_equal(mkdir(path, 0777), 0);
}

static void put_an_empty_file_there(const char *folder)
{
    char path[RUN_FILE_MAX];

    path_in(path, folder);
    scratch_write(path, "", 0);
}

static void put_a_text_there(const char *folder)
{
    char path[RUN_FILE_MAX];

    path_in(path, folder);
    scratch_write(path, "This is not a checkpoint, this is a text.\n", 42);
}

/* The weights of an arm are no checkpoint, nor is what another program wrote. */
static void put_weights_there(const char *folder)
{
    char path[RUN_FILE_MAX], weights[RUN_FILE_MAX];

    path_in(path, folder);
    run_file(weights, folder, "left.safetensors");
    assert_int_equal(rename(weights, path), 0);
}

static void put_a_foreign_file_there(const char *folder)
{
    const struct safetensors_tensor tensor = { "a", SAFETENSORS_F32, 1, { 1 }, some };
    char path[RUN_FILE_MAX];

    path_in(path, folder);
    assert_int_equal(safetensors_write(path, &tensor, 1, NULL, 0, NULL), STATUS_OK);
}

/* A byte in the middle of the weights: nothing but the digest can see it. */
static void change_one_bit(const char *folder)
{
    char path[RUN_FILE_MAX];
    FILE *file;
    int c;

    path_in(path, folder);
    file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, -1000, SEEK_END), 0);
    c = getc(file);
    assert_int_equal(fseek(file, -1, SEEK_CUR), 0);
    putc(c ^ 1, file);
    fclose(file);
}

static void cut_the_last_byte(const char *folder)
{
    char path[RUN_FILE_MAX];
    struct stat found;

    path_in(path, folder);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(truncate(path, found.st_size - 1), 0);
}

static void overwrite(const char *folder, const char *name, const char *text)
{
    char path[RUN_FILE_MAX];

    run_file(path, folder, name);
    scratch_write(path, text, strlen(text));
}

static void remove_the_metrics(const char *folder)
{
    char path[RUN_FILE_MAX];

    run_file(path, folder, "metrics.csv");
    assert_int_equal(unlink(path), 0);
}

static void put_other_metrics_there(const char *folder)
{
    overwrite(folder, "metrics.csv", "step,seconds,left.loss\n1,0.1,2\n");
}

#define HEAD                                                   \
    "step,seconds,left.loss,left.accuracy,left.gradient_norm," \
    "right.loss,right.accuracy,right.gradient_norm\n"

static void put_a_word_into_the_metrics(const char *folder)
{
    overwrite(folder, "metrics.csv", HEAD "1,0.1,2,0,1,2,0,1\nhello\n3,0.1,2,0,1,2,0,1\n");
}

static void put_steps_backwards_into_the_metrics(const char *folder)
{
    overwrite(folder, "metrics.csv", HEAD "2,0.1,2,0,1,2,0,1\n1,0.1,2,0,1,2,0,1\n");
}

static void put_no_metrics_there(const char *folder)
{
    overwrite(folder, "metrics.csv", "");
}

static void put_a_megabyte_into_the_metrics(const char *folder)
{
    char path[RUN_FILE_MAX], *text = malloc(1 << 20);

    assert_non_null(text);
    memset(text, '1', 1 << 20);
    run_file(path, folder, "metrics.csv");
    scratch_write(path, text, 1 << 20);
    free(text);
}

static void put_an_edited_configuration_there(const char *folder)
{
    struct lab_config config = config_of_all();
    char path[RUN_FILE_MAX];
    FILE *file;

    config.training.batch++;
    run_file(path, folder, "run.ini");
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(config_write(&config, file, NULL), STATUS_OK);
    fclose(file);
}

/* clang-format off */
#define REFUSED(label, ...)                                                            \
    { .name = label "_is_refused", .test_func = it_is_refused_and_nothing_changes,     \
      .setup_func = scratch_setup, .teardown_func = scratch_teardown,                  \
      .initial_state = &(struct refusal){ __VA_ARGS__ } }
#define CHANGED(label, function, ...)                                                  \
    REFUSED(label, .change = function, .status = STATUS_FILE,                          \
            .words = { "checkpoint.safetensors: ", __VA_ARGS__ })
#define DAMAGED(label, function, ...)                                                  \
    REFUSED(label, .damage = function, .status = STATUS_FILE, .words = { __VA_ARGS__ })
#define OTHER(label, name, text, ...)                                                  \
    REFUSED(label, .key = name, .value = text, .status = STATUS_USAGE,                 \
            .words = { "checkpoint.safetensors: ", __VA_ARGS__ })
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lab_is_read_back_bit_for_bit),
        TEST(the_metadata_say_what_it_is),
        TEST(an_optimizer_without_state_has_none_in_the_file),
        TEST(weights_that_are_not_finite_are_not_written),
        TEST(the_data_file_is_known_by_its_digest),
        TEST(a_lab_knows_its_data_file),
        TEST(a_lab_is_untouched_by_what_is_refused),
        CHANGED("a_missing_tensor", leave_out_a_tensor,
                "\"left.weights.core.weight_hh_l0\" is missing"),
        CHANGED("a_missing_moment", leave_out_a_moment,
                "\"right.second_moment.input.weight\" is missing"),
        CHANGED("a_tensor_too_many", add_a_tensor, "no arm", "left.weights.core.weight_ih_l9"),
        CHANGED("a_tensor_of_an_arm_that_is_not_there", add_an_arm, "third.weights"),
        CHANGED("a_turned_tensor", turn_a_tensor, "left.weights.input.weight", "(2, 8)", "(8, 2)"),
        CHANGED("a_flat_tensor", flatten_a_tensor, "left.weights.input.weight", "of rank 1"),
        CHANGED("a_tensor_of_doubles", make_a_tensor_double, "left.first_moment", "F64"),
        CHANGED("a_weight_that_is_nan", put_nan_there,
                "element 3 of tensor \"right.weights.input.weight\" is nan"),
        CHANGED("a_moment_that_is_infinite", put_infinity_there, "is -inf"),
        CHANGED("a_negative_step", make_the_step_negative, "\"left.step\": \"-3\" is not"),
        CHANGED("a_huge_step", make_the_step_huge, "\"lab.step\"", "from 0 to 1000000000"),
        CHANGED("a_step_that_is_a_word", make_the_step_a_word, "\"right.step\": \"three\" is not"),
        CHANGED("a_missing_step", leave_out_the_step, "no \"left.step\""),
        CHANGED("an_unknown_word", add_a_word, "\"left.mood\"", "does not know"),
        REFUSED("a_checkpoint_with_other_arm_names", .change = rename_the_left_arm,
                .status = STATUS_USAGE, .words = { "left.model = none, not lstm",
                                                   "third.model = lstm, not none" }),
        REFUSED("a_checkpoint_of_another_model", .change = change_the_model,
                .status = STATUS_USAGE, .words = { "left.model = elman, not lstm" }),
        REFUSED("a_checkpoint_of_another_seed", .change = change_the_seed,
                .status = STATUS_USAGE, .words = { "training.seed = 2, not 1" }),
        DAMAGED("a_missing_checkpoint", remove_it, "checkpoint.safetensors: ", "No such file"),
        DAMAGED("a_folder_in_its_place", put_a_folder_there, "checkpoint.safetensors: ",
                "a folder"),
        DAMAGED("an_empty_checkpoint", put_an_empty_file_there, "checkpoint.safetensors: ",
                "0 bytes"),
        DAMAGED("a_text", put_a_text_there, "checkpoint.safetensors: ", "not a safetensors file"),
        DAMAGED("a_weight_file_in_its_place", put_weights_there, "checkpoint.safetensors: ",
                "not a checkpoint"),
        DAMAGED("a_foreign_file_in_its_place", put_a_foreign_file_there,
                "checkpoint.safetensors: ", "the metadata has no \"digest\""),
        DAMAGED("a_checkpoint_with_one_other_bit", change_one_bit, "checkpoint.safetensors: ",
                "damaged"),
        DAMAGED("a_checkpoint_that_is_cut", cut_the_last_byte, "checkpoint.safetensors: "),
        DAMAGED("a_run_without_metrics", remove_the_metrics, "metrics.csv: ", "No such file"),
        DAMAGED("a_run_with_empty_metrics", put_no_metrics_there, "metrics.csv:1: "),
        DAMAGED("a_run_with_the_metrics_of_other_arms", put_other_metrics_there,
                "metrics.csv:1: not the head"),
        DAMAGED("a_run_with_a_word_in_its_metrics", put_a_word_into_the_metrics,
                "metrics.csv:3: it does not begin with a number"),
        DAMAGED("a_run_with_metrics_that_go_backwards", put_steps_backwards_into_the_metrics,
                "metrics.csv:3: its step is before"),
        DAMAGED("a_run_with_a_megabyte_in_a_line_of_its_metrics", put_a_megabyte_into_the_metrics,
                "metrics.csv:1: "),
        REFUSED("a_run_whose_configuration_was_edited", .damage = put_an_edited_configuration_there,
                .status = STATUS_USAGE, .words = { "training.batch = 8, not 9" }),
        OTHER("another_task", "task.name", "sort", "task.name = adding, not sort"),
        OTHER("another_length", "task.length", "20", "task.length = 12, not 20"),
        OTHER("another_model", "left.model", "gru", "left.model = lstm, not gru"),
        OTHER("another_width", "right.width", "16", "right.width = 8, not 16"),
        OTHER("another_seed", "training.seed", "3", "training.seed = 1, not 3"),
        OTHER("another_batch", "training.batch", "9", "training.batch = 8, not 9"),
        OTHER("another_optimizer", "training.optimizer", "sgd",
              "training.optimizer = adam, not sgd"),
        OTHER("another_learning_rate", "left.learning_rate", "0.1",
              "left.learning_rate = 0.003, not 0.1"),
        OTHER("an_arm_more", "third.model", "gru", "third.model = none, not gru"),
        OTHER("an_arm_less", "right.model", "", "right.model = transformer, not none"),
        OTHER("a_number_of_steps_that_was_passed", "training.steps", "2",
              "the run has made 3 steps, training.steps is only 2"),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
