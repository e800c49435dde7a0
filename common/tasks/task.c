#include "common/tasks/task.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tasks/adding.h"
#include "common/tasks/copying.h"
#include "common/tasks/cycle.h"
#include "common/tasks/dates.h"
#include "common/tasks/drive.h"
#include "common/tasks/even_pairs.h"
#include "common/tasks/flip_flop.h"
#include "common/tasks/induction.h"
#include "common/tasks/line.h"
#include "common/tasks/needle.h"
#include "common/tasks/order.h"
#include "common/tasks/pairs.h"
#include "common/tasks/parity.h"
#include "common/tasks/recall.h"
#include "common/tasks/reverse.h"
#include "common/tasks/sort.h"
#include "common/tasks/temporal_order.h"
#include "common/tasks/text.h"
#include "common/tasks/translation.h"

/* clang-format off */
static const struct task_kind *const kinds[] = {
    &adding_task,
    &copying_task,
    &sort_task,
    &line_task,
    &temporal_order_task,
    &parity_task.kind,
    &cycle_task.kind,
    &even_pairs_task.kind,
    &flip_flop_task,
    &reverse_task,
    &recall_task,
    &induction_task,
    &needle_task,
    &order_task,
    &drive_task,
    &dates_task,
    &translation_task,
    &text_task,
    &pairs_task,
};
/* clang-format on */
enum { KINDS = sizeof kinds / sizeof kinds[0] };

const struct task_kind *const *task_kinds(int *count)
{
    *count = KINDS;
    return kinds;
}

enum status task_kind_find(const struct task_kind **kind, const char *name, struct error *error)
{
    char names[512] = "";

    for (int i = 0; i < KINDS; i++) {
        if (strcmp(kinds[i]->name, name) == 0) {
            *kind = kinds[i];
            return STATUS_OK;
        }
        error_list_word(names, sizeof names, kinds[i]->name);
    }
    return error_set(error, STATUS_USAGE, "unknown task \"%s\"; there are: %s", name, names);
}

const char *task_option_name(enum task_option option)
{
    static const char *const names[] = {
        [OPTION_NONE] = "",           [OPTION_SHORTEST] = "shortest",
        [OPTION_SYMBOLS] = "symbols", [OPTION_ITEMS] = "items",
        [OPTION_FEWEST] = "fewest",   [OPTION_DISTANCE] = "distance",
        [OPTION_SCORED] = "scored",
    };

    return names[option];
}

/* The number that the option is, or NULL for what is no number. */
static int *option_number(struct task_options *options, enum task_option option)
{
    switch (option) {
    case OPTION_SHORTEST:
        return &options->shortest;
    case OPTION_SYMBOLS:
        return &options->symbols;
    case OPTION_ITEMS:
        return &options->items;
    case OPTION_FEWEST:
        return &options->fewest;
    case OPTION_DISTANCE:
        return &options->distance;
    default:
        return NULL;
    }
}

/* Replace defaults, and refuse numbers that the task does not allow. */
static enum status settle_choices(struct task *task, struct error *error)
{
    const struct task_choice *choice = task->kind->choices;

    for (int i = 0; i < TASK_CHOICES_MAX && choice[i].option != OPTION_NONE; i++) {
        int *number = option_number(&task->options, choice[i].option);

        if (choice[i].option == OPTION_SCORED && task->options.scored == SCORED_DEFAULT)
            task->options.scored = (enum task_scored)choice[i].usual;
        if (number == NULL)
            continue;
        if (*number == 0)
            *number = choice[i].usual;
        else if (*number < choice[i].least || *number > choice[i].most)
            return error_set(error, STATUS_USAGE,
                             "task %s: %s %d is impossible; it is %s, %d to %d",
                             task->kind->name, task_option_name(choice[i].option), *number,
                             choice[i].is, choice[i].least, choice[i].most);
        if (choice[i].option == OPTION_SHORTEST && *number > task->length)
            return error_set(error, STATUS_USAGE,
                             "task %s: shortest %d is above length %d; it is %s, %d to %d",
                             task->kind->name, *number, task->length, choice[i].is,
                             choice[i].least, task->length);
    }
    return STATUS_OK;
}

enum status task_open(struct task *task, const struct task_options *options,
                      struct error *error)
{
    const struct task_kind *kind = NULL;
    struct task made = { .options = *options, .end_symbol = -1, .group = 1 };
    enum status status = task_kind_find(&kind, options->name, error);
    int length;

