#include "viz/commands/interrupt.h"

#include <signal.h>
#include <stddef.h>

/* A signal handler has no context to be handed: this is the only variable of its kind. */
static volatile sig_atomic_t caught;

static void note(int signal_number)
{
    caught = signal_number;
}

static void catch_one(int signal_number)
{
    struct sigaction before, action = { .sa_handler = note, .sa_flags = (int)SA_RESETHAND };

    action.sa_flags |= SA_RESTART;
    sigemptyset(&action.sa_mask);
    if (sigaction(signal_number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(signal_number, &action, NULL);
}

void interrupt_catch(void)
{
    catch_one(SIGINT);
    catch_one(SIGTERM);
    sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
}

int interrupt_caught(void)
{
    return caught;
}

const char *interrupt_name(int signal_number)
{
    return signal_number == SIGINT ? "SIGINT" : "SIGTERM";
}

int interrupt_exit_code(int signal_number)
{
    return 128 + signal_number;
}
