#include "viz/commands/settings.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tasks/task.h"
#include "lessons/experiment.h"
#include "lessons/models.h"

static const struct option_kind starts[] = {
    { "lesson", "N", "start from that lesson" },
    { "experiment", "NAME", "of that lesson: start from its experiment NAME.ini" },
    { "config", "FILE", "start from the run.ini of another run: repeats it bit for bit" },
    { "left", "MODEL", "model of the left arm; none leaves it out" },
    { "right", "MODEL", "model of the right arm; none leaves it out" },
    { "pairs", "FILE.tsv", "learn your own pairs: lines of source TAB target" },
    { "text", "FILE", "learn the text in that file, or in the files of that folder" },
    { "set", "KEY=VALUE", "any key of run.ini, like left.hidden=32; may be repeated" },
};
enum { STARTS = sizeof starts / sizeof starts[0] };

static const char *placeholder(const struct config_key *key)
{
    switch (key->kind) {
    case KEY_INTEGER:
        return "N";
    case KEY_REAL:
        return "X";
    case KEY_WORD:
    case KEY_CHOICE:
        break;
    }
    return "NAME";
}

int settings_options(struct option_kind options[SETTINGS_MAX])
{
    int keys, count = 0;
    const struct config_key *key = config_keys(&keys);

    for (int i = 0; i < STARTS; i++)
        options[count++] = starts[i];
    for (int i = 0; i < keys; i++)
        if (key[i].option != NULL) {
            assert(count < SETTINGS_MAX);
            options[count++] =
                (struct option_kind){ key[i].option, placeholder(&key[i]), key[i].help };
        }
    return count;
}

static enum status read_lesson(struct lesson *lesson, const char *what, long number,
                               struct error *error)
{
    struct lesson_list list = { 0 };
    enum status status = lessons_open(&list, error);
    const struct lesson *found;
    char numbers[256] = "";

    if (status != STATUS_OK)
        return status;
    found = lesson_find(&list, (int)number);
    if (found != NULL && found->broken) {
        status = error_set(error, found->fault.status, "%s", found->fault.message);
    } else if (found != NULL) {
        *lesson = *found;
    } else {
        for (int i = 0; i < list.count; i++) {
            const size_t used = strlen(numbers);

            snprintf(numbers + used, sizeof numbers - used, "%s%d", i ? ", " : "",
                     list.lessons[i].number);
        }
        status = error_set(error, STATUS_USAGE, "%s: there is no lesson %ld; there are: %s",
                           what, number, numbers[0] ? numbers : "none");
    }
    lesson_list_free(&list);
    return status;
}

enum status settings_lesson(struct lesson *lesson, long number, struct error *error)
{
    return read_lesson(lesson, "lesson", number, error);
}

enum status settings_lesson_text(struct lesson *lesson, const char *what, const char *text,
                                 struct error *error)
{
    long number;
    enum status status = integer_parse(what, text, 1, 99, &number, error);

    return status == STATUS_OK ? read_lesson(lesson, what, number, error) : status;
}

enum status settings_experiment(struct lesson *lesson, const char *name, struct error *error)
{
    return experiment_read(lesson, lesson, name, error) == STATUS_OK
               ? STATUS_OK
               : arguments_blame("experiment", error);
}

/* The option stands for the key: of "training.batch: ..." only the reason is left. */
static enum status blame_for_key(const char *option, const char *key, struct error *error)
{
    const struct error found = *error;
    const size_t length = strlen(key);
    const bool named = strncmp(found.message, key, length) == 0 && found.message[length] == ':';

    error_set(error, found.status, "%s", found.message + (named ? length + 2 : 0));
    return arguments_blame(option, error);
}

static enum status set_arm(struct lab_config *config, const struct given *given,
                           struct error *error)
{
    const struct model_kind *kind;
    struct arm_config *arm;
    char key[64];

    if (strcmp(given->value, "none") != 0 &&
        model_kind_find(&kind, given->value, error) != STATUS_OK)
        return arguments_blame(given->name, error);
    /* what belonged to another model, in a run.ini say, is no wish about this one */
    arm = &config->arm[arm_number(given->name)];
    if (strcmp(arm->model, given->value) != 0) {
        arm->layers = 0;
        arm->initial = WEIGHTS_DEFAULT;
        arm->learning_rate = 0;
    }
    snprintf(key, sizeof key, "%s.model", given->name);
    return config_set(config, key, strcmp(given->value, "none") == 0 ? "" : given->value,
                      error);
}

static enum status set_key(struct lab_config *config, const struct given *given,
                           struct error *error)
{
    const char *equals = strchr(given->value, '=');
    char key[2 * CONFIG_WORD_MAX];
    size_t length;

    if (equals == NULL)
        return error_set(error, STATUS_USAGE,
                         "--set: \"%.60s\" is not KEY=VALUE, like "
                         "left.hidden=32",
                         given->value);
    length = (size_t)(equals - given->value);
    if (length >= sizeof key)
        return error_set(error, STATUS_USAGE, "--set: unknown key \"%.60s...\"", given->value);
    memcpy(key, given->value, length);
    key[length] = '\0';
    if (config_set(config, key, equals + 1, error) != STATUS_OK)
        return arguments_blame("set", error);
    return STATUS_OK;
}

/* --pairs and --text name a file, and by that the task. */
static bool is_data(const struct given *given)
{
    return strcmp(given->name, "pairs") == 0 || strcmp(given->name, "text") == 0;
}

