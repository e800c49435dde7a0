/*
 * checkpoint_table.h - what a checkpoint consists of: the two halves of checkpoint.h share it.
 *
 * To make something part of every checkpoint, add its line to a table of checkpoint_table.c:
 * a number of the lab, a number of an arm, or an array as long as an arm's parameters.
 */
#ifndef LESSONS_CHECKPOINT_TABLE_H
#define LESSONS_CHECKPOINT_TABLE_H

#include "lessons/checkpoint_number.h"
#include "lessons/lab.h"

enum { CHECKPOINT_KEY_MAX = 96, CHECKPOINT_NAME_MAX = PARAMETER_NAME_MAX + 64 };

/* The numbers of struct lab and of struct lab_arm. */
const struct number *checkpoint_lab_numbers(int *count);
const struct number *checkpoint_arm_numbers(int *count);

/* How many blocks an arm may have, and number `block` of this arm: NULL if it has it not. */
int checkpoint_blocks(void);
real *checkpoint_block(const struct lab_arm *arm, int block);

/* "left.weights.core.weight_ih_l0". */
void checkpoint_tensor_name(char name[CHECKPOINT_NAME_MAX], const struct lab_arm *arm,
                            int block, const struct parameter *parameter);

/* May a lab differ from its checkpoint in that key of its configuration? */
bool checkpoint_key_is_free(const char *key);

/* One entry of the metadata. */
struct checkpoint_word {
    char key[CHECKPOINT_KEY_MAX];
    char value[NUMBER_ROOM];
};

/* A zeroed list is an empty one. */
struct checkpoint_words {
    struct checkpoint_word *items;
    int count;
};

/*
 * All words of a checkpoint of this lab, in the order of the file; the last is the digest, "".
 */
enum status checkpoint_words_make(struct checkpoint_words *words, const struct lab *lab,
                                  struct error *error);
void checkpoint_words_free(struct checkpoint_words *words);

#endif
