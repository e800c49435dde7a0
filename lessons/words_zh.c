#include "lessons/words_zh.h"

static const struct translation table[] = {
    { "Lesson %02d: %s", "第 %02d 课：%s" },
};

const struct translation *words_zh(int *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}
