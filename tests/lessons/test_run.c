/* Tests of lessons/run.c: a run's folder, written, read back, refused when it is damaged. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/files/safetensors.h"
#include "lessons/run.h"
#include "tests/common/files/scratch.h"
#include "tests/lessons/small_lab.h"

enum { PATH_ROOM = 2 * SCRATCH_PATH_MAX, STEPS = 3 };

static void path_in(char path[PATH_ROOM], const char *folder, const char *name)
{
    snprintf(path, PATH_ROOM, "%s/%s", folder, name);
}

static bool exists(const char *folder, const char *name)
{
    char path[PATH_ROOM];

    path_in(path, folder, name);
    return access(path, F_OK) == 0;
}

/* A run of STEPS steps in that folder; the caller frees the lab. */
static struct lab *write_run(const char *folder, const struct lab_config *config)
{
    struct lab *lab = lab_make(config);
    struct run run = { 0 };
    struct error error = { STATUS_OK, "" };

    if (run_create(&run, folder, lab, false, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    for (int i = 0; i < STEPS; i++) {
        lab_train(lab, 1);
        assert_int_equal(run_report(&run, lab, &error), STATUS_OK);
    }
    assert_int_equal(run_save(&run, lab, &error), STATUS_OK);
    assert_int_equal(run_close(&run, &error), STATUS_OK);
    return lab;
}

static struct lab *read_run(const char *folder)
{
    struct error error = { STATUS_OK, "" };
    struct lab *lab = NULL;

    if (run_load(&lab, folder, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return lab;
}

/* Written and read */

struct run_row {
    const char *task, *left, *right;
};

static void a_run_is_loaded_bit_for_bit(void **state)
{
    const struct scratch *scratch = *state;
    const struct run_row *row = scratch->row;
    struct lab_config config = small_config(row->task, row->left, row->right);
    struct lab *lab, *loaded;

    strcpy(config.arm[3].model, "gru");
    config.training.seed = 9007199254740991;
    config.training.learning_rate = 0.1 / 3;
    lab = write_run(scratch->path, &config);
    loaded = read_run(scratch->path);
    assert_int_equal(loaded->arms, 3);
    assert_int_equal(loaded->step, STEPS);
    assert_string_equal(loaded->arm[2].name, "fourth");
    assert_int_equal(loaded->config.training.seed, config.training.seed);
    assert_true(loaded->config.arm[0].learning_rate == config.training.learning_rate);
    for (int i = 0; i < 3; i++) {
        struct report before, after;

        assert_int_equal(loaded->arm[i].trainer.step, STEPS);
        assert_same_weights(&lab->arm[i], &loaded->arm[i]);
        lab_test(lab, i, &before);
        lab_test(loaded, i, &after);
        assert_same_report(&before, &after);
    }
    lab_free(lab);
    lab_free(loaded);
}

/* run.ini repeats the run: its configuration, trained again, gives the same bits. */
static void the_configuration_repeats_the_run(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config("adding", "lstm", "transformer");
    struct lab *lab = write_run(scratch->path, &config), *again;
    struct lab_config read;
    char path[PATH_ROOM];

    path_in(path, scratch->path, "run.ini");
    assert_int_equal(config_read(&read, path, NULL), STATUS_OK);
    assert_int_equal(read.arm[1].layers, 1);
    assert_true(read.arm[0].learning_rate > 0); /* what a default stood for */
    again = lab_make(&read);
    lab_train(again, STEPS);
    for (int i = 0; i < 2; i++)
        assert_same_weights(&lab->arm[i], &again->arm[i]);
    lab_free(lab);
    lab_free(again);
}

static void the_metrics_have_a_head_and_a_line_for_each_report(void **state)
{
    static const char head[] = "step,seconds,left.loss,left.accuracy,left.gradient_norm,"
                               "right.loss,right.accuracy,right.gradient_norm\n";
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config("sort", "elman", "transformer");
    struct lab *lab = write_run(scratch->path, &config);
    char path[PATH_ROOM], line[512];
    int lines = 0;
    FILE *file;

    path_in(path, scratch->path, "metrics.csv");
    file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_string_equal(line, head);
    while (fgets(line, sizeof line, file) != NULL) {
        double v[7] = { 0 };
        long step;

        assert_int_equal(sscanf(line, "%ld,%lf,%lf,%lf,%lf,%lf,%lf,%lf\n", &step, &v[0], &v[1],
                                &v[2], &v[3], &v[4], &v[5], &v[6]),
                         8);
        assert_int_equal(step, ++lines);
        if (lines == STEPS) { /* nine digits hold a float */
            assert_true((float)v[1] == (float)lab->arm[0].last.loss);
            assert_true((float)v[4] == (float)lab->arm[1].last.loss);
            assert_true((float)v[6] == (float)lab->arm[1].last.gradient_norm);
        }
    }
    assert_int_equal(lines, STEPS);
    fclose(file);
    lab_free(lab);
}

/* The first two lines of metrics.csv. */
static void begin_of_metrics(const char *folder, char head[512], char line[512])
{
    char path[PATH_ROOM];
    FILE *file;

    path_in(path, folder, "metrics.csv");
    file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(head, 512, file));
    assert_non_null(fgets(line, 512, file));
    fclose(file);
}

static void validation_and_pace_have_columns_of_their_own(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("sort", "elman", NULL);
    char head[512], line[512];
    double loss = 0;
    long step = 0;
    struct lab *lab;

    set(&config, "training.validate_every", "1");
    set(&config, "training.pace", "flops");
    lab = write_run(scratch->path, &config);
    begin_of_metrics(scratch->path, head, line);
    assert_string_equal(head, "step,seconds,left.step,left.loss,left.accuracy,"
                              "left.gradient_norm,left.validation_loss\n");
    assert_int_equal(sscanf(line, "1,%*f,%ld,%*f,%*f,%*f,%lf\n", &step, &loss), 2);
    assert_int_equal(step, 1);
    assert_true((float)loss == lab->arm[0].curve.points[0].validation_loss);
    lab_free(lab);
}

/* The step in the file is that of the weights in it. */
static void the_best_weights_are_saved_with_their_step(void **state)
{
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("sort", "gru", NULL);
    struct lab *lab, *loaded;
    struct run run;

    set(&config, "training.samples", "8");
    set(&config, "training.learning_rate", "0.03");
    set(&config, "training.validate_every", "5");
    set(&config, "training.steps", "60");
    lab = lab_make(&config);
    assert_int_equal(run_create(&run, scratch->path, lab, false, NULL), STATUS_OK);
    lab_train(lab, 60);
    assert_int_equal(run_save(&run, lab, NULL), STATUS_OK);
    assert_int_equal(run_close(&run, NULL), STATUS_OK);
    loaded = read_run(scratch->path);
    assert_true(lab->arm[0].validation.best_step < 60);
    assert_int_equal(loaded->arm[0].trainer.step, lab->arm[0].validation.best_step);
    assert_same_weights(&loaded->arm[0], &lab->arm[0]);
    lab_free(lab);
    lab_free(loaded);
}

static void the_weight_files_say_what_they_are(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config("adding", "gru", "transformer");
    struct lab *lab = write_run(scratch->path, &config);
    struct safetensors file;
    char path[PATH_ROOM];

    path_in(path, scratch->path, "right.safetensors");
    assert_int_equal(safetensors_open(&file, path, NULL), STATUS_OK);
    assert_string_equal(safetensors_metadata_find(&file, "arm"), "right");
    assert_string_equal(safetensors_metadata_find(&file, "model"), "transformer");
    assert_string_equal(safetensors_metadata_find(&file, "task"), "adding");
    assert_string_equal(safetensors_metadata_find(&file, "step"), "3");
    assert_int_equal(file.tensor_count, lab->arm[1].model.parameters.count);
    for (size_t i = 0; i < file.tensor_count; i++) {
        const struct parameter *p = &lab->arm[1].model.parameters.items[i];
        const struct safetensors_tensor *tensor = safetensors_find(&file, p->name);

        assert_non_null(tensor);
        assert_int_equal(tensor->rank, p->rank);
        for (int k = 0; k < p->rank; k++)
            assert_int_equal(tensor->shape[k], p->shape[k]);
        assert_memory_equal(tensor->data, lab->arm[1].trainer.parameters + p->offset,
                            p->count * sizeof(float));
    }
    safetensors_free(&file);
    lab_free(lab);
}

static void an_arm_that_stopped_early_is_loaded_at_its_own_step(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config("adding", "gru", "elman");
    struct lab *lab = lab_make(&config), *loaded;
    struct run run = { 0 };

    assert_int_equal(run_create(&run, scratch->path, lab, false, NULL), STATUS_OK);
    lab_train(lab, 2);
    lab->arm[1].stopped = true;
    lab_train(lab, 3);
    assert_int_equal(run_save(&run, lab, NULL), STATUS_OK);
    assert_int_equal(run_close(&run, NULL), STATUS_OK);
    loaded = read_run(scratch->path);
    assert_int_equal(loaded->step, 5);
    assert_int_equal(loaded->arm[0].trainer.step, 5);
    assert_int_equal(loaded->arm[1].trainer.step, 2);
    lab_free(lab);
    lab_free(loaded);
}

/* Where it may be written */

static void a_folder_that_holds_a_run_is_refused_without_force(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config("adding", "elman", "transformer");
    const struct lab_config other = small_config("sort", "gru", NULL);
    struct lab *lab = write_run(scratch->path, &config), *next = lab_make(&other), *loaded;
    const char *const words[] = { scratch->path, "already holds a run", "--force", NULL };
    struct error error = { STATUS_OK, "" };
    struct run run = { 0 };

    assert_int_equal(run_create(&run, scratch->path, next, false, &error), STATUS_USAGE);
    assert_fault(&error, STATUS_USAGE, words);
    assert_null(run.metrics);
    loaded = read_run(scratch->path); /* untouched */
    assert_same_weights(&lab->arm[0], &loaded->arm[0]);
    lab_free(loaded);
    lab_free(lab);
    lab_free(next);
}

static void force_replaces_a_run(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config("adding", "elman", "transformer");
    struct lab_config other = small_config("adding", "elman", NULL);
    struct lab *lab = write_run(scratch->path, &config), *next, *loaded = NULL;
    struct error error = { STATUS_OK, "" };
    struct run run = { 0 };

    other.training.seed++;
    next = lab_make(&other);
    assert_int_equal(run_create(&run, scratch->path, next, true, &error), STATUS_OK);
    /* Should the new run end here, the old one's weights must not pass for its own. */
    assert_false(exists(scratch->path, "left.safetensors"));
    assert_false(exists(scratch->path, "right.safetensors"));
    assert_int_equal(run_load(&loaded, scratch->path, &error), STATUS_FILE);
    assert_null(loaded);
    assert_int_equal(run_save(&run, next, &error), STATUS_OK);
    assert_int_equal(run_close(&run, &error), STATUS_OK);
    loaded = read_run(scratch->path);
    assert_int_equal(loaded->arms, 1);
    assert_int_equal(loaded->step, 0);
    assert_same_weights(&next->arm[0], &loaded->arm[0]);
    lab_free(loaded);
    lab_free(lab);
    lab_free(next);
}

static void other_files_of_a_folder_stay(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config("adding", "elman", NULL);
    char path[PATH_ROOM];
    struct lab *lab;

    path_in(path, scratch->folder, "notes.txt");
    scratch_write(path, "mine", 4);
    lab = write_run(scratch->folder, &config);
    scratch_assert_text(path, "mine");
    assert_true(exists(scratch->folder, "run.ini"));
    assert_true(exists(scratch->folder, "metrics.csv"));
    assert_true(exists(scratch->folder, "left.safetensors"));
    assert_false(exists(scratch->folder, "right.safetensors"));
    assert_true(exists(scratch->folder, "checkpoint.safetensors"));
    assert_int_equal(scratch_count(scratch), 5);
    lab_free(lab);
}

/* Root may write anywhere, but not below a file. */
static void a_folder_that_cannot_be_made_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct lab *lab = lab_make(&config);
    struct error error = { STATUS_OK, "" };
    struct run run = { 0 };
    char path[PATH_ROOM], *longest = malloc(RUN_PATH_MAX + 1);

    assert_non_null(longest);
    scratch_write(scratch->path, "a file", 6);
    path_in(path, scratch->path, "below/it");
    assert_int_equal(run_create(&run, path, lab, true, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, scratch->path);
    assert_int_equal(run_create(&run, scratch->path, lab, false, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, scratch->path);
    memset(longest, 'a', RUN_PATH_MAX);
    longest[RUN_PATH_MAX] = '\0';
    assert_int_equal(run_create(&run, longest, lab, false, &error), STATUS_FILE);
    assert_says(&error, STATUS_FILE, "the path is too long");
    assert_null(run.metrics);
    assert_int_equal(run_close(&run, &error), STATUS_OK); /* safe on a zeroed run */
    scratch_assert_text(scratch->path, "a file");
    free(longest);
    lab_free(lab);
}

static void a_full_disk_is_reported(void **state)
{
    const struct scratch *scratch = *state;
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct error error = { STATUS_OK, "" };
    const char *const words[] = { "metrics.csv", "No space left", NULL };
    struct run run = { 0 };
    struct lab *lab;
    char path[PATH_ROOM];

    if (access("/dev/full", W_OK) != 0)
        skip();
    lab = lab_make(&config);
    path_in(path, scratch->folder, "metrics.csv");
    assert_int_equal(symlink("/dev/full", path), 0);
    assert_int_equal(run_create(&run, scratch->folder, lab, false, &error), STATUS_OK);
    lab_train(lab, 1);
    assert_int_equal(run_report(&run, lab, &error), STATUS_OK); /* still in stdio's buffer */
    assert_int_equal(run_close(&run, &error), STATUS_FILE);
    assert_fault(&error, STATUS_FILE, words);
    lab_free(lab);
}

/* Whoever trains for hours may tidy up meanwhile: what was read at the beginning is enough. */
static void a_run_is_saved_when_its_data_is_gone(void **state)
{
    static const char data[] = "one\tun\ntwo\tdeux\nthree\ttrois\nfour\tquatre\nfive\tcinq\n"
                               "six\tsix\nseven\tsept\neight\thuit\n";
    const struct scratch *scratch = *state;
    struct lab_config config = small_config("pairs", "gru", NULL);
    struct error error = { STATUS_OK, "" };
    struct run run = { 0 };
    char path[PATH_ROOM];
    struct lab *lab;

    path_in(path, scratch->folder, "pairs.tsv");
    scratch_write(path, data, strlen(data));
    config.task.length = 0;
    assert_in_range(snprintf(config.task.file, TASK_FILE_MAX, "%s", path), 1,
                    TASK_FILE_MAX - 1);
    lab = lab_make(&config);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(run_create(&run, scratch->path, lab, false, &error), STATUS_OK);
    lab_train(lab, 1);
    if (run_save(&run, lab, &error) != STATUS_OK || run_close(&run, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_true(exists(scratch->path, "checkpoint.safetensors"));
    lab_free(lab);
}

/* Damaged */

typedef void damage(const char *folder);

struct damage_row {
    damage *damage;
    enum status status;
    const char *words[6];
};

static void left_path(char path[PATH_ROOM], const char *folder)
{
    path_in(path, folder, "left.safetensors");
}

static void overwrite(const char *folder, const char *name, const char *text)
{
    char path[PATH_ROOM];

    path_in(path, folder, name);
    scratch_write(path, text, strlen(text));
}

static void cut_to(const char *folder, long bytes)
{
    char path[PATH_ROOM];

    left_path(path, folder);
    assert_int_equal(truncate(path, bytes), 0);
}

static void cut_the_last_byte(const char *folder)
{
    struct safetensors file;
    char path[PATH_ROOM];
    FILE *stream;

    left_path(path, folder);
    assert_int_equal(safetensors_open(&file, path, NULL), STATUS_OK);
    safetensors_free(&file);
    stream = fopen(path, "rb");
    assert_non_null(stream);
    assert_int_equal(fseek(stream, 0, SEEK_END), 0);
    cut_to(folder, ftell(stream) - 1);
    fclose(stream);
}

static void cut_in_the_header(const char *folder)
{
    cut_to(folder, 100);
}

static void cut_to_nothing(const char *folder)
{
    cut_to(folder, 0);
}

static void put_a_text_there(const char *folder)
{
    overwrite(folder, "left.safetensors", "These are no weights, this is a text.\n");
}

static void remove_the_weights(const char *folder)
{
    char path[PATH_ROOM];

    left_path(path, folder);
    assert_int_equal(unlink(path), 0);
}

/* Write left.safetensors again, its first tensor changed, `more` tensors added or left out. */
static void rewrite(const char *folder, const struct safetensors_tensor *first, int more)
{
    static const float one = 1;
    static const struct safetensors_metadata step = { "step", "3" };
    struct safetensors_tensor tensors[64];
    struct safetensors file;
    char path[PATH_ROOM];
    size_t count;

    left_path(path, folder);
    assert_int_equal(safetensors_open(&file, path, NULL), STATUS_OK);
    count = file.tensor_count;
    assert_in_range(count, 2, 63);
    memcpy(tensors, file.tensors, count * sizeof tensors[0]);
    if (first != NULL)
        tensors[0] = *first;
    if (more > 0)
        tensors[count] =
            (struct safetensors_tensor){ "core.weight_ih_l9", SAFETENSORS_F32, 1, { 1 }, &one };
    count = (size_t)((long)count + more);
    assert_int_equal(safetensors_write(path, tensors, count, &step, 1, NULL), STATUS_OK);
    safetensors_free(&file);
}

static void leave_out_the_last_tensor(const char *folder)
{
    rewrite(folder, NULL, -1);
}

static void add_a_tensor(const char *folder)
{
    rewrite(folder, NULL, 1);
}

static void rename_a_tensor(const char *folder)
{
    static const float zeros[SMALL_WIDTH * 2];
    const struct safetensors_tensor other = {
        "inputs.weight", SAFETENSORS_F32, 2, { SMALL_WIDTH, 2 }, zeros
    };

    rewrite(folder, &other, 0);
}

static void turn_a_tensor(const char *folder)
{
    static const float zeros[SMALL_WIDTH * 2];
    const struct safetensors_tensor other = {
        "input.weight", SAFETENSORS_F32, 2, { 2, SMALL_WIDTH }, zeros
    };

    rewrite(folder, &other, 0);
}

static void give_a_tensor_another_rank(const char *folder)
{
    static const float zeros[SMALL_WIDTH * 2];
    const struct safetensors_tensor other = {
        "input.weight", SAFETENSORS_F32, 3, { SMALL_WIDTH, 2, 1 }, zeros
    };

    rewrite(folder, &other, 0);
}

static void flatten_a_tensor(const char *folder)
{
    static const float zeros[SMALL_WIDTH];
    const struct safetensors_tensor other = {
        "input.weight", SAFETENSORS_F32, 1, { SMALL_WIDTH }, zeros
    };

    rewrite(folder, &other, 0);
}

static void make_a_tensor_double(const char *folder)
{
    static const double zeros[SMALL_WIDTH * 2];
    const struct safetensors_tensor other = {
        "input.weight", SAFETENSORS_F64, 2, { SMALL_WIDTH, 2 }, zeros
    };

    rewrite(folder, &other, 0);
}

static void remove_the_configuration(const char *folder)
{
    char path[PATH_ROOM];

    path_in(path, folder, "run.ini");
    assert_int_equal(unlink(path), 0);
}

static void put_an_unknown_key_there(const char *folder)
{
    overwrite(folder, "run.ini", "[task]\nname = adding\nlenght = 12\n");
}

static void put_another_model_there(const char *folder)
{
    overwrite(folder, "run.ini",
              "[task]\nname = adding\nlength = 12\n"
              "[left]\nmodel = gru\nhidden = 9\nwidth = 8\nlayers = 1\n");
}

static void put_another_task_there(const char *folder)
{
    overwrite(folder, "run.ini",
              "[task]\nname = sort\nlength = 5\n"
              "[left]\nmodel = elman\nhidden = 9\nwidth = 8\nlayers = 1\n");
}

static void put_more_layers_there(const char *folder)
{
    overwrite(folder, "run.ini",
              "[task]\nname = adding\nlength = 12\n"
              "[left]\nmodel = elman\nhidden = 9\nwidth = 8\nlayers = 2\n");
}

static void put_heads_there_that_do_not_fit(const char *folder)
{
    overwrite(folder, "run.ini",
              "[task]\nname = adding\n[left]\nmodel = transformer\nheads = 3\n");
}

static void put_no_arm_there(const char *folder)
{
    overwrite(folder, "run.ini", "[task]\nname = adding\n");
}

static void a_damaged_run_is_refused(void **state)
{
    const struct scratch *scratch = *state;
    const struct damage_row *row = scratch->row;
    const struct lab_config config = small_config("adding", "elman", NULL);
    struct error error = { STATUS_OK, "" };
    struct lab *loaded = NULL;

    lab_free(write_run(scratch->path, &config));
    row->damage(scratch->path);
    assert_int_equal(run_load(&loaded, scratch->path, &error), row->status);
    assert_null(loaded);
    assert_says(&error, row->status, scratch->path);
    assert_fault(&error, row->status, row->words);
}

/* clang-format off */
#define IN_FOLDER(test)                                                                        \
    cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
#define LOADED(on, a, b)                                                                       \
    { .name = "a_run_of_" a "_and_" b "_on_" on "_is_loaded_bit_for_bit",                      \
      .test_func = a_run_is_loaded_bit_for_bit, .setup_func = scratch_setup,                   \
      .teardown_func = scratch_teardown,                                                       \
      .initial_state = &(struct run_row){ .task = on, .left = a, .right = b } }
#define DAMAGED(sentence, how, kind, ...)                                                      \
    { .name = sentence, .test_func = a_damaged_run_is_refused, .setup_func = scratch_setup,    \
      .teardown_func = scratch_teardown,                                                       \
      .initial_state = &(struct damage_row){ .damage = how, .status = kind,                    \
                                             .words = { __VA_ARGS__ } } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOADED("adding", "elman", "transformer"),
        LOADED("copying", "gru", "lstm"),
        LOADED("sort", "lstm", "transformer"),
        IN_FOLDER(the_configuration_repeats_the_run),
        IN_FOLDER(a_run_is_saved_when_its_data_is_gone),
        IN_FOLDER(the_metrics_have_a_head_and_a_line_for_each_report),
        IN_FOLDER(validation_and_pace_have_columns_of_their_own),
        IN_FOLDER(the_best_weights_are_saved_with_their_step),
        IN_FOLDER(the_weight_files_say_what_they_are),
        IN_FOLDER(an_arm_that_stopped_early_is_loaded_at_its_own_step),
        IN_FOLDER(a_folder_that_holds_a_run_is_refused_without_force),
        IN_FOLDER(force_replaces_a_run),
        IN_FOLDER(other_files_of_a_folder_stay),
        IN_FOLDER(a_folder_that_cannot_be_made_is_refused),
        IN_FOLDER(a_full_disk_is_reported),
        DAMAGED("weights_without_their_last_byte_are_refused", cut_the_last_byte, STATUS_FILE,
                "left.safetensors: "),
        DAMAGED("weights_cut_in_the_header_are_refused", cut_in_the_header, STATUS_FILE,
                "left.safetensors: "),
        DAMAGED("an_empty_weight_file_is_refused", cut_to_nothing, STATUS_FILE,
                "left.safetensors: "),
        DAMAGED("a_text_in_place_of_weights_is_refused", put_a_text_there, STATUS_FILE,
                "left.safetensors: "),
        DAMAGED("weights_that_are_missing_are_refused", remove_the_weights, STATUS_FILE,
                "left.safetensors: ", "No such file"),
        DAMAGED("a_tensor_that_is_missing_is_named", leave_out_the_last_tensor, STATUS_FILE,
                "left.safetensors: ", "tensor \"readout.bias\" is missing"),
        DAMAGED("a_tensor_too_many_is_named", add_a_tensor, STATUS_FILE, "left.safetensors: ",
                "has no tensor \"core.weight_ih_l9\""),
        DAMAGED("a_tensor_of_another_name_is_refused", rename_a_tensor, STATUS_FILE,
                "left.safetensors: ", "tensor \"input.weight\" is missing"),
        DAMAGED("a_tensor_that_is_turned_is_refused", turn_a_tensor, STATUS_FILE,
                "left.safetensors: ", "\"input.weight\"", "(2, 8)", "(8, 2)"),
        DAMAGED("a_tensor_of_higher_rank_is_refused", give_a_tensor_another_rank, STATUS_FILE,
                "left.safetensors: ", "\"input.weight\"", "rank 3"),
        DAMAGED("a_tensor_of_lower_rank_is_refused", flatten_a_tensor, STATUS_FILE,
                "left.safetensors: ", "\"input.weight\"", "rank 1"),
        DAMAGED("a_tensor_of_another_type_is_refused", make_a_tensor_double, STATUS_FILE,
                "left.safetensors: ", "\"input.weight\" is F64"),
        DAMAGED("a_run_without_a_configuration_is_refused", remove_the_configuration,
                STATUS_FILE, "run.ini: ", "No such file"),
        DAMAGED("a_configuration_with_an_unknown_key_is_refused", put_an_unknown_key_there,
                STATUS_USAGE, "run.ini:3: ", "unknown key \"lenght\""),
        DAMAGED("the_configuration_of_another_model_is_refused", put_another_model_there,
                STATUS_FILE, "left.safetensors: ", "\"core.weight_ih_l0\"", "(27, 8)"),
        DAMAGED("the_configuration_of_another_task_is_refused", put_another_task_there,
                STATUS_FILE, "left.safetensors: ", "\"embedding.weight\" is missing"),
        DAMAGED("a_configuration_with_more_layers_is_refused", put_more_layers_there,
                STATUS_FILE, "left.safetensors: ", "\"core.weight_ih_l1\" is missing"),
        DAMAGED("a_configuration_that_cannot_be_is_refused", put_heads_there_that_do_not_fit,
                STATUS_USAGE, "run.ini: ", "3 heads do not divide width 32"),
        DAMAGED("a_configuration_without_an_arm_is_refused", put_no_arm_there, STATUS_USAGE,
                "run.ini: ", "no arm has a model"),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
