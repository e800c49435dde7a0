/*
 * lesson_text.h - what a lesson's README.md asks of the program: its links, and its predictions.
 * README.zh-CN.md is the same text in Chinese, and is read and checked like it.
 *
 * A prediction is a quote that begins with "predict:", its list the choices; the paragraph
 * behind it, which begins with the right one in bold, is hidden until one has chosen or
 * skipped:
 *
 *     > predict: How high are the bars 40 steps back?
 *     >
 *     > - about the same
 *     > - a billion times smaller
 *
 *     **Answer: a billion times smaller.** They fall by a constant factor per step.
 *
 * A curve to be drawn has no choices, and its answer is the curve itself:
 *
 *     > predict draw gradient: How high will the bars be?
 *
 *     **Answer.** They fall along a straight line.
 *
 * In Chinese the answers begin with **答案：one of the choices。** and **答案。**; "predict:"
 * stays.
 *
 * The first answer is drawn over the panel of that name, of the left arm. Links are as in
 * link.h. Everything is found by line, so that a fault can be told with its line; what stands
 * in a block of code is left alone.
 */
#ifndef LESSONS_LESSON_TEXT_H
#define LESSONS_LESSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "lessons/config.h"
#include "lessons/language.h"

enum {
    PREDICTIONS_MAX = 16,
    CHOICES_MAX = 6,
    CHOICE_TEXT_MAX = 128,
    LESSON_TEXT_MOST = 1 << 20
};

struct prediction {
    int line;  /* where it begins, from 1 */
    bool draw; /* a curve, over the left arm's gradient */
    int choices;
    int right; /* number of the right one; -1: it is not known, or there is none */
    char choice[CHOICES_MAX][CHOICE_TEXT_MAX]; /* as letters only: no marks of Markdown */
};

struct lesson_text {
    struct prediction prediction[PREDICTIONS_MAX];
    int predictions;
};

/*
 * Read the text, `length` bytes from the file at `path`, of a lesson with that configuration
 * (NULL: links are parsed, no more; so they are below one that names an experiment). *text is
 * overwritten with all that was understood, also when there is a fault: STATUS_FILE, and the first one as "PATH:LINE: what is wrong".
 */
enum status lesson_text_parse(struct lesson_text *text, const char *bytes, size_t length,
                              const char *path, const struct lab_config *config,
                              struct error *error);

/* What the text in that language is called: README.md, README.zh-CN.md. */
const char *lesson_text_file(enum language language);

/*
 * The same for that file of the folder, whose links are about the experiment (experiment.h) that
 * was named last above them. A folder without it has no text in that language, and no fault.
 */
enum status lesson_text_read(struct lesson_text *text, const char *folder,
                             enum language language, const struct lab_config *config,
                             struct error *error);

/*
 * How many bytes at a paragraph's beginning, its bold marks left out, say that it is an answer:
 * those of "Answer" in any language. 0: it is none.
 */
size_t lesson_text_answer(const char *words, size_t length);

#endif
