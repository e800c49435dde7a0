#include "viz/commands/command.h"
void help_print_command(const struct command *command)
{
    (void)command;
}
