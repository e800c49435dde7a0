/*
 * eval.c - `duet eval`: what the models of a run can do with sequences they have never seen.
 */
#include "lessons/run.h"
#include "viz/commands/command.h"
#include "viz/commands/report_json.h"
#include "viz/commands/results.h"
#include "viz/commands/run_arm.h"

static const struct option_kind options[] = {
    { "run", "DIR", "the folder that `duet train --out` has written" },
    { "arm", "NAME", "left, right, ...; all of them otherwise" },
    { "json", NULL, "one JSON object on standard output" },
};

static enum status evaluate(struct lab *lab, int arm, bool json, struct error *error)
{
    struct results results;
    const struct report_json line = { .event = "eval",
                                      .arm = arm,
                                      .tests = results.tests,
                                      .longer = results_longer(&results, lab) };
    const enum status status = results_measure(&results, lab, arm, error);

    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < lab->arms; i++)
        if (arm == REPORT_ALL_ARMS || arm == i)
            lab->arm[i].last =
                results.tests[i]; /* nothing was trained here: this is the loss */
    if (json)
        return report_json_print(&line, lab, error);
    results_print(stdout, lab, &results, arm);
    return STATUS_OK;
}

static int eval(const struct command *command, const struct arguments *arguments)
{
    const bool json = arguments_value(arguments, "json") != NULL;
    struct lab *lab = NULL;
    struct error error;
    int arm = REPORT_ALL_ARMS;
    enum status status = run_arm_load(&lab, &arm, arguments, &error);

    if (status == STATUS_OK)
        status = evaluate(lab, arm, json, &error);
    lab_free(lab);
    return status == STATUS_OK ? EXIT_GOOD : command_failed(command->name, &error);
}

const struct command eval_command = {
    .name = "eval",
    .operands = "--run DIR",
    .about = "loss and accuracy of a run on fresh sequences",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .run = eval,
};
