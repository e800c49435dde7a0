/*
 * line_break.h - where a line of prose may end, beside its blanks.
 *
 * Latin words and numbers stay whole. Between the characters of a script without blanks a line
 * may end anywhere, but no line begins with a mark that closes or separates, and none ends with
 * one that opens ("Requirements for Chinese Text Layout", W3C, 3.1.3; Unicode's UAX #14 calls
 * them CL, EX, IN, NS and OP). So a comma goes to the next line with the character before it.
 */
#ifndef VIZ_WINDOW_LINE_BREAK_H
#define VIZ_WINDOW_LINE_BREAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* May a line end between these two characters, which have no blank between them? */
bool line_may_break(uint32_t before, uint32_t after);

/* The same for the ends of two strings of at least one byte. */
bool line_may_break_between(const char *before, size_t before_length, const char *after,
                            size_t after_length);

/*
 * How many of the bytes, from the first on, stay together in any case: up to a blank, a line
 * feed or a tab (0 if the first is one), or to where a line may end. Broken UTF-8 stays
 * together with what is around it.
 */
size_t line_piece(const char *text, size_t length);

#endif
