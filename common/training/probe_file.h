/*
 * probe_file.h - what a probe saw, as a safetensors file for other programs.
 *
 *     input, target    (B, T) tokens as I64, or (B, T, features) numbers; targets -100 where
 *                      not scored
 *     logits           (B, T_out, V)       T_out: T, or 1 for a task that answers at the end
 *     loss             (1) the mean over the sample's scored outputs
 *     layers.N.hidden | cell | gate.i | residual (B, T, units)
 *     layers.N.attention (B, head, query, key)
 *     gradient.NAME    of the loss on each of them; gradient.input of tokens: on the one-hot
 *
 * T is the task's number of steps; a shorter sequence is padded behind its end, where nothing
 * counts.
 */
#ifndef COMMON_TRAINING_PROBE_FILE_H
#define COMMON_TRAINING_PROBE_FILE_H

#include <stdbool.h>

#include "common/files/safetensors.h"
#include "common/training/probe.h"

/*
 * Write the probe's last probe_run to path, with the caller's metadata. STATUS_FILE if it
 * cannot be written; the old file then stands.
 */
enum status probe_file_write(const struct probe *probe, const char *path,
                             const struct safetensors_metadata *metadata, size_t metadata_count,
                             struct error *error);

/*
 * The same with only what belongs to `layer`: a layer's number, "1"; the beginning of names up
 * to a point, "layers.1" or "layers.1.gate"; or a whole name, "logits". NULL: everything.
 * STATUS_USAGE: there is none, with the names there are.
 */
enum status probe_file_write_layer(const struct probe *probe, const char *layer,
                                   const char *path,
                                   const struct safetensors_metadata *metadata,
                                   size_t metadata_count, struct error *error);

/* Does that entry of a probe's trace belong to `layer`? */
bool probe_file_selects(const char *layer, const char *name);

#endif
