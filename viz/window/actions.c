#include "viz/window/act.h"

static act *const handlers[ACTIONS] = {
    [ACT_RUN] = act_train,
    [ACT_STEP] = act_train,
    [ACT_STEP_ARM] = act_train,
    [ACT_SAMPLE] = act_train,
    [ACT_LOSS_AT] = act_train,
    [ACT_SEED] = act_train,

    [ACT_RESTART] = act_restart,
    [ACT_NEW_SEED] = act_restart,
    [ACT_LENGTH] = act_restart,
    [ACT_MODEL] = act_restart,

    [ACT_CONTROL] = act_control,
    [ACT_CONTROL_LESS] = act_control,
    [ACT_CONTROL_MORE] = act_control,
    [ACT_CONTROL_WORD] = act_control,
    [ACT_RAIL] = act_rail,

    [ACT_CLIP] = act_clip,

    [ACT_KNOCK_OUT] = act_edit,
    [ACT_EDITS_CLEAR] = act_edit,

    [ACT_HEAD_OUT] = act_attention,
    [ACT_TOOL] = act_attention,
    [ACT_CELL] = act_attention,
    [ACT_AVERAGE] = act_attention,
    [ACT_UNIT] = act_states,
    [ACT_STATE_EDIT] = act_states,

    [ACT_STATE_VIEW] = act_switch,
    [ACT_PART] = act_look,
    [ACT_THEORY] = act_switch,
    [ACT_HEALTH] = act_look,
    [ACT_ENTRY] = act_look,
    [ACT_LAYER] = act_look,
    [ACT_HEAD] = act_look,
    [ACT_NUMBER] = act_look,
    [ACT_ROW_SCALE] = act_switch,
    [ACT_NEXT_ARM] = act_look,
    [ACT_TAB] = act_look,
    [ACT_ENLARGE] = act_look,
    [ACT_LOG] = act_switch,
    [ACT_RACE_X] = act_switch,
    [ACT_TEXT] = act_switch,
    [ACT_MORE] = act_switch,
    [ACT_HELP] = act_switch,
    [ACT_SCROLL] = act_look,

    [ACT_PAGE] = act_lesson,
    [ACT_CHUNK] = act_lesson,
    [ACT_CHOOSE] = act_lesson,
    [ACT_OWN] = act_lesson,
    [ACT_LINK] = act_link,
    [ACT_SKETCH] = act_sketch,
    [ACT_OWN_INPUT] = act_predict,
    [ACT_FACE] = act_predict,
    [ACT_PROMPT] = act_predict,
    [ACT_TEMPERATURE] = act_predict,
    [ACT_TOP_K] = act_predict,
    [ACT_WRITE_SEED] = act_predict,
    [ACT_WRITE] = act_predict,

    [ACT_TENSOR] = act_weights,
    [ACT_BLOCK] = act_weights,

    [ACT_SCRUB] = act_past,
    [ACT_LOOK] = act_past,
    [ACT_MOMENT] = act_past,
    [ACT_FORK] = act_past,

    [ACT_ZOOM] = act_zoom,
    [ACT_PAN] = act_zoom,

    [ACT_LIGHT] = act_window,
    [ACT_LANGUAGE] = act_window,
    [ACT_SCALE] = act_window,
    [ACT_SAVE] = act_files,
    [ACT_EXPORT] = act_files,
    [ACT_SAVE_RUN] = act_files,
    [ACT_RUNS] = act_files,
    [ACT_OPEN_RUN] = act_files,
    [ACT_PICKER] = act_window,
    [ACT_LESSON] = act_window,
    [ACT_BACK] = act_window,
    [ACT_QUIT] = act_window,
};

void view_press(struct view *view, const struct hot *hot, const struct press *press)
{
    const enum action action = hot->action;

    const struct press before = view->press; /* a handler may ask for another action */

    view->dirty = true;
    if (handlers[action] == NULL)
        return;
    view->press = *press;
    handlers[action](view, action, hot->arm, hot->value);
    view->press = before;
}

void view_act(struct view *view, enum action action, int arm, long value)
{
    view_press(view, &(struct hot){ .action = action, .arm = arm, .value = value },
               &(struct press){ .kind = PRESS_KEY });
}
