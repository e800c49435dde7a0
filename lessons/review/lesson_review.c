#include "lessons/review/lesson_review.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/files/file_read.h"
#include "common/files/utf8.h"
#include "lessons/review/review_parts.h"

enum { PATH_ROOM = LESSON_PATH_MAX + 32, GLOSSARY_MOST = 1 << 16 };

static const char *const last_english[REVIEW_LAST] = { "What this does not show",
                                                       "Where the claim stops",
                                                       "Three things to try next" };
static const char *const last_chinese[REVIEW_LAST] = { "这一课没有说明什么", "结论在哪里失效",
                                                       "接下来试三件事" };

void review_tell(const struct review *review, const struct review_text *text, int line,
                 const char *format, ...)
{
    char what[FINDING_MAX], words[FINDING_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    if (line > 0)
        snprintf(words, sizeof words, "%s:%d: %.*s", text->name, line, utf8_shown(what, 400),
                 what);
    else
        snprintf(words, sizeof words, "%s: %.*s", text->name, utf8_shown(what, 400), what);
    review->tell(review->context, words);
}

static void path_of(char path[PATH_ROOM], const struct review *review, const char *name)
{
    snprintf(path, PATH_ROOM, "%s/%s", review->lesson->path, name);
}

/* *there: the text is. Faults of links and predictions are lesson_read's to tell. */
static enum status read_text(const struct review *review, struct review_text *text, bool *there,
                             struct error *error)
{
    char path[PATH_ROOM];
    enum status status;

    path_of(path, review, text->name);
    *there = access(path, F_OK) == 0;
    if (!*there)
        return STATUS_OK;
    status = outline_read(&text->outline, path, text->todo, error);
    if (status == STATUS_OK &&
        utf8_find_bad(text->outline.text, text->outline.length) < text->outline.length)
        status = error_set(error, STATUS_FILE, "%s: the text is not UTF-8", path);
    if (status == STATUS_OK)
        lesson_text_parse(&text->predictions, text->outline.text, text->outline.length, path,
                          NULL, NULL);
    return status;
}

/* The glossary beside the lessons' folders into *glossary, which the caller frees; NULL: none. */
static enum status read_glossary(const struct review *review, char **glossary,
                                 struct error *error)
{
    char path[PATH_ROOM];

    path_of(path, review, "../glossary.tsv");
    *glossary = NULL;
    return access(path, F_OK) == 0 ? file_read_all(glossary, NULL, path, GLOSSARY_MOST, error)
                                   : STATUS_OK;
}

static enum status review_other(const struct review *review, const struct review_text *english,
                                struct review_text *chinese, struct error *error)
{
    char *glossary = NULL;
    bool there;
    enum status status = read_text(review, chinese, &there, error);

    if (status == STATUS_OK && !there) {
        review_tell(review, chinese, 0, "is missing: Chinese readers get the English text");
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = read_glossary(review, &glossary, error);
    if (status == STATUS_OK &&
        (chinese->title[0] == '\0' || review->lesson->in[LANGUAGE_CHINESE].question[0] == '\0'))
        review->tell(review->context,
                     "lesson.ini has no title.zh-CN, or no question.zh-CN, in [lesson]");
    if (status == STATUS_OK) {
        review_whole(review, chinese);
        review_twins(review, english, chinese);
        status = review_chinese(review, chinese, glossary, error);
    }
    free(glossary);
    return status;
}

enum status lesson_review(const struct lesson *lesson, lesson_finding *tell, void *context,
                          struct error *error)
{
    const struct review review = { lesson, tell, context };
    struct review_text english = { .name = lesson_text_file(LANGUAGE_ENGLISH),
                                   .title = lesson->title,
                                   .todo = "**Do:**",
                                   .last = last_english };
    struct review_text chinese = { .name = lesson_text_file(LANGUAGE_CHINESE),
                                   .title = lesson->in[LANGUAGE_CHINESE].title,
                                   .todo = "**动手：**",
                                   .last = last_chinese };
    bool there;
    enum status status;

    if (lesson->claims_only)
        return STATUS_OK;
    status = read_text(&review, &english, &there, error);
    if (status == STATUS_OK && !there)
        review_tell(&review, &english, 0, "is missing: the lesson has no text");
    if (status == STATUS_OK && there) {
        review_whole(&review, &english);
        status = review_other(&review, &english, &chinese, error);
    }
    outline_free(&english.outline);
    outline_free(&chinese.outline);
    return status;
}
