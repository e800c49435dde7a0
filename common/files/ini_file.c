#include "common/files/ini_file.h"

#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "common/files/file_read.h"
#include "common/files/utf8.h"

static const char BLANKS[] = " \t";
static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF";

/* What inih's two callbacks share. */
struct reading {
    const char *path;
    FILE *file;
    ini_file_entry *entry;
    void *context;
    size_t line;        /* the one last handed to inih, from 1 */
    size_t entries;     /* how many inih has handed back */
    struct error fault; /* the first; its status is STATUS_OK until there is one */
};

/* Record the fault of the current line as "PATH:LINE: message". */
static void set_fault(struct reading *reading, const struct error *fault)
{
    error_set(&reading->fault, fault->status, "%s:%zu: %s", reading->path, reading->line,
              fault->message);
}

/*
 * Read the next line into text, without its "\n" or "\r\n". False at the end of the file, and
 * at a fault: a read that fails, a line too long or not text. One byte over the limit is room
 * enough to know; the rest of a longer line is never read.
 */
static bool read_line(struct reading *reading, char text[INI_FILE_LINE_MAX + 2])
{
    struct error fault;
    size_t length = 0;
    size_t bad;
    int c;

    errno = 0;
    c = getc(reading->file);
    if (c == EOF) {
        if (ferror(reading->file))
            error_set(&reading->fault, STATUS_FILE, "%s: cannot read: %s", reading->path,
                      strerror(errno));
        return false;
    }
    reading->line++;
    for (; c != EOF && c != '\n' && length <= INI_FILE_LINE_MAX; c = getc(reading->file))
        text[length++] = (char)c;
    if (length > 0 && text[length - 1] == '\r' && (c == EOF || c == '\n'))
        length--;
    text[length] = '\0';

    bad = utf8_find_unprintable(text, length);
    if (bad < length &&
        !(length > INI_FILE_LINE_MAX && bad + 3 >= length)) { /* cut there by us */
        error_set(&fault, STATUS_FILE, "byte %zu is 0x%02X: not text in UTF-8", bad + 1,
                  (unsigned)(unsigned char)text[bad]);
        set_fault(reading, &fault);
        return false;
    }
    if (length > INI_FILE_LINE_MAX) {
        error_set(&fault, STATUS_FILE, "the line has more than the %d bytes allowed",
                  (int)INI_FILE_LINE_MAX);
        set_fault(reading, &fault);
        return false;
    }
    return true;
}

/* Refuse what inih would take for something else: see the header. name follows the '['. */
static enum status check_section(const char *name, struct error *fault)
{
    size_t length = strcspn(name, "];");
    const char *rest;

    if (name[length] != ']')
        return error_set(fault, STATUS_FILE, "[%s: a section is a name between [ and ]", name);
    if (length == 0 || length > INI_FILE_SECTION_MAX)
        return error_set(fault, STATUS_FILE,
                         "a section's name of %zu bytes: 1 to %d are allowed", length,
                         (int)INI_FILE_SECTION_MAX);
    rest = name + length + 1;
    rest += strspn(rest, BLANKS);
    if (*rest != '\0' && *rest != ';' && *rest != '#')
        return error_set(fault, STATUS_FILE,
                         "\"%s\" after a section: it needs a line of its own", rest);
    return STATUS_OK;
}

static enum status check_line(const char *text, struct error *fault)
{
    const char *start = text + strspn(text, BLANKS);

    if (*start == '\0' || *start == ';' || *start == '#')
        return STATUS_OK;
    if (start != text)
        return error_set(fault, STATUS_FILE,
                         "\"%s\" is indented: an entry is one line that begins with its key",
                         start);
    if (*start == '[')
        return check_section(start + 1, fault);
    if (*start == '=')
        return error_set(fault, STATUS_FILE, "\"%s\" has no key: expected key = value", text);
    if (text[strcspn(text, "=:;")] != '=')
        return error_set(fault, STATUS_FILE, "\"%s\": expected [section] or key = value", text);
    return STATUS_OK;
}

