/*
 * settings.h - from the words of a command line to the configuration of a lab.
 *
 * The options are made from the table of config.h, so a key that is added there can be typed
 * here. A lesson or a run.ini is where to start from, wherever it stands among the words; the
 * other options change that in their order.
 */
#ifndef VIZ_COMMANDS_SETTINGS_H
#define VIZ_COMMANDS_SETTINGS_H

#include "lessons/config.h"
#include "lessons/lesson.h"
#include "viz/commands/arguments.h"

enum { SETTINGS_MAX = 64 };

/* The options that make a configuration, for the parser and the help; returns how many. */
int settings_options(struct option_kind options[SETTINGS_MAX]);

/*
 * The configuration that the arguments describe, checked as a whole (config_check). `start` is
 * that of a lesson named otherwise (or of its --experiment), or NULL. Every refusal names
 * the option. lesson: where --lesson is put, or its --experiment; may be NULL. *config is
 * untouched when anything is refused.
 */
enum status settings_read(struct lab_config *config, struct lesson *lesson,
                          const struct lab_config *start, const struct arguments *arguments,
                          struct error *error);

/* Copy lesson `number`. STATUS_USAGE with the numbers there are. */
enum status settings_lesson(struct lesson *lesson, long number, struct error *error);

/* The same from text, named `what` in the message. */
enum status settings_lesson_text(struct lesson *lesson, const char *what, const char *text,
                                 struct error *error);

/*
 * From a lesson to its experiment of that name. STATUS_USAGE: it has none; or what is wrong with
 * it.
 */
enum status settings_experiment(struct lesson *lesson, const char *name, struct error *error);

#endif
