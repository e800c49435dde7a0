/* prediction_parts.h - what the two kinds of answers share: panel_prediction.c, panel_values.c. */
#ifndef VIZ_WINDOW_PREDICTION_PARTS_H
#define VIZ_WINDOW_PREDICTION_PARTS_H

#include "viz/window/panels.h"

/* Right, wrong, or nobody knows, of the answer at step t: never by the colour alone. */
struct colour prediction_colour(const struct arm_panel *panel, int t);
const char *prediction_sign(const struct arm_panel *panel, int t);

/* Answers and targets that are numbers; t is the step that is told in full, -1: none. */
void prediction_values(const struct arm_panel *panel, struct rect r, int t);

#endif
