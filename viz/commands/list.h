/*
 * list.h - the list of lessons, as `duet list lessons` prints it.
 */
#ifndef VIZ_COMMANDS_LIST_H
#define VIZ_COMMANDS_LIST_H

#include "common/error.h"
#include "lessons/language.h"

/*
 * Number, whether it was visited, how many of its claims were met, title; and below the question.
 * STATUS_FILE, ...: a lesson with a fault; nothing is printed then.
 */
enum status list_lessons(enum language language, struct error *error);

#endif
