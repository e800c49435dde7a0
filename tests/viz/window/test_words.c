/*
 * Tests of lessons/words.c and words_zh.c: what the window says in Chinese fits what it says in
 * English, nothing is translated that nobody says, and nothing is forgotten.
 */
#include "tests/test.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/files/file_read.h"
#include "common/files/utf8.h"
#include "common/tasks/task.h"
#include "lessons/words.h"
#include "tests/viz/window/stage.h"
#include "viz/window/keys.h"

enum { PATH_ROOM = 512, SAID_MAX = 65536 };

/* ------------------------------------------------------------------------------- the table */

static void the_table_is_sorted_and_has_nothing_twice(void **state)
{
    int count;
    const struct translation *table = words_table(LANGUAGE_CHINESE, &count);

    (void)state;
    assert_true(count > 400);
    for (int i = 1; i < count; i++)
        if (strcmp(table[i - 1].english, table[i].english) >= 0)
            fail_msg("\"%s\" is not behind \"%s\"", table[i].english, table[i - 1].english);
}

static void every_sentence_is_found(void **state)
{
    int count;
    const struct translation *table = words_table(LANGUAGE_CHINESE, &count);

    (void)state;
    for (int i = 0; i < count; i++) {
        assert_ptr_equal(words_in(LANGUAGE_CHINESE, table[i].english), table[i].other);
        assert_ptr_equal(words_in(LANGUAGE_ENGLISH, table[i].english), table[i].english);
    }
    assert_string_equal(words_in(LANGUAGE_CHINESE, "nobody says that"), "nobody says that");
}

/* The next conversion of a format, without the % that stands for itself; NULL: none. */
static const char *next_conversion(const char *format, int *length)
{
    for (const char *at = format; (at = strchr(at, '%')) != NULL;) {
        *length = 1 + (int)strspn(at + 1, "-+ #0123456789.*hlz");
        (*length)++;
        if (at[1] != '%' && isalpha((unsigned char)at[*length - 1]))
            return at;
        at += at[1] == '%' ? 2 : 1;
    }
    return NULL;
}

static bool same_conversions(const char *a, const char *b)
{
    for (;;) {
        int m = 0, n = 0;
        const char *x = next_conversion(a, &m), *y = next_conversion(b, &n);

        if (x == NULL || y == NULL)
            return x == y;
        if (m != n || memcmp(x, y, (size_t)m) != 0)
            return false;
        a = x + m;
        b = y + n;
    }
}

static void formats_have_the_same_conversions(void **state)
{
    int count;
    const struct translation *table = words_table(LANGUAGE_CHINESE, &count);

    (void)state;
    assert_true(same_conversions("%d %% %s", "a %db%s%%"));
    assert_false(same_conversions("%d %s", "%s %d"));
    assert_false(same_conversions("%d", "%ld"));
    for (int i = 0; i < count; i++)
        if (!same_conversions(table[i].english, table[i].other))
            fail_msg("\"%s\" and \"%s\" have other conversions", table[i].english,
                     table[i].other);
}

static void every_translation_is_text(void **state)
{
    int count;
    const struct translation *table = words_table(LANGUAGE_CHINESE, &count);

    (void)state;
    for (int i = 0; i < count; i++) {
        const size_t length = strlen(table[i].other);

        assert_true(length > 0);
        assert_int_equal(utf8_find_unprintable(table[i].other, length), length);
        assert_string_not_equal(table[i].other, table[i].english);
    }
}

/* ------------------------------------------------------------------------------ the sources */

/* Every string literal of our sources. */
struct said {
    char *string[SAID_MAX];
    int count;
};

/* One character of a literal, as the compiler understands it; returns what is behind it. */
static const char *unescape(const char *at, char to[UTF8_CHARACTER_MAX])
{
    static const char plain[] = "n\nt\t\"\"\\\\'\'r\r";

    to[0] = *at;
    to[1] = '\0';
    if (*at != '\\')
        return at + 1;
    at++;
    if (*at == 'u') {
        char digits[5] = "";

        memcpy(digits, at + 1, 4);
        utf8_encode((uint32_t)strtoul(digits, NULL, 16), to);
        return at + 5;
    }
    for (size_t i = 0; i + 1 < sizeof plain; i += 2)
        if (plain[i] == *at)
            to[0] = plain[i + 1];
    return at + 1;
}

