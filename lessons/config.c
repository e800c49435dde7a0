#include "lessons/config.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_TEXT_MAX = 32 };

static const char *const arm_names[ARMS_MAX] = { "left",   "right", "third",
                                                 "fourth", "fifth", "sixth" };
/* Choices, each in the order of its enum. */
static const char *const initials[] = { "default", "orthogonal", "identity",
                                        "chrono",  "gpt2",       NULL };
static const char *const optimizers[] = { "sgd", "momentum", "adam", "adamw", "rmsprop", NULL };
static const char *const answers[] = { "no", "yes", NULL };
static const char *const squashes[] = { "tanh", "relu", NULL };
static const char *const directions[] = { "forward", "both", NULL };
static const char *const states[] = { "zero", "learned", NULL };
static const char *const positions[] = {
    "none", "sinusoidal", "learned", "rope", "alibi", NULL
};
static const char *const masks[] = { "causal",  "full",      "window", "block",
                                     "strided", "two-level", NULL };
static const char *const norms[] = { "before", "after", "none", NULL };
static const char *const schedules[] = { "constant", "linear", "cosine", "step", NULL };
static const char *const matches[] = { "none", "parameters", "flops", "width", NULL };
static const char *const paces[] = { "steps", "flops", "seconds", NULL };
static const char *const scored[] = { "default", "every", "answer", NULL };
static const char *const shown[] = { "trained", "longer", NULL };
static const char *const arm_choices[] = { "left",  "right", "third", "fourth",
                                           "fifth", "sixth", NULL };

/* clang-format off */
#define MEMBER_OF(type, member) \
    .offset = offsetof(struct type, member), .size = sizeof ((struct type *)0)->member
#define TASK(member) MEMBER_OF(task_options, member)
#define TRAINING(member) MEMBER_OF(training_config, member)
#define ARM(member) MEMBER_OF(arm_config, member)

