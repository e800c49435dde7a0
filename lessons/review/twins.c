/* Two languages of one lesson: the same links, numbers, code and predictions in each section. */
#include <string.h>

#include "lessons/review/review_parts.h"

static bool same(const struct outline_word *a, const struct outline_word *b)
{
    return a->kind == b->kind && a->length == b->length &&
           memcmp(a->at, b->at, (size_t)a->length) == 0;
}

/* How often the word stands in the section. */
static int times(const struct outline *outline, const struct outline_section *section,
                 const struct outline_word *word)
{
    int count = 0;

    for (int i = 0; i < section->count; i++)
        count += same(&outline->words[section->first + i], word);
    return count;
}

/* The first of that word in the section? Each is told once. */
static bool is_first(const struct outline *outline, const struct outline_section *section,
                     int i)
{
    for (int k = 0; k < i; k++)
        if (same(&outline->words[section->first + k], &outline->words[section->first + i]))
            return false;
    return true;
}

/*
 * Words of one text's section that the other has not, or not as often: links and numbers are
 * counted, of code it is enough that it is named.
 */
static void review_words(const struct review *review, const struct review_text *here,
                         const struct review_text *there, int number)
{
    static const char *const kinds[] = { [OUTLINE_LINK] = "the link",
                                         [OUTLINE_NUMBER] = "the number",
                                         [OUTLINE_CODE] = "the code" };
    const struct outline_section *section = &here->outline.sections[number];

    for (int i = 0; i < section->count; i++) {
        const struct outline_word *word = &here->outline.words[section->first + i];
        const int in_here = times(&here->outline, section, word);
        const int in_there = times(&there->outline, &there->outline.sections[number], word);
        const int missing = word->kind == OUTLINE_CODE ? in_there == 0 : in_here > in_there;

        if (missing && is_first(&here->outline, section, i))
            review_tell(review, here, word->line,
                        "%s %.*s stands %d times in \"%.*s\", in %s %d", kinds[word->kind],
                        word->length, word->at, in_here, section->heading_length,
                        section->heading, there->name, in_there);
    }
}

static void review_predictions(const struct review *review, const struct review_text *english,
                               const struct review_text *other)
{
    const struct lesson_text *a = &english->predictions, *b = &other->predictions;

    if (a->predictions != b->predictions) {
        review_tell(review, other, 0, "%d predictions, %s has %d", b->predictions,
                    english->name, a->predictions);
        return;
    }
    for (int i = 0; i < a->predictions; i++) {
        const struct prediction *p = &a->prediction[i], *q = &b->prediction[i];

        if (outline_section_of(&english->outline, p->line) !=
            outline_section_of(&other->outline, q->line))
            review_tell(review, other, q->line, "a prediction in another section than in %s",
                        english->name);
        else if (p->draw != q->draw || p->choices != q->choices || p->right != q->right)
            review_tell(
                review, other, q->line,
                "a prediction of %d choices, number %d is right; in %s of %d, number %d",
                q->choices, q->right + 1, english->name, p->choices, p->right + 1);
    }
}

void review_twins(const struct review *review, const struct review_text *english,
                  const struct review_text *other)
{
    const struct outline *a = &english->outline, *b = &other->outline;

    if (a->section_count != b->section_count) {
        review_tell(review, other, 0, "%d sections, %s has %d", b->section_count, english->name,
                    a->section_count);
        return;
    }
    for (int i = 0; i < a->section_count; i++) {
        if (a->sections[i].numbered != b->sections[i].numbered)
            review_tell(review, other, b->sections[i].line,
                        "a heading with a number in one language and without it in the other");
        if (a->sections[i].blocks != b->sections[i].blocks)
            review_tell(review, other, b->sections[i].line, "%d blocks of code, %s has %d",
                        b->sections[i].blocks, english->name, a->sections[i].blocks);
        review_words(review, english, other, i);
        review_words(review, other, english, i);
    }
    review_predictions(review, english, other);
}
