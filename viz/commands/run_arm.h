/*
 * run_arm.h - the options --run DIR and --arm NAME, which several commands take.
 */
#ifndef VIZ_COMMANDS_RUN_ARM_H
#define VIZ_COMMANDS_RUN_ARM_H

#include "lessons/lab.h"
#include "viz/commands/arguments.h"

/*
 * The lab of --run, which must be given, and the number in lab->arm of --arm; *arm is
 * untouched when that was not given. The caller frees the lab with lab_free.
 */
enum status run_arm_load(struct lab **lab, int *arm, const struct arguments *arguments,
                         struct error *error);

#endif