/* The literal that begins here, with those that follow it; returns what is behind. */
static const char *take_literal(struct said *said, const char *at)
{
    char text[4096] = "";

    while (*at == '"') {
        at++;
        while (*at != '"' && *at != '\0') {
            char one[UTF8_CHARACTER_MAX];

            at = unescape(at, one);
            assert_true(strlen(text) + strlen(one) + 1 < sizeof text);
            strcat(text, one);
        }
        at += *at == '"';
        for (const char *next = at; isspace((unsigned char)*next) || *next == '"'; next++)
            if (*next == '"') {
                at = next;
                break;
            }
    }
    assert_true(said->count < SAID_MAX);
    said->string[said->count++] = strdup(text);
    return at;
}

static void take_source(struct said *said, const char *path)
{
    char *text;
    const char *at;

    assert_int_equal(file_read_all(&text, NULL, path, 1 << 24, NULL), STATUS_OK);
    for (at = text; *at != '\0';) {
        if (strncmp(at, "/*", 2) == 0) {
            at = strstr(at, "*/");
            assert_non_null(at);
            at += 2;
        } else if (*at == '\'') {
            at += at[1] == '\\' ? 2 : 1;
            at = strchr(at + 1, '\'');
            assert_non_null(at);
            at++;
        } else if (*at == '"') {
            at = take_literal(said, at);
        } else {
            at++;
        }
    }
    free(text);
}

static void take_folder(struct said *said, const char *folder)
{
    DIR *stream = opendir(folder);
    const struct dirent *entry;

    assert_non_null(stream);
    while ((entry = readdir(stream)) != NULL) {
        char path[PATH_ROOM];
        struct stat info;
        const size_t length = strlen(entry->d_name);

        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "words_zh.c") == 0)
            continue;
        assert_true(snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < PATH_ROOM);
        assert_int_equal(stat(path, &info), 0);
        if (S_ISDIR(info.st_mode))
            take_folder(said, path);
        else if (length > 2 && strcmp(entry->d_name + length - 2, ".c") == 0)
            take_source(said, path);
    }
    closedir(stream);
}

static int by_letters(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void everything_that_is_translated_is_said_somewhere(void **state)
{
    static const char *const folders[] = { "common", "rnn", "transformer", "lessons", "viz" };
    struct said *said = calloc(1, sizeof *said);
    int count, dead = 0;
    const struct translation *table = words_table(LANGUAGE_CHINESE, &count);

    (void)state;
    assert_non_null(said);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        take_folder(said, folders[i]);
    assert_true(said->count > 3000);
    qsort(said->string, (size_t)said->count, sizeof *said->string, by_letters);
    for (int i = 0; i < count; i++) {
        const char *key = table[i].english;

        if (bsearch(&key, said->string, (size_t)said->count, sizeof *said->string,
                    by_letters) == NULL) {
            print_message("nobody says \"%s\"\n", key);
            dead++;
        }
    }
    for (int i = 0; i < said->count; i++)
        free(said->string[i]);
    free(said);
    assert_int_equal(dead, 0);
}

/* ---------------------------------------------------------------------- nothing is forgotten */

/* Names that stay as they are. */
static const char *const names[] = {
    "Duet",  "PyTorch",  "elman",      "lstm",         "gru",   "transformer", "Transformer",
    "LSTM",  "Tab",      "Ctrl",       "Shift",        "Enter", "Esc",         "Home",
    "End",   "PgUp",     "PgDn",       "CSV",          "PNG",   "FLOP",        "kFLOP",
    "MFLOP", "GFLOP",    "Top",        "duet",         "list",  "tasks",       "models",
    "check", "tanh",     "softmax",    "float",        "ALiBi", "loss",        "hidden",
    "drive", "adding",   "Schoenholz", "logits",       "lr",    "relu",        "mean",
    "nat",   "training", "patience",   "weight_hh_l0",
};

static bool is_name(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == length && memcmp(names[i], word, length) == 0)
            return true;
    return memchr(word, '_', length) != NULL;
}

/* Two English words, one behind the other, that are no names? */
static bool is_english(const char *string)
{
    int run = 0;

    for (const char *at = string; *at != '\0';) {
        const size_t length =
            strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");

        if (length == 0) {
            run = *at == ' ' || *at == ',' || *at == ':' ? run : 0;
            at++;
            continue;
        }
        run = length > 1 && !is_name(at, length) ? run + 1 : 0;
        if (run == 2)
            return true;
        at += length;
    }
    return false;
}

static void hear(void *context, const struct canvas_letters *letters)
{
    int *english = context;

    if (letters->length >= 0 || !is_english(letters->string))
        return; /* of a lesson's text; or it is Chinese */
    print_message("\"%s\" is drawn in English\n", letters->string);
    (*english)++;
}

