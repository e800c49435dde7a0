/*
 * utf8.h - is this text? What strangers' bytes must satisfy before they reach a message, a JSON
 * string or a font: UTF-8 as RFC 3629 defines it (no overlong forms, no surrogates, no more
 * than U+10FFFF).
 */
#ifndef COMMON_FILES_UTF8_H
#define COMMON_FILES_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_CHARACTER_MAX = 5 /* bytes of a character, with the NUL behind it */ };

/*
 * Offset of the first byte of text (length bytes) that is not part of well-formed UTF-8; length
 * when all of it is.
 */
size_t utf8_find_bad(const char *text, size_t length);

/*
 * The character that text (length > 0 bytes, well formed) begins with into *point; returns how
 * many bytes it takes.
 */
size_t utf8_decode(const char *text, size_t length, uint32_t *point);

/* The character as 1 to 4 bytes and a NUL; one that is no character becomes U+FFFD. */
void utf8_encode(uint32_t point, char text[UTF8_CHARACTER_MAX]);

/*
 * How many columns of a terminal the character takes: 2 if it is wide as in East Asian scripts
 * and their punctuation (East_Asian_Width W or F, UAX #11), 0 if it is set onto the one before
 * it, else 1.
 */
int utf8_columns(uint32_t point);

/* The sum of that over a string, up to its first byte that is no UTF-8. */
int utf8_text_columns(const char *text);

/*
 * Are two lines of prose, each of at least one byte, joined without a blank? So it is between
 * characters of scripts that put none between words, and beside their punctuation, which
 * brings its own white. Where a text is broken the answer is no.
 */
bool utf8_joins(const char *before, size_t before_length, const char *after,
                size_t after_length);

/*
 * Offset of the first byte that one printable line cannot hold: bad UTF-8, or a control
 * character (U+0000 to U+001F, U+007F to U+009F) other than a tab; length when there is none.
 */
size_t utf8_find_unprintable(const char *text, size_t length);

/*
 * How many leading bytes of a string a message may repeat: at most `most`, whole characters,
 * none that one printable line cannot hold. For "%.*s".
 */
int utf8_shown(const char *text, int most);

#endif
