#include "viz/window/look.h"

static const double PRESENT_SCALE = 1.5, PRESENT_LINE = 3;

struct canvas_look window_look(double scale, bool light, bool present)
{
    return (struct canvas_look){ .scale = present ? PRESENT_SCALE * scale : scale,
                                 .theme = light || present ? &theme_light : &theme_dark,
                                 .least_line = present ? PRESENT_LINE : 0 };
}
