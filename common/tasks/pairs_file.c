#include "common/tasks/pairs_file.h"

#include <stdlib.h>
#include <string.h>

#include "common/files/file_read.h"
#include "common/files/utf8.h"
#include "common/tasks/held_out.h"

/* What is being read. */
struct reading {
    const char *path;
    const char *bytes;
    size_t length; /* of bytes */
    int longest;   /* allowed */
    long line;     /* from 1 */
    struct pairs_file *file;
};

static enum status refuse_line(const struct reading *r, const char *what, struct error *error)
{
    return error_set(error, STATUS_FILE, "%s: line %ld: %s", r->path, r->line, what);
}

/* The first fault of the bytes from begin to end, a line. */
static enum status check_line(const struct reading *r, size_t begin, size_t end,
                              struct error *error)
{
    const char *line = r->bytes + begin;
    const size_t length = end - begin, bad = utf8_find_bad(line, length);
    const char *nul = memchr(line, '\0', length), *tab = memchr(line, '\t', length);

    if (nul != NULL)
        return error_set(error, STATUS_FILE, "%s: line %ld: not text: byte %zu is a NUL",
                         r->path, r->line, (size_t)(nul - r->bytes) + 1);
    if (bad < length)
        return error_set(error, STATUS_FILE,
                         "%s: line %ld: byte %zu of the file, 0x%02X, is not UTF-8", r->path,
                         r->line, begin + bad + 1, (unsigned char)line[bad]);
    if (tab == NULL)
        return refuse_line(r, "no tab; a line is source TAB target", error);
    if (memchr(tab + 1, '\t', end - (size_t)(tab + 1 - r->bytes)) != NULL)
        return refuse_line(r, "more than one tab; a line is source TAB target", error);
    if (tab == line)
        return refuse_line(r, "empty source; a line is source TAB target", error);
    if (tab + 1 == line + length)
        return refuse_line(r, "empty target; a line is source TAB target", error);
    return STATUS_OK;
}

/* The line as the next pair of the file, whose arrays have room. */
static enum status read_line(const struct reading *r, size_t begin, size_t end,
                             struct error *error)
{
    struct pairs_file *file = r->file;
    struct pair *pair = &file->pairs[file->count];
    enum status status = check_line(r, begin, end, error);
    size_t at = begin, all = 0;
    uint32_t point;

    if (status != STATUS_OK)
        return status;
    if (file->count == PAIRS_LINES_MAX)
        return error_set(error, STATUS_FILE, "%s: line %ld: more than %d pairs", r->path,
                         r->line, PAIRS_LINES_MAX);
    *pair = (struct pair){ .first = file->character_count };
    while (at < end) {
        at += utf8_decode(r->bytes + at, end - at, &point);
        if (point == '\t') {
            pair->source = (int)all;
            continue;
        }
        file->characters[file->character_count++] = point;
        all++;
    }
    if (all > (size_t)r->longest)
        return error_set(error, STATUS_FILE,
                         "%s: line %ld: %zu characters, at most %d are allowed (task.length)",
                         r->path, r->line, all, r->longest);
    pair->target = (int)all - pair->source;
    if ((int)all > file->longest)
        file->longest = (int)all;
    file->count++;
    return STATUS_OK;
}

static size_t count_lines(const char *bytes, size_t length)
{
    size_t lines = 1;

    for (size_t i = 0; i < length; i++)
        lines += bytes[i] == '\n';
    return lines;
}

/* All lines, without what the header says is stripped. */
static enum status read_lines(struct reading *r, struct error *error)
{
    static const char mark[] = "\xEF\xBB\xBF";
    size_t begin = r->length >= 3 && memcmp(r->bytes, mark, 3) == 0 ? 3 : 0;
    enum status status = STATUS_OK;

    for (r->line = 1; begin < r->length && status == STATUS_OK; r->line++) {
        const char *newline = memchr(r->bytes + begin, '\n', r->length - begin);
        const size_t next = newline != NULL ? (size_t)(newline - r->bytes) : r->length;
        const size_t end = next > begin && r->bytes[next - 1] == '\r' ? next - 1 : next;

        if (end > begin)
            status = read_line(r, begin, end, error);
        begin = next + 1;
    }
    return status;
}

