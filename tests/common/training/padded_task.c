#include "tests/common/training/padded_task.h"

enum { NO_CLASS = 12345 };

static void padded_fill(const struct task *task, struct random *random, bool held_out,
                        struct batch *batch, int b)
{
    const int T = batch->extent.steps, B = batch->extent.batch;
    int before = TARGET_IGNORED;

    (void)held_out;
    batch->lengths[b] = 1 + (int)random_below(random, (uint32_t)T);
    for (int t = 0; t < T; t++) {
        const int symbol = (int)random_below(random, PADDED_SYMBOLS);
        const bool real_step = t < batch->lengths[b];

        batch->tokens[t * B + b] = real_step ? symbol : 0;
        batch->classes[t * B + b] = real_step             ? before
                                    : task->options.items ? NO_CLASS
                                                          : TARGET_IGNORED;
        before = symbol;
    }
}

static double padded_baseline(const struct task *task)
{
    (void)task;
    return 1.6094379124341003; /* ln 5 */
}

struct task padded_task(int steps, bool garbage)
{
    static const struct task_kind kind = { .name = "padded",
                                           .fill = padded_fill,
                                           .baseline = padded_baseline };
    return (struct task){ .kind = &kind,
                          .group = 1,
                          .length = steps,
                          .options = { .items = garbage },
                          .shape = { .steps = steps,
                                     .input = INPUT_TOKENS,
                                     .inputs = PADDED_SYMBOLS,
                                     .target = TARGET_CLASSES,
                                     .outputs = PADDED_SYMBOLS,
                                     .readout = READOUT_EVERY },
                          .metric = { .kind = METRIC_TOKENS, .name = "right answers" } };
}
