#include "viz/window/controls.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/numeric/clamp.h"
#include "common/tasks/task.h"
#include "lessons/change.h"
#include "lessons/models.h"
#include "viz/window/act.h"
#include "viz/window/format.h"

/* What 0 takes of a bar that has one. */
static const double ZERO_SHARE = 0.05;

/* clang-format off */
static const struct control controls[] = {
    { "task", "name", "task", CONTROL_CHOICE,
      .hint = "What is learned: duet list tasks explains each" },
    { "task", "length", "length", CONTROL_SLIDER, .hint = "How long a sequence is" },
    { "task", "shortest", "shortest", CONTROL_SLIDER,
      .hint = "Sequences are drawn from this length up" },
    { "task", "symbols", "vocabulary", CONTROL_SLIDER, .hint = "How many different symbols" },
    { "task", "items", "items", CONTROL_SLIDER,
      .hint = "Pairs to remember, or numbers in each step of drive" },
    { "task", "fewest", "fewest pairs", CONTROL_SLIDER,
      .hint = "Pairs of the easiest batches in training" },
    { "task", "distance", "distance", CONTROL_SLIDER,
      .hint = "Steps between what is asked and the answer" },
    { "task", "scored", "scored", CONTROL_CHOICE,
      .hint = "In the loss: the answer for every prefix, or the last one alone" },

    { "arm", "model", "net", CONTROL_CHOICE,
      .hint = "The model that learns: duet list models explains each" },
    { "arm", "layers", "layers", CONTROL_STEPPER, .hint = "How many layers, one on another" },
    { "arm", "hidden", "hidden", CONTROL_SLIDER, .from = 1, .to = 512,
      .hint = "Width of the hidden state" },
    { "arm", "width", "width", CONTROL_SLIDER, .from = 1, .to = 512,
      .hint = "Width of the embedding; of everything in a transformer" },
    { "arm", "heads", "heads", CONTROL_STEPPER,
      .hint = "Attention heads: each takes an equal part of the width" },
    { "arm", "positions", "positions", CONTROL_CHOICE,
      .hint = "How a transformer knows where a token stands" },
    { "arm", "mask", "mask", CONTROL_CHOICE, .hint = "What a token may look at" },
    { "arm", "span", "span", CONTROL_SLIDER, .from = 1, .to = 256,
      .hint = "Tokens of the mask's window or block, or its stride" },
    { "arm", "direction", "reads", CONTROL_CHOICE,
      .hint = "Forward, or from both ends, which is twice as wide" },
    { "arm", "initial", "weights", CONTROL_CHOICE,
      .hint = "How weights are drawn before the first step" },
    { "arm", "gain", "gain", CONTROL_SLIDER, .from = 0, .to = 2, .step = 0.05,
      .hint = "Factor of the orthogonal or identity recurrent matrix" },
    { "arm", "forget_bias", "forget bias", CONTROL_SLIDER, .from = 0, .to = 5, .step = 0.1,
      .zero = "\u2248 0", .hint = "First bias of the lstm's forget gate: above 0 it remembers" },
    { "arm", "learning_rate", "learning rate", CONTROL_SLIDER, .from = 1e-5, .to = 1,
      .hint = "How far one step goes" },

    { "training", "match", "match", CONTROL_CHOICE,
      .hint = "What both arms have as much of: widths are chosen so" },
    { "training", "match_reference", "size from", CONTROL_CHOICE,
      .hint = "The arm whose size the others take" },
    { "training", "optimizer", "optimizer", CONTROL_CHOICE,
      .hint = "How gradients become steps" },
    { "training", "clip", "clip", CONTROL_SLIDER, .from = 0.01, .to = 100, .zero = "off",
      .hint = "Largest norm of the whole gradient: a longer one is shortened" },
    { "training", "batch", "batch", CONTROL_SLIDER, .from = 1, .to = 512,
      .hint = "Sequences in each step" },
    { "training", "pace", "pace", CONTROL_CHOICE,
      .hint = "What the arms spend alike: steps, operations or time" },
    { "training", "seed", "seed", CONTROL_STEPPER, .hint = "Of the weights and of all data" },
};
/* clang-format on */
enum { CONTROLS = sizeof controls / sizeof *controls };

const struct control *controls_table(int *count)
{
    *count = CONTROLS;
    return controls;
}

