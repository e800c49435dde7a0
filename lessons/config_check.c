/* The part of config.h that needs to know the tasks and the models. */
#include "common/tasks/task.h"
#include "lessons/config.h"
#include "lessons/models.h"

enum status config_check(const struct lab_config *config, struct error *error)
{
    struct task task;
    enum status status = task_find(&task, config->task.name, config->task.length, error);
    int arms = 0;

    for (int i = 0; i < ARMS_MAX && status == STATUS_OK; i++)
        if (config->arm[i].model[0] != '\0') {
            status = arm_check(&config->arm[i], arm_name(i), error);
            arms++;
        }
    if (status == STATUS_OK && arms == 0)
        status = error_set(error, STATUS_USAGE, "no arm has a model: set left.model");
    return status;
}
