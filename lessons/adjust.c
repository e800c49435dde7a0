#include "lessons/adjust.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/tasks/task.h"
#include "lessons/lab.h"
#include "lessons/models.h"

/* "left" of "left.heads". Returns the arm, or -1 for another section. */
static int section_of(const char *name, char section[CONFIG_WORD_MAX])
{
    const size_t length = strcspn(name, ".");

    snprintf(section, CONFIG_WORD_MAX, "%.*s", (int)length, name);
    return arm_number(section);
}

static bool is_key(const char *name, const char *key)
{
    const char *dot = strchr(name, '.');

    return dot != NULL && strcmp(dot + 1, key) == 0;
}

static bool is_one_of(const char *name, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        if (is_key(name, *keys))
            return true;
    return false;
}

const struct config_key *adjust_key(const char *name)
{
    char section[CONFIG_WORD_MAX];

    return config_key_find(name, section);
}

static const struct task_kind *task_of(const struct lab_config *config)
{
    const struct task_kind *kind = NULL;

    return task_kind_find(&kind, config->task.name, NULL) == STATUS_OK ? kind : NULL;
}

/* What the task says about a choice; NULL: it has none. */
static const struct task_choice *choice_of(const struct lab_config *config, const char *name)
{
    const struct task_kind *kind = task_of(config);

    for (int i = 0; kind != NULL && i < TASK_CHOICES_MAX; i++)
        if (kind->choices[i].option != OPTION_NONE &&
            is_key(name, task_option_name(kind->choices[i].option)))
            return &kind->choices[i];
    return NULL;
}

static bool applies_to_task(const struct lab_config *config, const char *name)
{
    return is_key(name, "name") || is_key(name, "length") || choice_of(config, name) != NULL;
}

static bool applies_to_training(const struct lab_config *config, const char *name)
{
    if (is_key(name, "momentum"))
        return config->training.optimizer == OPTIMIZER_MOMENTUM;
    if (is_key(name, "match_reference"))
        return config->training.match != MATCH_NONE;
    return true;
}

static bool has_cell(const struct arm_config *arm, const char *cell)
{
    const size_t length = strcspn(arm->model, "+");

    return strlen(cell) == length && strncmp(arm->model, cell, length) == 0;
}

static bool applies_to_arm(const struct arm_config *arm, const char *name)
{
    static const char *const of_transformers[] = { "positions", "mask",         "norm",
                                                   "residual",  "feed_forward", NULL };
    static const char *const of_recurrent[] = { "hidden", "direction", "state", "truncate",
                                                NULL };
    const struct model_kind *kind = arm_kind(arm);
    const bool has_core = model_kind_has_core(kind);

    if (is_key(name, "model") || is_key(name, "learning_rate"))
        return true;
    if (!has_core)
        return false;
    if (is_one_of(name, of_transformers))
        return !kind->recurrent;
    if (is_one_of(name, of_recurrent))
        return kind->recurrent;
    if (is_key(name, "span"))
        return !kind->recurrent && arm->mask != MASK_CAUSAL && arm->mask != MASK_FULL;
    if (is_key(name, "heads"))
        return kind->uses_heads;
    if (is_key(name, "gain"))
        return arm->initial == WEIGHTS_ORTHOGONAL || arm->initial == WEIGHTS_IDENTITY;
    if (is_key(name, "forget_bias"))
        return has_cell(arm, "lstm") && arm->initial != WEIGHTS_CHRONO;
    if (is_key(name, "squash") || is_key(name, "drive"))
        return has_cell(arm, "elman");
    return true; /* layers, width, initial */
}

bool adjust_applies(const struct lab_config *config, const char *name)
{
    char section[CONFIG_WORD_MAX];
    const int arm = section_of(name, section);

    if (adjust_key(name) == NULL)
        return false;
    if (arm >= 0)
        return config->arm[arm].model[0] != '\0' && applies_to_arm(&config->arm[arm], name);
    return strcmp(section, "task") == 0 ? applies_to_task(config, name)
                                        : applies_to_training(config, name);
}

