#include "viz/window/keys.h"

#include <stddef.h>

#include <SDL.h>

#include "common/layers/edit.h"
#include "lessons/lab.h"

static const struct key keys[] = {
    { SDLK_SPACE, WITH_NOTHING, ACT_RUN, 0, 0, "Space", "train or pause, all arms", false },
    { SDLK_PERIOD, WITH_NOTHING, ACT_STEP, 0, 0, ".", "one step", true },
    { SDLK_LEFTBRACKET, WITH_NOTHING, ACT_STEP_ARM, 0, 0, "[  ]",
      "one step of the left, the right arm alone", true },
    { SDLK_RIGHTBRACKET, WITH_NOTHING, ACT_STEP_ARM, 0, 1, NULL, NULL, true },
    { SDLK_r, WITH_NOTHING, ACT_RESTART, 0, 0, "R", "restart with the same weights", false },
    { SDLK_r, WITH_SHIFT, ACT_NEW_SEED, 0, 0, "Shift-R", "restart with a new seed", false },
    { SDLK_LEFT, WITH_NOTHING, ACT_SAMPLE, 0, -1, "\u2190  \u2192",
      "the sequence before, the next one", true },
    { SDLK_RIGHT, WITH_NOTHING, ACT_SAMPLE, 0, 1, NULL, NULL, true },

    { SDLK_PAGEUP, WITH_NOTHING, ACT_MOMENT, 0, -1, "PgUp PgDn",
      "look back over training: a moment back, on", true },
    { SDLK_PAGEDOWN, WITH_NOTHING, ACT_MOMENT, 0, 1, NULL, NULL, true },
    { SDLK_HOME, WITH_NOTHING, ACT_LOOK, 0, 0, "Home  End", "look at step 0, at now", false },
    { SDLK_END, WITH_NOTHING, ACT_LOOK, 0, LAB_NOW, NULL, NULL, false },
    { SDLK_f, WITH_NOTHING, ACT_FORK, 0, FORK_SAME, "F", "fork: train on from where you look",
      false },
    { SDLK_f, WITH_SHIFT, ACT_FORK, 0, FORK_SLOWER, "Shift-F",
      "the same with a third of the learning rates", false },

    { SDLK_i, WITH_NOTHING, ACT_OWN_INPUT, -1, 0, "I", "type a sequence of your own", false },
    { SDLK_v, WITH_NOTHING, ACT_STATE_VIEW, 0, 0, "V", "gradient: input view or state view",
      false },
    { SDLK_v, WITH_SHIFT, ACT_SEED, 0, -1, "Shift-V", "gradient: unit or raw error", false },
    { SDLK_h, WITH_NOTHING, ACT_HEALTH, -1, 0, "H", "health: what is wrong, and what to try",
      false },
    { SDLK_1, WITH_NOTHING, ACT_NUMBER, 0, 0, "1 .. 9", "enlarge that attention head", false },
    { SDLK_2, WITH_NOTHING, ACT_NUMBER, 0, 1, NULL, NULL, false },
    { SDLK_3, WITH_NOTHING, ACT_NUMBER, 0, 2, NULL, NULL, false },
    { SDLK_4, WITH_NOTHING, ACT_NUMBER, 0, 3, NULL, NULL, false },
    { SDLK_5, WITH_NOTHING, ACT_NUMBER, 0, 4, NULL, NULL, false },
    { SDLK_6, WITH_NOTHING, ACT_NUMBER, 0, 5, NULL, NULL, false },
    { SDLK_7, WITH_NOTHING, ACT_NUMBER, 0, 6, NULL, NULL, false },
    { SDLK_8, WITH_NOTHING, ACT_NUMBER, 0, 7, NULL, NULL, false },
    { SDLK_9, WITH_NOTHING, ACT_NUMBER, 0, 8, NULL, NULL, false },
    { SDLK_k, WITH_NOTHING, ACT_KNOCK_OUT, -1, 0, "K",
      "knock the enlarged head out, or put it back", false },

    { SDLK_a, WITH_NOTHING, ACT_TOOL, 0, -1, "A", "attention: look, forbid, force a cell",
      false },
    { SDLK_a, WITH_SHIFT, ACT_AVERAGE, 0, 0, "Shift-A", "attention: this sequence, mean of 64",
      false },
    { SDLK_z, WITH_SHIFT, ACT_STATE_EDIT, -1, EDIT_STATE_ZERO, "Shift-Z  H  W",
      "the state at the chosen step: zero, hold, swap", false },
    { SDLK_h, WITH_SHIFT, ACT_STATE_EDIT, -1, EDIT_STATE_HOLD, NULL, NULL, false },
    { SDLK_w, WITH_SHIFT, ACT_STATE_EDIT, -1, EDIT_STATE_SET, NULL, NULL, false },

    { SDLK_z, WITH_NOTHING, ACT_ENLARGE, 0, -1, "Z",
      "enlarge gradient, states, lower part, none", false },
    { SDLK_EQUALS, WITH_NOTHING, ACT_ZOOM, 0, 1, "+  \u2212  0",
      "time axis: nearer, farther, all (or the wheel)", true },
    { SDLK_PLUS, WITH_NOTHING, ACT_ZOOM, 0, 1, NULL, NULL, true },
    { SDLK_PLUS, WITH_SHIFT, ACT_ZOOM, 0, 1, NULL, NULL, true },
    { SDLK_EQUALS, WITH_SHIFT, ACT_ZOOM, 0, 1, NULL, NULL, true },
    { SDLK_KP_PLUS, WITH_NOTHING, ACT_ZOOM, 0, 1, NULL, NULL, true },
    { SDLK_MINUS, WITH_NOTHING, ACT_ZOOM, 0, -1, NULL, NULL, true },
    { SDLK_KP_MINUS, WITH_NOTHING, ACT_ZOOM, 0, -1, NULL, NULL, true },
    { SDLK_0, WITH_NOTHING, ACT_ZOOM, 0, 0, NULL, NULL, false },
    { SDLK_LEFT, WITH_SHIFT, ACT_PAN, 0, -2, "Shift-\u2190  \u2192",
      "time axis: what is before, after", true },
    { SDLK_RIGHT, WITH_SHIFT, ACT_PAN, 0, 2, NULL, NULL, true },
    { SDLK_l, WITH_NOTHING, ACT_LOG, 0, 0, "L", "loss on a log or linear axis", false },
    { SDLK_x, WITH_NOTHING, ACT_RACE_X, 0, 0, "X",
      "curves over steps, examples, FLOPs, seconds", false },
    { SDLK_m, WITH_NOTHING, ACT_MORE, 0, 0, "M", "more controls", false },
    { SDLK_t, WITH_NOTHING, ACT_TEXT, 0, 0, "T", "lesson text: open, or one line", false },
    { SDLK_n, WITH_NOTHING, ACT_PAGE, 0, 1, "N  B", "lesson text: next page, the one before",
      true },
    { SDLK_b, WITH_NOTHING, ACT_PAGE, 0, -1, NULL, NULL, true },

    { SDLK_s, WITH_NOTHING, ACT_SAVE, 0, 0, "S", "picture of the panel under the pointer",
      false },
    { SDLK_s, WITH_SHIFT, ACT_SAVE, 0, 1, "Shift-S", "picture of the whole window", false },
    { SDLK_e, WITH_NOTHING, ACT_EXPORT, 0, 0, "E", "numbers of that panel, as CSV", false },
    { SDLK_s, WITH_CONTROL, ACT_SAVE_RUN, 0, 0, "Ctrl-S", "save the run, as a folder", false },
    { SDLK_o, WITH_CONTROL, ACT_RUNS, 0, 0, "Ctrl-O", "open a saved run", false },
    { SDLK_EQUALS, WITH_CONTROL, ACT_SCALE, 0, 1, "Ctrl +  \u2212  0",
      "everything larger, smaller, as it was", false },
    { SDLK_PLUS, WITH_CONTROL, ACT_SCALE, 0, 1, NULL, NULL, false },
    { SDLK_KP_PLUS, WITH_CONTROL, ACT_SCALE, 0, 1, NULL, NULL, false },
    { SDLK_MINUS, WITH_CONTROL, ACT_SCALE, 0, -1, NULL, NULL, false },
    { SDLK_KP_MINUS, WITH_CONTROL, ACT_SCALE, 0, -1, NULL, NULL, false },
    { SDLK_0, WITH_CONTROL, ACT_SCALE, 0, 0, NULL, NULL, false },
    { SDLK_l, WITH_CONTROL, ACT_LIGHT, 0, 0, "Ctrl-L", "dark on white, or white on dark",
      false },
    { SDLK_l, WITH_SHIFT, ACT_LANGUAGE, 0, 0, "Shift-L", "English, or Chinese", false },
    { SDLK_F1, WITH_NOTHING, ACT_HELP, 0, 0, "F1", "these keys", false },
    { SDLK_ESCAPE, WITH_NOTHING, ACT_BACK, 0, 0, "Esc",
      "take back changes; the list of lessons; back", false },
    { SDLK_q, WITH_CONTROL, ACT_QUIT, 0, 0, "Ctrl-Q", "quit", false },
    { SDLK_w, WITH_CONTROL, ACT_QUIT, 0, 0, NULL, NULL, false },
};

enum { KEYS = sizeof keys / sizeof *keys };

const struct key *keys_table(int *count)
{
    *count = KEYS;
    return keys;
}

const struct key *keys_find(int32_t code, bool shift, bool control)
{
    const enum key_with with = control ? WITH_CONTROL : shift ? WITH_SHIFT : WITH_NOTHING;

    for (int i = 0; i < KEYS; i++)
        if (keys[i].code == code && keys[i].with == with)
            return &keys[i];
    return NULL;
}
