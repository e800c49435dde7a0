#include "lessons/snapshot.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/lab.h"

static bool reserve_answers(struct snapshot_answer **answers, int steps)
{
    struct snapshot_answer *grown = realloc(*answers, (size_t)steps * sizeof *grown);

    if (grown != NULL)
        *answers = grown;
    return grown != NULL;
}

/* Room for T tokens and answers. */
static enum status reserve(struct snapshot *s, int steps, struct error *error)
{
    struct snapshot_token *token;
    bool done;

    if (steps <= s->token_capacity)
        return STATUS_OK;
    token = realloc(s->token, (size_t)steps * sizeof *token);
    if (token != NULL)
        s->token = token;
    done = token != NULL;
    for (int i = 0; i < ARMS_MAX && done; i++)
        done = reserve_answers(&s->arm[i].answer, steps) &&
               reserve_answers(&s->arm[i].before, steps);
    if (!done)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a picture of %d steps", steps);
    s->token_capacity = steps;
    return STATUS_OK;
}

static void take_target(struct snapshot_token *token, const struct task *task,
                        const struct batch *batch, int t)
{
    const int row = task_output_row(task, batch, 0, t);

    task_target_text(task, batch, 0, t, token->target);
    if (task->shape.target == TARGET_CLASSES)
        token->target_class = batch->classes[row];
    else
        token->target_value = (double)batch->values[(size_t)row * (size_t)task->shape.outputs];
}

static void take_tokens(struct snapshot *s, const struct task *task, const struct batch *batch)
{
    for (int t = 0; t < s->steps; t++) {
        struct snapshot_token *token = &s->token[t];

        *token = (struct snapshot_token){ .scored = task_is_scored(task, batch, 0, t),
                                          .target_class = -1,
                                          .target_value = (double)NAN };
        if (t < batch_length(batch, 0)) /* padding reads as nothing */
            token->marked = task_input_text(task, batch, 0, t, token->input);
        if (token->scored)
            take_target(token, task, batch, t);
    }
}

/* What outputs are, and how a person reads them. */
static enum status take_outputs(struct snapshot *s, const struct task *task,
                                struct error *error)
{
    const struct batch_shape *shape = &task->shape;

    s->classes = shape->target == TARGET_CLASSES;
    s->every = shape->readout == READOUT_EVERY;
    s->outputs = shape->outputs;
    s->parses = task->kind->parse != NULL;
    if (!s->classes)
        return STATUS_OK;
    if (shape->outputs > s->symbol_capacity) {
        char(*symbol)[TOKEN_TEXT_MAX] =
            realloc(s->symbol, (size_t)shape->outputs * sizeof *symbol);

        if (symbol == NULL)
            return error_set(error, STATUS_NO_MEMORY, "no memory for the names of %d symbols",
                             shape->outputs);
        s->symbol = symbol;
        s->symbol_capacity = shape->outputs;
    }
    for (int v = 0; v < shape->outputs; v++)
        task_symbol_text(task, v, s->symbol[v]);
    return STATUS_OK;
}

static enum status take_text(struct snapshot *s, const struct probe *probe, struct error *error)
{
    char *text = task_render(&probe->task, &probe->one, 0);

