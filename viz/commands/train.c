/*
 * train.c - `duet train`: the arms in lockstep, without a window.
 */
#include <stdio.h>
#include <string.h>

#include "lessons/lab.h"
#include "lessons/models.h"
#include "lessons/repeat.h"
#include "lessons/run.h"
#include "viz/commands/command.h"
#include "viz/commands/interrupt.h"
#include "viz/commands/report_json.h"
#include "viz/commands/results.h"
#include "viz/commands/settings.h"
#include "viz/terminal/progress.h"

static const struct option_kind options[] = {
    { "out", "DIR",
      "write run.ini, metrics.csv, a checkpoint and the weights of each arm there" },
    { "resume", "DIR", "go on with the run there, bit for bit; --steps may be more" },
    { "repeat", "DIR",
      "make the run there again, bit for bit, with what a hand changed in it" },
    { "force", NULL, "replace the run that --out holds" },
    { "json", NULL, "one JSON object per report on standard output" },
    { "quiet", NULL, "no progress" },
};

/* One training from beginning to end. */
struct training {
    const char *command;
    struct lab *lab;
    struct run run;
    struct repeat repeat;
    bool repeats; /* repeat is open */
    bool writes;  /* run is open */
    bool json;
    struct progress progress;
    bool told[ARMS_MAX]; /* that it stopped */
};

static enum status print_json(const struct training *t, const struct report_json *report,
                              struct error *error)
{
    return t->json ? report_json_print(report, t->lab, error) : STATUS_OK;
}

/* Say at once which arms have just stopped, and why. */
static enum status tell_stops(struct training *t, struct error *error)
{
    const struct lab *lab = t->lab;
    enum status status = STATUS_OK;

    for (int i = 0; i < lab->arms && status == STATUS_OK; i++) {
        const struct report_json report = { .event = "stop", .arm = i };
        struct error why;

        if (!lab->arm[i].stopped || t->told[i])
            continue;
        t->told[i] = true;
        progress_interrupt(&t->progress);
        error_set(&why, STATUS_DIVERGED, "%s (%s) stops: %s", lab->arm[i].name,
                  lab->config.arm[lab->arm[i].number].model, lab->arm[i].why.message);
        command_failed(t->command, &why);
        status = print_json(t, &report, error);
    }
    return status;
}

static enum status report(struct training *t, struct error *error)
{
    const struct report_json line = { .event = "progress", .arm = REPORT_ALL_ARMS };
    enum status status = STATUS_OK;

    if (t->writes)
        status = run_report(&t->run, t->lab, error);
    return status == STATUS_OK ? print_json(t, &line, error) : status;
}

/* A step was made, and there is a report after this one. */
static bool is_due(long before, long step, long every, long steps)
{
    return step > before && (step / every > before / every || step >= steps);
}

/* As lab_step, or as the run that is made again. *runs: there is more to do. */
static enum status step(struct training *t, bool *runs, struct error *error)
{
    enum status status = STATUS_OK;
    bool done = false;

    if (t->repeats)
        status = repeat_step(&t->repeat, t->lab, &done, error);
    *runs = t->repeats ? !done : lab_step(t->lab);
    return status;
}

/* A repeat knows itself where it ends. */
static bool has_more(const struct training *t)
{
    return t->repeats || t->lab->step < t->lab->config.training.steps;
}

/* Until the last step, until no arm runs any more, or until a signal comes. */
static enum status loop(struct training *t, struct error *error)
{
    struct lab *lab = t->lab;
    const long every = lab->config.training.report_every;
    enum status status = STATUS_OK;
    bool runs = true;

    while (runs && status == STATUS_OK && has_more(t) && !interrupt_caught()) {
        const long before = lab->step;

        status = step(t, &runs, error);
        if (status == STATUS_OK)
            status = tell_stops(t, error);
        if (runs && status == STATUS_OK &&
            is_due(before, lab->step, every, lab->config.training.steps))
            status = report(t, error);
        if (t->writes && status == STATUS_OK)
            status = run_save_if_due(&t->run, lab, error);
        progress_show(&t->progress, lab, false);
    }
    progress_show(&t->progress, lab, true);
    return status;
}

static enum status save(struct training *t, struct error *error)
{
    enum status status;