static const struct config_key keys[] = {
    { "task", "name", "task", KEY_WORD, TASK(name),
      .help = "what is learned; duet list tasks has their names" },
    { "task", "length", "length", KEY_INTEGER, TASK(length), .least = 0, .most = 4096,
      .help = "how long its sequences are, 0: the task's default" },
    { "task", "shortest", NULL, KEY_INTEGER, TASK(shortest), .least = 0, .most = 4096,
      .help = "the shortest, where sequences are drawn shorter too, 0: all that are possible" },
    { "task", "test_length", "test-length", KEY_INTEGER, TASK(test_length), .least = 0,
      .most = 4096, .help = "length of a second test, beyond those trained on, 0: none" },
    { "task", "symbols", NULL, KEY_INTEGER, TASK(symbols), .least = 0, .most = 4096,
      .help = "size of the vocabulary, 0: the task's default" },
    { "task", "items", NULL, KEY_INTEGER, TASK(items), .least = 0, .most = 1024,
      .help = "pairs to remember, numbers in a step of drive, 0: the task's default" },
    { "task", "fewest", NULL, KEY_INTEGER, TASK(fewest), .least = 0, .most = 1024,
      .help = "pairs of the easiest batches in training, 0: as many as items" },
    { "task", "distance", NULL, KEY_INTEGER, TASK(distance), .least = 0, .most = 4096,
      .help = "steps between what is asked and the answer, 0: the task's default" },
    { "task", "scored", NULL, KEY_CHOICE, TASK(scored), .choices = scored,
      .help = "outputs in the loss: the answer for every prefix, or the answer at the end alone" },
    { "task", "shown", NULL, KEY_CHOICE, TASK(shown), .choices = shown,
      .help = "what is looked at: sequences as long as those of training, or as test_length" },
    { "task", "file", NULL, KEY_WORD, TASK(file),
      .help = "your own data: a text, or lines of source TAB target" },
    { "training", "steps", "steps", KEY_INTEGER, TRAINING(steps), .least = 0,
      .most = CONFIG_STEPS_MOST, .help = "updates of each arm" },
    { "training", "batch", "batch", KEY_INTEGER, TRAINING(batch), .least = 1,
      .most = 4096, .help = "sequences in each update" },
    { "training", "seed", "seed", KEY_INTEGER, TRAINING(seed), .least = 0,
      .most = 9007199254740991.0, .help = "of the weights and of all data" },
    { "training", "threads", "threads", KEY_INTEGER, TRAINING(threads), .least = 0,
      .most = 256, .help = "0: as many as the machine runs at once; never changes a result" },
    { "training", "report_every", "report-every", KEY_INTEGER, TRAINING(report_every),
      .least = 1, .most = 1e6, .help = "steps between two lines of metrics.csv or --json" },
    { "training", "optimizer", "optimizer", KEY_CHOICE, TRAINING(optimizer),
      .choices = optimizers, .help = "how gradients become steps" },
    { "training", "learning_rate", "learning-rate", KEY_REAL, TRAINING(learning_rate),
      .least = 0, .most = 100, .help = "of all arms, 0: recurrent 0.003, transformer 0.001, linear 0.01" },
    { "training", "momentum", "momentum", KEY_REAL, TRAINING(momentum), .least = 0,
      .most = 0.9999, .help = "of the optimizer momentum" },
    { "training", "weight_decay", "weight-decay", KEY_REAL, TRAINING(weight_decay),
      .least = 0, .most = 10, .help = "on matrices only" },
    { "training", "clip", "clip", KEY_REAL, TRAINING(clip), .least = 0, .most = 1e6,
      .help = "largest global gradient norm, 0: no clipping" },
    { "training", "warmup", "warmup", KEY_INTEGER, TRAINING(warmup), .least = 0, .most = 1e9,
      .help = "steps in which the learning rate rises to its full value" },
    { "training", "schedule", "schedule", KEY_CHOICE, TRAINING(schedule), .choices = schedules,
      .help = "how the learning rate falls" },
    { "training", "decay_from", NULL, KEY_REAL, TRAINING(decay_from), .least = 0, .most = 1,
      .help = "linear, cosine: share of all steps after which it falls" },
    { "training", "decay_to", NULL, KEY_REAL, TRAINING(decay_to), .least = 0, .most = 1,
      .help = "linear, cosine: share of the rate that is left at the end" },
    { "training", "decay_every", NULL, KEY_INTEGER, TRAINING(decay_every), .least = 1,
      .most = 1e9, .help = "step: steps between two falls" },
    { "training", "decay_by", NULL, KEY_REAL, TRAINING(decay_by), .least = 0, .most = 1,
      .help = "step: the factor of each" },
    { "training", "samples", "samples", KEY_INTEGER, TRAINING(samples), .least = 0, .most = 1e7,
      .help = "size of the training set, shuffled every epoch, 0: fresh sequences for ever" },
    { "training", "validate_every", "validate-every", KEY_INTEGER, TRAINING(validate_every),
      .least = 0, .most = 1e9, .help = "steps between two looks at sequences held back, 0: none" },
    { "training", "patience", "patience", KEY_INTEGER, TRAINING(patience), .least = 0,
      .most = 1e6, .help = "looks without a better loss after which an arm stops, 0: never" },
    { "training", "match", "match", KEY_CHOICE, TRAINING(match), .choices = matches,
      .help = "what the arms shall have in common; widths are chosen so" },
    { "training", "match_reference", NULL, KEY_CHOICE, TRAINING(match_reference),
      .choices = arm_choices, .help = "the arm whose size the others take" },
    { "training", "pace", "pace", KEY_CHOICE, TRAINING(pace), .choices = paces,
      .help = "what the arms spend alike: steps, flops or seconds" },
    { "training", "checkpoint_every", "checkpoint-every", KEY_INTEGER,
      TRAINING(checkpoint_every), .least = 0, .most = 1e9,
      .help = "steps between two checkpoints, 0: none" },
    { "training", "checkpoint_seconds", NULL, KEY_REAL, TRAINING(checkpoint_seconds),
      .least = 0, .most = 1e6, .help = "seconds between two checkpoints, 0: none" },
    { "training", "history_megabytes", NULL, KEY_INTEGER, TRAINING(history_megabytes),
      .least = 0, .most = 4096,
      .help = "memory for the moments that the window can go back to, 0: step 0 alone" },
    { "arm", "model", NULL, KEY_WORD, ARM(model),
      .help = "what learns; duet list models has their names" },
    { "arm", "layers", NULL, KEY_INTEGER, ARM(layers), .least = 0, .most = 16,
      .help = "how many, 0: recurrent 1, transformer 2" },
    { "arm", "hidden", NULL, KEY_INTEGER, ARM(hidden), .least = 1, .most = 1024,
      .help = "recurrent: width of the hidden state" },
    { "arm", "width", NULL, KEY_INTEGER, ARM(width), .least = 1, .most = 1024,
      .help = "of the embedding; of everything in a transformer" },
    { "arm", "heads", NULL, KEY_INTEGER, ARM(heads), .least = 1, .most = 64,
      .help = "attention: must divide width (gru+attention: hidden, both: twice that)" },
    { "arm", "initial", NULL, KEY_CHOICE, ARM(initial), .choices = initials,
      .help = "first values: default; recurrent orthogonal, identity, chrono; transformer gpt2" },
    { "arm", "gain", NULL, KEY_REAL, ARM(gain), .least = 0, .most = 10,
      .help = "factor of orthogonal and identity first values" },
    { "arm", "forget_bias", NULL, KEY_REAL, ARM(forget_bias), .least = 0, .most = 20,
      .help = "lstm: first bias of the forget gate, 0: PyTorch's own, about 0" },
    { "arm", "squash", NULL, KEY_CHOICE, ARM(squash), .choices = squashes,
      .help = "elman: what is made of the sum" },
    { "arm", "direction", NULL, KEY_CHOICE, ARM(direction), .choices = directions,
      .help = "recurrent: both reads from the end too, and is twice as wide" },
    { "arm", "state", NULL, KEY_CHOICE, ARM(state), .choices = states,
      .help = "recurrent: hidden state before the first step" },
    { "arm", "truncate", NULL, KEY_INTEGER, ARM(truncate), .least = 0, .most = 4096,
      .help = "recurrent: gradients stop at multiples of that many steps, 0: nowhere" },
    { "arm", "drive", NULL, KEY_REAL, ARM(drive), .least = 0, .most = 100,
      .help = "elman: variance with which number k of the input drives unit k, 0: by weights" },
    { "arm", "positions", NULL, KEY_CHOICE, ARM(positions), .choices = positions,
      .help = "transformer: how it knows where a token stands" },
    { "arm", "mask", NULL, KEY_CHOICE, ARM(mask), .choices = masks,
      .help = "transformer: what a token may look at" },
    { "arm", "span", NULL, KEY_INTEGER, ARM(span), .least = 1, .most = 4096,
      .help = "transformer: tokens of a window or block, or the stride" },
    { "arm", "norm", NULL, KEY_CHOICE, ARM(norm), .choices = norms,
      .help = "transformer: layer norm before each branch, after each sum, or none" },
    { "arm", "feed_forward", NULL, KEY_CHOICE, ARM(feed_forward), .choices = answers,
      .help = "transformer: no leaves attention alone" },
    { "arm", "residual", NULL, KEY_CHOICE, ARM(residual), .choices = answers,
      .help = "transformer: the way around each branch" },
    { "arm", "learning_rate", NULL, KEY_REAL, ARM(learning_rate), .least = 0,
      .most = 100, .help = "of this arm, 0: training.learning_rate" },
};
/* clang-format on */
enum { KEYS = sizeof keys / sizeof keys[0] };

