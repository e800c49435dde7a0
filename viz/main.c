/*
 * main.c - the program `duet`: finds the command and hands it its words.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "viz/commands/command.h"

/*
 * How long libgomp's threads spin between two parallel regions is read when the library is loaded, so
 * it must be in the environment before the program begins. 1000 turns are fast when the machine is
 * ours and civil when it is not; the default can make two programs stand still together.
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
    const struct command *command = argc > 1 ? command_find(argv[1]) : NULL;

    begin_again_civilised(argv);
    return close_output(command ? command_main(command, argc - 1, argv + 1) : 2);
}
