/* The part of config.h that needs to know the tasks and the models. */
#include <assert.h>

#include "common/tasks/task.h"
#include "lessons/config.h"
#include "lessons/match.h"
#include "lessons/models.h"
#include "lessons/recurrent_arm.h"

/* The task, and the longer one that it may be tested on, zeroed if it is not. */
static enum status open_tasks(const struct task_options *options, struct task *task,
                              struct task *longer, struct error *error)
{
    enum status status = task_open(task, options, error);

    *longer = (struct task){ 0 };
    if (status == STATUS_OK && options->shown == SHOWN_LONGER && options->test_length == 0) {
        task_close(task);
        return error_set(error, STATUS_USAGE,
                         "task %s: shown = longer needs a test_length, which is not set",
                         options->name);
    }
    if (status != STATUS_OK || options->test_length == 0)
        return status;
    status = task_open_longer(longer, task, error);
    if (status != STATUS_OK)
        task_close(task);
    return status;
}

static enum status check_arms(const struct lab_config *config, const struct batch_shape *shape,
                              struct error *error)
{
    enum status status = STATUS_OK;
    int arms = 0;

    for (int i = 0; i < ARMS_MAX && status == STATUS_OK; i++)
        if (config->arm[i].model[0] != '\0') {
            status = arm_check(&config->arm[i], arm_name(i), error);
            if (status == STATUS_OK)
                status = recurrent_arm_fits(&config->arm[i], shape, arm_name(i), error);
            arms++;
        }
    if (status == STATUS_OK && arms == 0)
        status = error_set(error, STATUS_USAGE, "no arm has a model: set left.model");
    return status;
}

enum status config_check_rest(const struct lab_config *config, const struct task *task,
                              struct error *error)
{
    struct lab_config matched = *config;
    enum status status = check_arms(config, &task->shape, error);

    if (status == STATUS_OK)
        status = match_apply(&matched, &task->shape, error);
    if (status == STATUS_OK && config->training.patience > 0 &&
        config->training.validate_every == 0)
        status = error_set(error, STATUS_USAGE,
                           "training.patience is %d looks, but training.validate_every is 0: "
                           "there are none",
                           config->training.patience);
    return status;
}

enum status config_open(const struct lab_config *config, struct task *task, struct task *longer,
                        struct error *error)
{
    struct task opened, opened_longer;
    enum status status = open_tasks(&config->task, &opened, &opened_longer, error);

    if (status != STATUS_OK)
        return status;
    status = config_check_rest(config, &opened, error);
    if (status != STATUS_OK) {
        task_close(&opened_longer);
        task_close(&opened);
        return status;
    }
    *task = opened;
    *longer = opened_longer;
    return STATUS_OK;
}

enum status config_check(const struct lab_config *config, struct error *error)
{
    struct task task, longer;
    const enum status status = config_open(config, &task, &longer, error);

    if (status == STATUS_OK) {
        task_close(&longer);
        task_close(&task);
    }
    return status;
}

struct lab_config config_resolved(const struct lab_config *config, const struct task *task)
{
    struct lab_config resolved = *config;
    enum status status;

    resolved.task = task->options;
    status = match_apply(&resolved, &task->shape, NULL);
    assert(status != STATUS_USAGE); /* config_check has matched them */
    for (int i = 0; i < ARMS_MAX; i++)
        if (config->arm[i].model[0] != '\0') {
            resolved.arm[i].layers = arm_layers(&config->arm[i]);
            resolved.arm[i].learning_rate = arm_learning_rate(config, i);
        }
    return resolved;
}
