#include "lessons/lesson.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/files/ini_file.h"
#include "lessons/experiment.h"
#include "lessons/lesson_text.h"

static const char CLAIM_PREFIX[] = "claim.";

static enum status set_text(char text[LESSON_TEXT_MAX], const char *key, const char *value,
                            struct error *error)
{
    if (strlen(value) >= LESSON_TEXT_MAX)
        return error_set(error, STATUS_USAGE, "%s is longer than %d bytes", key,
                         LESSON_TEXT_MAX - 1);
    strcpy(text, value);
    return STATUS_OK;
}

/* Where the text of a key like "title" or "title.zh-CN" belongs; NULL: there is no such key. */
static char *lesson_member(struct lesson *lesson, const char *key)
{
    const size_t length = strcspn(key, ".");
    enum language language = LANGUAGE_ENGLISH;
    struct lesson_words *words;

    if (key[length] == '.') {
        while (++language < LANGUAGES)
            if (strcmp(language_tag(language), key + length + 1) == 0)
                break;
        if (language == LANGUAGES)
            return NULL;
    }
    words = &lesson->in[language];
    if (length == strlen("title") && strncmp(key, "title", length) == 0)
        return language == LANGUAGE_ENGLISH ? lesson->title : words->title;
    if (length == strlen("question") && strncmp(key, "question", length) == 0)
        return language == LANGUAGE_ENGLISH ? lesson->question : words->question;
    if (length == strlen("prediction") && strncmp(key, "prediction", length) == 0)
        return language == LANGUAGE_ENGLISH ? lesson->prediction : words->prediction;
    return NULL;
}

static enum status set_lesson_key(struct lesson *lesson, const char *key, const char *value,
                                  struct error *error)
{
    char *member = lesson_member(lesson, key);

    if (member != NULL)
        return set_text(member, key, value, error);
    return error_set(error, STATUS_USAGE,
                     "unknown key \"%s\" in section \"lesson\"; there are: title, question, "
                     "prediction, and title.zh-CN and so on in Chinese",
                     key);
}

const char *lesson_title(const struct lesson *lesson, enum language language)
{
    const char *words = lesson->in[language].title;

    return words[0] != '\0' ? words : lesson->title;
}

const char *lesson_question(const struct lesson *lesson, enum language language)
{
    const char *words = lesson->in[language].question;

    return words[0] != '\0' ? words : lesson->question;
}

const char *lesson_prediction(const struct lesson *lesson, enum language language)
{
    const char *words = lesson->in[language].prediction;

    return words[0] != '\0' ? words : lesson->prediction;
}

/* The language that a claim's key ends in, like "NAME.zh-CN"; English: none. */
static enum language claim_language(const char *name)
{
    const char *dot = strchr(name, '.');

    for (int i = LANGUAGE_ENGLISH + 1; dot != NULL && i < LANGUAGES; i++)
        if (strcmp(dot + 1, language_tag((enum language)i)) == 0)
            return (enum language)i;
    return LANGUAGE_ENGLISH;
}

/* What a claim that stands above says in that language. */
static enum status add_claim_words(struct lesson *lesson, const char *name,
                                   enum language language, const char *value,
                                   struct error *error)
{
    const int length = (int)strcspn(name, ".");

    for (int i = 0; i < lesson->claim_count; i++) {
        struct claim *claim = &lesson->claims[i];

        if ((int)strlen(claim->name) != length ||
            strncmp(claim->name, name, (size_t)length) != 0)
            continue;
        if (strlen(value) >= CLAIM_WORDS_MAX)
            return error_set(error, STATUS_USAGE, "%s is longer than %d bytes", name,
                             CLAIM_WORDS_MAX - 1);
        strcpy(claim->in[language], value);
        return STATUS_OK;
    }
    return error_set(error, STATUS_USAGE, "there is no claim %.*s above", length, name);
}

static enum status add_claim(struct lesson *lesson, const char *key, const char *value,
                             struct error *error)
{
    struct claim *claim = &lesson->claims[lesson->claim_count];
    const char *name = key + strlen(CLAIM_PREFIX);
    enum status status;

