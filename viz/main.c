/*
 * main.c - the program `duet`: finds the command and hands it its words.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "viz/commands/command.h"
#include "viz/commands/version.h"

/*
 * How long libgomp's threads spin between two parallel regions is read when the library is
 * loaded, so it must be in the environment before the program begins. 1000 turns are fast when
 * the machine is ours and civil when it is not; with many more, two programs on the same cores
 * stand still together. tests/bench/two_programs.sh on two cores, milliseconds of a step alone
 * and in each of two programs at once (the best alone):
 *
 *     turns                        500         1000         3000        10000
 *     elman-1-32-20-16           .035 .090    .035 .114    .035 .212    .035 .554
 *     lstm-1-64-100-32                        2.06 4.07    2.03 5.13    2.03 4.91
 *     transformer-1-32-2-20-16   .267 .465    .252 .498    .230 .542    .229 .921
 *
 * The most of two or three runs, each the median of two programs. Alone more turns are worth a
 * tenth in the smallest transformer; with two programs they cost the smallest elman up to
 * sixteen times its step.
 */
static void begin_again_civilised(char **argv)
{
#ifdef _OPENMP
    if (getenv("GOMP_SPINCOUNT") != NULL || setenv("GOMP_SPINCOUNT", "1000", 0) != 0)
        return;
    execv("/proc/self/exe", argv);
    execvp(argv[0], argv); /* where there is no /proc; if that fails too, go on as we are */
#else
    (void)argv;
#endif
}

/* `duet --present`: an option of duet alone, with or without "=VALUE". */
static bool is_option_of_start(const char *word)
{
    for (int i = 0; i < start_command.option_count; i++) {
        const char *name = start_command.options[i].name;
        const size_t length = strlen(name);

        if (strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, length) == 0 &&
            (word[2 + length] == '\0' || word[2 + length] == '='))
            return true;
    }
    return false;
}

/* Neither a command nor nothing. */
static int run_other(const char *word)
{
    struct error error;

    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        help_print();
    else if (strcmp(word, "--version") == 0)
        version_print();
    else if (word[0] == '-') {
        error_set(&error, STATUS_USAGE,
                  "%.60s: unknown option; there are: --help, --version, --light, --present, "
                  "--scale, --calm, and those of commands (duet COMMAND --help)",
                  word);
        return command_failed("", &error);
    } else {
        command_unknown(word, &error);
        return command_failed("", &error);
    }
    return EXIT_GOOD;
}

/* What was printed must have arrived: a full disk is a failure. */
static int close_output(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, "duet: standard output: %s\n", strerror(errno));
    return code == EXIT_GOOD ? EXIT_BAD : code;
}

int main(int argc, char **argv)
{
    const struct command *command = argc > 1 ? command_find(argv[1]) : &start_command;
    int code;

    if (argc < 1)
        return EXIT_USAGE;
    begin_again_civilised(argv);
    if (argc < 2 || is_option_of_start(argv[1]))
        code = command_main(&start_command, argc, argv);
    else if (command != NULL)
        code = command_main(command, argc - 1, argv + 1);
    else
        code = run_other(argv[1]);
    return close_output(code);
}
