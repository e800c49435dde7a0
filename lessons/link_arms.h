/*
 * link_arms.h - can the arms of a lab show what a link says? Known from the configuration, so
 * that a lesson that asks for head 5 of four is told before anybody presses it.
 */
#ifndef LESSONS_LINK_ARMS_H
#define LESSONS_LINK_ARMS_H

#include "lessons/link.h"

/*
 * The arms that the link names are there, and each head=, layer=, entry= and panel= is one of the
 * arm that it is about, or without arm= of one arm at least. The configuration has the link's
 * settings in it. STATUS_USAGE: the part that is wrong, or a model, and what there is.
 */
enum status link_check_arms(const struct link *link, const struct lab_config *config,
                            struct error *error);

/* Heads and layers that such an arm has to show: attention over recurrent layers is one more. */
int link_arm_heads(const struct arm_config *arm);
int link_arm_layers(const struct arm_config *arm);

/* Does the states panel of such an arm offer that quantity (common/layers/trace.h)? */
bool link_arm_has(const struct arm_config *arm, const char *quantity);

#endif
