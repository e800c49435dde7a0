/* words_zh.h - the table of words.h for Chinese. */
#ifndef LESSONS_WORDS_ZH_H
#define LESSONS_WORDS_ZH_H

#include "lessons/words.h"

const struct translation *words_zh(int *count);

#endif
