/*
 * small_run.h - folders of runs: written, gone on with, compared.
 */
#ifndef TESTS_LESSONS_SMALL_RUN_H
#define TESTS_LESSONS_SMALL_RUN_H

#include "common/files/digest.h"
#include "lessons/run.h"
#include "tests/common/files/scratch.h"
#include "tests/lessons/small_lab.h"

enum { RUN_FILE_MAX = 2 * SCRATCH_PATH_MAX };

/* folder/name. */
void run_file(char path[RUN_FILE_MAX], const char *folder, const char *name);

/* A new run in the folder, trained up to that step, reported, saved and closed. */
void run_write(const char *folder, const struct lab_config *config, long step);

/* The same run gone on with up to that step of config's (NULL: as run.ini says). */
void run_continue(const char *folder, const struct lab_config *config, long step);

/* SHA-256 of the names and bytes of all that is in the folder. */
void folder_digest(char text[DIGEST_TEXT_MAX], const char *folder);

/*
 * Two folders hold the same weights and checkpoints but for the seconds, and the same metrics.
 */
void assert_same_run(const char *folder, const char *other);

/*
 * Write a safetensors file again with its tensors and metadata changed by `change` (may be
 * NULL) and a digest that is right, so that only the change can be the reason for what follows.
 */
enum { REWRITE_MAX = 512 };

struct rewriting {
    struct safetensors_tensor tensors[REWRITE_MAX];
    struct safetensors_metadata words[REWRITE_MAX];
    size_t tensor_count, word_count;
};

typedef void run_change(struct rewriting *rewriting);
void rewrite_file(const char *path, run_change *change);

/* The tensor or word of that name; fails the test if there is none. */
struct safetensors_tensor *rewriting_tensor(struct rewriting *rewriting, const char *name);
struct safetensors_metadata *rewriting_word(struct rewriting *rewriting, const char *key);

#endif
