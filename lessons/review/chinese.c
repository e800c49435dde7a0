/*
 * Chinese text: full-width punctuation beside characters, a space between characters and Latin
 * words, no italics, and the terms of the glossary.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/utf8.h"
#include "lessons/review/review_parts.h"

enum { TERM_MAX = 128, FIELDS = 4, PIECE = 0xfffc /* stands for code, or for an address */ };

/* What may stand between a term and its English. */
static const char *const links[] = { "（", "，" };

static bool is_character(uint32_t point)
{
    return point >= 0x4e00 && point <= 0x9fff;
}

/* Of full width: punctuation such as ， and （. */
static bool is_wide_mark(uint32_t point)
{
    return (point >= 0x3000 && point <= 0x303f) || (point >= 0xff00 && point <= 0xffef);
}

/* ------------------------------------------------------------------------------- punctuation */

/* A mark of half width beside a character: `before` and `after` it. */
static bool is_narrow(uint32_t before, char mark, uint32_t after)
{
    const bool behind = is_character(before) || is_wide_mark(before) || before == PIECE;

    if (strchr(",;:?!()\"", mark) != NULL)
        return behind || is_character(after);
    return mark == '.' && behind && !isalnum((int)(after < 128 ? after : ' '));
}

static bool is_word(uint32_t point)
{
    return point < 128 && isalnum((int)point);
}

/* *x*, but not **x** */
static bool is_italic(uint32_t before, uint32_t mark, uint32_t after)
{
    return mark == '*' && before != '*' && after != '*' && after != ' ' && after != 0;
}

struct place {
    const struct review *review;
    const struct review_text *text;
    int line;
    bool told; /* one finding a line is enough */
};

/* Three letters in a row, 0 at the ends of a line. */
static void look_at(struct place *place, const uint32_t letter[3])
{
    char mark[UTF8_CHARACTER_MAX], next[UTF8_CHARACTER_MAX];

    if (place->told)
        return;
    place->told = true;
    utf8_encode(letter[1], mark);
    utf8_encode(letter[2], next);
    if (letter[1] < 128 && letter[1] != 0 && is_narrow(letter[0], (char)letter[1], letter[2]))
        review_tell(place->review, place->text, place->line,
                    "\"%s\" beside a Chinese character: full-width punctuation is wanted",
                    mark);
    else if (is_italic(letter[0], letter[1], letter[2]))
        review_tell(place->review, place->text, place->line,
                    "italics (*): Chinese is emphasised in bold (**)");
    else if ((is_character(letter[1]) && is_word(letter[2])) ||
             (is_word(letter[1]) && is_character(letter[2])))
        review_tell(place->review, place->text, place->line,
                    "no space between \"%s\" and \"%s\"", mark, next);
    else
        place->told = false;
}

/* How many bytes of code or address begin there; 0: none. */
static size_t piece(const char *at, size_t length)
{
    const char *end = NULL;

    if (at[0] == '`' && length > 1)
        end = memchr(at + 1, '`', length - 1);
    else if (length > 1 && at[0] == ']' && at[1] == '(')
        end = memchr(at, ')', length);
    return end != NULL ? (size_t)(end - at) + 1 : 0;
}

static void look_along(struct place *place, const char *at, size_t length)
{
    uint32_t letter[3] = { 0, 0, 0 };

    while (length > 0) {
        const size_t skip = piece(at, length);
        const bool bold = length > 1 && at[0] == '*' && at[1] == '*';
        uint32_t point = PIECE;
        const size_t used = bold ? 2 : skip > 0 ? skip : utf8_decode(at, length, &point);

        at += used;
        length -= used;
        if (bold)
            continue;
        letter[0] = letter[1];
        letter[1] = letter[2];
        letter[2] = point;
        look_at(place, letter);
    }
    letter[0] = letter[1];
    letter[1] = letter[2];
    letter[2] = 0;
    look_at(place, letter);
}

/* The end of the line that begins there. */
static const char *line_end(const char *at, const char *stop)
{
    const char *end = memchr(at, '\n', (size_t)(stop - at));

    return end != NULL ? end : stop;
}

static void review_marks(const struct review *review, const struct review_text *text)
{
    const char *at = text->outline.text, *stop = at + text->outline.length;
    struct place place = { review, text, 1, false };
    bool fenced = false;

    for (; at < stop; place.line++) {
        const char *end = line_end(at, stop);
        const bool fence = end - at >= 3 && memcmp(at, "```", 3) == 0;

        fenced = fenced != fence;
        place.told = false;
        if (!fenced && !fence)
            look_along(&place, at, (size_t)(end - at));
        at = end + (end < stop);
    }
}

