#include "common/training/evaluation.h"

#include <math.h>

#include "common/numeric/parallel.h"

/* Sequences at once for each thread: enough that none waits long for the slowest. */
enum { SEQUENCES_EACH = 16 };

struct report report_of(struct loss loss, struct score score)
{
    return (struct report){
        .loss = loss.elements ? loss.sum / (double)loss.elements : 0,
        .accuracy = score.counted ? (double)score.right / (double)score.counted : 0,
        .gradient_norm = (double)NAN,
    };
}

static struct shards planned(const struct sequence_model *model, const struct task *task,
                             int threads)
{
    const int most = threads ? threads : parallel_available();

    return shards_planned(model, task, most * SEQUENCES_EACH, most, true);
}

size_t evaluation_bytes(const struct sequence_model *model, const struct task *task,
                        int threads)
{
    const struct shards plan = planned(model, task, threads);

    return shards_bytes(&plan, task);
}

enum status evaluation_create(struct evaluation *evaluation, const struct sequence_model *model,
                              const struct task *task, uint64_t seed, int threads,
                              struct error *error)
{
    struct evaluation made = { .task = task,
                               .seed = seed,
                               .shards = planned(model, task, threads) };
    const enum status status = shards_create(&made.shards, task, error);

    if (status == STATUS_OK)
        *evaluation = made;
    else
        evaluation_free(&made);
    return status;
}

void evaluation_free(struct evaluation *evaluation)
{
    shards_free(&evaluation->shards);
    *evaluation = (struct evaluation){ 0 };
}

void evaluation_run(struct evaluation *evaluation, struct weights weights,
                    enum random_purpose purpose, int samples, struct report *report)
{
    const struct round round = { .task = evaluation->task,
                                 .weights = weights,
                                 .seed = evaluation->seed,
                                 .purpose = purpose };
    struct loss loss = { 0 };
    struct score score = { 0 };

    shards_run_all(&evaluation->shards, &round, samples, &loss, &score);
    *report = report_of(loss, score);
}
