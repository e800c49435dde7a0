/*
 * Tests of the three cells as they run fast, by chunks of steps and by symbols, against their
 * equations written down plainly.
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rnn/recurrent.h"
#include "tests/close.h"
#include "tests/rnn/cells.h"

/* A cell's equations for one unit: h_t from the sums a, u and what was before. */
typedef double cell_reference(const double *a, const double *u, double h, double *c);

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static double elman_reference(const double *a, const double *u, double h, double *c)
{
    (void)h;
    (void)c;
    return tanh(a[0] + u[0]);
}

static double gru_reference(const double *a, const double *u, double h, double *c)
{
    const double r = sigmoid(a[0] + u[0]), z = sigmoid(a[1] + u[1]);
    const double n = tanh(a[2] + r * u[2]);

    (void)c;
    return (1 - z) * n + z * h;
}

static double lstm_reference(const double *a, const double *u, double h, double *c)
{
    (void)h;
    *c = sigmoid(a[1] + u[1]) * *c + sigmoid(a[0] + u[0]) * tanh(a[2] + u[2]);
    return sigmoid(a[3] + u[3]) * tanh(*c);
}

/* A cell, how it is called, and how many gates it has. */
struct cell {
    const char *name;
    struct layer *(*create)(const struct layer_case *sizes);
    cell_reference *reference;
    int gates;
};

static const struct cell cells[] = {
    { "elman", cell_elman, elman_reference, 1 },
    { "gru", cell_gru, gru_reference, 3 },
    { "lstm", cell_lstm, lstm_reference, 4 },
};

/* Input row (t, b) of the pass. */
static const real *input_row(const struct layer_pass *pass, int D, int t, int b)
{
    const size_t row = (size_t)t * (size_t)pass->extent.batch + (size_t)b;

    return pass->x + (pass->extent.distinct > 0 ? (size_t)pass->tokens[row] : row) * (size_t)D;
}

static double weighted(const real *w, const real *x, int n, real bias)
{
    double sum = (double)bias;

    for (int k = 0; k < n; k++)
        sum += (double)w[k] * (double)x[k];
    return sum;
}

/* One sequence, one unit after another, in double; h before the step is what the layer gave. */
static void assert_sequence(const struct cell *cell, const struct layer_fixture *fx, int b)
{
    const int D = fx->layer->in, H = fx->layer->out, G = cell->gates;
    const int B = fx->pass.extent.batch, T = fx->pass.extent.steps;
    const real *w_ih = fx->parameters, *b_ih = w_ih + G * H * D, *w_hh = b_ih + G * H;
    const real *b_hh = w_hh + G * H * H;
    double *c = calloc((size_t)H, sizeof *c);
    real *zero = calloc((size_t)H, sizeof *zero);

    assert_true(c != NULL && zero != NULL);
    for (int t = 0; t < T; t++) {
        const real *x = input_row(&fx->pass, D, t, b);
        const real *h = t > 0 ? fx->y + ((t - 1) * B + b) * H : zero;

        for (int k = 0; k < H; k++) {
            double a[4], u[4];

            for (int g = 0; g < G; g++) {
                const int row = g * H + k;

                a[g] = weighted(w_ih + row * D, x, D, b_ih[row]);
                u[g] = weighted(w_hh + row * H, h, H, b_hh[row]);
            }
            assert_close((double)fx->y[(t * B + b) * H + k],
                         cell->reference(a, u, (double)h[k], &c[k]), 2e-5, 1e-5);
        }
    }
    free(c);
    free(zero);
}

