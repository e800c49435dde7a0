/*
 * repair.h - a configuration in which one key was changed by hand, made possible again: whatever
 * the change no longer allows is moved as little as possible, and each move is put into words.
 */
#ifndef LESSONS_REPAIR_H
#define LESSONS_REPAIR_H

#include <stdbool.h>

#include "lessons/config.h"

enum { REPAIR_SAID_MAX = 256 };

/* What was moved: "left.heads 3, not 4; training.match none". "" for nothing. */
struct repairs {
    char said[REPAIR_SAID_MAX];
};

/* Note a move of "section.key". Moves that no longer fit are left out. */
void repair_say(struct repairs *repairs, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * config is `before` but for the one key that was set. A task or a model that was exchanged
 * leaves what was chosen about the old one behind, which is not said; heads, positions, first
 * values and the ends of lengths follow what they depend on. What needs an open task is not
 * looked at: see repair_relax.
 */
void repair_after(struct lab_config *config, const struct lab_config *before,
                  struct repairs *repairs);

/* The last resorts, for a configuration that is still refused: what is given up first is first. */
enum repair_resort {
    RESORT_DRIVE,   /* of an arm */
    RESORT_CHOICES, /* about the task */
    RESORT_MATCH,
    REPAIR_RESORTS
};

/* Give that up. False if there is nothing to give up, and then nothing changes. */
bool repair_relax(struct lab_config *config, enum repair_resort resort,
                  struct repairs *repairs);

/* Is the arm's width chosen by training.match? */
bool repair_is_matched(const struct lab_config *config, int arm);

/* Can an arm with that many heads be, its width and positions being as they are? */
bool repair_heads_fit(const struct arm_config *arm, int heads);

#endif