const struct config_key *config_keys(int *count)
{
    *count = KEYS;
    return keys;
}

const char *arm_name(int arm)
{
    assert(arm >= 0 && arm < ARMS_MAX);
    return arm_names[arm];
}

int arm_number(const char *name)
{
    for (int i = 0; i < ARMS_MAX; i++)
        if (strcmp(arm_names[i], name) == 0)
            return i;
    return -1;
}

static struct arm_config default_arm(const char *model)
{
    struct arm_config arm = { .hidden = 64,
                              .width = 32,
                              .heads = 2,
                              .gain = 1,
                              .positions = POSITIONS_LEARNED,
                              .span = 16,
                              .feed_forward = true,
                              .residual = true };

    strcpy(arm.model, model);
    return arm;
}

struct lab_config config_default(void)
{
    struct lab_config config = {
        .task = { .name = "adding" },
        .training = { .steps = 1000,
                      .batch = 64,
                      .seed = 1,
                      .report_every = 10,
                      .optimizer = OPTIMIZER_ADAM,
                      .momentum = 0.9,
                      .clip = 1,
                      .decay_from = 0.5,
                      .decay_to = 0.05,
                      .decay_every = 1000,
                      .decay_by = 0.5,
                      .history_megabytes = 64,
                      .match_reference = 1 },
    };

