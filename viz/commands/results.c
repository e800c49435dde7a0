#include "viz/commands/results.h"

#include "viz/terminal/progress.h"

void results_print(FILE *file, const struct lab *lab, const struct report *tests, int arm)
{
    const char *metric = task_metric_name(&lab->task);
    char baseline[NUMBER_MAX];

    fprintf(file, "%-7s %-12s %10s %10s  %s\n", "arm", "model", "parameters", "test loss",
            metric);
    for (int i = 0; i < lab->arms; i++) {
        const struct lab_arm *a = &lab->arm[i];
        char loss[NUMBER_MAX];

        if (arm >= 0 && i != arm)
            continue;
        number_text(loss, tests[i].loss);
        fprintf(file, "%-7s %-12s %10zu %10s  %11.1f %%", a->name,
                lab->config.arm[a->number].model, a->model.parameters.total, loss,
                100 * tests[i].accuracy);
        if (a->stopped)
            fprintf(file, "  stopped at step %ld", a->trainer.step);
        fprintf(file, "\n");
    }
    number_text(baseline, task_baseline(&lab->task));
    fprintf(file, "%-7s %-12s %10s %10s  learned nothing\n", "", "baseline", "", baseline);
}
