/* Tests of common/numeric/random.c. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "common/numeric/random.h"
#include "tests/close.h"

/* From the file kat_vectors of the Random123 distribution. */
struct known_answer {
    uint32_t counter[4], key[2], out[4];
};

static struct known_answer zeros = { { 0, 0, 0, 0 },
                                     { 0, 0 },
                                     { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } };
static struct known_answer ones = { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
                                    { 0xffffffff, 0xffffffff },
                                    { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } };
static struct known_answer digits_of_pi = { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
                                            { 0xa4093822, 0x299f31d0 },
                                            { 0xd16cfe09, 0x94fdcceb, 0x5001e420,
                                              0x24126ea1 } };

static void philox_gives_the_known_answer(void **state)
{
    const struct known_answer *known = *state;
    uint32_t out[4];

    philox4x32_10(out, known->counter, known->key);
    assert_memory_equal(out, known->out, sizeof out);
}

static void a_stream_is_the_blocks_of_its_coordinates(void **state)
{
    (void)state;
    const uint64_t seed = 0x0123456789abcdef, index = 0x00fedcba98765432;
    const uint32_t row = 77, key[2] = { 0x89abcdef, 0x01234567 };
    struct random r = random_stream(seed, RANDOM_PROBE, index, row);

    for (uint32_t block = 0; block < 3; block++) {
        uint32_t counter[4] = { block, row, 0x98765432,
                                (uint32_t)RANDOM_PROBE << 24 | 0xfedcba };
        uint32_t out[4];

        philox4x32_10(out, counter, key);
        for (int i = 0; i < 4; i++)
            assert_int_equal(random_bits(&r), out[i]);
    }
}

static void streams_differ_in_every_coordinate(void **state)
{
    (void)state;
    struct random streams[] = {
        random_stream(1, RANDOM_TRAIN, 5, 9),
        random_stream(2, RANDOM_TRAIN, 5, 9),
        random_stream(1 + (UINT64_C(1) << 32), RANDOM_TRAIN, 5, 9),
        random_stream(1, RANDOM_WEIGHTS, 5, 9),
        random_stream(1, RANDOM_TEST, 5, 9),
        random_stream(1, RANDOM_PROBE, 5, 9),
        random_stream(1, RANDOM_TRAIN, 6, 9),
        random_stream(1, RANDOM_TRAIN, 5 + (UINT64_C(1) << 32), 9),
        random_stream(1, RANDOM_TRAIN, 5 + (UINT64_C(1) << 55), 9),
        random_stream(1, RANDOM_TRAIN, 5, 10),
        random_stream(1, RANDOM_TRAIN, 9, 5),
    };
    enum { STREAMS = sizeof streams / sizeof *streams, DRAWS = 8 };
    uint32_t draws[STREAMS][DRAWS];

    for (int s = 0; s < STREAMS; s++)
        for (int i = 0; i < DRAWS; i++)
            draws[s][i] = random_bits(&streams[s]);
    for (int s = 0; s < STREAMS; s++)
        for (int t = 0; t < s; t++)
            for (int i = 0; i < DRAWS; i++)
                assert_int_not_equal(draws[s][i], draws[t][i]);
}

static void a_stream_begins_the_same_whatever_was_drawn_before(void **state)
{
    (void)state;
    struct random first = random_stream(3, RANDOM_TRAIN, 5000, 2);
    struct random other = random_stream(3, RANDOM_TRAIN, 4999, 2);

    for (int i = 0; i < 1001; i++)
        random_normal(&other);
    struct random again = random_stream(3, RANDOM_TRAIN, 5000, 2);
    for (int i = 0; i < 100; i++)
        assert_int_equal(random_bits(&first), random_bits(&again));
}

static void a_copy_of_a_stream_goes_on_from_the_same_place(void **state)
{
    (void)state;
    struct random r = random_stream(3, RANDOM_TEST, 0, 0);

    for (int before = 0; before < 9; before++) {
        random_bits(&r);
        struct random original = r, copy = r;
        for (int i = 0; i < 9; i++)
            assert_int_equal(random_bits(&original), random_bits(&copy));
    }
}

static void uniform_numbers_have_the_moments_of_the_unit_interval(void **state)
{
    (void)state;
    enum { DRAWS = 1000000 };
    struct random r = random_stream(11, RANDOM_PROBE, 0, 0);
    double moment[4] = { 0 }, least = 1, most = 0;

    for (int i = 0; i < DRAWS; i++) {
        double u = random_uniform(&r), power = u;

        assert_true(0 <= u && u < 1);
        assert_true(u == (double)(float)u && u * 0x1p24 == floor(u * 0x1p24));
        for (int p = 0; p < 4; p++, power *= u)
            moment[p] += power / DRAWS;
        least = fmin(least, u);
        most = fmax(most, u);
    }
    /* five standard errors, of at most 0.3 / sqrt(DRAWS) */
    for (int p = 0; p < 4; p++)
        assert_close(moment[p], 1.0 / (p + 2), 0.0015, 0);
    assert_true(least < 2e-5 && most > 1 - 2e-5);
}

