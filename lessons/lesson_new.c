#include "lessons/lesson_new.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/files/atomic_file.h"

/* With the title. */
static const char TEXT[] =
    "# %s\n"
    "\n"
    "**The question of this lesson, in the words of a curious reader.** Why does anybody care?\n"
    "What are the two arms, and in what are they matched?\n"
    "\n"
    "## 1. What to look at first\n"
    "\n"
    "A few sentences. At [step 0](duet:restart&pause) nothing has been learned.\n"
    "\n"
    "> predict: Which arm will learn it first?\n"
    ">\n"
    "> - the left one\n"
    "> - the right one\n"
    "\n"
    "**Answer: the left one.** Why, and how one sees that.\n"
    "\n"
    "**Do:** [train](duet:run), and watch the [gradient](duet:panel=gradient).\n"
    "\n"
    "## 2. Why\n"
    "\n"
    "The mathematics, once and small, with the shapes:\n"
    "\n"
    "```\n"
    "h_t = tanh(W_ih x_t + W_hh h_{t-1})\n"
    "```\n"
    "\n"
    "The lines of our source: `elman_backward` in `rnn/elman.c`.\n"
    "\n"
    "**Do:** take [a longer sequence](duet:task.length=30&run).\n"
    "\n"
    "## What this does not show\n"
    "\n"
    "What nobody should take from it.\n"
    "\n"
    "## Where the claim stops\n"
    "\n"
    "Under which conditions it is no longer true, and who says so.\n"
    "\n"
    "## Three things to try next\n"
    "\n"
    "1. An easy one.\n"
    "2. A harder one.\n"
    "3. One that changes the C code, in `rnn/elman.c` say. Which test goes red?\n";

/* With the number and the title. */
static const char SETTINGS[] = "# Lesson %02d: what is learned, and by which arms\n"
                               "\n"
                               "[lesson]\n"
                               "title = %s\n"
                               "question = What is asked, in one sentence?\n"
                               "prediction = What would you guess before you press Space?\n"
                               "\n"
                               "[task]\n"
                               "name = adding\n"
                               "length = 20\n"
                               "\n"
                               "[training]\n"
                               "steps = 300\n"
                               "seed = 1\n"
                               "\n"
                               "[left]\n"
                               "model = gru\n"
                               "hidden = 32\n"
                               "\n"
                               "[right]\n"
                               "model = transformer\n"
                               "layers = 1\n"
                               "\n"
                               "# duet check measures these, on three seeds\n"
                               "[claims]\n"
                               "claim.gru_vanishes_at_first = left.slope_input <= -0.1\n"
                               "claim.transformer_stays_level = right.slope_state >= -0.05\n";

static bool is_slug(const char *slug)
{
    const size_t length = strlen(slug);

    if (length == 0 || length > SLUG_MAX || slug[0] == '-' || slug[length - 1] == '-')
        return false;
    for (size_t i = 0; i < length; i++) {
        const bool letter =
            (slug[i] >= 'a' && slug[i] <= 'z') || (slug[i] >= '0' && slug[i] <= '9');

        if (!letter && (slug[i] != '-' || slug[i + 1] == '-'))
            return false;
    }
    return true;
}

/* "three-words" as "Three words". */
static void title_of(char title[SLUG_MAX + 1], const char *slug)
{
    snprintf(title, SLUG_MAX + 1, "%s", slug);
    title[0] = (char)toupper((unsigned char)title[0]);
    for (char *hyphen = title; (hyphen = strchr(hyphen, '-')) != NULL;)
        *hyphen = ' ';
}

/* The first number behind all; STATUS_USAGE if one of them has that slug. */
static enum status next_number(int *number, const char *slug, struct error *error)
{
    struct lesson_list list = { 0 };
    enum status status = lessons_open(&list, error);

    *number = 1;
    for (int i = 0; i < list.count && status == STATUS_OK; i++) {
        const struct lesson *lesson = &list.lessons[i];
        const char *slash = strrchr(lesson->path, '/');
        const char *hyphen = strchr(slash != NULL ? slash : lesson->path, '-');

        if (lesson->number >= *number)
            *number = lesson->number + 1;
        if (hyphen != NULL && strcmp(hyphen + 1, slug) == 0)
            status = error_set(error, STATUS_USAGE, "%.300s is there already", lesson->path);
    }
    lesson_list_free(&list);
    return status;
}

static enum status open_file(struct atomic_file *file, const char *folder, const char *name,
                             struct error *error)
{
    char path[LESSON_PATH_MAX + 16];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return atomic_file_open(file, path, error);
}

static enum status write_files(const char *folder, int number, const char *title,
                               struct error *error)
{
    struct atomic_file file;
    enum status status = open_file(&file, folder, "README.md", error);

    if (status != STATUS_OK)
        return status;
    fprintf(file.file, TEXT, title);
    status = atomic_file_commit(&file, error);
    if (status == STATUS_OK)
        status = open_file(&file, folder, "lesson.ini", error);
    if (status != STATUS_OK)
        return status;
    fprintf(file.file, SETTINGS, number, title);
    return atomic_file_commit(&file, error);
}

/* The settings are written last: without them there is no lesson. */
static void take_back(const char *folder)
{
    char path[LESSON_PATH_MAX + 16];

    snprintf(path, sizeof path, "%s/README.md", folder);
    unlink(path);
    rmdir(folder);
}

enum status lesson_new(char made[LESSON_PATH_MAX], const char *slug, struct error *error)
{
    char folder[LESSON_PATH_MAX], title[SLUG_MAX + 1];
    int number = 1, length;
    enum status status;

    if (!is_slug(slug))
        return error_set(error, STATUS_USAGE,
                         "\"%.60s\" is no name for a folder: small letters, digits and single "
                         "hyphens, 1 to %d of them",
                         slug, SLUG_MAX);
    status = lessons_folder(folder, error);
    if (status == STATUS_OK)
        status = next_number(&number, slug, error);
    if (status != STATUS_OK)
        return status;
    length = snprintf(made, LESSON_PATH_MAX, "%s/%02d-%s", folder, number, slug);
    if (length < 0 || length >= LESSON_PATH_MAX)
        return error_set(error, STATUS_FILE, "%.100s...: the path is too long", folder);
    if (mkdir(made, 0777) != 0)
        return error_set(error, STATUS_FILE, "%.300s: %s", made, strerror(errno));
    title_of(title, slug);
    status = write_files(made, number, title, error);
    if (status != STATUS_OK)
        take_back(made);
    return status;
}
