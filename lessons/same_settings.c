#include "lessons/same_settings.h"

#include <string.h>

#include "lessons/change.h"

/* Which weights and data, and what is written down: not what a claim is about. */
static bool is_about_the_run(const struct config_key *key)
{
    static const char *const names[] = { "seed", "threads", "report_every", "checkpoint_every",
                                         "checkpoint_seconds" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(key->section, "training") == 0 && strcmp(key->name, names[i]) == 0)
            return true;
    return false;
}

/* All keys of the arms; of those alone that have a model. */
static bool same_arms(const struct lab_config *a, const struct lab_config *b,
                      const struct config_key *key)
{
    for (int i = 0; i < ARMS_MAX; i++) {
        const bool there = a->arm[i].model[0] != '\0';

        if (there != (b->arm[i].model[0] != '\0') || (there && change_differs(key, i, a, b)))
            return false;
    }
    return true;
}

bool same_section(const struct lab_config *a, const struct lab_config *b, const char *section)
{
    int count;
    const struct config_key *key = config_keys(&count);

    for (int i = 0; i < count; i++) {
        if (strcmp(key[i].section, section) != 0 || is_about_the_run(&key[i]))
            continue;
        if (strcmp(section, "arm") == 0 ? !same_arms(a, b, &key[i])
                                        : change_differs(&key[i], -1, a, b))
            return false;
    }
    return true;
}

bool same_settings(const struct lab_config *a, const struct lab_config *b)
{
    return same_section(a, b, "task") && same_section(a, b, "training") &&
           same_section(a, b, "arm");
}

bool same_when_matched(const struct lab_config *written, const struct lab_config *made)
{
    struct lab_config matched = *written;

    for (int i = 0; i < ARMS_MAX && written->training.match != MATCH_NONE; i++) {
        if (i == written->training.match_reference)
            continue;
        matched.arm[i].hidden = made->arm[i].hidden;
        matched.arm[i].width = made->arm[i].width;
    }
    return same_settings(&matched, made);
}
