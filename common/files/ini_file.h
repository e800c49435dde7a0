/*
 * ini_file.h - read and write the .ini files of runs and lessons.
 *
 *     # a comment; so is a line that begins with ;
 *     [section]
 *     key = value      ; a comment after a blank and a semicolon
 *
 * inih does the parsing. It was made for forgiving programs: it cuts long lines, joins lines
 * that begin with a blank to the one before, takes ':' for '=', ignores what follows a ']'. A
 * file that configures an experiment must not be half understood, so whatever would be cut,
 * joined or ignored is refused here before inih sees it, with the file and the line.
 */
#ifndef COMMON_FILES_INI_FILE_H
#define COMMON_FILES_INI_FILE_H

#include <stdio.h>

#include "common/error.h"

enum {
    INI_FILE_LINE_MAX = 198,   /* bytes of a line, without its end: what inih holds uncut */
    INI_FILE_SECTION_MAX = 49, /* bytes of a section's name, likewise */
};

/*
 * What the caller does with one entry. section is "" above the first [section]; value may be
 * "". The strings live until the function returns. A key that comes twice arrives twice. To
 * refuse an entry, return another status than STATUS_OK with a message about the entry alone:
 * ini_file_read puts file and line before it.
 */
typedef enum status ini_file_entry(void *context, const char *section, const char *key,
                                   const char *value, struct error *error);

/*
 * Call entry for each entry of the file at path, in order, up to the first fault, which is
 * reported as "PATH:LINE: message". STATUS_FILE: the file cannot be opened or read, has no
 * entry, or a line is not understood; STATUS_NO_MEMORY; or whatever status entry returned.
 */
enum status ini_file_read(const char *path, ini_file_entry *entry, void *context,
                          struct error *error);

/* Write "[section]", after an empty line unless it is the first thing in the file. */
void ini_file_write_section(FILE *file, const char *section);

/*
 * Write "key = value" so that ini_file_read gives the same two strings back. STATUS_USAGE: it
 * would not (a line break or " ;" in the value, a blank at either end, too long a line);
 * nothing is written. A failed write stays in the FILE's error flag, where atomic_file_commit
 * looks.
 */
enum status ini_file_write_entry(FILE *file, const char *key, const char *value,
                                 struct error *error);

#endif
