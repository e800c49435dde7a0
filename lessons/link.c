#include "lessons/link.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/utf8.h"
#include "lessons/change.h"
#include "lessons/link_arms.h"
#include "lessons/words.h"

static const char prefix[] = "duet:";
static const char reverse_suffix[] = ".reverse";

static const char *const panels[] = { "gradient",   "states",  "attention", "gates", "cell",
                                      "prediction", "weights", "race",      NULL };
static const char *const views[] = { "input", "state", NULL };
/* What layers call what they keep: common/layers/trace.h. */
static const char *const entries[] = { "hidden", "cell",   "residual", "query",
                                       "key",    "value",  "input",    "logits",
                                       "gate.i", "gate.f", "gate.g",   "gate.o",
                                       "gate.r", "gate.z", "gate.n",   NULL };

/* How a verb's value is read. */
enum form {
    FORM_NOTHING,
    FORM_NUMBER,
    FORM_CHOICE,
    FORM_LOSS,
    FORM_ARM,
    FORM_ENTRY,
    FORM_NAME
};

static const struct verb {
    const char *name;
    enum link_verb verb;
    enum form form;
    long least, most;           /* FORM_NUMBER; kept from 0 on */
    const char *const *choices; /* FORM_CHOICE */
} verbs[] = {
    { "run", LINK_RUN, FORM_NOTHING, 0, 0, NULL },
    { "pause", LINK_PAUSE, FORM_NOTHING, 0, 0, NULL },
    { "restart", LINK_RESTART, FORM_NOTHING, 0, 0, NULL },
    { "step", LINK_STEP, FORM_NUMBER, 0, CONFIG_STEPS_MOST, NULL },
    { "sample", LINK_SAMPLE, FORM_NUMBER, 0, INT_MAX, NULL },
    { "loss", LINK_LOSS, FORM_LOSS, 0, 0, NULL },
    { "view", LINK_VIEW, FORM_CHOICE, 0, 0, views },
    { "panel", LINK_PANEL, FORM_CHOICE, 0, 0, panels },
    { "arm", LINK_ARM, FORM_ARM, 0, 0, NULL },
    { "layer", LINK_LAYER, FORM_NUMBER, 1, 99, NULL },
    { "head", LINK_HEAD, FORM_NUMBER, 1, 999, NULL },
    { "chunk", LINK_CHUNK, FORM_NUMBER, 1, 99, NULL },
    { "lesson", LINK_LESSON, FORM_NUMBER, 1, 99, NULL },
    { "entry", LINK_ENTRY, FORM_ENTRY, 0, 0, NULL },
    { "experiment", LINK_EXPERIMENT, FORM_NAME, 0, 0, NULL },
};
enum { VERBS = sizeof verbs / sizeof verbs[0] };

bool link_is_ours(const char *address)
{
    return strncmp(address, prefix, sizeof prefix - 1) == 0;
}

static enum status unknown(const char *what, const char *found, const char *const *allowed,
                           struct error *error)
{
    char list[256] = "";

    for (int i = 0; allowed[i] != NULL; i++)
        error_list_word(list, sizeof list, allowed[i]);
    return error_set(error, STATUS_USAGE, "unknown %s \"%s\"; there are: %s", what, found,
                     list);
}

static enum status unknown_verb(const char *found, struct error *error)
{
    char list[256] = "";

    for (int i = 0; i < VERBS; i++)
        error_list_word(list, sizeof list, verbs[i].name);
    return error_set(error, STATUS_USAGE,
                     "\"%s\" is nothing a link can do; it can: %s, or set SECTION.KEY=VALUE",
                     found, list);
}

static int find(const char *const *choices, const char *word)
{
    for (int i = 0; choices[i] != NULL; i++)
        if (strcmp(choices[i], word) == 0)
            return i;
    return -1;
}

static enum status take_number(struct link_part *part, const char *name, long least, long most,
                               struct error *error)
{
    char *end;
    const long number = strtol(part->value, &end, 10);

    if (end == part->value || *end != '\0' || part->value[0] == ' ' || number < least ||
        number > most)
        return error_set(error, STATUS_USAGE,
                         "%s: \"%s\" is not a whole number from %ld to %ld", name, part->value,
                         least, most);
    part->number = number;
    return STATUS_OK;
}

