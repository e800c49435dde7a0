/*
 * generation.h - an arm that writes while the lab goes on: a few steps at a time.
 *
 * What is written comes from one moment of the arm: its weights are copied when it begins, so
 * that training on does not change the writer in the middle of a word.
 */
#ifndef LESSONS_GENERATION_H
#define LESSONS_GENERATION_H

#include <stdbool.h>
#include <stdint.h>

#include "common/tasks/writer.h"

struct lab;
struct lab_arm;

/* What a task's outputs can be read as. */
enum writes {
    WRITES_NOTHING, /* outputs are no next inputs */
    WRITES_ANSWER,  /* what completes a prompt, until it is complete */
    WRITES_ON       /* a language model: for ever */
};

enum { GENERATION_PROMPT_MAX = 1024, GENERATION_MOST = 400 /* symbols */ };

/* What is wished for. */
struct generation_wish {
    char prompt[GENERATION_PROMPT_MAX]; /* as the task writes its inputs (task_parse) */
    struct sampling sampling;
    uint64_t seed; /* of what is drawn */
    int count;     /* symbols; 0: what completes the prompt */
};

/* One symbol that was written. */
struct written_symbol {
    char text[TASK_TEXT_MAX];
    float probability; /* that the model itself gave it: at temperature 1, among all */
};

/* All that a viewer needs to know. A zeroed one: nothing was ever asked for. */
struct written {
    bool any;    /* somebody has asked */
    bool going;  /* more is on its way */
    bool open;   /* generation_more can be asked for more */
    bool ended;  /* the last symbol ends the sequence */
    long number; /* of the wish: grows by one with every generation_begin */
    long step;   /* updates that the weights had made */
    struct generation_wish wish;
    char refusal[ERROR_MESSAGE_MAX]; /* why there is nothing; "" if there is */
    int count;
    struct written_symbol symbol[GENERATION_MOST]; /* (count) */
};

/* A zeroed one is idle. */
struct generation {
    struct written written; /* result */
    struct batch prompt;
    real *weights; /* owned: a copy of the parameters, and what was prepared from them */
    struct writer_state writer;
    struct random random;
    const struct layer *first; /* of the model that writes */
    int limit;                 /* symbols: it rests when there are so many */
};

/* What that task's outputs can be read as. STATUS_NO_MEMORY: *writes is untouched. */
enum status generation_writes(const struct task *task, enum writes *writes,
                              struct error *error);

/* Bytes that the copy of an arm's weights takes; a generation has one. */
size_t generation_bytes(const struct sequence_model *model);

/*
 * Begin anew from the weights of the arm that are looked at: nothing is written yet. A wish that
 * cannot be (a prompt that is no sequence of the task, a model that cannot generate, no memory)
 * leaves its reason in written.refusal. The lab must stay until generation_free.
 */
void generation_begin(struct generation *generation, const struct lab *lab,
                      const struct lab_arm *arm, const struct generation_wish *wish);
void generation_free(struct generation *generation); /* then idle; safe on a zeroed one */

/*
 * To be called when the arm may have another model than before (lab_change): what was written
 * stays, but that model writes no more.
 */
void generation_check(struct generation *generation, const struct lab_arm *arm);

/* Let it write so many symbols more, up to GENERATION_MOST in all; 0: rest. */
void generation_more(struct generation *generation, int count);

/* Write for so many seconds, or until it rests: one step of the model at least, if it goes on. */
void generation_go_on(struct generation *generation, double seconds);

#endif
