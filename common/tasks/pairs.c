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

enum part { TRAINED, TESTED, UNUSED };

static enum part part_of(const struct pairs_data *data, const struct pair *pair)
{
    if (pair->source + pair->target > data->short_most)
        return data->longer ? TESTED : UNUSED;
    if (!pair->held_out)
        return TRAINED;
    return data->longer ? UNUSED : TESTED;
}

/* The characters of the pairs of a part that are not in the set `without` (NULL: all). */
static enum status collect_characters(const struct pairs_data *data, enum part part,
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
        const bool wanted = part_of(data, pair) == part;

        for (int k = 0; wanted && k < pair->source + pair->target; k++)
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

    for (int i = 0; i < data->trained + data->tested; i++) {
        const struct pair *pair = &data->file.pairs[data->order[i]];
        const uint32_t *target = data->file.characters + pair->first + (size_t)pair->source;

        for (int k = 0; k <= pair->target; k++) {
            const int symbol = k < pair->target ? symbol_of(data, target[k]) : SYMBOL_END;

            if (i < data->trained) {
                counts[symbol]++;
                all++;
            } else {
                loss -= log((counts[symbol] + 1) / all);
                outputs++;
            }
        }
    }
    return loss / outputs;
}

/* Which pairs are for what; STATUS_FILE where none are. */
static enum status sort_out(struct pairs_data *data, const char *path, struct error *error)
{
    const int count = data->file.count;

    data->order = malloc((size_t)count * sizeof *data->order);
    if (data->order == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for %d pairs", path, count);
    for (enum part part = TRAINED; part <= TESTED; part++)
        for (int i = 0; i < count; i++) {
            const struct pair *pair = &data->file.pairs[i];
            const int all = pair->source + pair->target;

            if (part_of(data, pair) != part)
                continue;
            data->order[data->trained + data->tested] = i;
            *(part == TRAINED ? &data->trained : &data->tested) += 1;
            data->longest = all > data->longest ? all : data->longest;
        }
    if (data->trained > 0 && data->tested > 0)
        return STATUS_OK;
    return error_set(
        error, STATUS_FILE,
        "%s: of its %d pairs, %d of at most %d characters are left to train on and "
        "%d of %s to test on",
        path, count, data->trained, data->short_most, data->tested,
        data->longer ? "more" : "these");
}

static enum status prepare(struct pairs_data *data, const char *path, struct error *error)
{
    enum status status = sort_out(data, path, error);
    double *counts = NULL;

    if (status == STATUS_OK)
        status = collect_characters(data, TRAINED, NULL, &data->known, path, error);
    if (status == STATUS_OK)
        status = collect_characters(data, TESTED, &data->known, &data->unseen, path, error);
    if (status != STATUS_OK)
        return status;
    counts = calloc((size_t)symbols_of(data), sizeof *counts);
    if (counts == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory to count its symbols", path);
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
    data = calloc(1, sizeof *data);
    if (data == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory to read it", options->file);
    task->data = data;
    /* task_open_longer has asked for it: shortest is one more than what was trained on */
    data->longer = options->shortest > 1 && options->length == options->test_length;
    data->short_most = data->longer ? options->shortest - 1 : options->length;
    status = pairs_file_read(
        &data->file, options->file,
        options->length > options->test_length ? options->length : options->test_length, error);
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
    const int longer = data->longer ? 0 : data->file.count - data->trained - data->tested;
    size_t used = (size_t)snprintf(
        text, size, "%s: %d pairs, %d of them held out; %d different characters",
        task->options.file, data->trained + data->tested, data->tested, data->known.count);

    if (longer > 0 && used < size)
        used += (size_t)snprintf(text + used, size - used,
                                 "; %d pairs of more than %d characters for the second test",
                                 longer, data->short_most);
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
                        source_target_steps(data_of(task)->longest, 0));
}

static void pairs_fill(const struct task *task, struct random *random, bool held_out,
                       struct batch *batch, int b)
{
    const struct pairs_data *data = data_of(task);
    const int number = held_out
                           ? data->trained + (int)random_below(random, (uint32_t)data->tested)
                           : (int)random_below(random, (uint32_t)data->trained);
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

/*
 * Characters of text, up to end, as symbols; *count of them, for which there is room for
 * `most`.
 */
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
                "task pairs: more than %d characters, source and target of the longest pair",
                data->longest);
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
    status = read_symbols(data, text, end, data->longest, symbols, &n, error);
    if (status == STATUS_OK && target != NULL)
        status = read_symbols(data, target, text + length, data->longest - n, symbols + n, &m,
                              error);
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
    .length_is = "characters of the longest line to train on",
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
