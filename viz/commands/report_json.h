/*
 * report_json.h - what a training or an evaluation has to say, as one JSON object per line.
 *
 *     {"event": "progress" | "stop" | "end", "step": n, "seconds": s, "arms": [{"arm", "model",
 *      "parameters", "loss", "accuracy", "gradient_norm", "core_parameters", "flops",
 *      "core_flops", and at the end "test_loss", "test_accuracy", with task.test_length
 *      "long_loss", "long_accuracy"}]}
 *
 * flops are those of one sequence, forward; what training.match makes equal is the core's.
 * With validation an arm also has "validation_loss"; "best_step", the updates that made its
 * weights, once it has its best ones; and "finished", those it made, once it learns no more.
 * With another pace than steps it has "step", its own. A number that is not there is null.
 * "stop" comes when an arm is no longer finite; its "arms"
 * holds that arm alone, with the "reason".
 */
#ifndef VIZ_COMMANDS_REPORT_JSON_H
#define VIZ_COMMANDS_REPORT_JSON_H

#include <cjson/cJSON.h>

#include "common/error.h"
#include "lessons/lab.h"

enum { REPORT_ALL_ARMS = -1 };

/* What is printed. */
struct report_json {
    const char *event;
    int arm;                     /* in lab->arm, or REPORT_ALL_ARMS */
    const struct report *tests;  /* (lab->arms) of fresh sequences; NULL: not measured */
    const struct report *longer; /* (lab->arms) the same at task.test_length; NULL: likewise */
    bool interrupted;            /* a signal ended it */
};

/* Print the line and flush it. STATUS_FILE: standard output is gone; STATUS_NO_MEMORY. */
enum status report_json_print(const struct report_json *report, const struct lab *lab,
                              struct error *error);

/* The same for an object of one's own, which is freed in every case. NULL: memory ran out. */
enum status json_print(cJSON *object, struct error *error);

/* Add a number, or null if it is not finite. */
void json_number(cJSON *object, const char *key, double number);

/* The number behind a key; 0: there is none. */
double json_get_number(const cJSON *object, const char *key);

/* Copy the text behind a key, cut to size; "": there is none. */
void json_get_text(char *text, size_t size, const cJSON *object, const char *key);

#endif
