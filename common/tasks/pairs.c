#include "common/tasks/pairs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/utf8.h"

enum { LINE_USUAL = 256, LINE_MOST = 1024, UNSEEN_NAMED = 6 };

static const struct pairs_data *data_of(const struct task *task)
{
    return task->data;
}

/* Reading --------------------------------------------------------------------------------------*/

/* The characters of the pairs on one side that are not in the set `without` (NULL: all). */
static enum status collect_characters(const struct pairs_data *data, bool held_out,
                                      const struct character_set *without,
                                      struct character_set *set, const char *path,
                                      struct error *error)
{
    struct character_marks *marks = calloc(1, sizeof *marks);
    enum status status;

    if (marks == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for its characters", path);
    for (int i = 0; i < data->file.count; i++) {
        const struct pair *pair = &data->file.pairs[i];

        for (int k = 0; pair->held_out == held_out && k < pair->source + pair->target; k++)
            character_mark(marks, data->file.characters[pair->first + (size_t)k]);
    }
    status = character_set_create(set, marks, without, path, error);
    free(marks);
    return status;
}

static int symbol_of(const struct pairs_data *data, uint32_t point)
{
    const int place = character_set_find(&data->known, point);

    return place < 0 ? SYMBOL_UNKNOWN : PAIRS_FIRST_CHARACTER + place;
}

static int symbols_of(const struct pairs_data *data)
{
    return PAIRS_FIRST_CHARACTER + data->known.count;
}

/* See the header; counts (symbols), zeroed. */
static double measure_baseline(const struct pairs_data *data, double *counts)
{
    const int symbols = symbols_of(data);
    double all = symbols, loss = 0, outputs = 0;

    for (int held_out = 0; held_out < 2; held_out++)
        for (int i = 0; i < data->file.count; i++) {
            const struct pair *pair = &data->file.pairs[i];
            const uint32_t *target = data->file.characters + pair->first + (size_t)pair->source;

            for (int k = 0; pair->held_out == held_out && k <= pair->target; k++) {
                const int symbol = k < pair->target ? symbol_of(data, target[k]) : SYMBOL_END;

                if (held_out) {
                    loss -= log((counts[symbol] + 1) / all);
                    outputs++;
                } else {
                    counts[symbol]++;
                    all++;
                }
            }
        }
    return loss / outputs;
}

static enum status prepare(struct pairs_data *data, const char *path, struct error *error)
{
    const int count = data->file.count;
    int trained = 0, held_out = count - data->file.held_out;
    double *counts = calloc((size_t)symbols_of(data), sizeof *counts);

    data->order = malloc((size_t)count * sizeof *data->order);
    if (counts == NULL || data->order == NULL) {
        free(counts);
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for %d pairs", path, count);
    }
    for (int i = 0; i < count; i++)
        data->order[data->file.pairs[i].held_out ? held_out++ : trained++] = i;
    data->baseline = measure_baseline(data, counts);
    free(counts);
    return STATUS_OK;
}

static void pairs_close(struct task *task)
{
    struct pairs_data *data = task->data;

    if (data == NULL)
        return;
    pairs_file_free(&data->file);
    character_set_free(&data->known);
    character_set_free(&data->unseen);
    free(data->order);
    free(data);
    task->data = NULL;
}

static enum status pairs_open(struct task *task, struct error *error)
{
    const struct task_options *options = &task->options;
    struct pairs_data *data;
    enum status status;

    if (options->file[0] == '\0')
        return error_set(error, STATUS_USAGE,
                         "task pairs: needs your data: --pairs FILE.tsv, lines of source TAB "
                         "target");
    if (options->test_length != 0)
        return error_set(
            error, STATUS_USAGE,
            "task pairs: test_length %d is impossible: what is tested are lines of "
            "the file",
            options->test_length);
    data = calloc(1, sizeof *data);
    if (data == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory to read it", options->file);
    task->data = data;
    status = pairs_file_read(&data->file, options->file, options->length, error);
    if (status == STATUS_OK)
        status = collect_characters(data, false, NULL, &data->known, options->file, error);
    if (status == STATUS_OK)
        status =
            collect_characters(data, true, &data->known, &data->unseen, options->file, error);
    if (status == STATUS_OK)
        status = prepare(data, options->file, error);
    if (status != STATUS_OK)
        pairs_close(task);
    return status;
}

static void pairs_note(const struct task *task, char *text, size_t size)
{
    const struct pairs_data *data = data_of(task);
    const int unseen = data->unseen.count;
    size_t used = (size_t)snprintf(
        text, size, "%s: %d pairs, %d of them held out; %d different characters",
        task->options.file, data->file.count, data->file.held_out, data->known.count);

    if (unseen > 0 && used < size)
        used += (size_t)snprintf(
            text + used, size - used,
            "; %d more in held-out pairs, which training never sees: ", unseen);
    for (int i = 0; i < unseen && i <= UNSEEN_NAMED && used < size; i++) {
        char name[CHARACTER_NAME_MAX] = "...";

        if (i < UNSEEN_NAMED)
            character_name(data->unseen.points[i], name);
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", name);
    }
}

/* Sequences ------------------------------------------------------------------------------------*/

static void pairs_shape(struct task *task)
{
    source_target_shape(task, symbols_of(data_of(task)),
                        source_target_steps(data_of(task)->file.longest, 0));
}

static void pairs_fill(const struct task *task, struct random *random, bool held_out,
                       struct batch *batch, int b)
{
    const struct pairs_data *data = data_of(task);
    const int trained = data->file.count - data->file.held_out;
    const int number = held_out
                           ? trained + (int)random_below(random, (uint32_t)data->file.held_out)
                           : (int)random_below(random, (uint32_t)trained);
    const struct pair *pair = &data->file.pairs[data->order[number]];
    const uint32_t *characters = data->file.characters + pair->first;
    int symbols[LINE_MOST];

