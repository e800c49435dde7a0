#include "viz/commands/report_json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void json_number(cJSON *object, const char *key, double number)
{
    if (isfinite(number))
        cJSON_AddNumberToObject(object, key, number);
    else
        cJSON_AddNullToObject(object, key);
}

double json_get_number(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

void json_get_text(char *text, size_t size, const cJSON *object, const char *key)
{
    const char *found = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

    snprintf(text, size, "%s", found != NULL ? found : "");
}

enum status json_print(cJSON *object, struct error *error)
{
    char *text = object ? cJSON_PrintUnformatted(object) : NULL;
    enum status status = STATUS_OK;

    if (text == NULL)
        status = error_set(error, STATUS_NO_MEMORY, "no memory for a line of JSON");
    else if (puts(text) == EOF || fflush(stdout) != 0)
        status = error_set(error, STATUS_FILE, "standard output: %s", strerror(errno));
    cJSON_free(text);
    cJSON_Delete(object);
    return status;
}

static cJSON *arm_object(const struct report_json *report, const struct lab *lab, int i)
{
    const struct lab_arm *arm = &lab->arm[i];
    const struct report last = lab_last(arm);
    cJSON *object = cJSON_CreateObject();

    cJSON_AddStringToObject(object, "arm", arm->name);
    cJSON_AddStringToObject(object, "model", lab->config.arm[arm->number].model);
    json_number(object, "parameters", (double)arm->model.parameters.total);
    json_number(object, "loss", last.loss);
    json_number(object, "accuracy", last.accuracy);
    json_number(object, "gradient_norm", last.gradient_norm);
    json_number(object, "core_parameters", (double)model_core_parameters(&arm->model));
    json_number(object, "flops", model_flops(&arm->model, lab->task.shape.steps));
    json_number(object, "core_flops", model_core_flops(&arm->model, lab->task.shape.steps));
    if (lab->config.training.pace != PACE_STEPS || arm->trainer.step != lab->step)
        json_number(object, "step", (double)arm->trainer.step);
    if (lab_validates(lab))
        json_number(object, "validation_loss", lab_validation_loss(arm));
    if (report->tests != NULL) {
        json_number(object, "test_loss", report->tests[i].loss);
        json_number(object, "test_accuracy", report->tests[i].accuracy);
    }
    if (report->longer != NULL) {
        json_number(object, "long_loss", report->longer[i].loss);
        json_number(object, "long_accuracy", report->longer[i].accuracy);
    }
    if (arm->validation.restored)
        json_number(object, "best_step", (double)arm->validation.best_step);
    if (arm->finished)
        json_number(object, "finished", (double)arm->trainer.step);
    if (arm->stopped) {
        json_number(object, "stopped", (double)arm->trainer.step);
        cJSON_AddStringToObject(object, "reason", arm->why.message);
    }
    return object;
}

enum status report_json_print(const struct report_json *report, const struct lab *lab,
                              struct error *error)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *arms;

    cJSON_AddStringToObject(object, "event", report->event);
    json_number(object, "step", (double)lab->step);
    json_number(object, "seconds", round(lab->seconds * 1e3) / 1e3);
    if (report->tests != NULL)
        json_number(object, "baseline", task_baseline(&lab->task));
    if (report->interrupted)
        cJSON_AddTrueToObject(object, "interrupted");
    arms = cJSON_AddArrayToObject(object, "arms");
    for (int i = 0; i < lab->arms; i++)
        if (report->arm == REPORT_ALL_ARMS || report->arm == i)
            cJSON_AddItemToArray(arms, arm_object(report, lab, i));
    return json_print(object, error);
}
