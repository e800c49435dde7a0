/*
 * shard.h - a few sequences of a batch and what they brought home; inside common/training only.
 */
#ifndef COMMON_TRAINING_SHARD_H
#define COMMON_TRAINING_SHARD_H

#include "common/model/loss.h"
#include "common/model/metric.h"

struct shard {
    struct batch batch;
    struct loss loss;
    struct score score;
};

#endif
