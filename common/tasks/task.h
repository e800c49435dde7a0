/*
 * task.h - what is to be learned: where sequences come from and what counts as right.
 *
 * A task makes any batch from (seed, purpose, index, row) alone, so all arms see the same data
 * whatever the threads do. A task is one file and one line in the list of task.c.
 */
#ifndef COMMON_TASKS_TASK_H
#define COMMON_TASKS_TASK_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "common/model/batch.h"
#include "common/model/metric.h"
#include "common/numeric/random.h"

enum { TASK_TEXT_MAX = 16, TASK_NAME_MAX = 32, TASK_FILE_MAX = 160 };

/* Which outputs are in the loss, for tasks that leave the choice. */
enum task_scored {
    SCORED_DEFAULT, /* what the task's page says */
    SCORED_EVERY,   /* the answer for every prefix of the sequence */
    SCORED_ANSWER   /* the answer at the end alone */
};

/* Which sequences are looked at, step by step. */
enum task_shown {
    SHOWN_TRAINED, /* as long as those of training */
    SHOWN_LONGER   /* as long as those of the second test */
};

/* Everything that one can choose about a task; 0 or "" stands for the task's default. */
struct task_options {
    char name[TASK_NAME_MAX];
    int length; /* how long its sequences are, in what kind->length_is counts */
    int shortest; /* where sequences are drawn shorter too: the shortest; 0: all that are possible */
    int test_length; /* `length` of the sequences of a second test, beyond those trained on */
    int symbols;     /* size of the vocabulary */
    int items;       /* pairs to remember; numbers in each step of noise */
    int fewest;      /* pairs of the easiest batches in training; 0: as many as `items` */
    int distance;    /* steps between what is asked and the answer */
    enum task_scored scored;
    enum task_shown shown;
    char file[TASK_FILE_MAX]; /* the user's own data */
};

/* The choices a task can leave open beside its length: a member of struct task_options each. */
enum task_option {
    OPTION_NONE,
    OPTION_SHORTEST,
    OPTION_SYMBOLS,
    OPTION_ITEMS,
    OPTION_FEWEST,
    OPTION_DISTANCE,
    OPTION_SCORED
};

/* What one of them means for a task. task_open refuses other numbers than these. */
struct task_choice {
    enum task_option option;
    const char *is;         /* "pairs to remember" */
    int least, most, usual; /* usual is what 0 stands for; 0: kind->open decides */
};

enum { TASK_CHOICES_MAX = 4 };

struct task;

struct task_kind {
    const char *name;  /* "adding" */
    const char *title; /* "the sum of two marked numbers" */
    const char *about; /* one line: input, output, baseline */
    int default_length;
    int shortest, longest; /* lengths that are allowed */
    const char *length_is; /* what the length counts: "pairs (value, marker)" */
    struct task_choice choices[TASK_CHOICES_MAX]; /* what else is open, then OPTION_NONE */

    /*
     * Look at task->options, replace every default by what it stands for, read the file if
     * there is one into task->data, and say what cannot be. NULL: the task has a length and
     * nothing else.
     */
    enum status (*open)(struct task *task, struct error *error);

    /* Free task->data. NULL: there is none. */
    void (*close)(struct task *task);

    /* What options.file holds, "a text"; NULL: the task reads no file. */
    const char *file_is;

    /* Fill shape and metric from task->options and task->data. */
    void (*shape)(struct task *task);

    /*
     * Write sequence b of the batch from the stream: all T steps, lengths[b] and sources[b] if
     * they are not T and 0. held_out: from the part that training never sees, where a task has
     * one.
     */
    void (*fill)(const struct task *task, struct random *random, bool held_out,
                 struct batch *batch, int b);

    /*
     * Mean loss of a model that learned nothing but the distribution of the answers, in nats.
     */
    double (*baseline)(const struct task *task);
    const char *baseline_is; /* whose loss it is, if it is another's; NULL: "learned nothing" */

    /*
     * What open has found in the user's data and a person should know: one line, no full stop.
     * NULL: nothing.
     */
    void (*note)(const struct task *task, char *text, size_t size);

    /* How a person reads input step t of sequence b, and whether it is to be outlined. */
    bool (*input_text)(const struct task *task, const struct batch *batch, int b, int t,
                       char text[TASK_TEXT_MAX]);

    /* How a person reads an output symbol; NULL: as a number. */
    void (*output_symbol)(const struct task *task, int symbol, char text[TASK_TEXT_MAX]);

    /* What stands between two steps of a sequence that is written as text: "" or " ". */
    const char *separator;

    /* What task_render puts behind a step that is outlined; NULL: nothing. */
    const char *mark;

