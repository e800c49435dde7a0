#include "viz/window/document.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/file_read.h"
#include "common/files/utf8.h"
#include "viz/window/document_parts.h"

static struct document *parse(const char *markdown, size_t length,
                              struct experiment_place place, enum language language)
{
    struct document *d = calloc(1, sizeof *d);

    if (d == NULL)
        return NULL;
    d->place = place;
    d->language = language;
    lesson_text_parse(&d->asked, markdown, length, "", NULL, NULL);
    if (!document_take(d, markdown, length)) {
        document_free(d);
        return NULL;
    }
    if (d->chunks == 0)
        document_begin_chunk(d);
    d->place = experiment_place(NULL, NULL);
    d->stale = true;
    return d;
}

struct document *document_parse(const char *markdown, size_t length)
{
    return parse(markdown, length, experiment_place(NULL, NULL), LANGUAGE_ENGLISH);
}

/* The text of that language; NULL: there is none, or it cannot be shown. */
static struct document *read_in(const struct lesson *lesson, enum language language)
{
    char path[LESSON_PATH_MAX + 20];
    const bool self = lesson->experiment[0] == '\0';
    struct lesson own;
    const bool known = self || experiment_read(&own, lesson, "lesson", NULL) == STATUS_OK;
    const struct lab_config *config = self ? &lesson->config : known ? &own.config : NULL;
    struct document *d;
    char *bytes;
    size_t length;

    snprintf(path, sizeof path, "%s/%s", lesson->path, lesson_text_file(language));
    if (file_read_all(&bytes, &length, path, LESSON_TEXT_MOST, NULL) != STATUS_OK)
        return NULL;
    /* A text that is broken is shown up to there. */
    d = parse(bytes, utf8_find_bad(bytes, length), experiment_place(lesson->path, config),
              language);
    free(bytes);
    return d;
}

struct document *document_read(const struct lesson *lesson, enum language *language)
{
    struct document *d = read_in(lesson, *language);

    if (d == NULL && *language != LANGUAGE_ENGLISH) {
        *language = LANGUAGE_ENGLISH;
        d = read_in(lesson, *language);
    }
    return d;
}

void document_free(struct document *d)
{
    if (d == NULL)
        return;
    free(d->text);
    free(d->words);
    free(d->blocks);
    free(d->links);
    free(d->spots);
    free(d->titles);
    free(d);
}

int document_chunks(const struct document *d)
{
    return d->chunks;
}

const char *document_title(const struct document *d, int chunk)
{
    return chunk >= 0 && chunk < d->chunks ? d->titles[chunk] : "";
}

void document_show(struct document *d, int chunk)
{
    if (chunk < 0 || chunk >= d->chunks || chunk == d->chunk)
        return;
    d->chunk = chunk;
    d->stale = true;
}

int document_links(const struct document *d)
{
    return d->link_count;
}

const struct document_link *document_link(const struct document *d, int link)
{
    assert(link >= 0 && link < d->link_count);
    return &d->links[link];
}

void document_mark(struct document *d, int link, bool done)
{
    assert(link >= 0 && link < d->link_count);
    d->links[link].done = done;
}

int document_predictions(const struct document *d)
{
    return d->predictions;
}

const struct prediction *document_prediction(const struct document *d, int prediction)
{
    assert(prediction >= 0 && prediction < d->predictions);
    return &d->asked.prediction[prediction];
}

void document_answer(struct document *d, int prediction, const struct answer *answer)
{
    assert(prediction >= 0 && prediction < d->predictions);
    d->answer[prediction] = *answer;
    d->stale = true;
}

bool document_answered(const struct document *d, int prediction)
{
    return d->answer[prediction].state >= ANSWER_GIVEN;
}

char *document_words(const struct document *d)
{
    char *words = malloc((size_t)d->size + (size_t)d->count + 1);
    int to = 0;

    if (words == NULL)
        return NULL;
    for (int i = 0; i < d->count; i++) {
        if (i > 0 && (d->words[i].space || d->words[i].line ||
                      d->words[i].cell != d->words[i - 1].cell ||
                      d->words[i].block != d->words[i - 1].block))
            words[to++] = ' ';
        memcpy(words + to, d->text + d->words[i].from, (size_t)d->words[i].length);
        to += d->words[i].length;
    }
    words[to] = '\0';
    return words;
}