/* inih's reader, in the manner of fgets: a fault ends the file for inih. */
static char *next_line(char *buffer, int size, void *stream)
{
    struct reading *reading = stream;
    char text[INI_FILE_LINE_MAX + 2];
    struct error fault;
    const char *line = text;

    if (reading->fault.status != STATUS_OK || !read_line(reading, text))
        return NULL;
    if (reading->line == 1 && strncmp(line, BYTE_ORDER_MARK, sizeof BYTE_ORDER_MARK - 1) == 0)
        line += sizeof BYTE_ORDER_MARK - 1;
    if (check_line(line, &fault) != STATUS_OK) {
        set_fault(reading, &fault);
        return NULL;
    }
    if (strlen(line) >= (size_t)size) { /* an inih built with shorter lines than Debian's */
        error_set(&fault, STATUS_FILE, "the line has more than the %d bytes allowed", size - 1);
        set_fault(reading, &fault);
        return NULL;
    }
    strcpy(buffer, line);
    return buffer;
}

/* inih's handler: 0 is a fault. */
static int take_entry(void *user, const char *section, const char *key, const char *value)
{
    struct reading *reading = user;
    struct error fault = { STATUS_OK, "" };
    enum status status;

    reading->entries++;
    status = reading->entry(reading->context, section, key, value, &fault);
    if (status == STATUS_OK)
        return 1;
    fault.status = status;
    set_fault(reading, &fault);
    return 0;
}

enum status ini_file_read(const char *path, ini_file_entry *entry, void *context,
                          struct error *error)
{
    struct reading reading = { .path = path, .entry = entry, .context = context };
    enum status status;
    uint64_t length;
    int result;

    status = file_read_open(&reading.file, &length, path, error);
    if (status != STATUS_OK)
        return status;
    result = ini_parse_stream(next_line, &reading, take_entry, &reading);
    fclose(reading.file); /* read-only: nothing buffered to lose */

    if (reading.fault.status != STATUS_OK)
        return error_set(error, reading.fault.status, "%s", reading.fault.message);
    if (result > 0)
        return error_set(error, STATUS_FILE, "%s:%d: expected [section] or key = value", path,
                         result);
    if (result < 0)
        return error_set(error, STATUS_NO_MEMORY, "%s: no memory to read it", path);
    if (reading.entries == 0)
        return error_set(error, STATUS_FILE, "%s: it has no entry: expected key = value lines",
                         path);
    return STATUS_OK;
}

void ini_file_write_section(FILE *file, const char *section)
{
    fprintf(file, "%s[%s]\n", ftell(file) > 0 ? "\n" : "", section);
}

static bool blank_at_an_end(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && (strchr(BLANKS, text[0]) != NULL || strchr(BLANKS, text[length - 1]));
}

enum status ini_file_write_entry(FILE *file, const char *key, const char *value,
                                 struct error *error)
{
    size_t key_length = strlen(key);
    size_t value_length = strlen(value);

    if (key_length == 0 || key[strcspn(key, "=:;")] != '\0' || strchr("[#", key[0]) != NULL ||
        blank_at_an_end(key) || utf8_find_unprintable(key, key_length) != key_length)
        return error_set(error, STATUS_USAGE,
                         "\"%s\" cannot be a key: text without = : ; and blanks at the ends",
                         key);
    if (utf8_find_unprintable(value, value_length) != value_length)
        return error_set(error, STATUS_USAGE, "%s: its value is not one line of UTF-8 text",
                         key);
    if (value[0] == ';' || strstr(value, " ;") != NULL || strstr(value, "\t;") != NULL ||
        blank_at_an_end(value))
        return error_set(error, STATUS_USAGE,
                         "%s: \"%s\" would not be read back: no \" ;\", no blanks at the ends",
                         key, value);
    if (key_length + strlen(" = ") + value_length > INI_FILE_LINE_MAX)
        return error_set(error, STATUS_USAGE,
                         "%s: key and value have %zu bytes: at most %zu are allowed", key,
                         key_length + value_length, INI_FILE_LINE_MAX - strlen(" = "));
    fprintf(file, "%s = %s\n", key, value);
    return STATUS_OK;
}
