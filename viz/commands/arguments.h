/*
 * arguments.h - the words behind a command, checked against the options that it takes.
 *
 * Options are long ones, written whole: --batch 32 or --batch=32. Where getopt_long would take
 * --ba for --batch, that is refused: a script must not change its meaning when an option is
 * added.
 */
#ifndef VIZ_COMMANDS_ARGUMENTS_H
#define VIZ_COMMANDS_ARGUMENTS_H

#include <stdbool.h>

#include "common/error.h"

struct option_kind {
    const char *name;  /* without the dashes */
    const char *value; /* what follows, for the help: "DIR", "N"; NULL: nothing does */
    const char *help;
};

/* An option that was given. */
struct given {
    const char *name;  /* that of its option_kind */
    const char *value; /* NULL for an option without one */
};

struct arguments {
    struct given *given; /* (count), in the order of the command line; owned */
    int count;
    char *const *operands; /* (operand_count) the words that are no options, in argv */
    int operand_count;
    bool help; /* --help was among them: the rest is not looked at */
};

/*
 * Parse argv[1 ..], whose order getopt_long may change. STATUS_USAGE: an unknown or
 * abbreviated option, a missing or a superfluous value; the message begins with the option.
 * STATUS_NO_MEMORY. Free with arguments_free.
 */
enum status arguments_parse(struct arguments *arguments, const struct option_kind *options,
                            int option_count, int argc, char **argv, struct error *error);
void arguments_free(struct arguments *arguments); /* safe on zeroed arguments */

/* The value of the last option of that name, "" for one without value; NULL: not given. */
const char *arguments_value(const struct arguments *arguments, const char *name);

/*
 * The number behind an option: *number is untouched when it was not given. STATUS_USAGE when
 * it is not a whole number from least to most.
 */
enum status arguments_integer(const struct arguments *arguments, const char *name, long least,
                              long most, long *number, struct error *error);

/* The same for a number with a fraction. */
enum status arguments_real(const struct arguments *arguments, const char *name, double least,
                           double most, double *number, struct error *error);

/* arguments_integer for a word that is named `what` in the message. */
enum status integer_parse(const char *what, const char *text, long least, long most,
                          long *number, struct error *error);

/* Put "--OPTION: " before the message, where none is yet; returns the status. */
enum status arguments_blame(const char *option, struct error *error);

/* The value of an option that must be given: STATUS_USAGE when it was not. */
enum status arguments_demand(const struct arguments *arguments, const char *name,
                             const char **value, struct error *error);

#endif
