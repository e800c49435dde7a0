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
 */
#ifndef COMMON_TRAINING_PROBE_FILE_H
#define COMMON_TRAINING_PROBE_FILE_H

#include "common/files/safetensors.h"
#include "common/training/probe.h"

/*
 * Write the probe's last probe_run to path, with the caller's metadata. STATUS_FILE if it
 * cannot be written; the old file then stands.
 */
enum status probe_file_write(const struct probe *probe, const char *path,
                             const struct safetensors_metadata *metadata, size_t metadata_count,
                             struct error *error);

#endif
