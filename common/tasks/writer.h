/*
 * writer.h - a model goes on where a prompt ends.
 *
 * The prompt's tokens are read; then the model's output is sampled, becomes the next input, and
 * so on. That makes sense where outputs are next inputs: a text, a translation, sorted digits.
 * Of other tasks there is one output to be had, the answer to the prompt.
 */
#ifndef COMMON_TASKS_WRITER_H
#define COMMON_TASKS_WRITER_H

#include "common/model/generator.h"
#include "common/model/sampling.h"
#include "common/model/sequence_model.h"
#include "common/tasks/task.h"

/*
 * Is what a model says at a step what it reads at the next, from the first scored step to the
 * end? Looked at in sequences of the task. STATUS_NO_MEMORY.
 */
enum status writer_feeds_back(const struct task *task, bool *feeds_back, struct error *error);

/*
 * Steps of sequence 0 that a model reads before it writes. Where it feeds back: up to the first
 * scored output, or all where that is the first step (a language model) or none is. Elsewhere
 * up to the last scored output, the question at the end, or all where none is.
 */
int writer_prompt_steps(const struct task *task, const struct batch *prompt, bool feeds_back);

/*
 * How many symbols complete the prompt, *count: as many as its answer has, if the task knows
 * that and no symbol ends it; else up to the longest sequence of the task; 1 where outputs are
 * no next inputs. STATUS_NO_MEMORY.
 */
enum status writer_wanted(const struct task *task, const struct batch *prompt, int *count,
                          struct error *error);

/* A model that writes, one step of it after another. A zeroed one is one that was closed. */
struct writer_state {
    const struct task *task;         /* the caller's, as prompt, sampling and random */
    const struct batch *prompt;      /* sequence 0 */
    const struct sampling *sampling; /* may change between two steps */
    struct random *random;
    struct generator generator;
    const real *logits; /* (V) outputs of the last step */
    int given;          /* steps of the prompt that are read: writer_prompt_steps */
    int last;           /* symbol written last */
    bool ended;         /* it ends the sequence */
};

/*
 * Begin to write up to `most` symbols behind sequence 0 of prompt. All that is handed in must
 * stay until writer_close. STATUS_USAGE: the model cannot generate (generator.h), or more than
 * one symbol is asked of a task that does not feed back. STATUS_NO_MEMORY.
 */
enum status writer_open(struct writer_state *writer, const struct task *task,
                        const struct sequence_model *model, struct weights weights,
                        const struct batch *prompt, int most, const struct sampling *sampling,
                        struct random *random, struct error *error);
void writer_close(struct writer_state *writer); /* safe on a zeroed writer */

/*
 * One step of the model, which reads the next token of the prompt, or what was written last.
 * True if a symbol was written after it: writer->last, picked from writer->logits. At most
 * given + most - 1 steps, and none once writer->ended.
 */
bool writer_step(struct writer_state *writer);

/* What was written. */
struct writing {
    int *symbols; /* (most) output symbols: the caller's memory */
    int count;
    int given;      /* steps of the prompt that were read: writer_prompt_steps */
    int steps;      /* that the model has made, with those for the prompt */
    double seconds; /* that they took */
    bool ended;     /* the last symbol ends the sequence */
};

/*
 * Read sequence 0 of prompt, then write up to `most` symbols; fewer if the sequence ends.
 * Overwrites *writing but for the memory of its symbols. STATUS_USAGE: the model cannot
 * generate (generator.h), or more than one symbol is asked of a task that does not feed back.
 */
enum status writer_write(struct writing *writing, const struct task *task,
                         const struct sequence_model *model, struct weights weights,
                         const struct batch *prompt, int most, const struct sampling *sampling,
                         struct random *random, struct error *error);

#endif
