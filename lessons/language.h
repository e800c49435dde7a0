/*
 * language.h - the languages that lessons, and the window, speak.
 *
 * English is always there; what is missing in another language is said in English.
 */
#ifndef LESSONS_LANGUAGE_H
#define LESSONS_LANGUAGE_H

#include <stdbool.h>

enum language { LANGUAGE_ENGLISH, LANGUAGE_CHINESE, LANGUAGES };

/* The tag of BCP 47 that file names and keys bear: "en", "zh-CN". */
const char *language_tag(enum language language);

/* What the language calls itself. */
const char *language_name(enum language language);

/* The language of that tag; any case, and the beginning alone ("zh") will do. False: none. */
bool language_find(enum language *language, const char *tag);

/*
 * What a user asked for with these variables of the environment, each of which may be NULL or
 * "". As POSIX orders them the first of LC_ALL, LC_MESSAGES and LANG that is set names the
 * locale; as gettext has it LANGUAGE, names with colons between them and the best first, has
 * precedence over that, but for the locales C and POSIX. Any zh is Chinese; what we do not
 * speak is English.
 */
enum language language_of_locale(const char *lc_all, const char *lc_messages, const char *lang,
                                 const char *list);

/* The same for the environment of this process. */
enum language language_of_environment(void);

#endif
