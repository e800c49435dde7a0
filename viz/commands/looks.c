#include "viz/commands/looks.h"

#include <stddef.h>

static const double SCALE_LEAST = 0.5, SCALE_MOST = 8;

enum status looks_read(struct looks *looks, const struct arguments *arguments,
                       struct error *error)
{
    *looks = (struct looks){ .light = arguments_value(arguments, "light") != NULL,
                             .present = arguments_value(arguments, "present") != NULL };
    return arguments_real(arguments, "scale", SCALE_LEAST, SCALE_MOST, &looks->scale, error);
}
