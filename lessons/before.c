#include "lessons/before.h"

#include <stdlib.h>
#include <string.h>

enum status before_freeze(struct before *before, struct probe *probe, struct weights weights,
                          long step, struct error *error)
{
    const struct edits edits = probe->edits;
    const struct trace_entry *logits;
    enum status status;

    before_forget(before);
    probe->edits = (struct edits){ NULL, 0 };
    status = probe_run(probe, weights, error);
    probe->edits = edits;
    if (status != STATUS_OK)
        return status;
    logits = trace_find(&probe->trace, "logits", -1);
    if (logits->count > before->capacity) {
        real *output = realloc(before->output, logits->count * sizeof *output);

        if (output == NULL)
            return error_set(error, STATUS_NO_MEMORY,
                             "no memory for the answers before a change");
        before->output = output;
        before->capacity = logits->count;
    }
    memcpy(before->output, logits->value, logits->count * sizeof *before->output);
    before->loss = probe->loss;
    before->step = step;
    before->any = true;
    return STATUS_OK;
}

void before_forget(struct before *before)
{
    before->any = false;
}

void before_free(struct before *before)
{
    free(before->output);
    *before = (struct before){ 0 };
}
