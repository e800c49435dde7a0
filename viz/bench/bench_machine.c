#include "viz/bench/bench_machine.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "viz/bench/bench_child.h"
#include "viz/bench/bench_peak.h"
#include "viz/commands/report_json.h"
#include "viz/commands/version.h"

#define STRING(x) #x
#define STRING_OF(x) STRING(x)

static const char compiler[] =
#ifdef __clang__
    "clang " STRING_OF(__clang_major__) "." STRING_OF(__clang_minor__) "." STRING_OF(
        __clang_patchlevel__);
#else
    "gcc " STRING_OF(__GNUC__) "." STRING_OF(__GNUC_MINOR__) "." STRING_OF(__GNUC_PATCHLEVEL__);
#endif

/* Cut, if it must be. */
static void copy_word(char to[BENCH_WORD_MAX], const char *from)
{
    snprintf(to, BENCH_WORD_MAX, "%s", from);
}

/* The name behind "model name :" in Linux's list of processors, or what uname calls it. */
static void name_cpu(char cpu[BENCH_WORD_MAX])
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    struct utsname machine;
    char line[256];

    copy_word(cpu, uname(&machine) >= 0 ? machine.machine : "unknown");
    if (file == NULL)
        return;
    while (fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');

        if (strncmp(line, "model name", 10) != 0 || colon == NULL)
            continue;
        line[strcspn(line, "\n")] = '\0';
        copy_word(cpu, colon + 1 + strspn(colon + 1, " "));
        break;
    }
    fclose(file);
}

struct bench_machine bench_machine_here(int threads)
{
    struct bench_machine here = { .threads = threads };
    const time_t now = time(NULL);
    struct tm day;

    name_cpu(here.cpu);
    copy_word(here.version, DUET_VERSION);
    copy_word(here.compiler, compiler);
    copy_word(here.vectors, version_vectors());
    if (localtime_r(&now, &day) != NULL)
        strftime(here.date, sizeof here.date, "%Y-%m-%d", &day);
    return here;
}

static enum status measure_peak(const void *context, void *result, struct error *error)
{
    (void)error;
    *(double *)result = bench_peak_gflops(*(const int *)context);
    return STATUS_OK;
}

enum status bench_machine_peaks(struct bench_machine *machine, struct error *error)
{
    const int one = 1;
    double *peak = &machine->peak_gflops_of_one_thread, all = 0;
    enum status status = bench_child_run(measure_peak, &one, peak, sizeof *peak, NULL, error);

    machine->peak_gflops = machine->peak_gflops_of_one_thread;
    if (status != STATUS_OK || machine->threads == 1)
        return status;
    status = bench_child_run(measure_peak, &machine->threads, &all, sizeof all, NULL, error);
    machine->peak_gflops = fmax(all, machine->peak_gflops); /* others may have the cores now */
    return status;
}

cJSON *bench_machine_json(const struct bench_machine *machine)
{
    cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "machine", machine->cpu);
    json_number(object, "threads", machine->threads);
    cJSON_AddStringToObject(object, "version", machine->version);
    cJSON_AddStringToObject(object, "compiler", machine->compiler);
    cJSON_AddStringToObject(object, "vectors", machine->vectors);
    cJSON_AddStringToObject(object, "date", machine->date);
    if (machine->peak_gflops > 0) {
        json_number(object, "peak_gflops", machine->peak_gflops);
        json_number(object, "peak_gflops_of_one_thread", machine->peak_gflops_of_one_thread);
    }
    return object;
}

bool bench_machine_read(struct bench_machine *machine, const cJSON *object)
{
    if (!cJSON_IsString(cJSON_GetObjectItemCaseSensitive(object, "machine")))
        return false;
    json_get_text(machine->cpu, BENCH_WORD_MAX, object, "machine");
    machine->threads = (int)json_get_number(object, "threads");
    json_get_text(machine->version, BENCH_WORD_MAX, object, "version");
    json_get_text(machine->compiler, BENCH_WORD_MAX, object, "compiler");
    json_get_text(machine->vectors, BENCH_WORD_MAX, object, "vectors");
    json_get_text(machine->date, BENCH_WORD_MAX, object, "date");
    machine->peak_gflops = json_get_number(object, "peak_gflops");
    machine->peak_gflops_of_one_thread = json_get_number(object, "peak_gflops_of_one_thread");
    return true;
}

void bench_machine_line(char line[BENCH_MACHINE_LINE], const struct bench_machine *machine)
{
    snprintf(line, BENCH_MACHINE_LINE, "%s, %d thread%s, duet %s, %s, %s, %s", machine->cpu,
             machine->threads, machine->threads == 1 ? "" : "s", machine->version,
             machine->compiler, machine->vectors, machine->date);
}