    if (strncmp(key, CLAIM_PREFIX, strlen(CLAIM_PREFIX)) != 0 || name[0] == '\0')
        return error_set(error, STATUS_USAGE, "\"%s\" is not a claim's key; it is claim.NAME",
                         key);
    if (claim_language(name) != LANGUAGE_ENGLISH)
        return add_claim_words(lesson, name, claim_language(name), value, error);
    if (lesson->claim_count == CLAIMS_MAX)
        return error_set(error, STATUS_USAGE, "more than %d claims", CLAIMS_MAX);
    if (strlen(name) >= sizeof claim->name)
        return error_set(error, STATUS_USAGE, "the name \"%.20s...\" is longer than %zu bytes",
                         name, sizeof claim->name - 1);
    for (int i = 0; i < lesson->claim_count; i++)
        if (strcmp(lesson->claims[i].name, name) == 0)
            return error_set(error, STATUS_USAGE, "there is a claim %s already", name);
    strcpy(claim->name, name);
    status = claim_parse(claim, value, error);
    if (status == STATUS_OK)
        lesson->claim_count++;
    return status;
}

/* A lesson being read, and whether claims that are wrong are passed over. */
struct reading {
    struct lesson *lesson;
    bool lenient;
};

static enum status read_entry(void *context, const char *section, const char *key,
                              const char *value, struct error *error)
{
    const struct reading *reading = context;
    struct lesson *lesson = reading->lesson;
    char name[2 * INI_FILE_LINE_MAX];

    if (strcmp(section, "lesson") == 0)
        return set_lesson_key(lesson, key, value, error);
    if (strcmp(section, "claims") == 0) {
        const enum status status = add_claim(lesson, key, value, error);

        return reading->lenient ? STATUS_OK : status;
    }
    snprintf(name, sizeof name, "%s.%s", section, key);
    return config_set(&lesson->config, name, value, error);
}

/* The NN of a folder named NN-slug; -1 for any other name. */
static int folder_number(const char *name)
{
    if (isdigit((unsigned char)name[0]) && isdigit((unsigned char)name[1]) && name[2] == '-' &&
        name[3] != '\0')
        return (name[0] - '0') * 10 + (name[1] - '0');
    return -1;
}

static enum status join(char path[LESSON_PATH_MAX], const char *folder, const char *name,
                        struct error *error)
{
    const int length = snprintf(path, LESSON_PATH_MAX, "%s/%s", folder, name);

    if (length < 0 || length >= LESSON_PATH_MAX)
        return error_set(error, STATUS_FILE, "%.100s...: the path is too long", folder);
    return STATUS_OK;
}

bool lesson_lacks_data(const struct lesson *lesson, struct error *error)
{
    struct task task;
    const enum status status = task_open(&task, &lesson->config.task, error);

    if (status == STATUS_OK)
        task_close(&task);
    return status == STATUS_FILE && lesson->config.task.file[0] == '\0';
}

/* What a claim needs of the configuration. */
static enum status check_claim(const struct claim *claim, const struct lab_config *config,
                               const char *path, struct error *error)
{
    for (int i = 0; i < CLAIM_TERMS; i++) {
        const struct claim_term *term = &claim->term[i];

        if (term->quantity != NULL && config->arm[term->arm].model[0] == '\0')
            return error_set(error, STATUS_USAGE,
                             "%s: claim.%s is about %s, which has no model", path, claim->name,
                             arm_name(term->arm));
    }
    if ((claim_needs(claim) & NEEDS_LONG_TEST) && config->task.test_length == 0)
        return error_set(error, STATUS_USAGE,
                         "%s: claim.%s is about a test at task.test_length, which is not set",
                         path, claim->name);
    return STATUS_OK;
}

/* Every claim; where they may be passed over, those that do not fit are taken off. */
static enum status check_claims(struct lesson *lesson, const char *path, bool lenient,
                                struct error *error)
{
    for (int i = 0; i < lesson->claim_count;) {
        if (check_claim(&lesson->claims[i], &lesson->config, path, error) == STATUS_OK) {
            i++;
            continue;
        }
        if (!lenient)
            return STATUS_USAGE;
        lesson->claim_count--;
        memmove(&lesson->claims[i], &lesson->claims[i + 1],
                (size_t)(lesson->claim_count - i) * sizeof lesson->claims[0]);
    }
    return STATUS_OK;
}

