#include "viz/bench/bench_row.h"

#include <stdio.h>
#include <string.h>

#include "viz/bench/bench_measure.h"
#include "viz/commands/report_json.h"

/* ----------------------------------------------------------------------------- the rounds */

static bool is_asked(const struct bench_peer *peer, const struct bench_heard *heard)
{
    return peer != NULL && peer->process != 0 && !bench_heard_refusal(heard);
}

static void ask(struct bench_heard *heard, struct bench_peer *peer, const char *shape,
                double seconds, struct error *peer_error)
{
    struct bench_answer answer;
    struct error error;

    if (bench_peer_ask(peer, shape, seconds, &answer, &error) == STATUS_OK) {
        bench_heard_add(heard, &answer);
        return;
    }
    bench_peer_stop(peer);
    if (peer_error->status == STATUS_OK)
        *peer_error = error;
}

static void fill_rates(struct bench_row *row, double seconds, double flops, double peak_gflops)
{
    row->milliseconds = 1e3 * seconds;
    row->tokens_per_second = row->shape.batch * row->shape.steps / seconds;
    row->gflops = 1e-9 * bench_shape_flops(&row->shape) / seconds;
    row->executed_gflops = 1e-9 * flops / seconds;
    row->share_of_peak = peak_gflops > 0 ? row->executed_gflops / peak_gflops : 0;
}

enum status bench_row_measure(struct bench_row *row, const struct bench_shape *shape,
                              const struct bench_plan *plan, struct bench_peer *peer,
                              struct error *peer_error, struct error *error)
{
    const struct bench_order order = { shape, plan->threads, BENCH_STEP, plan->seconds };
    struct bench_row made = { .shape = *shape, .threads = plan->threads };
    struct bench_heard heard = { .last = { .count = 0 } };
    double seconds[BENCH_ROUNDS_MOST];
    struct bench_found found = { 0 };

    for (int round = 0; round < plan->rounds; round++) {
        const enum status status = bench_measure(&found, &order, error);

        if (status != STATUS_OK)
            return status;
        seconds[round] = found.seconds;
        if (found.megabytes > made.megabytes)
            made.megabytes = found.megabytes;
        if (is_asked(peer, &heard))
            ask(&heard, peer, shape->name, plan->seconds, peer_error);
    }
    fill_rates(&made, bench_median(seconds, plan->rounds), found.flops, plan->peak_gflops);
    bench_heard_medians(&heard, &made.peer);
    *row = made;
    return STATUS_OK;
}

double bench_row_ratio(const struct bench_row *row, int way)
{
    return row->peer.ways[way].milliseconds / row->milliseconds;
}

/* -------------------------------------------------------------------------------- as JSON */

static void add_peer(cJSON *object, const struct bench_row *row)
{
    cJSON *milliseconds, *ratios;

    if (row->peer.peer[0] != '\0')
        cJSON_AddStringToObject(object, "peer", row->peer.peer);
    if (row->peer.error[0] != '\0')
        cJSON_AddStringToObject(object, "peer_error", row->peer.error);
    if (row->peer.count == 0)
        return;
    milliseconds = cJSON_AddObjectToObject(object, "peer_milliseconds");
    ratios = cJSON_AddObjectToObject(object, "ratio");
    for (int i = 0; i < row->peer.count; i++) {
        json_number(milliseconds, row->peer.ways[i].name, row->peer.ways[i].milliseconds);
        json_number(ratios, row->peer.ways[i].name, bench_row_ratio(row, i));
    }
}

cJSON *bench_row_json(const struct bench_row *row)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "shape", row->shape.name);
    json_number(object, "threads", row->threads);
    json_number(object, "milliseconds", row->milliseconds);
    json_number(object, "tokens_per_second", row->tokens_per_second);
    json_number(object, "gflops", row->gflops);
    json_number(object, "executed_gflops", row->executed_gflops);
    json_number(object, "share_of_peak", row->share_of_peak);
    json_number(object, "megabytes", row->megabytes);
    add_peer(object, row);
    if (row->before > 0) {
        json_number(object, "before_milliseconds", row->before);
        json_number(object, "faster_than_before", row->before / row->milliseconds);
    }
    return object;
}

static void read_peer(struct bench_answer *peer, const cJSON *object)
{
    const cJSON *way;

    json_get_text(peer->peer, BENCH_SAID_MAX, object, "peer");
    json_get_text(peer->error, BENCH_SAID_MAX, object, "peer_error");
    cJSON_ArrayForEach(way, cJSON_GetObjectItemCaseSensitive(object, "peer_milliseconds"))
    {
        if (peer->count == BENCH_WAYS_MAX || !cJSON_IsNumber(way))
            break;
        snprintf(peer->ways[peer->count].name, BENCH_WAY_NAME, "%.15s", way->string);
        peer->ways[peer->count++].milliseconds = way->valuedouble;
    }
}

bool bench_row_read(struct bench_row *row, const cJSON *object)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "shape"));
    struct bench_row read = { 0 };

    if (name == NULL || bench_shape_find(&read.shape, name, NULL) != STATUS_OK)
        return false;
    read.threads = (int)json_get_number(object, "threads");
    read.milliseconds = json_get_number(object, "milliseconds");
    read.tokens_per_second = json_get_number(object, "tokens_per_second");
    read.gflops = json_get_number(object, "gflops");
    read.executed_gflops = json_get_number(object, "executed_gflops");
    read.share_of_peak = json_get_number(object, "share_of_peak");
    read.megabytes = json_get_number(object, "megabytes");
    read.before = json_get_number(object, "before_milliseconds");
    read_peer(&read.peer, object);
    if (!(read.milliseconds > 0))
        return false;
    *row = read;
    return true;
}
