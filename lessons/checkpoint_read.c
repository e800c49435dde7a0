/* The reading half of checkpoint.h. */
#include <stdio.h>
#include <string.h>

#include "common/files/digest.h"
#include "common/files/utf8.h"
#include "lessons/checkpoint.h"
#include "lessons/checkpoint_table.h"
#include "lessons/weights_file.h"

struct reading {
    const char *path;
    struct safetensors file;
    struct checkpoint_words words; /* of the lab as it is: what should be there */
    struct error *error;
};

/* Add "KEY = one, not another" to what differs. */
static void add_difference(char *text, size_t size, const char *key, const char *saved,
                           const char *now)
{
    const size_t used = strlen(text);

    snprintf(text + used, size - used, "%s%s = %.*s, not %.*s", used ? "; " : "", key,
             utf8_shown(saved, 40), saved, utf8_shown(now, 40), now);
}

static const char PREFIX[] = "config.";

/* What was saved of an arm's model: "none" for an arm that was not there. */
static const char *saved_model(const struct reading *r, int arm)
{
    char key[CHECKPOINT_KEY_MAX];
    const char *saved;

    snprintf(key, sizeof key, "%s%s.model", PREFIX, arm_name(arm));
    saved = safetensors_metadata_find(&r->file, key);
    return saved != NULL ? saved : "none";
}

/* An arm that only one of the two has is one difference, not one for each of its keys. */
static bool is_of_arm_not_saved(const struct reading *r, const char *key)
{
    for (int i = 0; i < ARMS_MAX; i++) {
        const size_t length = strlen(arm_name(i));

        if (strncmp(key, arm_name(i), length) == 0 && key[length] == '.')
            return strcmp(saved_model(r, i), "none") == 0;
    }
    return false;
}

/* The words about the configuration: everything but the free keys has to be the same. */
static enum status check_config(const struct reading *r, const struct lab *lab)
{
    char text[ERROR_MESSAGE_MAX / 2] = "";

    for (int i = 0; i < ARMS_MAX; i++) {
        const char *model = lab->config.arm[i].model;
        char key[CHECKPOINT_KEY_MAX];

        snprintf(key, sizeof key, "%s.model", arm_name(i));
        if ((strcmp(saved_model(r, i), "none") == 0) != (model[0] == '\0'))
            add_difference(text, sizeof text, key, saved_model(r, i),
                           model[0] ? model : "none");
    }
    for (int i = 0; i < r->words.count; i++) {
        const struct checkpoint_word *word = &r->words.items[i];
        const char *key = word->key + strlen(PREFIX), *saved;

        if (strncmp(word->key, PREFIX, strlen(PREFIX)) != 0 || checkpoint_key_is_free(key) ||
            is_of_arm_not_saved(r, key))
            continue;
        saved = safetensors_metadata_find(&r->file, word->key);
        if (saved == NULL || strcmp(saved, word->value) != 0)
            add_difference(text, sizeof text, key, saved ? saved : "nothing", word->value);
    }
    if (text[0] == '\0')
        return STATUS_OK;
    return error_set(r->error, STATUS_USAGE, "%s: was made with %s", r->path, text);
}

static enum status check_data(const struct reading *r, const struct lab *lab)
{
    const char *saved = safetensors_metadata_find(&r->file, "data.sha256");
    const char *now = lab->data_digest, *path = lab->task.options.file;

    if (saved != NULL && strcmp(saved, now) == 0)
        return STATUS_OK;
    if (saved == NULL || saved[0] == '\0')
        saved = "none";
    return error_set(r->error, STATUS_USAGE,
                     "%s: was made with data of SHA-256 %.*s, but %s%s is %s", r->path,
                     utf8_shown(saved, 64), saved, path[0] ? path : "there is no file",
                     path[0] ? "'s" : ": it", now[0] ? now : "none");
}