/* What no single line can show: that nothing is missing, and that the parts fit together. */
static enum status check_lesson(struct lesson *lesson, const char *path, bool lenient,
                                struct error *error)
{
    struct error reason;
    enum status status = config_check(&lesson->config, &reason);

    if (lesson->title[0] == '\0' || (lesson->question[0] == '\0' && !lesson->claims_only))
        return error_set(error, STATUS_FILE, "%s: [lesson] needs a title%s", path,
                         lesson->claims_only ? "" : " and a question");
    if (status != STATUS_OK && !lesson_lacks_data(lesson, NULL))
        return error_set(error, reason.status, "%s: %s", path, reason.message);
    return check_claims(lesson, path, lenient, error);
}

/*
 * Read the file into *lesson, which knows its own place; it is untouched on failure.
 */
static enum status read_file(struct lesson *lesson, const char *path, bool lenient,
                             struct error *error)
{
    struct lesson read = { .number = lesson->number,
                           .claims_only = lesson->claims_only,
                           .config = config_default() };
    struct reading reading = { &read, lenient };
    enum status status;

    for (int i = 0; i < ARMS_MAX; i++)
        read.config.arm[i].model[0] = '\0';
    memcpy(read.path, lesson->path, sizeof read.path);
    status = ini_file_read(path, read_entry, &reading, error);
    if (status == STATUS_OK)
        status = check_lesson(&read, path, lenient, error);
    if (status == STATUS_OK)
        *lesson = read;
    return status;
}

/* What the folder's name says. */
static struct lesson named(const char *folder)
{
    const char *slash = strrchr(folder, '/');
    struct lesson lesson = { .number = folder_number(slash ? slash + 1 : folder) };

    snprintf(lesson.path, sizeof lesson.path, "%s", folder);
    snprintf(lesson.title, sizeof lesson.title, "%.*s", LESSON_TEXT_MAX - 1,
             slash ? slash + 1 : folder);
    return lesson;
}

enum status lesson_read(struct lesson *lesson, const char *folder, struct error *error)
{
    struct lesson read = named(folder);
    struct lesson_text text;
    char path[LESSON_PATH_MAX];
    enum status status = join(path, folder, "lesson.ini", error);

    if (status == STATUS_OK)
        status = read_file(&read, path, false, error);
    if (status == STATUS_OK)
        status = experiments_check(&read, error);
    for (int i = 0; i < LANGUAGES && status == STATUS_OK; i++)
        status = lesson_text_read(&text, folder, (enum language)i, &read.config, error);
    if (status == STATUS_OK)
        *lesson = read;
    return status;
}

void lesson_open(struct lesson *lesson, const char *folder)
{
    struct lesson read = named(folder);
    char path[LESSON_PATH_MAX];
    struct error fault = { .status = STATUS_OK };

    if (lesson_read(lesson, folder, &fault) == STATUS_OK)
        return;
    read.broken = join(path, folder, "lesson.ini", NULL) != STATUS_OK ||
                  read_file(&read, path, true, NULL) != STATUS_OK;
    read.fault = fault;
    *lesson = read;
}

enum status lesson_read_file(struct lesson *lesson, const char *path, struct error *error)
{
    struct lesson read = { .number = -1, .claims_only = true };
    enum status status;

    if (strlen(path) >= sizeof read.path)
        return error_set(error, STATUS_FILE, "%.100s...: the path is too long", path);
    strcpy(read.path, path);
    status = read_file(&read, path, false, error);
    if (status == STATUS_OK)
        *lesson = read;
    return status;
}

static int by_number(const void *a, const void *b)
{
    const struct lesson *first = a, *second = b;

    return (first->number > second->number) - (first->number < second->number);
}

