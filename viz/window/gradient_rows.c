/* Which rows of a profile a gradient panel shows. */
#include <stdio.h>
#include <string.h>

#include "viz/window/gradient_parts.h"

static int layer_of(const struct arm_panel *panel, const struct profile *profile)
{
    const int layer = panel->view->arm[panel->number].layer;

    return layer < profile->layers ? layer : profile->layers - 1;
}

/* Part number `part`, from 1, of a layer's state; NULL: it has no such one. */
static const struct profile_part *part_of(const struct profile *profile, int layer, int part)
{
    for (int i = 0; i < profile->parts && part > 0; i++)
        if (profile->part[i].layer == layer && --part == 0)
            return &profile->part[i];
    return NULL;
}

static const struct profile_row *row_of(const struct arm_panel *panel,
                                        const struct profile *profile)
{
    const int layer = layer_of(panel, profile);
    const struct profile_part *part =
        part_of(profile, layer, panel->view->arm[panel->number].part);

    if (profile->steps != panel->snapshot->steps)
        return NULL;
    if (!panel->view->state_view)
        return &profile->input;
    if (part != NULL)
        return &part->row;
    return layer >= 0 ? &profile->state[layer] : NULL;
}

int gradient_parts(const struct arm_panel *panel)
{
    const struct profile *profile = &panel->arm->now;
    int count = 0;

    while (part_of(profile, layer_of(panel, profile), count + 1) != NULL)
        count++;
    return count;
}

const char *gradient_part_label(const struct arm_panel *panel, int part)
{
    static const char *const names[][2] = {
        { "hidden", "h" },
        { "cell", "c" },
        { "hidden.reverse", "h \u2190" },
        { "cell.reverse", "c \u2190" },
    };
    const struct profile *profile = &panel->arm->now;
    const struct profile_part *of = part_of(profile, layer_of(panel, profile), part);

    if (of == NULL)
        return gradient_parts(panel) == 2 ? "h + c" : "all of it";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(of->quantity, names[i][0]) == 0)
            return names[i][1];
    return of->quantity;
}

/*
 * Step 0 behind it, if it was asked at the same output: of another one it says something else.
 * A unit seed and a raw one differ by the length of the error, which is known of both.
 */
bool gradient_rows(const struct arm_panel *panel, struct gradient_rows *rows)
{
    const struct profile *first = &panel->arm->first, *now = &panel->arm->now;

    *rows = (struct gradient_rows){ .now = row_of(panel, now), .first_times = 1 };
    if (panel->snapshot->step > 0 && first->tau == now->tau && first->local == now->local)
        rows->first = row_of(panel, first);
    if (now->raw && !first->raw)
        rows->first_times = first->error;
    if (first->raw && !now->raw)
        rows->first_times = 1 / first->error;
    return rows->now != NULL;
}

int gradient_option(const struct arm_panel *panel)
{
    const struct arm_view *arm = &panel->view->arm[panel->number];
    const int view = panel->view->state_view ? 1 + arm->layer : 0;

    return (view * 8 + arm->part) * 2 + (panel->view->theory ? 1 : 0) +
           4096 * gradient_cell_path_option(panel);
}