static enum status take_loss(struct link_part *part, struct error *error)
{
    if (strcmp(part->value, "last") == 0)
        part->number = LINK_LOSS_LAST;
    else if (strcmp(part->value, "all") == 0)
        part->number = LINK_LOSS_ALL;
    else if (take_number(part, "loss", 0, INT_MAX, NULL) != STATUS_OK)
        return error_set(error, STATUS_USAGE,
                         "loss: \"%s\" is neither a step, from 0 on, nor last nor all",
                         part->value);
    return STATUS_OK;
}

static enum status take_arm(struct link_part *part, struct error *error)
{
    const char *names[ARMS_MAX + 1] = { NULL };

    part->number = arm_number(part->value);
    if (part->number >= 0)
        return STATUS_OK;
    for (int i = 0; i < ARMS_MAX; i++)
        names[i] = arm_name(i);
    return unknown("arm", part->value, names, error);
}

static enum status take_entry(const struct link_part *part, struct error *error)
{
    const size_t length = strlen(part->value), suffix = sizeof reverse_suffix - 1;
    char word[LINK_NAME_MAX];

    strcpy(word, part->value);
    if (length > suffix && strcmp(word + length - suffix, reverse_suffix) == 0)
        word[length - suffix] = '\0';
    return find(entries, word) >= 0 ? STATUS_OK : unknown("entry", part->value, entries, error);
}

bool link_is_name(const char *word)
{
    size_t length = 0;

    while (isalnum((unsigned char)word[length]) || word[length] == '-' || word[length] == '_')
        length++;
    return length > 0 && word[length] == '\0';
}

static enum status take_name(const struct link_part *part, struct error *error)
{
    return link_is_name(part->value)
               ? STATUS_OK
               : error_set(error, STATUS_USAGE,
                           "%s: \"%s\" is no name; it has letters, digits, - and _", part->name,
                           part->value);
}

/* What the verb makes of part->value. */
static enum status take_value(struct link_part *part, const struct verb *verb,
                              struct error *error)
{
    enum status status = STATUS_OK;

    part->verb = verb->verb;
    switch (verb->form) {
    case FORM_NOTHING:
        break;
    case FORM_NUMBER:
        status = take_number(part, verb->name, verb->least, verb->most, error);
        part->number -= verb->verb == LINK_LESSON ? 0 : verb->least;
        break;
    case FORM_CHOICE:
        part->number = find(verb->choices, part->value);
        if (part->number < 0)
            status = unknown(verb->name, part->value, verb->choices, error);
        break;
    case FORM_LOSS:
        status = take_loss(part, error);
        break;
    case FORM_ARM:
        status = take_arm(part, error);
        break;
    case FORM_ENTRY:
        status = take_entry(part, error);
        break;
    case FORM_NAME:
        status = take_name(part, error);
        break;
    }
    return status;
}

/* One part, with or without a value. A name with a dot is a setting's. */
static enum status take_part(struct link_part *part, bool valued, struct error *error)
{
    if (strchr(part->name, '.') != NULL) {
        struct lab_config any = config_default();

        part->verb = LINK_SET;
        if (!valued)
            return error_set(error, STATUS_USAGE, "%s has no value: it is %s=VALUE", part->name,
                             part->name);
        return config_set(&any, part->name, part->value, error);
    }
    for (int i = 0; i < VERBS; i++) {
        if (strcmp(verbs[i].name, part->name) != 0)
            continue;
        if (valued != (verbs[i].form != FORM_NOTHING))
            return error_set(error, STATUS_USAGE,
                             valued ? "%s takes no value, found \"%s\""
                                    : "%s has no value: it is %s=VALUE",
                             part->name, valued ? part->value : part->name);
        return take_value(part, &verbs[i], error);
    }
    return unknown_verb(part->name, error);
}

/* Copy up to the end, or to the character. */
static bool copy_word(char word[LINK_NAME_MAX], const char *from, size_t length)
{
    if (length >= LINK_NAME_MAX)
        return false;
    memcpy(word, from, length);
    word[length] = '\0';
    return true;
}

enum status link_parse(struct link *link, const char *address, struct error *error)
{
    struct link parsed = { .count = 0 };
    const char *at = link_is_ours(address) ? address + sizeof prefix - 1 : address;