    for (int i = 0; i < ARMS_MAX; i++)
        config.arm[i] = default_arm(i == 0 ? "elman" : i == 1 ? "transformer" : "");
    return config;
}

static enum status unknown_section(const char *section, struct error *error)
{
    char list[128] = "task, training";

    for (int i = 0; i < ARMS_MAX; i++)
        error_list_word(list, sizeof list, arm_names[i]);
    return error_set(error, STATUS_USAGE, "unknown section \"%s\"; there are: %s", section,
                     list);
}

static enum status unknown_key(const char *section, const char *kind, const char *name,
                               struct error *error)
{
    char list[1024] = "";

    for (int i = 0; i < KEYS; i++)
        if (strcmp(keys[i].section, kind) == 0)
            error_list_word(list, sizeof list, keys[i].name);
    return error_set(error, STATUS_USAGE, "unknown key \"%s\" in section \"%s\"; there are: %s",
                     name, section, list);
}

static enum status out_of_range(const struct config_key *key, const char *name,
                                const char *value, struct error *error)
{
    return error_set(error, STATUS_USAGE, "%s: \"%s\" is not %s from %.16g to %.16g", name,
                     value, key->kind == KEY_INTEGER ? "a whole number" : "a number",
                     key->least, key->most);
}

static void store_integer(const struct config_key *key, char *member, double value)
{
    if (key->size == sizeof(int)) {
        const int number = (int)value;

        memcpy(member, &number, sizeof number);
    } else { /* long and uint64_t hold the same bits below 2^53 */
        const uint64_t number = (uint64_t)value;

        assert(key->size == sizeof number);
        memcpy(member, &number, sizeof number);
    }
}

static double load_integer(const struct config_key *key, const char *member)
{
    uint64_t number;
    int small;

    if (key->size == sizeof small) {
        memcpy(&small, member, sizeof small);
        return small;
    }
    memcpy(&number, member, sizeof number);
    return (double)number;
}

static enum status set_number(const struct config_key *key, char *member, const char *name,
                              const char *value, struct error *error)
{
    char *end;
    double number;

    number = strtod(value, &end);
    if (end == value || *end != '\0' || !isfinite(number) || number < key->least ||
        number > key->most || (key->kind == KEY_INTEGER && number != floor(number)))
        return out_of_range(key, name, value, error);
    if (key->kind == KEY_INTEGER)
        store_integer(key, member, number);
    else
        memcpy(member, &number, sizeof number);
    return STATUS_OK;
}

/* An enum or int holds the number of the choice, a bool whether it is the second. */
static void store_choice(const struct config_key *key, char *member, int choice)
{
    const bool yes = choice;

    if (key->size == sizeof yes)
        memcpy(member, &yes, sizeof yes);
    else
        memcpy(member, &choice, sizeof choice);
}

static int load_choice(const struct config_key *key, const char *member)
{
    bool yes;
    int choice;

    if (key->size == sizeof yes) {
        memcpy(&yes, member, sizeof yes);
        return yes;
    }
    memcpy(&choice, member, sizeof choice);
    return choice;
}

static enum status set_choice(const struct config_key *key, char *member, const char *name,
                              const char *value, struct error *error)
{
    char list[128] = "";

    for (int i = 0; key->choices[i] != NULL; i++) {
        if (strcmp(key->choices[i], value) == 0) {
            store_choice(key, member, i);
            return STATUS_OK;
        }
        error_list_word(list, sizeof list, key->choices[i]);
    }
    return error_set(error, STATUS_USAGE, "%s: unknown value \"%s\"; there are: %s", name,
                     value, list);
}