/* Of the pair's characters, with the tab between the two parts. */
static uint32_t pair_hash(const struct pairs_file *file, const struct pair *pair)
{
    const uint32_t *c = file->characters + pair->first;
    uint32_t hash = HELD_OUT_BEGIN;

    for (int i = 0; i < pair->source + pair->target; i++) {
        if (i == pair->source)
            hash = held_out_add(hash, '\t');
        hash = held_out_add(hash, c[i]);
    }
    return held_out_mix(hash);
}

/* Held out as the hash says, and neither none nor all; STATUS_FILE if that cannot be. */
static enum status split(struct pairs_file *file, const char *path, struct error *error)
{
    uint32_t smallest = UINT32_MAX, largest = 0;
    bool none, all;

    file->held_out = 0;
    for (int i = 0; i < file->count; i++) {
        const uint32_t hash = pair_hash(file, &file->pairs[i]);

        file->pairs[i].held_out = hash % PAIRS_HELD_OUT_SHARE == 0;
        file->held_out += file->pairs[i].held_out;
        smallest = hash < smallest ? hash : smallest;
        largest = hash > largest ? hash : largest;
    }
    none = file->held_out == 0;
    all = file->held_out == file->count;
    if (smallest == largest)
        return error_set(error, STATUS_FILE,
                         "%s: all %d pairs are the same: %s, nothing is left to %s", path,
                         file->count, all ? "all are held out" : "none can be held out",
                         all ? "train on" : "test on");
    for (int i = 0; (none || all) && i < file->count; i++) {
        struct pair *pair = &file->pairs[i];

        if (pair_hash(file, pair) == smallest) {
            pair->held_out = none;
            file->held_out += none ? 1 : -1;
        }
    }
    return STATUS_OK;
}

static enum status check_whole(const struct pairs_file *file, const char *path,
                               struct error *error)
{
    size_t i = 1;

    if (file->count == 0)
        return error_set(error, STATUS_FILE, "%s: empty: no pairs; a line is source TAB target",
                         path);
    if (file->count < PAIRS_LEAST)
        return error_set(error, STATUS_FILE, "%s: %d pairs, at least %d are wanted", path,
                         file->count, PAIRS_LEAST);
    while (i < file->character_count && file->characters[i] == file->characters[0])
        i++;
    if (i == file->character_count) {
        char name[CHARACTER_NAME_MAX];

        character_name(file->characters[0], name);
        return error_set(error, STATUS_FILE, "%s: one symbol only, %s: nothing to learn", path,
                         name);
    }
    return STATUS_OK;
}

enum status pairs_file_read(struct pairs_file *file, const char *path, int longest,
                            struct error *error)
{
    struct pairs_file made = { 0 };
    struct reading reading = { .path = path, .longest = longest, .file = &made };
    char *bytes = NULL;
    size_t lines;
    enum status status = file_read_all(&bytes, &reading.length, path, PAIRS_BYTES_MAX, error);

    if (status != STATUS_OK)
        return status;
    reading.bytes = bytes;
    lines = count_lines(bytes, reading.length);
    if (lines > PAIRS_LINES_MAX)
        lines = PAIRS_LINES_MAX;
    made.pairs = malloc((lines + 1) * sizeof *made.pairs);
    made.characters = malloc((reading.length + 1) * sizeof *made.characters);
    if (made.pairs == NULL || made.characters == NULL)
        status =
            error_set(error, STATUS_NO_MEMORY, "%s: no memory for its %zu lines", path, lines);
    if (status == STATUS_OK)
        status = read_lines(&reading, error);
    if (status == STATUS_OK)
        status = check_whole(&made, path, error);
    if (status == STATUS_OK)
        status = split(&made, path, error);
    free(bytes);
    if (status != STATUS_OK) {
        pairs_file_free(&made);
        return status;
    }
    *file = made;
    return STATUS_OK;
}

void pairs_file_free(struct pairs_file *file)
{
    free(file->pairs);
    free(file->characters);
    *file = (struct pairs_file){ 0 };
}
