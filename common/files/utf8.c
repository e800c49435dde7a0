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
