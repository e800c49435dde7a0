/*
 * mask.h - which steps a step may look at.
 */
#ifndef TRANSFORMER_MASK_H
#define TRANSFORMER_MASK_H

enum attention_mask {
    ATTENTION_CAUSAL,   /* itself and all earlier ones: j <= i */
    ATTENTION_FULL,     /* every one: a bidirectional layer */
    ATTENTION_WINDOW,   /* the last w: i - w < j <= i */
    ATTENTION_BLOCK,    /* causal, inside its own block of b steps: truncation */
    ATTENTION_STRIDED,  /* the last s, and every s-th before them */
    ATTENTION_TWO_LEVEL /* its own block causally, and the mean of each finished block of b */
};

#endif