    do {
        struct link_part *part = &parsed.part[parsed.count];
        const size_t length = strcspn(at, "&"), name = strcspn(at, "=&");
        const bool valued = name < length;
        enum status status;

        if (parsed.count == LINK_PARTS_MAX)
            return error_set(error, STATUS_USAGE, "a link of more than %d parts",
                             LINK_PARTS_MAX);
        if (length == 0)
            return error_set(error, STATUS_USAGE, "a link with an empty part");
        if (!copy_word(part->name, at, name) ||
            (valued && !copy_word(part->value, at + name + 1, length - name - 1)))
            return error_set(error, STATUS_USAGE,
                             "\"%.40s...\" is longer than the %d bytes of a name or a value",
                             at, LINK_NAME_MAX - 1);
        status = take_part(part, valued, error);
        if (status != STATUS_OK)
            return status;
        if (part->verb == LINK_EXPERIMENT && link_experiment(&parsed) != NULL)
            return error_set(error, STATUS_USAGE, "a link with two experiments");
        parsed.count++;
        at += length;
    } while (*at++ == '&');
    *link = parsed;
    return STATUS_OK;
}

/* The sequences that are shown have that output. */
static enum status check_loss(const struct link *link, const struct task *shown,
                              struct error *error)
{
    for (int i = 0; i < link->count; i++)
        if (link->part[i].verb == LINK_LOSS && link->part[i].number >= shown->shape.steps)
            return error_set(error, STATUS_USAGE,
                             "loss: there is no step %ld; there are: 0 to %d",
                             link->part[i].number, shown->shape.steps - 1);
    return STATUS_OK;
}

static bool asks_for_loss(const struct link *link)
{
    for (int i = 0; i < link->count; i++)
        if (link->part[i].verb == LINK_LOSS)
            return true;
    return false;
}

/* A lab of that configuration, with the link's settings, can be. */
static enum status check_lab(const struct link *link, const struct lab_config *config,
                             struct error *error)
{
    struct lab_config changed = *config;
    struct task task, longer;
    enum status status = link_apply(link, &changed, error);

    if (status != STATUS_OK)
        return status;
    status = config_open(&changed, &task, &longer, error);
    if (status == STATUS_FILE && changed.task.file[0] == '\0')
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    status = check_loss(link, changed.task.shown == SHOWN_LONGER ? &longer : &task, error);
    task_close(&longer);
    task_close(&task);
    return status;
}

/* Its arms, with the link's settings, can show what it says. */
static enum status check_arms(const struct link *link, const struct lab_config *config,
                              struct error *error)
{
    struct lab_config changed = *config;
    const enum status status = link_apply(link, &changed, error);

    return status == STATUS_OK ? link_check_arms(link, &changed, error) : status;
}

enum status link_check(struct link *link, const char *address, const struct lab_config *config,
                       struct error *error)
{
    struct link parsed;
    enum status status = link_parse(&parsed, address, error);

    if (status == STATUS_OK && config != NULL && (link_sets(&parsed) || asks_for_loss(&parsed)))
        status = check_lab(&parsed, config, error);
    if (status == STATUS_OK && config != NULL)
        status = check_arms(&parsed, config, error);
    if (status == STATUS_OK)
        *link = parsed;
    return status;
}

const char *link_experiment(const struct link *link)
{
    for (int i = 0; i < link->count; i++)
        if (link->part[i].verb == LINK_EXPERIMENT)
            return link->part[i].value;
    return NULL;
}

bool link_sets(const struct link *link)
{
    for (int i = 0; i < link->count; i++)
        if (link->part[i].verb == LINK_SET)
            return true;
    return false;
}

/* The arm whose model the part sets, or -1. */
static int arm_of_model(const struct link_part *part)
{
    static const char key[] = ".model";
    const char *dot = strchr(part->name, '.');
    char section[LINK_NAME_MAX];

    if (dot == NULL || strcmp(dot, key) != 0)
        return -1;
    copy_word(section, part->name, (size_t)(dot - part->name));
    return arm_number(section);
}

enum status link_apply(const struct link *link, struct lab_config *config, struct error *error)
{
    struct lab_config changed = *config;

