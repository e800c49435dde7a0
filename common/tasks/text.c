#include "common/tasks/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/utf8.h"

enum { BYTES = 256 };

/* task->data of an open task. */
struct text_data {
    struct text_file text;
    double unigram; /* struct text_baselines */
};

static const struct text_data *data_of(const struct task *task)
{
    return task->data;
}

/* Baselines -------------------------------------------------------------------------------- */

/* counts (V) of the symbols from begin to end. */
static void count_symbols(const struct text_file *text, size_t begin, size_t end,
                          double *counts)
{
    memset(counts, 0, (size_t)text->set.count * sizeof *counts);
    for (size_t i = begin; i < end; i++)
        counts[text->symbols[i]]++;
}

/* counts (V) of the training part. */
static double unigram(const struct text_file *text, const double *counts, int symbol)
{
    return (counts[symbol] + 1) / ((double)text->trained + text->set.count);
}

static enum status measure_unigram(struct text_data *data, const char *path,
                                   struct error *error)
{
    const struct text_file *text = &data->text;
    double *counts = malloc((size_t)text->set.count * sizeof *counts);

    if (counts == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory to count its symbols", path);
    count_symbols(text, 0, text->trained, counts);
    data->unigram = 0;
    for (size_t i = text->trained + 1; i < text->count; i++)
        data->unigram -= log(unigram(text, counts, text->symbols[i]));
    data->unigram /= (double)(text->count - text->trained - 1);
    free(counts);
    return STATUS_OK;
}

/* What counting pairs needs: once over the training part, once over everything. */
struct pair_counts {
    uint32_t *pairs;    /* (V, V): x, y */
    uint32_t *first;    /* (V) pairs that begin with x */
    uint32_t *follower; /* (V) different y behind x */
    double *single;     /* (V) */
};

static void count_pairs(const struct text_file *text, size_t end, struct pair_counts *c)
{
    const size_t V = (size_t)text->set.count;

    memset(c->pairs, 0, V * V * sizeof *c->pairs);
    memset(c->first, 0, V * sizeof *c->first);
    memset(c->follower, 0, V * sizeof *c->follower);
    for (size_t i = 1; i < end; i++) {
        const size_t x = text->symbols[i - 1], y = text->symbols[i];

        c->follower[x] += c->pairs[x * V + y]++ == 0;
        c->first[x]++;
    }
    count_symbols(text, 0, end, c->single);
}

static double measure_bigram(const struct text_file *text, const struct pair_counts *c)
{
    const size_t V = (size_t)text->set.count;
    double loss = 0;

    for (size_t i = text->trained + 1; i < text->count; i++) {
        const size_t x = text->symbols[i - 1], y = text->symbols[i];
        const double alone = unigram(text, c->single, (int)y), k = c->follower[x];
        const double here = c->pairs[x * V + y], all = c->first[x];

        loss -= log(all > 0 ? (here + k * alone) / (all + k) : alone);
    }
    return loss / (double)(text->count - text->trained - 1);
}

/* Entropies of the counts of the whole text. */
static void measure_whole(const struct text_file *text, const struct pair_counts *c,
                          struct text_baselines *baselines)
{
    const size_t V = (size_t)text->set.count;
    const double n = (double)text->count;

    baselines->whole_unigram = baselines->whole_bigram = 0;
    for (size_t x = 0; x < V; x++) {
        if (c->single[x] > 0)
            baselines->whole_unigram -= c->single[x] / n * log(c->single[x] / n);
        for (size_t y = 0; y < V; y++) {
            const double pairs = c->pairs[x * V + y];

            if (pairs > 0)
                baselines->whole_bigram -= pairs / (n - 1) * log(pairs / c->first[x]);
        }
    }
}

enum status text_baselines(const struct task *task, struct text_baselines *baselines,
                           struct error *error)
{
    const struct text_file *text = &data_of(task)->text;
    const size_t V = (size_t)text->set.count;
    struct pair_counts c = { .pairs = malloc(V * V * sizeof *c.pairs),
                             .first = malloc(V * sizeof *c.first),
                             .follower = malloc(V * sizeof *c.follower),
                             .single = malloc(V * sizeof *c.single) };
    enum status status = STATUS_OK;

