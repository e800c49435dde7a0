/*
 * view.h - all state of the window, in one context: what is shown, where the mouse is, what is
 * folded.
 *
 * Events change the state (view_event), a frame draws it together with a snapshot (view_frame).
 * Neither waits for anything. Whatever can be pressed is noted while it is drawn (a hot
 * rectangle); a click looks up what it hit in the frame that the hand saw. A hot rectangle can
 * also be dragged, turned by the wheel, typed into, and reached by Tab, so that whatever a mouse
 * can do, keys can. Keys and clicks end in the same place, a handler of act.h, so each thing
 * that can be done is written once.
 *
 * The view owns no window and no lab. Wishes leave through a callback; what only the program
 * around it can do (open another lesson, save a picture) is left as a request.
 */
#ifndef VIZ_WINDOW_VIEW_H
#define VIZ_WINDOW_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "lessons/lesson.h"
#include "lessons/live.h"
#include "lessons/logbook.h"
#include "lessons/run_list.h"
#include "lessons/snapshot.h"
#include "viz/window/action.h"
#include "viz/window/attention_hand.h"
#include "viz/window/axes.h"
#include "viz/window/canvas.h"
#include "viz/window/hot.h"
#include "viz/window/layout.h"
#include "viz/window/rail.h"
#include "viz/window/reading.h"
#include "viz/window/seen.h"
#include "viz/window/spectrum.h"

union SDL_Event;

/* What the program around the view is asked to do. */
enum request {
    REQUEST_NONE,
    REQUEST_LESSON, /* open view->asked_lesson */
    REQUEST_PICKER, /* let the run wait, show the list */
    REQUEST_RETURN, /* from there to the run that waits */
    REQUEST_SAVE,   /* a picture of the panel that is meant, or of the window */
    REQUEST_SAVE_WINDOW,
    REQUEST_EXPORT,   /* the numbers of the panel that is meant */
    REQUEST_OPEN_RUN, /* open the run in view->asked_path */
    REQUEST_LOOK,     /* open a canvas of view->scale_steps and view->light */
    REQUEST_QUIT
};

enum screen { SCREEN_LAB, SCREEN_PICKER };

/* Where wishes go. Returns false when it could not take the wish. */
struct view_sink {
    bool (*wish)(void *context, const struct wish *wish);
    void *context;
};

enum { MESSAGE_MAX = 256, HOVER_TEXT_MAX = 96, HINT_MAX = 128 };

/* What the curves are drawn over. */
enum race_x { RACE_STEPS, RACE_EXAMPLES, RACE_FLOPS, RACE_SECONDS, RACE_UNITS };

/* A sequence of one's own, as it was typed last. */
struct own_input {
    char text[TYPED_MAX];
    bool sent;   /* what is said to be wrong now may be about it */
    long pinned; /* the sequence of the task that was shown before it */
};

/* How arms write, for all of them. */
struct writing_view {
    bool shown;             /* in place of the predictions */
    char prompt[TYPED_MAX]; /* "": the pinned sequence */
    double temperature;
    int top_k; /* 0: all */
    long seed;
};

/* Panels that say what is under the cursor. */
enum hover_text { HOVER_GRADIENT, HOVER_GRADIENT_MORE, HOVER_STATES, HOVER_LOWER, HOVER_TEXTS };

/* The plot that has the clip line, as it was drawn last. */
struct clip_view {
    struct rect area;
    struct value_axis axis;
    int from_y, grip; /* where the hand took it, and how far from the line; pixels */
    bool moved;       /* since then */
    char hint[160];
};

struct view {
    struct canvas *canvas; /* borrowed; may be exchanged between frames */
    struct view_sink sink;
    const struct lesson_list *lessons; /* borrowed; may be NULL */
    const struct logbook *logbook;     /* borrowed; NULL: nothing was visited or met */
    const struct lesson *lesson;       /* or an experiment of one; borrowed; NULL: neither */
    struct document *document;         /* owned: the lesson's text; may be NULL */
    enum language language;            /* that is wished */
    enum language text_language;       /* of the document: English where it has no other */
    struct link begun;  /* what began the experiment that the next snapshots may be of */
    bool lacks_letters; /* another language was wished, and there is no font of its letters */

    enum screen screen;
    int picked;     /* entry of the list under the keyboard */
    bool run_waits; /* while the list is shown: Escape goes back to it */
    enum layout_part enlarged;
    int zoom_first, zoom_count; /* of the time axis; count 0: all of it */
    int chosen_step;            /* by a hand, or -1 */
    bool theory;                /* its line over the gradient */
    bool card;                  /* what is wrong with arm number card_arm */
    int card_arm;
    struct clip_view clip;
    enum race_x race_x;
    bool state_view, row_scaled, linear_loss, text, more, help, light;
    int scale_steps; /* of a tenth, on top of the screen's own scale */
    int shown[2];    /* arms in the two columns */
    struct arm_view arm[ARMS_MAX];
    int scroll, scroll_most; /* of the text, in pixels */
    bool text_asked;         /* a hand folded or opened it: `text` holds whatever the height */
    struct reading reading[READINGS]; /* by the number of the lesson */
    struct sketch sketch;
    int pointed; /* enum link_panel + 1 that a link pointed at, until pointed_until_ms; or 0 */
    int pointed_arm; /* in that arm alone, or -1 */
    uint64_t pointed_until_ms;
    struct own_input own;
    struct writing_view writing;
    struct spectrum spectrum[2]; /* of both columns */