    /*
     * A user's own sequence: the text into sequence 0 of the batch, with targets where the task
     * knows them and TARGET_IGNORED elsewhere. STATUS_USAGE: what was found, and what is
     * allowed. NULL: the task takes no input of one's own.
     */
    enum status (*parse)(const struct task *task, const char *text, struct batch *batch,
                         struct error *error);
};

struct task {
    const struct task_kind *kind;
    struct task_options options;
    int length;     /* options.length */
    void *data;     /* what kind->open has read; copies of the task share it */
    int end_symbol; /* an output that ends the sequence; -1: there is none */
    int group; /* rows m * group, .. of a batch belong together, group of them; 1: none do */
    struct batch_shape shape;
    struct metric metric;
};

/* Its key: "items". */
const char *task_option_name(enum task_option option);

/* The tasks there are: kinds[0 .. *count - 1]. */
const struct task_kind *const *task_kinds(int *count);

/* STATUS_USAGE with the names there are. */
enum status task_kind_find(const struct task_kind **kind, const char *name,
                           struct error *error);

/*
 * The task of that name; length 0 takes the default. An unknown name or an impossible length is
 * STATUS_USAGE, with the names or the range that is allowed.
 */
enum status task_find(struct task *task, const char *name, int length, struct error *error);

/*
 * The same with every choice. STATUS_USAGE for a choice that cannot be, STATUS_FILE for a file
 * that cannot be used. On success end with task_close, once for all copies of the struct.
 */
enum status task_open(struct task *task, const struct task_options *options,
                      struct error *error);
void task_close(struct task *task); /* safe on a zeroed task */

/*
 * The task that a model trained on `trained` is tested on at options.test_length: that length,
 * and where lengths are drawn, only such as training never had. STATUS_USAGE: the length is not
 * beyond that of training, is impossible, or changes what a model's inputs and outputs are. End
 * with task_close.
 */
enum status task_open_longer(struct task *longer, const struct task *trained,
                             struct error *error);

/*
 * Fill batch->extent.batch sequences: rows first_row, first_row + 1, ... of batch `index`.
 * Training draws from what is not held out, testing and probing from what is.
 */
void task_fill(const struct task *task, uint64_t seed, enum random_purpose purpose,
               uint64_t index, uint32_t first_row, struct batch *batch);

/* Fill sequence b alone: row `row` of batch `index`. */
void task_fill_one(const struct task *task, uint64_t seed, enum random_purpose purpose,
                   uint64_t index, uint32_t row, struct batch *batch, int b);

/*
 * Sequence b is number `sample` of the finite training set of that seed. Samples of a group are
 * neighbours in it as rows are in a batch.
 */
void task_fill_sample(const struct task *task, uint64_t seed, uint32_t sample,
                      struct batch *batch, int b);

/*
 * "mean squared error", "cross-entropy (nats)"; and what its accuracy counts: "right answers".
 */
const char *task_loss_name(const struct task *task);
const char *task_metric_name(const struct task *task);

double task_baseline(const struct task *task);
const char *task_baseline_name(const struct task *task); /* "learned nothing" */

/* What is to be known about the data that task_open has read; "": nothing. Overwrites text. */
void task_note(const struct task *task, char *text, size_t size);

/*
 * The sequence that `text` writes into batch, made for one sequence at least, in the grammar of
 * task_render. See kind->parse. A batch that is refused its text stays as it was.
 */
enum status task_parse(const struct task *task, const char *text, struct batch *batch,
                       struct error *error);

/* Sequence b as a person reads it: the inputs of all its steps, in a string that the caller frees; NULL:
 * no memory. */
char *task_render(const struct task *task, const struct batch *batch, int b);

/* Input step t of sequence b as text; true if it matters and should be outlined. */
bool task_input_text(const struct task *task, const struct batch *batch, int b, int t,
                     char text[TASK_TEXT_MAX]);

/* Is the output of step t of sequence b in the loss? Every t of 0 .. T - 1 may be asked. */
bool task_is_scored(const struct task *task, const struct batch *batch, int b, int t);

/* The output row of step t: t * B + b among (T_out, B). Only for steps that have an output. */
int task_output_row(const struct task *task, const struct batch *batch, int b, int t);

/*
 * The last scored step of sequence b: where gradients per time step are taken from by default.
 * The last of all its steps if none is scored: a sequence of one's own may have no target.
 */
int task_last_scored(const struct task *task, const struct batch *batch, int b);

/* An output symbol as text. */
void task_symbol_text(const struct task *task, int symbol, char text[TASK_TEXT_MAX]);

/* The target of a scored step, or what an output row says, as text: "7", "0.734". */
void task_target_text(const struct task *task, const struct batch *batch, int b, int t,
                      char text[TASK_TEXT_MAX]);
void task_output_text(const struct task *task, const real *output, char text[TASK_TEXT_MAX]);

#endif
