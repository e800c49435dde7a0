/*
 * weights_file.h - the weights of one arm alone, for others to use: PyTorch's names and
 * layouts.
 *
 * The metadata says what they are: duet, arm, model, task, step, and the digest of all of it.
 * Files of others are read too: of the metadata they need only the step.
 */
#ifndef LESSONS_WEIGHTS_FILE_H
#define LESSONS_WEIGHTS_FILE_H

#include "common/files/safetensors.h"
#include "lessons/lab.h"

/* In one step (atomic_file.h). */
enum status weights_file_write(const char *path, const struct lab *lab,
                               const struct lab_arm *arm, struct error *error);

/*
 * Weights and step into the arm. STATUS_FILE: a tensor too many or too few, another shape or
 * type, a number that is not finite, another arm, model or task, or a step that cannot be; the
 * arm is untouched then.
 */
enum status weights_file_read(const char *path, const struct lab *lab, struct lab_arm *arm,
                              struct error *error);

/* A parameter as a tensor of that name; values is the block that it has its place in. */
struct safetensors_tensor weights_file_tensor(const struct parameter *parameter,
                                              const char *name, const real *values);

/* STATUS_FILE with the first of `count` elements that is not finite, if there is one. */
enum status weights_file_check_finite(const real *values, size_t count, const char *name,
                                      const char *path, struct error *error);

/*
 * The tensor of that name into the parameter's place in the block `values`; NULL only looks.
 * STATUS_FILE: missing, another type or shape, a number that is not finite.
 */
enum status weights_file_take(const struct safetensors *file, const char *name,
                              const struct parameter *parameter, real *values, const char *path,
                              struct error *error);

#endif