    if (status != STATUS_OK)
        return status;
    length = options->length ? options->length : kind->default_length;
    if (length < kind->shortest || length > kind->longest)
        return error_set(error, STATUS_USAGE,
                         "task %s: length %d is impossible; length counts %s, %d to %d",
                         kind->name, length, kind->length_is, kind->shortest, kind->longest);
    if (options->file[0] != '\0' && kind->file_is == NULL)
        return error_set(error, STATUS_USAGE, "task %s: reads no file, and was given \"%s\"",
                         kind->name, options->file);
    made.kind = kind;
    made.length = made.options.length = length;
    status = settle_choices(&made, error);
    if (status == STATUS_OK && kind->open != NULL)
        status = kind->open(&made, error);
    if (status != STATUS_OK)
        return status;
    kind->shape(&made);
    *task = made;
    return STATUS_OK;
}

enum status task_find(struct task *task, const char *name, int length, struct error *error)
{
    struct task_options options = { .length = length };

    snprintf(options.name, sizeof options.name, "%s", name);
    return task_open(task, &options, error);
}

enum status task_open_longer(struct task *longer, const struct task *trained,
                             struct error *error)
{
    const struct batch_shape *short_shape = &trained->shape, *shape;
    struct task_options options = trained->options;
    struct task made;
    enum status status;

    if (options.test_length <= trained->length)
        return error_set(error, STATUS_USAGE,
                         "task %s: test_length %d is not beyond length, which is %d",
                         options.name, options.test_length, trained->length);
    options.length = options.test_length;
    options.shortest = trained->length + 1;
    status = task_open(&made, &options, error);
    if (status != STATUS_OK)
        return status;
    shape = &made.shape;
    if (shape->inputs != short_shape->inputs || shape->outputs != short_shape->outputs ||
        shape->input != short_shape->input || shape->target != short_shape->target ||
        shape->readout != short_shape->readout) {
        status = error_set(error, STATUS_USAGE,
                           "task %s: at test_length %d it has %d inputs and %d outputs, at "
                           "length %d there are %d and %d: no model fits both",
                           options.name, options.test_length, shape->inputs, shape->outputs,
                           trained->length, short_shape->inputs, short_shape->outputs);
        task_close(&made);
        return status;
    }
    *longer = made;
    return STATUS_OK;
}

void task_close(struct task *task)
{
    if (task->kind != NULL && task->kind->close != NULL)
        task->kind->close(task);
    *task = (struct task){ 0 };
}

/* Does training never see what is drawn for that? */
static bool is_held_out(enum random_purpose purpose)
{
    return purpose != RANDOM_TRAIN && purpose != RANDOM_SAMPLE;
}

void task_fill_one(const struct task *task, uint64_t seed, enum random_purpose purpose,
                   uint64_t index, uint32_t row, struct batch *batch, int b)
{
    struct random random = random_stream(seed, purpose, index, row);

    batch->lengths[b] = batch->extent.steps;
    batch->sources[b] = 0;
    task->kind->fill(task, &random, is_held_out(purpose), batch, b);
}

void task_fill(const struct task *task, uint64_t seed, enum random_purpose purpose,
               uint64_t index, uint32_t first_row, struct batch *batch)
{
    for (int b = 0; b < batch->extent.batch; b++)
        task_fill_one(task, seed, purpose, index, first_row + (uint32_t)b, batch, b);
}

void task_fill_sample(const struct task *task, uint64_t seed, uint32_t sample,
                      struct batch *batch, int b)
{
    const uint32_t group = (uint32_t)task->group;

    task_fill_one(task, seed, RANDOM_SAMPLE, sample / group, sample % group, batch, b);
}

const char *task_loss_name(const struct task *task)
{
    return task->shape.target == TARGET_CLASSES ? "cross-entropy (nats)" : "mean squared error";
}

const char *task_metric_name(const struct task *task)
{
    return task->metric.name;
}

double task_baseline(const struct task *task)
{
    return task->kind->baseline(task);
}

const char *task_baseline_name(const struct task *task)
{
    return task->kind->baseline_is ? task->kind->baseline_is : "learned nothing";
}

void task_note(const struct task *task, char *text, size_t size)
{
    text[0] = '\0';
    if (task->kind->note != NULL)
        task->kind->note(task, text, size);
}

bool task_input_text(const struct task *task, const struct batch *batch, int b, int t,
                     char text[TASK_TEXT_MAX])
{
    return task->kind->input_text(task, batch, b, t, text);
}

