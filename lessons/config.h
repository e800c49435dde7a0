/*
 * config.h - everything that decides a run, in one plain struct, and the keys that name its
 * parts.
 *
 * The same keys serve run.ini, lesson.ini, --set and the command line's options: one table
 * lists each with its section, its kind and what is allowed. A configuration and a build give
 * the same bits.
 */
#ifndef LESSONS_CONFIG_H
#define LESSONS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/error.h"
#include "common/tasks/task.h"
#include "common/training/optimizer.h"
#include "common/training/schedule.h"

enum { CONFIG_WORD_MAX = 32, CONFIG_TEXT_MAX = TASK_FILE_MAX, ARMS_MAX = 6 };
enum {
    CONFIG_STEPS_MOST = 1000000000 /* updates: of training.steps, and of any that counts them */
};

/* First values of an arm's weights. */
enum weight_initial {
    WEIGHTS_DEFAULT,    /* PyTorch's */
    WEIGHTS_ORTHOGONAL, /* recurrent: W_hh is `gain` times an orthogonal matrix, for each gate */
    WEIGHTS_IDENTITY,   /* recurrent: W_hh is `gain` times the identity, biases 0 (IRNN) */
    WEIGHTS_CHRONO,     /* lstm, gru: gates that keep for as long as the task is (chrono) */
    WEIGHTS_GPT2        /* Transformer: N(0, .02), residual projections smaller */
};

enum arm_squash { SQUASH_TANH, SQUASH_RELU };
enum arm_direction { DIRECTION_FORWARD, DIRECTION_BOTH };
enum arm_state { STATE_ZERO, STATE_LEARNED };
enum arm_positions {
    POSITIONS_NONE,
    POSITIONS_SINUSOIDAL,
    POSITIONS_LEARNED,
    POSITIONS_ROPE,
    POSITIONS_ALIBI
};
enum arm_mask { MASK_CAUSAL, MASK_FULL, MASK_WINDOW, MASK_BLOCK, MASK_STRIDED, MASK_TWO_LEVEL };
enum arm_norm { NORM_BEFORE, NORM_AFTER, NORM_NONE };

/* One of the models that learn side by side. */
struct arm_config {
    char model[CONFIG_WORD_MAX]; /* elman lstm gru transformer; "" = this arm is not there */
    int layers;                  /* 0: the model's default (recurrent 1, transformer 2) */
    int hidden;                  /* recurrent: width of the hidden state */
    int width;                   /* width of the embedding; of everything in a Transformer */
    int heads;                   /* attention: must divide the width it works on */
    enum weight_initial initial;
    double gain;            /* of WEIGHTS_ORTHOGONAL and WEIGHTS_IDENTITY */
    double forget_bias;     /* lstm: first bias of the forget gate; 0: PyTorch's own, about 0 */
    enum arm_squash squash; /* elman: what is made of the sum */
    enum arm_direction direction; /* recurrent */
    enum arm_state state;         /* recurrent: before the first step */
    int truncate; /* recurrent: gradients stop at multiples of this many steps; 0: nowhere */
    double drive; /* elman: variance with which input k drives unit k; 0: weights do that */
    enum arm_positions positions; /* Transformer, as all below */
    enum arm_mask mask;
    int span; /* w, b or s of a mask */
    enum arm_norm norm;
    bool feed_forward;
    bool residual;
    double learning_rate; /* 0: training.learning_rate, or the model's default */
};

enum training_match { MATCH_NONE, MATCH_PARAMETERS, MATCH_FLOPS, MATCH_WIDTH };
enum training_pace { PACE_STEPS, PACE_FLOPS, PACE_SECONDS };