/*
 * Data that is named stands before all other options, wherever they are: what is chosen about a
 * task means nothing to another one, what is chosen beside it does.
 */
static enum status set_data(struct lab_config *config, const struct arguments *arguments,
                            int without, struct error *error)
{
    const struct given *data = NULL;
    const struct task_kind *kind;

    for (int i = 0; i < arguments->count; i++) {
        const struct given *given = &arguments->given[i];

        if (i == without)
            continue;
        if (strcmp(given->name, "task") == 0 && strcmp(given->value, config->task.name) != 0 &&
            task_kind_find(&kind, given->value, NULL) == STATUS_OK && kind->file_is == NULL)
            config->task.file[0] = '\0';
        if (!is_data(given))
            continue;
        if (data != NULL && strcmp(data->name, given->name) != 0)
            return error_set(error, STATUS_USAGE, "--%s: cannot stand beside --%s", given->name,
                             data->name);
        data = given;
    }
    if (data == NULL)
        return STATUS_OK;
    if (strcmp(config->task.name, data->name) != 0)
        config->task = (struct task_options){ 0 };
    snprintf(config->task.name, sizeof config->task.name, "%s", data->name);
    if (data->value[0] == '\0')
        return error_set(error, STATUS_USAGE, "--%s: is empty", data->name);
    if (config_set(config, "task.file", data->value, error) != STATUS_OK)
        return blame_for_key(data->name, "task.file", error);
    return STATUS_OK;
}

static enum status set_option(struct lab_config *config, const struct given *given,
                              struct error *error)
{
    int keys;
    const struct config_key *key = config_keys(&keys);
    char name[2 * CONFIG_WORD_MAX];
    const struct task_kind *kind;

    if (arm_number(given->name) >= 0)
        return set_arm(config, given, error);
    if (strcmp(given->name, "set") == 0)
        return set_key(config, given, error);
    if (is_data(given))
        return STATUS_OK; /* set_data did it */
    for (int i = 0; i < keys; i++) {
        if (key[i].option == NULL || strcmp(key[i].option, given->name) != 0)
            continue;
        if (strcmp(given->name, "task") == 0 && task_kind_find(&kind, given->value, error))
            return arguments_blame("task", error);
        snprintf(name, sizeof name, "%s.%s", key[i].section, key[i].name);
        if (config_set(config, name, given->value, error) != STATUS_OK)
            return blame_for_key(given->name, name, error);
        if (strcmp(name, "training.learning_rate") == 0) /* of all arms, whatever a file said */
            for (int arm = 0; arm < ARMS_MAX; arm++)
                config->arm[arm].learning_rate = 0;
    }
    return STATUS_OK;
}

/* Where the other options start from. */
static enum status read_start(struct lab_config *config, struct lesson *lesson,
                              const struct lab_config *start, const struct arguments *arguments,
                              struct error *error)
{
    const char *number = arguments_value(arguments, "lesson");
    const char *experiment = arguments_value(arguments, "experiment");
    const char *file = arguments_value(arguments, "config");
    enum status status = STATUS_OK;
    struct lesson *read;

    if (number != NULL && file != NULL)
        return error_set(error, STATUS_USAGE,
                         "--config: cannot stand beside --lesson: both say "
                         "where to start from");
    if (experiment != NULL && number == NULL && start == NULL)
        return error_set(error, STATUS_USAGE,
                         "--experiment: needs --lesson, to say which lesson's");
    *config = start ? *start : config_default();
    if (file != NULL)
        return config_read(config, file, error) ? arguments_blame("config", error) : STATUS_OK;
    if (number == NULL)
        return STATUS_OK;
    read = malloc(sizeof *read);
    if (read == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a lesson");
    status = settings_lesson_text(read, "--lesson", number, error);
    if (status == STATUS_OK && experiment != NULL)
        status = settings_experiment(read, experiment, error);
    if (status == STATUS_OK)
        *config = read->config;
    if (status == STATUS_OK && lesson != NULL)
        *lesson = *read;
    free(read);
    return status;
}

/* All options in their order, but for number `without` (-1: all). */
static enum status apply(struct lab_config *config, const struct arguments *arguments,
                         int without, struct error *error)
{
    enum status status = set_data(config, arguments, without, error);

    for (int i = 0; i < arguments->count && status == STATUS_OK; i++)
        if (i != without)
            status = set_option(config, &arguments->given[i], error);
    return status;
}

/*
 * The whole does not fit together. The last option without which it would is the one to name:
 * each value by itself was allowed.
 */
static enum status blame(const struct lab_config *start, const struct arguments *arguments,
                         struct error *error)
{
    for (int i = arguments->count - 1; i >= 0; i--) {
        struct lab_config config = *start;
        struct error other;

        if (apply(&config, arguments, i, &other) == STATUS_OK &&
            config_check(&config, &other) == STATUS_OK)
            return arguments_blame(arguments->given[i].name, error);
    }
    return error->status;
}

enum status settings_read(struct lab_config *config, struct lesson *lesson,
                          const struct lab_config *start, const struct arguments *arguments,
                          struct error *error)
{
    struct lab_config base, made;
    enum status status = read_start(&base, lesson, start, arguments, error);

    if (status != STATUS_OK)
        return status;
    made = base;
    status = apply(&made, arguments, -1, error);
    if (status != STATUS_OK)
        return status;
    if (config_check(&made, error) != STATUS_OK)
        return blame(&base, arguments, error);
    *config = made;
    return STATUS_OK;
}
