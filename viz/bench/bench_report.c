#include "viz/bench/bench_report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "viz/commands/report_json.h"

static enum status flushed(struct error *error)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        return error_set(error, STATUS_FILE, "standard output: %s", strerror(errno));
    return STATUS_OK;
}

enum status bench_report_line(const struct bench_report *report, const char *text,
                              cJSON *object, struct error *error)
{
    if (report->format == BENCH_JSON)
        return json_print(object, error);
    cJSON_Delete(object);
    puts(text);
    return flushed(error);
}

enum status bench_report_machine(const struct bench_report *report,
                                 const struct bench_machine *machine, struct error *error)
{
    char line[BENCH_MACHINE_LINE], text[BENCH_MACHINE_LINE + 128];

    bench_machine_line(line, machine);
    if (machine->peak_gflops > 0 && machine->threads == 1)
        snprintf(text, sizeof text, "%s\nmultiply-adds out of registers: %.0f GFLOP/s\n", line,
                 machine->peak_gflops);
    else if (machine->peak_gflops > 0)
        snprintf(text, sizeof text,
                 "%s\nmultiply-adds out of registers: %.0f GFLOP/s on one thread, %.0f on %d\n",
                 line, machine->peak_gflops_of_one_thread, machine->peak_gflops,
                 machine->threads);
    else
        snprintf(text, sizeof text, "%s\n", line);
    return bench_report_line(report, text, bench_machine_json(machine), error);
}

/* ------------------------------------------------------------------------- rows as a table */

/* A line of text that grows; what has no room is cut. */
struct text {
    char line[512];
};

static void append(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void append(struct text *text, const char *format, ...)
{
    const size_t used = strlen(text->line);
    va_list values;

    va_start(values, format);
    vsnprintf(text->line + used, sizeof text->line - used, format, values);
    va_end(values);
}

static void table_head(struct text *text, const struct bench_report *report)
{
    append(text, "%-27s %7s %12s %17s %7s %7s %7s", "shape", "threads", "milliseconds",
           "tokens per second", "gflops", "of peak", "MB");
    for (int i = 0; i < report->columns.count; i++)
        append(text, " %12s %6s", report->columns.ways[i].name, "ratio");
    if (report->before)
        append(text, " %12s %6s", "before", "ratio");
}

static void table_row(struct text *text, const struct bench_report *report,
                      const struct bench_row *row)
{
    append(text, "%-27s %7d %12.3f %17.0f %7.1f %6.0f%% %7.1f", row->shape.name, row->threads,
           row->milliseconds, row->tokens_per_second, row->gflops, 100 * row->share_of_peak,
           row->megabytes);
    for (int i = 0; i < row->peer.count; i++)
        append(text, " %12.3f %5.1fx", row->peer.ways[i].milliseconds, bench_row_ratio(row, i));
    for (int i = row->peer.count; i < report->columns.count; i++)
        append(text, " %12s %6s", "-", "-");
    if (row->before > 0)
        append(text, " %12.3f %5.2fx", row->before, row->before / row->milliseconds);
    else if (report->before)
        append(text, " %12s %6s", "-", "-");
    if (row->peer.error[0] != '\0')
        append(text, "  peer: %s", row->peer.error);
}

/* --------------------------------------------------------------------------- and on a page */

static void page_head(struct text *text, const struct bench_report *report)
{
    append(text, "| shape | ms | tokens/s | GFLOP/s | of peak | MB |");
    for (int i = 0; i < report->columns.count; i++)
        append(text, " %s ms | ratio |", report->columns.ways[i].name);
    if (report->before)
        append(text, " before ms | ratio |");
    append(text, "\n|---|---|---|---|---|---|");
    for (int i = 0; i < report->columns.count + (report->before ? 1 : 0); i++)
        append(text, "---|---|");
}

/* Three figures, or as many as there are before the point. */
static void append_milliseconds(struct text *text, double milliseconds)
{
    const int figures = milliseconds < 1     ? 3
                        : milliseconds < 10  ? 2
                        : milliseconds < 100 ? 1
                                             : 0;

    append(text, " %.*f |", figures, milliseconds);
}

static void page_row(struct text *text, const struct bench_report *report,
                     const struct bench_row *row)
{
    append(text, "| `%s` |", row->shape.name);
    append_milliseconds(text, row->milliseconds);
    append(text, " %.0f | %.0f | %.0f %% | %.0f |", row->tokens_per_second, row->gflops,
           100 * row->share_of_peak, row->megabytes);
    for (int i = 0; i < row->peer.count; i++) {
        append_milliseconds(text, row->peer.ways[i].milliseconds);
        append(text, " %.1f |", bench_row_ratio(row, i));
    }
    for (int i = row->peer.count; i < report->columns.count; i++)
        append(text, " - | - |");
    if (row->before > 0) {
        append_milliseconds(text, row->before);
        append(text, " %.2f |", row->before / row->milliseconds);
    } else if (report->before)
        append(text, " - | - |");
}

/* Does the head that was printed name the peer's ways? One that failed has none. */
static bool has_head(const struct bench_report *report, const struct bench_row *row)
{
    if (report->rows == 0)
        return false;
    if (row->peer.count == 0)
        return true;
    if (row->peer.count != report->columns.count)
        return false;
    for (int i = 0; i < row->peer.count; i++)
        if (strcmp(row->peer.ways[i].name, report->columns.ways[i].name) != 0)
            return false;
    return true;
}

static void say_peer(const struct bench_row *row)
{
    if (row->peer.peer[0] != '\0')
        printf("against %s\n\n", row->peer.peer);
}

enum status bench_report_row(struct bench_report *report, const struct bench_row *row,
                             struct error *error)
{
    const bool page = report->format == BENCH_MARKDOWN;
    struct text head = { "" }, text = { "" };

    if (report->format == BENCH_JSON)
        return json_print(bench_row_json(row), error);
    if (!has_head(report, row)) {
        report->columns = row->peer;
        say_peer(row);
        if (page)
            page_head(&head, report);
        else
            table_head(&head, report);
        puts(head.line);
    }
    report->rows++;
    if (page)
        page_row(&text, report, row);
    else
        table_row(&text, report, row);
    puts(text.line);
    return flushed(error);
}

/* ------------------------------------------------------------------------------- the means */

static cJSON *mean_json(int number, const struct bench_mean *mean, struct bench_goal goal)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "class", bench_class_name(number));
    cJSON_AddStringToObject(object, "way", mean->way);
    json_number(object, "shapes", mean->count);
    json_number(object, "ratio", bench_mean_ratio(mean));
    if (goal.wanted > 0) {
        json_number(object, "wanted", goal.wanted);
        cJSON_AddBoolToObject(object, "reached", bench_mean_ratio(mean) >= goal.wanted);
    }
    if (goal.aim > 0)
        json_number(object, "aim", goal.aim);
    cJSON_AddStringToObject(object, "slowest", mean->slowest_shape);
    json_number(object, "slowest_ratio", mean->slowest);
    return object;
}

