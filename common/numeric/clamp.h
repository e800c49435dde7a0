/*
 * clamp.h - a number held between two others, least <= most: the one that it is beyond, if it is
 * beyond one.
 */
#ifndef COMMON_NUMERIC_CLAMP_H
#define COMMON_NUMERIC_CLAMP_H

#include <math.h>

static inline int clamp_int(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

/* A NaN is held at `least`. */
static inline double clamp(double value, double least, double most)
{
    return fmin(fmax(value, least), most);
}

#endif
