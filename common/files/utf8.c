#include "common/files/utf8.h"

#include <assert.h>
#include <string.h>

/*
 * How many bytes the well-formed character at p has, of at most room; 0 when it has none. The
 * table is RFC 3629, section 4: the lead byte decides the length and the second byte's range.
 */
static size_t character_length(const unsigned char *p, size_t room)
{
    static const struct {
        unsigned char lead_first, lead_last, second_first, second_last;
        size_t length;
    } forms[] = {
        { 0xC2, 0xDF, 0x80, 0xBF, 2 }, { 0xE0, 0xE0, 0xA0, 0xBF, 3 },
        { 0xE1, 0xEC, 0x80, 0xBF, 3 }, { 0xED, 0xED, 0x80, 0x9F, 3 },
        { 0xEE, 0xEF, 0x80, 0xBF, 3 }, { 0xF0, 0xF0, 0x90, 0xBF, 4 },
        { 0xF1, 0xF3, 0x80, 0xBF, 4 }, { 0xF4, 0xF4, 0x80, 0x8F, 4 },
    };

    if (p[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (p[0] < forms[i].lead_first || p[0] > forms[i].lead_last)
            continue;
        if (room < forms[i].length || p[1] < forms[i].second_first ||
            p[1] > forms[i].second_last)
            return 0;
        for (size_t k = 2; k < forms[i].length; k++)
            if (p[k] < 0x80 || p[k] > 0xBF)
                return 0;
        return forms[i].length;
    }
    return 0;
}

size_t utf8_find_bad(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t i = 0;

    while (i < length) {
        size_t step = character_length(bytes + i, length - i);

        if (step == 0)
            return i;
        i += step;
    }
    return length;
}

size_t utf8_decode(const char *text, size_t length, uint32_t *point)
{
    const unsigned char *bytes = (const unsigned char *)text;
    const size_t taken = character_length(bytes, length);

    assert(taken > 0);
    *point = taken == 1 ? bytes[0] : bytes[0] & (0x7Fu >> taken);
    for (size_t k = 1; k < taken; k++)
        *point = *point << 6 | (bytes[k] & 0x3Fu);
    return taken;
}

void utf8_encode(uint32_t point, char text[UTF8_CHARACTER_MAX])
{
    static const unsigned char leads[5] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    size_t length;

    if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        point = 0xFFFD;
    length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    text[length] = '\0';
    for (size_t k = length - 1; k > 0; k--, point >>= 6)
        text[k] = (char)(0x80 | (point & 0x3F));
    text[0] = (char)(leads[length == 1 ? 0 : length] | point);
}

size_t utf8_find_unprintable(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t end = utf8_find_bad(text, length);

    for (size_t i = 0; i < end; i++) {
        if ((bytes[i] < 0x20 && bytes[i] != '\t') || bytes[i] == 0x7F)
            return i;
        if (bytes[i] == 0xC2 && bytes[i + 1] < 0xA0) /* U+0080 to U+009F: terminals obey them */
            return i;
    }
    return end;
}

int utf8_shown(const char *text, int most)
{
    const size_t length = strlen(text);
    size_t shown = utf8_find_unprintable(text, length);

    if (shown > (size_t)most) {
        shown = (size_t)most;
        while (shown > 0 &&
               ((unsigned char)text[shown] & 0xC0) == 0x80) /* within a character */
            shown--;
    }
    return (int)shown;
}

struct points {
    uint32_t first, last;
};

static bool is_in(const struct points *ranges, size_t count, uint32_t point)
{
    for (size_t i = 0; i < count && ranges[i].first <= point; i++)
        if (point <= ranges[i].last)
            return true;
    return false;
}

/* East_Asian_Width W and F of Unicode 15, blocks that are wide but for unassigned ones whole. */
static const struct points wide[] = {
    { 0x1100, 0x115F },   { 0x231A, 0x231B },   { 0x2329, 0x232A },   { 0x23E9, 0x23EC },
    { 0x23F0, 0x23F0 },   { 0x23F3, 0x23F3 },   { 0x25FD, 0x25FE },   { 0x2614, 0x2615 },
    { 0x2648, 0x2653 },   { 0x267F, 0x267F },   { 0x2693, 0x2693 },   { 0x26A1, 0x26A1 },
    { 0x26AA, 0x26AB },   { 0x26BD, 0x26BE },   { 0x26C4, 0x26C5 },   { 0x26CE, 0x26CE },
    { 0x26D4, 0x26D4 },   { 0x26EA, 0x26EA },   { 0x26F2, 0x26F3 },   { 0x26F5, 0x26F5 },
    { 0x26FA, 0x26FA },   { 0x26FD, 0x26FD },   { 0x2705, 0x2705 },   { 0x270A, 0x270B },
    { 0x2728, 0x2728 },   { 0x274C, 0x274C },   { 0x274E, 0x274E },   { 0x2753, 0x2755 },
    { 0x2757, 0x2757 },   { 0x2795, 0x2797 },   { 0x27B0, 0x27B0 },   { 0x27BF, 0x27BF },
    { 0x2B1B, 0x2B1C },   { 0x2B50, 0x2B50 },   { 0x2B55, 0x2B55 },   { 0x2E80, 0x303E },
    { 0x3041, 0x3247 },   { 0x3250, 0x4DBF },   { 0x4E00, 0xA4CF },   { 0xA960, 0xA97F },
    { 0xAC00, 0xD7A3 },   { 0xF900, 0xFAFF },   { 0xFE10, 0xFE19 },   { 0xFE30, 0xFE6F },
    { 0xFF01, 0xFF60 },   { 0xFFE0, 0xFFE6 },   { 0x16FE0, 0x18D08 }, { 0x1AFF0, 0x1B2FB },
    { 0x1F18E, 0x1F18E }, { 0x1F191, 0x1F19A }, { 0x1F200, 0x1F320 }, { 0x1F32D, 0x1F335 },
    { 0x1F337, 0x1F37C }, { 0x1F37E, 0x1F393 }, { 0x1F3A0, 0x1F3CA }, { 0x1F3CF, 0x1F3D3 },
    { 0x1F3E0, 0x1F3F0 }, { 0x1F3F4, 0x1F3F4 }, { 0x1F3F8, 0x1F43E }, { 0x1F440, 0x1F440 },
    { 0x1F442, 0x1F4FC }, { 0x1F4FF, 0x1F53D }, { 0x1F54B, 0x1F567 }, { 0x1F57A, 0x1F57A },
    { 0x1F595, 0x1F596 }, { 0x1F5A4, 0x1F5A4 }, { 0x1F5FB, 0x1F64F }, { 0x1F680, 0x1F6C5 },
    { 0x1F6CC, 0x1F6CC }, { 0x1F6D0, 0x1F6D2 }, { 0x1F6D5, 0x1F6DF }, { 0x1F6EB, 0x1F6EC },
    { 0x1F6F4, 0x1F6FC }, { 0x1F7E0, 0x1F7F0 }, { 0x1F90C, 0x1F93A }, { 0x1F93C, 0x1F945 },
    { 0x1F947, 0x1F9FF }, { 0x1FA70, 0x1FAFF }, { 0x20000, 0x2FFFD }, { 0x30000, 0x3FFFD },
};

/* Marks that are set onto a letter, and what joins or directs letters without being seen. */
static const struct points onto[] = {
    { 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD }, { 0x1AB0, 0x1ACE },
    { 0x1DC0, 0x1DFF }, { 0x200B, 0x200F }, { 0x202A, 0x202E }, { 0x2060, 0x2064 },
    { 0x20D0, 0x20F0 }, { 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F }, { 0xFEFF, 0xFEFF },
};

/* Punctuation that brings its own white, or stands in such texts as a wide character. */
static const struct points wide_marks[] = {
    { 0x3000, 0x303E }, { 0xFF01, 0xFF0F }, { 0xFF1A, 0xFF20 },
    { 0xFF3B, 0xFF40 }, { 0xFF5B, 0xFF60 },
};
static const struct points shared_marks[] = {
    { 0x2014, 0x2014 }, { 0x2018, 0x2019 }, { 0x201C, 0x201D }, { 0x2026, 0x2026 }
};

#define IN(ranges, point) is_in(ranges, sizeof ranges / sizeof *ranges, point)

int utf8_columns(uint32_t point)
{
    if (point < 0x0300)
        return 1;
    return IN(onto, point) ? 0 : IN(wide, point) ? 2 : 1;
}

int utf8_text_columns(const char *text)
{
    const size_t length = utf8_find_bad(text, strlen(text));
    int columns = 0;

    for (size_t at = 0; at < length;) {
        uint32_t point;

        at += utf8_decode(text + at, length - at, &point);
        columns += utf8_columns(point);
    }
    return columns;
}

/* The last character of a text, U+FFFD if that is broken. */
static uint32_t last_character(const char *text, size_t length)
{
    size_t from = length - 1;
    uint32_t point;

    while (from > 0 && length - from < 4 && ((unsigned char)text[from] & 0xC0) == 0x80)
        from--;
    if (character_length((const unsigned char *)text + from, length - from) != length - from)
        return 0xFFFD;
    utf8_decode(text + from, length - from, &point);
    return point;
}

static uint32_t first_character(const char *text, size_t length)
{
    uint32_t point = 0xFFFD;

    if (character_length((const unsigned char *)text, length) > 0)
        utf8_decode(text, length, &point);
    return point;
}

bool utf8_joins(const char *before, size_t before_length, const char *after,
                size_t after_length)
{
    const uint32_t a = last_character(before, before_length);
    const uint32_t b = first_character(after, after_length);
    const bool a_wide = IN(wide, a), b_wide = IN(wide, b);

    if (IN(wide_marks, a) || IN(wide_marks, b))
        return true;
    return (a_wide && (b_wide || IN(shared_marks, b))) || (b_wide && IN(shared_marks, a));
}
