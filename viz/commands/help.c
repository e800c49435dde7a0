/*
 * help.c - `duet help`: made from the same tables as the parser, so neither can drift.
 */
#include <stdio.h>
#include <string.h>

#include "viz/commands/command.h"
#include "viz/commands/settings.h"

enum { COLUMN = 26 /* where explanations begin */ };

void help_print_line(const char *left, const char *about)
{
    if (strlen(left) < COLUMN - 3)
        printf("  %-*s%s\n", COLUMN - 2, left, about);
    else
        printf("  %s\n%*s%s\n", left, COLUMN, "", about);
}

static void print_options(const struct option_kind *options, int count)
{
    for (int i = 0; i < count; i++) {
        char left[64];

        snprintf(left, sizeof left, "--%s%s%s", options[i].name, options[i].value ? " " : "",
                 options[i].value ? options[i].value : "");
        help_print_line(left, options[i].help);
    }
}

void help_print(void)
{
    int count;
    const struct command *const *list = commands(&count);

    printf("Duet: an RNN and a Transformer learn side by side, and you watch.\n\n"
           "usage: duet [COMMAND [OPTIONS]]\n\n");
    help_print_line("duet", start_command.about);
    for (int i = 0; i < count; i++) {
        char left[64];

        snprintf(left, sizeof left, "duet %s %s", list[i]->name, list[i]->operands);
        help_print_line(left, list[i]->about);
    }
    help_print_line("duet --version", "what this program was built with");
    printf("\noptions of `duet` alone:\n");
    print_options(start_command.options, start_command.option_count);
    printf("\n`duet help COMMAND` or `duet COMMAND --help` tells more.\n");
}

/* The keys that have no option of their own: of the arms, or of all that is not about one. */
static void print_keys(bool of_arms)
{
    int count;
    const struct config_key *key = config_keys(&count);

    for (int i = 0; i < count; i++) {
        const bool is_arm = strcmp(key[i].section, "arm") == 0;
        char left[64];

        if (is_arm != of_arms || key[i].option != NULL)
            continue;
        snprintf(left, sizeof left, "%s.%s", is_arm ? "left" : key[i].section, key[i].name);
        help_print_line(left, key[i].help);
    }
}

static void print_all_keys(void)
{
    printf("\nkeys of --set that have no option of their own:\n");
    print_keys(false);
    printf("\nkeys of --set for each arm, left, right, third .. sixth:\n");
    print_keys(true);
    printf("all of run.ini can be set: task.length, training.batch, ...\n");
}

void help_print_command(const struct command *command)
{
    struct option_kind options[SETTINGS_MAX];
    const bool alone = command == &start_command;

    printf("usage: duet%s%s%s%s%s\n%s\n", alone ? "" : " ", alone ? "" : command->name,
           command->operands[0] ? " " : "", command->operands,
           command->option_count > 0 || command->configures ? " [OPTIONS]" : "",
           command->about);
    if (command->option_count > 0) {
        printf("\n");
        print_options(command->options, command->option_count);
    }
    if (command->configures) {
        printf("\nwhat is trained:\n");
        print_options(options, settings_options(options));
        print_all_keys();
    }
    if (command->details != NULL)
        printf("\n%s", command->details);
    if (command->more != NULL)
        command->more();
}

static int help(const struct command *command, const struct arguments *arguments)
{
    const char *name = arguments->operand_count > 0 ? arguments->operands[0] : NULL;
    const struct command *found = name ? command_find(name) : NULL;
    struct error error;

    if (arguments->operand_count > 1) {
        error_set(&error, STATUS_USAGE, "takes one command, found \"%.60s\" too",
                  arguments->operands[1]);
        return command_failed(command->name, &error);
    }
    if (name != NULL && found == NULL) {
        command_unknown(name, &error);
        return command_failed(command->name, &error);
    }
    if (found != NULL)
        help_print_command(found);
    else
        help_print();
    return EXIT_GOOD;
}

const struct command help_command = {
    .name = "help",
    .operands = "[COMMAND]",
    .about = "what there is, or all about one command",
    .run = help,
};
