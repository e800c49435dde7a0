/* Tests of common/training/validation.c: looks at sequences held back, and the best weights. */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/training/validation.h"
#include "tests/common/training/small_models.h"

enum { LOOKS = 12, BETWEEN = 5, HELD_BACK = 64 };

/* So few samples that it learns them by heart and nothing else. */
static const struct trainer_options by_heart = { .batch = 8,
                                                 .threads = 1,
                                                 .seed = 3,
                                                 .optimizer = { .kind = OPTIMIZER_ADAM,
                                                                .learning_rate = 0.05 },
                                                 .clip = 1,
                                                 .samples = 8 };

struct watched {
    struct sequence_model model;
    struct task task;
    struct trainer trainer;
    struct validation validation;
    size_t bytes; /* of the weights */
};

static void watched_create(struct watched *w, const struct small_case *small)
{
    small_model_create(&w->model, &w->task, small);
    assert_int_equal(trainer_create(&w->trainer, &w->model, &w->task, &by_heart, NULL),
                     STATUS_OK);
    assert_int_equal(validation_create(&w->validation, &w->model, NULL), STATUS_OK);
    w->bytes = w->model.parameters.total * sizeof(real);
    assert_int_equal(validation_bytes(&w->model), w->bytes);
}

static void watched_free(struct watched *w)
{
    validation_free(&w->validation);
    trainer_free(&w->trainer);
    model_free(&w->model);
}

static void train(struct watched *w, int steps)
{
    struct report report;
    struct error error = { 0 };

    for (int i = 0; i < steps; i++)
        if (trainer_step(&w->trainer, &report, &error) != STATUS_OK)
            fail_msg("%s", error.message);
}

static void the_best_weights_come_back_bit_for_bit(void **state)
{
    double best = (double)INFINITY;
    real *copy = NULL, *last;
    struct report report;
    struct watched w;
    long best_step = -1;

    watched_create(&w, *state);
    for (int look = 0; look < LOOKS; look++) {
        bool better;

        train(&w, BETWEEN);
        trainer_evaluate(&w.trainer, RANDOM_VALIDATE, HELD_BACK, &report);
        better = report.loss < best;
        assert_int_equal(validation_look(&w.validation, &w.trainer, HELD_BACK), better);
        assert_true(w.validation.last.loss == report.loss);
        assert_int_equal(w.validation.looked_at, w.trainer.step);
        if (better) {
            best = report.loss;
            best_step = w.trainer.step;
            free(copy);
            copy = reals_copy(w.trainer.parameters, w.model.parameters.total);
        }
        assert_int_equal(w.validation.worse, (w.trainer.step - best_step) / BETWEEN);
    }
    assert_true(best_step < w.trainer.step); /* else there would be nothing to see */
    last = reals_copy(w.trainer.parameters, w.model.parameters.total);
    validation_restore(&w.validation, &w.trainer);
    assert_memory_equal(w.trainer.parameters, copy, w.bytes);
    assert_int_equal(validation_weights_step(&w.validation, &w.trainer), best_step);
    assert_int_equal(w.trainer.step, LOOKS * BETWEEN);
    trainer_evaluate(&w.trainer, RANDOM_VALIDATE, HELD_BACK,
                     &report); /* they are prepared, too */
    assert_true(report.loss == best && best == w.validation.best_loss);
    validation_restore(&w.validation, &w.trainer); /* a second time is none */
    assert_memory_equal(w.trainer.parameters, copy, w.bytes);
    validation_go_on(&w.validation, &w.trainer);
    assert_memory_equal(w.trainer.parameters, last, w.bytes);
    assert_int_equal(validation_weights_step(&w.validation, &w.trainer), w.trainer.step);
    validation_go_on(&w.validation, &w.trainer);
    assert_memory_equal(w.trainer.parameters, last, w.bytes);
    free(copy);
    free(last);
    watched_free(&w);
}

static void looking_and_restoring_change_no_bit_of_training(void **state)
{
    struct watched alone, w;

    watched_create(&alone, *state);
    watched_create(&w, *state);
    for (int look = 0; look < LOOKS; look++) {
        train(&alone, BETWEEN);
        train(&w, BETWEEN);
        validation_look(&w.validation, &w.trainer, HELD_BACK);
        validation_restore(&w.validation, &w.trainer);
        validation_go_on(&w.validation, &w.trainer);
        assert_memory_equal(w.trainer.parameters, alone.trainer.parameters, w.bytes);
        assert_memory_equal(w.trainer.state[0], alone.trainer.state[0], w.bytes);
        assert_memory_equal(w.trainer.usable, alone.trainer.usable, w.bytes);
        assert_true(w.trainer.has_usable);
    }
    watched_free(&alone);
    watched_free(&w);
}

