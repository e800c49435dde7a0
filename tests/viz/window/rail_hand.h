/*
 * rail_hand.h - a hand on the controls of the rail: finding, pressing and typing. A fixture for
 * tests of the controls.
 */
#ifndef TESTS_VIZ_WINDOW_RAIL_HAND_H
#define TESTS_VIZ_WINDOW_RAIL_HAND_H

#include "tests/viz/window/stage.h"

/* Settings that change nothing: it is so already. */
#define KEEP "training.seed = 1"

/* Set a key of the configuration, which must be possible. */
void rail_set(struct lab_config *config, const char *name, const char *value);

/* All of "key = value; key = value". */
void rail_set_all(struct lab_config *config, const char *settings);

/* Fail, naming the key, unless both configurations are the same. */
void rail_assert_same(const struct lab_config *a, const struct lab_config *b);

/* The lab is at that configuration, and More is open. */
void rail_show(struct stage *stage, const struct lab_config *config);

/* The same, with some settings changed: "key = value; key = value". */
void rail_show_settings(struct stage *stage, const char *settings);

/* What was drawn for that action, or NULL. */
const struct hot *rail_hot(struct stage *stage, enum action action, int arm, long value);

/* Its place; the rail is scrolled until it can be pressed. Fails if there is none. */
struct rect rail_rect(struct stage *stage, enum action action, int arm, long value);

/* Of `size` pixels from `from` on. */
int rail_middle(int from, int size);

/* A click on its middle; two; two, then letters and Enter. */
void rail_press(struct stage *stage, struct rect r);
void rail_double_click(struct stage *stage, struct rect r);
void rail_type(struct stage *stage, struct rect r, const char *text);

/* Time goes by, and frames with it. */
void rail_wait(struct stage *stage, int ms);

/* Do those words stand in the window, whole? */
bool rail_is_written(struct stage *stage, const char *words);

#endif
