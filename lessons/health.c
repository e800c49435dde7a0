#include "lessons/health.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/training/diagnosis.h"
#include "lessons/health_parts.h"
#include "lessons/words.h"

const char *health_name(enum health_kind kind)
{
    static const char *const names[HEALTH_KINDS] = {
        [HEALTH_NOT_FINITE] = "not finite",   [HEALTH_EXPLODING] = "exploding",
        [HEALTH_VANISHING] = "vanishing",     [HEALTH_SATURATED_TANH] = "saturated tanh",
        [HEALTH_DEAD_RELU] = "dead units",    [HEALTH_NO_HEAD] = "dead head",
        [HEALTH_ALIKE] = "uniform attention",
    };

    return names[kind];
}

int health_compare(const struct finding *a, const struct finding *b)
{
    return a->level != b->level ? (int)b->level - (int)a->level : (int)a->kind - (int)b->kind;
}

struct finding *health_add(struct health *health, enum health_kind kind,
                           enum health_level level)
{
    const struct finding made = {
        .kind = kind, .level = level, .layer = -1, .head = -1, .from = -1, .to = -1
    };
    int place = health->count;

    while (place > 0 && health_compare(&made, &health->finding[place - 1]) < 0)
        place--;
    if (place == HEALTH_MAX)
        return NULL;
    if (health->count < HEALTH_MAX)
        health->count++;
    memmove(&health->finding[place + 1], &health->finding[place],
            (size_t)(health->count - 1 - place) * sizeof made);
    health->finding[place] = made;
    return &health->finding[place];
}

void health_words(struct finding *finding, const char *format, ...)
{
    for (int i = 0; i < LANGUAGES; i++) {
        const enum language language = (enum language)i;
        va_list arguments;

        va_start(arguments, format);
        vsnprintf(language == LANGUAGE_ENGLISH ? finding->words : finding->in[i].words,
                  HEALTH_WORDS_MAX, words_in(language, format), arguments);
        va_end(arguments);
    }
}

void health_advice(struct finding *finding, const char *sentence)
{
    for (int i = 0; i < LANGUAGES; i++)
        snprintf(i == LANGUAGE_ENGLISH ? finding->advice : finding->in[i].advice,
                 HEALTH_WORDS_MAX, "%s", words_in((enum language)i, sentence));
}

const char *finding_words(const struct finding *finding, enum language language)
{
    const char *words = finding->in[language].words;

    return words[0] != '\0' ? words : finding->words;
}

const char *finding_advice(const struct finding *finding, enum language language)
{
    const char *advice = finding->in[language].advice;

    return advice[0] != '\0' ? advice : finding->advice;
}

enum health_level health_level_of(const struct snapshot_arm *arm)
{
    return arm->accuracy >= HEALTH_SOLVED ? HEALTH_NOTE : HEALTH_WARNING;
}

/* What diagnose() found, taken apart; any other reason is said as it is. */
static void find_stopped(struct health *health, const struct snapshot *snapshot, int arm)
{
    const char *reason = snapshot->arm[arm].stop_reason;
    char place[DIAGNOSIS_PLACE_MAX];
    struct finding *finding;
    long step;

    if (!snapshot->arm[arm].stopped || snapshot->looking_at != LAB_NOW)
        return; /* what is looked at is of before that */
    finding = health_add(health, HEALTH_NOT_FINITE, HEALTH_STOPPED);
    if (finding == NULL)
        return;
    if (!diagnosis_read(reason, &step, place)) {
        health_words(finding, "It has stopped: %s.", reason);
        health_advice(finding, "Begin anew with a smaller learning rate.");
        return;
    }
    finding->measured = (double)step;
    snprintf(finding->tensor, sizeof finding->tensor, "%s", place);
    health_words(finding,
                 "It has stopped at update %ld: numbers were no longer finite, and it began in "
                 "%s.",
                 step, finding->tensor);
    health_advice(finding, snapshot->config.training.clip > 0
                               ? "Begin anew with a smaller learning rate, or a smaller clip."
                               : "Begin anew with a smaller learning rate, or clip the "
                                 "gradient at 1.");
}

/* Scores are minus infinity where a mask hides a key: there the weights tell. */
static bool may_be_infinite(const struct trace_entry *entry)
{
    return entry->rank == 4 && entry->range == TRACE_SIGNED;
}

/* Numbers of the pinned sequence, the first that is not finite. */
static void find_not_finite(struct health *health, const struct snapshot_arm *arm)
{
    for (int i = 0; i < arm->trace.count; i++) {
        const struct trace_entry *entry = &arm->trace.entries[i];
        const size_t units = entry->rank == 3 ? (size_t)entry->extent[2] : entry->count;

        for (size_t k = 0; k < entry->count && !may_be_infinite(entry); k++) {
            struct finding *finding;

            if (isfinite((double)entry->value[k]))
                continue;
            finding = health_add(health, HEALTH_NOT_FINITE, HEALTH_STOPPED);
            if (finding == NULL)
                return;
            finding->layer = entry->layer;
            finding->from = finding->to = entry->rank == 3 ? (int)(k / units) : -1;
            finding->measured = (double)entry->value[k];
            snprintf(finding->tensor, sizeof finding->tensor, "%s", entry->name);
            if (finding->from >= 0)
                health_words(finding, "%s is no longer finite from step %d on.", entry->name,
                             finding->from);
            else
                health_words(finding, "%s is no longer finite.", entry->name);
            health_advice(finding, "Begin anew with a smaller learning rate or gain.");
            return;
        }
    }
}

void health_of(struct health *health, const struct snapshot *snapshot, int arm)
{
    *health = (struct health){ 0 };
    find_stopped(health, snapshot, arm);
    find_not_finite(health, &snapshot->arm[arm]);
    health_gradients(health, snapshot, arm);
    health_inside(health, snapshot, arm);
}

const struct finding *health_worst(const struct health *health)
{
    return health->count > 0 && health->finding[0].level > HEALTH_NOTE ? &health->finding[0]
                                                                       : NULL;
}
