#include "viz/commands/run_arm.h"

#include <stdio.h>
#include <string.h>

#include "lessons/run.h"

static enum status find_arm(const struct lab *lab, const char *name, int *arm,
                            struct error *error)
{
    char names[128] = "";

    for (int i = 0; i < lab->arms; i++) {
        const size_t used = strlen(names);

        if (strcmp(lab->arm[i].name, name) == 0) {
            *arm = i;
            return STATUS_OK;
        }
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "", lab->arm[i].name);
    }
    return error_set(error, STATUS_USAGE, "--arm: this run has no arm \"%.60s\"; there are: %s",
                     name, names);
}

enum status run_arm_load(struct lab **lab, int *arm, const struct arguments *arguments,
                         struct error *error)
{
    const char *name = arguments_value(arguments, "arm");
    const char *folder;
    struct lab *loaded;
    enum status status = arguments_demand(arguments, "run", &folder, error);

    if (status != STATUS_OK)
        return status;
    if (name != NULL && arm_number(name) < 0)
        return error_set(error, STATUS_USAGE,
                         "--arm: \"%.60s\" is no arm; there are: left, right, "
                         "third, fourth, fifth, sixth",
                         name);
    if (run_load(&loaded, folder, error) != STATUS_OK)
        return arguments_blame("run", error);
    if (name != NULL)
        status = find_arm(loaded, name, arm, error);
    if (status == STATUS_OK)
        *lab = loaded;
    else
        lab_free(loaded);
    return status;
}
