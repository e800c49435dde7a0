/* Tests of viz/bench/bench_peer.c: answers, and peers of a line of sh. */
#include "tests/test.h"

#include <string.h>

#include "tests/close.h"
#include "viz/bench/bench_peer.h"

/* Answers --------------------------------------------------------------------------------- */

struct bad_answer {
    const char *line, *message;
};

static void a_bad_answer_is_refused_with_a_reason(void **state)
{
    const struct bad_answer *bad = *state;
    struct bench_answer answer = { .count = 3 };
    struct error error;

    assert_int_equal(bench_answer_read(&answer, bad->line, "lstm", &error), STATUS_FILE);
    assert_non_null(strstr(error.message, bad->message));
    assert_non_null(strstr(error.message, "lstm"));
    assert_int_equal(answer.count, 3);
}

static void a_good_answer_has_all_ways_in_order(void **state)
{
    struct bench_answer answer;

    (void)state;
    assert_int_equal(bench_answer_read(&answer,
                                       "{\"shape\": \"lstm\", \"peer\": \"A 1.2\", "
                                       "\"milliseconds\": {\"b\": 2.5, \"a\": 7}}",
                                       "lstm", NULL),
                     STATUS_OK);
    assert_int_equal(answer.count, 2);
    assert_string_equal(answer.ways[0].name, "b");
    assert_close(answer.ways[0].milliseconds, 2.5, 0, 0);
    assert_string_equal(answer.ways[1].name, "a");
    assert_close(answer.ways[1].milliseconds, 7, 0, 0);
    assert_string_equal(answer.peer, "A 1.2");
    assert_string_equal(answer.error, "");
}

static void a_peer_may_be_unable(void **state)
{
    struct bench_answer answer;

    (void)state;
    assert_int_equal(bench_answer_read(&answer, "{\"shape\": \"lstm\", \"error\": \"too big\"}",
                                       "lstm", NULL),
                     STATUS_OK);
    assert_int_equal(answer.count, 0);
    assert_string_equal(answer.error, "too big");
}

/* Peers ----------------------------------------------------------------------------------- */

#define ANSWER "{\\\"shape\\\": \\\"$name\\\", \\\"milliseconds\\\": {\\\"mine\\\": $seconds}}"

static void a_peer_is_asked_again_and_again(void **state)
{
    struct bench_peer peer;
    struct bench_answer answer;

    (void)state;
    assert_int_equal(bench_peer_start(&peer,
                                      "while read -r name seconds; do echo \"" ANSWER "\"; "
                                      "done",
                                      60, NULL),
                     STATUS_OK);
    for (int i = 1; i < 50; i++) {
        assert_int_equal(bench_peer_ask(&peer, i % 2 ? "gru" : "lstm", i, &answer, NULL),
                         STATUS_OK);
        assert_close(answer.ways[0].milliseconds, i, 0, 0);
    }
    bench_peer_stop(&peer);
    assert_int_equal(peer.process, 0);
}

static void the_answer_may_come_in_pieces(void **state)
{
    struct bench_peer peer;
    struct bench_answer answer;

    (void)state;
    assert_int_equal(bench_peer_start(&peer,
                                      "read -r name seconds; printf '{\"shape\": '; "
                                      "sleep 0.05; echo '\"gru\", \"milliseconds\": {\"a\": "
                                      "1}}'; cat",
                                      60, NULL),
                     STATUS_OK);
    assert_int_equal(bench_peer_ask(&peer, "gru", 1, &answer, NULL), STATUS_OK);
    assert_close(answer.ways[0].milliseconds, 1, 0, 0);
    bench_peer_stop(&peer);
}

struct bad_peer {
    const char *command;
    double patience;
    const char *message;
};

static void a_bad_peer_is_found_out(void **state)
{
    const struct bad_peer *bad = *state;
    struct bench_peer peer;
    struct bench_answer answer;
    struct error error;

    assert_int_equal(bench_peer_start(&peer, bad->command, bad->patience, NULL), STATUS_OK);
    assert_int_equal(bench_peer_ask(&peer, "gru", 1, &answer, &error), STATUS_FILE);
    if (strstr(error.message, bad->message) == NULL)
        fail_msg("said: %s", error.message);
    bench_peer_stop(&peer);
}

/* clang-format off */
#define BAD_ANSWER(sentence, text, reason)                                                     \
    { .name = sentence "_is_no_answer", .test_func = a_bad_answer_is_refused_with_a_reason,    \
      .initial_state = &(struct bad_answer){ text, reason } }
#define LSTM "{\"shape\": \"lstm\", "
#define BAD_PEER(sentence, ...)                                                                \
    { .name = "a_peer_that_" sentence "_is_found_out", .test_func = a_bad_peer_is_found_out,   \
      .initial_state = &(struct bad_peer){ __VA_ARGS__ } }
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_answer_has_all_ways_in_order),
        cmocka_unit_test(a_peer_may_be_unable),
        BAD_ANSWER("a_word", "hello", "is no JSON object: \"hello\""),
        BAD_ANSWER("nothing", "", "is no JSON object"),
        BAD_ANSWER("another_shape", "{\"shape\": \"gru\"}", "is not about the shape"),
        BAD_ANSWER("no_shape", "{\"milliseconds\": {\"a\": 1}}", "is not about the shape"),
        BAD_ANSWER("no_time", LSTM "\"ms\": 1}", "neither \"milliseconds\" nor \"error\""),
        BAD_ANSWER("a_time_of_no_way", LSTM "\"milliseconds\": 3}", "neither"),
        BAD_ANSWER("an_empty_list", LSTM "\"milliseconds\": {}}", "has no milliseconds"),
        BAD_ANSWER("a_time_of_zero", LSTM "\"milliseconds\": {\"a\": 0}}", "above 0"),
        BAD_ANSWER("a_time_that_is_text", LSTM "\"milliseconds\": {\"a\": \"1\"}}", "above 0"),
        BAD_ANSWER("five_ways",
                   LSTM "\"milliseconds\": {\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1}}",
                   "more than 4 ways"),
        BAD_ANSWER("a_long_name", LSTM "\"milliseconds\": {\"a234567890123456\": 1}}",
                   "15 characters"),
        cmocka_unit_test(a_peer_is_asked_again_and_again),
        cmocka_unit_test(the_answer_may_come_in_pieces),
        BAD_PEER("is_not_there", "/no/such/program 2>/dev/null", 60, "status 127"),
        BAD_PEER("ends_at_once", "exit 3", 60, "status 3"),
        BAD_PEER("is_killed", "read -r name; kill -9 $$", 60, "signal 9"),
        BAD_PEER("closes_its_output", "exec >&-; cat; sleep 30", 60, "closed its output"),
        BAD_PEER("hangs", "sleep 300", 0.2, "said nothing for 0.2 seconds"),
        BAD_PEER("says_nonsense", "read -r name; echo what; cat", 60, "\"what\""),
        BAD_PEER("never_ends_a_line", "exec 2>/dev/null; yes | tr -d '\\n'", 60,
                 "more than 4096 characters"),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
