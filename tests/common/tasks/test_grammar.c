/* Tests of common/tasks/grammar.c. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/tasks/grammar.h"
#include "tests/close.h"

/* The words of a text; returns how many. */
static int words_of(const char *text, bool french, int *words)
{
    char copy[256];
    int n = 0;

    snprintf(copy, sizeof copy, "%s", text);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        words[n] = grammar_find(word, french);
        if (words[n++] < 0)
            fail_msg("no word: %s", word);
    }
    return n;
}

struct pair {
    const char *english, *french; /* french NULL: no sentence */
};

static void a_sentence_is_translated(void **state)
{
    const struct pair *row = *state;
    int english[GRAMMAR_LONGEST], french[GRAMMAR_LONGEST], expected[GRAMMAR_LONGEST];
    const int n = words_of(row->english, false, english);

    if (row->french == NULL) {
        assert_false(grammar_translate(english, n, french));
        return;
    }
    assert_int_equal(words_of(row->french, true, expected), n);
    assert_true(grammar_translate(english, n, french));
    for (int i = 0; i < n; i++)
        assert_string_equal(grammar_word(french[i]), grammar_word(expected[i]));
}

static void no_word_is_there_twice(void **state)
{
    (void)state;
    assert_int_equal(grammar_english_words(), 43);
    assert_int_equal(grammar_words(), 43 + 55);
    for (int i = 0; i < grammar_words(); i++) {
        assert_int_equal(grammar_find(grammar_word(i), i >= grammar_english_words()), i);
        assert_in_range(strlen(grammar_word(i)), 1, 15);
    }
    assert_int_equal(grammar_find("The", false), grammar_find("the", false));
    assert_int_equal(grammar_find("chat", false), -1);
    assert_int_equal(grammar_find("cat", true), -1);
}

/* All sentences of n words that one can write with all words, counted by brute force. */
static int count_sentences(int n, int *english, int at)
{
    int french[GRAMMAR_LONGEST], count = 0;

    if (at == n)
        return grammar_translate(english, n, french);
    for (english[at] = 0; english[at] < grammar_english_words(); english[at]++)
        count += count_sentences(n, english, at + 1);
    return count;
}

static void sentences_of_three_words_are_counted(void **state)
{
    int english[GRAMMAR_LONGEST];

    (void)state;
    /* D A I: 4 x 8 x 4 */
    assert_int_equal(count_sentences(3, english, 0), 128);
    assert_close(grammar_sentences(3), 128, 0, 1e-12);
    assert_close(grammar_entropy(3), log(128), 0, 1e-12);
}

/* D J A I, D A is J, D P is J: 1024, 256 and 256 of them. */
static void sentences_of_four_words_are_counted(void **state)
{
    (void)state;
    assert_close(grammar_sentences(4), 1536, 0, 1e-12);
    assert_close(grammar_entropy(4), log(3) + (log(1024) + 2 * log(256)) / 3, 0, 1e-12);
}

/*
 * Two clauses of three words and "and" between: 128 x 128, beside all that is one clause of
 * seven.
 */
static void clauses_are_joined_by_and(void **state)
{
    /* D A V D A with an adjective in both, R with one in either phrase, or three and three */
    const double aVa = 4 * 8 * 8 * 5 * 4 * 8 * 8, aBRp = 4 * 8 * 8 * 4 * 4 * 8.0;
    const double aIRp = 4 * 8 * 8 * 4 * 4 * 4 * 8.0;

    (void)state;
    assert_close(grammar_sentences(7), aVa + 2 * aBRp + 2 * aIRp + 128 * 128, 0, 1e-12);
    assert_close(grammar_entropy(7),
                 log(6) + (log(aVa) + 2 * log(aBRp) + 2 * log(aIRp) + 2 * log(128)) / 6, 0,
                 1e-12);
}

static void there_are_more_than_a_million_sentences(void **state)
{
    double all = 0;

    (void)state;
    for (int n = 3; n <= 9; n++)
        all += grammar_sentences(n);
    assert_true(all > 1e6);
}

static void what_is_drawn_is_a_sentence_of_that_length(void **state)
{
    (void)state;
    for (int n = GRAMMAR_SHORTEST; n <= GRAMMAR_LONGEST; n++)
        for (uint32_t row = 0; row < 200; row++) {
            struct random random = random_stream(3, RANDOM_TRAIN, (uint64_t)n, row);
            int english[GRAMMAR_LONGEST], french[GRAMMAR_LONGEST];

            grammar_draw(&random, n, english);
            assert_true(grammar_translate(english, n, french));
            for (int i = 0; i < n; i++)
                assert_in_range(french[i], grammar_english_words(), grammar_words() - 1);
        }
}

