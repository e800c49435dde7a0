#include "viz/window/export.h"

#include <math.h>
#include <string.h>

#include "viz/window/trace_view.h"

/* ",1.5", or "," where there is no number. */
static void put_number(FILE *file, double value, int digits)
{
    fputc(',', file);
    if (!isnan(value))
        fprintf(file, "%.*g", digits, value);
}

enum { FLOAT_DIGITS = 9, DOUBLE_DIGITS = 17 };

static void put_float(FILE *file, float value)
{
    put_number(file, (double)value, FLOAT_DIGITS);
}

/* In quotes where the text needs them. */
static void put_text(FILE *file, const char *text)
{
    fputc(',', file);
    if (strpbrk(text, ",\"\n") == NULL) {
        fputs(text, file);
        return;
    }
    fputc('"', file);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', file);
        fputc(*text, file);
    }
    fputc('"', file);
}

/* One arm's way; branch 0 is the present one. */
static void put_curve(FILE *file, const struct snapshot_arm *arm,
                      const struct curve_point *points, int count, int branch)
{
    for (int k = 0; k < count; k++) {
        fprintf(file, "%s", arm->name);
        put_text(file, arm->model);
        fprintf(file, ",%ld", points[k].step);
        put_float(file, points[k].loss);
        put_float(file, points[k].accuracy);
        put_float(file, points[k].gradient_norm);
        put_float(file, points[k].validation_loss);
        fprintf(file, ",%d\n", branch);
    }
}

/* The present way first, then those that were left, the latest first. */
static void export_race(FILE *file, const struct snapshot *snapshot)
{
    const struct branches *branches = &snapshot->branches;

    fprintf(file, "arm,model,step,loss,accuracy,gradient_norm,validation_loss,branch\n");
    for (int i = 0; i < snapshot->arms; i++)
        put_curve(file, &snapshot->arm[i], snapshot->arm[i].curve.points,
                  snapshot->arm[i].curve.count, 0);
    for (int b = branches->count - 1; b >= 0; b--)
        for (int i = 0; i < branches->items[b].arms && i < snapshot->arms; i++)
            put_curve(file, &snapshot->arm[i], branches->items[b].arm[i].points,
                      branches->items[b].arm[i].count, branches->count - b);
}

/* Step 0 may have been of another shape, or not measured. */
static double first_norm(const struct snapshot_arm *arm, int layer, int t)
{
    const struct profile *first = &arm->first;

    if (first->steps <= t || layer >= first->layers)
        return (double)NAN;
    return layer < 0 ? first->input.one[t] : first->state[layer].one[t];
}

static void export_gradient(FILE *file, const struct snapshot_arm *arm)
{
    const struct profile *now = &arm->now;

    fprintf(file, "t,input.one,input.rms,input.first");
    for (int i = 0; i < now->layers; i++)
        fprintf(file, ",state.%d.one,state.%d.rms,state.%d.first", i, i, i);
    fputc('\n', file);
    for (int t = 0; t < now->steps; t++) {
        fprintf(file, "%d", t);
        for (int i = -1; i < now->layers; i++) {
            const struct profile_row *row = i < 0 ? &now->input : &now->state[i];

            put_number(file, row->one[t], DOUBLE_DIGITS);
            put_number(file, row->rms[t], DOUBLE_DIGITS);
            put_number(file, first_norm(arm, i, t), DOUBLE_DIGITS);
        }
        fputc('\n', file);
    }
}

static void export_tokens(FILE *file, const struct snapshot *snapshot,
                          const struct snapshot_arm *arm)
{
    fprintf(file, "t,input,target,scored,marked,answer,confidence,right\n");
    for (int t = 0; t < snapshot->steps; t++) {
        const struct snapshot_token *token = &snapshot->token[t];
        const struct snapshot_answer *answer = &arm->answer[t];

        fprintf(file, "%d", t);
        put_text(file, token->input);
        put_text(file, token->target);
        fprintf(file, ",%d,%d", token->scored, token->marked);
        put_text(file, answer->text);
        put_number(file, answer->confidence, DOUBLE_DIGITS);
        fprintf(file, token->scored ? ",%d\n" : ",\n", answer->right);
    }
}