    if (c.pairs == NULL || c.first == NULL || c.follower == NULL || c.single == NULL) {
        status =
            error_set(error, STATUS_NO_MEMORY, "no memory to count pairs of %zu symbols", V);
    } else {
        baselines->uniform = log((double)V);
        baselines->unigram = data_of(task)->unigram;
        count_pairs(text, text->trained, &c);
        baselines->bigram = measure_bigram(text, &c);
        count_pairs(text, text->count, &c);
        measure_whole(text, &c, baselines);
    }
    free(c.pairs);
    free(c.first);
    free(c.follower);
    free(c.single);
    return status;
}

static double text_baseline(const struct task *task)
{
    return data_of(task)->unigram;
}

/* Opening --------------------------------------------------------------------------------------*/

static void text_close(struct task *task)
{
    struct text_data *data = task->data;

    if (data == NULL)
        return;
    text_file_free(&data->text);
    free(data);
    task->data = NULL;
}

/* A block and the symbol behind it must fit into both parts. */
static enum status check_length(const struct task *task, struct error *error)
{
    const struct text_file *text = &data_of(task)->text;
    const size_t held_out = text->count - text->trained;
    const size_t least = held_out < text->trained ? held_out : text->trained;

    if (least > (size_t)task->length)
        return STATUS_OK;
    return error_set(
        error, STATUS_FILE,
        "%s: too short: %zu %s to train on and %zu held out; length %d needs %d of "
        "each",
        task->options.file, text->trained, text->bytes ? "bytes" : "characters", held_out,
        task->length, task->length + 1);
}

/* What is read where no file is given. */
static enum status take_usual_text(struct task_options *options, struct error *error)
{
    const char *wished = getenv("DUET_TEXT");
    const char *path = wished != NULL && wished[0] != '\0' ? wished : TEXT_DEFAULT_FOLDER;

    if (strlen(path) >= sizeof options->file)
        return error_set(
            error, STATUS_FILE,
            "task text: DUET_TEXT: \"%.40s...\" is too long: %zu characters, at most "
            "%zu are allowed",
            path, strlen(path), sizeof options->file - 1);
    strcpy(options->file, path);
    return STATUS_OK;
}

/* What text_file_read has found, and what can be done about it. */
static void explain(const struct error *found, bool usual, struct error *error)
{
    if (found->status == STATUS_FILE && usual)
        error_set(
            error, STATUS_FILE,
            "task text: no file is given, and the usual text cannot be used: %.800s; give "
            "one: --text FILE",
            found->message);
    else
        error_set(error, found->status, "%s", found->message);
}

static enum status text_open(struct task *task, struct error *error)
{
    struct task_options *options = &task->options;
    const bool usual = options->file[0] == '\0';
    struct text_data *data;
    struct error found;
    enum status status = STATUS_OK;

    if (options->symbols != 0 && options->symbols != BYTES)
        return error_set(error, STATUS_USAGE,
                         "task text: symbols %d is impossible: 0 for characters, %d for bytes",
                         options->symbols, BYTES);
    if (usual)
        status = take_usual_text(options, error);
    if (status != STATUS_OK)
        return status;
    data = calloc(1, sizeof *data);
    if (data == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory to read it", options->file);
    task->data = data;
    status = text_file_read(&data->text, options->file, options->symbols == BYTES, &found);
    if (status != STATUS_OK)
        explain(&found, usual, error);
    if (status == STATUS_OK)
        status = check_length(task, error);
    if (status == STATUS_OK)
        status = measure_unigram(data, options->file, error);
    if (status != STATUS_OK)
        text_close(task);
    return status;
}

static void text_note(const struct task *task, char *note, size_t size)
{
    const struct text_file *text = &data_of(task)->text;
    const char *unit = text->bytes ? "bytes" : "characters";
    const bool forced = text->bytes && task->options.symbols != BYTES;
    char held_out[64] = "the last tenth";

    if (text->documents > 1)
        snprintf(held_out, sizeof held_out, "%d of %d files", text->held_out, text->documents);
    snprintf(note, size, "%s: %s%zu %s, %d different; %s, %zu %s, held out", task->options.file,
             forced ? "not UTF-8, so read as bytes: " : "", text->count, unit, text->set.count,
             held_out, text->count - text->trained, unit);
}

/* Sequences ------------------------------------------------------------------------------------*/

static void text_shape(struct task *task)
{
    const int symbols = data_of(task)->text.set.count;

    task->shape = (struct batch_shape){ .steps = task->length,
                                        .input = INPUT_TOKENS,
                                        .inputs = symbols,
                                        .target = TARGET_CLASSES,
                                        .outputs = symbols,
                                        .readout = READOUT_EVERY };
    task->metric = (struct metric){ .kind = METRIC_TOKENS, .name = "symbols guessed" };
}

static void text_fill(const struct task *task, struct random *random, bool held_out,
                      struct batch *batch, int b)
{
    const struct text_file *text = &data_of(task)->text;
    const int T = task->length, B = batch->extent.batch;
    const size_t begin = held_out ? text->trained : 0;
    const size_t end = held_out ? text->count : text->trained;
    const uint32_t places = (uint32_t)(end - begin - (size_t)T);
    const uint16_t *block = text->symbols + begin + random_below(random, places);

