/*
 * action.h - everything that a hand can do in the window, and the numbers that some of it takes.
 */
#ifndef VIZ_WINDOW_ACTION_H
#define VIZ_WINDOW_ACTION_H

/* `arm` and `value` of a hot rectangle (hot.h) are what the comment says, else unused. */
enum action {
    ACT_NONE, /* something with a hint, but nothing to press */
    ACT_RUN,  /* run or pause */
    ACT_STEP,
    ACT_STEP_ARM, /* one step of the arm in column `value` alone */
    ACT_RESTART,
    ACT_NEW_SEED,
    ACT_LENGTH,       /* restart with task.length = value */
    ACT_MODEL,        /* restart, the arm's model is number `value` of view_models */
    ACT_CONTROL,      /* control `value` of controls.h, of the arm of that number */
    ACT_CONTROL_LESS, /* its value before this one */
    ACT_CONTROL_MORE, /* its next value */
    ACT_CONTROL_WORD, /* word value / controls of control value % controls */
    ACT_RAIL,         /* the controls, by the wheel; value 1: by the bar beside them */
    ACT_SAMPLE,       /* pin the sequence `value` further */
    ACT_LOSS_AT,      /* gradients from the output at step `value`; -1: all */
    ACT_STATE_VIEW,   /* input view or state view of the gradient */
    ACT_SEED,         /* gradients of the raw error (1), a unit one (0), the other (-1) */
    ACT_PART,         /* the arm's state view shows part `value` of it; 0: all of it */
    ACT_THEORY,       /* theory's line over the gradient */
    ACT_CLIP,         /* training.clip: dragged, turned or typed */
    ACT_HEALTH,       /* a card about the arm (-1: the one worst off), or none */
    ACT_ENTRY,        /* the arm's states panel shows trace entry number `value` */
    ACT_LAYER,        /* the arm shows layer `value` */
    ACT_HEAD,         /* the arm enlarges head `value`, counted through all layers */
    ACT_NUMBER,       /* the same in every arm that has so many heads */
    ACT_EDITS_CLEAR,  /* whatever a hand changed in the pinned sequence is as it was */
    ACT_KNOCK_OUT,    /* the enlarged head of the arm (-1: of both columns) out, or back */
    ACT_HEAD_OUT,     /* head `value` of the arm out, or back */
    ACT_TOOL,         /* in attention maps a click means `value`; -1: the next tool */
    ACT_CELL,         /* a cell of the arm's attention map, in column `value` */
    ACT_AVERAGE,      /* attention of this sequence, or the mean of 64 */
    ACT_UNIT,         /* a unit of the arm's states and a step chosen, or let go */
    ACT_STATE_EDIT,   /* the arm's state (-1: of both columns), act_states_value */
    ACT_ROW_SCALE,    /* attention's colours over each row's own range, or 0..1 */
    ACT_OWN_INPUT,    /* a sequence of one's own is typed */
    ACT_FACE,         /* the prediction panel shows predictions (value 0) or writing (1) */
    ACT_PROMPT,       /* what arms go on from is typed */
    ACT_TEMPERATURE,  /* of writing */
    ACT_TOP_K,        /* of writing */
    ACT_WRITE_SEED,   /* of writing */
    ACT_WRITE,        /* arms write: begin (value 0), rest (1), go on (2) */
    ACT_TENSOR,       /* the arm shows the tensor `value` further */
    ACT_BLOCK,        /* the arm shows the rows of gate `value` */
    ACT_NEXT_ARM,     /* column `arm` shows the next arm */
    ACT_TAB,          /* the lower part of the arm shows tab `value` */
    ACT_ENLARGE,      /* part `value` of the columns large, or as it was; -1: the next part */
    ACT_ZOOM,         /* the time axis: `value` notches nearer; 0: everything */
    ACT_PAN,          /* the time axis: `value` tenths of what is shown to the right */
    ACT_SCROLL,       /* the lesson's text, by the wheel */
    ACT_PAGE,         /* the lesson's text: `value` pages on */
    ACT_CHUNK,        /* page `value` of it */
    ACT_LINK,         /* what link `value` of the text says */
    ACT_CHOOSE,       /* choice `value` of prediction `arm`; -1: skip it */
    ACT_SKETCH,       /* the curve of prediction `arm`: enum sketch_act */
    ACT_OWN,          /* restart with the lesson's own settings */
    ACT_LOG,          /* losses on a log or a linear axis */
    ACT_RACE_X,       /* the next unit of what the curves are drawn over */
    ACT_SCRUB,        /* the timeline: look at the moment under the hand, or turn to another */
    ACT_LOOK,         /* look at the moment nearest to step `value`; LAB_NOW: at the present */
    ACT_MOMENT,       /* `value` moments later */
    ACT_FORK,         /* go on from the moment looked at, in the way of enum fork_way `value` */
    ACT_TEXT,         /* lesson text on or off */
    ACT_MORE,         /* the rest of the controls */
    ACT_HELP,
    ACT_LIGHT,    /* dark on white, or white on dark */
    ACT_LANGUAGE, /* the next one */
    ACT_SCALE,    /* everything larger (value 1), smaller (-1) or as it was (0) */
    ACT_SAVE,     /* a picture of the panel under the mouse; value 1: of the window */
    ACT_EXPORT,   /* the numbers of the panel under the mouse */
    ACT_SAVE_RUN, /* the run, as a folder */
    ACT_RUNS,     /* the list of runs in the current folder */
    ACT_OPEN_RUN, /* number `value` of it, or VIEW_TYPED_RUN */
    ACT_PICKER,
    ACT_LESSON, /* open entry `value` of the list of lessons */
    ACT_BACK,   /* Escape */
    ACT_QUIT,
    ACTIONS
};

enum { VIEW_TYPED_RUN = -1 /* of ACT_OPEN_RUN: its path is typed */ };

/* Of ACT_FORK: what is different in a run that is forked. */
enum fork_way { FORK_SAME, FORK_SLOWER, FORK_FASTER, FORK_CLIP /* on or off */ };

#endif
