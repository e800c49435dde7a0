#include "lessons/lesson_text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/files/file_read.h"
#include "common/files/utf8.h"
#include "lessons/experiment.h"
#include "lessons/link.h"

enum {
    ADDRESS_MAX = 512,
    ANSWER_MAX = 256,
    MARGIN_MOST = 3 /* blanks before a quote or fence */
};

static const char link_mark[] = "](duet:", bold[] = "**", wide_colon[] = "\uff1a";

/* What an answer begins with, whatever the language of the file. */
static const char *const answer_words[LANGUAGES] = {
    [LANGUAGE_ENGLISH] = "Answer",
    [LANGUAGE_CHINESE] = "\u7b54\u6848",
};

/* What may stand behind the words of an answer or a choice, and is no part of them. */
static const char *const stops[] = {
    ".", "!", ":", " ", "\u3002", "\uff01", "\uff1a", "\uff0e"
};

/* Part of a line. */
struct span {
    const char *at;
    size_t length;
};

/* What the words of a line belong to. */
enum place { IN_PROSE, IN_QUESTION, IN_CHOICE, IN_OTHER_QUOTE };

struct reader {
    struct lesson_text *text;
    struct experiment_place links; /* what they are about */
    const char *path;
    struct error *error;
    enum status status;
    int line;
    bool fenced; /* in a block of code */
    enum place place;
    struct prediction *waits;    /* for its answer; NULL: none does */
    char answer[ANSWER_MAX + 1]; /* what has been read of it; "" before it begins */
};