/* Sequence 0 of `from` into `to`: both of one sequence and one shape. */
static void copy_sequence(struct batch *to, const struct batch *from)
{
    const struct batch_shape *shape = &from->shape;
    const size_t steps = (size_t)shape->steps, scored = (size_t)output_steps(shape);

    to->extent = from->extent;
    to->lengths[0] = from->lengths[0];
    to->sources[0] = from->sources[0];
    if (shape->input == INPUT_TOKENS)
        memcpy(to->tokens, from->tokens, steps * sizeof *to->tokens);
    else
        memcpy(to->features, from->features,
               steps * (size_t)shape->inputs * sizeof *to->features);
    if (shape->target == TARGET_CLASSES)
        memcpy(to->classes, from->classes, scored * sizeof *to->classes);
    else
        memcpy(to->values, from->values, scored * (size_t)shape->outputs * sizeof *to->values);
}

enum status task_parse(const struct task *task, const char *text, struct batch *batch,
                       struct error *error)
{
    struct batch read = { 0 };
    enum status status;

    if (task->kind->parse == NULL)
        return error_set(error, STATUS_USAGE, "task %s takes no input of your own",
                         task->kind->name);
    status = batch_create(&read, &task->shape, 1, error);
    if (status == STATUS_OK)
        status = task->kind->parse(task, text, &read, error);
    if (status == STATUS_OK)
        copy_sequence(batch, &read);
    batch_free(&read);
    return status;
}

char *task_render(const struct task *task, const struct batch *batch, int b)
{
    const char *separator = task->kind->separator ? task->kind->separator : " ";
    const char *mark = task->kind->mark ? task->kind->mark : "";
    const size_t most =
        (TASK_TEXT_MAX + strlen(separator) + strlen(mark)) * (size_t)batch_length(batch, b);
    char *text = calloc(most + 1, 1);
    size_t used = 0;

    for (int t = 0; text != NULL && t < batch_length(batch, b); t++) {
        char step[TASK_TEXT_MAX];
        const bool marked = task_input_text(task, batch, b, t, step);

        used += (size_t)snprintf(text + used, most + 1 - used, "%s%s%s", t ? separator : "",
                                 step, marked ? mark : "");
    }
    return text;
}

/* One output for each sequence belongs to the sequence's last step. */
static bool has_output(const struct task *task, const struct batch *batch, int b, int t)
{
    return task->shape.readout == READOUT_EVERY ? t < batch_length(batch, b)
                                                : t == batch_length(batch, b) - 1;
}

int task_output_row(const struct task *task, const struct batch *batch, int b, int t)
{
    assert(has_output(task, batch, b, t));
    return (task->shape.readout == READOUT_EVERY ? t : 0) * batch->extent.batch + b;
}

bool task_is_scored(const struct task *task, const struct batch *batch, int b, int t)
{
    if (!has_output(task, batch, b, t))
        return false;
    return task->shape.target == TARGET_VALUES ||
           batch->classes[task_output_row(task, batch, b, t)] != TARGET_IGNORED;
}

int task_last_scored(const struct task *task, const struct batch *batch, int b)
{
    const int last = batch_length(batch, b) - 1;
    int t = last;

    while (t >= 0 && !task_is_scored(task, batch, b, t))
        t--;
    return t >= 0 ? t : last;
}

void task_symbol_text(const struct task *task, int symbol, char text[TASK_TEXT_MAX])
{
    if (task->kind->output_symbol != NULL)
        task->kind->output_symbol(task, symbol, text);
    else
        snprintf(text, TASK_TEXT_MAX, "%d", symbol);
}

void task_target_text(const struct task *task, const struct batch *batch, int b, int t,
                      char text[TASK_TEXT_MAX])
{
    const int row = task_output_row(task, batch, b, t);

    if (task->shape.target == TARGET_CLASSES)
        task_symbol_text(task, batch->classes[row], text);
    else
        snprintf(text, TASK_TEXT_MAX, "%.3f",
                 (double)batch->values[(size_t)row * (size_t)task->shape.outputs]);
}

void task_output_text(const struct task *task, const real *output, char text[TASK_TEXT_MAX])
{
    if (task->shape.target == TARGET_CLASSES)
        task_symbol_text(task, largest_logit(output, task->shape.outputs), text);
    else
        snprintf(text, TASK_TEXT_MAX, "%.3f", (double)output[0]);
}
