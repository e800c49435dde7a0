#include "common/tasks/writer.h"

#include <assert.h>

#include "common/clock.h"

enum { LOOKED_AT = 8 /* sequences */ };

/* Is every output of sequence b, from the first scored one on, scored and the next input? */
static bool sequence_feeds_back(const struct task *task, const struct batch *batch, int b)
{
    const int B = batch->extent.batch;
    bool begun = false;

    for (int t = 0; t + 1 < batch_length(batch, b); t++) {
        const bool scored = task_is_scored(task, batch, b, t);

        begun = begun || scored;
        if (begun && (!scored || batch->classes[task_output_row(task, batch, b, t)] !=
                                     batch->tokens[(t + 1) * B + b]))
            return false;
    }
    return true;
}

enum status writer_feeds_back(const struct task *task, bool *feeds_back, struct error *error)
{
    const struct batch_shape *shape = &task->shape;
    struct batch batch;
    enum status status;

    *feeds_back = shape->input == INPUT_TOKENS && shape->target == TARGET_CLASSES &&
                  shape->readout == READOUT_EVERY && shape->outputs <= shape->inputs;
    if (!*feeds_back)
        return STATUS_OK;
    status = batch_create(&batch, shape, LOOKED_AT, error);
    if (status != STATUS_OK)
        return status;
    task_fill(task, 0, RANDOM_TEST, 0, 0, &batch);
    for (int b = 0; b < LOOKED_AT; b++)
        *feeds_back = *feeds_back && sequence_feeds_back(task, &batch, b);
    batch_free(&batch);
    return STATUS_OK;
}

int writer_prompt_steps(const struct task *task, const struct batch *prompt, bool feeds_back)
{
    const int n = batch_length(prompt, 0);
    int first = 0, last = n - 1;

    while (first < n && !task_is_scored(task, prompt, 0, first))
        first++;
    while (last >= 0 && !task_is_scored(task, prompt, 0, last))
        last--;
    if (first == n)
        return n;
    if (feeds_back)
        return first > 0 ? first + 1 : n;
    return last + 1;
}

enum status writer_wanted(const struct task *task, const struct batch *prompt, int *count,
                          struct error *error)
{
    const int length = batch_length(prompt, 0);
    bool feeds_back = false, known;
    const enum status status = writer_feeds_back(task, &feeds_back, error);
    int given, left;

    given = writer_prompt_steps(task, prompt, feeds_back);
    known = given < length && task->end_symbol < 0;
    left = (known ? length : task->shape.steps) - given + 1;
    *count = feeds_back && left > 1 ? left : 1;
    return status;
}

enum status writer_open(struct writer_state *writer, const struct task *task,
                        const struct sequence_model *model, struct weights weights,
                        const struct batch *prompt, int most, const struct sampling *sampling,
                        struct random *random, struct error *error)
{
    struct writer_state made = {
        .task = task, .prompt = prompt, .sampling = sampling, .random = random
    };
    bool feeds_back;
    enum status status = writer_feeds_back(task, &feeds_back, error);

    assert(most > 0);
    if (status == STATUS_OK)
        made.given = writer_prompt_steps(task, prompt, feeds_back);
    if (status == STATUS_OK && !feeds_back && most > 1)
        status =
            error_set(error, STATUS_USAGE,
                      "task %s has outputs that are no next inputs: there is one answer to "
                      "a prompt, not %d",
                      task->kind->name, most);
    if (status == STATUS_OK)
        status = generator_create(&made.generator, model, weights, 1, made.given + most, error);
    if (status != STATUS_OK)
        return status;
    generator_reset(&made.generator, prompt->sources);
    *writer = made;
    return STATUS_OK;
}

void writer_close(struct writer_state *writer)
{
    generator_free(&writer->generator);
    *writer = (struct writer_state){ 0 };
}

bool writer_step(struct writer_state *writer)
{
    const int t = writer->generator.t;
    const int token = t < writer->given
                          ? writer->prompt->tokens[t * writer->prompt->extent.batch]
                          : writer->last;

    writer->logits = generator_step(&writer->generator, &token);
    if (t + 1 < writer->given)
        return false;
    writer->last = sampling_pick(writer->sampling, writer->logits, writer->task->shape.outputs,
                                 writer->random);
    writer->ended = writer->last == writer->task->end_symbol;
    return true;
}

enum status writer_write(struct writing *writing, const struct task *task,
                         const struct sequence_model *model, struct weights weights,
                         const struct batch *prompt, int most, const struct sampling *sampling,
                         struct random *random, struct error *error)
{
    struct writing made = { .symbols = writing->symbols };
    struct writer_state writer;
    double begin;
    const enum status status =
        writer_open(&writer, task, model, weights, prompt, most, sampling, random, error);

    if (status != STATUS_OK)
        return status;
    begin = clock_seconds();
    while (made.count < most && !writer.ended)
        if (writer_step(&writer))
            made.symbols[made.count++] = writer.last;
    made.given = writer.given;
    made.steps = writer.generator.t;
    made.seconds = clock_seconds() - begin;
    made.ended = writer.ended;
    writer_close(&writer);
    *writing = made;
    return STATUS_OK;
}
