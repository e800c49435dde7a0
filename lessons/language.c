#include "lessons/language.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *tag, *name;
} languages[LANGUAGES] = {
    [LANGUAGE_ENGLISH] = { "en", "English" },
    [LANGUAGE_CHINESE] = { "zh-CN", "\u4e2d\u6587" },
};

const char *language_tag(enum language language)
{
    assert(language < LANGUAGES);
    return languages[language].tag;
}

const char *language_name(enum language language)
{
    assert(language < LANGUAGES);
    return languages[language].name;
}

/* Bytes up to the country, the character set or the variant: 2 of "zh_CN.UTF-8". */
static size_t root_length(const char *locale)
{
    return strcspn(locale, "_-.@:");
}

/* The language of a locale's name, up to a colon. False: it is none of ours. */
static bool root_find(enum language *language, const char *locale)
{
    const size_t length = root_length(locale);

    for (int i = 0; i < LANGUAGES; i++) {
        if (length == root_length(languages[i].tag) &&
            strncasecmp(languages[i].tag, locale, length) == 0) {
            *language = (enum language)i;
            return true;
        }
    }
    return false;
}

bool language_find(enum language *language, const char *tag)
{
    for (int i = 0; i < LANGUAGES; i++) {
        const size_t root = root_length(languages[i].tag);

        if (strcasecmp(languages[i].tag, tag) == 0 ||
            (strlen(tag) == root && strncasecmp(languages[i].tag, tag, root) == 0)) {
            *language = (enum language)i;
            return true;
        }
    }
    return false;
}

/* The locale in which nothing is translated, whatever its character set. */
static bool is_plain(const char *locale)
{
    const size_t length = root_length(locale);

    return length == 0 || (length == 1 && locale[0] == 'C') ||
           (length == 5 && strncmp(locale, "POSIX", 5) == 0);
}

static bool is_set(const char *variable)
{
    return variable != NULL && variable[0] != '\0';
}

enum language language_of_locale(const char *lc_all, const char *lc_messages, const char *lang,
                                 const char *list)
{
    const char *locale = is_set(lc_all)        ? lc_all
                         : is_set(lc_messages) ? lc_messages
                         : is_set(lang)        ? lang
                                               : "C";
    enum language language = LANGUAGE_ENGLISH;

    if (is_plain(locale))
        return LANGUAGE_ENGLISH;
    if (!is_set(list)) {
        root_find(&language, locale);
        return language;
    }
    for (const char *name = list; name != NULL;) {
        if (is_plain(name) ? *name != ':' && *name != '\0' : root_find(&language, name))
            return language; /* C in the list ends it, as English */
        name = strchr(name, ':');
        name = name != NULL ? name + 1 : NULL;
    }
    return language;
}

enum language language_of_environment(void)
{
    return language_of_locale(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"),
                              getenv("LANGUAGE"));
}
