/*
 * link_kept.h - does the window show, and the lab do, what a link of a lesson says?
 */
#ifndef TESTS_VIZ_WINDOW_LINK_KEPT_H
#define TESTS_VIZ_WINDOW_LINK_KEPT_H

#include "lessons/link.h"
#include "viz/window/view.h"
#include "viz/window/window.h"

enum { KEPT_WHY_MAX = 256 };

/* A link that was pressed, and what came of it. */
struct pressed {
    const struct link *link;
    long from;      /* the lab's step when it was */
    double seconds; /* of training until then */
    long least;     /* the least step that was seen since */
    long asked;     /* updates that the lab was asked for by it; -1: none */
};

/*
 * Is every part so? Looked at in the snapshot that is drawn and in what is drawn of it, not in
 * what has been wished. False: `why` names the part and what is there instead.
 *
 * head=5 of an arm with four, an entry= or a layer= that it does not have, panel=attention without
 * attention, an arm= that is not there are never so, although the window has nothing to do for
 * them: without arm= one of the arms must have it.
 */
bool link_kept(const struct pressed *pressed, const struct window_drawn *drawn,
               char why[KEPT_WHY_MAX]);

/*
 * A long training that is on its way to step N: the lab was asked for exactly as many updates as
 * are missing, makes them (the step has grown), and stands nowhere else.
 */
bool link_on_its_way(const struct pressed *pressed, const struct window_drawn *drawn);

#endif
