#include "viz/commands/loss_at.h"

#include <string.h>

enum status loss_at_read(struct loss_at *loss_at, const struct arguments *arguments,
                         const struct lab *lab, struct error *error)
{
    const char *text = arguments_value(arguments, "loss-at");
    const struct task *task = &lab->arm[0].probe.task;
    const struct batch *batch = &lab->arm[0].probe.one;
    const int last = task_last_scored(task, batch, 0);
    struct loss_at read = { .step = PROBE_LAST };
    int first = 0;
    long step;

    if (text == NULL)
        return STATUS_OK;
    while (first < last && !task_is_scored(task, batch, 0, first))
        first++;
    if (strcmp(text, "all") == 0) {
        read.all = true;
    } else if (strcmp(text, "last") != 0) {
        if (integer_parse("", text, first, last, &step, NULL) != STATUS_OK ||
            !task_is_scored(task, batch, 0, (int)step))
            return error_set(
                error, STATUS_USAGE,
                "--loss-at: no output of step \"%.60s\" is in the loss; allowed are "
                "last, all, and the scored steps: %d to %d",
                text, first, last);
        read.step = (int)step;
    }
    *loss_at = read;
    return STATUS_OK;
}