/* "20x", or "-" where nobody said. */
static const char *times(char text[16], double ratio, bool page)
{
    if (ratio > 0)
        snprintf(text, 16, page ? "%g" : "%gx", ratio);
    else
        snprintf(text, 16, "-");
    return text;
}

static void mean_text(struct text *text, int number, const struct bench_mean *mean,
                      struct bench_goal goal, bool page)
{
    const double ratio = bench_mean_ratio(mean);
    char wanted[16], aim[16];

    times(wanted, goal.wanted, page);
    times(aim, goal.aim, page);
    if (page)
        append(text, "| %s | %s | %d | %.1f | %s | %s | `%s` %.1f |", bench_class_name(number),
               mean->way, mean->count, ratio, wanted, aim, mean->slowest_shape, mean->slowest);
    else
        append(text, "%-20s %-15s %6d %7.1fx %8s %7s  %s %.1fx%s", bench_class_name(number),
               mean->way, mean->count, ratio, wanted, aim, mean->slowest_shape, mean->slowest,
               ratio < goal.wanted ? "  below" : "");
}

static void print_means_head(bool page)
{
    if (page)
        puts("\n| class | against | shapes | ratio | wanted | aim | slowest |\n"
             "|---|---|---|---|---|---|---|");
    else
        printf("\n%-20s %-15s %6s %8s %8s %7s  %s\n", "class", "against", "shapes", "ratio",
               "wanted", "aim", "slowest shape");
}

enum status bench_report_means(const struct bench_report *report,
                               const struct bench_means *means, struct error *error)
{
    const bool page = report->format == BENCH_MARKDOWN;
    enum status status = STATUS_OK;
    bool first = true;

    for (int c = 0; c < BENCH_CLASSES; c++)
        for (int i = 0; i < means->classes[c].count && status == STATUS_OK; i++) {
            const struct bench_mean *mean = &means->classes[c].ways[i];
            const struct bench_goal goal = bench_goal_of(c, mean->way);
            struct text text = { "" };

            if (first && report->format != BENCH_JSON)
                print_means_head(page);
            first = false;
            mean_text(&text, c, mean, goal, page);
            status = bench_report_line(
                report, text.line,
                report->format == BENCH_JSON ? mean_json(c, mean, goal) : NULL, error);
        }
    return status;
}
