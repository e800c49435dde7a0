#include "lessons/checkpoint_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/digest.h"

enum { OTHER_WORDS = 3 /* duet, data.sha256, digest */ };

static const double SECONDS_MOST = 1e12;

#define LAB(member) NUMBER_OF(lab, member)
#define ARM(member) NUMBER_OF(lab_arm, member)

/* The numbers of the lab. */
static const struct number lab_numbers[] = {
    { "step", NUMBER_LONG, LAB(step), 0, CONFIG_STEPS_MOST },
    { "round_from", NUMBER_INT, LAB(round_from), 0, ARMS_MAX - 1 },
    { "seconds", NUMBER_REAL, LAB(seconds), 0, SECONDS_MOST },
    { "events", NUMBER_INT, LAB(events_made), 0, EVENTS_MAX },
};

/* The numbers of an arm. */
static const struct number arm_numbers[] = {
    { "step", NUMBER_LONG, ARM(trainer.step), 0, CONFIG_STEPS_MOST },
    { "learning_rate", NUMBER_REAL, ARM(trainer.options.optimizer.learning_rate), 0, 100 },
    { "clip", NUMBER_REAL, ARM(trainer.options.clip), 0, 1e6 },
    { "has_before", NUMBER_FLAG, ARM(trainer.has_usable), 0, 0 },
    { "stopped", NUMBER_FLAG, ARM(stopped), 0, 0 },
    { "finished", NUMBER_FLAG, ARM(finished), 0, 0 },
    { "seconds", NUMBER_REAL, ARM(seconds), 0, SECONDS_MOST },
    { "validation.best_loss", NUMBER_MEASURE, ARM(validation.best_loss), 0, 0 },
    { "validation.best_step", NUMBER_LONG, ARM(validation.best_step), 0, CONFIG_STEPS_MOST },
    { "validation.worse", NUMBER_INT, ARM(validation.worse), 0, CONFIG_STEPS_MOST },
    { "validation.looked_at", NUMBER_LONG, ARM(validation.looked_at), -1, CONFIG_STEPS_MOST },
    { "validation.last.loss", NUMBER_MEASURE, ARM(validation.last.loss), 0, 0 },
    { "validation.last.accuracy", NUMBER_MEASURE, ARM(validation.last.accuracy), 0, 0 },
    { "validation.last.gradient_norm", NUMBER_MEASURE, ARM(validation.last.gradient_norm), 0,
      0 },
    { "validation.end_loss", NUMBER_MEASURE, ARM(validation.end_loss), 0, 0 },
    { "validation.restored", NUMBER_FLAG, ARM(validation.restored), 0, 0 },
    { "why", NUMBER_TEXT, ARM(why.message), 0, 0 },
    { "last.loss", NUMBER_MEASURE, ARM(last.loss), 0, 0 },
    { "last.accuracy", NUMBER_MEASURE, ARM(last.accuracy), 0, 0 },
    { "last.gradient_norm", NUMBER_MEASURE, ARM(last.gradient_norm), 0, 0 },
};

/*
 * Arrays as long as an arm's parameters; a pointer that is NULL in a lab has no block in its
 * file.
 */
struct block {
    const char *name;
    size_t offset; /* of the real * in struct lab_arm */
    int states;    /* kept by optimizers with at least so many states */
};

static const struct block blocks[] = {
    { "weights", offsetof(struct lab_arm, trainer.parameters), 0 },
    { "before", offsetof(struct lab_arm, trainer.usable), 0 },
    { "validation", offsetof(struct lab_arm, validation.weights), 0 },
    { "first_moment", offsetof(struct lab_arm, trainer.state[0]), 1 },
    { "second_moment", offsetof(struct lab_arm, trainer.state[1]), 2 },
};

/*
 * Keys in which a lab may differ from its checkpoint: they decide how long and how, not what.
 */
static const char *const free_keys[] = {
    "training.steps",
    "training.threads",
    "training.checkpoint_every",
    "training.checkpoint_seconds",
    "training.history_megabytes",
    "task.file" /* its digest counts */,
};

