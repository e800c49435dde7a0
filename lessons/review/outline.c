#include "lessons/review/outline.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/file_read.h"
#include "lessons/lesson_text.h"

static const char ours[] = "](duet:", bold[] = "**";

struct reader {
    struct outline *outline;
    const char *todo;
    int line;
    bool fenced;
    bool expects_words; /* nothing has been read behind the heading yet */
    bool full;          /* no memory */
};

static bool begins(const char *at, const char *end, const char *word)
{
    const size_t length = strlen(word);

    return (size_t)(end - at) >= length && memcmp(at, word, length) == 0;
}

static struct outline_section *last_section(const struct reader *r)
{
    return &r->outline->sections[r->outline->section_count - 1];
}

/* Room for one more: arrays grow by doubling, whenever the count is a power of two. */
static void *grown(void *items, int count, size_t size)
{
    if (count != 0 && (count & (count - 1)) != 0)
        return items;
    return realloc(items, (size_t)(count == 0 ? 1 : 2 * count) * size);
}

static void add_section(struct reader *r, const char *heading, const char *end)
{
    struct outline *outline = r->outline;
    struct outline_section *sections =
        grown(outline->sections, outline->section_count, sizeof *sections);

    if (sections == NULL) {
        r->full = true;
        return;
    }
    outline->sections = sections;
    sections[outline->section_count++] = (struct outline_section){
        .heading = heading,
        .heading_length = (int)(end - heading),
        .line = r->line,
        .first = outline->word_count,
        .numbered = end > heading && isdigit((unsigned char)heading[0]),
    };
    r->expects_words = true;
}

static void add_word(struct reader *r, enum outline_kind kind, const char *at, const char *end)
{
    struct outline *outline = r->outline;
    struct outline_word *words = grown(outline->words, outline->word_count, sizeof *words);

    if (words == NULL) {
        r->full = true;
        return;
    }
    outline->words = words;
    words[outline->word_count++] = (struct outline_word){
        .at = at, .length = (int)(end - at), .line = r->line, .kind = kind
    };
    last_section(r)->count++;
}

/* The end of the number that begins there. */
static const char *number_end(const char *at, const char *end)
{
    while (at < end &&
           (isdigit((unsigned char)*at) || ((*at == '.' || *at == ',') && at + 1 < end &&
                                            at[-1] != '.' && isdigit((unsigned char)at[1]))))
        at++;
    return at;
}

/* The numbers of a piece of text: not the digits of a name such as h2. */
static void add_numbers(struct reader *r, const char *at, const char *end)
{
    const char *begin = at;

    while (at < end) {
        const char *stop = at + 1;

        if (isdigit((unsigned char)*at)) {
            stop = number_end(at, end);
            if (at == begin || !(isalpha((unsigned char)at[-1]) || at[-1] == '_'))
                add_word(r, OUTLINE_NUMBER, at, stop);
        }
        at = stop;
    }
}

/* From a ` to its partner, both left out of the word; the place behind. */
static const char *take_code(struct reader *r, const char *at, const char *end)
{
    const char *stop = memchr(at + 1, '`', (size_t)(end - at - 1));

    if (stop == NULL)
        return at + 1;
    add_word(r, OUTLINE_CODE, at + 1, stop);
    add_numbers(r, at + 1, stop);
    return stop + 1;
}

/* From the ]( of a link; the place behind its address. */
static const char *take_address(struct reader *r, const char *at, const char *end)
{
    const char *stop = memchr(at, ')', (size_t)(end - at));

    if (stop == NULL)
        stop = end;
    if (begins(at, end, ours))
        add_word(r, OUTLINE_LINK, at + 2, stop);
    return stop < end ? stop + 1 : stop;
}

static void take_prose(struct reader *r, const char *at, const char *end)
{
    const char *plain = at;

    while (at < end) {
        const bool code = *at == '`', address = begins(at, end, "](");

        if (!code && !address) {
            at++;
            continue;
        }
        add_numbers(r, plain, at);
        at = plain = code ? take_code(r, at, end) : take_address(r, at, end);
    }
    add_numbers(r, plain, end);
}

static bool is_fence(const char *at, const char *end)
{
    return begins(at, end, "```") || begins(at, end, "~~~");
}

/* "12. " */
static bool is_item(const char *at, const char *end)
{
    const char *stop = at;

    while (stop < end && isdigit((unsigned char)*stop))
        stop++;
    return stop > at && begins(stop, end, ". ");
}

/* A line that is no heading and no code. */
static void note_line(struct reader *r, const char *at, const char *end)
{
    struct outline_section *section = last_section(r);

    while (at < end && *at == ' ')
        at++;
    if (at == end)
        return;
    if (r->expects_words)
        section->begins_bold = begins(at, end, bold);
    r->expects_words = false;
    if (is_item(at, end)) {
        section->items++;
        section->last_item = r->line;
    }
    section->todo = section->todo || begins(at, end, r->todo);
}

static void take_line(struct reader *r, const char *at, const char *end)
{
    if (is_fence(at, end)) {
        r->fenced = !r->fenced;
        last_section(r)->blocks += r->fenced;
        return;
    }
    if (!r->fenced && begins(at, end, "## ")) {
        add_section(r, at + 3, end);
    } else if (!r->fenced && begins(at, end, "# ") && r->outline->section_count == 1) {
        last_section(r)->heading = at + 2;
        last_section(r)->heading_length = (int)(end - at - 2);
        last_section(r)->line = r->line;
    } else if (!r->fenced) {
        note_line(r, at, end);
    }
    if (r->full)
        return;
    if (r->fenced)
        add_numbers(r, at, end);
    else
        take_prose(r, at, end);
}

enum status outline_read(struct outline *outline, const char *path, const char *todo,
                         struct error *error)
{
    struct reader r = { .outline = outline, .todo = todo, .line = 1 };
    enum status status;
    const char *at, *stop;

    *outline = (struct outline){ .text = NULL };
    status = file_read_all(&outline->text, &outline->length, path, LESSON_TEXT_MOST, error);
    if (status != STATUS_OK)
        return status;
    at = outline->text;
    stop = at + outline->length;
    add_section(&r, at, at);
    for (; at < stop && !r.full; r.line++) {
        const char *end = memchr(at, '\n', (size_t)(stop - at));

        end = end != NULL ? end : stop;
        take_line(&r, at, end - (end > at && end[-1] == '\r'));
        at = end + (end < stop);
    }
    return r.full ? error_set(error, STATUS_NO_MEMORY, "no memory for %.900s", path)
                  : STATUS_OK;
}

void outline_free(struct outline *outline)
{
    free(outline->text);
    free(outline->sections);
    free(outline->words);
    *outline = (struct outline){ .text = NULL };
}

int outline_section_of(const struct outline *outline, int line)
{
    int section = 0;

    while (section + 1 < outline->section_count && outline->sections[section + 1].line <= line)
        section++;
    return section;
}
