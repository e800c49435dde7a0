#include "common/tasks/translation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/tasks/grammar.h"
#include "common/tasks/held_out.h"
#include "common/tasks/source_target.h"
#include "common/tasks/words.h"

enum { HELD_OUT_SHARE = 10 };

static enum status translation_open(struct task *task, struct error *error)
{
    struct task_options *options = &task->options;

    if (options->shortest == 0)
        options->shortest = GRAMMAR_SHORTEST;
    if (options->shortest < GRAMMAR_SHORTEST || options->shortest > options->length)
        return error_set(error, STATUS_USAGE,
                         "task translation: shortest %d is impossible: %d to %d, the length",
                         options->shortest, GRAMMAR_SHORTEST, options->length);
    return STATUS_OK;
}

static void translation_shape(struct task *task)
{
    source_target_shape(task, SYMBOLS_RESERVED + grammar_words(),
                        source_target_steps(task->length, task->length));
}

/* The three of the article, whatever their hash. */
static bool is_well_known(const int *english, int n)
{
    static const char *const known[3][6] = { { "the", "cat", "is", "on", "the", "mat" },
                                             { "the", "dog", "is", "in", "the", "garden" },
                                             { "the", "bird", "is", "on", "the", "tree" } };

    for (int k = 0; n == 6 && k < 3; k++) {
        int same = 0;

        while (same < n && strcmp(grammar_word(english[same]), known[k][same]) == 0)
            same++;
        if (same == n)
            return true;
    }
    return false;
}

bool translation_is_held_out(const int *english, int n)
{
    return held_out_by_hash(english, n, HELD_OUT_SHARE) || is_well_known(english, n);
}

/* Words of the grammar as symbols. */
static void write_sentence(struct batch *batch, int b, const int *english, int n,
                           const int *french, int m)
{
    int source[GRAMMAR_LONGEST], target[GRAMMAR_LONGEST];

    for (int i = 0; i < n; i++)
        source[i] = SYMBOLS_RESERVED + english[i];
    for (int i = 0; i < m; i++)
        target[i] = SYMBOLS_RESERVED + french[i];
    source_target_fill(batch, b, source, n, m > 0 ? target : NULL, m);
}

static void translation_fill(const struct task *task, struct random *random, bool held_out,
                             struct batch *batch, int b)
{
    const int shortest = task->options.shortest;
    const int n = shortest + (int)random_below(random, (uint32_t)(task->length - shortest + 1));
    int english[GRAMMAR_LONGEST], french[GRAMMAR_LONGEST];

    do
        grammar_draw(random, n, english);
    while (translation_is_held_out(english, n) != held_out);
    grammar_translate(english, n, french);
    write_sentence(batch, b, english, n, french, n);
}

static double translation_baseline(const struct task *task)
{
    const int shortest = task->options.shortest, lengths = task->length - shortest + 1;
    double entropy = 0, outputs = 0;

    for (int n = shortest; n <= task->length; n++) {
        entropy += (log(lengths) + grammar_entropy(n)) / lengths;
        outputs += (n + 1.0) / lengths;
    }
    return entropy / outputs;
}

static void translation_output_symbol(const struct task *task, int symbol,
                                      char text[TASK_TEXT_MAX])
{
    (void)task;
    if (!source_target_text(symbol, text))
        snprintf(text, TASK_TEXT_MAX, "%s", grammar_word(symbol - SYMBOLS_RESERVED));
}

static bool translation_input_text(const struct task *task, const struct batch *batch, int b,
                                   int t, char text[TASK_TEXT_MAX])
{
    translation_output_symbol(task, batch->tokens[t * batch->extent.batch + b], text);
    return t < batch->sources[b];
}

/* Parsing ---------------------------------------------------------------------------------- */

/* The next word without blanks and full stops around it; false: there is none. */
static bool next_word(const char **rest, const char *end, char word[WORD_MAX])
{
    const char *from = *rest;
    size_t length = 0;

    while (from < end && strchr(" .,\t\n", *from) != NULL)
        from++;
    while (from + length < end && strchr(" .,\t\n", from[length]) == NULL)
        length++;
    *rest = from + length;
    word_copy(word, from, length);
    return length > 0;
}

static enum status unknown_word(const char *word, bool french, struct error *error)
{
    const int first = french ? grammar_english_words() : 0;
    const int end = french ? grammar_words() : grammar_english_words();
    char words[ERROR_MESSAGE_MAX] = "";

    for (int i = first; i < end; i++)
        error_list_word(words, sizeof words, grammar_word(i));
    return error_set(error, STATUS_USAGE,
                     "task translation: \"%s\" is no %s word of the task; there are: %s", word,
                     french ? "French" : "English", words);
}

/* The words from text to end; *count of them, at most the task's length. */
static enum status read_words(const struct task *task, const char *text, const char *end,
                              bool french, int *words, int *count, struct error *error)
{
    char word[WORD_MAX];

    for (*count = 0; next_word(&text, end, word); ++*count) {
        const int found = grammar_find(word, french);

        if (found < 0)
            return unknown_word(word, french, error);
        if (*count == task->length)
            return error_set(
                error, STATUS_USAGE,
                "task translation: more than %d words; task.length allows more, up "
                "to %d",
                task->length, GRAMMAR_LONGEST);
        words[*count] = found;
    }
    return STATUS_OK;
}

static enum status translation_parse(const struct task *task, const char *text,
                                     struct batch *batch, struct error *error)
{
    int english[GRAMMAR_LONGEST], french[GRAMMAR_LONGEST], n, m = 0;
    const char *end = text + strlen(text);
    const char *target = source_target_split(text, &end);
    enum status status = read_words(task, text, end, false, english, &n, error);

    if (status == STATUS_OK && target != NULL)
        status = read_words(task, target, target + strlen(target), true, french, &m, error);
    if (status != STATUS_OK)
        return status;
    if (n == 0)
        return error_set(error, STATUS_USAGE,
                         "task translation: no word; try \"the cat is on the mat\"");
    if (m == 0 && grammar_translate(english, n, french))
        m = n;
    write_sentence(batch, 0, english, n, french, m);
    return STATUS_OK;
}

const struct task_kind translation_task = {
    .name = "translation",
    .title = "English into French",
    .about =
        "an English sentence of 43 words, then its French one; cross-entropy of the French words; "
        "a tenth of all sentences is held out",
    .default_length = 9,
    .shortest = GRAMMAR_SHORTEST,
    .longest = GRAMMAR_LONGEST,
    .length_is = "words of the longest sentence",
    .open = translation_open,
    .shape = translation_shape,
    .fill = translation_fill,
    .baseline = translation_baseline,
    .input_text = translation_input_text,
    .output_symbol = translation_output_symbol,
    .separator = " ",
    .parse = translation_parse,
};