static void export_states(FILE *file, const struct trace_entry *entry)
{
    fprintf(file, "t,unit,value%s\n", entry->has_gradient ? ",gradient" : "");
    for (int t = 0; t < entry->extent[1]; t++)
        for (int unit = 0; unit < entry->extent[2]; unit++) {
            const int at = t * entry->extent[2] + unit;

            fprintf(file, "%d,%d", t, unit);
            put_float(file, (float)entry->value[at]);
            if (entry->has_gradient)
                put_float(file, (float)entry->gradient[at]);
            fputc('\n', file);
        }
}

static void export_attention(FILE *file, const struct attention_view *head)
{
    fprintf(file,
            "layer,head,query,key,weight\n"); /* layer and head from 1, as on the screen */
    for (int query = 0; query < head->steps; query++)
        for (int key = 0; key < head->steps; key++) {
            fprintf(file, "%d,%d,%d,%d", head->layer + 1, head->head + 1, query, key);
            put_float(file, (float)head->weight[query * head->steps + key]);
            fputc('\n', file);
        }
}

static void export_weights(FILE *file, const struct snapshot_weights *weights, int number)
{
    const struct snapshot_tensor *tensor = &weights->tensor[number];

    fprintf(file, "tensor,row,column,value\n");
    for (int row = 0; row < tensor->rows; row++)
        for (int column = 0; column < tensor->columns; column++) {
            fprintf(file, "%s,%d,%d", tensor->name, row, column);
            put_float(file,
                      (float)weights
                          ->value[tensor->offset + (size_t)(row * tensor->columns + column)]);
            fputc('\n', file);
        }
}

/* The gates side by side, and with them the cell if it is wanted and there. */
static bool export_gates(FILE *file, const struct trace *trace, int layer, bool cell)
{
    const struct trace_entry *gates[GATES_MAX + 1];
    char label[TRACE_NAME_MAX];
    int count = trace_view_gates(trace, layer, gates);

    if (count == 0)
        return false;
    if (cell && trace_view_entry(trace, "cell", layer) != NULL)
        gates[count++] = trace_view_entry(trace, "cell", layer);
    fprintf(file, "t,unit");
    for (int i = 0; i < count; i++)
        put_text(file, trace_view_label(label, gates[i]->quantity));
    fputc('\n', file);
    for (int t = 0; t < gates[0]->extent[1]; t++)
        for (int unit = 0; unit < gates[0]->extent[2]; unit++) {
            fprintf(file, "%d,%d", t, unit);
            for (int i = 0; i < count; i++)
                put_float(file, (float)gates[i]->value[t * gates[i]->extent[2] + unit]);
            fputc('\n', file);
        }
    return true;
}

static enum status nothing(const struct panel_place *place, struct error *error)
{
    return error_set(error, STATUS_USAGE, "The panel \"%s\" has no numbers to write",
                     panel_kind_name(place->kind));
}

enum status export_panel(FILE *file, const struct view *view, const struct snapshot *snapshot,
                         const struct panel_place *place, struct error *error)
{
    const struct snapshot_arm *arm = &snapshot->arm[place->arm];
    const struct arm_view *chosen = &view->arm[place->arm];
    const bool mean = view->attention.average && arm->mean.count > 0;
    const struct trace_entry *entry;
    struct attention_view head;

    switch (place->kind) {
    case PANEL_RACE:
        export_race(file, snapshot);
        return STATUS_OK;
    case PANEL_GRADIENT:
        export_gradient(file, arm);
        return STATUS_OK;
    case PANEL_TOKENS:
    case PANEL_PREDICTION:
        export_tokens(file, snapshot, arm);
        return STATUS_OK;
    case PANEL_ATTENTION:
        if (!trace_view_attention(mean ? &arm->mean : &arm->trace, chosen->head, &head))
            return nothing(place, error);
        export_attention(file, &head);
        return STATUS_OK;
    case PANEL_GATES:
    case PANEL_CELL:
        if (export_gates(file, &arm->trace, chosen->layer, place->kind == PANEL_CELL))
            return STATUS_OK;
        break; /* without any, it shows what the states have */
    case PANEL_STATES:
        break;
    case PANEL_WEIGHTS:
        if (view->seen.tensor[place->arm] >= arm->weights.count)
            return nothing(place, error);
        export_weights(file, &arm->weights, view->seen.tensor[place->arm]);
        return STATUS_OK;
    case PANEL_NONE:
        return nothing(place, error);
    }
    entry = trace_view_chosen(&arm->trace, chosen);
    if (entry == NULL)
        return nothing(place, error);
    export_states(file, entry);
    return STATUS_OK;
}
