#include "tests/viz/window/synthetic.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HIDDEN = 64, WIDTH = 32, MARK_ONE = 11, MARK_TWO = 34 };

/* A number in 0..1 that looks random and is always the same. */
static double noise(unsigned a, unsigned b)
{
    unsigned x = a * 2654435761u ^ b * 2246822519u;

    x ^= x >> 15;
    x *= 2246822519u;
    x ^= x >> 13;
    x *= 3266489917u;
    x ^= x >> 16;
    return x / 4294967296.0;
}

static void *need(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

double synthetic_weight(int layer, int head, int query, int key, long step)
{
    const double pull = (double)step / (double)(step + 300);
    double sum = 0, mine = 0;

    if (key > query)
        return 0;
    for (int k = 0; k <= query; k++) {
        const unsigned seed = (unsigned)(layer * 100 + head * 10 + 7);
        const bool liked = head % 2 == 0 ? k == MARK_ONE || k == MARK_TWO : k % 5 == layer;
        const double weight = 0.6 + 0.8 * noise(seed + (unsigned)k, (unsigned)query / 9) +
                              (liked ? 40 * pull : 0);

        sum += weight;
        if (k == key)
            mine = weight;
    }
    return mine / sum;
}

static void add_units(struct trace *trace, const char *quantity, int layer, bool state,
                      enum trace_range range, int T, int units, double falling)
{
    const struct trace_form form = { .range = range,
                                     .state = state,
                                     .rank = 3,
                                     .axes = { AXIS_BATCH, AXIS_TIME, AXIS_UNIT },
                                     .extent = { 1, T, units } };
    struct trace_entry *e = need(trace_add(trace, quantity, layer, true, &form));

    for (int t = 0; t < T; t++)
        for (int u = 0; u < units; u++) {
            const double phase =
                6.3 * noise((unsigned)u, 5) + t * (0.05 + 0.3 * noise((unsigned)u, 9));
            const double v = sin(phase) * (0.4 + 0.6 * noise((unsigned)u, 3)) +
                             0.5 * (noise((unsigned)(t * 97 + u), (unsigned)layer + 31) - 0.5);

            e->value[t * units + u] =
                (real)(range == TRACE_SHARE ? 1 / (1 + exp(-3 * v)) : tanh(v));
            e->gradient[t * units + u] =
                (real)((noise((unsigned)u, (unsigned)t) - 0.5) * pow(falling, T - 1 - t));
        }
}

static void add_attention(struct trace *trace, int layer, int heads, int T, long step)
{
    const struct trace_form form = { .range = TRACE_SHARE,
                                     .rank = 4,
                                     .axes = { AXIS_BATCH, AXIS_HEAD, AXIS_QUERY, AXIS_KEY },
                                     .extent = { 1, heads, T, T } };
    struct trace_entry *e = need(trace_add(trace, "attention", layer, true, &form));

    for (int h = 0; h < heads; h++)
        for (int q = 0; q < T; q++)
            for (int k = 0; k < T; k++)
                e->value[(h * T + q) * T + k] = (real)synthetic_weight(layer, h, q, k, step);
}

/* ln of the weights, and nothing where nobody may look. */
static void add_scores(struct trace *trace, int layer, int heads, int T, long step)
{
    const struct trace_form form = { .range = TRACE_SIGNED,
                                     .rank = 4,
                                     .axes = { AXIS_BATCH, AXIS_HEAD, AXIS_QUERY, AXIS_KEY },
                                     .extent = { 1, heads, T, T } };
    struct trace_entry *e = need(trace_add(trace, "score", layer, false, &form));

    for (int h = 0; h < heads; h++)
        for (int q = 0; q < T; q++)
            for (int k = 0; k < T; k++)
                e->value[(h * T + q) * T + k] =
                    (real)log(synthetic_weight(layer, h, q, k, step));
}

static void fill_trace(struct snapshot_arm *arm, const struct synthetic *w, double falling)
{
    struct trace *trace = &arm->trace;

    add_units(trace, "input", -1, false, TRACE_SIGNED, w->steps, 2, falling);
    if (strcmp(arm->model, "transformer") == 0) {
        for (int l = 0; l < w->layers; l++) {
            add_units(trace, "residual", l, true, TRACE_SIGNED, w->steps, WIDTH, falling);
            add_attention(trace, l, w->heads, w->steps, w->step);
            if (w->scores)
                add_scores(trace, l, w->heads, w->steps, w->step);
        }
        return;
    }
    add_units(trace, "hidden", 0, true, TRACE_SIGNED, w->steps, HIDDEN, falling);
    if (strcmp(arm->model, "lstm") == 0) {
        static const char *const gates[] = {
            "gate.i",         "gate.f",         "gate.g",         "gate.o",
            "gate.i.reverse", "gate.f.reverse", "gate.g.reverse", "gate.o.reverse",
        };
        const int count = w->both ? 8 : 4;

        add_units(trace, "cell", 0, true, TRACE_SIGNED, w->steps, HIDDEN, falling);
        if (w->both) {
            add_units(trace, "hidden.reverse", 0, true, TRACE_SIGNED, w->steps, HIDDEN,
                      falling);
            add_units(trace, "cell.reverse", 0, true, TRACE_SIGNED, w->steps, HIDDEN, falling);
        }
        for (int i = 0; i < count; i++)
            add_units(trace, gates[i], 0, false, i % 4 == 2 ? TRACE_SIGNED : TRACE_SHARE,
                      w->steps, HIDDEN, falling);
        if (w->both)
            add_units(trace, "logits", -1, false, TRACE_SIGNED, w->steps, 1, falling);
    } else if (strcmp(arm->model, "gru") == 0) {
        static const char *const gates[] = { "gate.r", "gate.z", "gate.n" };

        for (int i = 0; i < 3; i++)
            add_units(trace, gates[i], 0, false, i == 2 ? TRACE_SIGNED : TRACE_SHARE, w->steps,
                      HIDDEN, falling);
    }
}

double synthetic_logit(int arm, int t, int v)
{
    return 2 * sin(1 + arm + 3 * t + 2 * v);
}

double synthetic_gain(int gate)
{
    return 0.5 + 0.25 * gate; /* .5 .75 1 1.25 */
}

static void fill_outputs(struct snapshot *s, struct snapshot_arm *arm,
                         const struct synthetic *w, int number)
{
    const int V = s->outputs, rows = s->every ? w->steps : 1;
    const struct trace_form form = { .rank = 3,
                                     .axes = { AXIS_BATCH, AXIS_TIME, AXIS_UNIT },
                                     .extent = { 1, rows, V } };
    struct trace_entry *e = need(trace_add(&arm->trace, "logits", -1, false, &form));

    for (int t = 0; t < rows; t++)
        for (int v = 0; v < V; v++)
            e->value[t * V + v] = (real)(s->classes ? synthetic_logit(number, t, v)
                                         : number   ? 0.5
                                                    : 0.9);
    for (int t = 0; t < w->steps && s->classes; t++) {
        const real *logits = e->value + t * V;
        const int best = largest_logit(logits, V);
        double sum = 0;

        for (int v = 0; v < V; v++)
            sum += exp((double)logits[v] - (double)logits[best]);
        if (!s->token[t].scored)
            continue;
        snprintf(arm->answer[t].text, sizeof arm->answer[t].text, "%d", best);
        arm->answer[t].confidence = 1 / sum;
        arm->answer[t].right = best == s->token[t].target_class;
    }
}

static void describe_outputs(struct snapshot *s, const struct synthetic *w)
{
    s->classes = s->every = w->words;
    s->outputs = w->words ? 5 : 1;
    s->length = w->steps;
    s->parses = true;
    s->symbol = need(calloc(5, sizeof *s->symbol));
    s->symbol_capacity = 5;
    for (int v = 0; v < 5; v++)
        snprintf(s->symbol[v], sizeof s->symbol[v], "%d", v);
    s->text = need(calloc((size_t)w->steps * 20, 1));
    for (int t = 0; t < w->steps; t++) {
        struct snapshot_token *token = &s->token[t];

        sprintf(s->text + strlen(s->text), "%s%s", t > 0 ? " " : "", token->input);
        token->target_class = w->words && token->scored ? t % 3 : -1;
        token->target_value = !w->words && token->scored ? 0.97 : (double)NAN;
    }
}

static void add_tensor(struct snapshot_weights *w, const char *name, int rows, int columns)
{
    struct snapshot_tensor *t = &w->tensor[w->count++];

    snprintf(t->name, sizeof t->name, "%s", name);
    t->vector = columns == 0;
    t->rows = rows;
    t->columns = columns == 0 ? 1 : columns;
    t->offset = w->total;
    w->total += (size_t)(t->rows * t->columns);
    w->value = need(realloc(w->value, w->total * sizeof *w->value));
    for (int i = 0; i < t->rows * t->columns; i++)
        w->value[t->offset + (size_t)i] = (real)(columns == 0 ? i - 2 : i);
}

/* Every pair of units is turned, by another angle each; an odd one is kept. */
static void fill_turns(struct snapshot_weights *w, int gates, int n)
{
    add_tensor(w, "core.weight_hh_l0", gates * n, n);
    for (int i = 0; i < gates * n * n; i++)
        w->value[i] = 0;
    for (int gate = 0; gate < gates; gate++)
        for (int u = 0; u < n; u++) {
            real *row = w->value + (gate * n + u) * n;
            const double angle = 0.3 + 0.7 * (u / 2), gain = synthetic_gain(gate);
            const int other = u % 2 == 0 ? u + 1 : u - 1;

            row[u] = (real)(gain * (other < n ? cos(angle) : 1));
            if (other < n)
                row[other] = (real)(gain * (u % 2 == 0 ? -sin(angle) : sin(angle)));
        }
}

static void fill_weights(struct snapshot_arm *arm, const struct synthetic *w)
{
    const int gates = strcmp(arm->model, "lstm") == 0  ? 4
                      : strcmp(arm->model, "gru") == 0 ? 3
                                                       : 1;
    char name[PARAMETER_NAME_MAX];

    if (w->tensors == 0)
        return;
    arm->weights.tensor = need(calloc((size_t)w->tensors, sizeof *arm->weights.tensor));
    fill_turns(&arm->weights, gates, w->rows > 0 ? w->rows : 64);
    for (int i = 1; i < w->tensors; i++) {
        snprintf(name, sizeof name, "core.layers.%d.linear1.weight", i - 1);
        add_tensor(&arm->weights, i == w->tensors - 1 ? "readout.bias" : name,
                   i == w->tensors - 1 ? 5 : 7, i == w->tensors - 1 ? 0 : 3);
    }
}

static void fill_row(struct profile_row *row, int T, double falling, double level,
                     unsigned seed)
{
    for (int t = 0; t < T; t++) {
        const int lag = T - 1 - t;
        const double size = level * pow(falling, lag) * (lag == 0 && falling >= 1 ? 100 : 1);

        row->one[t] = size * (0.6 + 0.8 * noise(seed, (unsigned)t));
        row->rms[t] = size;
    }
    row->slope = log(falling);
}

static void fill_profile(struct profile *profile, const struct synthetic *w, int layers,
                         double falling, double level, unsigned seed)
{
    if (profile_resize(profile, w->steps, layers, NULL) != STATUS_OK)
        abort();
    profile->tau = w->steps - 1;
    fill_row(&profile->input, w->steps, falling, level, seed);
    for (int l = 0; l < layers; l++)
        fill_row(&profile->state[l], w->steps, falling, 1, seed + 1 + (unsigned)l);
}

static void fill_curve(struct snapshot_arm *arm, const struct synthetic *w, bool learns,
                       unsigned seed)
{
    for (long s = 0; s < w->step; s++) {
        const double share = learns ? 1 / (1 + exp(((double)s - 260) / 55)) : 1;
        const double loss = (0.004 + 0.165 * share) * (0.8 + 0.4 * noise(seed, (unsigned)s));

        curve_add(
            &arm->curve,
            (struct curve_point){
                .step = s,
                .loss = (float)loss,
                .accuracy = (float)(0.12 + 0.85 * (1 - share)),
                .gradient_norm = (float)(0.05 + 0.6 * noise(seed + 1, (unsigned)s) * share),
                .validation_loss = (float)NAN,
                .seconds = (float)s * (learns ? 0.004f : 0.002f) });
        arm->loss = loss;
        arm->accuracy = 0.12 + 0.85 * (1 - share);
        arm->gradient_norm = 0.05 + 0.6 * noise(seed + 1, (unsigned)s) * share;
    }
}

static void fill_arm(struct snapshot_arm *arm, const char *name, const char *model,
                     const struct synthetic *w, unsigned seed)
{
    const bool attends = strcmp(model, "transformer") == 0, weak = strcmp(model, "elman") == 0;
    const double falling = attends ? 1.0 : weak ? 0.58 : 0.66;

    snprintf(arm->name, sizeof arm->name, "%s", name);
    snprintf(arm->model, sizeof arm->model, "%s", model);
    arm->parameters = attends ? 13185 : 6497;
    arm->core_parameters = attends ? 12736 : 6272;
    arm->flops = attends ? 1.4e6 : 6.5e5;
    arm->core_flops = attends ? 1.25e6 : 6.1e5;
    arm->step = w->step;
    arm->looked_step = w->step;
    arm->learning_rate = attends ? 1e-3 : 3e-3;
    arm->loss = arm->accuracy = arm->gradient_norm = (double)NAN;
    fill_trace(arm, w, falling);
    fill_profile(&arm->first, w, attends ? w->layers : 1, falling, attends ? 0.02 : 0.3, seed);
    fill_profile(&arm->now, w, attends ? w->layers : 1,
                 w->step > 0 && !attends ? falling + 0.12 : falling, attends ? 0.02 : 0.3,
                 seed + 40);
    fill_curve(arm, w, !weak, seed);
    arm->answer = need(calloc((size_t)w->steps, sizeof *arm->answer));
    arm->before = need(calloc((size_t)w->steps, sizeof *arm->before));
    for (int t = 0; t < w->steps; t++) {
        if (!w->words && t < w->steps - 1)
            continue;
        snprintf(arm->answer[t].text, sizeof arm->answer[t].text, w->words ? "%d" : ".%02d",
                 w->words ? (t + (int)seed) % 3 : 93 + (int)seed % 3);
        arm->answer[t].confidence = (double)NAN;
        arm->answer[t].right = (t + seed) % 3 != 0;
    }
}

static void fill_tokens(struct snapshot *s, const struct synthetic *w)
{
    s->token = need(calloc((size_t)w->steps, sizeof *s->token));
    for (int t = 0; t < w->steps; t++) {
        struct snapshot_token *token = &s->token[t];

        if (w->words) {
            snprintf(token->input, sizeof token->input, "%d", (int)(3 * noise(8, (unsigned)t)));
            token->scored = t >= w->steps / 2;
            if (token->scored)
                snprintf(token->target, sizeof token->target, "%d", t % 3);
        } else {
            snprintf(token->input, sizeof token->input, ".%02d",
                     (int)(100 * noise(8, (unsigned)t)));
            token->marked = t == MARK_ONE || t == MARK_TWO;
            token->scored = t == w->steps - 1;
            if (token->scored)
                snprintf(token->target, sizeof token->target, ".97");
        }
    }
}

struct snapshot synthetic_snapshot(const struct synthetic *w)
{
    struct snapshot s = { .serial = 1,
                          .config = config_default(),
                          .loss_name = w->words ? "cross-entropy (nats)" : "mean squared error",
                          .metric_name = w->words ? "symbols guessed" : "answers within .04",
                          .baseline = w->words ? 1.0986 : 1.0 / 6,
                          .step = w->step,
                          .seconds = (double)w->step / 61,
                          .steps = w->steps,
                          .loss_at = w->steps - 1,
                          .arms = w->right != NULL ? 2 : 1,
                          .looking_at = LAB_NOW };

    snprintf(s.task_title, sizeof s.task_title, "%s",
             w->words ? "sort: put digits in order" : "adding: the sum of two marked numbers");
    s.config = config_default();
    snprintf(s.config.task.name, sizeof s.config.task.name, "%s", w->words ? "sort" : "adding");
    s.config.task.length = w->steps;
    s.task = s.config.task;
    s.config.training.steps = 1500;
    s.config.training.seed = 1;
    s.config.training.batch = 64;
    s.config.training.clip = 1;
    snprintf(s.config.arm[0].model, sizeof s.config.arm[0].model, "%s", w->left);
    snprintf(s.config.arm[1].model, sizeof s.config.arm[1].model, "%s",
             w->right != NULL ? w->right : "");
    for (int i = 0; i < 2; i++) {
        s.config.arm[i].layers = w->layers;
        if (w->heads > 0)
            s.config.arm[i].heads = w->heads;
    }
    fill_tokens(&s, w);
    fill_arm(&s.arm[0], "left", w->left, w, 1);
    if (w->right != NULL)
        fill_arm(&s.arm[1], "right", w->right, w, 2);
    if (w->outputs)
        describe_outputs(&s, w);
    for (int i = 0; i < s.arms; i++) {
        if (w->outputs)
            fill_outputs(&s, &s.arm[i], w, i);
        fill_weights(&s.arm[i], w);
    }
    s.token_capacity = w->steps;
    return s;
}

void synthetic_moments(struct snapshot *s, long stride)
{
    s->moments = 0;
    for (long step = 0; step <= s->step && s->moments < MOMENTS_MAX; step += stride)
        s->moment[s->moments++] = step;
}

void synthetic_branch(struct snapshot *s, long from, long to, double learning_rate, double clip)
{
    struct branch *branch = &s->branches.items[s->branches.count++];

    *branch = (struct branch){ .from = from, .to = to, .clip = clip, .arms = s->arms };
    for (int i = 0; i < s->arms; i++) {
        struct branch_arm *arm = &branch->arm[i];

        arm->learning_rate = learning_rate;
        for (long step = 0; step < to && arm->count < BRANCH_POINTS; step += 2)
            arm->points[arm->count++] = (struct curve_point){
                .step = step,
                .loss = (float)(0.3 + 0.1 * i),
                .accuracy = 0.6f,
                .gradient_norm = (float)(2 + i),
                .validation_loss = (float)NAN,
                .seconds = (float)step * 0.003f,
            };
    }
}

struct lesson synthetic_lesson(int number, const char *title, const char *folder)
{
    struct lesson lesson = { .number = number, .config = config_default() };

    snprintf(lesson.title, sizeof lesson.title, "%s", title);
    snprintf(lesson.question, sizeof lesson.question,
             "The error is here; how much of it reaches each earlier step?");
    snprintf(lesson.prediction, sizeof lesson.prediction,
             "Guess first: fifty steps back, is the left arm's bar the same as at the end, ten "
             "times smaller, or a billion times smaller?");
    snprintf(lesson.path, sizeof lesson.path, "%s", folder);
    snprintf(lesson.config.task.name, sizeof lesson.config.task.name, "adding");
    lesson.config.task.length = 50;
    return lesson;
}
