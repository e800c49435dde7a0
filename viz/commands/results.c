#include "viz/commands/results.h"

#include <stdbool.h>
#include <string.h>

#include "viz/terminal/progress.h"

static bool is_longer(const struct lab *lab)
{
    return lab->longer.kind != NULL;
}

enum status results_measure(struct results *results, struct lab *lab, int arm,
                            struct error *error)
{
    enum status status = STATUS_OK;

    *results = (struct results){ 0 };
    for (int i = 0; i < lab->arms && status == STATUS_OK; i++) {
        if (arm >= 0 && i != arm)
            continue;
        lab_test(lab, i, &results->tests[i]);
        if (is_longer(lab))
            status = lab_test_long(lab, i, &results->longer[i], error);
    }
    return status;
}

const struct report *results_longer(const struct results *results, const struct lab *lab)
{
    return is_longer(lab) ? results->longer : NULL;
}

static void print_report(FILE *file, const struct report *report)
{
    char loss[NUMBER_MAX];

    number_text(loss, report->loss);
    fprintf(file, " %10s  %11.1f %%", loss, 100 * report->accuracy);
}

/* Characters of the longest model's name, 12 at least. */
static int model_width(const struct lab *lab)
{
    int width = 12;

    for (int i = 0; i < lab->arms; i++) {
        const int length = (int)strlen(lab->config.arm[lab->arm[i].number].model);

        width = length > width ? length : width;
    }
    return width;
}

static void print_arm(FILE *file, const struct lab *lab, const struct results *results, int i)
{
    const struct lab_arm *arm = &lab->arm[i];

    fprintf(file, "%-7s %-*s %10zu", arm->name, model_width(lab),
            lab->config.arm[arm->number].model, arm->model.parameters.total);
    print_report(file, &results->tests[i]);
    if (is_longer(lab))
        print_report(file, &results->longer[i]);
    if (arm->stopped)
        fprintf(file, "  stopped at step %ld", arm->trainer.step);
    if (arm->validation.restored)
        fprintf(file, "  best of step %ld", arm->validation.best_step);
    else if (!arm->stopped && arm->trainer.step != lab->step) /* of a run: as it was saved */
        fprintf(file, "  of step %ld", arm->trainer.step);
    fprintf(file, "\n");
}

void results_print(FILE *file, const struct lab *lab, const struct results *results, int arm)
{
    const char *metric = task_metric_name(&lab->task);
    const int width = model_width(lab);
    const int length = (int)strlen(metric); /* the numbers below take 13 characters */
    char baseline[NUMBER_MAX], heading[NUMBER_MAX];

    fprintf(file, "%-7s %-*s %10s %10s  %s", "arm", width, "model", "parameters", "test loss",
            metric);
    if (is_longer(lab)) {
        snprintf(heading, sizeof heading, "at %d", lab->longer.length);
        fprintf(file, "%*s %10s  %s", length < 13 ? 13 - length : 0, "", heading, metric);
    }
    fprintf(file, "\n");
    for (int i = 0; i < lab->arms; i++)
        if (arm < 0 || i == arm)
            print_arm(file, lab, results, i);
    number_text(baseline, task_baseline(&lab->task));
    fprintf(file, "%-7s %-*s %10s %10s  %s\n", "", width, "baseline", "", baseline,
            task_baseline_name(&lab->task));
}
