/*
 * layer_properties.h - what must hold for every layer, whatever it computes: tests whose state
 * is a struct layer_case, and one whose state is a struct layer_form.
 */
#ifndef TESTS_LAYER_PROPERTIES_H
#define TESTS_LAYER_PROPERTIES_H

#include <stdint.h>

#include "tests/layer_fixture.h"

void forward_twice_gives_the_same_bits(void **state);
void backward_overwrites_dx_and_adds_to_the_gradients(void **state);
void parameter_gradients_are_the_same_without_dx(void **state);
void a_batch_gives_the_bits_of_its_sequences(void **state);

/* Of layers that are causal: all of ours. */
void an_input_changes_no_earlier_output(void **state);
void an_output_gives_later_inputs_no_gradient(void **state);

/* One tensor, as PyTorch names and initialises it. */
struct tensor_form {
    const char *name;  /* NULL ends a list */
    int rows, columns; /* columns 0: a vector */
    double bound;      /* U(-bound, bound); 0: see value; INFINITY: normal, not looked at */
    double value;      /* the constant, where bound is 0 */
};

struct layer_form {
    struct layer_case sizes;
    struct tensor_form tensors[13];
    long parameters;
    double flops; /* forward, of one sequence of sizes.steps */
};

/* In that order; and the closed forms of their number and of the work. */
void tensors_and_work_are_as_expected(void **state);

/* clang-format off */
#define LAYER_PROPERTY(property, layer, ...)                                          \
    { .name = layer "_" #property, .test_func = property,                            \
      .initial_state = &(struct layer_case){ __VA_ARGS__ } }

#define LAYER_PROPERTIES(layer, ...)                                                  \
    LAYER_PROPERTY(forward_twice_gives_the_same_bits, layer, __VA_ARGS__),            \
    LAYER_PROPERTY(backward_overwrites_dx_and_adds_to_the_gradients, layer, __VA_ARGS__), \
    LAYER_PROPERTY(parameter_gradients_are_the_same_without_dx, layer, __VA_ARGS__),  \
    LAYER_PROPERTY(a_batch_gives_the_bits_of_its_sequences, layer, __VA_ARGS__),      \
    LAYER_PROPERTY(an_input_changes_no_earlier_output, layer, __VA_ARGS__),           \
    LAYER_PROPERTY(an_output_gives_later_inputs_no_gradient, layer, __VA_ARGS__)

#define LAYER_FORM(layer, form)                                                       \
    { .name = layer "_tensors_and_work_are_those_of_pytorch",                         \
      .test_func = tensors_and_work_are_as_expected,                                  \
      .initial_state = (void *)(uintptr_t)&form }
/* clang-format on */

#endif