    if (!t->writes)
        return STATUS_OK;
    status = run_save(&t->run, t->lab, error);
    if (status == STATUS_OK)
        status = run_close(&t->run, error);
    else
        run_close(&t->run, NULL);
    t->writes = false;
    return status;
}

/* What was learned, on sequences that training never drew. */
static enum status finish(struct training *t, struct error *error)
{
    struct results results;
    const struct report_json line = { .event = "end",
                                      .arm = REPORT_ALL_ARMS,
                                      .tests = results.tests,
                                      .longer = results_longer(&results, t->lab) };
    const enum status status = results_measure(&results, t->lab, REPORT_ALL_ARMS, error);

    if (status != STATUS_OK)
        return status;
    if (t->json)
        return report_json_print(&line, t->lab, error);
    results_print(stdout, t->lab, &results, REPORT_ALL_ARMS);
    return STATUS_OK;
}

/* The last words of a training that a signal has ended. */
static enum status finish_early(struct training *t, int signal_number, struct error *error)
{
    const struct report_json line = { .event = "end",
                                      .arm = REPORT_ALL_ARMS,
                                      .interrupted = true };

    fprintf(stderr, "duet %s: %s: stopped after step %ld%s%s\n", t->command,
            interrupt_name(signal_number), t->lab->step, t->run.folder[0] ? "; saved in " : "",
            t->run.folder);
    return print_json(t, &line, error);
}

static bool any_stopped(const struct lab *lab)
{
    for (int i = 0; i < lab->arms; i++)
        if (lab->arm[i].stopped)
            return true;
    return false;
}

static int run_training(struct training *t, struct error *error)
{
    enum status status = loop(t, error);
    const int signal_number = interrupt_caught();
    struct error second;

    if (status == STATUS_OK)
        status = save(t, error);
    else
        save(t, &second); /* what there is; the first error is the one to tell */
    if (status == STATUS_OK)
        status = signal_number ? finish_early(t, signal_number, error) : finish(t, error);
    if (status != STATUS_OK)
        return command_failed(t->command, error);
    if (signal_number)
        return interrupt_exit_code(signal_number);
    return any_stopped(t->lab) ? EXIT_BAD : EXIT_GOOD;
}

/* How large the arms are: what training.match has made equal is the core. */
static void print_sizes(FILE *file, const struct lab *lab)
{
    for (int i = 0; i < lab->arms; i++) {
        const struct lab_arm *arm = &lab->arm[i];
        const struct arm_config *config = &lab->config.arm[arm->number];
        const bool recurrent = arm_kind(config)->recurrent;

        fprintf(file,
                "%-7s %-15s %s %4d, core: %zu parameters, %.4g FLOPs forward for a sequence\n",
                arm->name, config->model, recurrent ? "hidden" : "width ",
                recurrent ? config->hidden : config->width, model_core_parameters(&arm->model),
                model_core_flops(&arm->model, lab->task.shape.steps));
    }
}

/* What the task has found in the user's data. */
static void tell_note(const struct training *t)
{
    char note[ERROR_MESSAGE_MAX];

    task_note(&t->lab->task, note, sizeof note);
    if (note[0] != '\0')
        command_note(t->command, note);
}

/* Options that say where to write or to start from, and exclude each other. */
static enum status check_places(const struct arguments *arguments, struct error *error)
{
    static const char *const others[] = { "out", "config", "lesson", "repeat" };
    const char *folder = arguments_value(arguments, "out");
    const char *resume = arguments_value(arguments, "resume");
    const char *repeat = arguments_value(arguments, "repeat");

    if (folder != NULL && folder[0] == '\0')
        return error_set(error, STATUS_USAGE, "--out: the folder's name is empty");
    if (resume != NULL && resume[0] == '\0')
        return error_set(error, STATUS_USAGE, "--resume: the folder's name is empty");
    if (repeat != NULL && repeat[0] == '\0')
        return error_set(error, STATUS_USAGE, "--repeat: the folder's name is empty");
    if (folder == NULL && arguments_value(arguments, "force") != NULL)
        return error_set(error, STATUS_USAGE, "--force: is of use with --out only");
    for (size_t i = 0; resume != NULL && i < sizeof others / sizeof others[0]; i++)
        if (arguments_value(arguments, others[i]) != NULL)
            return error_set(error, STATUS_USAGE,
                             "--%s: cannot stand beside --resume: a run goes on in its own "
                             "folder, as its run.ini says",
                             others[i]);
    for (size_t i = 1; repeat != NULL && i < 3; i++)
        if (arguments_value(arguments, others[i]) != NULL)
            return error_set(error, STATUS_USAGE,
                             "--%s: cannot stand beside --repeat: a run is made again from its "
                             "own run.ini",
                             others[i]);
    return STATUS_OK;
}

