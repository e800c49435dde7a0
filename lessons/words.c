#include "lessons/words.h"

#include <stddef.h>
#include <string.h>

#include "lessons/words_zh.h"

const struct translation *words_table(enum language language, int *count)
{
    *count = 0;
    return language == LANGUAGE_CHINESE ? words_zh(count) : NULL;
}

const char *words_in(enum language language, const char *english)
{
    int from = 0, to;
    const struct translation *table = words_table(language, &to);

    while (table != NULL && from < to) {
        const int middle = from + (to - from) / 2;
        const int order = strcmp(english, table[middle].english);

        if (order == 0)
            return table[middle].other;
        if (order < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return english;
}