int controls_find(const char *section, const char *key)
{
    for (int i = 0; i < CONTROLS; i++)
        if (strcmp(controls[i].section, section) == 0 && strcmp(controls[i].key, key) == 0)
            return i;
    return -1;
}

static bool is_of_arm(const struct control *control)
{
    return strcmp(control->section, "arm") == 0;
}

static const char *section_of(const struct control *control, int arm)
{
    return is_of_arm(control) ? arm_name(arm) : control->section;
}

const char *control_name(const struct control *control, int arm, char name[CONTROL_NAME_MAX])
{
    snprintf(name, CONTROL_NAME_MAX, "%s.%s", section_of(control, arm), control->key);
    return name;
}

const struct lab_config *controls_config(const struct view *view)
{
    const struct pending *pending = &view->rail.pending;

    return pending->on ? &pending->config : act_config(view);
}

/* What stands in the configuration. */
static void written(const struct control *control, int arm, const struct lab_config *config,
                    char text[CONFIG_TEXT_MAX])
{
    char name[CONTROL_NAME_MAX];

    config_get(config, section_of(control, arm), adjust_key(control_name(control, arm, name)),
               text);
}

/* What the task takes for a 0, as far as one can know without opening it; 0: one cannot. */
static double task_default(const struct view *view, const char *key,
                           const struct lab_config *config)
{
    const struct task_options *open = &view->seen.task;
    const struct task_kind *kind;
    const bool same = strcmp(open->name, config->task.name) == 0;

    if (task_kind_find(&kind, config->task.name, NULL) != STATUS_OK)
        return 0;
    if (strcmp(key, "length") == 0)
        return kind->default_length;
    for (int i = 0; i < TASK_CHOICES_MAX && kind->choices[i].option != OPTION_NONE; i++)
        if (strcmp(task_option_name(kind->choices[i].option), key) == 0 &&
            kind->choices[i].usual > 0)
            return kind->choices[i].usual;
    if (!same)
        return 0;
    return strcmp(key, "items") == 0      ? open->items
           : strcmp(key, "fewest") == 0   ? open->fewest
           : strcmp(key, "distance") == 0 ? open->distance
                                          : open->symbols;
}

double control_number(const struct view *view, const struct control *control, int arm,
                      const struct lab_config *config, bool *is_default)
{
    char text[CONFIG_TEXT_MAX];
    double number;

    written(control, arm, config, text);
    number = strtod(text, NULL);
    *is_default = number == 0;
    if (number != 0)
        return number;
    if (strcmp(control->section, "task") == 0)
        return task_default(view, control->key, config);
    if (strcmp(control->key, "layers") == 0)
        return arm_layers(&config->arm[arm]);
    if (strcmp(control->key, "learning_rate") == 0)
        return arm_learning_rate(config, arm);
    *is_default = false; /* 0 is 0 */
    return 0;
}

static bool is_whole(const struct control *control)
{
    char name[CONTROL_NAME_MAX];

    return adjust_key(control_name(control, 0, name))->kind == KEY_INTEGER;
}

void control_text(const struct view *view, const struct control *control, int arm,
                  const struct lab_config *config, char text[RAIL_VALUE_MAX])
{
    char word[CONFIG_TEXT_MAX], shown[FORMAT_MAX];
    bool is_default;
    double number;

    if (control->kind == CONTROL_CHOICE) {
        written(control, arm, config, word);
        snprintf(text, RAIL_VALUE_MAX, "%.*s", RAIL_VALUE_MAX - 1, word);
        return;
    }
    number = control_number(view, control, arm, config, &is_default);
    if (number == 0 && control->zero != NULL)
        snprintf(text, RAIL_VALUE_MAX, "%s", control->zero);
    else if (number == 0 && is_default)
        snprintf(text, RAIL_VALUE_MAX, "default");
    else if (is_whole(control))
        snprintf(text, RAIL_VALUE_MAX, "%.0f", number);
    else
        snprintf(text, RAIL_VALUE_MAX, "%s", format_number(shown, number));
}

/* The ends of the bar. */
static void ends(const struct control *control, const struct lab_config *config,
                 const char *name, double *from, double *to)
{
    adjust_range(config, name, from, to);
    if (control->step == 0 && is_whole(control))
        *from = fmax(*from, 1); /* a logarithm begins somewhere */
    if (control->from == CONTROL_RANGE && control->to == CONTROL_RANGE)
        return;
    *from = fmax(*from, control->from);
    *to = fmin(*to, control->to);
}

