#include "viz/window/line_break.h"

#include "common/files/utf8.h"

static const uint32_t BROKEN = 0xFFFD;

/* Marks that begin no line: what closes, separates, or goes on. */
static const uint32_t closing[] = {
    '!',    '%',    ')',    ',',    '.',    ':',    ';',    '?',    ']',    '}',
    0xB0,   0xB7,   0x2019, 0x201D, 0x2026, 0x2030, 0x2032, 0x2033, 0x2103, 0x3001,
    0x3002, 0x3003, 0x3005, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0x3015, 0x3017,
    0x3019, 0x301B, 0x301C, 0x301E, 0x30FB, 0x30FC, 0xFF01, 0xFF05, 0xFF09, 0xFF0C,
    0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0xFF3D, 0xFF5D, 0xFF5E, 0xFF60,
};

/* Marks that end no line: what opens, and signs before a number. */
static const uint32_t opening[] = {
    '#',    '$',    '(',    '[',    '{',    0xA3,   0xA5,   0x2018, 0x201C, 0x2116,
    0x3008, 0x300A, 0x300C, 0x300E, 0x3010, 0x3014, 0x3016, 0x3018, 0x301A, 0x301D,
    0xFF03, 0xFF04, 0xFF08, 0xFF3B, 0xFF5B, 0xFF5F, 0xFFE1, 0xFFE5,
};

/* Marks that are written twice, as one. */
static const uint32_t doubled[] = { 0x2014, 0x2026 };

#define IS_ONE_OF(marks, point) is_one_of(marks, sizeof marks / sizeof *marks, point)

static bool is_one_of(const uint32_t *marks, size_t count, uint32_t point)
{
    for (size_t i = 0; i < count; i++)
        if (marks[i] == point)
            return true;
    return false;
}

/* Of a script without blanks, or a mark that is written in it as wide as its letters. */
static bool is_east(uint32_t point)
{
    return utf8_columns(point) == 2 || point == 0x2014 || point == 0x2026;
}

bool line_may_break(uint32_t before, uint32_t after)
{
    if (!is_east(before) && !is_east(after))
        return false;
    if (before == after && IS_ONE_OF(doubled, before))
        return false;
    return !IS_ONE_OF(closing, after) && !IS_ONE_OF(opening, before) && utf8_columns(after) > 0;
}

/* The first character and its bytes; of broken text one byte. */
static size_t take(const char *text, size_t length, uint32_t *point)
{
    const size_t room = length < UTF8_CHARACTER_MAX - 1 ? length : UTF8_CHARACTER_MAX - 1;

    if (utf8_find_bad(text, room) == 0) {
        *point = BROKEN;
        return 1;
    }
    return utf8_decode(text, room, point);
}

static uint32_t last(const char *text, size_t length)
{
    size_t from = length - 1;
    uint32_t point;

    while (from > 0 && length - from < UTF8_CHARACTER_MAX - 1 &&
           ((unsigned char)text[from] & 0xC0) == 0x80)
        from--;
    return take(text + from, length - from, &point) == length - from ? point : BROKEN;
}

bool line_may_break_between(const char *before, size_t before_length, const char *after,
                            size_t after_length)
{
    uint32_t first;

    take(after, after_length, &first);
    return line_may_break(last(before, before_length), first);
}

size_t line_piece(const char *text, size_t length)
{
    uint32_t before = 0;
    size_t used = 0;

    while (used < length && text[used] != ' ' && text[used] != '\n' && text[used] != '\t') {
        uint32_t point;
        const size_t bytes = take(text + used, length - used, &point);

        if (used > 0 && line_may_break(before, point))
            break;
        before = point;
        used += bytes;
    }
    return used;
}
