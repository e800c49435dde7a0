#include "lessons/metrics_cut.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/files/file_read.h"

enum { LINE_ROOM = 4096, DIGITS_MOST = 10 };

/* What is known of the file so far. */
struct cut {
    const char *path;
    FILE *file;
    int line;
    long step;          /* of the last line */
    long kept, no_last; /* length up to the last line that is kept, with it and without */
    bool between;       /* it lies between two reports */
};

static enum status fault(const struct cut *cut, const char *what, struct error *error)
{
    return error_set(error, STATUS_FILE, "%s:%d: %s", cut->path, cut->line, what);
}

/* The next line with its end; *there is false behind the last. */
static enum status next_line(struct cut *cut, char text[LINE_ROOM], bool *there,
                             struct error *error)
{
    size_t length = 0;
    int c = 0;

    errno = 0;
    while (length < LINE_ROOM - 1 && (length == 0 || text[length - 1] != '\n') &&
           (c = getc(cut->file)) != EOF)
        text[length++] = (char)c;
    if (ferror(cut->file))
        return error_set(error, STATUS_FILE, "%s: cannot read: %s", cut->path, strerror(errno));
    *there = length > 0;
    if (!*there)
        return STATUS_OK;
    cut->line++;
    if (memchr(text, '\0', length) != NULL)
        return fault(cut, "a NUL: not a line of metrics", error);
    text[length] = '\0';
    if (length == LINE_ROOM - 1 && text[length - 1] != '\n')
        return fault(cut, "a line that does not end: not a line of metrics", error);
    return STATUS_OK;
}

/* The number of steps that the line begins with. */
static enum status line_step(const struct cut *cut, const char *text, long *step,
                             struct error *error)
{
    const size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > DIGITS_MOST || text[digits] != ',')
        return fault(cut, "it does not begin with a number of steps", error);
    *step = strtol(text, NULL, 10);
    if (*step < cut->step)
        return fault(cut, "its step is before that of the line above", error);
    return STATUS_OK;
}

/* All lines, up to the first of a step that the lab has not made yet. */
static enum status read_lines(struct cut *cut, const struct lab *lab, struct error *error)
{
    const struct training_config *training = &lab->config.training;
    const bool in_step = training->pace == PACE_STEPS; /* else reports lie where they can */
    char text[LINE_ROOM];

    for (;;) {
        bool there;
        long step = 0;
        enum status status = next_line(cut, text, &there, error);

        if (status != STATUS_OK || !there)
            return status;
        if (strchr(text, '\n') == NULL)
            return STATUS_OK; /* half a line: those before the checkpoint are whole on the disk */
        status = line_step(cut, text, &step, error);
        if (status != STATUS_OK || step > lab->step)
            return status;
        cut->step = step;
        cut->no_last = cut->kept;
        cut->kept += (long)strlen(text);
        cut->between = in_step && step % training->report_every != 0 && step != training->steps;
    }
}

enum status metrics_cut_find(long *length, const char *path, const char *head,
                             const struct lab *lab, struct error *error)
{
    struct cut cut = { .path = path };
    char text[LINE_ROOM];
    uint64_t size;
    bool there;
    enum status status = file_read_open(&cut.file, &size, path, error);

    if (status != STATUS_OK)
        return status;
    status = next_line(&cut, text, &there, error);
    if (status == STATUS_OK && (!there || strcmp(text, head) != 0)) {
        cut.line = 1;
        status = fault(&cut, "not the head that the arms of this run have", error);
    }
    cut.kept = cut.no_last = (long)strlen(head);
    if (status == STATUS_OK)
        status = read_lines(&cut, lab, error);
    fclose(cut.file); /* read-only: nothing buffered to lose */
    if (status == STATUS_OK)
        *length = cut.between ? cut.no_last : cut.kept;
    return status;
}
