/*
 * theme.h - every colour of the window, and what it means.
 *
 * Two scales, never one for the other: signed values (states, weights) diverge from the
 * background, orange below zero and blue above, so that nothing is drawn where nothing is;
 * shares (attention, gates) and magnitudes go through viridis. Arms have the colours of Okabe
 * and Ito, which lie off both scales and stay apart for colour-blind readers, and a dash
 * pattern besides.
 */
#ifndef VIZ_WINDOW_THEME_H
#define VIZ_WINDOW_THEME_H

#include <stdint.h>

struct colour {
    uint8_t r, g, b, a;
};

/* Lengths of ink and gap along a line, in units of the UI scale; { 0 } is a solid line. */
struct dashes {
    double on, off;
};

enum { THEME_ARMS = 4 };

struct theme {
    struct colour window; /* behind the panels */
    struct colour panel;  /* of a panel; the zero of signed values */
    struct colour raised; /* a button */
    struct colour hover;  /* a button under the mouse */
    struct colour grid;   /* lines that only help the eye */
    struct colour edge;   /* frames, axes */
    struct colour text;
    struct colour dim;   /* labels */
    struct colour faint; /* what may be overlooked, hatching */
    struct colour accent;
    struct colour mark; /* outlines marked steps */
    struct colour good;
    struct colour bad;
    struct colour arm[THEME_ARMS]; /* elman, lstm, gru, transformer */
};

/*
 * The dark one has the colours of Okabe and Ito as they are; on white paper their yellow and sky
 * blue cannot be read, so the light one has the same hues, darker.
 */
extern const struct theme theme_dark, theme_light;

/*
 * The colour of an arm, from its model; grey for a model that has none. "gru+attention" has
 * gru's, paler.
 */
struct colour theme_arm_colour(const struct theme *theme, const char *model);

/* How the arm of that number is dashed. */
struct dashes theme_arm_dashes(int arm);

/* -1 .. 1, clamped: orange, the panel's background at exactly 0, blue. NaN is the background
 * too. */
struct colour theme_diverging(const struct theme *theme, double value);

/* 0 .. 1, clamped: viridis. NaN is the panel's background. */
struct colour theme_viridis(const struct theme *theme, double share);

/* What colour is at `share` of the way from one to the other; alpha too. */
struct colour theme_between(struct colour from, struct colour to, double share);

/* The same colour at another opacity, 0 .. 255. */
struct colour theme_fade(struct colour colour, int alpha);

/* 0xAARRGGBB, as pixels of an image are kept. */
uint32_t theme_argb(struct colour colour);

#endif
