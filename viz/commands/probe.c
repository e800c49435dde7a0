/*
 * probe.c - `duet probe`: everything inside one arm for one sequence, as a file.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/training/probe_file.h"
#include "viz/commands/command.h"
#include "viz/commands/loss_at.h"
#include "viz/commands/run_arm.h"
#include "viz/terminal/progress.h"

static const struct option_kind options[] = {
    { "run", "DIR", "the folder that `duet train --out` has written" },
    { "arm", "NAME", "left (if not given), right, ..." },
    { "sample", "N", "number of the sequence, 0 if not given; training never draws it" },
    { "input", "TEXT", "a sequence of your own in its place, as `duet help probe` says" },
    { "loss-at", "T", "take the gradient of the loss at step T, of the last scored, or all" },
    { "layer", "N|NAME", "only that layer, or what has that name: 1, layers.1.gate, logits" },
    { "out", "FILE.safetensors", "where to write it" },
};

/* What the file says about itself. */
static enum status write(const struct lab *lab, const struct lab_arm *arm, const char *path,
                         const struct loss_at *loss_at, const struct arguments *arguments,
                         struct error *error)
{
    const char *layer = arguments_value(arguments, "layer");
    const char *input = arguments_value(arguments, "input");
    char length[NUMBER_MAX], sample[NUMBER_MAX], step[NUMBER_MAX], from[NUMBER_MAX] = "all";
    const struct safetensors_metadata metadata[] = {
        { "duet", DUET_VERSION },
        { "arm", arm->name },
        { "model", lab->config.arm[arm->number].model },
        { "task", lab->config.task.name },
        { input != NULL ? "own_input" : "sample", input != NULL ? input : sample },
        { "length", length },
        { "loss_at", from },
        { "step", step },
    };

    snprintf(length, sizeof length, "%d", batch_length(&arm->probe.one, 0));
    snprintf(sample, sizeof sample, "%ld", lab->sample);
    snprintf(step, sizeof step, "%ld", arm->trainer.step);
    if (!loss_at->all)
        snprintf(from, sizeof from, "%d", arm->probe.profile.tau);
    if (probe_file_write_layer(&arm->probe, layer, path, metadata,
                               sizeof metadata / sizeof metadata[0], error) == STATUS_OK)
        return STATUS_OK;
    return arguments_blame(error->status == STATUS_USAGE ? "layer" : "out", error);
}

static void print_entry(const struct trace_entry *entry)
{
    printf("%-24s (", entry->name);
    for (int i = 0; i < entry->rank; i++)
        printf("%s%d", i ? ", " : "", entry->extent[i]);
    printf(")%s\n", entry->has_gradient ? "  and its gradient" : "");
}

/* Which sequence: "sample 3 of sort", or it itself. */
static void print_sequence(const struct lab *lab, const struct probe *probe)
{
    char *text =
        lab->sample == LAB_OWN_INPUT ? task_render(&probe->task, &probe->one, 0) : NULL;

    if (text != NULL)
        printf("\"%s\" of %s", text, lab->config.task.name);
    else if (lab->sample == LAB_OWN_INPUT)
        printf("a sequence of %s", lab->config.task.name);
    else
        printf("sample %ld of %s", lab->sample, lab->config.task.name);
    free(text);
}

static void print_summary(const struct lab *lab, const struct lab_arm *arm, const char *layer,
                          const char *path)
{
    const struct probe *probe = &arm->probe;
    char loss[NUMBER_MAX];

    number_text(loss, probe->loss);
    printf("%s (%s) at step %ld, ", arm->name, lab->config.arm[arm->number].model,
           arm->trainer.step);
    print_sequence(lab, probe);
    printf(": loss %s, gradients of ", loss);
    if (probe->profile.local)
        printf("the mean over all scored outputs\n");
    else
        printf("the loss at step %d\n", probe->profile.tau);
    for (int i = 0; i < probe->trace.count; i++)
        if (layer == NULL || probe_file_selects(layer, probe->trace.entries[i].name))
            print_entry(&probe->trace.entries[i]);
    printf("written to %s\n", path);
}

/* The sequence that the options name. */
static enum status pin(struct lab *lab, const struct arguments *arguments, struct error *error)
{
    const char *input = arguments_value(arguments, "input");
    long sample = 0;
    enum status status = arguments_integer(arguments, "sample", 0, SAMPLE_MOST, &sample, error);

    if (status == STATUS_OK && input != NULL && arguments_value(arguments, "sample") != NULL)
        status = error_set(error, STATUS_USAGE,
                           "--input: cannot stand beside --sample: both say which sequence");
    if (status != STATUS_OK)
        return status;
    if (input != NULL)
        return lab_input(lab, input, error) ? arguments_blame("input", error) : STATUS_OK;
    lab_pin(lab, sample);
    return STATUS_OK;
}

static enum status probe_arm(struct lab *lab, struct lab_arm *arm, const char *path,
                             const struct arguments *arguments, struct error *error)
{
    struct loss_at loss_at = { .all = true };
    enum status status = pin(lab, arguments, error);

    if (status == STATUS_OK)
        status = loss_at_read(&loss_at, arguments, lab, error);
    if (status != STATUS_OK)
        return status;
    arm->probe.from = loss_at.all ? PROBE_MEAN : PROBE_RAW;
    arm->probe.loss_at = loss_at.step;
    status = probe_run(&arm->probe, trainer_weights(&arm->trainer), error);
    if (status == STATUS_OK)
        status = write(lab, arm, path, &loss_at, arguments, error);
    if (status == STATUS_OK)
        print_summary(lab, arm, arguments_value(arguments, "layer"), path);
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
        "(gradient.NAME). Names and shapes: common/training/probe_file.h.\n"
        "\n"
        "A sequence of your own is written as the task shows its own: words between blanks.\n"
        "\n"
        "    duet probe --run run --input \".07 .99* .3 .25*\" --out probe.safetensors\n"
        "    duet probe --run run --arm right --layer 1 --loss-at last --out probe.safetensors\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .run = probe,
};
