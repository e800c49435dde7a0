#include "viz/commands/looks.h"

#include <stddef.h>

#include "common/files/utf8.h"

static const double SCALE_LEAST = 0.5, SCALE_MOST = 8;

enum status looks_read(struct looks *looks, const struct arguments *arguments,
                       struct error *error)
{
    const char *tag = arguments_value(arguments, "language");

    *looks = (struct looks){ .language = language_of_environment(),
                             .light = arguments_value(arguments, "light") != NULL,
                             .present = arguments_value(arguments, "present") != NULL };
    if (tag != NULL && !language_find(&looks->language, tag))
        return error_set(error, STATUS_USAGE,
                         "--language: unknown language \"%.*s\"; there are: en, zh-CN",
                         utf8_shown(tag, 40), tag);
    return arguments_real(arguments, "scale", SCALE_LEAST, SCALE_MOST, &looks->scale, error);
}
