/* Tests of common/tasks/dates.c. */
#include "tests/test.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/tasks/dates.h"
#include "common/tasks/source_target.h"
#include "tests/close.h"

enum { B = 64, OUTPUTS = 11 };

static void open_dates(struct task *task, struct batch *batch, int size)
{
    assert_int_equal(task_find(task, "dates", 0, NULL), STATUS_OK);
    assert_int_equal(batch_create(batch, &task->shape, size, NULL), STATUS_OK);
}

/* Inputs from step `from` up to `to`, with a blank for the sign that shows one. */
static void text_of(const struct task *task, const struct batch *batch, int b, int from, int to,
                    char *text)
{
    text[0] = '\0';
    for (int t = from; t < to; t++) {
        char step[TASK_TEXT_MAX];

        task_input_text(task, batch, b, t, step);
        strcat(text, strcmp(step, "\xC2\xB7") == 0 ? " " : step);
    }
}

static void targets_of(const struct task *task, const struct batch *batch, int b, char *text)
{
    text[0] = '\0';
    for (int t = batch->sources[b]; t < batch->lengths[b]; t++) {
        char step[TASK_TEXT_MAX];

        task_target_text(task, batch, b, t, step);
        strcat(text, step);
    }
}

/* The C library's calendar, which counts from 1970. */
static void days_are_those_of_the_calendar(void **state)
{
    int day = 0;

    (void)state;
    for (; day < DATES_DAYS; day++) {
        const time_t noon = (time_t)(day - 25567) * 86400 + 43200;
        const struct date date = date_of_day(day);
        struct tm tm;

        assert_non_null(gmtime_r(&noon, &tm));
        assert_int_equal(date.year, tm.tm_year + 1900);
        assert_int_equal(date.month, tm.tm_mon + 1);
        assert_int_equal(date.day, tm.tm_mday);
    }
    assert_int_equal(date_of_day(day - 1).year, 2099);
    assert_int_equal(date_of_day(day - 1).month, 12);
    assert_int_equal(date_of_day(day - 1).day, 31);
}

struct written {
    struct date date;
    int format;
    const char *text;
};

static void a_date_is_written_in_each_format(void **state)
{
    const struct written *row = *state;
    char text[DATES_TEXT_MAX];

    date_text(row->date, row->format, text);
    assert_string_equal(text, row->text);
}

/* What one reads in the source, with an own reader for each format, is what the target says. */
static void the_answer_is_the_date_of_the_question(void **state)
{
    static const char *const months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct task task;
    struct batch batch;

    (void)state;
    open_dates(&task, &batch, B);
    for (int index = 0; index < 20; index++) {
        task_fill(&task, 5, RANDOM_TRAIN, (uint64_t)index, 0, &batch);
        for (int b = 0; b < B; b++) {
            char source[64], target[64], expected[64], word[2][32];
            int n[3], year, month, day;

            text_of(&task, &batch, b, 0, batch.sources[b], source);
            targets_of(&task, &batch, b, target);
            if (sscanf(source, "%d.%d.%d", &n[0], &n[1], &n[2]) == 3) {
                day = n[0], month = n[1], year = n[2];
            } else if (sscanf(source, "%d/%d/%d", &n[0], &n[1], &n[2]) == 3) {
                month = n[0], day = n[1], year = n[2];
            } else {
                const char *name = NULL;

                if (sscanf(source, "%d%*2[a-z] of %31[A-Za-z], %d", &n[0], word[0], &n[1]) ==
                        3 ||
                    sscanf(source, "%d %31[A-Za-z] %d", &n[0], word[0], &n[1]) == 3) {
                    name = word[0];
                    year = n[0] > 31 ? n[0] : n[1];
                    day = n[0] > 31 ? n[1] : n[0];
                } else {
                    assert_int_equal(sscanf(source, "%31[A-Za-z] %d", word[0], &day), 2);
                    assert_int_equal(sscanf(strrchr(source, ' '), "%d", &year), 1);
                    name = word[0];
                }
                word[0][3] = '\0';
                month = (int)(strstr(months, name) - months) / 3 + 1;
            }
            snprintf(expected, sizeof expected, "%d-%02d-%02d\xE2\x88\x8E", year, month, day);
            assert_string_equal(target, expected);
            text_of(&task, &batch, b, batch.sources[b] + 1, batch.lengths[b], target);
            assert_int_equal(strncmp(target, expected, 10), 0);
            assert_int_equal(strlen(target), 10);
        }
    }
    batch_free(&batch);
}