/* batch, steps, inputs, hidden, symbols: tiles, lanes and chunks that do not come out even. */
static const int shapes[][5] = {
    { 1, 1, 1, 1, 0 },    { 3, 4, 5, 7, 0 },   { 8, 9, 16, 17, 0 },  { 5, 3, 33, 31, 0 },
    { 13, 2, 2, 40, 0 },  { 7, 11, 3, 64, 0 }, { 3, 4, 5, 7, 2 },    { 8, 9, 16, 17, 16 },
    { 13, 2, 2, 40, 11 }, { 1, 6, 4, 9, 3 },   { 8, 70, 6, 66, 0 },  { 8, 70, 6, 66, 5 },
    { 2, 3, 10, 129, 4 }, { 9, 5, 65, 2, 1 },  { 6, 300, 3, 24, 0 },
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static struct layer_case case_of(const struct cell *cell, const int shape[5])
{
    return (struct layer_case){ .create = cell->create,
                                .batch = shape[0],
                                .steps = shape[1],
                                .in = shape[2],
                                .out = shape[3],
                                .symbols = shape[4] };
}

static void a_cell_is_its_equations(void **state)
{
    const struct cell *cell = *state;

    for (int i = 0; i < SHAPES; i++) {
        const struct layer_case sizes = case_of(cell, shapes[i]);
        const int last = sizes.batch > 1 ? sizes.batch - 1 : 1; /* the first and the last */
        struct layer_fixture fx;

        layer_fixture_create(&fx, &sizes);
        layer_fixture_forward(&fx);
        for (int b = 0; b < sizes.batch; b += last)
            assert_sequence(cell, &fx, b);
        layer_fixture_free(&fx);
    }
}

/* Gradients that explode over many steps have no digits left to compare. */
static void make_calm(struct layer_fixture *fx)
{
    for (size_t p = 0; p < fx->list.total; p++)
        fx->parameters[p] *= (real)0.25;
}

/* Spread the different rows of from over the steps of to: the same input, row by row. */
static void spread(struct layer_fixture *to, const struct layer_fixture *from)
{
    const int D = from->layer->in, B = from->pass.extent.batch;

    for (int t = 0; t < from->pass.extent.steps; t++)
        for (int b = 0; b < B; b++)
            memcpy(to->x + (t * B + b) * D, input_row(&from->pass, D, t, b),
                   (size_t)D * sizeof *to->x);
}

/* Add each row of dx (T, B, D) up by symbol. */
static double dx_of_symbol(const struct layer_fixture *rows, const int *tokens, int symbol,
                           int k)
{
    const int D = rows->layer->in;
    double sum = 0;

    for (size_t row = 0; row < extent_rows(rows->pass.extent); row++)
        if (tokens[row] == symbol)
            sum += (double)rows->dx[row * (size_t)D + (size_t)k];
    return sum;
}

static void symbols_are_the_rows_they_stand_for(void **state)
{
    const struct cell *cell = *state;

    for (int i = 0; i < SHAPES; i++) {
        struct layer_case sizes = case_of(cell, shapes[i]);
        struct layer_fixture symbols, rows;

        if (sizes.symbols == 0)
            continue;
        layer_fixture_create(&symbols, &sizes);
        sizes.symbols = 0;
        layer_fixture_create(&rows, &sizes);
        spread(&rows, &symbols);
        make_calm(&symbols);
        make_calm(&rows);
        layer_fixture_forward(&symbols);
        layer_fixture_forward(&rows);
        assert_memory_equal(symbols.y, rows.y, rows.outputs * sizeof *rows.y);
        layer_fixture_backward(&symbols);
        layer_fixture_backward(&rows);
        for (size_t p = 0; p < rows.list.total; p++)
            assert_close((double)symbols.gradients[p], (double)rows.gradients[p], 1e-3, 1e-4);
        for (int v = 0; v < symbols.pass.extent.distinct; v++)
            for (int k = 0; k < sizes.in; k++)
                assert_close((double)symbols.dx[v * sizes.in + k],
                             dx_of_symbol(&rows, symbols.tokens, v, k), 1e-3, 1e-4);
        layer_fixture_free(&symbols);
        layer_fixture_free(&rows);
    }
}

/* Sequence b of `many` alone, into `one`. */
static void single_out(struct layer_fixture *one, const struct layer_fixture *many, int b)
{
    const int D = many->layer->in, H = many->layer->out, B = many->pass.extent.batch;

    for (int t = 0; t < many->pass.extent.steps; t++) {
        memcpy(one->x + t * D, many->x + (t * B + b) * D, (size_t)D * sizeof *one->x);
        memcpy(one->dy + t * H, many->dy + (t * B + b) * H, (size_t)H * sizeof *one->dy);
    }
}

/*
 * 8 sequences whose steps are several chunks, the last of them short, against each sequence by
 * itself, whose steps are one.
 */
static void chunks_of_add_up(const struct cell *cell, int cut)
{
    struct layer_case sizes = { .create = cell->create,
                                .batch = 8,
                                .steps = 3 * 16384 / (cell->gates * 48) + 5,
                                .in = 11,
                                .out = 48,
                                .cut = cut };
    struct layer_fixture many, one;

    layer_fixture_create(&many, &sizes);
    sizes.batch = 1;
    layer_fixture_create(&one, &sizes);
    assert_true(recurrent_chunk(many.layer, many.pass.extent) < sizes.steps);
    assert_true(recurrent_chunk(one.layer, one.pass.extent) == sizes.steps);
    make_calm(&many);
    memcpy(one.parameters, many.parameters, many.list.total * sizeof *many.parameters);
    many.pass.recorded = one.pass.recorded = NULL;
    layer_fixture_forward(&many);
    layer_fixture_backward(&many);
    for (int b = 0; b < 8; b++) {
        single_out(&one, &many, b);
        layer_fixture_forward(&one);
        layer_fixture_backward(&one);
        for (int t = 0; t < sizes.steps; t++)
            for (int k = 0; k < sizes.in; k++)
                assert_close((double)many.dx[(t * 8 + b) * sizes.in + k],
                             (double)one.dx[t * sizes.in + k], 1e-4, 1e-4);
    }
    for (size_t p = 0; p < many.list.total; p++) /* one's gradients have added up */
        assert_close((double)many.gradients[p], (double)one.gradients[p], 2e-3, 1e-3);
    layer_fixture_free(&many);
    layer_fixture_free(&one);
}

static void chunks_add_up(void **state)
{
    chunks_of_add_up(*state, 0);
}

/* Gradients stop at every 7th step, which no chunk is a multiple of, and h_0 and c_0 learn. */
static void truncated_chunks_add_up(void **state)
{
    chunks_of_add_up(*state, 7);
}

/* clang-format off */
#define EACH(sentence, test)                                                                   \
    { .name = sentence "_elman", .test_func = test, .initial_state = (void *)&cells[0] },      \
    { .name = sentence "_gru", .test_func = test, .initial_state = (void *)&cells[1] },        \
    { .name = sentence "_lstm", .test_func = test, .initial_state = (void *)&cells[2] }
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH("a_cell_is_its_equations", a_cell_is_its_equations),
        EACH("symbols_are_the_rows_they_stand_for", symbols_are_the_rows_they_stand_for),
        EACH("chunks_add_up", chunks_add_up),
        EACH("truncated_chunks_and_a_learned_state_add_up", truncated_chunks_add_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