/*
 * Of 3 words each of the 128 is as likely: chi squared of 12,800 draws, 127 degrees of freedom.
 */
static void sentences_of_one_order_are_equally_likely(void **state)
{
    static int counts[43][43][43];
    double squares = 0;
    int seen = 0;

    (void)state;
    for (uint32_t row = 0; row < 12800; row++) {
        struct random random = random_stream(3, RANDOM_TRAIN, 0, row);
        int english[3];

        grammar_draw(&random, 3, english);
        counts[english[0]][english[1]][english[2]]++;
    }
    for (int i = 0; i < 43 * 43 * 43; i++) {
        const int count = (&counts[0][0][0])[i];

        seen += count > 0;
        squares += count > 0 ? (count - 100.0) * (count - 100.0) / 100 : 0;
    }
    assert_int_equal(seen, 128);
    assert_true(squares > 60 && squares < 210); /* five standard deviations of 127 +- 16 */
}

/*
 * No two words of a part share a form where the same noun stands beside: checked on whole
 * sentences.
 */
static void no_two_sentences_share_a_translation(void **state)
{
    static const char *const frames[] = { "the", "black", "cat", "sees", "my",
                                          "red", "horse", "on",  "this", "bed" };
    int english[10], changed[10], french[10], other[10];

    (void)state;
    for (int i = 0; i < 10; i++)
        english[i] = grammar_find(frames[i], false);
    /*
     * every word in every place, with every noun behind it: another word, another translation
     */
    assert_true(grammar_translate(english, 10, french));
    for (int noun = 0; noun < 43; noun++)
        for (int i = 0; i < 10; i++)
            for (int a = 0; a < 43; a++)
                for (int b = 0; b < a; b++) {
                    memcpy(changed, english, sizeof changed);
                    changed[2] = noun;
                    changed[i] = a;
                    if (!grammar_translate(changed, 10, french))
                        continue;
                    changed[i] = b;
                    if (grammar_translate(changed, 10, other))
                        assert_memory_not_equal(french, other, sizeof other);
                }
}

/* clang-format off */
#define FRENCH(label, ...)                                                                     \
    { .name = label, .test_func = a_sentence_is_translated,                                    \
      .initial_state = &(struct pair){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRENCH("the_cat_of_the_article", "the cat is on the mat", "le chat est sur le tapis"),
        FRENCH("the_dog_of_the_article", "the dog is in the garden", "le chien est dans le jardin"),
        FRENCH("the_bird_of_the_article", "the bird is on the tree", "l' oiseau est sur l' arbre"),
        FRENCH("the_adjective_goes_behind", "the green house is quiet", "la maison verte est tranquille"),
        FRENCH("it_agrees_with_its_noun", "a white mouse follows a white horse",
               "une souris blanche suit un cheval blanc"),
        FRENCH("behind_is_it_agrees_with_the_subject", "the cow is heavy", "la vache est lourde"),
        FRENCH("each_clause_has_its_subject", "the cow is black and the dog is black",
               "la vache est noire et le chien est noir"),
        FRENCH("this_before_a_vowel", "this child waits", "cet enfant attend"),
        FRENCH("this_before_a_feminine_vowel", "this school is grey", "cette \xC3\xA9" "cole est grise"),
        FRENCH("my_before_a_feminine_vowel", "my woman waits behind my school",
               "ma femme attend derri\xC3\xA8re mon \xC3\xA9" "cole"),
        FRENCH("the_article_looks_at_the_noun_not_the_adjective", "the heavy bird sleeps",
               "l' oiseau lourd dort"),
        FRENCH("eleven_words", "the black cat sees the red dog under the green tree",
               "le chat noir voit le chien rouge sous l' arbre vert"),
        FRENCH("words_without_a_verb_are_no_sentence", "the cat", NULL),
        FRENCH("two_adjectives_are_no_phrase", "the black red cat sleeps", NULL),
        FRENCH("and_at_the_end_is_no_sentence", "the cat sleeps and", NULL),
        FRENCH("a_house_does_not_sleep", "the house sleeps", NULL),
        cmocka_unit_test(no_word_is_there_twice),
        cmocka_unit_test(sentences_of_three_words_are_counted),
        cmocka_unit_test(sentences_of_four_words_are_counted),
        cmocka_unit_test(clauses_are_joined_by_and),
        cmocka_unit_test(there_are_more_than_a_million_sentences),
        cmocka_unit_test(what_is_drawn_is_a_sentence_of_that_length),
        cmocka_unit_test(sentences_of_one_order_are_equally_likely),
        cmocka_unit_test(no_two_sentences_share_a_translation),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
