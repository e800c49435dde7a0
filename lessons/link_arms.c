#include "lessons/link_arms.h"

#include <stdio.h>
#include <string.h>

#include "lessons/models.h"

static const char reverse_suffix[] = ".reverse"; /* of a layer that begins at the end */

int link_arm_heads(const struct arm_config *arm)
{
    const struct model_kind *kind = arm_kind(arm);

    return !kind->uses_heads ? 0 : kind->recurrent ? arm->heads : arm->heads * arm_layers(arm);
}

int link_arm_layers(const struct arm_config *arm)
{
    const struct model_kind *kind = arm_kind(arm);

    return !model_kind_has_core(kind)            ? 0
           : kind->recurrent && kind->uses_heads ? arm_layers(arm) + 1
                                                 : arm_layers(arm);
}

/* Is it in the list, which NULL ends? */
static bool is_among(const char *const *list, const char *word, size_t length)
{
    for (; list != NULL && *list != NULL; list++)
        if (strlen(*list) == length && strncmp(*list, word, length) == 0)
            return true;
    return false;
}

bool link_arm_has(const struct arm_config *arm, const char *quantity)
{
    static const char *const of_all[] = { "input", "logits", NULL };
    static const char *const of_attention[] = { "residual", "query", "key", "value", NULL };
    const struct model_kind *kind = arm_kind(arm);
    const size_t length = strlen(quantity), suffix = sizeof reverse_suffix - 1;

    if (is_among(of_all, quantity, length) || is_among(kind->traces, quantity, length))
        return true;
    if (length > suffix && strcmp(quantity + length - suffix, reverse_suffix) == 0)
        return arm->direction == DIRECTION_BOTH &&
               is_among(kind->traces, quantity, length - suffix);
    return kind->uses_heads && is_among(of_attention, quantity, length);
}

/* Those that are always there are not asked for. */
static bool has_panel(const struct arm_config *arm, long panel)
{
    const struct model_kind *kind = arm_kind(arm);

    switch (panel) {
    case LINK_PANEL_ATTENTION:
        return kind->uses_heads;
    case LINK_PANEL_GATES: /* without any: the gradient on each unit */
        return !kind->uses_heads || (kind->traces != NULL && kind->traces[1] != NULL);
    case LINK_PANEL_CELL:
        return kind->recurrent;
    default:
        return true;
    }
}

static bool has_part(const struct arm_config *arm, const struct link_part *part)
{
    switch (part->verb) {
    case LINK_HEAD:
        return part->number < link_arm_heads(arm);
    case LINK_LAYER:
        return part->number < link_arm_layers(arm);
    case LINK_ENTRY:
        return link_arm_has(arm, part->value);
    case LINK_PANEL:
        return has_panel(arm, part->number);
    default:
        return true;
    }
}

/* The arms that are there, with what could be counted in each: "left: elman, ...". */
static enum status refuse(const struct link_part *part, const struct lab_config *config,
                          int named, struct error *error)
{
    char there[256] = "";

    for (int i = 0; i < ARMS_MAX; i++) {
        const struct arm_config *arm = &config->arm[i];
        char one[96];

        if (arm->model[0] == '\0')
            continue;
        snprintf(one, sizeof one, "%s (%s, layers: %d, heads: %d)", arm_name(i), arm->model,
                 link_arm_layers(arm), link_arm_heads(arm));
        error_list_word(there, sizeof there, one);
    }
    if (part->verb == LINK_ARM)
        return error_set(error, STATUS_USAGE, "arm: there is no arm %s; there are: %s",
                         part->value, there);
    if (named >= 0)
        return error_set(error, STATUS_USAGE, "%s: arm %s has no %s; there are: %s", part->name,
                         arm_name(named), part->value, there);
    return error_set(error, STATUS_USAGE, "%s: no arm has %s; there are: %s", part->name,
                     part->value, there);
}

/* It is about the arm `named`, or -1: about all. */
static bool is_there(const struct link_part *part, const struct lab_config *config, int named)
{
    if (part->verb == LINK_ARM)
        return config->arm[part->number].model[0] != '\0';
    for (int i = 0; i < ARMS_MAX; i++)
        if (config->arm[i].model[0] != '\0' && (named < 0 || named == i) &&
            has_part(&config->arm[i], part))
            return true;
    return false;
}

/* Where its data is missing nobody has looked at a configuration before. */
static enum status check_models(const struct lab_config *config, struct error *error)
{
    const struct model_kind *kind;
    enum status status = STATUS_OK;

    for (int i = 0; i < ARMS_MAX && status == STATUS_OK; i++)
        if (config->arm[i].model[0] != '\0')
            status = model_kind_find(&kind, config->arm[i].model, error);
    return status;
}

enum status link_check_arms(const struct link *link, const struct lab_config *config,
                            struct error *error)
{
    int named = -1;
    const enum status status = check_models(config, error);

    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < link->count; i++) {
        const struct link_part *part = &link->part[i];

        if (!is_there(part, config, named))
            return refuse(part, config, named, error);
        if (part->verb == LINK_ARM)
            named = (int)part->number;
    }
    return STATUS_OK;
}
