/* Tests of lessons/language.c: what an environment asks for. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "lessons/language.h"

struct row {
    const char *lc_all, *lc_messages, *lang, *list;
    enum language language;
};

static void the_environment_names_a_language(void **state)
{
    const struct row *row = *state;

    assert_int_equal(language_of_locale(row->lc_all, row->lc_messages, row->lang, row->list),
                     row->language);
}

static void set(const char *name, const char *value)
{
    assert_int_equal(value != NULL ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void the_environment_of_the_process_is_read(void **state)
{
    const struct row *row = *state;

    set("LC_ALL", row->lc_all);
    set("LC_MESSAGES", row->lc_messages);
    set("LANG", row->lang);
    set("LANGUAGE", row->list);
    assert_int_equal(language_of_environment(), row->language);
}

static void every_language_has_a_tag_and_a_name_and_is_found_by_its_tag(void **state)
{
    (void)state;
    for (int i = 0; i < LANGUAGES; i++) {
        enum language found = LANGUAGES;

        assert_true(language_find(&found, language_tag((enum language)i)));
        assert_int_equal(found, i);
        assert_true(language_name((enum language)i)[0] != '\0');
        for (int k = 0; k < i; k++)
            assert_string_not_equal(language_tag((enum language)i),
                                    language_tag((enum language)k));
    }
}

static void a_tag_is_found_in_any_case_and_by_its_beginning(void **state)
{
    enum language found = LANGUAGE_ENGLISH;

    (void)state;
    assert_true(language_find(&found, "ZH-cn"));
    assert_int_equal(found, LANGUAGE_CHINESE);
    assert_true(language_find(&found, "EN"));
    assert_int_equal(found, LANGUAGE_ENGLISH);
    assert_true(language_find(&found, "zh"));
    assert_int_equal(found, LANGUAGE_CHINESE);
}

static void what_is_no_tag_of_ours_is_not_found(void **state)
{
    static const char *const tags[] = { "", "z", "zh-", "zh-C", "zh-CNN", "de", "english" };
    enum language found = LANGUAGES;

    (void)state;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        assert_false(language_find(&found, tags[i]));
    assert_int_equal(found, LANGUAGES);
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function }
#define NAMES(label, ...) \
    { .name = "the_environment_names_a_language_" label, \
      .test_func = the_environment_names_a_language, .initial_state = &(struct row){ __VA_ARGS__ } }, \
    { .name = "the_environment_of_the_process_is_read_" label, \
      .test_func = the_environment_of_the_process_is_read, .initial_state = &(struct row){ __VA_ARGS__ } }
#define EN LANGUAGE_ENGLISH
#define ZH LANGUAGE_CHINESE

static const struct CMUnitTest tests[] = {
    NAMES("nothing", NULL, NULL, NULL, NULL, EN),
    NAMES("empty", "", "", "", "", EN),
    NAMES("lang", NULL, NULL, "zh_CN.UTF-8", NULL, ZH),
    NAMES("lang_alone", NULL, NULL, "zh", NULL, ZH),
    NAMES("singapore", NULL, NULL, "zh_SG.GB18030", NULL, ZH),
    NAMES("a_tag_of_the_web", NULL, NULL, "zh-Hans-CN", NULL, ZH),
    NAMES("english", NULL, NULL, "en_US.UTF-8", NULL, EN),
    NAMES("german", NULL, NULL, "de_DE.UTF-8", NULL, EN),
    NAMES("another_that_begins_alike", NULL, NULL, "zhx_CN", NULL, EN),
    NAMES("c", NULL, NULL, "C", NULL, EN),
    NAMES("messages_before_lang", NULL, "zh_CN.UTF-8", "en_US.UTF-8", NULL, ZH),
    NAMES("messages_english_before_lang", NULL, "en_GB", "zh_CN.UTF-8", NULL, EN),
    NAMES("all_before_messages", "en_US.UTF-8", "zh_CN.UTF-8", "zh_CN.UTF-8", NULL, EN),
    NAMES("all_empty_is_not_set", "", "zh_CN.UTF-8", "en_US.UTF-8", NULL, ZH),
    NAMES("list_before_lang", NULL, NULL, "en_US.UTF-8", "zh_CN:en", ZH),
    NAMES("list_before_all", "zh_CN.UTF-8", NULL, NULL, "en_US:zh_CN", EN),
    NAMES("list_of_others_first", NULL, NULL, "en_US.UTF-8", "de:fr:zh_CN:en", ZH),
    NAMES("list_of_others_only", NULL, NULL, "zh_CN.UTF-8", "de:fr", EN),
    NAMES("list_with_gaps", NULL, NULL, "en_US.UTF-8", "::zh_CN", ZH),
    NAMES("list_with_c_first", NULL, NULL, "en_US.UTF-8", "C:zh_CN", EN),
    NAMES("list_is_not_for_c", NULL, NULL, "C", "zh_CN", EN),
    NAMES("list_is_not_for_c_in_utf8", "C.UTF-8", NULL, "zh_CN.UTF-8", "zh_CN", EN),
    NAMES("list_is_not_for_posix", "POSIX", NULL, NULL, "zh_CN", EN),
    NAMES("list_is_not_for_nothing", NULL, NULL, NULL, "zh_CN", EN),
    TEST(every_language_has_a_tag_and_a_name_and_is_found_by_its_tag),
    TEST(a_tag_is_found_in_any_case_and_by_its_beginning),
    TEST(what_is_no_tag_of_ours_is_not_found),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
