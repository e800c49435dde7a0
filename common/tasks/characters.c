#include "common/tasks/characters.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/files/utf8.h"

static int count_bits(uint64_t bits)
{
    int count = 0;

    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}

enum status character_set_create(struct character_set *set, const struct character_marks *marks,
                                 const struct character_set *without, const char *what,
                                 struct error *error)
{
    struct character_set made = { 0 };
    int count = 0;

    for (int i = 0; i < CHARACTERS_POINTS / 64; i++)
        count += count_bits(marks->bits[i]);
    made.points = malloc((size_t)(count + 1) * sizeof *made.points);
    if (made.points == NULL)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory for %d characters", what,
                         count);
    for (uint32_t p = 0; p < CHARACTERS_POINTS; p += marks->bits[p / 64] ? 1 : 64)
        if (marks->bits[p / 64] >> p % 64 & 1 &&
            (without == NULL || character_set_find(without, p) < 0))
            made.points[made.count++] = p;
    if (made.count > CHARACTERS_MAX) {
        free(made.points);
        return error_set(error, STATUS_FILE,
                         "%s: %d different characters, at most %d are allowed", what,
                         made.count, CHARACTERS_MAX);
    }
    *set = made;
    return STATUS_OK;
}

void character_set_free(struct character_set *set)
{
    free(set->points);
    *set = (struct character_set){ 0 };
}

int character_set_find(const struct character_set *set, uint32_t point)
{
    int low = 0, high = set->count;

    while (low < high) {
        const int middle = low + (high - low) / 2;

        if (set->points[middle] < point)
            low = middle + 1;
        else
            high = middle;
    }
    return low < set->count && set->points[low] == point ? low : -1;
}

/* What has no ink, and the sign that stands for it: a raised dot, two arrows. */
static const uint32_t shown[][2] = { { ' ', 0xB7 }, { '\n', 0x21B5 }, { '\t', 0x21E5 } };
enum { SHOWN = sizeof shown / sizeof shown[0] };

int character_set_find_shown(const struct character_set *set, uint32_t point)
{
    int place = character_set_find(set, point);

    for (int i = 0; i < SHOWN && place < 0; i++)
        if (shown[i][1] == point)
            place = character_set_find(set, shown[i][0]);
    return place;
}

static bool is_control(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

void character_text(uint32_t point, char text[TASK_TEXT_MAX])
{
    for (int i = 0; i < SHOWN; i++)
        if (shown[i][0] == point) {
            utf8_encode(shown[i][1], text);
            return;
        }
    if (is_control(point))
        snprintf(text, TASK_TEXT_MAX, "\\x%02X", (unsigned)point);
    else
        utf8_encode(point, text);
}

void character_name(uint32_t point, char name[CHARACTER_NAME_MAX])
{
    char text[UTF8_CHARACTER_MAX];

    utf8_encode(point, text);
    if (is_control(point))
        snprintf(name, CHARACTER_NAME_MAX, "U+%04X", (unsigned)point);
    else
        snprintf(name, CHARACTER_NAME_MAX, "\"%s\" (U+%04X)", text, (unsigned)point);
}