/* Where the bar proper begins: a logarithm has no 0, which gets a place of its own. */
static double first_share(const struct control *control)
{
    return control->zero != NULL && control->step == 0 ? ZERO_SHARE : 0;
}

double control_share(const struct control *control, const struct lab_config *config,
                     const char *name, double number)
{
    const double first = first_share(control);
    double from, to;

    ends(control, config, name, &from, &to);
    if (control->step > 0)
        return clamp((number - from) / (to - from), 0, 1);
    if (number <= 0 || to <= from)
        return 0;
    return clamp(first + (1 - first) * log(number / from) / log(to / from), first, 1);
}

/* A whole number, or one of eight between two powers of two. */
static double whole(double number, bool fine)
{
    const double unit = number < 16 || fine ? 1 : exp2(floor(log2(number)) - 3);

    return round(number / unit) * unit;
}

double control_at(const struct control *control, const struct lab_config *config,
                  const char *name, double share, bool fine)
{
    const double first = first_share(control);
    double from, to, number;

    ends(control, config, name, &from, &to);
    share = clamp(share, 0, 1);
    if (control->step > 0) {
        const double step = fine ? control->step / 10 : control->step;

        return clamp(round((from + share * (to - from)) / step) * step, from, to);
    }
    if (share < first)
        return 0;
    if (to <= from)
        return from;
    number = from * pow(to / from, (share - first) / (1 - first));
    number = is_whole(control) ? whole(number, fine) : format_rounded(number, fine ? 3 : 2);
    return clamp(number, from, to);
}

double control_turned(const struct control *control, const struct lab_config *config,
                      const char *name, double number, double notches, bool fine)
{
    double least, most, from, to;

    adjust_range(config, name, &least, &most);
    ends(control, config, name, &from, &to);
    if (is_whole(control)) {
        const double whole_notches = round(notches);

        number += whole_notches != 0 ? whole_notches : notches > 0 ? 1 : -1;
    } else if (control->step > 0) {
        const double step = fine ? control->step / 10 : control->step;

        number = round((number + notches * step) / step) * step;
    } else if (number == 0) {
        number = notches > 0 ? from : 0;
    } else {
        number = format_rounded(number * pow(10, notches / (fine ? 200 : 20)), 3);
        if (number < from * 0.999)
            return control->zero != NULL ? 0 : from;
    }
    return clamp(number, least, most);
}

void control_write(const struct control *control, double number, char text[RAIL_VALUE_MAX])
{
    snprintf(text, RAIL_VALUE_MAX, is_whole(control) ? "%.0f" : "%.6g", number);
}

/* Another value than the one there is, whether it is possible or not. */
static void differ(struct lab_config *next, const struct control *control, int arm,
                   const struct lab_config *config)
{
    char name[CONTROL_NAME_MAX], text[RAIL_VALUE_MAX], now[CONFIG_TEXT_MAX];
    double least, most, number;

    written(control, arm, config, now);
    number = strtod(now, NULL);
    adjust_range(config, control_name(control, arm, name), &least, &most);
    control_write(control, number + 1 <= most ? number + 1 : number - 1, text);
    *next = *config;
    config_set(next, name, text, NULL);
}

enum control_effect control_effect(const struct control *control, int arm,
                                   const struct lab_config *config)
{
    const char *words[ADJUST_WORDS_MAX];
    char name[CONTROL_NAME_MAX], now[CONFIG_TEXT_MAX];
    struct lab_config next;
    int count, at_once = 0, anew = 0;

    if (control->kind != CONTROL_CHOICE) {
        differ(&next, control, arm, config);
        return change_is_at_once(config, &next) ? EFFECT_AT_ONCE : EFFECT_RESTART;
    }
    written(control, arm, config, now);
    count = adjust_words(config, control_name(control, arm, name), words);
    for (int i = 0; i < count; i++) {
        next = *config;
        if (strcmp(words[i], now) == 0 || config_set(&next, name, words[i], NULL) != STATUS_OK)
            continue;
        if (change_is_at_once(config, &next))
            at_once++;
        else
            anew++;
    }
    return anew == 0 ? EFFECT_AT_ONCE : at_once == 0 ? EFFECT_RESTART : EFFECT_EITHER;
}
