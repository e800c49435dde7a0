#include "viz/window/theme.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "common/numeric/clamp.h"

const struct theme theme_dark = {
    .window = { 0x0e, 0x11, 0x15, 0xff },
    .panel = { 0x16, 0x1a, 0x20, 0xff },
    .raised = { 0x22, 0x28, 0x31, 0xff },
    .hover = { 0x2d, 0x35, 0x40, 0xff },
    .grid = { 0x23, 0x29, 0x31, 0xff },
    .edge = { 0x36, 0x3e, 0x49, 0xff },
    .text = { 0xe6, 0xe9, 0xee, 0xff },
    .dim = { 0xa0, 0xaa, 0xb6, 0xff },
    .faint = { 0x84, 0x8f, 0x9d, 0xff },
    .accent = { 0x7a, 0xb7, 0xff, 0xff },
    .mark = { 0xff, 0xff, 0xff, 0xff },
    .good = { 0x5f, 0xd3, 0x8d, 0xff },
    .bad = { 0xff, 0x6b, 0x62, 0xff },
    .arm = { { 0xcc, 0x79, 0xa7, 0xff },
             { 0x00, 0x9e, 0x73, 0xff },
             { 0xf0, 0xe4, 0x42, 0xff },
             { 0x56, 0xb4, 0xe9, 0xff } },
};

const struct theme theme_light = {
    .window = { 0xe4, 0xe7, 0xeb, 0xff },
    .panel = { 0xff, 0xff, 0xff, 0xff },
    .raised = { 0xec, 0xef, 0xf2, 0xff },
    .hover = { 0xdb, 0xe1, 0xe8, 0xff },
    .grid = { 0xe6, 0xe9, 0xed, 0xff },
    .edge = { 0xb9, 0xc1, 0xca, 0xff },
    .text = { 0x12, 0x16, 0x1b, 0xff },
    .dim = { 0x46, 0x50, 0x5c, 0xff },
    .faint = { 0x5c, 0x67, 0x73, 0xff },
    .accent = { 0x0b, 0x5c, 0xad, 0xff },
    .mark = { 0x00, 0x00, 0x00, 0xff },
    .good = { 0x0a, 0x74, 0x3a, 0xff },
    .bad = { 0xbe, 0x28, 0x1e, 0xff },
    .arm = { { 0xa5, 0x3f, 0x7a, 0xff },
             { 0x00, 0x78, 0x57, 0xff },
             { 0x7d, 0x71, 0x00, 0xff },
             { 0x17, 0x70, 0xab, 0xff } },
};

static const struct colour orange = { 0xf5, 0x93, 0x22, 0xff };
static const struct colour blue = { 0x08, 0x77, 0xbd, 0xff };

/* Eleven equally spaced colours of matplotlib's viridis; straight lines between them stay
 * within five units of 255 of the original. */
static const struct colour viridis[] = {
    { 0x44, 0x01, 0x54, 0xff }, { 0x48, 0x24, 0x75, 0xff }, { 0x41, 0x44, 0x87, 0xff },
    { 0x35, 0x5f, 0x8d, 0xff }, { 0x2a, 0x78, 0x8e, 0xff }, { 0x21, 0x91, 0x8c, 0xff },
    { 0x22, 0xa8, 0x84, 0xff }, { 0x44, 0xbf, 0x70, 0xff }, { 0x7a, 0xd1, 0x51, 0xff },
    { 0xbd, 0xdf, 0x26, 0xff }, { 0xfd, 0xe7, 0x25, 0xff },
};
enum { VIRIDIS_STOPS = sizeof viridis / sizeof *viridis };

struct colour theme_arm_colour(const struct theme *theme, const char *model)
{
    static const char *const models[THEME_ARMS] = { "elman", "lstm", "gru", "transformer" };
    const size_t cell = strcspn(model, "+");

    for (int i = 0; i < THEME_ARMS; i++)
        if (strlen(models[i]) == cell && strncmp(models[i], model, cell) == 0)
            return model[cell] == '\0' ? theme->arm[i]
                                       : theme_between(theme->arm[i], theme->text, 0.45);
    return theme->dim;
}

struct dashes theme_arm_dashes(int arm)
{
    static const struct dashes dashes[] = {
        { 0, 0 }, { 7, 3 }, { 2, 3 }, { 11, 4 }, { 4, 4 }, { 14, 2 },
    };

    return dashes[(unsigned)arm % (sizeof dashes / sizeof *dashes)];
}

static uint8_t mix(uint8_t from, uint8_t to, double share)
{
    return (uint8_t)(from + (to - from) * share + 0.5);
}

struct colour theme_between(struct colour from, struct colour to, double share)
{
    return (struct colour){ mix(from.r, to.r, share), mix(from.g, to.g, share),
                            mix(from.b, to.b, share), mix(from.a, to.a, share) };
}

struct colour theme_diverging(const struct theme *theme, double value)
{
    if (isnan(value))
        return theme->panel;
    if (value < 0)
        return theme_between(theme->panel, orange, fmin(-value, 1));
    return theme_between(theme->panel, blue, fmin(value, 1));
}

struct colour theme_viridis(const struct theme *theme, double share)
{
    double place;
    int stop;

    if (isnan(share))
        return theme->panel;
    place = clamp(share, 0, 1) * (VIRIDIS_STOPS - 1);
    stop = place >= VIRIDIS_STOPS - 1 ? VIRIDIS_STOPS - 2 : (int)place;
    return theme_between(viridis[stop], viridis[stop + 1], place - stop);
}

struct colour theme_fade(struct colour colour, int alpha)
{
    colour.a = (uint8_t)alpha;
    return colour;
}

uint32_t theme_argb(struct colour colour)
{
    return (uint32_t)colour.a << 24 | (uint32_t)colour.r << 16 | (uint32_t)colour.g << 8 |
           (uint32_t)colour.b;
}