    for (int i = 0; i < link->count; i++) {
        const struct link_part *part = &link->part[i];
        const int arm = part->verb == LINK_SET ? arm_of_model(part) : -1;

        if (part->verb != LINK_SET)
            continue;
        if (arm >= 0 && strcmp(changed.arm[arm].model, part->value) != 0)
            changed.arm[arm].initial = WEIGHTS_DEFAULT;
        if (config_set(&changed, part->name, part->value, error) != STATUS_OK)
            return STATUS_USAGE;
    }
    *config = changed;
    return STATUS_OK;
}

bool link_part_holds(const struct link_part *part, const struct lab_config *config)
{
    struct lab_config changed = *config;
    char section[CONFIG_WORD_MAX];
    const struct config_key *key = config_key_find(part->name, section);

    assert(part->verb == LINK_SET);
    return key != NULL && config_set(&changed, part->name, part->value, NULL) == STATUS_OK &&
           !change_differs(key, arm_number(section), config, &changed);
}

/* A sentence that grows, in that language. */
struct sentence {
    enum language language;
    char *text; /* (LINK_WORDS_MAX), borrowed */
};

static void add_words(const struct sentence *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void add_words(const struct sentence *words, const char *format, ...)
{
    const char *comma = words_in(words->language, ", ");
    size_t used = strlen(words->text);
    va_list arguments;

    if (used > 0 && used + strlen(comma) < LINK_WORDS_MAX) {
        strcpy(words->text + used, comma);
        used += strlen(comma);
    }
    va_start(arguments, format);
    vsnprintf(words->text + used, LINK_WORDS_MAX - used, words_in(words->language, format),
              arguments);
    va_end(arguments);
}

static void add_loss(const struct sentence *words, long step)
{
    if (step == LINK_LOSS_LAST)
        add_words(words, "takes gradients from the last output");
    else if (step == LINK_LOSS_ALL)
        add_words(words, "takes gradients from all outputs");
    else
        add_words(words, "takes gradients from step %ld", step);
}

/* What is done to the training. */
static void add_train(const struct sentence *words, const struct link_part *part)
{
    if (part->verb == LINK_SET)
        add_words(words, "sets %s to %s", part->name, part->value);
    else if (part->verb == LINK_RUN)
        add_words(words, "trains");
    else if (part->verb == LINK_PAUSE)
        add_words(words, "pauses");
    else if (part->verb == LINK_RESTART)
        add_words(words, "begins anew");
    else
        add_words(words, "trains to step %ld", part->number);
}

void link_words(const struct link *link, enum language language, char text[LINK_WORDS_MAX])
{
    const struct sentence sentence = { language, text }, *words = &sentence;

    text[0] = '\0';
    for (int i = 0; i < link->count; i++) {
        const struct link_part *part = &link->part[i];

        switch (part->verb) {
        case LINK_SET:
        case LINK_RUN:
        case LINK_PAUSE:
        case LINK_RESTART:
        case LINK_STEP:
            add_train(words, part);
            break;
        case LINK_SAMPLE:
            add_words(words, "shows sequence %ld", part->number);
            break;
        case LINK_LOSS:
            add_loss(words, part->number);
            break;
        case LINK_VIEW:
            add_words(words, part->number ? "shows gradients on the states"
                                          : "shows gradients on the input");
            break;
        case LINK_PANEL:
            add_words(words, "shows the %s", words_in(language, part->value));
            break;
        case LINK_ARM:
            add_words(words, "in the %s arm", words_in(language, part->value));
            break;
        case LINK_LAYER:
            add_words(words, "shows layer %ld", part->number + 1);
            break;
        case LINK_HEAD:
            add_words(words, "shows head %ld", part->number + 1);
            break;
        case LINK_CHUNK:
            add_words(words, "turns to page %ld", part->number + 1);
            break;
        case LINK_LESSON:
            add_words(words, "opens lesson %ld", part->number);
            break;
        case LINK_ENTRY:
            add_words(words, "shows %s among the states", part->value);
            break;
        case LINK_EXPERIMENT:
            if (strcmp(part->value, "lesson") == 0)
                add_words(words, "begins the lesson's own settings");
            else
                add_words(words, "begins experiment %s", part->value);
            break;
        }
    }
    text[utf8_shown(text, LINK_WORDS_MAX)] = '\0'; /* not within a character */
}