bool adjust_is_matched(const struct lab_config *config, const char *name)
{
    char section[CONFIG_WORD_MAX];
    const int arm = section_of(name, section);

    return arm >= 0 && repair_is_matched(config, arm) &&
           (is_key(name, "width") || is_key(name, "hidden")); /* a recurrent arm has both */
}

void adjust_range(const struct lab_config *config, const char *name, double *least,
                  double *most)
{
    const struct config_key *key = adjust_key(name);
    const struct task_choice *choice = choice_of(config, name);
    const struct task_kind *task = task_of(config);

    assert(key != NULL);
    *least = key->least;
    *most = key->most;
    if (strcmp(name, "task.length") == 0 && task != NULL) {
        *least = task->shortest;
        *most = task->longest;
    } else if (strncmp(name, "task.", strlen("task.")) == 0 && choice != NULL &&
               choice->most > 0) {
        *least = choice->least;
        *most = choice->most;
    } else if (is_key(name, "layers")) {
        *least = 1;
    }
}

/* Nothing that they can be stands in the way of a lab: no need to open its task. */
static bool is_harmless(const char *name)
{
    static const char *const keys[] = { "learning_rate", "clip",         "gain", "seed",
                                        "momentum",      "weight_decay", NULL };

    return is_one_of(name, keys);
}

/* May that be given up for the key's sake? Not the key itself, and choices for a length alone. */
static bool may_give_up(enum repair_resort resort, const char *name)
{
    static const char *const matches[] = { "match", "match_reference", NULL };

    if (resort == RESORT_CHOICES)
        return strcmp(name, "task.length") == 0;
    return resort != RESORT_MATCH || !is_one_of(name, matches);
}

/* As it is, or with as little as possible given up. */
static enum status make_possible(struct lab_config *config, const char *name,
                                 struct repairs *repairs, struct error *error)
{
    enum status status = lab_check(config, error);
    struct lab_config made = *config;
    struct repairs said = *repairs;

    for (int i = 0; i < REPAIR_RESORTS && status == STATUS_USAGE; i++) {
        struct error again;

        const enum repair_resort resort = (enum repair_resort)i;

        if (!may_give_up(resort, name) || !repair_relax(&made, resort, &said))
            continue;
        if (lab_check(&made, &again) == STATUS_OK) {
            *config = made;
            *repairs = said;
            return STATUS_OK;
        }
    }
    return status;
}

/* Set, and move what depends on it. */
static enum status attempt(struct lab_config *made, const struct lab_config *from,
                           const char *name, const char *value, bool quick,
                           struct repairs *repairs, struct error *error)
{
    enum status status;

    *made = *from;
    *repairs = (struct repairs){ "" };
    status = config_set(made, name, value, error);
    if (status != STATUS_OK)
        return status;
    repair_after(made, from, repairs);
    if (quick || is_harmless(name))
        return STATUS_OK;
    return make_possible(made, name, repairs, error);
}

static double number_of(const struct lab_config *config, const char *name)
{
    char section[CONFIG_WORD_MAX], text[CONFIG_TEXT_MAX];

    section_of(name, section);
    config_get(config, section, adjust_key(name), text);
    return strtod(text, NULL);
}

/* Between a number that can be and one that cannot. Returns false if there is no other. */
static bool approach(struct lab_config *made, const struct lab_config *from, const char *name,
                     double possible, double wanted, struct repairs *repairs)
{
    bool any = false;

    while (fabs(wanted - possible) > 1) {
        const double middle = floor((possible + wanted) / 2);
        struct lab_config tried;
        struct repairs said;
        struct error error;
        char text[CONFIG_WORD_MAX];

        snprintf(text, sizeof text, "%.0f", middle);
        if (attempt(&tried, from, name, text, false, &said, &error) == STATUS_OK) {
            possible = middle;
            *made = tried;
            *repairs = said;
            any = true;
        } else {
            wanted = middle;
        }
    }
    return any;
}

