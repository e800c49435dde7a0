#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/utf8.h"
#include "viz/commands/command.h"
#include "viz/commands/settings.h"

static const struct command *const list[] = {
    &lesson_command, &train_command, &eval_command, &probe_command,
    &sample_command, &check_command, &open_command, &shot_command,
    &bench_command,  &list_command,  &help_command,
};
enum { COMMANDS = sizeof list / sizeof list[0] };

const struct command *const *commands(int *count)
{
    *count = COMMANDS;
    return list;
}

const struct command *command_find(const char *name)
{
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(list[i]->name, name) == 0)
            return list[i];
    return NULL;
}

enum status command_unknown(const char *name, struct error *error)
{
    char names[256] = "";

    for (int i = 0; i < COMMANDS; i++) {
        const size_t used = strlen(names);

        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", list[i]->name);
    }
    return error_set(error, STATUS_USAGE, "\"%.60s\" is not a command; there are: %s", name,
                     names);
}

void command_note(const char *name, const char *message)
{
    char line[ERROR_MESSAGE_MAX];
    size_t bad, length;

    snprintf(line, sizeof line, "%s", message);
    length = strlen(line);
    while ((bad = utf8_find_unprintable(line, length)) < length)
        line[bad] = '?'; /* what was found may hold anything */
    fflush(stdout);
    fprintf(stderr, "duet%s%s: %s\n", name[0] ? " " : "", name, line);
}

int command_failed(const char *name, const struct error *error)
{
    command_note(name, error->message);
    return error->status == STATUS_USAGE ? EXIT_USAGE : EXIT_BAD;
}

void command_tell_logbook(const char *name, struct logbook *book)
{
    struct error error;

    if (logbook_fault(book, &error))
        command_note(name, error.message);
}

enum { ALL_OPTIONS_MAX = SETTINGS_MAX + 16 };

static int all_options(const struct command *command,
                       struct option_kind options[ALL_OPTIONS_MAX])
{
    int count = 0;

    for (int i = 0; i < command->option_count; i++)
        options[count++] = command->options[i];
    if (command->configures)
        count += settings_options(options + count);
    options[count++] = (struct option_kind){ "help", NULL, "show this" };
    return count;
}

int command_main(const struct command *command, int argc, char **argv)
{
    struct option_kind options[ALL_OPTIONS_MAX];
    const int count = all_options(command, options);
    struct arguments arguments = { 0 };
    struct error error;
    int code = EXIT_GOOD;

    if (arguments_parse(&arguments, options, count, argc, argv, &error) != STATUS_OK)
        return command_failed(command->name, &error);
    if (arguments.help)
        help_print_command(command);
    else if (command->operands[0] == '\0' && arguments.operand_count > 0)
        code = command_failed(command->name,
                              &(struct error){ STATUS_USAGE, "takes no words but options" });
    else
        code = command->run(command, &arguments);
    arguments_free(&arguments);
    return code;
}