static void normal_numbers_have_the_moments_and_tails_of_the_normal_distribution(void **state)
{
    (void)state;
    enum { DRAWS = 1000000 };
    static const double error[8] = {
        1, 1.5, 4, 10, 31, 102, 368, 1424
    }; /* sd of z^p, rounded up */
    static const double expected[8] = { 0, 1, 0, 3, 0, 15, 0, 105 };
    static const double within[3] = { 0.682689492, 0.954499736, 0.997300204 };
    struct random r = random_stream(12, RANDOM_WEIGHTS, 0, 0);
    double moment[8] = { 0 }, lag = 0, before = 0;
    int count[3] = { 0 };

    for (int i = 0; i < DRAWS; i++) {
        double z = random_normal(&r), power = z;

        for (int p = 0; p < 8; p++, power *= z)
            moment[p] += power / DRAWS;
        for (int sigma = 0; sigma < 3; sigma++)
            count[sigma] += fabs(z) < sigma + 1;
        lag += before * z / DRAWS;
        before = z;
    }
    for (int p = 0; p < 8; p++)
        assert_close(moment[p], expected[p], 5 * error[p] / sqrt(DRAWS), 0);
    for (int sigma = 0; sigma < 3; sigma++)
        assert_close((double)count[sigma] / DRAWS, within[sigma], 0.0025, 0);
    assert_close(lag, 0, 5 / sqrt(DRAWS), 0);
}

/* These are the numbers in everybody's initial weights; a change here changes every run. */
static void normal_numbers_are_the_same_bits_everywhere(void **state)
{
    (void)state;
    static const double expected[] = {
        -0x1.f0bcb7534294bp-1, -0x1.3c51a41326fdbp+0, -0x1.2bc05f78273bdp-4,
        -0x1.1b4e66423843fp+0, -0x1.590c874739896p-2, 0x1.3043e2da8dd8dp-3,
        -0x1.84d9d7b7731e3p-2, -0x1.7fa1269d61e19p-1,
    };
    struct random r = random_stream(42, RANDOM_WEIGHTS, 0, 0);

    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        double z = random_normal(&r);

        if (memcmp(&z, &expected[i], sizeof z) != 0)
            fail_msg("number %zu is %a, should be %a", i, z, expected[i]);
    }
}

static void numbers_below_a_limit_are_uniform(void **state)
{
    (void)state;
    static const uint32_t limits[] = { 1, 2, 3, 7, 10, 65, 256, 1000 };
    enum { DRAWS = 200000 };
    struct random r = random_stream(13, RANDOM_TRAIN, 0, 0);

    for (size_t l = 0; l < sizeof limits / sizeof *limits; l++) {
        int count[1000] = { 0 };
        double chi_squared = 0, mean = (double)DRAWS / limits[l], freedom = limits[l] - 1;

        for (int i = 0; i < DRAWS; i++) {
            uint32_t x = random_below(&r, limits[l]);
            assert_true(x < limits[l]);
            count[x]++;
        }
        for (uint32_t x = 0; x < limits[l]; x++)
            chi_squared += (count[x] - mean) * (count[x] - mean) / mean;
        assert_true(chi_squared <= freedom + 5 * sqrt(2 * freedom));
        assert_true(chi_squared >= freedom - 5 * sqrt(2 * freedom));
    }
}

/*
 * Below 3 2^30, four of 2^32 numbers would fall on three results: one of each three would come
 * up twice as often as its neighbours.
 */
static void numbers_below_a_large_limit_are_unbiased(void **state)
{
    (void)state;
    enum { DRAWS = 100000 };
    struct random r = random_stream(14, RANDOM_TRAIN, 0, 0);
    int count[3] = { 0 };

    for (int i = 0; i < DRAWS; i++)
        count[random_below(&r, UINT32_C(3) << 30) % 3]++;
    for (int residue = 0; residue < 3; residue++)
        assert_close((double)count[residue] / DRAWS, 1.0 / 3, 0.0075, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        { "philox of zeros gives the known answer", philox_gives_the_known_answer, NULL, NULL,
          &zeros },
        { "philox of ones gives the known answer", philox_gives_the_known_answer, NULL, NULL,
          &ones },
        { "philox of the digits of pi gives the known answer", philox_gives_the_known_answer,
          NULL, NULL, &digits_of_pi },
        cmocka_unit_test(a_stream_is_the_blocks_of_its_coordinates),
        cmocka_unit_test(streams_differ_in_every_coordinate),
        cmocka_unit_test(a_stream_begins_the_same_whatever_was_drawn_before),
        cmocka_unit_test(a_copy_of_a_stream_goes_on_from_the_same_place),
        cmocka_unit_test(uniform_numbers_have_the_moments_of_the_unit_interval),
        cmocka_unit_test(normal_numbers_have_the_moments_and_tails_of_the_normal_distribution),
        cmocka_unit_test(normal_numbers_are_the_same_bits_everywhere),
        cmocka_unit_test(numbers_below_a_limit_are_uniform),
        cmocka_unit_test(numbers_below_a_large_limit_are_unbiased),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
