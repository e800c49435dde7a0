#include "viz/bench/bench_machine.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

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

static void read_word(char word[BENCH_WORD_MAX], const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

    copy_word(word, text != NULL ? text : "");
}

static double read_number(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

bool bench_machine_read(struct bench_machine *machine, const cJSON *object)
{
    if (!cJSON_IsString(cJSON_GetObjectItemCaseSensitive(object, "machine")))
        return false;
    read_word(machine->cpu, object, "machine");
    machine->threads = (int)read_number(object, "threads");
    read_word(machine->version, object, "version");
    read_word(machine->compiler, object, "compiler");
    read_word(machine->vectors, object, "vectors");
    read_word(machine->date, object, "date");
    machine->peak_gflops = read_number(object, "peak_gflops");
    machine->peak_gflops_of_one_thread = read_number(object, "peak_gflops_of_one_thread");
    return true;
}

void bench_machine_line(char line[BENCH_MACHINE_LINE], const struct bench_machine *machine)
{
    snprintf(line, BENCH_MACHINE_LINE, "%s, %d thread%s, duet %s, %s, %s, %s", machine->cpu,
             machine->threads, machine->threads == 1 ? "" : "s", machine->version,
             machine->compiler, machine->vectors, machine->date);
}
