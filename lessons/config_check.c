/* The part of config.h that needs to know the tasks and the models. */
#include <assert.h>

#include "common/tasks/task.h"
#include "lessons/config.h"
#include "lessons/match.h"
#include "lessons/models.h"
#include "lessons/recurrent_arm.h"

enum status config_check(const struct lab_config *config, struct error *error)
{
    struct lab_config matched = *config;
    struct batch_shape shape = { 0 };
    struct task task;
    struct batch_shape shape = { 0 };
    enum status status = task_open(&task, &config->task, error);
    int arms = 0;

    if (status == STATUS_OK) {
        shape = task.shape;
        task_close(&task);
    }
    for (int i = 0; i < ARMS_MAX && status == STATUS_OK; i++)
        if (config->arm[i].model[0] != '\0') {
            status = arm_check(&config->arm[i], arm_name(i), error);
            if (status == STATUS_OK)
                status = recurrent_arm_fits(&config->arm[i], &shape, arm_name(i), error);
            arms++;
        }
    if (status == STATUS_OK && arms == 0)
        status = error_set(error, STATUS_USAGE, "no arm has a model: set left.model");
    return status == STATUS_OK ? match_apply(&matched, &shape, error) : status;
}

struct lab_config config_resolved(const struct lab_config *config)
{
    struct lab_config resolved = *config;
    struct task task;
    enum status status = task_open(&task, &config->task, NULL);

    assert(status == STATUS_OK);
    resolved.task = task.options;
    status = match_apply(&resolved, &task.shape, NULL);
    assert(status != STATUS_USAGE); /* config_check has matched them */
    task_close(&task);
    for (int i = 0; i < ARMS_MAX; i++)
        if (config->arm[i].model[0] != '\0') {
            resolved.arm[i].layers = arm_layers(&config->arm[i]);
            resolved.arm[i].learning_rate = arm_learning_rate(config, i);
        }
    return resolved;
}