/* What is drawn in English where Chinese is wished, and what hints are. */
static int english_in(struct stage *stage)
{
    int english = 0;

    canvas_listen(stage->canvas, hear, &english);
    stage_draw(stage);
    canvas_listen(stage->canvas, NULL, NULL);
    for (int i = 0; i < stage->view.hots; i++) {
        const char *hint = stage->view.hot[i].hint;

        if (hint != NULL && is_english(words_in(LANGUAGE_CHINESE, hint)) &&
            strstr(hint, "duet:") == NULL) { /* a link that is wrong */
            print_message("the hint \"%s\" is in English\n", hint);
            english++;
        }
    }
    return english;
}

static void nothing_is_drawn_in_english_where_chinese_is_wished(void **state)
{
    static const struct synthetic scenes[] = {
        { .left = "elman", .right = "transformer", .steps = 50, .layers = 1, .heads = 2 },
        { .left = "elman",
          .right = "transformer",
          .steps = 50,
          .layers = 1,
          .heads = 2,
          .step = 600,
          .outputs = true },
        { .left = "lstm", .right = "gru", .steps = 50, .layers = 2, .heads = 4, .step = 12345 },
        { .left = "gru",
          .right = "transformer",
          .steps = 14,
          .layers = 2,
          .heads = 2,
          .step = 600,
          .words = true,
          .outputs = true,
          .tensors = 40 },
    };
    struct stage *stage = *state;
    int english = 0;

    if (!canvas_has_wide(stage->canvas)) {
        print_message("skipped: no font of Chinese (%s)\n", TEXT_WIDE_PACKAGE);
        skip();
    }
    strcpy(stage->lesson.in[LANGUAGE_CHINESE].title, "看梯度");
    strcpy(stage->lesson.in[LANGUAGE_CHINESE].question, "能传多远？");
    strcpy(stage->lesson.in[LANGUAGE_CHINESE].prediction, "猜一猜。");
    stage_resize(stage, 1920, 1080, 1);
    view_speak(&stage->view, LANGUAGE_CHINESE);
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        stage_show(stage, &scenes[i]);
        for (int tab = 0; tab < TABS; tab++)
            for (int more = 0; more < 2; more++) {
                stage->view.arm[0].tab = stage->view.arm[1].tab = (enum tab)tab;
                stage->view.more = more;
                stage->view.state_view = more;
                stage->view.theory = more;
                stage->view.chosen_step = tab % 2 ? 7 : -1;
                stage->view.arm[0].unit = stage->view.arm[1].unit = tab % 2 ? 3 : -1;
                stage->view.card = more;
                english += english_in(stage);
            }
        synthetic_moments(&stage->snapshot, 20);
        synthetic_branch(&stage->snapshot, 100, 400, 0.001, 0);
        stage->snapshot.looking_at = 600;
        english += english_in(stage);
    }
    stage->view.help = true;
    english += english_in(stage);
    stage->view.help = false;
    view_reading(&stage->view)->page = view_pages(&stage->view) - 1;
    english += english_in(stage);
    stage->view.runs_shown = true;
    english += english_in(stage);
    stage->view.runs_shown = false;
    view_open_picker(&stage->view, NULL);
    english += english_in(stage);
    assert_int_equal(english, 0);
}

/* What cannot be seen in one picture: tasks, keys. */
static void every_task_and_every_key_has_a_name_in_chinese(void **state)
{
    int tasks, keys;
    const struct task_kind *const *task = task_kinds(&tasks);
    const struct key *key = keys_table(&keys);

    (void)state;
    for (int i = 0; i < tasks; i++)
        if (words_in(LANGUAGE_CHINESE, task[i]->title) == task[i]->title)
            fail_msg("task \"%s\"", task[i]->title);
    for (int i = 0; i < keys; i++)
        if (key[i].name != NULL && words_in(LANGUAGE_CHINESE, key[i].does) == key[i].does)
            fail_msg("key \"%s\"", key[i].does);
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function }

static const struct CMUnitTest tests[] = {
    TEST(the_table_is_sorted_and_has_nothing_twice),
    TEST(every_sentence_is_found),
    TEST(formats_have_the_same_conversions),
    TEST(every_translation_is_text),
    TEST(everything_that_is_translated_is_said_somewhere),
    TEST(every_task_and_every_key_has_a_name_in_chinese),
    { .name = "nothing_is_drawn_in_english_where_chinese_is_wished",
      .test_func = nothing_is_drawn_in_english_where_chinese_is_wished,
      .setup_func = stage_setup, .teardown_func = stage_teardown },
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
