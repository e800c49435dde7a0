/* The part of change.h that knows what a change of a key means. */
#include "lessons/change.h"

#include <string.h>

/* A smaller gain leaves too little of a matrix to be multiplied. */
static const double GAIN_LEAST = 1e-6;

/* Keys that are not here are CHANGE_RESTART. */
static const struct {
    const char *section, *name;
    enum change_kind kind;
} kinds[] = {
    { "training", "steps", CHANGE_OPTION },
    { "training", "threads", CHANGE_NOTHING },
    { "training", "report_every", CHANGE_NOTHING },
    { "training", "learning_rate", CHANGE_OPTION },
    { "training", "momentum", CHANGE_OPTION },
    { "training", "weight_decay", CHANGE_OPTION },
    { "training", "clip", CHANGE_OPTION },
    { "training", "warmup", CHANGE_OPTION },
    { "training", "schedule", CHANGE_OPTION },
    { "training", "decay_from", CHANGE_OPTION },
    { "training", "decay_to", CHANGE_OPTION },
    { "training", "decay_every", CHANGE_OPTION },
    { "training", "decay_by", CHANGE_OPTION },
    { "training", "validate_every", CHANGE_OPTION },
    { "training", "patience", CHANGE_OPTION },
    { "training", "checkpoint_every", CHANGE_NOTHING },
    { "training", "checkpoint_seconds", CHANGE_NOTHING },
    { "arm", "learning_rate", CHANGE_OPTION },
    { "arm", "gain", CHANGE_GAIN },
    { "arm", "heads", CHANGE_MODEL },
    { "arm", "squash", CHANGE_MODEL },
    { "arm", "truncate", CHANGE_MODEL },
    { "arm", "positions", CHANGE_MODEL },
    { "arm", "mask", CHANGE_MODEL },
    { "arm", "span", CHANGE_MODEL },
    { "arm", "residual", CHANGE_MODEL },
};

/* Where the key's value is. */
static const char *member(const struct config_key *key, int arm, const struct lab_config *of)
{
    const char *section = (const char *)&of->task;

    if (strcmp(key->section, "training") == 0)
        section = (const char *)&of->training;
    if (strcmp(key->section, "arm") == 0)
        section = (const char *)&of->arm[arm];
    return section + key->offset;
}

bool change_differs(const struct config_key *key, int arm, const struct lab_config *now,
                    const struct lab_config *next)
{
    const char *a = member(key, arm, now), *b = member(key, arm, next);

    return key->kind == KEY_WORD ? strcmp(a, b) != 0 : memcmp(a, b, key->size) != 0;
}

static bool has_gain(const struct arm_config *arm)
{
    return arm->initial == WEIGHTS_ORTHOGONAL || arm->initial == WEIGHTS_IDENTITY;
}

static enum change_kind kind_of_arm_key(const struct config_key *key, enum change_kind kind,
                                        const struct lab_config *now,
                                        const struct arm_config *a, const struct arm_config *b)
{
    const enum training_match match = now->training.match;

    if (kind == CHANGE_GAIN && (!has_gain(a) || a->gain < GAIN_LEAST))
        return has_gain(a) ? CHANGE_RESTART : CHANGE_NOTHING;
    if (kind == CHANGE_MODEL && match == MATCH_FLOPS)
        return CHANGE_RESTART; /* it may choose other widths */
    if (strcmp(key->name, "heads") == 0 && match != MATCH_NONE)
        return CHANGE_RESTART; /* the same: widths are multiples of them */
    if (strcmp(key->name, "positions") == 0 &&
        (a->positions == POSITIONS_LEARNED || b->positions == POSITIONS_LEARNED))
        return CHANGE_RESTART; /* a table more, or less */
    return kind;
}

enum change_kind change_kind_of(const struct config_key *key, int arm,
                                const struct lab_config *now, const struct lab_config *next)
{
    enum change_kind kind = CHANGE_RESTART;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].section, key->section) == 0 &&
            strcmp(kinds[i].name, key->name) == 0)
            kind = kinds[i].kind;
    if (strcmp(key->section, "arm") == 0)
        return kind_of_arm_key(key, kind, now, &now->arm[arm], &next->arm[arm]);
    if (strcmp(key->name, "validate_every") == 0 &&
        (now->training.validate_every == 0 || next->training.validate_every == 0))
        return CHANGE_RESTART; /* the best weights have a place, or not */
    return kind;
}

static void add_difference(struct change_extent *found, const struct config_key *key, int arm,
                           const struct lab_config *now, const struct lab_config *next)
{
    if (!change_differs(key, arm, now, next))
        return;
    switch (change_kind_of(key, arm, now, next)) {
    case CHANGE_RESTART:
        found->restart = true;
        break;
    case CHANGE_OPTION:
        found->option = true;
        break;
    case CHANGE_MODEL:
        found->model = true;
        break;
    case CHANGE_GAIN:
        found->gain = true;
        break;
    case CHANGE_NOTHING:
        found->threads = found->threads || strcmp(key->name, "threads") == 0;
        break;
    }
}

struct change_extent change_extent(int arm, const struct lab_config *now,
                                   const struct lab_config *next)
{
    struct change_extent found = { false };
    int count;
    const struct config_key *keys = config_keys(&count);

    for (int i = 0; i < count; i++)
        if ((strcmp(keys[i].section, "arm") == 0) == (arm >= 0))
            add_difference(&found, &keys[i], arm, now, next);
    return found;
}

bool change_is_at_once(const struct lab_config *now, const struct lab_config *next)
{
    bool restart = change_extent(-1, now, next).restart;

    for (int i = 0; i < ARMS_MAX && !restart; i++)
        if (now->arm[i].model[0] != '\0' || next->arm[i].model[0] != '\0')
            restart = change_extent(i, now, next).restart;
    return !restart;
}
