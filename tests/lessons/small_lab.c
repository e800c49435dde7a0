#include "tests/lessons/small_lab.h"

#include <string.h>

#include "lessons/measure.h"
#include "tests/test.h"

struct lab_config small_config(const char *task, const char *left, const char *right)
{
    struct lab_config config = config_default();

    set(&config, "task.name", task);
    config.task.length = strcmp(task, "adding") == 0    ? 12
                         : strcmp(task, "copying") == 0 ? 3
                                                        : 5;
    config.training.batch = SMALL_BATCH;
    config.training.threads = 1;
    config.training.steps = 0;
    for (int i = 0; i < ARMS_MAX; i++) {
        config.arm[i].layers = 1;
        config.arm[i].width = SMALL_WIDTH;
        config.arm[i].hidden = SMALL_HIDDEN;
    }
    set(&config, "left.model", left);
    set(&config, "right.model", right ? right : "");
    return config;
}

void set(struct lab_config *config, const char *name, const char *value)
{
    struct error error = { STATUS_OK, "" };

    if (config_set(config, name, value, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

struct lab *lab_make(const struct lab_config *config)
{
    struct error error = { STATUS_OK, "" };
    struct lab *lab = NULL;

    if (lab_create(&lab, config, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    return lab;
}

void lab_train(struct lab *lab, int steps)
{
    for (int i = 0; i < steps; i++)
        assert_true(lab_step(lab));
}

void lab_look(struct lab *lab)
{
    struct error error = { STATUS_OK, "" };

    if (lab_probe(lab, true, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

void assert_fault(const struct error *error, enum status status, const char *const *words)
{
    assert_int_equal(error->status, status);
    if (error->message[0] == '\0' || strchr(error->message, '\n') != NULL)
        fail_msg("\"%s\" is not one line", error->message);
    for (; *words != NULL; words++)
        if (strstr(error->message, *words) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", error->message, *words);
}

void assert_says(const struct error *error, enum status status, const char *words)
{
    const char *const list[] = { words, NULL };

    assert_fault(error, status, list);
}

void assert_same_weights(const struct lab_arm *a, const struct lab_arm *b)
{
    assert_int_equal(a->model.parameters.total, b->model.parameters.total);
    assert_memory_equal(a->trainer.parameters, b->trainer.parameters,
                        a->model.parameters.total * sizeof(real));
}

void assert_same_report(const struct report *a, const struct report *b)
{
    assert_memory_equal(&a->loss, &b->loss, sizeof a->loss);
    assert_memory_equal(&a->accuracy, &b->accuracy, sizeof a->accuracy);
    assert_memory_equal(&a->gradient_norm, &b->gradient_norm, sizeof a->gradient_norm);
}

void assert_same_curve(const struct curve *a, const struct curve *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->stride, b->stride);
    for (int i = 0; i < a->count; i++) {
        assert_int_equal(a->points[i].step, b->points[i].step);
        assert_true(a->points[i].loss == b->points[i].loss);
        assert_true(a->points[i].accuracy == b->points[i].accuracy);
        assert_true(a->points[i].gradient_norm == b->points[i].gradient_norm);
        assert_memory_equal(&a->points[i].validation_loss, &b->points[i].validation_loss,
                            sizeof a->points[i].validation_loss); /* NaN is itself, here */
    }
}

struct lab *lab_trained(const struct lab_config *config, int steps, struct measured *measured)
{
    struct lab *lab = lab_make(config);

    lab_train(lab, steps);
    measured_begin(measured, lab);
    return lab;
}
