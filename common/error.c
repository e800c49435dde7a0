#include "common/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum status error_set(struct error *error, enum status status, const char *format, ...)
{
    va_list arguments;

    if (error == NULL)
        return status;
    error->status = status;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return status;
}

void error_list_word(char *list, size_t size, const char *word)
{
    if (list[0] != '\0')
        strncat(list, ", ", size - strlen(list) - 1);
    strncat(list, word, size - strlen(list) - 1);
}
