/*
 * bench.c - `duet bench`: how long a training step of each standard shape takes, and what else
 * there is to measure.
 */
#include <stdio.h>
#include <string.h>

#include "common/numeric/parallel.h"
#include "viz/bench/bench_generate.h"
#include "viz/bench/bench_long.h"
#include "viz/bench/bench_scaling.h"
#include "viz/bench/bench_start.h"
#include "viz/bench/bench_steps.h"
#include "viz/bench/bench_window.h"
#include "viz/commands/command.h"

enum { ROUNDS = 5, LENGTH_MOST = 4096 };
static const double SECONDS = 0.25, PATIENCE = 300;

static const struct option_kind options[] = {
    { "filter", "SHAPE", "only shapes whose name contains that" },
    { "threads", "N", "0 (if not given): as many as the machine runs at once" },
    { "rounds", "N", "how often each shape is measured, 5 if not given; the median counts" },
    { "seconds", "S", "for how long each time, .25 if not given" },
    { "against", "COMMAND", "a program that trains the same shapes, in turn with us" },
    { "wait", "S", "how long that program may take to answer, 300 seconds if not given" },
    { "compare", "FILE", "an earlier output of --json: how much faster each shape is now" },
    { "from", "FILE", "print an earlier output of --json, and measure nothing" },
    { "scaling", NULL, "instead: what more threads bring" },
    { "long", "T", "instead: what a token costs in sequences of 64 to T steps" },
    { "generate", NULL, "instead: time for a token that is generated, early and late" },
    { "start", NULL, "instead: from the program's start to the first picture in its window" },
    { "window", NULL, "instead: what it costs a training to be watched" },
    { "json", NULL, "one JSON object per line on standard output" },
    { "markdown", NULL, "tables for a page" },
};

static enum status read_steps(struct bench_steps *steps, const struct arguments *arguments,
                              struct error *error)
{
    const char *filter = arguments_value(arguments, "filter");
    long threads = 0, rounds = ROUNDS;
    enum status status = arguments_integer(arguments, "threads", 0, 256, &threads, error);

    *steps = (struct bench_steps){ .filter = filter ? filter : "",
                                   .against = arguments_value(arguments, "against"),
                                   .patience = PATIENCE,
                                   .compare = arguments_value(arguments, "compare"),
                                   .from = arguments_value(arguments, "from"),
                                   .plan.seconds = SECONDS };
    if (status == STATUS_OK)
        status = arguments_integer(arguments, "rounds", 1, BENCH_ROUNDS_MOST, &rounds, error);
    if (status == STATUS_OK)
        status = arguments_real(arguments, "seconds", 0, 60, &steps->plan.seconds, error);
    if (status == STATUS_OK)
        status = arguments_real(arguments, "wait", 0, 3600, &steps->patience, error);
    steps->plan.threads = threads ? (int)threads : parallel_available();
    steps->plan.rounds = (int)rounds;
    if (arguments_value(arguments, "markdown") != NULL)
        steps->format = BENCH_MARKDOWN;
    if (arguments_value(arguments, "json") != NULL)
        steps->format = BENCH_JSON;
    return status;
}

/* What is measured instead of all shapes. */
typedef enum status other(const struct bench_steps *steps, const struct arguments *arguments,
                          struct error *error);

static enum status run_scaling(const struct bench_steps *steps,
                               const struct arguments *arguments, struct error *error)
{
    (void)arguments;
    return bench_scaling(&steps->plan, steps->filter, steps->format, error);
}

static enum status run_long(const struct bench_steps *steps, const struct arguments *arguments,
                            struct error *error)
{
    long longest = 0;
    enum status status =
        arguments_integer(arguments, "long", BENCH_SHORTEST, LENGTH_MOST, &longest, error);

    return status == STATUS_OK ? bench_long(&steps->plan, (int)longest, steps->format, error)
                               : status;
}

static enum status run_generate(const struct bench_steps *steps,
                                const struct arguments *arguments, struct error *error)
{
    (void)arguments;
    return bench_generate(steps->format, error);
}

static enum status run_start(const struct bench_steps *steps, const struct arguments *arguments,
                             struct error *error)
{
    (void)arguments;
    return bench_start(&steps->plan, steps->format, error);
}

static enum status run_window(const struct bench_steps *steps,
                              const struct arguments *arguments, struct error *error)
{
    (void)arguments;
    return bench_window(&steps->plan, steps->format, error);
}

/* What there is to measure, or to print: bits, since several may be asked for. */
enum {
    OF_SHAPES = 1 << 0,
    OF_FROM = 1 << 1,
    OF_SCALING = 1 << 2,
    OF_LONG = 1 << 3,
    OF_GENERATE = 1 << 4,
    OF_START = 1 << 5,
    OF_WINDOW = 1 << 6
};

/* In the order in which they are run. */
static const struct {
    const char *name;
    int bit;
    other *run;
} others[] = {
    { "scaling", OF_SCALING, run_scaling },    { "long", OF_LONG, run_long },
    { "generate", OF_GENERATE, run_generate }, { "start", OF_START, run_start },
    { "window", OF_WINDOW, run_window },
};
enum { OTHERS = sizeof others / sizeof others[0] };