/* ---------------------------------------------------------------------------------- glossary */

/* A line of the glossary. */
struct term {
    char field[FIELDS][TERM_MAX]; /* English, Chinese, "yes" or "", wrong words */
};

static bool is_empty(const char *at, const char *end)
{
    return at == end || *at == '#' || *at == '\r';
}

/* False: it has no Chinese, or a field that is too long. */
static bool read_term(struct term *term, const char *at, const char *end)
{
    bool fits = true;

    memset(term, 0, sizeof *term);
    end -= end > at && end[-1] == '\r';
    for (int i = 0; i < FIELDS && at <= end; i++) {
        const char *tab = memchr(at, '\t', (size_t)(end - at));
        const char *stop = tab != NULL ? tab : end;

        fits = fits && stop - at < TERM_MAX;
        snprintf(term->field[i], TERM_MAX, "%.*s", (int)(stop - at), at);
        at = stop + 1;
    }
    return fits && term->field[0][0] != '\0' && term->field[1][0] != '\0';
}

static int line_of(const char *text, const char *at)
{
    int line = 1;

    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

/* The letters without the stars of **bold**. The caller frees it; NULL: no memory. */
static char *without_stars(const char *text)
{
    char *letters = malloc(strlen(text) + 1), *to = letters;

    for (; letters != NULL && *text != '\0'; text++)
        if (*text != '*')
            *to++ = *text;
    if (letters != NULL)
        *to = '\0';
    return letters;
}

/* Does `text` begin with the word, whatever the case? */
static bool begins_as(const char *text, const char *word)
{
    while (*word != '\0' && tolower((unsigned char)*text) == tolower((unsigned char)*word)) {
        text++;
        word++;
    }
    return *word == '\0';
}

/* "（hidden state）", or "，hidden state" within brackets */
static bool is_gloss(const char *text, const char *english)
{
    bool is = false;

    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        is = is || (strncmp(text, links[i], strlen(links[i])) == 0 &&
                    begins_as(text + strlen(links[i]), english));
    return is;
}

/* Is the Chinese followed by its English somewhere? True also where it never stands. */
static bool is_glossed(const char *letters, const struct term *term)
{
    const char *chinese = term->field[1];
    bool stands = false;

    for (const char *at = strstr(letters, chinese); at != NULL; at = strstr(at + 1, chinese)) {
        const char *behind = at + strlen(chinese);

        stands = true;
        if (is_gloss(behind, term->field[0]))
            return true;
    }
    return !stands;
}

static void review_term(const struct review *review, const struct review_text *text,
                        const char *letters, struct term *term)
{
    char *rest = NULL;

    if (strcmp(term->field[2], "yes") == 0 && !is_glossed(letters, term))
        review_tell(review, text, 0, "%s nowhere stands with its English, %s（%s）",
                    term->field[1], term->field[1], term->field[0]);
    for (const char *wrong = strtok_r(term->field[3], " ", &rest); wrong != NULL;
         wrong = strtok_r(NULL, " ", &rest)) {
        const char *at = strstr(text->outline.text, wrong);

        if (at != NULL)
            review_tell(review, text, line_of(text->outline.text, at),
                        "%s: the glossary says %s for %s", wrong, term->field[1],
                        term->field[0]);
    }
}

enum status review_chinese(const struct review *review, const struct review_text *text,
                           const char *glossary, struct error *error)
{
    char *letters = without_stars(text->outline.text);
    const char *at = glossary != NULL ? glossary : "", *stop = at + strlen(at);
    enum status status = STATUS_OK;
    struct term term;

    if (letters == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for %s", text->name);
    review_marks(review, text);
    for (int line = 1; at < stop && status == STATUS_OK; line++) {
        const char *end = line_end(at, stop);

        if (!is_empty(at, end) && !read_term(&term, at, end))
            status =
                error_set(error, STATUS_FILE,
                          "glossary.tsv:%d: no line of English, Chinese, \"yes\" and wrong "
                          "words, each of less than %d bytes, with tabs in between",
                          line, TERM_MAX);
        else if (!is_empty(at, end))
            review_term(review, text, letters, &term);
        at = end + (end < stop);
    }
    free(letters);
    return status;
}
