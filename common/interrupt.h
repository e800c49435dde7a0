/*
 * interrupt.h - how one who waits calls off a long computation.
 *
 * What computes asks between two pieces of its work, from any of its threads, and gives up with
 * STATUS_INTERRUPTED if it is to; nothing has been done then.
 */
#ifndef COMMON_INTERRUPT_H
#define COMMON_INTERRUPT_H

#include <stdbool.h>
#include <stddef.h>

/* `asked` is called from several threads at once. */
struct interrupt {
    bool (*asked)(void *context);
    void *context; /* not owned */
};

/* NULL: nobody ever interrupts. */
static inline bool interrupt_asked(const struct interrupt *interrupt)
{
    return interrupt != NULL && interrupt->asked(interrupt->context);
}

#endif
