/*
 * stage.h - a view that draws in memory, and remembers what it wished for. A fixture for tests
 * of the window: real events go in, state, wishes and pixels are looked at.
 */
#ifndef TESTS_VIZ_WINDOW_STAGE_H
#define TESTS_VIZ_WINDOW_STAGE_H

#include <SDL.h>
#include <stdbool.h>

#include "tests/viz/window/synthetic.h"
#include "viz/window/view.h"

enum { STAGE_WISHES = 8 };

struct stage {
    const void *row; /* the initial_state of the test */
    SDL_Surface *surface;
    SDL_Renderer *renderer;
    struct canvas *canvas;
    struct view view;
    struct snapshot snapshot;
    struct lesson lesson;
    struct wish wishes[STAGE_WISHES];
    int wished;
    bool busy; /* refuse wishes */
};

/*
 * cmocka's fixtures: *state becomes a struct stage of 1280 x 720, showing elman against a
 * transformer with two heads on adding, T = 50, at step 600, one frame drawn.
 */
int stage_setup(void **state);
int stage_teardown(void **state);

/* Exchange the snapshot for another one, or the surface for one of another size; draws. */
void stage_show(struct stage *stage, const struct synthetic *wish);
void stage_resize(struct stage *stage, int w, int h, double scale);

/* Draw a frame, with whatever was changed in the snapshot. */
void stage_draw(struct stage *stage);

/* Real SDL events, through SDL's queue. */
void stage_key(struct stage *stage, SDL_Keycode key, SDL_Keymod modifiers);
void stage_move(struct stage *stage, int x, int y);
void stage_click(struct stage *stage, int x, int y);
void stage_wheel(struct stage *stage, int turned);
void stage_wheel_at(struct stage *stage, int x, int y, int turned);

/* Button down at the first point, moved to the second, up there. */
void stage_drag(struct stage *stage, int x0, int y0, int x1, int y1);

/* Letters, as they come from a keyboard. */
void stage_letters(struct stage *stage, const char *letters);

/* Click the middle of what was drawn for that action. Fails the test if there is no such thing.
 * */
void stage_press(struct stage *stage, enum action action, int arm, long value);

/*
 * Let the snapshot say that both arms have written so many symbols, "0" to "4" in turn, number k
 * with probability (k % 5) / 4; and show them, in the tab that has them.
 */
void stage_write(struct stage *stage, int count);

/* What was drawn at a pixel, 0xRRGGBB. */
unsigned stage_pixel(const struct stage *stage, int x, int y);
unsigned stage_rgb(struct colour colour);

/* Fail the test unless exactly one wish was made since the last call; returns it. */
const struct wish *stage_one_wish(struct stage *stage);

/* Where the enlarged head of a column is: the lower part without tabs and title. */
struct rect stage_lower_plot(const struct stage *stage, int column);

/* Where the bars of a column's gradient panel are: the plot without title and legend. */
struct rect stage_gradient_plot(const struct stage *stage, int column);

#endif
