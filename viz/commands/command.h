/*
 * command.h - one word after `duet`, and everything there is to know about it.
 *
 * A command is one file with one struct: what it is called, which options it takes, what its
 * help says, and the function that does it. The list of all of them stands in commands.c.
 */
#ifndef VIZ_COMMANDS_COMMAND_H
#define VIZ_COMMANDS_COMMAND_H

#include <stdbool.h>

#include "common/error.h"
#include "lessons/logbook.h"
#include "viz/commands/arguments.h"

/* What a process tells the one that started it. */
enum exit_code { EXIT_GOOD = 0, EXIT_BAD = 1 /* a run failed */, EXIT_USAGE = 2 };

struct command {
    const char *name;
    const char *operands; /* "N", "tasks | models | lessons"; "": none */
    const char *about;    /* one line */
    const char *details;  /* more of the help, lines ending in \n; NULL: none */
    void (*more)(void);   /* prints what the help ends with, made from a table; NULL: nothing */
    const struct option_kind *options; /* its own */
    int option_count;
    bool configures; /* takes the options that make a configuration, too */
    int (*run)(const struct command *command, const struct arguments *arguments);
};

extern const struct command start_command; /* `duet` alone */
extern const struct command lesson_command;
extern const struct command open_command;
extern const struct command train_command;
extern const struct command eval_command;
extern const struct command probe_command;
extern const struct command sample_command;
extern const struct command check_command;
extern const struct command shot_command;
extern const struct command bench_command;
extern const struct command list_command;
extern const struct command help_command;

/* All but `duet` alone, in the order in which help lists them. */
const struct command *const *commands(int *count);

/* The command of that name, or NULL. */
const struct command *command_find(const char *name);

/* STATUS_USAGE: what was found, and which commands there are. */
enum status command_unknown(const char *name, struct error *error);

/* Parse argv, where argv[0] is the command's name, and run it. Returns the exit code. */
int command_main(const struct command *command, int argc, char **argv);

/*
 * Say on standard error, in one line, what went wrong: "duet train: --batch: ...". name may be
 * "" (then "duet: ..."). Returns the exit code of error->status.
 */
int command_failed(const char *name, const struct error *error);

/* The same for what is to be known and no failure. */
void command_note(const char *name, const char *message);

/* command_note of what went wrong with the logbook, if it has not been told. */
void command_tell_logbook(const char *name, struct logbook *book);

/* What `duet help` and `duet help COMMAND` print. */
void help_print(void);
void help_print_command(const struct command *command);

/* A word and what it means, in the columns of the help. */
void help_print_line(const char *left, const char *about);

#endif