enum status adjust_set(struct lab_config *config, const char *name, const char *value,
                       bool quick, struct repairs *repairs, struct error *error)
{
    const struct config_key *key = adjust_key(name);
    struct lab_config made;
    struct error found = { STATUS_OK, "" };
    enum status status = attempt(&made, config, name, value, quick, repairs, &found);

    if (status == STATUS_USAGE && key != NULL && key->kind == KEY_INTEGER) {
        struct repairs said = { "" };

        if (config_set(&made, name, value, NULL) == STATUS_OK &&
            approach(&made, config, name, number_of(config, name), number_of(&made, name),
                     &said)) {
            *repairs = said;
            repair_say(repairs, "%s %.0f: %s", name, number_of(&made, name), found.message);
            status = STATUS_OK;
        }
    }
    if (status != STATUS_OK)
        return error_set(error, status, "%s", found.message);
    *config = made;
    return STATUS_OK;
}

static int task_words(const struct lab_config *config, const char *words[ADJUST_WORDS_MAX])
{
    int kinds, count = 0;
    const struct task_kind *const *kind = task_kinds(&kinds);

    for (int i = 0; i < kinds && count < ADJUST_WORDS_MAX; i++)
        if (kind[i]->file_is == NULL || strcmp(kind[i]->name, config->task.name) == 0)
            words[count++] = kind[i]->name;
    return count;
}

static int model_words(const char *words[ADJUST_WORDS_MAX])
{
    int kinds;
    const struct model_kind *const *kind = model_kinds(&kinds);

    assert(kinds <= ADJUST_WORDS_MAX);
    for (int i = 0; i < kinds; i++)
        words[i] = kind[i]->name;
    return kinds;
}

int adjust_words(const struct lab_config *config, const char *name,
                 const char *words[ADJUST_WORDS_MAX])
{
    const struct config_key *key = adjust_key(name);
    int count = 0;

    assert(key != NULL);
    if (strcmp(name, "task.name") == 0)
        return task_words(config, words);
    if (is_key(name, "model"))
        return model_words(words);
    for (int i = 0; key->kind == KEY_CHOICE && key->choices[i] != NULL; i++)
        if (!is_key(name, "match_reference") || config->arm[i].model[0] != '\0') {
            assert(count < ADJUST_WORDS_MAX);
            words[count++] = key->choices[i];
        }
    return count;
}

/* Around the ends: the next word that is not refused. */
static enum status turn_word(struct lab_config *config, const char *name, int by,
                             struct repairs *repairs, struct error *error)
{
    const char *words[ADJUST_WORDS_MAX];
    const int count = adjust_words(config, name, words);
    char section[CONFIG_WORD_MAX], now[CONFIG_TEXT_MAX];
    int at = 0;

    section_of(name, section);
    config_get(config, section, adjust_key(name), now);
    while (at < count && strcmp(words[at], now) != 0)
        at++;
    for (int i = 1; i < count; i++) {
        const char *word = words[(at + by * i % count + count) % count];
        struct error refused;

        if (adjust_set(config, name, word, false, repairs, &refused) == STATUS_OK)
            return STATUS_OK;
    }
    return error_set(error, STATUS_USAGE, "%s: nothing but %s is possible here", name, now);
}

/* The next number that needs nothing else moved. */
static enum status turn_number(struct lab_config *config, const char *name, int by,
                               struct repairs *repairs, struct error *error)
{
    char section[CONFIG_WORD_MAX], text[CONFIG_WORD_MAX];
    const int arm = section_of(name, section);
    const bool heads = is_key(name, "heads") && arm >= 0 && !repair_is_matched(config, arm);
    double number = number_of(config, name), least, most;

    adjust_range(config, name, &least, &most);
    if (is_key(name, "layers"))
        number = arm_layers(&config->arm[arm]);
    do
        number += by;
    while (heads && number >= least && number <= most &&
           !repair_heads_fit(&config->arm[arm], (int)number));
    if (number < least || number > most)
        return error_set(error, STATUS_USAGE, "%s: there are no %s", name,
                         by > 0 ? "more" : "fewer");
    snprintf(text, sizeof text, "%.0f", number);
    return adjust_set(config, name, text, false, repairs, error);
}

enum status adjust_turn(struct lab_config *config, const char *name, int by,
                        struct repairs *repairs, struct error *error)
{
    const struct config_key *key = adjust_key(name);

    assert(key != NULL && (by == 1 || by == -1));
    return key->kind == KEY_INTEGER ? turn_number(config, name, by, repairs, error)
                                    : turn_word(config, name, by, repairs, error);
}
