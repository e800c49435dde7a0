#include "tests/common/tasks/task_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/close.h"

struct task task_of(const struct task_options *options)
{
    struct error error = { STATUS_OK, "" };
    struct task task = { 0 };

    if (task_open(&task, options, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return task;
}

struct batch batch_of(const struct task *task, int size)
{
    struct batch batch;

    assert_int_equal(batch_create(&batch, &task->shape, size, NULL), STATUS_OK);
    return batch;
}

struct batch filled(const struct task *task, int size, enum random_purpose purpose,
                    uint64_t index)
{
    struct batch batch = batch_of(task, size);

    task_fill(task, 29, purpose, index, 0, &batch);
    return batch;
}

bool same_sequence(const struct batch *a, int i, const struct batch *b, int j)
{
    const struct batch_shape *s = &a->shape;
    const int A_rows = a->extent.batch, B_rows = b->extent.batch;
    bool same = batch_length(a, i) == batch_length(b, j);

    for (int t = 0; t < s->steps; t++) {
        if (a->tokens)
            same = same && a->tokens[t * A_rows + i] == b->tokens[t * B_rows + j];
        for (int k = 0; a->features && k < s->inputs; k++)
            same = same && a->features[(t * A_rows + i) * s->inputs + k] ==
                               b->features[(t * B_rows + j) * s->inputs + k];
    }
    for (int t = 0; t < output_steps(s); t++) {
        if (a->classes)
            same = same && a->classes[t * A_rows + i] == b->classes[t * B_rows + j];
        for (int k = 0; a->values && k < s->outputs; k++)
            same = same && a->values[(t * A_rows + i) * s->outputs + k] ==
                               b->values[(t * B_rows + j) * s->outputs + k];
    }
    return same;
}

static char *text_for(const struct batch *batch)
{
    char *text = calloc((size_t)batch->shape.steps + 1, TASK_TEXT_MAX + 1);

    assert_non_null(text);
    return text;
}

static void append(char *text, const char *word)
{
    if (text[0] != '\0')
        strcat(text, " ");
    strcat(text, word);
}

char *answers_of(const struct task *task, const struct batch *batch, int b)
{
    char *text = text_for(batch);

    for (int t = 0; t < batch->shape.steps; t++) {
        char word[TASK_TEXT_MAX];

        if (!task_is_scored(task, batch, b, t))
            continue;
        task_target_text(task, batch, b, t, word);
        append(text, word);
    }
    return text;
}

char *marked_of(const struct task *task, const struct batch *batch, int b)
{
    char *text = text_for(batch);

    for (int t = 0; t < batch_length(batch, b); t++) {
        char word[TASK_TEXT_MAX];

        if (task_input_text(task, batch, b, t, word))
            append(text, word);
    }
    return text;
}

void assert_frequency(long seen, long n, double p)
{
    assert_close((double)seen, (double)n * p, 4 * sqrt((double)n * p * (1 - p)), 0);
}

void assert_uniform(const long *seen, int cells)
{
    const double k = cells - 1, variance = 2 / (9 * k);
    double all = 0, chi_squared = 0;

    for (int i = 0; i < cells; i++)
        all += (double)seen[i];
    for (int i = 0; i < cells; i++)
        chi_squared += pow((double)seen[i] - all / cells, 2) / (all / cells);
    if (!((cbrt(chi_squared / k) - (1 - variance)) / sqrt(variance) <= 4))
        fail_msg("chi-squared of %d cells is %g", cells, chi_squared);
}

void a_text_reads_as_a_sequence(void **state)
{
    const struct reads_row *row = *state;
    struct task task = task_of(&row->options);
    struct batch batch = filled(&task, 2, RANDOM_TRAIN, 0);
    struct error error = { STATUS_OK, "" };
    char *rendered, *answers, *marked;

    if (task_parse(&task, row->text, &batch, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    assert_int_equal(batch.extent.batch, 1);
    rendered = task_render(&task, &batch, 0);
    answers = answers_of(&task, &batch, 0);
    marked = marked_of(&task, &batch, 0);
    assert_string_equal(rendered, row->renders ? row->renders : row->text);
    assert_string_equal(answers, row->answers);
    assert_string_equal(marked, row->marked);
    free(rendered);
    free(answers);
    free(marked);
    batch_free(&batch);
    task_close(&task);
}

static void assert_one_line(const struct error *error, const char *const *said)
{
    assert_int_equal(error->status, STATUS_USAGE);
    assert_null(strchr(error->message, '\n'));
    assert_true(strlen(error->message) + 1 < ERROR_MESSAGE_MAX); /* nothing was cut */
    for (int i = 0; said[i] != NULL; i++)
        if (strstr(error->message, said[i]) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", error->message, said[i]);
}

void a_text_or_option_is_refused(void **state)
{
    const struct refused_row *row = *state;
    struct error error = { STATUS_OK, "" };
    struct task task = { .length = 77 };
    struct batch batch, before;

    assert_non_null(row->said[0]);
    if (row->text == NULL) {
        assert_int_equal(task_open(&task, &row->options, &error), STATUS_USAGE);
        assert_one_line(&error, row->said);
        assert_int_equal(task.length, 77); /* untouched */
        assert_null(task.kind);
        return;
    }
    task = task_of(&row->options);
    batch = filled(&task, 2, RANDOM_TRAIN, 0);
    before = filled(&task, 2, RANDOM_TRAIN, 0);
    assert_int_equal(task_parse(&task, row->text, &batch, &error), STATUS_USAGE);
    assert_one_line(&error, row->said);
    assert_int_equal(batch.extent.batch, 2);
    for (int b = 0; b < 2; b++)
        assert_true(same_sequence(&batch, b, &before, b)); /* untouched */
    batch_free(&batch);
    batch_free(&before);
    task_close(&task);
}