static void eleven_outputs_are_scored(void **state)
{
    struct task task;
    struct batch batch;

    (void)state;
    open_dates(&task, &batch, B);
    task_fill(&task, 5, RANDOM_TEST, 0, 0, &batch);
    for (int b = 0; b < B; b++)
        for (int t = 0; t < task.shape.steps; t++)
            assert_int_equal(task_is_scored(&task, &batch, b, t),
                             t >= batch.sources[b] && t < batch.sources[b] + OUTPUTS);
    batch_free(&batch);
}

static void about_a_tenth_of_all_days_is_held_out(void **state)
{
    int held_out = 0;

    (void)state;
    for (int day = 0; day < DATES_DAYS; day++)
        held_out += dates_is_held_out(day);
    assert_close(held_out, DATES_DAYS / 10.0, 3 * sqrt(DATES_DAYS * .09), 0);
    assert_int_equal(held_out, 7187); /* another number would change what runs were tested on */
}

/* The day of an answer, by a search. */
static int day_of(const struct task *task, const struct batch *batch, int b)
{
    char target[64], written[64];

    targets_of(task, batch, b, target);
    for (int day = 0; day < DATES_DAYS; day++) {
        const struct date date = date_of_day(day);

        snprintf(written, sizeof written, "%d-%02d-%02d", date.year, date.month, date.day);
        if (strncmp(written, target, 10) == 0)
            return day;
    }
    return -1;
}

static void training_and_testing_share_no_day(void **state)
{
    struct task task;
    struct batch batch;

    (void)state;
    open_dates(&task, &batch, 16);
    for (int purpose = RANDOM_TRAIN; purpose <= RANDOM_PROBE; purpose++) {
        task_fill(&task, 9, (enum random_purpose)purpose, 0, 0, &batch);
        for (int b = 0; b < 16; b++)
            assert_int_equal(dates_is_held_out(day_of(&task, &batch, b)),
                             purpose != RANDOM_TRAIN);
    }
    batch_free(&batch);
}

/*
 * The entropy of 11 outputs by hand: each is predicted from those before it, by how many days
 * still fit. Over all days the mean of -ln P(next | before) is the baseline.
 */
static void the_baseline_is_the_entropy_of_the_answers(void **state)
{
    struct task task;
    struct batch batch;
    double loss = 0;
    char(*answers)[16] = calloc(DATES_DAYS, sizeof *answers);

    (void)state;
    assert_non_null(answers);
    open_dates(&task, &batch, 1);
    for (int day = 0; day < DATES_DAYS; day++) {
        const struct date date = date_of_day(day);
        char written[64];

        snprintf(written, sizeof written, "%d-%02d-%02d", date.year, date.month, date.day);
        memcpy(answers[day], written, 11);
    }
    /* sorted by construction: those that share a beginning stand together */
    for (int place = 0; place < 10; place++)
        for (int begin = 0, end; begin < DATES_DAYS; begin = end) {
            for (end = begin;
                 end < DATES_DAYS && memcmp(answers[end], answers[begin], (size_t)place) == 0;)
                end++;
            for (int from = begin, to; from < end; from = to) {
                for (to = from; to < end && answers[to][place] == answers[from][place];)
                    to++;
                loss -= (to - from) * log((double)(to - from) / (end - begin));
            }
        }
    assert_close(task_baseline(&task), loss / DATES_DAYS / OUTPUTS, 0, 1e-9);
    assert_close(task_baseline(&task), 1.0181, 5e-5, 0);
    free(answers);
    batch_free(&batch);
}

