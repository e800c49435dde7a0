/*
 * link.h - links in a lesson's text that do something in the lab.
 *
 *     [a longer sequence](duet:task.length=100)
 *     [gates instead](duet:left.model=gru&run)
 *
 * A link is "duet:" and one or several parts with & between them:
 *
 *     SECTION.KEY=VALUE   a setting, with the keys of run.ini: task.length=100, left.model=gru
 *     run  pause          train, or stand still
 *     step=N              train until N updates have been made, then stand still
 *     restart             begin anew
 *     sample=N            show sequence number N, from 0
 *     loss=T | last | all take the gradients from the output of step T (from 0), of the last
 *                         step that is scored, or of all
 *     view=input | state  gradients on the input, or on the networks' own states
 *     panel=NAME          look there: gradient, states, attention, gates, cell, prediction,
 *                         weights, race
 *     arm=NAME            left, right, ...: what follows is about that arm, else about all
 *     layer=N  head=N     counted from 1; heads through all layers, as the keys 1 to 9 do
 *     entry=NAME          what the states panel shows: hidden, cell, gate.f, residual, ...
 *     chunk=N             page N of the lesson's text, from 1
 *     lesson=N            open lesson N
 *     experiment=NAME     begin the experiment NAME.ini of the lesson (experiment.h), or with
 *                         "lesson" lesson.ini: its settings, with those of the link, its claims;
 *                         it stands still unless the link says run
 *
 * Where duet is not there, on a web page say, nothing but the link's text is seen.
 */
#ifndef LESSONS_LINK_H
#define LESSONS_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "lessons/config.h"
#include "lessons/language.h"

enum { LINK_PARTS_MAX = 8, LINK_NAME_MAX = 64, LINK_WORDS_MAX = 256 };

enum link_verb {
    LINK_SET, /* `name` = `value` */
    LINK_RUN,
    LINK_PAUSE,
    LINK_RESTART,
    LINK_STEP, /* as all below: `number` */
    LINK_SAMPLE,
    LINK_LOSS,  /* a step, LINK_LOSS_LAST or LINK_LOSS_ALL */
    LINK_VIEW,  /* 0 input, 1 state */
    LINK_PANEL, /* enum link_panel */
    LINK_ARM,   /* in the configuration */
    LINK_LAYER, /* from 0 */
    LINK_HEAD,  /* from 0, through all layers */
    LINK_CHUNK, /* from 0 */
    LINK_LESSON,
    LINK_ENTRY,     /* `value` */
    LINK_EXPERIMENT /* `value` */
};

enum link_panel {
    LINK_PANEL_GRADIENT,
    LINK_PANEL_STATES,
    LINK_PANEL_ATTENTION,
    LINK_PANEL_GATES,
    LINK_PANEL_CELL,
    LINK_PANEL_PREDICTION,
    LINK_PANEL_WEIGHTS,
    LINK_PANEL_RACE
};

enum { LINK_LOSS_LAST = -1, LINK_LOSS_ALL = -2 };

struct link_part {
    enum link_verb verb;
    long number;
    char name[LINK_NAME_MAX], value[LINK_NAME_MAX];
};

struct link {
    struct link_part part[LINK_PARTS_MAX];
    int count;
};

/* Does the address begin with "duet:"? */
bool link_is_ours(const char *address);

/*
 * Parse "duet:..." (the prefix may be missing) into *link; untouched on failure. STATUS_USAGE:
 * the part that is wrong, what was found and what is allowed.
 */
enum status link_parse(struct link *link, const char *address, struct error *error);

/*
 * Parse it, and see that a lab of that configuration can do what it asks: the settings together
 * can be, the step of the loss exists, and so do the arm, its head, layer, entry and panel
 * (link_arms.h). config NULL: anything that can be parsed will do.
 * A task whose data this machine does not have is not looked into.
 */
enum status link_check(struct link *link, const char *address, const struct lab_config *config,
                       struct error *error);

/* The name of the experiment that the link begins, within it; NULL: it begins none. */
const char *link_experiment(const struct link *link);

/* Letters, digits, - and _: what an experiment may be called. */
bool link_is_name(const char *word);

/* Does the link change settings? */
bool link_sets(const struct link *link);

/*
 * Put its settings into the configuration, which is untouched on failure. Where an arm gets
 * another model, the first values that were chosen for the old one are forgotten.
 */
enum status link_apply(const struct link *link, struct lab_config *config, struct error *error);

/* Is the part, a LINK_SET, so in the configuration already? */
bool link_part_holds(const struct link_part *part, const struct lab_config *config);

/* What the link does, for a person, in that language: "sets task.length to 100, trains". */
void link_words(const struct link *link, enum language language, char text[LINK_WORDS_MAX]);

#endif