    int mouse_x, mouse_y;                            /* pixels of the output; -1 when outside */
    double mouse_scale;                              /* output pixels for one of the window's */
    int hover_step;                                  /* time step under the cursor, or -1 */
    int hover_column;                                /* in which column the mouse is, or -1 */
    char hover_text[2][HOVER_TEXTS][HOVER_TEXT_MAX]; /* of both columns; "" without a cursor */
    const struct hot *hover; /* what is under the mouse, in `hot`; NULL: nothing */

    struct attention_hand attention;
    unsigned long cleared; /* serial of the snapshot whose edits were taken back; 0: of none */

    struct press press; /* valid in a handler */
    bool held;          /* the mouse drags held_hot */
    struct hot held_hot;
    struct focus focus;
    struct typing typing;
    struct rail rail;

    struct rect hot_clip; /* what is noted is cut to that; width 0: it is not */
    struct hot *hot;      /* owned; as many as a frame needs */
    int hots, hot_capacity;
    struct layout layout; /* of the last frame */
    struct seen seen;
    struct wished wished;
    unsigned epoch; /* grows with every lesson: serials of two labs are not mixed up */

    char branch_hint[BRANCHES_MAX][HINT_MAX]; /* of the timeline's wedges */

    char message[MESSAGE_MAX]; /* in the status line until message_until_ms */
    bool message_bad;
    int busy_seconds; /* that the trainer has been at one step or look; 0: it answers */
    uint64_t now_ms, message_until_ms; /* the caller's clock */
    bool dirty;                        /* something changed since the last frame */
    enum request request;
    int asked_lesson; /* number, of REQUEST_LESSON */
    char asked_path[LIVE_PATH_MAX];
    bool runs_shown;
    struct run_list runs; /* as it was when runs_shown began */
};

/* Begin with an empty view that draws on that canvas. sink.wish may be NULL. */
void view_init(struct view *view, struct canvas *canvas, struct view_sink sink);
void view_free(struct view *view); /* safe on a zeroed view; the canvas stays */

/*
 * Speak that language from now on, if there are letters for it: read the lesson's text in it
 * again, on the same page and with the answers that were given.
 */
void view_speak(struct view *view, enum language language);

/* Show a lab: of a lesson (its README is read), or of none. Selections start anew. */
void view_open_lab(struct view *view, const struct lesson *lesson);
void view_open_picker(struct view *view, const struct lesson_list *lessons);

/* From the list back to the lab that was left, as it was left. */
void view_return(struct view *view);

/* Take one event in. Sets view->dirty if anything may look different. */
void view_event(struct view *view, const union SDL_Event *event);

/* Do it, as by a key. */
void view_act(struct view *view, enum action action, int arm, long value);

/* Do what the hot rectangle is for, in that way. */
void view_press(struct view *view, const struct hot *hot, const struct press *press);

/*
 * For handlers of PRESS_ENTRY: let something be typed at the hot rectangle, beginning with that
 * text, all selected. It ends in a PRESS_TYPED of the hot's action, arm and value, or in nothing.
 */
void view_type(struct view *view, const struct hot *hot, const char *text);

/* Draw one frame of w x h pixels. snapshot NULL: the lab has not shown anything yet. */
void view_frame(struct view *view, const struct snapshot *snapshot, int w, int h);

/* A line for the status line, for a few seconds. */
void view_say(struct view *view, bool bad, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The lengths offered, shortest first, all possible for the task; returns how many. */
enum { VIEW_LENGTHS_MAX = 4 };
int view_lengths(const struct view *view, int lengths[VIEW_LENGTHS_MAX]);

/* The models that the left arm can be changed to. */
enum { VIEW_MODELS = 3 };
extern const char *const view_models[VIEW_MODELS];

/* For panels: note that this part of the screen can be pressed. True if the mouse is on it. */
bool view_hot(struct view *view, struct hot hot);

/* The hot rectangle that has the focus, in view->hot; NULL: none. */
const struct hot *view_focused(const struct view *view);

/* What was drawn last at that place: only those that the wheel turns, if `wheel`. Or NULL. */
const struct hot *view_hot_at(const struct view *view, int x, int y, bool wheel);

/* The part of the time axis that a column shows. */
struct time_axis view_axis(const struct view *view, int column, int steps);

/* How far the lesson that is open has been read. */
struct reading *view_reading(struct view *view);

/* Pages of its text: the chunks, and the claims if there are any. */
int view_pages(const struct view *view);

/* True if the mouse is in the rectangle. */
bool view_over(const struct view *view, struct rect rect);

#endif