/* Which of them look at an option. */
static const struct {
    const char *option;
    int used_by;
} uses[] = {
    { "filter", OF_SHAPES | OF_FROM | OF_SCALING },
    { "threads", OF_SHAPES | OF_SCALING | OF_WINDOW },
    { "rounds", OF_SHAPES | OF_SCALING | OF_LONG | OF_START | OF_WINDOW },
    { "seconds", OF_SHAPES | OF_SCALING | OF_LONG | OF_WINDOW },
    { "against", OF_SHAPES },
    { "wait", OF_SHAPES },
    { "compare", OF_SHAPES | OF_FROM },
    { "from", OF_FROM },
};

static int asked_for(const struct arguments *arguments)
{
    int bits = 0;

    for (int i = 0; i < OTHERS; i++)
        if (arguments_value(arguments, others[i].name) != NULL)
            bits |= others[i].bit;
    if (bits != 0)
        return bits;
    return arguments_value(arguments, "from") != NULL ? OF_FROM : OF_SHAPES;
}

/* What was asked for, to name it. */
static const char *name_of(int asked)
{
    for (int i = 0; i < OTHERS; i++)
        if (asked & others[i].bit)
            return others[i].name;
    return "from"; /* the shapes look at everything but that */
}

/* An option that nothing of what was asked for looks at would be passed over in silence. */
static enum status refuse(int asked, const struct arguments *arguments, struct error *error)
{
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++)
        if (arguments_value(arguments, uses[i].option) != NULL && !(uses[i].used_by & asked))
            return error_set(error, STATUS_USAGE, "--%s: means nothing to --%s", uses[i].option,
                             name_of(asked));
    if (arguments_value(arguments, "wait") != NULL &&
        arguments_value(arguments, "against") == NULL)
        return error_set(error, STATUS_USAGE, "--wait: means nothing without --against");
    if (arguments_value(arguments, "json") != NULL &&
        arguments_value(arguments, "markdown") != NULL)
        return error_set(error, STATUS_USAGE, "--markdown: means nothing beside --json");
    return STATUS_OK;
}

static enum status run_others(const struct bench_steps *steps,
                              const struct arguments *arguments, int asked, struct error *error)
{
    enum status status = STATUS_OK;
    int count = 0;

    for (int i = 0; i < OTHERS && status == STATUS_OK; i++) {
        if (!(asked & others[i].bit))
            continue;
        if (count++ > 0 && steps->format != BENCH_JSON)
            puts("");
        status = others[i].run(steps, arguments, error);
    }
    return status;
}

static int bench(const struct command *command, const struct arguments *arguments)
{
    const int asked = asked_for(arguments);
    struct bench_steps steps;
    struct error error;
    enum status status = read_steps(&steps, arguments, &error);

    if (status == STATUS_OK)
        status = refuse(asked, arguments, &error);
    if (status == STATUS_OK)
        status = asked & (OF_SHAPES | OF_FROM) ? bench_steps_run(&steps, &error)
                                               : run_others(&steps, arguments, asked, &error);
    return status == STATUS_OK ? EXIT_GOOD : command_failed(command->name, &error);
}

const struct command bench_command = {
    .name = "bench",
    .operands = "",
    .about = "how long a training step takes, for the standard shapes",
    .details =
        "A step: data, forward, cross-entropy at every position, backward, clipping, Adam.\n"
        "Vocabulary 16. Names: MODEL-LAYERS-WIDTH[-HEADS]-T-BATCH. Times are medians; gflops\n"
        "are those of the equations, forward and twice that backward; \"of peak\" is what the\n"
        "matrix products really did, as a share of the multiply-adds that this machine can\n"
        "do; MB is the most memory that the program held while it trained.\n"
        "\n"
        "--against starts COMMAND once. For each line \"SHAPE SECONDS\" that it reads it\n"
        "writes one:\n"
        "    {\"shape\": SHAPE, \"milliseconds\": {\"tuned\": 13.0, \"installed\": 18.8}}\n"
        "    {\"shape\": SHAPE, \"error\": \"why not\"}\n"
        "Rounds of both alternate. Below the shapes stand geometric means of the ratios in\n"
        "each class, with the goals of this project.\n"
        "\n"
        "--scaling takes a shape of each class on 1, 2, 4, ... threads. --long takes 64, 128,\n"
        "... T steps on one thread: a token costs the same in a recurrent model and in a\n"
        "Transformer with a window, more and more in one that looks at everything. --start\n"
        "starts this program, and waits for the first picture in a window that nobody sees.\n"
        "--window trains lessons 3 and 6 alone and in their window, in turn, each time for\n"
        "8 times --seconds, on one thread and on all: watched, and touched by a hand that\n"
        "moves over it all the time. cost is the share of the steps that are not made.\n"
        "--generate times one token at position n on one thread, for a gru and a transformer\n"
        "of two blocks with as many parameters: constant for the one, linear in n for the\n"
        "other, because its keys and values are.\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .run = bench,
};
