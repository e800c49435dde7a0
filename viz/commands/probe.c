/*
 * probe.c - `duet probe`: everything inside one arm for one sequence, as a file.
 */
#include <stdio.h>
#include <string.h>

#include "common/training/probe_file.h"
#include "viz/commands/command.h"
#include "viz/commands/loss_at.h"
#include "viz/commands/run_arm.h"
#include "viz/terminal/progress.h"

static const struct option_kind options[] = {
    { "run", "DIR", "the folder that `duet train --out` has written" },
    { "arm", "NAME", "left (if not given), right, ..." },
    { "sample", "N", "number of the sequence, 0 if not given; training never draws it" },
    { "loss-at", "T", "take the gradient of the loss at step T, of the last scored, or all" },
    { "out", "FILE.safetensors", "where to write it" },
};

/* What the file says about itself. */
static enum status write(const struct lab *lab, const struct lab_arm *arm, const char *path,
                         const struct loss_at *loss_at, struct error *error)
{
    char sample[NUMBER_MAX], step[NUMBER_MAX], from[NUMBER_MAX] = "all";
    const struct safetensors_metadata metadata[] = {
        { "duet", DUET_VERSION },
        { "arm", arm->name },
        { "model", lab->config.arm[arm->number].model },
        { "task", lab->config.task.name },
        { "sample", sample },
        { "loss_at", from },
        { "step", step },
    };

    snprintf(sample, sizeof sample, "%ld", lab->sample);
    snprintf(step, sizeof step, "%ld", arm->trainer.step);
    if (!loss_at->all)
        snprintf(from, sizeof from, "%d", arm->probe.profile.tau);
    return probe_file_write(&arm->probe, path, metadata, sizeof metadata / sizeof metadata[0],
                            error);
}

static void print_entry(const struct trace_entry *entry)
{
    printf("%-24s (", entry->name);
    for (int i = 0; i < entry->rank; i++)
        printf("%s%d", i ? ", " : "", entry->extent[i]);
    printf(")%s\n", entry->has_gradient ? "  and its gradient" : "");
}

static void print_summary(const struct lab *lab, const struct lab_arm *arm, const char *path)
{
    const struct probe *probe = &arm->probe;
    char loss[NUMBER_MAX];

    number_text(loss, probe->loss);
    printf("%s (%s) at step %ld, sample %ld of %s: loss %s, gradients of ", arm->name,
           lab->config.arm[arm->number].model, arm->trainer.step, lab->sample,
           lab->config.task.name, loss);
    if (probe->profile.local)
        printf("the mean over all scored outputs\n");
    else
        printf("the loss at step %d\n", probe->profile.tau);
    for (int i = 0; i < probe->trace.count; i++)
        print_entry(&probe->trace.entries[i]);
    printf("written to %s\n", path);
}

static enum status probe_arm(struct lab *lab, struct lab_arm *arm, const char *path,
                             const struct arguments *arguments, struct error *error)
{
    struct loss_at loss_at = { .all = true };
    long sample = 0;
    enum status status = arguments_integer(arguments, "sample", 0, SAMPLE_MOST, &sample, error);

    if (status != STATUS_OK)
        return status;
    lab_pin(lab, sample);
    status = loss_at_read(&loss_at, arguments, lab, error);
    if (status != STATUS_OK)
        return status;
    arm->probe.from = loss_at.all ? PROBE_MEAN : PROBE_RAW;
    arm->probe.loss_at = loss_at.step;
    status = probe_run(&arm->probe, trainer_weights(&arm->trainer), error);
    if (status == STATUS_OK && write(lab, arm, path, &loss_at, error) != STATUS_OK)
        status = arguments_blame("out", error);
    if (status == STATUS_OK)
        print_summary(lab, arm, path);
    return status;
}

static int probe(const struct command *command, const struct arguments *arguments)
{
    struct lab *lab = NULL;
    const char *path;
    int arm = 0;
    struct error error;
    enum status status = arguments_demand(arguments, "out", &path, &error);

    if (status == STATUS_OK)
        status = run_arm_load(&lab, &arm, arguments, &error);
    if (status == STATUS_OK)
        status = probe_arm(lab, &lab->arm[arm], path, arguments, &error);
    lab_free(lab);
    return status == STATUS_OK ? EXIT_GOOD : command_failed(command->name, &error);
}

const struct command probe_command = {
    .name = "probe",
    .operands = "--run DIR --out FILE",
    .about = "states, gates, attention and gradients of one sequence",
    .details =
        "The file holds input, target, logits and loss, and for every layer its hidden states\n"
        "or residual stream, gates and attention, each with the gradient of the loss on it\n"
        "(gradient.NAME). Names and shapes: common/training/probe_file.h.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .run = probe,
};
