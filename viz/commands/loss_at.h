/*
 * loss_at.h - the options --sample and --loss-at: which sequence, and from which of its outputs
 * gradients are taken.
 */
#ifndef VIZ_COMMANDS_LOSS_AT_H
#define VIZ_COMMANDS_LOSS_AT_H

#include "lessons/lab.h"
#include "viz/commands/arguments.h"

/* Samples are numbered by 32 bits. */
#define SAMPLE_MOST 4294967295L

struct loss_at {
    bool all;
    int step; /* or PROBE_LAST */
};

/*
 * --loss-at T | last | all for the lab's pinned sample; untouched when it was not given.
 * STATUS_USAGE when no output of step T is in the loss, with the steps that are.
 */
enum status loss_at_read(struct loss_at *loss_at, const struct arguments *arguments,
                         const struct lab *lab, struct error *error);

#endif
