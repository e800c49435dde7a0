/*
 * Tests of run.h on the user's own data: a run remembers what the data was, and needs the file
 * only when it begins and when it goes on.
 */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/lessons/small_run.h"

/* A file of pairs, each a word and the same backwards, or the same as a text. */
static void write_data(const char *path, int lines)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    for (int i = 0; i < lines; i++) {
        const char a = (char)('a' + i % 7), b = (char)('a' + i / 7 % 7),
                   c = (char)('a' + i / 49 % 7);

        fprintf(file, "%c%c%c\t%c%c%c\n", a, b, c, c, b, a);
    }
    assert_int_equal(fclose(file), 0);
}

/* Lines of pairs may not come again; a text is long enough for its held-out parts. */
static struct lab_config config_of(const struct scratch *scratch, char path[RUN_FILE_MAX])
{
    const char *task = scratch->row;
    struct lab_config config = small_config("sort", "gru", "transformer");

    run_file(path, scratch->folder, "data.tsv");
    write_data(path, strcmp(task, "pairs") == 0 ? 300 : 3000);
    config.task = (struct task_options){ 0 };
    set(&config, "task.name", task);
    set(&config, "task.file", path);
    config.training.steps = 12;
    config.training.report_every = 3;
    return config;
}

static void a_run_on_a_file_is_resumed_with_the_same_bits(void **state)
{
    const struct scratch *scratch = *state;
    char data[RUN_FILE_MAX], whole[RUN_FILE_MAX], halves[RUN_FILE_MAX];
    const struct lab_config config = config_of(scratch, data);

    run_file(whole, scratch->folder, "whole");
    run_file(halves, scratch->folder, "halves");
    run_write(whole, &config, 12);
    run_write(halves, &config, 5);
    run_continue(halves, NULL, 12);
    assert_same_run(whole, halves);
}

static void a_file_that_is_gone_does_not_end_a_training(void **state)
{
    const struct scratch *scratch = *state;
    char data[RUN_FILE_MAX], folder[RUN_FILE_MAX];
    const struct lab_config config = config_of(scratch, data);
    struct lab *lab = lab_make(&config), *again;
    struct run run;
    struct error error;

    run_file(folder, scratch->folder, "run");
    assert_int_equal(run_create(&run, folder, lab, false, &error), STATUS_OK);
    assert_int_equal(unlink(data), 0);
    lab_train(lab, 3);
    assert_int_equal(run_save(&run, lab, &error), STATUS_OK);
    assert_int_equal(run_close(&run, &error), STATUS_OK);
    assert_int_not_equal(run_resume(&run, &again, folder, NULL, &error), STATUS_OK);
    assert_fault(&error, STATUS_FILE, (const char *const[]){ "data.tsv", NULL });
    write_data(data, strcmp(scratch->row, "pairs") == 0 ? 299 : 2999);
    assert_int_not_equal(run_resume(&run, &again, folder, NULL, &error), STATUS_OK);
    assert_fault(&error, STATUS_USAGE, (const char *const[]){ "SHA-256", "data.tsv", NULL });
    lab_free(lab);
}

#define ON(task_, test)                                                         \
    {                                                                           \
#test "_" #task_, test, scratch_setup, scratch_teardown, (void *)#task_ \
    }

int main(void)
{
    static const struct CMUnitTest tests[] = {
        ON(pairs, a_run_on_a_file_is_resumed_with_the_same_bits),
        ON(text, a_run_on_a_file_is_resumed_with_the_same_bits),
        ON(pairs, a_file_that_is_gone_does_not_end_a_training),
        ON(text, a_file_that_is_gone_does_not_end_a_training),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