static void fault(struct reader *r, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The first one is kept. */
static void fault(struct reader *r, int line, const char *format, ...)
{
    char message[ERROR_MESSAGE_MAX];
    va_list arguments;

    if (r->status != STATUS_OK)
        return;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    r->status = error_set(r->error, STATUS_FILE, "%.300s:%d: %.700s", r->path, line, message);
}

static bool begins(struct span span, const char *word)
{
    return span.length >= strlen(word) && memcmp(span.at, word, strlen(word)) == 0;
}

static struct span drop(struct span span, size_t bytes)
{
    return (struct span){ span.at + bytes, span.length - bytes };
}

static struct span trim(struct span span)
{
    while (span.length > 0 && isspace((unsigned char)span.at[0]))
        span = drop(span, 1);
    while (span.length > 0 && isspace((unsigned char)span.at[span.length - 1]))
        span.length--;
    return span;
}

/* Without the few blanks that Markdown lets stand before a quote or a fence. */
static struct span without_margin(struct span line)
{
    for (int i = 0; i < MARGIN_MOST && line.length > 0 && line.at[0] == ' '; i++)
        line = drop(line, 1);
    return line;
}

/* ------------------------------------------------------------------------------------ links */

static void check_link(struct reader *r, struct span address)
{
    char text[ADDRESS_MAX];
    struct link link;
    struct error why;

    if (address.length >= sizeof text) {
        fault(r, r->line, "a link longer than %d bytes", ADDRESS_MAX - 1);
        return;
    }
    memcpy(text, address.at, address.length);
    text[address.length] = '\0';
    if (experiment_link(&r->links, &link, text, &why) != STATUS_OK)
        fault(r, r->line, "%.*s: %s", utf8_shown(text, 120), text, why.message);
}

/* Every link of ours in a line of prose; what stands between ` ` is code. */
static void check_links(struct reader *r, struct span line)
{
    bool code = false;

    for (; line.length > 0; line = drop(line, 1)) {
        struct span address;

        code = code != (line.at[0] == '`');
        if (code || !begins(line, link_mark))
            continue;
        address = drop(line, 2);
        for (size_t i = 0; i < address.length; i++)
            if (address.at[i] == ')' || isspace((unsigned char)address.at[i]))
                address.length = i;
        check_link(r, address);
    }
}

/* ------------------------------------------------------------------------------ predictions */

/* Append the letters, a blank between two lines (but for scripts that have none between words);
 * marks of emphasis and code are left out. */
static void append(char *text, size_t size, struct span words)
{
    size_t used = strlen(text);

    if (used > 0 && words.length > 0 && used + 1 < size &&
        !utf8_joins(text, used, words.at, words.length))
        text[used++] = ' ';
    for (size_t i = 0; i < words.length && used + 1 < size; i++)
        if (strchr("*_`", words.at[i]) == NULL || words.at[i] == '\0')
            text[used++] = words.at[i];
    text[used] = '\0';
}

static struct prediction *last_prediction(const struct reader *r)
{
    return &r->text->prediction[r->text->predictions - 1];
}

/* "predict: ..." or "predict draw gradient: ..." */
static void begin_prediction(struct reader *r, struct span words)
{
    static const char choose[] = "predict:", draw[] = "predict draw gradient:";

    r->place = IN_OTHER_QUOTE;
    if (!begins(words, "predict"))
        return;
    if (!begins(words, choose) && !begins(words, draw)) {
        fault(r, r->line,
              "\"%.*s\" is not the beginning of a prediction; it is \"%s\" or "
              "\"%s\"",
              utf8_shown(words.at, words.length < 40 ? (int)words.length : 40), words.at,
              choose, draw);
        return;
    }
    if (r->text->predictions == PREDICTIONS_MAX) {
        fault(r, r->line, "more than %d predictions", PREDICTIONS_MAX);
        return;
    }
    r->text->prediction[r->text->predictions++] =
        (struct prediction){ .line = r->line, .draw = !begins(words, choose), .right = -1 };
    r->place = IN_QUESTION;
}

/* How many bytes begin an item of a list; 0: it is none. */
static size_t item_mark(struct span words)
{
    size_t digits = 0;

    if (begins(words, "- ") || begins(words, "* ") || begins(words, "+ "))
        return 2;
    while (digits < words.length && isdigit((unsigned char)words.at[digits]))
        digits++;
    return digits > 0 && begins(drop(words, digits), ". ") ? digits + 2 : 0;
}

static void add_choice(struct reader *r, struct span words)
{
    struct prediction *p = last_prediction(r);

    if (p->choices == CHOICES_MAX) {
        fault(r, r->line, "more than %d choices", CHOICES_MAX);
        return;
    }
    p->choice[p->choices++][0] = '\0';
    r->place = IN_CHOICE;
    append(p->choice[p->choices - 1], CHOICE_TEXT_MAX, words);
}

/* A line of a quote, without its mark. */
static void take_quoted(struct reader *r, struct span words)
{
    const size_t mark = item_mark(words);

    if (r->place == IN_PROSE)
        begin_prediction(r, words);
    else if (r->place != IN_OTHER_QUOTE && mark > 0)
        add_choice(r, trim(drop(words, mark)));
    else if (r->place == IN_CHOICE)
        append(last_prediction(r)->choice[last_prediction(r)->choices - 1], CHOICE_TEXT_MAX,
               words);
}

/* The quote has ended. */
static void end_quote(struct reader *r)
{
    if (r->place == IN_QUESTION || r->place == IN_CHOICE) {
        struct prediction *p = last_prediction(r);

        if (p->draw && p->choices > 0)
            fault(r, p->line, "a curve to be drawn has no choices");
        if (!p->draw && p->choices < 2)
            fault(r, p->line,
                  "a prediction needs at least two choices, as a list in its quote");
        r->waits = p;
        r->answer[0] = '\0';
    }
    r->place = IN_PROSE;
}

/* How many bytes of the stop that ends the words; 0: none does. */
static size_t stop_at_end(const char *words, size_t length)
{
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
        const size_t stop = strlen(stops[i]);

        if (length >= stop && memcmp(words + length - stop, stops[i], stop) == 0)
            return stop;
    }
    return 0;
}

/* How many bytes there are without the dots at the end. */
static size_t length_said(const char *words)
{
    size_t length = strlen(words), stop;

    while ((stop = stop_at_end(words, length)) > 0)
        length -= stop;
    return length;
}

/* The same words, whatever the case of the letters and the dots behind them. */
static bool says(const char *a, const char *b)
{
    const size_t m = length_said(a), n = length_said(b);

    for (size_t i = 0; i < m && m == n; i++)
        if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]))
            return false;
    return m == n && m > 0;
}

size_t lesson_text_answer(const char *words, size_t length)
{
    for (int i = 0; i < LANGUAGES; i++)
        if (begins((struct span){ words, length }, answer_words[i]))
            return strlen(answer_words[i]);
    return 0;
}

/* "**Answer" */
static bool begins_answer(struct span words)
{
    return begins(words, bold) &&
           lesson_text_answer(words.at + strlen(bold), words.length - strlen(bold)) > 0;
}

/* "Answer: ..." has been read whole. */
static void end_answer(struct reader *r)
{
    struct prediction *p = r->waits;
    const char *words = r->answer + lesson_text_answer(r->answer, strlen(r->answer));
    char list[512] = "";

    r->waits = NULL;
    if (*words == ':')
        words++;
    else if (strncmp(words, wide_colon, strlen(wide_colon)) == 0)
        words += strlen(wide_colon);
    while (*words == ' ')
        words++;
    if (p->draw)
        return;
    for (int i = 0; i < p->choices; i++) {
        error_list_word(list, sizeof list, p->choice[i]);
        if (says(words, p->choice[i]))
            p->right = i;
    }
    if (p->right < 0)
        fault(r, r->line, "the answer \"%s\" is none of the choices; there are: %s", words,
              list);
}