struct training_config {
    long steps;
    int batch;
    int threads; /* 0: as many as the machine runs at once. Never changes a bit of the result */
    uint64_t seed;
    int report_every; /* steps between two lines of metrics.csv */
    enum optimizer_kind optimizer;
    double learning_rate; /* 0: each model's default (recurrent 3e-3, transformer 1e-3) */
    double momentum;      /* of sgd with momentum */
    double weight_decay;  /* on matrices only */
    double clip;          /* largest global norm of the gradient; 0: no clipping */
    long warmup;          /* steps in which the learning rate grows from 0 */
    enum schedule_kind schedule;
    double decay_from;   /* linear, cosine: the share of all steps after which the rate falls */
    double decay_to;     /* linear, cosine: the share of the rate that is left at the end */
    long decay_every;    /* step: steps between two falls */
    double decay_by;     /* step: the factor of each */
    int samples;         /* size of the training set; 0: fresh sequences for ever */
    long validate_every; /* steps between two looks at sequences held back; 0: none */
    int patience;        /* looks without a better loss after which an arm stops; 0: never */
    enum training_match match;
    int match_reference; /* the arm whose size the others take */
    enum training_pace pace;
    long checkpoint_every;     /* steps; 0: none */
    double checkpoint_seconds; /* seconds; 0: none */
    int history_megabytes;     /* of moments that a lab which is watched keeps (history.h) */
};

struct lab_config {
    struct task_options task;
    struct training_config training;
    struct arm_config arm[ARMS_MAX];
};

enum key_kind { KEY_WORD, KEY_INTEGER, KEY_REAL, KEY_CHOICE };

/* One line of the table: a key, what is allowed, and what it is for. */
struct config_key {
    const char *section; /* "task", "training" or "arm", that is [left], [right], ... */
    const char *name;
    const char *option; /* its name on the command line, without dashes; NULL: none */
    enum key_kind kind;
    double least, most;         /* KEY_INTEGER, KEY_REAL */
    const char *const *choices; /* KEY_CHOICE: ends with NULL; its index is the enum's value */
    const char *help;
    size_t offset; /* in struct task_options, training_config or arm_config */
    size_t size;   /* of the member */
};

/* All keys, in the order in which they are written. */
const struct config_key *config_keys(int *count);

/*
 * The line of the table of a key that is named as config_set names it ("left.heads"), and its
 * section ("left"). NULL: there is none, and section is undefined.
 */
const struct config_key *config_key_find(const char *name, char section[CONFIG_WORD_MAX]);

/* "left", "right", "third" .. "sixth". */
const char *arm_name(int arm);

/* The number of that arm, or -1. */
int arm_number(const char *name);

/* adding, elman against transformer, every default of the README. */
struct lab_config config_default(void);

/*
 * Set one key, named "section.key" (task.length, left.hidden, training.batch, ...) from text.
 * An unknown section or key, a value of the wrong kind or out of range: STATUS_USAGE, with what
 * was found and what is allowed; config is then untouched.
 */
enum status config_set(struct lab_config *config, const char *name, const char *value,
                       struct error *error);

/* The value of that key in that section ("task", "left") as config_set would take it. */
void config_get(const struct lab_config *config, const char *section,
                const struct config_key *key, char text[CONFIG_TEXT_MAX]);

/*
 * What one key cannot see: at least one arm, the model and task names, heads that divide the
 * width, a length the task can have, sizes that match. STATUS_USAGE with the reason.
 */
enum status config_check(const struct lab_config *config, struct error *error);

/* The same of all but the task, which is open already. */
enum status config_check_rest(const struct lab_config *config, const struct task *task,
                              struct error *error);

/*
 * The same as config_check, and what it had to open for that: the task, and the longer one that
 * it is tested on with task.test_length (zeroed without). Also STATUS_FILE, STATUS_NO_MEMORY. End
 * both with task_close.
 */
enum status config_open(const struct lab_config *config, struct task *task, struct task *longer,
                        struct error *error);

/*
 * The same configuration with every 0 that means "the default" replaced by what it stands for,
 * and the widths that training.match picks: what a run's folder keeps, so that another default
 * in another version does not change an old run. The configuration must have passed
 * config_check; `task` is its task, open. Reads no file: the user's data may be gone by now.
 */
struct lab_config config_resolved(const struct lab_config *config, const struct task *task);

/*
 * Write all keys of all arms that have a model as an INI file that config_read reads back to
 * the same values. STATUS_USAGE: a word is in the way of that (" ;", a line break, blanks at
 * its ends); what was written until then must be thrown away. A failed write stays in the
 * FILE's error flag.
 */
enum status config_write(const struct lab_config *config, FILE *file, struct error *error);

/* Read one. STATUS_FILE with the line; config is untouched then. */
enum status config_read(struct lab_config *config, const char *path, struct error *error);

#endif