    if (text == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for the text of a sequence");
    free(s->text);
    s->text = text;
    return STATUS_OK;
}

/* Probability of the largest of V logits. */
static double confidence(const real *logits, int V)
{
    const double highest = (double)logits[largest_logit(logits, V)];
    double sum = 0;

    for (int v = 0; v < V; v++)
        sum += exp((double)logits[v] - highest);
    return 1 / sum;
}

/* answers (T): what those outputs, in the order of the trace's logits, say. */
static void take_answers(const struct snapshot *s, struct snapshot_answer *answers,
                         const struct probe *probe, const real *outputs)
{
    const struct task *task = &probe->task;
    const struct batch *batch = &probe->one;
    const int V = task->shape.outputs;

    for (int t = 0; t < s->steps; t++) {
        struct snapshot_answer *answer = &answers[t];
        const real *output;

        *answer = (struct snapshot_answer){ .confidence = (double)NAN };
        if (!s->token[t].scored)
            continue;
        output = outputs + (size_t)task_output_row(task, batch, 0, t) * (size_t)V;
        task_output_text(task, output, answer->text);
        if (task->shape.target == TARGET_CLASSES)
            answer->confidence = confidence(output, V);
        answer->right = metric_row_is_right(&task->metric, batch, outputs,
                                            task_output_row(task, batch, 0, t));
    }
}

static void take_before(const struct snapshot *s, struct snapshot_arm *to,
                        const struct lab_arm *arm)
{
    to->has_before = arm->before.any;
    if (!to->has_before)
        return;
    to->before_step = arm->before.step;
    to->before_loss = arm->before.loss;
    take_answers(s, to->before, &arm->probe, arm->before.output);
}

static enum status take_arm(struct snapshot *s, struct snapshot_arm *to, const struct lab *lab,
                            const struct lab_arm *arm, struct error *error)
{
    const bool back = lab->looking_at != LAB_NOW;
    const struct report *last = back ? &arm->look.last : &arm->last;
    enum status status;

    snprintf(to->name, sizeof to->name, "%s", arm->name);
    snprintf(to->model, sizeof to->model, "%s", lab->config.arm[arm->number].model);
    to->parameters = arm->model.parameters.total;
    to->core_parameters = model_core_parameters(&arm->model);
    to->flops = model_flops(&arm->model, lab->task.shape.steps);
    to->core_flops = model_core_flops(&arm->model, lab->task.shape.steps);
    to->learning_rate = arm->trainer.options.optimizer.learning_rate;
    to->loss = last->loss;
    to->accuracy = last->accuracy;
    to->gradient_norm = last->gradient_norm;
    to->looked_step = back ? arm->look.step : arm->trainer.step;
    to->probe_loss = arm->probe.loss;
    to->edits = arm->edit_count;
    memcpy(to->edit, arm->edits, (size_t)arm->edit_count * sizeof *to->edit);
    to->free_loss = arm->free_loss;
    to->validation_loss = back ? arm->look.validation_loss : lab_validation_loss(arm);
    to->step = arm->trainer.step;
    to->finished = arm->finished;
    to->stopped = arm->stopped;
    snprintf(to->stop_reason, sizeof to->stop_reason, "%s",
             arm->stopped ? arm->why.message : "");
    to->curve = arm->curve;
    trace_copy(&to->trace, &arm->probe.trace);
    trace_copy(&to->mean, &arm->probe.mean);
    if (to->trace.failed || to->mean.failed)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a picture's trace");
    status = profile_copy(&to->now, &arm->probe.profile, error);
    if (status == STATUS_OK)
        status = profile_copy(&to->first, &arm->first, error);
    if (status == STATUS_OK)
        status = theory_of(&to->theory, lab, arm, error);
    to->rms_step = arm->rms_step;
    to->probed_step = lab_looked_step(lab, arm);
    if (status == STATUS_OK)
        status = snapshot_weights_take(&to->weights, &arm->model.parameters,
                                       lab_looked_weights(lab, arm).parameters, error);
    if (status == STATUS_OK)
        take_answers(s, to->answer, &arm->probe,
                     trace_find(&arm->probe.trace, "logits", -1)->value);
    take_before(s, to, arm);
    return status;
}

enum status snapshot_take(struct snapshot *snapshot, const struct lab *lab, struct error *error)
{
    const struct probe *probe = &lab->arm[0].probe;
    enum status status = reserve(snapshot, probe->task.shape.steps, error);

    if (status == STATUS_OK)
        status = take_outputs(snapshot, &probe->task, error);
    if (status == STATUS_OK)
        status = take_text(snapshot, probe, error);
    if (status != STATUS_OK)
        return status;
    snapshot->config = lab->config;
    snapshot->task = lab->task.options;
    snprintf(snapshot->task_title, sizeof snapshot->task_title, "%s: %s", lab->task.kind->name,
             lab->task.kind->title);
    snapshot->loss_name = task_loss_name(&lab->task);
    snapshot->metric_name = task_metric_name(&lab->task);
    snapshot->baseline = task_baseline(&lab->task);
    snapshot->baseline_is = lab->task.kind->baseline_is;
    snapshot->step = lab->step;
    snapshot->seconds = lab->seconds;
    snapshot->sample = lab->sample;
    snapshot->looking_at = lab->looking_at;
    snapshot->looks_through = lab->looks_through;
    snapshot->loss_at = probe->from == PROBE_MEAN ? -1 : probe->profile.tau;
    snapshot->raw = lab->raw;
    snapshot->steps = probe->task.shape.steps;
    snapshot->trained_steps =
        lab->task.options.shown == SHOWN_LONGER ? lab->task.shape.steps : 0;
    snapshot->length = batch_length(&probe->one, 0);
    take_tokens(snapshot, &probe->task, &probe->one);
    snapshot->arms = lab->arms;
    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        status = take_arm(snapshot, &snapshot->arm[i], lab, &lab->arm[i], error);
    for (int i = 0; i < lab->arms && status == STATUS_OK; i++)
        health_of(&snapshot->arm[i].health, snapshot, i);
    return status;
}

const struct arm_config *snapshot_arm_config(const struct snapshot *snapshot, int arm)
{
    const int number = arm_number(snapshot->arm[arm].name);

    assert(number >= 0);
    return &snapshot->config.arm[number];
}

void snapshot_free(struct snapshot *snapshot)
{
    for (int i = 0; i < ARMS_MAX; i++) {
        trace_free(&snapshot->arm[i].trace);
        profile_free(&snapshot->arm[i].now);
        profile_free(&snapshot->arm[i].first);
        trace_free(&snapshot->arm[i].mean);
        free(snapshot->arm[i].answer);
        free(snapshot->arm[i].before);
        snapshot_weights_free(&snapshot->arm[i].weights);
    }
    free(snapshot->token);
    free(snapshot->symbol);
    free(snapshot->text);
    *snapshot = (struct snapshot){ 0 };
}
