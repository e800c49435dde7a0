/*
 * repeat.h - make the run of a folder again: from its run.ini, with the changes of its
 * events.csv, each when every arm has made as many updates as it had then, and as far as its
 * checkpoint. The same build ends in the same bits.
 *
 * Arms that were stepped alone are at different steps when something is changed or saved: each
 * waits at its own. Who of them makes its updates first does not matter (event.h).
 */
#ifndef LESSONS_REPEAT_H
#define LESSONS_REPEAT_H

#include "lessons/lab.h"

struct repeat {
    struct event_list events; /* of the folder, owned */
    int made;                 /* of these */
    bool ends;                /* there is a checkpoint: */
    long end[ARMS_MAX];       /* the updates that each arm has made there, as in an event */
};

/*
 * Read the folder's run; config becomes what it began with. Nothing is written. As run_config;
 * on success end with repeat_close.
 */
enum status repeat_open(struct repeat *repeat, struct lab_config *config, const char *folder,
                        struct error *error);
void repeat_close(struct repeat *repeat); /* safe on a zeroed one */

/*
 * The next changes that are due, then one update of each arm that does not wait for the others;
 * lab: made by lab_create from that configuration, perhaps with other values in it, but with
 * the same arms. *done: the end was reached, or no arm runs any more, and nothing happened. As
 * lab_change: a change that cannot be made in this lab.
 */
enum status repeat_step(struct repeat *repeat, struct lab *lab, bool *done,
                        struct error *error);

#endif