static void the_year_is_found_and_outlined(void **state)
{
    struct task task;
    struct batch batch;

    (void)state;
    open_dates(&task, &batch, B);
    task_fill(&task, 3, RANDOM_PROBE, 0, 0, &batch);
    for (int b = 0; b < B; b++) {
        const int year = dates_year_step(&batch, b);
        char source[64], target[64], text[TASK_TEXT_MAX];

        assert_true(year >= 0);
        text_of(&task, &batch, b, year, year + 4, source);
        targets_of(&task, &batch, b, target);
        assert_memory_equal(source, target, 4);
        for (int t = 0; t < batch.lengths[b]; t++)
            assert_int_equal(task_input_text(&task, &batch, b, t, text),
                             t >= year && t < year + 4);
    }
    batch_free(&batch);
}

struct own {
    const char *input, *rendered; /* the whole sequence */
    const char *target;           /* NULL: not known */
};

static void a_date_of_ones_own_is_read(void **state)
{
    const struct own *row = *state;
    struct task task;
    struct batch batch;
    char *rendered, target[64];

    open_dates(&task, &batch, 2);
    assert_int_equal(task_parse(&task, row->input, &batch, NULL), STATUS_OK);
    rendered = task_render(&task, &batch, 0);
    assert_string_equal(rendered, row->rendered);
    if (row->target != NULL) {
        targets_of(&task, &batch, 0, target);
        assert_string_equal(target, row->target);
    } else {
        for (int t = 0; t < task.shape.steps; t++)
            assert_false(task_is_scored(&task, &batch, 0, t));
        assert_int_equal(batch.lengths[0], batch.sources[0] + 1);
    }
    free(rendered);
    batch_free(&batch);
}

/* Every sequence is read back, from how it is shown, into itself. */
static void what_is_rendered_can_be_read(void **state)
{
    struct task task;
    struct batch batch, again;

    (void)state;
    open_dates(&task, &batch, B);
    open_dates(&task, &again, 1);
    task_fill(&task, 8, RANDOM_TEST, 0, 0, &batch);
    for (int b = 0; b < B; b++) {
        char *rendered = task_render(&task, &batch, b);

        assert_int_equal(task_parse(&task, rendered, &again, NULL), STATUS_OK);
        assert_int_equal(again.lengths[0], batch.lengths[b]);
        assert_int_equal(again.sources[0], batch.sources[b]);
        for (int t = 0; t < task.shape.steps; t++) {
            assert_int_equal(again.tokens[t], batch.tokens[t * B + b]);
            assert_int_equal(again.classes[t], batch.classes[t * B + b]);
        }
        free(rendered);
    }
    batch_free(&batch);
    batch_free(&again);
}

struct refused {
    const char *input;
    const char *said;
};

static void an_impossible_input_is_refused(void **state)
{
    const struct refused *row = *state;
    struct task task;
    struct batch batch;
    struct error error = { STATUS_OK, "" };

    open_dates(&task, &batch, 1);
    assert_int_equal(task_parse(&task, row->input, &batch, &error), STATUS_USAGE);
    if (strstr(error.message, row->said) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.message, row->said);
    batch_free(&batch);
}

static void another_length_is_refused(void **state)
{
    const struct task_options options = { .name = "dates", .test_length = 4 };
    struct task task;
    struct error error;

    (void)state;
    assert_int_equal(task_open(&task, &options, &error), STATUS_USAGE);
    assert_string_equal(error.message,
                        "task dates: test_length 4 is impossible: a date has one "
                        "length only");
    assert_int_equal(task_find(&task, "dates", 2, &error), STATUS_USAGE);
}

/* clang-format off */
#define WRITTEN(label, ...)                                                                    \
    { .name = "a_date_is_written_" label, .test_func = a_date_is_written_in_each_format,       \
      .initial_state = &(struct written){ __VA_ARGS__ } }