/* A run that goes on: its own configuration, with what the options change in it. */
static enum status resume(struct training *t, const char *folder,
                          const struct arguments *arguments, struct error *error)
{
    struct lab_config saved, config;
    enum status status;

    if (run_config(&saved, folder, error) != STATUS_OK)
        return arguments_blame("resume", error);
    status = settings_read(&config, NULL, &saved, arguments, error);
    if (status == STATUS_OK && run_resume(&t->run, &t->lab, folder, &config, error))
        status = arguments_blame("resume", error);
    t->writes = status == STATUS_OK;
    return status;
}

/* A new one. */
static enum status begin(struct training *t, const struct arguments *arguments,
                         struct error *error)
{
    const char *folder = arguments_value(arguments, "out");
    const char *repeat = arguments_value(arguments, "repeat");
    const bool force = arguments_value(arguments, "force") != NULL;
    struct lab_config origin, config;
    enum status status = STATUS_OK;

    if (repeat != NULL && repeat_open(&t->repeat, &origin, repeat, error) != STATUS_OK)
        return arguments_blame("repeat", error);
    t->repeats = repeat != NULL;
    status = settings_read(&config, NULL, repeat ? &origin : NULL, arguments, error);
    if (status == STATUS_OK)
        status = lab_create(&t->lab, &config, error);
    if (status == STATUS_OK && folder != NULL &&
        run_create(&t->run, folder, t->lab, force, error))
        status = arguments_blame("out", error);
    t->writes = status == STATUS_OK && folder != NULL;
    return status;
}

static int train(const struct command *command, const struct arguments *arguments)
{
    const char *folder = arguments_value(arguments, "resume");
    struct training t = { .command = command->name,
                          .json = arguments_value(arguments, "json") != NULL };
    const bool quiet = t.json || arguments_value(arguments, "quiet") != NULL;
    struct error error;
    enum status status = check_places(arguments, &error);
    int code;

    if (status == STATUS_OK)
        status = folder != NULL ? resume(&t, folder, arguments, &error)
                                : begin(&t, arguments, &error);
    if (status != STATUS_OK) {
        repeat_close(&t.repeat);
        lab_free(t.lab);
        return command_failed(command->name, &error);
    }
    if (arguments_value(arguments, "quiet") == NULL)
        tell_note(&t);
    if (!quiet)
        print_sizes(stderr, t.lab);
    interrupt_catch();
    progress_begin(&t.progress, quiet ? NULL : stderr, t.lab);
    code = run_training(&t, &error);
    repeat_close(&t.repeat);
    lab_free(t.lab);
    return code;
}

const struct command train_command = {
    .name = "train",
    .operands = "",
    .about = "train the arms side by side, without a window",
    .details =
        "All arms learn the same task from the same batches, in lockstep. Same seed: the\n"
        "same bits, for any number of threads. Ctrl-C finishes the step and saves.\n"
        "--steps counts per arm. With --validate-every the best weights are kept, and with\n"
        "training.patience an arm ends when they get no better; --test-length tests once\n"
        "more, on longer sequences.\n"
        "\n"
        "--out also saves every --checkpoint-every steps. --resume goes on from the last time, as\n"
        "if nothing had happened: after a kill, or with more --steps (a linear or cosine schedule\n"
        "then goes on as one over all of them). Everything else has to be as it was.\n"
        "\n"
        "    duet train --task adding --length 50 --left gru --right transformer --out run\n"
        "    duet train --pairs FILE.tsv --left gru --right transformer\n"
        "    duet train --config run/run.ini --out again\n"
        "    duet train --resume run --steps 2000\n"
        "\n"
        "--repeat makes a run again that was changed by hand in the window, as far as it was saved:\n"
        "from its run.ini, with the changes of its events.csv. Other options may vary it.\n"
        "\n"
        "    duet train --repeat duet-03-step600-run --out again\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .configures = true,
    .run = train,
};
