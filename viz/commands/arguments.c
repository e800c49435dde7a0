#include "viz/commands/arguments.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { OPTIONS_MAX = 64, LIST_MAX = 768 };

/* "--a, --b, --c" */
static void list_options(char list[LIST_MAX], const struct option_kind *options, int count)
{
    list[0] = '\0';
    for (int i = 0; i < count; i++) {
        strncat(list, i ? ", --" : "--", LIST_MAX - strlen(list) - 1);
        strncat(list, options[i].name, LIST_MAX - strlen(list) - 1);
    }
}

static enum status unknown_option(const char *word, size_t length,
                                  const struct option_kind *options, int count,
                                  struct error *error)
{
    const int shown = length > 60 ? 60 : (int)length;
    const char *meant = NULL;
    char list[LIST_MAX];

    for (int i = 0; i < count && length > 2; i++)
        if (strncmp(word + 2, options[i].name, length - 2) == 0)
            meant = meant ? "" : options[i].name;
    if (meant != NULL && meant[0] != '\0')
        return error_set(error, STATUS_USAGE,
                         "%.*s: options are not abbreviated; write --%s if that is meant",
                         shown, word, meant);
    list_options(list, options, count);
    return error_set(error, STATUS_USAGE, "%.*s: unknown option; there are: %s", shown, word,
                     list);
}

static const struct option_kind *find(const struct option_kind *options, int count,
                                      const char *name, size_t length)
{
    for (int i = 0; i < count; i++)
        if (strlen(options[i].name) == length && memcmp(options[i].name, name, length) == 0)
            return &options[i];
    return NULL;
}

/* Everything that getopt_long is too forgiving about, before it looks. */
static enum status check_words(const struct option_kind *options, int count, int argc,
                               char **argv, struct error *error)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *word = argv[i];
        const size_t length = strcspn(word, "=");
        const struct option_kind *kind;

        if (word[0] != '-' || word[1] == '\0')
            continue;
        kind = word[1] == '-' ? find(options, count, word + 2, length - 2) : NULL;
        if (kind == NULL)
            return unknown_option(word, length, options, count, error);
        if (kind->value == NULL && word[length] == '=')
            return error_set(error, STATUS_USAGE, "--%s: takes no value, found \"%.60s\"",
                             kind->name, word + length + 1);
        if (kind->value == NULL || word[length] == '=')
            continue;
        i++;
        if (i == argc)
            return error_set(error, STATUS_USAGE, "--%s: %s is missing", kind->name,
                             kind->value);
        if (strncmp(argv[i], "--", 2) == 0)
            return error_set(
                error, STATUS_USAGE,
                "--%s: %s is missing, found \"%.60s\"; write --%s=%.60s if that is "
                "the value",
                kind->name, kind->value, argv[i], kind->name, argv[i]);
    }
    return STATUS_OK;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

enum status arguments_parse(struct arguments *arguments, const struct option_kind *options,
                            int option_count, int argc, char **argv, struct error *error)
{
    struct option table[OPTIONS_MAX + 1] = { { 0 } };
    struct arguments parsed = { .help = wants_help(argc, argv) };
    enum status status;
    int index;

    assert(option_count <= OPTIONS_MAX);
    if (parsed.help) {
        *arguments = parsed;
        return STATUS_OK;
    }
    status = check_words(options, option_count, argc, argv, error);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < option_count; i++)
        table[i] =
            (struct option){ .name = options[i].name,
                             .has_arg = options[i].value ? required_argument : no_argument };
    parsed.given = calloc((size_t)argc, sizeof *parsed.given);
    if (parsed.given == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for %d arguments", argc);
    opterr = 0;
    while (getopt_long(argc, argv, "", table, &index) == 0)
        parsed.given[parsed.count++] = (struct given){ options[index].name, optarg };
    parsed.operands = argv + optind;
    parsed.operand_count = argc - optind;
    *arguments = parsed;
    return STATUS_OK;
}

void arguments_free(struct arguments *arguments)
{
    free(arguments->given);
    *arguments = (struct arguments){ 0 };
}

const char *arguments_value(const struct arguments *arguments, const char *name)
{
    for (int i = arguments->count - 1; i >= 0; i--)
        if (strcmp(arguments->given[i].name, name) == 0)
            return arguments->given[i].value ? arguments->given[i].value : "";
    return NULL;
}

enum status integer_parse(const char *what, const char *text, long least, long most,
                          long *number, struct error *error)
{
    char *end;
    long value;

    errno = 0;
    value = strtol(text, &end, 10);
    if (end == text || *end != '\0' || errno == ERANGE || value < least || value > most)
        return error_set(error, STATUS_USAGE,
                         "%s: \"%.60s\" is not a whole number from %ld to %ld", what, text,
                         least, most);
    *number = value;
    return STATUS_OK;
}

enum status arguments_integer(const struct arguments *arguments, const char *name, long least,
                              long most, long *number, struct error *error)
{
    const char *text = arguments_value(arguments, name);
    char what[64] = "--";

    strncat(what, name, sizeof what - 3);
    return text ? integer_parse(what, text, least, most, number, error) : STATUS_OK;
}

enum status arguments_real(const struct arguments *arguments, const char *name, double least,
                           double most, double *number, struct error *error)
{
    const char *text = arguments_value(arguments, name);
    char *end;
    double value;

    if (text == NULL)
        return STATUS_OK;
    value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= least && value <= most))
        return error_set(error, STATUS_USAGE, "--%s: \"%.60s\" is not a number from %g to %g",
                         name, text, least, most);
    *number = value;
    return STATUS_OK;
}

enum status arguments_blame(const char *option, struct error *error)
{
    const struct error found = *error;

    if (strncmp(found.message, "--", 2) == 0)
        return found.status;
    return error_set(error, found.status, "--%s: %s", option, found.message);
}

enum status arguments_demand(const struct arguments *arguments, const char *name,
                             const char **value, struct error *error)
{
    *value = arguments_value(arguments, name);
    if (*value == NULL)
        return error_set(error, STATUS_USAGE, "--%s: is missing, and must be given", name);
    if ((*value)[0] == '\0')
        return error_set(error, STATUS_USAGE, "--%s: is empty", name);
    return STATUS_OK;
}
