#include "viz/terminal/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The value of an environment variable, or NULL if it is unset or empty. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

bool locale_is_unicode(const char *locale)
{
    const char *set = locale ? strchr(locale, '.') : NULL;

    return set != NULL &&
           (strncasecmp(set, ".utf-8", 6) == 0 || strncasecmp(set, ".utf8", 5) == 0);
}

/* In the order in which setlocale looks. */
static const char *locale_name(void)
{
    const char *name = environment("LC_ALL");

    if (name == NULL)
        name = environment("LC_CTYPE");
    return name ? name : environment("LANG");
}

static void measure(struct terminal *terminal, FILE *stream)
{
    const char *columns = environment("COLUMNS");
    struct winsize size;

    terminal->columns = columns ? atoi(columns) : 0;
    if (terminal->live && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        terminal->columns = size.ws_col;
        terminal->rows = size.ws_row;
    }
    if (terminal->columns < 20)
        terminal->columns = terminal->columns > 0 ? 20 : terminal->live ? 80 : 120;
    if (terminal->rows < 1)
        terminal->rows = 24;
}

struct terminal terminal_of(FILE *stream)
{
    const char *kind = environment("TERM");
    struct terminal terminal = { .live = isatty(fileno(stream)) == 1,
                                 .unicode = locale_is_unicode(locale_name()) };

    terminal.moves = terminal.live && kind != NULL && strcmp(kind, "dumb") != 0;
    terminal.colour = terminal.moves && environment("NO_COLOR") == NULL;
    measure(&terminal, stream);
    return terminal;
}
