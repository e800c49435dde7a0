/*
 * lesson_new.h - a new lesson's folder, to be filled by whoever teaches it.
 */
#ifndef LESSONS_LESSON_NEW_H
#define LESSONS_LESSON_NEW_H

#include "lessons/lesson.h"

enum { SLUG_MAX = 40 };

/*
 * Make the folder NN-slug in the folder of the lessons, NN being the first number behind all
 * that there are, with a README.md and a lesson.ini that can be opened and checked as they are.
 * *made is its path.
 *
 * STATUS_USAGE: the slug is not of small letters, digits and single hyphens, 1 to SLUG_MAX of
 * them, or a lesson of that slug is there already; STATUS_FILE. Nothing is left behind on
 * failure.
 */
enum status lesson_new(char made[LESSON_PATH_MAX], const char *slug, struct error *error);

#endif
