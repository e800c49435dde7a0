#include "tests/lessons/small_run.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/file_read.h"
#include "tests/test.h"

enum { FILES_MAX = 64 };

void run_file(char path[RUN_FILE_MAX], const char *folder, const char *name)
{
    snprintf(path, RUN_FILE_MAX, "%s/%s", folder, name);
}

/* Up to that step, with the lines that `duet train` would write; then saved and closed. */
static void finish(struct run *run, struct lab *lab, long step)
{
    const struct training_config *training = &lab->config.training;
    const long every = training->report_every;
    struct error error = { STATUS_OK, "" };

    for (long before = lab->step; lab->step < step && lab_step(lab); before = lab->step)
        if (lab->step > before &&
            (lab->step / every > before / every || lab->step == training->steps))
            assert_int_equal(run_report(run, lab, &error), STATUS_OK);
    if (run_save(run, lab, &error) != STATUS_OK || run_close(run, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    lab_free(lab);
}

void run_write(const char *folder, const struct lab_config *config, long step)
{
    struct lab *lab = lab_make(config);
    struct error error = { STATUS_OK, "" };
    struct run run = { 0 };

    if (run_create(&run, folder, lab, false, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    finish(&run, lab, step);
}

void run_continue(const char *folder, const struct lab_config *config, long step)
{
    struct error error = { STATUS_OK, "" };
    struct run run = { 0 };
    struct lab *lab = NULL;

    if (run_resume(&run, &lab, folder, config, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    finish(&run, lab, step);
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

void folder_digest(char text[DIGEST_TEXT_MAX], const char *folder)
{
    struct safetensors_metadata words[FILES_MAX];
    char digests[FILES_MAX][DIGEST_TEXT_MAX];
    struct dirent **entries;
    const int count = scandir(folder, &entries, is_file, alphasort);

    assert_in_range(count, 0, FILES_MAX);
    for (int i = 0; i < count; i++) {
        char path[RUN_FILE_MAX];

        run_file(path, folder, entries[i]->d_name);
        if (digest_file(digests[i], path, NULL) != STATUS_OK) /* a folder */
            strcpy(digests[i], "");
        words[i] = (struct safetensors_metadata){ entries[i]->d_name, digests[i] };
    }
    digest_tensors(text, NULL, 0, words, (size_t)count);
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
}

/* metrics.csv without its second column, in a string that the caller frees. */
static char *metrics_without_seconds(const char *folder)
{
    char path[RUN_FILE_MAX], *text, *to;
    int column = 0;

    run_file(path, folder, "metrics.csv");
    assert_int_equal(file_read_all(&text, NULL, path, 1 << 20, NULL), STATUS_OK);
    to = text;
    for (const char *from = text; *from != '\0'; from++) {
        column = *from == '\n' ? 0 : column + (*from == ',');
        if (column != 1)
            *to++ = *from;
    }
    *to = '\0';
    return text;
}

static void assert_same_bytes(const char *folder, const char *other, const char *name)
{
    char path[RUN_FILE_MAX], *bytes, *others;
    size_t length, other_length;

    run_file(path, folder, name);
    assert_int_equal(file_read_all(&bytes, &length, path, 1 << 24, NULL), STATUS_OK);
    run_file(path, other, name);
    assert_int_equal(file_read_all(&others, &other_length, path, 1 << 24, NULL), STATUS_OK);
    assert_int_equal(length, other_length);
    assert_memory_equal(bytes, others, length);
    free(bytes);
    free(others);
}

/* Of the checkpoint only the seconds may differ, and with them the digest. */
static void assert_same_checkpoint(const char *folder, const char *other)
{
    struct safetensors a, b;
    char path[RUN_FILE_MAX];

    run_file(path, folder, "checkpoint.safetensors");
    assert_int_equal(safetensors_open(&a, path, NULL), STATUS_OK);
    run_file(path, other, "checkpoint.safetensors");
    assert_int_equal(safetensors_open(&b, path, NULL), STATUS_OK);
    assert_int_equal(a.metadata_count, b.metadata_count);
    for (size_t i = 0; i < a.metadata_count; i++) {
        const char *key = a.metadata[i].key;

        assert_string_equal(key, b.metadata[i].key);
        if (strstr(key, "seconds") == NULL && strcmp(key, DIGEST_KEY) != 0)
            assert_string_equal(a.metadata[i].value, b.metadata[i].value);
    }
    assert_int_equal(a.tensor_count, b.tensor_count);
    for (size_t i = 0; i < a.tensor_count; i++) {
        assert_string_equal(a.tensors[i].name, b.tensors[i].name);
        assert_memory_equal(a.tensors[i].data, b.tensors[i].data,
                            safetensors_elements(&a.tensors[i]) * sizeof(float));
    }
    safetensors_free(&a);
    safetensors_free(&b);
}

void assert_same_run(const char *folder, const char *other)
{
    char *metrics = metrics_without_seconds(folder), *others = metrics_without_seconds(other);

    assert_string_equal(metrics, others);
    assert_same_bytes(folder, other, "run.ini");
    assert_same_bytes(folder, other, "left.safetensors");
    assert_same_bytes(folder, other, "right.safetensors");
    assert_same_checkpoint(folder, other);
    free(metrics);
    free(others);
}

void rewrite_file(const char *path, run_change *change)
{
    struct rewriting *r = calloc(1, sizeof *r);
    char digest[DIGEST_TEXT_MAX] = "";
    struct error error = { STATUS_OK, "" };
    struct safetensors file;

    assert_non_null(r);
    assert_int_equal(safetensors_open(&file, path, NULL), STATUS_OK);
    assert_in_range(file.tensor_count, 1, REWRITE_MAX - 1);
    assert_in_range(file.metadata_count, 1, REWRITE_MAX - 1);
    r->tensor_count = file.tensor_count;
    r->word_count = file.metadata_count;
    memcpy(r->tensors, file.tensors, file.tensor_count * sizeof *file.tensors);
    memcpy(r->words, file.metadata, file.metadata_count * sizeof *file.metadata);
    if (change != NULL)
        change(r);
    digest_tensors(digest, r->tensors, r->tensor_count, r->words, r->word_count);
    for (size_t i = 0; i < r->word_count; i++)
        if (strcmp(r->words[i].key, DIGEST_KEY) == 0)
            r->words[i].value = digest;
    if (safetensors_write(path, r->tensors, r->tensor_count, r->words, r->word_count, &error))
        fail_msg("%s", error.message);
    safetensors_free(&file);
    free(r);
}

struct safetensors_tensor *rewriting_tensor(struct rewriting *rewriting, const char *name)
{
    size_t i = 0;

    while (i < rewriting->tensor_count && strcmp(rewriting->tensors[i].name, name) != 0)
        i++;
    if (i == rewriting->tensor_count)
        fail_msg("no tensor \"%s\"", name);
    return &rewriting->tensors[i];
}

struct safetensors_metadata *rewriting_word(struct rewriting *rewriting, const char *key)
{
    size_t i = 0;

    while (i < rewriting->word_count && strcmp(rewriting->words[i].key, key) != 0)
        i++;
    if (i == rewriting->word_count)
        fail_msg("no word \"%s\"", key);
    return &rewriting->words[i];
}
