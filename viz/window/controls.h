/*
 * controls.h - every control of the rail, in one table: which key of the configuration it sets,
 * how it is drawn, how far its bar goes, and one line that explains it.
 */
#ifndef VIZ_WINDOW_CONTROLS_H
#define VIZ_WINDOW_CONTROLS_H

#include "lessons/adjust.h"
#include "viz/window/view.h"

enum control_kind {
    CONTROL_SLIDER,  /* a number: drag, wheel for fine, type for exact */
    CONTROL_STEPPER, /* a small whole number between two buttons */
    CONTROL_CHOICE   /* a word of a few */
};

/* Ends of a bar that the key's or the task's own range decides. */
#define CONTROL_RANGE 0.0

struct control {
    const char
        *section; /* "task", "arm" or "training": the groups of the rail, in this order */
    const char *key;
    const char *label;
    enum control_kind kind;
    double from, to;  /* ends of the bar; both CONTROL_RANGE: as far as the key goes */
    double step;      /* of the wheel where the bar is linear; 0: the bar is logarithmic */
    const char *zero; /* what a 0 below the bar is called: "off"; NULL: there is no 0 */
    const char *hint; /* without a full stop */
};

/* All of them, in the order in which they are drawn; *count of them. */
const struct control *controls_table(int *count);

/* The number of that control; -1: there is none. */
int controls_find(const char *section, const char *key);

/* "left.heads", as adjust.h has it. Returns name. */
enum { CONTROL_NAME_MAX = 2 * CONFIG_WORD_MAX };
const char *control_name(const struct control *control, int arm, char name[CONTROL_NAME_MAX]);

/* The configuration to show: with what is under the hand, else wished, else seen. */
const struct lab_config *controls_config(const struct view *view);

/*
 * The number as it counts: 0 that stands for a default replaced by it, and then *is_default.
 */
double control_number(const struct view *view, const struct control *control, int arm,
                      const struct lab_config *config, bool *is_default);

/* The value in words, as it is shown. */
void control_text(const struct view *view, const struct control *control, int arm,
                  const struct lab_config *config, char text[RAIL_VALUE_MAX]);

/* How much of the bar a number fills, 0..1, and the number at such a share, rounded to what a
 * hand can mean: coarse or fine. */
double control_share(const struct control *control, const struct lab_config *config,
                     const char *name, double number);
double control_at(const struct control *control, const struct lab_config *config,
                  const char *name, double share, bool fine);

/* The number so many notches of the wheel on. */
double control_turned(const struct control *control, const struct lab_config *config,
                      const char *name, double number, double notches, bool fine);

/* A number as config_set takes it: three digits are enough for a hand. */
void control_write(const struct control *control, double number, char text[RAIL_VALUE_MAX]);

/* Does setting it begin anew? */
enum control_effect {
    EFFECT_AT_ONCE,
    EFFECT_RESTART,
    EFFECT_EITHER /* some of its words do */
};
enum control_effect control_effect(const struct control *control, int arm,
                                   const struct lab_config *config);

#endif
