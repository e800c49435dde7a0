/*
 * weights_hash.c - trains a small model of every kind and prints a hash of each one's weights:
 * what `make bits` compares between builds.
 *
 *     weights_hash [STEPS [THREADS]]      50 steps on one thread if nothing else is said
 *
 * A line is the hash, and the keys that `duet train --set` would take: a row without a section
 * is about the left arm. The rows together use every model, cell, mask, position code, norm,
 * first value, optimizer and schedule, features and tokens, padding and sources. Sizes are odd
 * where they can be, so that tiles, vectors and shards end raggedly.
 *
 * Stands on the C library alone, so that it can be built for another machine without its
 * packages. Exit 1, with the reason on standard error, if a row cannot be trained.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/training/trainer.h"
#include "lessons/config.h"
#include "lessons/models.h"

enum { STEPS = 50, THREADS = 1, ROW_MAX = 256, KEY_MAX = 64 };

/* In every row; a row may say otherwise. */
static const char usual[] =
    "training.batch=19 training.learning_rate=0.01 width=10 hidden=11 layers=2";

static const char *const rows[] = {
    /* recurrent cells: features, tokens, one readout and many */
    "model=linear task.name=line",
    "model=elman task.name=adding task.length=13",
    "model=lstm task.name=adding task.length=13",
    "model=gru task.name=adding task.length=13",
    "model=elman task.name=copying task.length=3 squash=relu initial=identity",
    "model=lstm task.name=copying task.length=3 forget_bias=1 state=learned",
    "model=gru task.name=copying task.length=3 initial=orthogonal gain=0.9 state=learned",
    "model=lstm task.name=sort task.length=5 initial=chrono truncate=4",
    "model=elman task.name=drive task.length=9 task.items=10 width=10 hidden=10 layers=1 "
    "initial=orthogonal drive=0.1",

    /* padding, read from both ends; sources to look at */
    "model=elman task.name=parity task.length=9 direction=both",
    "model=lstm task.name=parity task.length=9 direction=both state=learned",
    "model=gru task.name=reverse task.length=7 direction=both",
    "model=elman+attention task.name=translation task.length=5 hidden=12",
    "model=lstm+attention task.name=dates training.batch=9 hidden=12",
    "model=gru+attention task.name=cycle task.length=9 hidden=12 direction=both",

    /* larger than a panel of the product, a piece of the update and a block of k */
    "model=lstm task.name=induction task.length=60 task.symbols=17 training.batch=9 hidden=35 "
    "layers=1",
    "model=transformer task.name=needle task.length=61 training.batch=9 width=34 layers=1",

    /* Transformers: positions, masks, norms, what can be left out */
    "model=transformer task.name=adding task.length=13",
    "model=transformer task.name=copying task.length=3 positions=none mask=full heads=5",
    "model=transformer task.name=sort task.length=6 positions=sinusoidal mask=window span=3",
    "model=transformer task.name=translation task.length=5 positions=rope width=12 heads=3",
    "model=transformer task.name=parity task.length=9 positions=alibi mask=block span=4",
    "model=transformer task.name=recall task.length=16 task.items=3 task.symbols=11 "
    "mask=strided span=3 norm=after",
    "model=transformer task.name=flip-flop task.length=13 mask=two-level span=4 norm=none",
    "model=transformer task.name=order mask=full positions=none initial=gpt2",
    "model=transformer task.name=even-pairs task.length=9 feed_forward=no",
    "model=transformer task.name=temporal-order task.length=15 residual=no norm=after",

    /* the other optimizers and schedules, a finite training set */
    "model=gru task.name=sort training.optimizer=sgd training.schedule=cosine "
    "training.clip=0.1",
    "model=gru task.name=sort training.optimizer=momentum training.warmup=9 "
    "training.samples=100",
    "model=gru task.name=sort training.optimizer=adamw training.weight_decay=0.1 "
    "training.schedule=linear",
    "model=gru task.name=sort training.optimizer=rmsprop training.schedule=step "
    "training.decay_every=7",
};

/* FNV-1a, 64 bits (Fowler, Noll, Vo): http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_bytes(const void *data, size_t size)
{
    const unsigned char *bytes = data;
    uint64_t hash = 0xcbf29ce484222325;

    for (size_t i = 0; i < size; i++) {
        hash ^= bytes[i];
        hash *= 0x100000001b3;
    }
    return hash;
}

/* Set the keys of a row: "name=value" for each, of the left arm where no section is named. */
static enum status set_keys(struct lab_config *config, const char *row, struct error *error)
{
    enum status status = STATUS_OK;
    char words[ROW_MAX], *rest = words;

    snprintf(words, sizeof words, "%s", row);
    for (char *word; status == STATUS_OK && (word = strtok_r(rest, " ", &rest)) != NULL;) {
        char *value = strchr(word, '=');
        char key[KEY_MAX];

        *value++ = '\0';
        snprintf(key, sizeof key, "%s%s", strchr(word, '.') ? "" : "left.", word);
        status = config_set(config, key, value, error);
    }
    return status;
}

static enum status train(const struct lab_config *config, const struct task *task,
                         uint64_t *hash, struct error *error)
{
    const struct trainer_options options = arm_trainer_options(config, 0);
    struct sequence_model model;
    struct trainer trainer = { 0 };
    struct report report;
    enum status status = arm_model(&model, &config->arm[0], &task->shape, error);

    if (status != STATUS_OK)
        return status;
    status = trainer_create(&trainer, &model, task, &options, error);
    for (long i = 0; i < config->training.steps && status == STATUS_OK; i++)
        status = trainer_step(&trainer, &report, error);
    if (status == STATUS_OK)
        *hash =
            hash_bytes(trainer.parameters, model.parameters.total * sizeof *trainer.parameters);
    trainer_free(&trainer);
    model_free(&model);
    return status;
}

static enum status hash_row(const char *row, int steps, int threads, uint64_t *hash,
                            struct error *error)
{
    struct lab_config config = config_default();
    struct task task;
    enum status status = set_keys(&config, usual, error);

    config.training.steps = steps;
    config.training.threads = threads;
    if (status == STATUS_OK)
        status = set_keys(&config, row, error);
    if (status == STATUS_OK)
        status = arm_check(&config.arm[0], arm_name(0), error);
    if (status == STATUS_OK)
        status = task_open(&task, &config.task, error);
    if (status != STATUS_OK)
        return status;
    status = train(&config, &task, hash, error);
    task_close(&task);
    return status;
}

int main(int argc, char **argv)
{
    const int steps = argc > 1 ? atoi(argv[1]) : STEPS;
    const int threads = argc > 2 ? atoi(argv[2]) : THREADS;

    if (argc > 3 || steps < 1 || threads < 1) {
        fprintf(stderr, "usage: weights_hash [STEPS [THREADS]]\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error error;
        uint64_t hash;

        if (hash_row(rows[i], steps, threads, &hash, &error) != STATUS_OK) {
            fprintf(stderr, "weights_hash: %s: %s\n", rows[i], error.message);
            return 1;
        }
        printf("%016" PRIx64 "  %s\n", hash, rows[i]);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
