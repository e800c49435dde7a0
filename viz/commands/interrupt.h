/*
 * interrupt.h - Ctrl-C and kill, heard between two steps.
 */
#ifndef VIZ_COMMANDS_INTERRUPT_H
#define VIZ_COMMANDS_INTERRUPT_H

/*
 * From now on SIGINT and SIGTERM are only noted; a second one ends the program as usual. One
 * that was ignored when the program began (nohup, a shell's &) stays ignored. A reader that
 * goes away (SIGPIPE) is no signal but a write that fails: what was trained can still be
 * saved.
 */
void interrupt_catch(void);

/* The signal that came, or 0. */
int interrupt_caught(void);

/* "SIGINT" or "SIGTERM", and the exit code that a shell expects of it: 128 + its number. */
const char *interrupt_name(int signal_number);
int interrupt_exit_code(int signal_number);

#endif