static void miss_answer(struct reader *r)
{
    fault(r, r->waits->line,
          "the prediction has no answer: behind it comes a paragraph that begins with %s",
          r->waits->draw ? "**Answer.**, in Chinese **\u7b54\u6848\u3002**"
                         : "**Answer: one of its choices.**, in Chinese "
                           "**\u7b54\u6848\uff1aone of its choices\u3002**");
    r->waits = NULL;
}

/* A line behind a prediction, which has no answer yet. */
static void take_answer(struct reader *r, struct span words)
{
    const bool begun = r->answer[0] != '\0';

    if (!begun && words.length == 0)
        return;
    if (words.length == 0 || (!begun && !begins_answer(words))) {
        miss_answer(r);
        return;
    }
    if (!begun)
        words = drop(words, sizeof bold - 1);
    for (size_t i = 0; i + 1 < words.length; i++)
        if (begins(drop(words, i), bold)) {
            words.length = i;
            append(r->answer, sizeof r->answer, words);
            end_answer(r);
            return;
        }
    append(r->answer, sizeof r->answer, words);
}

/* ------------------------------------------------------------------------------------ lines */

static bool is_fence(struct span line)
{
    return begins(line, "```") || begins(line, "~~~");
}

/* What does not go on with the paragraph above it. */
static bool ends_paragraph(struct span line)
{
    return trim(line).length == 0 || is_fence(line) || begins(line, "#") || item_mark(line) > 0;
}

static void take_line(struct reader *r, struct span whole)
{
    const struct span line = without_margin(whole);
    const bool quoted = begins(line, ">");

    if (r->place != IN_PROSE && !quoted && ends_paragraph(line))
        end_quote(r);
    if (is_fence(line) || r->fenced) {
        r->fenced = r->fenced != is_fence(line);
        if (r->waits != NULL)
            take_answer(r, line);
        return;
    }
    check_links(r, line);
    if (quoted && r->waits != NULL)
        take_answer(r, line);           /* it had none */
    if (quoted || r->place != IN_PROSE) /* what goes on in the next line needs no mark */
        take_quoted(r, trim(quoted ? drop(line, 1) : line));
    else if (r->waits != NULL)
        take_answer(r, trim(line));
}

/* lesson_text_parse, of links that may name experiments. */
static enum status parse(struct lesson_text *text, const char *bytes, size_t length,
                         const char *path, struct experiment_place links, struct error *error)
{
    struct reader r = { .text = text, .links = links, .path = path, .error = error };
    const size_t good = utf8_find_bad(bytes, length);
    struct span rest = { bytes, length };

    *text = (struct lesson_text){ .predictions = 0 };
    while (rest.length > 0) {
        const char *end = memchr(rest.at, '\n', rest.length);
        const size_t size = end != NULL ? (size_t)(end - rest.at) : rest.length;

        r.line++;
        if (good < length && (size_t)(rest.at - bytes) + size >= good)
            fault(&r, r.line, "the text is not UTF-8");
        take_line(&r, (struct span){ rest.at, size });
        rest = drop(rest, size + (end != NULL));
    }
    end_quote(&r);
    if (r.waits != NULL)
        miss_answer(&r);
    return r.status;
}

enum status lesson_text_parse(struct lesson_text *text, const char *bytes, size_t length,
                              const char *path, const struct lab_config *config,
                              struct error *error)
{
    return parse(text, bytes, length, path, experiment_place(NULL, config), error);
}

const char *lesson_text_file(enum language language)
{
    static const char *const files[LANGUAGES] = {
        [LANGUAGE_ENGLISH] = "README.md", [LANGUAGE_CHINESE] = "README.zh-CN.md"
    };

    return files[language];
}

enum status lesson_text_read(struct lesson_text *text, const char *folder,
                             enum language language, const struct lab_config *config,
                             struct error *error)
{
    char path[1200], *bytes;
    size_t length;
    enum status status;

    *text = (struct lesson_text){ .predictions = 0 };
    snprintf(path, sizeof path, "%.1100s/%s", folder, lesson_text_file(language));
    if (access(path, F_OK) != 0)
        return STATUS_OK;
    status = file_read_all(&bytes, &length, path, LESSON_TEXT_MOST, error);
    if (status != STATUS_OK)
        return status;
    status = parse(text, bytes, length, path, experiment_place(folder, config), error);
    free(bytes);
    return status;
}