/* Put the lesson of one folder entry on the list; entries with other names are passed over. */
static enum status add_lesson(struct lesson_list *list, const char *folder, const char *name,
                              bool lenient, struct error *error)
{
    struct lesson *lessons;
    char path[LESSON_PATH_MAX];
    enum status status;

    if (folder_number(name) < 0)
        return STATUS_OK;
    status = join(path, folder, name, error);
    if (status != STATUS_OK)
        return status;
    lessons = realloc(list->lessons, (size_t)(list->count + 1) * sizeof *lessons);
    if (lessons == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for lesson %s", name);
    list->lessons = lessons;
    if (lenient)
        lesson_open(&lessons[list->count], path);
    else
        status = lesson_read(&lessons[list->count], path, error);
    if (status == STATUS_OK && !lessons[list->count].broken)
        status = experiments_add(&list->experiments, &list->experiment_count,
                                 &lessons[list->count], lenient, error);
    if (status == STATUS_OK)
        list->count++;
    return status;
}

static enum status read_folder(struct lesson_list *list, const char *folder, bool lenient,
                               struct error *error)
{
    struct lesson_list read = { 0 };
    enum status status = STATUS_OK;
    struct dirent *entry;
    DIR *stream = opendir(folder);

    if (stream == NULL)
        return error_set(error, STATUS_FILE,
                         "%s: %s; DUET_LESSONS may name the folder of the lessons", folder,
                         strerror(errno));
    while (status == STATUS_OK && (entry = readdir(stream)) != NULL)
        status = add_lesson(&read, folder, entry->d_name, lenient, error);
    closedir(stream);
    if (status == STATUS_OK && read.count == 0)
        status = error_set(error, STATUS_FILE, "%s: no lesson there (folders NN-slug)", folder);
    if (status != STATUS_OK) {
        lesson_list_free(&read);
        return status;
    }
    qsort(read.lessons, (size_t)read.count, sizeof *read.lessons, by_number);
    *list = read;
    return STATUS_OK;
}

static bool is_folder(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* The folder "lessons" beside the running program, where the system can tell; else "". */
static void beside_program(char path[LESSON_PATH_MAX])
{
    char program[LESSON_PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash;

    path[0] = '\0';
    if (length <= 0)
        return;
    program[length] = '\0';
    slash = strrchr(program, '/');
    if (slash != NULL && slash - program + sizeof "/lessons" <= LESSON_PATH_MAX)
        snprintf(path, LESSON_PATH_MAX, "%.*s/lessons", (int)(slash - program), program);
}

enum status lessons_folder(char folder[LESSON_PATH_MAX], struct error *error)
{
    const char *wished = getenv("DUET_LESSONS");

    if (wished != NULL && wished[0] != '\0') {
        if (strlen(wished) >= LESSON_PATH_MAX)
            return error_set(error, STATUS_FILE, "DUET_LESSONS: the path is too long");
        snprintf(folder, LESSON_PATH_MAX, "%s", wished);
        return STATUS_OK;
    }
    beside_program(folder);
    if (folder[0] == '\0' || !is_folder(folder))
        snprintf(folder, LESSON_PATH_MAX, "%s",
                 is_folder("lessons") ? "lessons" : DUET_DATA_DIR "/lessons");
    return STATUS_OK;
}

static enum status read_all(struct lesson_list *list, bool lenient, struct error *error)
{
    char folder[LESSON_PATH_MAX];
    const enum status status = lessons_folder(folder, error);

    return status == STATUS_OK ? read_folder(list, folder, lenient, error) : status;
}

enum status lessons_read(struct lesson_list *list, struct error *error)
{
    return read_all(list, false, error);
}

enum status lessons_open(struct lesson_list *list, struct error *error)
{
    return read_all(list, true, error);
}

const struct lesson *lesson_find(const struct lesson_list *list, int number)
{
    for (int i = 0; i < list->count; i++)
        if (list->lessons[i].number == number)
            return &list->lessons[i];
    return NULL;
}

void lesson_list_free(struct lesson_list *list)
{
    free(list->lessons);
    free(list->experiments);
    *list = (struct lesson_list){ 0 };
}
