/*
 * health_parts.h - the two halves of health.c: what gradients show, and what is inside.
 */
#ifndef LESSONS_HEALTH_PARTS_H
#define LESSONS_HEALTH_PARTS_H

#include "lessons/health.h"
#include "lessons/snapshot.h"

/* One more finding; NULL if there are HEALTH_MAX already, of which none is less urgent. */
struct finding *health_add(struct health *health, enum health_kind kind,
                           enum health_level level);

/* Say it, in every language; what is told in its %s is the same in all. */
void health_words(struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void health_advice(struct finding *finding, const char *sentence);

/* HEALTH_WARNING, or HEALTH_NOTE where the arm solves its task all the same. */
enum health_level health_level_of(const struct snapshot_arm *arm);

/* health_gradient.c */
void health_gradients(struct health *health, const struct snapshot *snapshot, int arm);

/* health_inside.c */
void health_inside(struct health *health, const struct snapshot *snapshot, int arm);

#endif