enum {
    LAB_NUMBERS = sizeof lab_numbers / sizeof lab_numbers[0],
    ARM_NUMBERS = sizeof arm_numbers / sizeof arm_numbers[0],
    BLOCKS = sizeof blocks / sizeof blocks[0],
    FREE_KEYS = sizeof free_keys / sizeof free_keys[0]
};

const struct number *checkpoint_lab_numbers(int *count)
{
    *count = LAB_NUMBERS;
    return lab_numbers;
}

const struct number *checkpoint_arm_numbers(int *count)
{
    *count = ARM_NUMBERS;
    return arm_numbers;
}

int checkpoint_blocks(void)
{
    return BLOCKS;
}

real *checkpoint_block(const struct lab_arm *arm, int block)
{
    const int states = optimizer_states(arm->trainer.options.optimizer.kind);
    real *values;

    memcpy(&values, (const char *)arm + blocks[block].offset, sizeof values);
    return states < blocks[block].states ? NULL : values;
}

void checkpoint_tensor_name(char name[CHECKPOINT_NAME_MAX], const struct lab_arm *arm,
                            int block, const struct parameter *parameter)
{
    snprintf(name, CHECKPOINT_NAME_MAX, "%s.%s.%s", arm->name, blocks[block].name,
             parameter->name);
}

bool checkpoint_key_is_free(const char *key)
{
    for (int i = 0; i < FREE_KEYS; i++)
        if (strcmp(key, free_keys[i]) == 0)
            return true;
    return false;
}

static struct checkpoint_word *add_word(struct checkpoint_words *words, const char *owner,
                                        const char *name)
{
    struct checkpoint_word *word = &words->items[words->count++];

    snprintf(word->key, sizeof word->key, "%s%s%s", owner, owner[0] ? "." : "", name);
    return word;
}

static void add_section(struct checkpoint_words *words, const struct lab_config *config,
                        const char *section, const char *kind)
{
    int count;
    const struct config_key *keys = config_keys(&count);

    for (int i = 0; i < count; i++)
        if (strcmp(keys[i].section, kind) == 0) {
            char owner[CHECKPOINT_KEY_MAX / 2];

            snprintf(owner, sizeof owner, "config.%s", section);
            config_get(config, section, &keys[i], add_word(words, owner, keys[i].name)->value);
        }
}

enum status checkpoint_words_make(struct checkpoint_words *words, const struct lab *lab,
                                  struct error *error)
{
    const struct lab_config config = config_resolved(&lab->config, &lab->task);
    int keys;

    config_keys(&keys);
    words->items = calloc(
        (size_t)(OTHER_WORDS + LAB_NUMBERS + lab->arms * ARM_NUMBERS + (2 + lab->arms) * keys),
        sizeof *words->items);
    if (words->items == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for the words of a checkpoint");
    snprintf(add_word(words, "", "duet")->value, NUMBER_ROOM, "%s", DUET_VERSION);
    for (int i = 0; i < LAB_NUMBERS; i++)
        number_write(&lab_numbers[i], lab, add_word(words, "lab", lab_numbers[i].name)->value);
    for (int arm = 0; arm < lab->arms; arm++)
        for (int i = 0; i < ARM_NUMBERS; i++)
            number_write(&arm_numbers[i], &lab->arm[arm],
                         add_word(words, lab->arm[arm].name, arm_numbers[i].name)->value);
    add_section(words, &config, "task", "task");
    add_section(words, &config, "training", "training");
    for (int arm = 0; arm < lab->arms; arm++)
        add_section(words, &config, lab->arm[arm].name, "arm");
    snprintf(add_word(words, "data", "sha256")->value, NUMBER_ROOM, "%s", lab->data_digest);
    add_word(words, "", DIGEST_KEY);
    return STATUS_OK;
}

void checkpoint_words_free(struct checkpoint_words *words)
{
    free(words->items);
    *words = (struct checkpoint_words){ 0 };
}
