/*
 * schedule.h - how the learning rate goes through a training: rises, stays, falls.
 *
 * The rate of an update is the base rate times a factor that depends on s, the number of
 * updates made before it (0 for the first):
 *
 *     factor(s) = rise(s) fall(s)
 *     rise(s)   = min(1, (s + 1) / warmup)           1 without warm-up
 *     fall(s):  constant   1
 *               linear     1 - (1 - to) x            x = (s - f) / (steps - f), 0..1,
 *               cosine     to + (1 - to) (1 + cos(pi x)) / 2       f = from x steps
 *               step       by^floor(s / every)
 *
 * The convention about ends is that of torch.optim.lr_scheduler with scheduler.step() after
 * every optimizer.step(): s is its last_epoch. So the first update of a warm-up has 1 / warmup
 * of the rate, not 0, and update number `warmup` all of it: LinearLR(start_factor = 1 / warmup,
 * total_iters = warmup - 1). `to` is what would be reached after the last update, s = steps;
 * the last update itself, s = steps - 1, has a little more: LinearLR(1, to, total_iters = steps
 * - f) and CosineAnnealingLR(T_max = steps - f, eta_min = to x rate) begun after f updates,
 * StepLR(every, by). Later than that the factor stays `to` (torch's cosine would rise again).
 * Rise and fall are multiplied; their counts both begin at 0.
 *
 * The same bits on every machine: the cosine is portable.h's.
 */
#ifndef COMMON_TRAINING_SCHEDULE_H
#define COMMON_TRAINING_SCHEDULE_H

enum schedule_kind { SCHEDULE_CONSTANT, SCHEDULE_LINEAR, SCHEDULE_COSINE, SCHEDULE_STEP };

/* A zeroed schedule is constant, without warm-up. */
struct schedule {
    enum schedule_kind kind;
    long warmup;       /* updates in which the rate rises; 0: none */
    long steps;        /* of the whole training; 0: it has no end, linear and cosine stay 1 */
    double decay_from; /* linear, cosine: the share of all steps after which it falls, 0..1 */
    double decay_to;   /* linear, cosine: the share of the rate that is left at the end, 0..1 */
    long decay_every;  /* step: updates between two falls, 1 or more */
    double decay_by;   /* step: the factor of each, 0..1 */
};

/* What the base rate is multiplied by for the update after `step` updates. */
double schedule_factor(const struct schedule *schedule, long step);

#endif
