#include "lessons/metrics_read.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_ROOM = 4096, COLUMNS_MAX = 64 };

/* The fields of a line, cut apart in place; returns how many. */
static int cut_line(char *line, char *fields[COLUMNS_MAX])
{
    int count = 0;

    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; at != NULL && count < COLUMNS_MAX; count++) {
        char *comma = strchr(at, ',');

        fields[count] = at;
        if (comma != NULL)
            *comma = '\0';
        at = comma != NULL ? comma + 1 : NULL;
    }
    return count;
}

/* Where the numbers of an arm stand; -1: nowhere. */
struct columns {
    int step, loss, accuracy, gradient_norm, validation_loss;
};

static int column_of(char *const fields[], int count, const char *arm, const char *what)
{
    char name[64];

    snprintf(name, sizeof name, "%s.%s", arm, what);
    for (int i = 0; i < count; i++)
        if (strcmp(fields[i], name) == 0)
            return i;
    return -1;
}

static struct columns columns_of(char *const fields[], int count, const char *arm)
{
    const int step = column_of(fields, count, arm, "step");

    return (struct columns){
        .step = step < 0 ? 0 : step,
        .loss = column_of(fields, count, arm, "loss"),
        .accuracy = column_of(fields, count, arm, "accuracy"),
        .gradient_norm = column_of(fields, count, arm, "gradient_norm"),
        .validation_loss = column_of(fields, count, arm, "validation_loss"),
    };
}

/* NaN for what is not there. */
static float number_in(char *const fields[], int count, int column)
{
    return column < 0 || column >= count || fields[column][0] == '\0'
               ? (float)NAN
               : strtof(fields[column], NULL);
}

static void add_point(struct lab_arm *arm, const struct columns *c, char *const fields[],
                      int count)
{
    const long step = c->step < count ? strtol(fields[c->step], NULL, 10) : 0;
    const struct curve_point point = {
        .step = step - 1,
        .loss = number_in(fields, count, c->loss),
        .accuracy = number_in(fields, count, c->accuracy),
        .gradient_norm = number_in(fields, count, c->gradient_norm),
        .validation_loss = number_in(fields, count, c->validation_loss),
    };
    const long last = arm->curve.count ? arm->curve.points[arm->curve.count - 1].step : -1;

    if (step > 0 && step <= arm->trainer.step && point.step > last && !isnan(point.loss))
        curve_add(&arm->curve, point);
}

/* What comes next continues at the distance that the points have. */
static void set_stride(struct curve *curve)
{
    if (curve->count > 1 && curve->points[1].step - curve->points[0].step > curve->stride &&
        curve->points[0].step == 0)
        curve->stride = curve->points[1].step - curve->points[0].step;
}

void metrics_read(struct lab *lab, const char *path)
{
    FILE *file = fopen(path, "r");
    char line[LINE_ROOM], *fields[COLUMNS_MAX];
    struct columns columns[ARMS_MAX];

    for (int i = 0; i < lab->arms; i++)
        lab->arm[i].curve = (struct curve){ 0 };
    if (file == NULL)
        return;
    if (fgets(line, sizeof line, file) != NULL) {
        const int count = cut_line(line, fields);

        for (int i = 0; i < lab->arms; i++)
            columns[i] = columns_of(fields, count, lab->arm[i].name);
        while (fgets(line, sizeof line, file) != NULL) {
            const int found = cut_line(line, fields);

            for (int i = 0; i < lab->arms; i++)
                add_point(&lab->arm[i], &columns[i], fields, found);
        }
    }
    fclose(file);
    for (int i = 0; i < lab->arms; i++)
        set_stride(&lab->arm[i].curve);
}
