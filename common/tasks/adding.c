#include "common/tasks/adding.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/tasks/words.h"

enum { VALUE, MARKER, FEATURES };

static void adding_shape(struct task *task)
{
    task->shape = (struct batch_shape){ .steps = task->length,
                                        .input = INPUT_FEATURES,
                                        .inputs = FEATURES,
                                        .target = TARGET_VALUES,
                                        .outputs = 1,
                                        .readout = READOUT_LAST };
    task->metric = (struct metric){ .kind = METRIC_WITHIN,
                                    .tolerance = 0.04,
                                    .name = "answers within .04" };
}

static real *features_at(const struct batch *batch, int b, int t)
{
    return batch->features + ((size_t)t * (size_t)batch->extent.batch + (size_t)b) * FEATURES;
}

static void adding_fill(const struct task *task, struct random *random, bool held_out,
                        struct batch *batch, int b)
{
    const int T = task->length, half = T / 2;
    const int first = (int)random_below(random, (uint32_t)half);
    const int second = half + (int)random_below(random, (uint32_t)(T - half));
    real sum = 0;

    (void)held_out; /* fresh numbers every time: nothing to hold out */
    for (int t = 0; t < T; t++) {
        real *features = features_at(batch, b, t);

        features[VALUE] = (real)random_uniform(random);
        features[MARKER] = t == first || t == second;
        sum += features[VALUE] * features[MARKER];
    }
    batch->values[b] = sum;
}

static double adding_baseline(const struct task *task)
{
    (void)task;
    return 1.0 / 6; /* the variance of a sum of two independent U[0, 1) */
}

static bool adding_input_text(const struct task *task, const struct batch *batch, int b, int t,
                              char text[TASK_TEXT_MAX])
{
    const real *features = features_at(batch, b, t);
    const int hundredths =
        (int)((double)features[VALUE] * 100); /* cut, so that 1.00 never shows */

    (void)task;
    snprintf(text, TASK_TEXT_MAX, ".%02d", hundredths);
    return features[MARKER] > 0;
}

/* The value that reads as it was written: .29 is stored as the next number above, not below. */
static real value_of(double written)
{
    real value = (real)written;

    if ((double)value < written || (int)((double)value * 100) < (int)(written * 100 + 1e-9))
        value = sizeof(real) == sizeof(float) ? (real)nextafterf((float)value, 1)
                                              : (real)nextafter((double)value, 1);
    return value;
}

/* Values in [0, 1), the two to be added with a star: ".07 .99* .3 .25*". */
static enum status adding_parse(const struct task *task, const char *text, struct batch *batch,
                                struct error *error)
{
    struct words words = { .rest = text };
    int marked = 0;
    real sum = 0;

    while (words_next(&words)) {
        struct words number = words;
        const size_t length = strlen(words.word);
        const bool star = words.word[length - 1] == '*';
        real *features;
        double value;

        if (star)
            number.word[length - 1] = '\0';
        if (!words_number(&number, &value) || value < 0 || value > 0.999999)
            return words_refuse(
                &words, task,
                "a number in [0, 1), like .25, with a star behind it if it is one "
                "of the two to be added, like .25*",
                error);
        if (words.count > task->length)
            return error_set(error, STATUS_USAGE,
                             "task adding: word %d is \"%s\"; allowed are at most %d numbers",
                             words.count, words.word, task->length);
        features = features_at(batch, 0, words.count - 1);
        features[VALUE] = value_of(value);
        features[MARKER] = star;
        marked += star;
        sum += features[VALUE] * features[MARKER];
    }
    if (marked != 2)
        return error_set(
            error, STATUS_USAGE,
            "task adding: %d numbers have a star; allowed are two, like \".07 .99* .3 "
            ".25*\"",
            marked);
    batch->values[0] = sum;
    batch_set_length(batch, 0, words.count);
    return STATUS_OK;
}

const struct task_kind adding_task = {
    .name = "adding",
    .title = "the sum of two marked numbers",
    .about = "T pairs (value, marker), answer the sum of the two marked values at the end; "
             "mean squared error, 1/6 for always saying 1",
    .default_length = 50,
    .shortest = 2,
    .longest = 4096,
    .length_is = "pairs (value, marker)",
    .shape = adding_shape,
    .fill = adding_fill,
    .baseline = adding_baseline,
    .input_text = adding_input_text,
    .mark = "*",
    .parse = adding_parse,
};