/* Every word of the file is one of ours. */
static enum status check_words(const struct reading *r)
{
    for (size_t i = 0; i < r->file.metadata_count; i++) {
        const char *key = r->file.metadata[i].key;
        int k = 0;

        while (k < r->words.count && strcmp(r->words.items[k].key, key) != 0)
            k++;
        if (k == r->words.count)
            return error_set(r->error, STATUS_FILE,
                             "%s: the metadata has \"%.*s\", which this version of Duet does "
                             "not know",
                             r->path, utf8_shown(key, 60), key);
    }
    return STATUS_OK;
}

/* The numbers of one owner; base NULL only looks. */
static enum status read_numbers(const struct reading *r, const struct number *numbers,
                                int count, const char *owner, void *base)
{
    for (int i = 0; i < count; i++) {
        char key[CHECKPOINT_KEY_MAX];
        const char *text;
        struct error reason;

        snprintf(key, sizeof key, "%s.%s", owner, numbers[i].name);
        text = safetensors_metadata_find(&r->file, key);
        if (text == NULL)
            return error_set(r->error, STATUS_FILE, "%s: the metadata has no \"%s\"", r->path,
                             key);
        if (number_read(&numbers[i], base, text, &reason) != STATUS_OK)
            return error_set(r->error, STATUS_FILE, "%s: the metadata's \"%s\": %s", r->path,
                             key, reason.message);
    }
    return STATUS_OK;
}

static enum status read_all_numbers(const struct reading *r, struct lab *lab, bool store)
{
    int lab_count, arm_count;
    const struct number *lab_numbers = checkpoint_lab_numbers(&lab_count);
    const struct number *arm_numbers = checkpoint_arm_numbers(&arm_count);
    enum status status = read_numbers(r, lab_numbers, lab_count, "lab", store ? lab : NULL);

    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        status = read_numbers(r, arm_numbers, arm_count, lab->arm[i].name,
                              store ? &lab->arm[i] : NULL);
    return status;
}

/* One block of an arm: looked at, or stored. Counts the tensors. */
static enum status read_block(const struct reading *r, struct lab_arm *arm, int block,
                              bool store, size_t *count)
{
    const struct parameter_list *list = &arm->model.parameters;
    real *values = checkpoint_block(arm, block);
    enum status status = STATUS_OK;

    for (int i = 0; values != NULL && i < list->count && status == STATUS_OK; i++) {
        char name[CHECKPOINT_NAME_MAX];

        checkpoint_tensor_name(name, arm, block, &list->items[i]);
        status = weights_file_take(&r->file, name, &list->items[i], store ? values : NULL,
                                   r->path, r->error);
        ++*count;
    }
    return status;
}

/* Does a tensor of that name belong to the arm? */
static bool belongs(const struct lab_arm *arm, const char *tensor)
{
    const struct parameter_list *list = &arm->model.parameters;

    for (int block = 0; block < checkpoint_blocks(); block++)
        for (int i = 0; checkpoint_block(arm, block) != NULL && i < list->count; i++) {
            char name[CHECKPOINT_NAME_MAX];

            checkpoint_tensor_name(name, arm, block, &list->items[i]);
            if (strcmp(name, tensor) == 0)
                return true;
        }
    return false;
}

/* All of ours are there, but there are more. */
static enum status name_stranger(const struct reading *r, const struct lab *lab)
{
    for (size_t i = 0; i < r->file.tensor_count; i++) {
        const char *tensor = r->file.tensors[i].name;
        bool ours = false;

        for (int arm = 0; arm < lab->arms; arm++)
            ours = ours || belongs(&lab->arm[arm], tensor);
        if (!ours)
            return error_set(r->error, STATUS_FILE,
                             "%s: no arm of this configuration has a tensor \"%.*s\"", r->path,
                             utf8_shown(tensor, 80), tensor);
    }
    return STATUS_OK;
}

static enum status read_blocks(const struct reading *r, struct lab *lab, bool store)
{
    enum status status = STATUS_OK;
    size_t count = 0;