    for (int t = 0; t < T; t++) {
        batch->tokens[t * B + b] = block[t];
        batch->classes[t * B + b] = block[t + 1];
    }
}

static void text_output_symbol(const struct task *task, int symbol, char text[TASK_TEXT_MAX])
{
    const struct text_file *file = &data_of(task)->text;
    const uint32_t point = file->set.points[symbol];

    if (file->bytes && point >= 0x80)
        snprintf(text, TASK_TEXT_MAX, "\\x%02X", (unsigned)point);
    else
        character_text(point, text);
}

static bool text_input_text(const struct task *task, const struct batch *batch, int b, int t,
                            char text[TASK_TEXT_MAX])
{
    text_output_symbol(task, batch->tokens[t * batch->extent.batch + b], text);
    return false;
}

/*
 * The symbol that text begins with, and how many bytes it takes; -1: it is none of the task's.
 * Characters may also be as text_output_symbol shows them; bytes are what they are.
 */
static int first_symbol(const struct text_file *file, const char *text, size_t length,
                        size_t *taken, char name[CHARACTER_NAME_MAX])
{
    uint32_t point = (unsigned char)text[0];

    if (!file->bytes) {
        *taken = utf8_decode(text, length, &point);
        character_name(point, name);
        return character_set_find_shown(&file->set, point);
    }
    *taken = 1;
    snprintf(name, CHARACTER_NAME_MAX, "byte 0x%02X", (unsigned)point);
    return character_set_find(&file->set, point);
}

static enum status text_parse(const struct task *task, const char *text, struct batch *batch,
                              struct error *error)
{
    const struct text_file *file = &data_of(task)->text;
    const int T = batch->extent.steps, B = batch->extent.batch;
    const size_t length = strlen(text), bad = utf8_find_bad(text, length);
    int n = 0;

    if (!file->bytes && bad < length)
        return error_set(error, STATUS_USAGE, "task text: byte %zu of the input is not UTF-8",
                         bad + 1);
    for (size_t at = 0, taken; at < length; at += taken, n++) {
        char name[CHARACTER_NAME_MAX];
        const int symbol = first_symbol(file, text + at, length - at, &taken, name);

        if (symbol < 0)
            return error_set(error, STATUS_USAGE,
                             "task text: %s is none of the %d symbols of %s", name,
                             file->set.count, task->options.file);
        if (n == T)
            return error_set(error, STATUS_USAGE,
                             "task text: more than %d symbols, the length of the task", T);
        batch->tokens[n * B] = symbol;
    }
    if (n == 0)
        return error_set(error, STATUS_USAGE, "task text: empty; 1 to %d symbols are wanted",
                         T);
    for (int t = n; t < T; t++)
        batch->tokens[t * B] = 0;
    for (int t = 0; t < T; t++)
        batch->classes[t * B] = t < n - 1 ? batch->tokens[(t + 1) * B] : TARGET_IGNORED;
    batch->lengths[0] = n;
    return STATUS_OK;
}

const struct task_kind text_task = {
    .name = "text",
    .title = "which character comes next",
    .about =
        "characters of --text FILE, bytes if it is not UTF-8, licences if none is given; cross-entropy "
        "of the next one, by frequency alone for guessing; the last tenth, or whole files of a "
        "folder, held out",
    .default_length = 32,
    .shortest = 1,
    .longest = 4096,
    .length_is = "symbols of a block",
    .file_is = "a text, or a folder of texts",
    .open = text_open,
    .close = text_close,
    .note = text_note,
    .shape = text_shape,
    .fill = text_fill,
    .baseline = text_baseline,
    .input_text = text_input_text,
    .output_symbol = text_output_symbol,
    .separator = "",
    .parse = text_parse,
};
