/*
 * check_review.h - what `duet check` says about a lesson's texts (lessons/review/lesson_review.h).
 */
#ifndef VIZ_COMMANDS_CHECK_REVIEW_H
#define VIZ_COMMANDS_CHECK_REVIEW_H

#include <stdbool.h>

#include "lessons/lesson.h"

/*
 * Print every finding, "lessons/05-slug/README.md:12: ...", or as JSON {"lesson", "finding"},
 * and add their number to *count. Nothing is said of experiments and files of claims.
 */
enum status check_review(const struct lesson *lesson, bool json, int *count,
                         struct error *error);

#endif
