#include "viz/bench/bench_row.h"

#include <stdio.h>
#include <string.h>

#include "viz/bench/bench_child.h"
#include "viz/bench/bench_measure.h"
#include "viz/bench/bench_peak.h"
#include "viz/commands/report_json.h"

/* ------------------------------------------------------------------------------- the peak */

static enum status measure_peak(const void *context, void *result, struct error *error)
{
    (void)error;
    *(double *)result = bench_peak_gflops(*(const int *)context);
    return STATUS_OK;
}

enum status bench_machine_peaks(struct bench_machine *machine, struct error *error)
{
    const int one = 1;
    double *peak = &machine->peak_gflops_of_one_thread;
    enum status status = bench_child_run(measure_peak, &one, peak, sizeof *peak, NULL, error);

    machine->peak_gflops = machine->peak_gflops_of_one_thread;
    if (status == STATUS_OK && machine->threads > 1)
        status = bench_child_run(measure_peak, &machine->threads, &machine->peak_gflops,
                                 sizeof machine->peak_gflops, NULL, error);
    return status;
}

/* ------------------------------------------------------------------------------ the peer's */

/* The times of its ways, round by round. */
struct heard {
    struct bench_answer last;
    double times[BENCH_WAYS_MAX][BENCH_ROUNDS_MOST];
    int rounds;
};

/* The first answer decides which ways there are; one that is missing later is left out. */
static void hear(struct heard *heard, const struct bench_answer *answer)
{
    if (heard->rounds == 0 || answer->error[0] != '\0') {
        heard->last = *answer;
        heard->rounds = 0;
    }
    if (answer->error[0] != '\0')
        return;
    for (int i = 0; i < heard->last.count && i < answer->count; i++)
        heard->times[i][heard->rounds] = answer->ways[i].milliseconds;
    if (answer->count >= heard->last.count)
        heard->rounds++;
}

static bool is_asked(const struct bench_peer *peer, const struct heard *heard)
{
    return peer != NULL && peer->process != 0 && heard->last.error[0] == '\0';
}

static void ask(struct heard *heard, struct bench_peer *peer, const struct bench_row *row,
                double seconds, struct error *peer_error)
{
    struct bench_answer answer;
    struct error error = { .status = STATUS_OK };

    if (bench_peer_ask(peer, row->shape.name, seconds, &answer, &error) == STATUS_OK) {
        hear(heard, &answer);
        return;
    }
    bench_peer_stop(peer);
    if (peer_error->status == STATUS_OK)
        *peer_error = error;
}

static struct bench_answer medians(struct heard *heard)
{
    struct bench_answer answer = heard->last;

    if (heard->rounds == 0)
        answer.count = 0;
    for (int i = 0; i < answer.count; i++)
        answer.ways[i].milliseconds = bench_median(heard->times[i], heard->rounds);
    return answer;
}

/* ------------------------------------------------------------------------------ the rounds */

static void fill_rates(struct bench_row *row, double seconds, double flops, double peak_gflops)
{
    row->milliseconds = 1e3 * seconds;
    row->tokens_per_second = row->shape.batch * row->shape.steps / seconds;
    row->gflops = 1e-9 * bench_shape_flops(&row->shape) / seconds;
    row->products = 1e-9 * flops / seconds;
    row->share_of_peak = peak_gflops > 0 ? row->products / peak_gflops : 0;
}

enum status bench_row_measure(struct bench_row *row, const struct bench_shape *shape,
                              const struct bench_plan *plan, struct bench_peer *peer,
                              struct error *peer_error, struct error *error)
{
    const struct bench_order order = { shape, plan->threads, BENCH_STEP, plan->seconds };
    struct bench_row made = { .shape = *shape, .threads = plan->threads };
    struct heard heard = { .rounds = 0 };
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
            ask(&heard, peer, &made, plan->seconds, peer_error);
    }
    fill_rates(&made, bench_median(seconds, plan->rounds), found.flops, plan->peak_gflops);
    made.peer = medians(&heard);
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
    json_number(object, "executed_gflops", row->products);
    json_number(object, "share_of_peak", row->share_of_peak);
    json_number(object, "megabytes", row->megabytes);
    add_peer(object, row);
    if (row->before > 0) {
        json_number(object, "before_milliseconds", row->before);
        json_number(object, "faster_than_before", row->before / row->milliseconds);
    }
    return object;
}

static double read_number(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static void read_said(char to[BENCH_SAID_MAX], const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

    snprintf(to, BENCH_SAID_MAX, "%s", text != NULL ? text : "");
}

static void read_peer(struct bench_answer *peer, const cJSON *object)
{
    const cJSON *way;

    read_said(peer->peer, object, "peer");
    read_said(peer->error, object, "peer_error");
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
    read.threads = (int)read_number(object, "threads");
    read.milliseconds = read_number(object, "milliseconds");
    read.tokens_per_second = read_number(object, "tokens_per_second");
    read.gflops = read_number(object, "gflops");
    read.products = read_number(object, "executed_gflops");
    read.share_of_peak = read_number(object, "share_of_peak");
    read.megabytes = read_number(object, "megabytes");
    read.before = read_number(object, "before_milliseconds");
    read_peer(&read.peer, object);
    if (!(read.milliseconds > 0))
        return false;
    *row = read;
    return true;
}