static enum status set_member(const struct config_key *key, char *section, const char *name,
                              const char *value, struct error *error)
{
    char *member = section + key->offset;

    switch (key->kind) {
    case KEY_WORD:
        if (strlen(value) >= key->size)
            return error_set(error, STATUS_USAGE,
                             "%s: \"%.40s...\" is longer than %zu characters", name, value,
                             key->size - 1);
        strcpy(member, value);
        return STATUS_OK;
    case KEY_CHOICE:
        return set_choice(key, member, name, value, error);
    case KEY_INTEGER:
    case KEY_REAL:
        break;
    }
    return set_number(key, member, name, value, error);
}

/* What the table calls the sections of all arms. */
static const char ANY_ARM[] = "arm";

/* The struct that a section's keys are offsets into, and the section's name in the table. */
static char *section_struct(struct lab_config *config, const char *section, const char **kind)
{
    const int arm = arm_number(section);

    *kind = section;
    if (strcmp(section, "task") == 0)
        return (char *)&config->task;
    if (strcmp(section, "training") == 0)
        return (char *)&config->training;
    *kind = ANY_ARM;
    return arm >= 0 ? (char *)&config->arm[arm] : NULL;
}

/* The section of a key's name, and behind it the key's own. False: there is no section. */
static bool split(const char *name, char section[CONFIG_WORD_MAX], const char **own)
{
    const char *dot = strchr(name, '.');

    if (dot == NULL || dot - name >= CONFIG_WORD_MAX)
        return false;
    memcpy(section, name, (size_t)(dot - name));
    section[dot - name] = '\0';
    *own = dot + 1;
    return true;
}

/* kind: the section's name in the table. */
static const struct config_key *find_key(const char *kind, const char *own)
{
    for (int i = 0; i < KEYS; i++)
        if (strcmp(keys[i].section, kind) == 0 && strcmp(keys[i].name, own) == 0)
            return &keys[i];
    return NULL;
}

const struct config_key *config_key_find(const char *name, char section[CONFIG_WORD_MAX])
{
    const char *own;

    if (!split(name, section, &own) || strcmp(section, ANY_ARM) == 0)
        return NULL;
    return find_key(arm_number(section) >= 0 ? ANY_ARM : section, own);
}

enum status config_set(struct lab_config *config, const char *name, const char *value,
                       struct error *error)
{
    const struct config_key *key;
    const char *kind, *own;
    char section[CONFIG_WORD_MAX], *base;

    if (!split(name, section, &own))
        return error_set(error, STATUS_USAGE,
                         "\"%s\" is not a key: a key is SECTION.NAME, like task.length", name);
    base = section_struct(config, section, &kind);
    if (base == NULL)
        return unknown_section(section, error);
    key = find_key(kind, own);
    return key != NULL ? set_member(key, base, name, value, error)
                       : unknown_key(section, kind, own, error);
}

/*
 * The shortest decimal number that reads back to the same bits: 0.9, not 0.90000000000000002.
 */
static void shortest_text(double number, char text[NUMBER_TEXT_MAX])
{
    int digits = 6;

    do
        snprintf(text, NUMBER_TEXT_MAX, "%.*g", digits, number);
    while (strtod(text, NULL) != number && digits++ < 17);
}

/* A member as config_set would take it: a word itself, or made in text. */
static const char *member_text(const struct config_key *key, const char *section,
                               char text[NUMBER_TEXT_MAX])
{
    const char *member = section + key->offset;
    double number;

    switch (key->kind) {
    case KEY_WORD:
        return member;
    case KEY_CHOICE:
        return key->choices[load_choice(key, member)];
    case KEY_INTEGER:
        snprintf(text, NUMBER_TEXT_MAX, "%.0f", load_integer(key, member));
        break;
    case KEY_REAL:
        memcpy(&number, member, sizeof number);
        shortest_text(number, text);
        break;
    }
    return text;
}

void config_get(const struct lab_config *config, const char *section,
                const struct config_key *key, char text[CONFIG_TEXT_MAX])
{
    struct lab_config copy = *config;
    char number[NUMBER_TEXT_MAX];
    const char *kind, *base = section_struct(&copy, section, &kind);

    assert(base != NULL && strcmp(kind, key->section) == 0);
    snprintf(text, CONFIG_TEXT_MAX, "%s", member_text(key, base, number));
}
