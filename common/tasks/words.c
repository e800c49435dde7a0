#include "common/tasks/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/utf8.h"

static const char BLANKS[] = " \t\r\n";

void word_copy(char word[WORD_MAX], const char *from, size_t length)
{
    static const char points[] = "...";

    if (length < WORD_MAX)
        snprintf(word, WORD_MAX, "%.*s", (int)length, from);
    else
        snprintf(word, WORD_MAX, "%.*s%s", utf8_shown(from, WORD_MAX - (int)sizeof points),
                 from, points);
}

bool words_next(struct words *words)
{
    size_t length;

    words->rest += strspn(words->rest, BLANKS);
    length = strcspn(words->rest, BLANKS);
    if (length == 0)
        return false;
    word_copy(words->word, words->rest, length);
    words->rest += length;
    words->count++;
    return true;
}

bool words_number(const struct words *words, double *number)
{
    const size_t length = strlen(words->word);
    char *end = NULL;
    double read;

    if (strspn(words->word, "+-.0123456789") != length)
        return false; /* strtod alone would take "inf", "nan" and hexadecimals */
    read = strtod(words->word, &end);
    if (end != words->word + length || length == 0)
        return false;
    *number = read;
    return true;
}

enum status words_refuse(const struct words *words, const struct task *task,
                         const char *allowed, struct error *error)
{
    return error_set(error, STATUS_USAGE, "task %s: word %d is \"%s\"; allowed is %s",
                     task->kind->name, words->count, words->word, allowed);
}

int words_token(const struct task *task, token_name *name, const char *word)
{
    for (int token = 0; token < task->shape.inputs; token++) {
        char text[TASK_TEXT_MAX];

        name(task, token, text);
        if (text[0] != '\0' && strcmp(text, word) == 0)
            return token;
    }
    return -1;
}

/* The names of all tokens; of a large vocabulary the first and the last. */
static void names_of(const struct task *task, token_name *name, char *list, size_t size)
{
    enum { ALL = 24, SOME = 4 };
    const int V = task->shape.inputs;

    for (int token = 0; token < V; token++) {
        char text[TASK_TEXT_MAX];

        if (V > ALL && token == SOME) {
            error_list_word(list, size, "..");
            token = V - SOME;
        }
        name(task, token, text);
        if (text[0] != '\0')
            error_list_word(list, size, text);
    }
}

/* Is it several tokens of one letter each, written without blanks, as "120012"? */
static bool is_run_together(const struct task *task, token_name *name, const char *word)
{
    const size_t length = strlen(word);

    for (size_t i = 0; i < length; i++)
        if (words_token(task, name, (const char[]){ word[i], '\0' }) < 0)
            return false;
    return length > 1;
}

enum status words_tokens(const struct task *task, const char *text, token_name *name, int most,
                         struct batch *batch, int *count, struct error *error)
{
    struct words words = { .rest = text };
    char allowed[512] = "";

    names_of(task, name, allowed, sizeof allowed);
    while (words_next(&words)) {
        const int token = words_token(task, name, words.word);

        if (token < 0 && is_run_together(task, name, words.word))
            error_list_word(allowed, sizeof allowed, "with blanks between");
        if (token < 0)
            return words_refuse(&words, task, allowed, error);
        if (words.count > most)
            return error_set(error, STATUS_USAGE,
                             "task %s: word %d is \"%s\"; allowed are at most %d words",
                             task->kind->name, words.count, words.word, most);
        batch->tokens[(words.count - 1) * batch->extent.batch] = token;
    }
    if (words.count == 0)
        return error_set(error, STATUS_USAGE, "task %s: no words; allowed are %s",
                         task->kind->name, allowed);
    *count = words.count;
    return STATUS_OK;
}