    for (int i = 0; i < lab->arms; i++)
        for (int k = 0; k < checkpoint_blocks() && status == STATUS_OK; k++)
            status = read_block(r, &lab->arm[i], k, store, &count);
    if (status == STATUS_OK && count != r->file.tensor_count)
        status = name_stranger(r, lab);
    return status;
}

/* Everything that could be wrong, before anything is changed. */
static enum status check(const struct reading *r, struct lab *lab)
{
    enum status status = digest_check(&r->file, true, r->path, r->error);

    if (status == STATUS_OK && safetensors_metadata_find(&r->file, "lab.step") == NULL)
        status = error_set(r->error, STATUS_FILE,
                           "%s: not a checkpoint: the metadata has no \"lab.step\"", r->path);
    if (status == STATUS_OK)
        status = check_config(r, lab);
    if (status == STATUS_OK)
        status = check_data(r, lab);
    if (status == STATUS_OK)
        status = check_words(r);
    if (status == STATUS_OK)
        status = read_all_numbers(r, lab, false);
    if (status == STATUS_OK)
        status = read_blocks(r, lab, false);
    return status;
}

static void store(const struct reading *r, struct lab *lab)
{
    read_blocks(r, lab, true);
    for (int i = 0; i < lab->arms; i++)
        trainer_weights_changed(&lab->arm[i].trainer); /* forgets `before` ... */
    read_all_numbers(r, lab, true);                    /* ... which is there again */
    for (int i = 0; i < lab->arms; i++)
        lab->arm[i].why.status = lab->arm[i].stopped ? STATUS_DIVERGED : STATUS_OK;
}

static enum status read_count(long *count, const struct safetensors *file, const char *key,
                              long most, const char *path, struct error *error)
{
    const struct number number = { .kind = NUMBER_LONG,
                                   .size = sizeof *count,
                                   .most = (double)most };
    const char *text = safetensors_metadata_find(file, key);
    struct error reason;

    if (text == NULL)
        return error_set(error, STATUS_FILE, "%s: the metadata has no \"%s\"", path, key);
    if (number_read(&number, count, text, &reason) != STATUS_OK)
        return error_set(error, STATUS_FILE, "%s: the metadata's \"%s\": %s", path, key,
                         reason.message);
    return STATUS_OK;
}

enum status checkpoint_moment(struct checkpoint_moment *moment, const struct lab_config *config,
                              const char *path, struct error *error)
{
    struct checkpoint_moment read = { 0 };
    struct safetensors file;
    long events = 0;
    enum status status = safetensors_open(&file, path, error);

    if (status != STATUS_OK)
        return status;
    status = read_count(&events, &file, "lab.events", EVENTS_MAX, path, error);
    read.events = (int)events;
    for (int i = 0; i < ARMS_MAX && status == STATUS_OK; i++) {
        char key[CHECKPOINT_KEY_MAX];
        const char *stopped;

        read.step[i] = EVENT_NO_ARM;
        snprintf(key, sizeof key, "%s.step", arm_name(i));
        if (config->arm[i].model[0] != '\0')
            status = read_count(&read.step[i], &file, key, CONFIG_STEPS_MOST, path, error);
        snprintf(key, sizeof key, "%s.stopped", arm_name(i));
        stopped = safetensors_metadata_find(&file, key);
        if (stopped != NULL && strcmp(stopped, "yes") == 0)
            read.step[i] = EVENT_NO_ARM;
    }
    safetensors_free(&file);
    if (status == STATUS_OK)
        *moment = read;
    return status;
}

enum status checkpoint_read(struct lab *lab, const char *path, struct error *error)
{
    struct reading r = { .path = path, .error = error };
    enum status status = safetensors_open(&r.file, path, error);

    if (status != STATUS_OK)
        return status;
    status = checkpoint_words_make(&r.words, lab, error);
    if (status == STATUS_OK)
        status = check(&r, lab);
    if (status == STATUS_OK)
        store(&r, lab);
    checkpoint_words_free(&r.words);
    safetensors_free(&r.file);
    return status;
}
