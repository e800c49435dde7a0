/* Tests of viz/window/line_break.c: what a line may end with, and what it may not begin with. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "viz/window/line_break.h"

struct row {
    const char *text;
    const char *pieces; /* the same, with a bar wherever a line may end */
};

static void a_text_falls_into_pieces(void **state)
{
    const struct row *row = *state;
    const char *text = row->text;
    size_t left = strlen(text);
    char pieces[512] = "";

    while (left > 0) {
        /* A copy of exactly the rest's size, so that a sanitizer sees a byte read too many. */
        char *rest = malloc(left);
        size_t bytes;

        assert_non_null(rest);
        memcpy(rest, text, left);
        bytes = line_piece(rest, left);
        free(rest);
        assert_in_range(bytes, 0, left);
        if (bytes == 0) { /* a blank */
            assert_non_null(strchr(" \n\t", *text));
            bytes = 1;
        } else if (pieces[0] != '\0' && strchr(" \n\t", text[-1]) == NULL) {
            strcat(pieces, "|");
        }
        strncat(pieces, text, bytes);
        text += bytes;
        left -= bytes;
    }
    assert_string_equal(pieces, row->pieces);
}

static void strings_are_broken_between_by_their_last_and_first_characters(void **state)
{
    static const struct {
        const char *before, *after;
        bool may;
    } rows[] = {
        { "隐藏", "状态", true },
        { "状态", "，即", false },
        { "（", "hidden", false },
        { "hidden", "）", false },
        { "RNN", "的", true },
        { "的", "RNN", true },
        { "and", "so", false },
        { "—", "—", false },
        { "\x80\x80\x80\x80\x80", "的", true },
        { "的", "\xE7", true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (line_may_break_between(rows[i].before, strlen(rows[i].before), rows[i].after,
                                   strlen(rows[i].after)) != rows[i].may)
            fail_msg("%s, %s", rows[i].before, rows[i].after);
}

/* Whatever the marks are, they keep each other from ever being pulled apart. */
static void no_closing_mark_begins_a_line_and_no_opening_mark_ends_one(void **state)
{
    static const uint32_t closing[] = { 0xFF0C, 0x3002, 0x3001, 0xFF1B, 0xFF1A, 0xFF1F, 0xFF01,
                                        0xFF09, 0x300D, 0x300F, 0x201D, 0x2019, 0x300B, 0x3009,
                                        0x3011, 0x2026, 0xB7,   0xFF05, ',',    '.',    ')' };
    static const uint32_t opening[] = { 0xFF08, 0x201C, 0x2018, 0x300C, 0x300E,
                                        0x300A, 0x3008, 0x3010, '(',    '[' };

    (void)state;
    for (size_t i = 0; i < sizeof closing / sizeof *closing; i++) {
        assert_false(line_may_break(0x4E2D, closing[i]));
        for (size_t k = 0; k < sizeof closing / sizeof *closing; k++)
            assert_false(line_may_break(closing[k], closing[i]));
    }
    for (size_t i = 0; i < sizeof opening / sizeof *opening; i++) {
        assert_false(line_may_break(opening[i], 0x4E2D));
        assert_true(line_may_break(0x4E2D, opening[i]));
        for (size_t k = 0; k < sizeof opening / sizeof *opening; k++)
            assert_false(line_may_break(opening[i], opening[k]));
    }
}

/* clang-format off */
#define TEST(function) { .name = #function, .test_func = function }
#define FALLS(label, whole, parts) \
    { .name = "a_text_falls_into_pieces_" label, .test_func = a_text_falls_into_pieces, \
      .initial_state = &(struct row){ whole, parts } }

static const struct CMUnitTest tests[] = {
    FALLS("latin", "a long word, 1e-16.", "a long word, 1e-16."),
    FALLS("chinese", "梯度消失", "梯|度|消|失"),
    FALLS("comma_and_full_stop", "狗咬人，人咬狗。完", "狗|咬|人，|人|咬|狗。|完"),
    FALLS("brackets", "状态（hidden state）是", "状|态|（hidden state）|是"),
    FALLS("quotes", "他说“狗咬人”。", "他|说|“狗|咬|人”。"),
    FALLS("book_marks", "见《红楼梦》、《诗》", "见|《红|楼|梦》、|《诗》"),
    FALLS("latin_within", "用RNN训练50步", "用|RNN|训|练|50|步"),
    FALLS("latin_with_blanks", "用 RNN 训练 50 步", "用 RNN 训|练 50 步"),
    FALLS("percent", "占5%的", "占|5%|的"),
    FALLS("dash", "门——开", "门|——|开"),
    FALLS("ellipsis", "等……好", "等……|好"),
    FALLS("nested", "（“《a》”）", "（“《a》”）"),
    FALLS("blanks", " \n\t", " \n\t"),
    FALLS("broken_bytes", "a\xE7\xA5z", "a\xE7\xA5z"),
    FALLS("cut_at_the_end", "中\xE7\xA5", "中|\xE7\xA5"),
    FALLS("accents", "cafe\xCC\x81 中\xCC\x81文", "cafe\xCC\x81 中\xCC\x81|文"),
    TEST(strings_are_broken_between_by_their_last_and_first_characters),
    TEST(no_closing_mark_begins_a_line_and_no_opening_mark_ends_one),
};
/* clang-format on */

int main(void)
{
    return cmocka_run_group_tests(tests, NULL, NULL);
}
