/*
 * same_settings.h - are two configurations the same as far as a claim is about them? Seed,
 * threads, and when something is written down are not what it is about.
 */
#ifndef LESSONS_SAME_SETTINGS_H
#define LESSONS_SAME_SETTINGS_H

#include <stdbool.h>

#include "lessons/config.h"

/*
 * Every key of that section: "task", "training" or "arm", which is all arms that have a model.
 * Word by word: where one says 0 and means a default, the other must (config_resolved).
 */
bool same_section(const struct lab_config *a, const struct lab_config *b, const char *section);

/* Every section. */
bool same_settings(const struct lab_config *a, const struct lab_config *b);

/*
 * The same of a configuration as it is written, and of what a lab made of one: where
 * training.match picks the arms' sizes, the written ones are nothing that a lab would keep.
 */
bool same_when_matched(const struct lab_config *written, const struct lab_config *made);

#endif
