#include "lessons/config.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/ini_file.h"

enum { NUMBER_TEXT_MAX = 32 };

static const char *const arm_names[ARMS_MAX] = { "left",   "right", "third",
                                                 "fourth", "fifth", "sixth" };
static const char *const initials[] = { "default", "orthogonal", NULL };
static const char *const optimizers[] = { "sgd", "momentum", "adam", "adamw", NULL };

/* clang-format off */
#define MEMBER(section, member) \
    .offset = offsetof(struct section##_config, member), \
    .size = sizeof ((struct section##_config *)0)->member

static const struct config_key keys[] = {
    { "task", "name", "task", KEY_WORD, MEMBER(task, name),
      .help = "what is learned: adding, copying, sort" },
    { "task", "length", "length", KEY_INTEGER, MEMBER(task, length), .least = 0, .most = 4096,
      .help = "how long its sequences are, 0: the task's default" },
    { "training", "steps", "steps", KEY_INTEGER, MEMBER(training, steps), .least = 0,
      .most = 1e9, .help = "updates of each arm" },
    { "training", "batch", "batch", KEY_INTEGER, MEMBER(training, batch), .least = 1,
      .most = 4096, .help = "sequences in each update" },
    { "training", "seed", "seed", KEY_INTEGER, MEMBER(training, seed), .least = 0,
      .most = 9007199254740991.0, .help = "of the weights and of all data" },
    { "training", "threads", "threads", KEY_INTEGER, MEMBER(training, threads), .least = 0,
      .most = 256, .help = "0: as many as the machine runs at once; never changes a result" },
    { "training", "report_every", "report-every", KEY_INTEGER, MEMBER(training, report_every),
      .least = 1, .most = 1e6, .help = "steps between two lines of metrics.csv or --json" },
    { "training", "optimizer", "optimizer", KEY_CHOICE, MEMBER(training, optimizer),
      .choices = optimizers, .help = "how gradients become steps" },
    { "training", "learning_rate", "learning-rate", KEY_REAL, MEMBER(training, learning_rate),
      .least = 0, .most = 100, .help = "of both arms, 0: recurrent 0.003, transformer 0.001" },
    { "training", "momentum", "momentum", KEY_REAL, MEMBER(training, momentum), .least = 0,
      .most = 0.9999, .help = "of the optimizer momentum" },
    { "training", "weight_decay", "weight-decay", KEY_REAL, MEMBER(training, weight_decay),
      .least = 0, .most = 10, .help = "on matrices only" },
    { "training", "clip", "clip", KEY_REAL, MEMBER(training, clip), .least = 0, .most = 1e6,
      .help = "largest global gradient norm, 0: no clipping" },
    { "arm", "model", NULL, KEY_WORD, MEMBER(arm, model),
      .help = "elman, lstm, gru, transformer" },
    { "arm", "layers", NULL, KEY_INTEGER, MEMBER(arm, layers), .least = 0, .most = 16,
      .help = "0: recurrent 1, transformer 2" },
    { "arm", "hidden", NULL, KEY_INTEGER, MEMBER(arm, hidden), .least = 1, .most = 1024,
      .help = "recurrent: width of the hidden state" },
    { "arm", "width", NULL, KEY_INTEGER, MEMBER(arm, width), .least = 1, .most = 1024,
      .help = "of the embedding; of everything in a transformer" },
    { "arm", "heads", NULL, KEY_INTEGER, MEMBER(arm, heads), .least = 1, .most = 64,
      .help = "transformer: attention heads, must divide width" },
    { "arm", "initial", NULL, KEY_CHOICE, MEMBER(arm, initial), .choices = initials,
      .help = "recurrent: first values of the recurrent matrix" },
    { "arm", "gain", NULL, KEY_REAL, MEMBER(arm, gain), .least = 0, .most = 10,
      .help = "recurrent: factor of the orthogonal first values" },
    { "arm", "learning_rate", NULL, KEY_REAL, MEMBER(arm, learning_rate), .least = 0,
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
    struct arm_config arm = { .hidden = 64, .width = 32, .heads = 2, .gain = 1 };

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
                      .clip = 1 },
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
    char list[512] = "";

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

static enum status set_choice(const struct config_key *key, char *member, const char *name,
                              const char *value, struct error *error)
{
    char list[128] = "";

    for (int i = 0; key->choices[i] != NULL; i++) {
        if (strcmp(key->choices[i], value) == 0) {
            memcpy(member, &i, sizeof i);
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

/* The struct that a section's keys are offsets into, and the section's name in the table. */
static char *section_struct(struct lab_config *config, const char *section, const char **kind)
{
    const int arm = arm_number(section);

    *kind = section;
    if (strcmp(section, "task") == 0)
        return (char *)&config->task;
    if (strcmp(section, "training") == 0)
        return (char *)&config->training;
    *kind = "arm";
    return arm >= 0 ? (char *)&config->arm[arm] : NULL;
}

enum status config_set(struct lab_config *config, const char *name, const char *value,
                       struct error *error)
{
    const char *dot = strchr(name, '.');
    const char *kind;
    char section[CONFIG_WORD_MAX], *base;

    if (dot == NULL || dot - name >= (ptrdiff_t)sizeof section)
        return error_set(error, STATUS_USAGE,
                         "\"%s\" is not a key: a key is SECTION.NAME, like task.length", name);
    memcpy(section, name, (size_t)(dot - name));
    section[dot - name] = '\0';
    base = section_struct(config, section, &kind);
    if (base == NULL)
        return unknown_section(section, error);
    for (int i = 0; i < KEYS; i++)
        if (strcmp(keys[i].section, kind) == 0 && strcmp(keys[i].name, dot + 1) == 0)
            return set_member(&keys[i], base, name, value, error);
    return unknown_key(section, kind, dot + 1, error);
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

static enum status write_member(const struct config_key *key, const char *section, FILE *file,
                                struct error *error)
{
    const char *member = section + key->offset, *value = member;
    char text[NUMBER_TEXT_MAX];
    double number;
    int choice;

    switch (key->kind) {
    case KEY_WORD:
        break;
    case KEY_CHOICE:
        memcpy(&choice, member, sizeof choice);
        value = key->choices[choice];
        break;
    case KEY_INTEGER:
        snprintf(text, sizeof text, "%.0f", load_integer(key, member));
        value = text;
        break;
    case KEY_REAL:
        memcpy(&number, member, sizeof number);
        shortest_text(number, text);
        value = text;
        break;
    }
    return ini_file_write_entry(file, key->name, value, error);
}

static enum status write_section(const struct lab_config *config, const char *name, FILE *file,
                                 struct error *error)
{
    struct lab_config copy = *config;
    const char *kind;
    const char *base = section_struct(&copy, name, &kind);
    enum status status = STATUS_OK;

    ini_file_write_section(file, name);
    for (int i = 0; i < KEYS && status == STATUS_OK; i++)
        if (strcmp(keys[i].section, kind) == 0)
            status = write_member(&keys[i], base, file, error);
    return status;
}

enum status config_write(const struct lab_config *config, FILE *file, struct error *error)
{
    enum status status = write_section(config, "task", file, error);

    if (status == STATUS_OK)
        status = write_section(config, "training", file, error);
    for (int i = 0; i < ARMS_MAX && status == STATUS_OK; i++)
        if (config->arm[i].model[0] != '\0')
            status = write_section(config, arm_names[i], file, error);
    return status;
}

static enum status read_entry(void *context, const char *section, const char *key,
                              const char *value, struct error *error)
{
    char name[2 * INI_FILE_LINE_MAX];

    snprintf(name, sizeof name, "%s.%s", section, key);
    return config_set(context, name, value, error);
}

enum status config_read(struct lab_config *config, const char *path, struct error *error)
{
    struct lab_config read = config_default();
    enum status status;

    for (int i = 0; i < ARMS_MAX; i++)
        read.arm[i].model[0] = '\0';
    status = ini_file_read(path, read_entry, &read, error);
    if (status == STATUS_OK)
        *config = read;
    return status;
}