#define OWN(label, ...)                                                                        \
    { .name = label "_is_read", .test_func = a_date_of_ones_own_is_read,                       \
      .initial_state = &(struct own){ __VA_ARGS__ } }
#define REFUSED(label, ...)                                                                    \
    { .name = label "_is_refused", .test_func = an_impossible_input_is_refused,                \
      .initial_state = &(struct refused){ __VA_ARGS__ } }
#define DOT "\xC2\xB7"
#define ARROW "\xE2\x86\x92"

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_those_of_the_calendar),
        WRITTEN("as_25th_of_june", { 2009, 6, 25 }, 0, "25th of June, 2009"),
        WRITTEN("as_1st_of_may", { 2009, 5, 1 }, 0, "1st of May, 2009"),
        WRITTEN("as_2nd_of_may", { 2009, 5, 2 }, 0, "2nd of May, 2009"),
        WRITTEN("as_23rd_of_may", { 2009, 5, 23 }, 0, "23rd of May, 2009"),
        WRITTEN("as_11th_of_may", { 2009, 5, 11 }, 0, "11th of May, 2009"),
        WRITTEN("as_12th_of_may", { 2009, 5, 12 }, 0, "12th of May, 2009"),
        WRITTEN("as_13th_of_may", { 2009, 5, 13 }, 0, "13th of May, 2009"),
        WRITTEN("as_31st_of_may", { 2009, 5, 31 }, 0, "31st of May, 2009"),
        WRITTEN("as_25_june", { 2009, 6, 25 }, 1, "25 June 2009"),
        WRITTEN("as_june_25", { 2009, 6, 25 }, 2, "June 25, 2009"),
        WRITTEN("as_june_25th", { 2009, 6, 25 }, 3, "June 25th 2009"),
        WRITTEN("as_25_sep", { 1999, 9, 25 }, 4, "25 Sep 1999"),
        WRITTEN("with_dots", { 2009, 6, 5 }, 5, "05.06.2009"),
        WRITTEN("with_slashes", { 2009, 6, 5 }, 6, "06/05/2009"),
        WRITTEN("with_the_year_first", { 2009, 6, 5 }, 7, "2009 June 5"),
        cmocka_unit_test(the_answer_is_the_date_of_the_question),
        cmocka_unit_test(eleven_outputs_are_scored),
        cmocka_unit_test(about_a_tenth_of_all_days_is_held_out),
        cmocka_unit_test(training_and_testing_share_no_day),
        cmocka_unit_test(the_baseline_is_the_entropy_of_the_answers),
        cmocka_unit_test(the_year_is_found_and_outlined),
        OWN("the_date_of_the_lesson", "25th of June, 2009",
            "25th" DOT "of" DOT "June," DOT "2009" ARROW "2009-06-25", "2009-06-25\xE2\x88\x8E"),
        OWN("a_date_with_slashes", "12/31/2099", "12/31/2099" ARROW "2099-12-31",
            "2099-12-31\xE2\x88\x8E"),
        OWN("a_day_that_is_not_in_the_calendar", "31 Feb 2009",
            "31" DOT "Feb" DOT "2009" ARROW, NULL),
        OWN("a_year_before_the_first", "25 June 1850", "25" DOT "June" DOT "1850" ARROW, NULL),
        OWN("an_answer_of_ones_own", "25 June 1850\t1850-06-25",
            "25" DOT "June" DOT "1850" ARROW "1850-06-25", "1850-06-25\xE2\x88\x8E"),
        cmocka_unit_test(what_is_rendered_can_be_read),
        REFUSED("no_date", "", "no date; try"),
        REFUSED("a_letter_of_no_date", "25 Juxx 2009", "\"xx 2009\" begins with what stands in no date"),
        REFUSED("an_accent", "25 f\xC3\xA9vrier 2009", "begins with what stands in no date"),
        REFUSED("a_long_text", "25th of September, of 2009", "more than 23 characters"),
        REFUSED("a_long_answer", "25 June 2009\t2009-06-2500", "more than 10 characters"),
        cmocka_unit_test(another_length_is_refused),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