static void without_a_look_there_is_nothing_to_restore(void **state)
{
    struct watched w;
    real *before;

    watched_create(&w, *state);
    train(&w, 2);
    before = reals_copy(w.trainer.parameters, w.model.parameters.total);
    assert_true(isnan(w.validation.last.loss));
    assert_int_equal(w.validation.looked_at, -1);
    validation_restore(&w.validation, &w.trainer);
    assert_false(w.validation.restored);
    assert_memory_equal(w.trainer.parameters, before, w.bytes);
    free(before);
    watched_free(&w);
}

static void neither_an_equal_loss_nor_nan_is_better(void **state)
{
    struct watched w;
    real *best;

    watched_create(&w, *state);
    assert_true(validation_look(&w.validation, &w.trainer, HELD_BACK));
    best = reals_copy(w.trainer.parameters, w.model.parameters.total);
    assert_false(validation_look(&w.validation, &w.trainer, HELD_BACK));
    assert_int_equal(w.validation.worse, 1);
    for (size_t k = 0; k < w.model.parameters.total; k++)
        w.trainer.parameters[k] = (real)NAN;
    trainer_weights_changed(&w.trainer);
    assert_false(validation_look(&w.validation, &w.trainer, HELD_BACK));
    assert_int_equal(w.validation.worse, 2);
    validation_restore(&w.validation, &w.trainer);
    assert_memory_equal(w.trainer.parameters, best, w.bytes);
    free(best);
    watched_free(&w);
}

/* Looks at steps 5 .. 60; ends after each step in between, and after each look. */
static void an_end_keeps_the_better_weights_and_is_no_look(void **state)
{
    struct watched alone, w;
    int kept = 0;

    watched_create(&alone, *state);
    watched_create(&w, *state);
    for (int step = 1; step <= LOOKS * BETWEEN; step++) {
        struct report report;

        train(&alone, 1);
        train(&w, 1);
        if (step % BETWEEN == 0) {
            validation_look(&alone.validation, &alone.trainer, HELD_BACK);
            validation_look(&w.validation, &w.trainer, HELD_BACK);
        }
        trainer_evaluate(&alone.trainer, RANDOM_VALIDATE, HELD_BACK, &report);
        validation_end(&w.validation, &w.trainer, HELD_BACK);
        if (step % BETWEEN != 0)
            assert_true(w.validation.end_loss == report.loss);
        else
            assert_true(isnan(w.validation.end_loss));
        kept += report.loss < alone.validation.best_loss;
        assert_int_equal(w.validation.restored, !(report.loss < alone.validation.best_loss));
        validation_go_on(&w.validation, &w.trainer);
        assert_true(isnan(w.validation.end_loss));
        assert_memory_equal(w.trainer.parameters, alone.trainer.parameters, w.bytes);
        assert_memory_equal(w.validation.weights, alone.validation.weights, w.bytes);
        assert_true(w.validation.best_loss == alone.validation.best_loss);
        assert_int_equal(w.validation.best_step, alone.validation.best_step);
        assert_int_equal(w.validation.worse, alone.validation.worse);
        assert_int_equal(w.validation.looked_at, alone.validation.looked_at);
    }
    assert_true(kept > 0 && alone.validation.worse > 0); /* both have happened */
    watched_free(&alone);
    watched_free(&w);
}

static void a_zeroed_validation_does_nothing(void **state)
{
    struct validation none = { 0 };
    struct watched w;

    watched_create(&w, *state);
    validation_go_on(&none, &w.trainer);
    assert_int_equal(validation_weights_step(&none, &w.trainer), 0);
    validation_free(&none);
    watched_free(&w);
}

/* clang-format off */
#define EACH(test)                                                                             \
    SMALL_CASE(#test, test, "gru", "sort", 5), SMALL_CASE(#test, test, "transformer", "sort", 5)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(the_best_weights_come_back_bit_for_bit),
        EACH(looking_and_restoring_change_no_bit_of_training),
        EACH(without_a_look_there_is_nothing_to_restore),
        EACH(neither_an_equal_loss_nor_nan_is_better),
        EACH(an_end_keeps_the_better_weights_and_is_no_look),
        EACH(a_zeroed_validation_does_nothing),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
