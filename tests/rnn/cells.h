/* cells.h - the three recurrent layers of a layer_case, for tests that treat them alike. */
#ifndef TESTS_RNN_CELLS_H
#define TESTS_RNN_CELLS_H

#include "tests/layer_fixture.h"

enum { CELL_DEPTH = 1 };

/*
 * A create of struct layer_case, of depth CELL_DEPTH. With `cut` the gradient stops at multiples
 * of so many steps, and the first state is learned.
 */
struct layer *cell_elman(const struct layer_case *sizes);
struct layer *cell_gru(const struct layer_case *sizes);
struct layer *cell_lstm(const struct layer_case *sizes);

#endif
