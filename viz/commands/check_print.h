/*
 * check_print.h - what `duet check` has found, as a table for people or as lines of JSON.
 */
#ifndef VIZ_COMMANDS_CHECK_PRINT_H
#define VIZ_COMMANDS_CHECK_PRINT_H

#include "lessons/check.h"

/* How wide the columns of all lessons' tables are. */
struct check_columns {
    int name, claim;
};

/*
 * What stands for a lesson: "03" of a lesson, "03 longer" of its experiment longer.ini, "adding"
 * of a file adding.ini.
 */
enum { CHECK_LABEL_MAX = EXPERIMENT_NAME_MAX + 16 };
void check_label(const struct lesson *lesson, char label[CHECK_LABEL_MAX]);

struct check_columns check_columns(const struct lesson_list *list);

/*
 *     03  Watching gradients vanish                    seed 1    seed 2    seed 3
 *         elman_vanishes  left.slope_input <= -0.4     -0.513    -0.602    -0.551  holds
 *         seconds                                        12.1      12.3      12.0
 */
void check_print(const struct check *check, const struct lesson *lesson,
                 struct check_columns columns);

/*
 * A line for every claim and seed: {"lesson", "claim", "seed", "measured", "relation", "value",
 * "holds"}, of an experiment with its name, "experiment". A claim about the median has one line
 * alone, with "seed" null, "over" "median", and the "seeds" and what was measured for "each"; a
 * skipped claim one with "holds" null and "skipped", the reason. So all claims hold if no "holds" is false.
 */
enum status check_print_json(const struct check *check, const struct lesson *lesson,
                             struct error *error);

#endif
