/*
 * health.h - how an arm is doing, in plain words: which tensor, which step, what to try.
 *
 * Findings are read from one snapshot alone, in the order of what to look at first, and are the
 * same for the same snapshot. What an arm shows that does not hinder it, before its first
 * update or because it solves its task, is a note and no warning.
 *
 * Where the limits are, and why there:
 */
#ifndef LESSONS_HEALTH_H
#define LESSONS_HEALTH_H

#include "lessons/language.h"

struct snapshot;

/*
 * Vanishing: less than 1e-4 of the gradient one step before the loss is left at some earlier
 * step, and the fitted slope says the same over that distance, so that a Transformer that looks
 * at two steps alone is not meant. A weight's gradient is a sum over steps, and between two
 * batches of 64 it varies by a hundredth and more: a ten-thousandth of it teaches nothing.
 * Sequences of ten steps, where a new gru has x0.65 a step, still learn well.
 */
#define HEALTH_VANISHED 1e-4

/*
 * Exploding, along time: some earlier step has a thousand times the gradient of the step before
 * the loss, and the slope says so too. One clip over all tensors then leaves nothing of the
 * rest. Or along training: among the last 100 updates one had a gradient a hundred times as
 * long as the median of the run; ten times is what healthy recurrent runs have now and then.
 */
#define HEALTH_GROWN 1e3
#define HEALTH_SPIKE 100.0
enum { HEALTH_LATELY = 100 /* updates */ };

/*
 * Saturated: two fifths of the values of a tanh are beyond 0.99 on either side, where its slope
 * is below a fiftieth. It is found by its values: an array that never leaves -1..1 and piles up
 * at its ends. Open and shut gates are no fault: that is how a memory is kept. The gru of
 * lesson 06, which learns all it is asked, comes to 0.15 in 1000 updates; the elman of lesson
 * 03, which does not, to 0.5.
 */
#define HEALTH_AT_THE_END 0.99
#define HEALTH_SATURATED 0.4

/* Dead units: at half of the units a relu is 0 at every step of the sequence. */
#define HEALTH_DEAD_UNITS 0.5

/*
 * Dead head: the loss feels the weights of its attention a thousand times less than those of
 * the layer's strongest head.
 */
#define HEALTH_DEAD_HEAD 1e-3

/*
 * Uniform: every row of a head that has at least 8 keys to choose from (4, where no row has
 * more) has at least 0.98 of the most entropy that there can be, ln of the number of keys. The
 * least even row of a head in lessons 03 and 06 has 0.88 to 0.96 before training, and 0.5 to
 * 0.9 after it; with initial = gpt2 it has 1.00 for the first 100 updates. So it is a warning
 * only after 300.
 */
#define HEALTH_UNIFORM 0.98
enum { HEALTH_SETTLED = 300 /* updates */ };

/* An arm with so many right answers has what it needs. */
#define HEALTH_SOLVED 0.95

/* What to look at first comes first. */
enum health_kind {
    HEALTH_NOT_FINITE,
    HEALTH_EXPLODING,
    HEALTH_VANISHING,
    HEALTH_SATURATED_TANH,
    HEALTH_DEAD_RELU,
    HEALTH_NO_HEAD, /* a head that is not heard */
    HEALTH_ALIKE,   /* a head that looks at everything alike */
    HEALTH_KINDS
};

/* How bad it is. */
enum health_level { HEALTH_NOTE, HEALTH_WARNING, HEALTH_STOPPED };

enum { HEALTH_TENSOR_MAX = 128, HEALTH_WORDS_MAX = 240, HEALTH_MAX = 12 };

struct finding {
    enum health_kind kind;
    enum health_level level;
    int layer;                      /* from 0; -1: of no layer */
    int head;                       /* from 0; -1: of no single head */
    char tensor[HEALTH_TENSOR_MAX]; /* "layers.0.hidden", as in a trace; a parameter's name */
    int from, to;                   /* steps of the sequence that show it; -1: of no step */
    double measured;                /* factor per step, share, entropy, norm: see the words */
    char words[HEALTH_WORDS_MAX];   /* what it is: one sentence */
    char advice[HEALTH_WORDS_MAX];  /* what to try: one sentence */
    struct {
        char words[HEALTH_WORDS_MAX], advice[HEALTH_WORDS_MAX];
    } in[LANGUAGES]; /* the same; that of English is empty */
};

/* A zeroed one has found nothing. */
struct health {
    int count;
    struct finding finding[HEALTH_MAX]; /* the worst first */
};

/* Look at arm number `arm` of the snapshot. Overwrites *health. */
void health_of(struct health *health, const struct snapshot *snapshot, int arm);

/* "vanishing", "dead head": two words at most. */
const char *health_name(enum health_kind kind);

/* words and advice in that language; valid as long as the finding. */
const char *finding_words(const struct finding *finding, enum language language);
const char *finding_advice(const struct finding *finding, enum language language);

/* Less than 0: a is worse, to be looked at before b. */
int health_compare(const struct finding *a, const struct finding *b);

/* The worst finding that is more than a note, or NULL. */
const struct finding *health_worst(const struct health *health);

#endif