    for (int i = 0; i < pair->source + pair->target; i++)
        symbols[i] = symbol_of(data, characters[i]);
    source_target_fill(batch, b, symbols, pair->source, symbols + pair->source, pair->target);
}

static double pairs_baseline(const struct task *task)
{
    return data_of(task)->baseline;
}

static void pairs_output_symbol(const struct task *task, int symbol, char text[TASK_TEXT_MAX])
{
    if (source_target_text(symbol, text))
        return;
    character_text(symbol == SYMBOL_UNKNOWN
                       ? 0xFFFD
                       : data_of(task)->known.points[symbol - PAIRS_FIRST_CHARACTER],
                   text);
}

static bool pairs_input_text(const struct task *task, const struct batch *batch, int b, int t,
                             char text[TASK_TEXT_MAX])
{
    pairs_output_symbol(task, batch->tokens[t * batch->extent.batch + b], text);
    return t < batch->sources[b];
}

/* Characters of text, up to end, as symbols; *count of them. */
static enum status read_symbols(const struct pairs_data *data, const char *text,
                                const char *end, int most, int *symbols, int *count,
                                struct error *error)
{
    for (*count = 0; text < end; ++*count) {
        char name[CHARACTER_NAME_MAX];
        uint32_t point;

        text += utf8_decode(text, (size_t)(end - text), &point);
        if (*count == most)
            return error_set(
                error, STATUS_USAGE,
                "task pairs: more than %d characters, the longest pair of the file", most);
        symbols[*count] = character_set_find_shown(&data->known, point);
        character_name(point, name);
        if (symbols[*count] < 0)
            return error_set(error, STATUS_USAGE,
                             "task pairs: %s is none of the %d characters that training sees",
                             name, data->known.count);
        symbols[*count] += PAIRS_FIRST_CHARACTER;
    }
    return STATUS_OK;
}

static enum status pairs_parse(const struct task *task, const char *text, struct batch *batch,
                               struct error *error)
{
    const struct pairs_data *data = data_of(task);
    const size_t length = strlen(text);
    const char *end = text + length, *target = source_target_split(text, &end);
    int symbols[LINE_MOST], n, m = 0;
    enum status status;

    if (utf8_find_bad(text, length) < length)
        return error_set(error, STATUS_USAGE, "task pairs: byte %zu of the input is not UTF-8",
                         utf8_find_bad(text, length) + 1);
    status = read_symbols(data, text, end, data->file.longest, symbols, &n, error);
    if (status == STATUS_OK && target != NULL)
        status = read_symbols(data, target, text + length, data->file.longest - n, symbols + n,
                              &m, error);
    if (status != STATUS_OK)
        return status;
    if (n == 0)
        return error_set(error, STATUS_USAGE,
                         "task pairs: empty; a source is wanted, or source TAB target");
    source_target_fill(batch, 0, symbols, n, m > 0 ? symbols + n : NULL, m);
    return STATUS_OK;
}

const struct task_kind pairs_task = {
    .name = "pairs",
    .title = "your own pairs",
    .about =
        "lines of source TAB target from --pairs FILE.tsv, character by character; cross-entropy "
        "of the target; a tenth of all lines is held out",
    .default_length = LINE_USUAL,
    .shortest = 2,
    .longest = LINE_MOST,
    .length_is = "characters of the longest line that is allowed",
    .file_is = "lines of source TAB target",
    .open = pairs_open,
    .close = pairs_close,
    .note = pairs_note,
    .shape = pairs_shape,
    .fill = pairs_fill,
    .baseline = pairs_baseline,
    .input_text = pairs_input_text,
    .output_symbol = pairs_output_symbol,
    .separator = "",
    .parse = pairs_parse,
};
