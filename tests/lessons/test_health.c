/* Tests of lessons/health.c: what is found, and what is not. */
#include "tests/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lessons/snapshot.h"
#include "tests/close.h"
#include "tests/lessons/small_lab.h"

/* A snapshot of a lab that made no step, in which nothing is wrong. */
struct patient {
    struct lab *lab;
    struct snapshot snapshot;
    struct snapshot_arm *arm;
    struct health health;
};

static void take(struct snapshot *snapshot, const struct lab *lab)
{
    struct error error = { STATUS_OK, "" };

    if (snapshot_take(snapshot, lab, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void admit_config(struct patient *p, const struct lab_config *config)
{
    *p = (struct patient){ .lab = lab_make(config) };
    lab_look(p->lab);
    take(&p->snapshot, p->lab);
    p->arm = &p->snapshot.arm[0];
}

static void dismiss(struct patient *p)
{
    snapshot_free(&p->snapshot);
    lab_free(p->lab);
}

/* A whole sentence of it: with its full stop. */
static void assert_chinese(const char *words)
{
    static const char stop[] = "\u3002";

    if (strlen(words) < sizeof stop || strcmp(words + strlen(words) - strlen(stop), stop) != 0)
        fail_msg("\"%s\" is not Chinese", words);
}

/* The only finding, with its words. */
static const struct finding *found(struct patient *p, enum health_kind kind,
                                   enum health_level level)
{
    const struct finding *finding = &p->health.finding[0];

    health_of(&p->health, &p->snapshot, 0);
    assert_int_equal(p->health.count, 1);
    assert_int_equal(finding->kind, kind);
    assert_int_equal(finding->level, level);
    assert_true(strlen(finding->words) > 20 && strlen(finding->advice) > 10);
    assert_int_equal(finding->words[strlen(finding->words) - 1], '.'); /* not cut */
    assert_int_equal(finding->advice[strlen(finding->advice) - 1], '.');
    assert_chinese(finding_words(finding, LANGUAGE_CHINESE));
    assert_chinese(finding_advice(finding, LANGUAGE_CHINESE));
    return finding;
}

static void nothing_found(struct patient *p)
{
    health_of(&p->health, &p->snapshot, 0);
    if (p->health.count > 0)
        fail_msg("cries wolf: %s", p->health.finding[0].words);
}

/* Healthy, so far: twelve steps are few. */
static void admit(struct patient *p, const char *model)
{
    const struct lab_config config = small_config("adding", model, NULL);

    admit_config(p, &config);
    nothing_found(p);
}

static void assert_words(const struct finding *finding, const char *words)
{
    if (strstr(finding->words, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", finding->words, words);
}

static struct trace_entry *entry_of(struct patient *p, const char *quantity)
{
    struct trace_entry *entry = (struct trace_entry *)trace_find(&p->arm->trace, quantity, 0);

    assert_non_null(entry);
    return entry;
}

/* Along time ------------------------------------------------------------------------------- */

static void set_slope(struct patient *p, double factor, double noise)
{
    struct profile *now = &p->arm->now;

    for (int t = 0; t <= now->tau; t++)
        now->input.one[t] = now->input.rms[t] =
            0.01 * pow(factor, now->tau - t) * (t % 2 ? 1 : noise);
    profile_fit(&now->input, now->steps, now->tau);
}

/* 23 steps with a level gradient. */
static void admit_copying(struct patient *p, const char *model)
{
    const struct lab_config config = small_config("copying", model, NULL);

    admit_config(p, &config);
    set_slope(p, 1, 1);
    nothing_found(p);
}

static void what_falls_by_half_vanishes(void **state)
{
    struct patient p;
    const struct finding *finding;

    (void)state;
    admit_copying(&p, "elman");
    set_slope(&p, 0.5, 1);
    finding = found(&p, HEALTH_VANISHING, HEALTH_WARNING);
    assert_close(finding->measured, 0.5, 0, 1e-9);
    assert_words(finding, "by 0.5:");
    /* 1e-4 of the last but one is passed after 14 steps, 15 back from step 22 */
    assert_int_equal(finding->from, 0);
    assert_int_equal(finding->to, p.arm->now.tau - 15);
    assert_string_equal(finding->tensor, "input");
    assert_non_null(strstr(finding->advice, "initial = orthogonal"));
    p.snapshot.config.arm[0].initial = WEIGHTS_ORTHOGONAL; /* already done */
    assert_null(strstr(found(&p, HEALTH_VANISHING, HEALTH_WARNING)->advice, "orthogonal"));
    p.arm->accuracy = 0.99; /* it needs no more than it has */
    found(&p, HEALTH_VANISHING, HEALTH_NOTE);
    assert_null(health_worst(&p.health));
    p.arm->accuracy = 0.5;
    p.arm->now.local = true; /* local losses hide vanishing */
    nothing_found(&p);
    dismiss(&p);
}

/* Other steps are small because it looks elsewhere: the slope is level. */
static void small_gradients_here_and_there_are_not_vanishing(void **state)
{
    struct patient p;

    (void)state;
    admit_copying(&p, "transformer");
    set_slope(&p, 1, 1e-6);
    nothing_found(&p);
    set_slope(&p, 0.7, 1); /* .7^21 = 5e-4 */
    nothing_found(&p);
    dismiss(&p);
}

static void what_doubles_explodes(void **state)
{
    struct patient p;
    const struct finding *finding;

    (void)state;
    admit_copying(&p, "elman");
    set_slope(&p, 2, 1);
    finding = found(&p, HEALTH_EXPLODING, HEALTH_WARNING);
    assert_close(finding->measured, 2, 0, 1e-9);
    assert_words(finding, "by 2:");
    set_slope(&p, 1.3, 1); /* 1.3^21 = 247 */
    nothing_found(&p);
    dismiss(&p);
}

static void one_gradient_far_above_the_usual_is_told(void **state)
{
    struct patient p;
    const struct finding *finding;

    (void)state;
    admit(&p, "elman");
    for (long step = 0; step < 400; step++)
        curve_add(&p.arm->curve, (struct curve_point){ .step = step, .gradient_norm = 0.5f });
    p.arm->step = p.arm->looked_step = 400;
    p.arm->curve.points[350].gradient_norm = 5; /* ten times: as it comes */
    nothing_found(&p);
    p.arm->curve.points[350].gradient_norm = 75;
    p.snapshot.config.training.clip = 0;
    finding = found(&p, HEALTH_EXPLODING, HEALTH_WARNING);
    assert_words(finding, "At update 351 the gradient was 75 long, 150 times");
    p.snapshot.config.training.clip = 1;
    found(&p, HEALTH_EXPLODING, HEALTH_NOTE);
    p.arm->step = p.arm->looked_step = 500; /* long ago */
    nothing_found(&p);
    dismiss(&p);
}

/* Numbers that are none -------------------------------------------------------------------- */

static void a_stopped_arm_names_tensor_and_update(void **state)
{
    struct patient p;
    const struct finding *finding;

    (void)state;
    admit(&p, "elman");
    p.arm->stopped = true;
    snprintf(p.arm->stop_reason, sizeof p.arm->stop_reason,
             "step 31: loss nan, gradient norm nan: no longer usable numbers; it began in "
             "core.weight_hh_l0; kept are the weights of step 29, the last usable ones");
    finding = found(&p, HEALTH_NOT_FINITE, HEALTH_STOPPED);
    assert_string_equal(finding->tensor, "core.weight_hh_l0");
    assert_words(finding, "update 31");
    assert_words(finding, "in core.weight_hh_l0.");
    snprintf(p.arm->stop_reason, sizeof p.arm->stop_reason, "no memory");
    assert_words(found(&p, HEALTH_NOT_FINITE, HEALTH_STOPPED), "no memory");
    dismiss(&p);
}

/* What a real training that diverges says, taken apart. */
static void a_training_that_diverges_is_understood(void **state)
{
    struct lab_config config = small_config("adding", "transformer", NULL);
    struct snapshot snapshot = { 0 };
    struct lab *lab;
    const struct finding *worst;

    (void)state;
    set(&config, "training.learning_rate", "100");
    set(&config, "training.optimizer", "sgd");
    set(&config, "training.clip", "0");
    lab = lab_make(&config);
    for (int i = 0; i < 50 && lab_step(lab); i++)
        continue;
    lab_look(lab);
    take(&snapshot, lab);
    assert_true(snapshot.arm[0].stopped);
    worst = health_worst(&snapshot.arm[0].health);
    assert_non_null(worst);
    assert_int_equal(worst->kind, HEALTH_NOT_FINITE);
    assert_true(worst->measured >= 1); /* the update, read from the reason */
    assert_true(strlen(worst->tensor) > 3);
    assert_non_null(strstr(worst->advice, "clip"));
    snapshot_free(&snapshot);
    lab_free(lab);
}

static void a_number_that_is_none_is_found_with_its_step(void **state)
{
    struct patient p;
    const struct finding *finding;

    (void)state;
    admit(&p, "lstm");
    entry_of(&p, "cell")->value[7 * SMALL_HIDDEN + 3] = (real)NAN;
    finding = found(&p, HEALTH_NOT_FINITE, HEALTH_STOPPED);
    assert_string_equal(finding->tensor, "layers.0.cell");
    assert_int_equal(finding->from, 7);
    dismiss(&p);
}

/* A mask takes minus infinity for a score; what comes of it has to be a number. */
static void masked_scores_are_no_fault_but_weights_that_are_none_are(void **state)
{
    struct patient p;

    (void)state;
    admit(&p, "transformer");
    assert_true(isinf((double)entry_of(&p, "score")->value[1])); /* query 0, key 1 */
    entry_of(&p, "attention")->value[3] = (real)NAN;
    assert_string_equal(found(&p, HEALTH_NOT_FINITE, HEALTH_STOPPED)->tensor,
                        "layers.0.attention");
    dismiss(&p);
}

/* Inside ----------------------------------------------------------------------------------- */

/* `count` values of every step from `from` on are at the end of tanh. */
static void saturate(struct trace_entry *entry, int from, int count)
{
    const int units = entry->extent[2];

    for (int t = from; t < entry->extent[1]; t++)
        for (int u = 0; u < count; u++)
            entry->value[t * units + u] = (real)(u % 2 ? -0.995 : 0.995);
}

static void a_saturated_tanh_is_told_with_its_steps(void **state)
{
    struct patient p;
    const struct finding *finding;

    (void)state;
    admit(&p, "elman"); /* 12 steps, 9 units */
    saturate(entry_of(&p, "hidden"), 4, 4);
    nothing_found(&p); /* 30 % */
    saturate(entry_of(&p, "hidden"), 4, 8);
    finding = found(&p, HEALTH_SATURATED_TANH, HEALTH_WARNING);
    assert_close(finding->measured, 64.0 / 108, 0, 1e-9);
    assert_int_equal(finding->from, 4);
    assert_int_equal(finding->to, 11);
    assert_words(finding, "59 % of hidden in layer 1");
    entry_of(&p, "hidden")->value[0] = (real)1.5; /* then it is no tanh */
    nothing_found(&p);
    dismiss(&p);
}

static void open_gates_are_no_fault(void **state)
{
    struct patient p;
    struct trace_entry *gate;

    (void)state;
    admit(&p, "lstm");
    gate = entry_of(&p, "gate.f");
    for (size_t k = 0; k < gate->count; k++)
        gate->value[k] = 1;
    nothing_found(&p);
    saturate(entry_of(&p, "gate.g"), 0, SMALL_HIDDEN);
    assert_string_equal(found(&p, HEALTH_SATURATED_TANH, HEALTH_WARNING)->tensor,
                        "layers.0.gate.g");
    dismiss(&p);
}

static void units_that_never_speak_are_dead(void **state)
{
    struct patient p;
    struct trace_entry *hidden;

    (void)state;
    admit(&p, "elman");
    hidden = entry_of(&p, "hidden");
    for (int t = 0; t < 12; t++)
        for (int u = 0; u < 6; u++)
            hidden->value[t * SMALL_HIDDEN + u] = 0;
    assert_words(found(&p, HEALTH_DEAD_RELU, HEALTH_WARNING), "6 of 9 units");
    hidden->value[3 * SMALL_HIDDEN] = hidden->value[5 * SMALL_HIDDEN + 1] = (real)0.1;
    nothing_found(&p);
    dismiss(&p);
}

static void a_head_that_nobody_hears_is_dead(void **state)
{
    struct patient p;
    struct trace_entry *attention;
    const struct finding *finding;
    const int n = 12 * 12;

    (void)state;
    admit(&p, "transformer");
    attention = entry_of(&p, "attention");
    for (int k = 0; k < n; k++)
        attention->gradient[n + k] = attention->gradient[k] * (real)0.002;
    nothing_found(&p);
    for (int k = 0; k < n; k++)
        attention->gradient[n + k] = attention->gradient[k] * (real)0.0005;
    finding = found(&p, HEALTH_NO_HEAD, HEALTH_WARNING);
    assert_int_equal(finding->layer, 0);
    assert_int_equal(finding->head, 1);
    assert_words(finding, "Head 2 of layer 1");
    p.arm->edits = 1; /* a hand has silenced it */
    p.arm->edit[0] = (struct edit){ .kind = EDIT_HEAD_OUT, .depth = 0, .head = 1 };
    nothing_found(&p);
    dismiss(&p);
}

static void level(struct trace_entry *attention, int head, double tilt)
{
    const int T = attention->extent[2];

    for (int q = 0; q < T; q++)
        for (int k = 0; k <= q; k++)
            attention->value[(head * T + q) * T + k] =
                (real)((k == 0 ? 1 + tilt * q : 1 - tilt) / (q + 1));
}

static void a_head_that_looks_at_everything_alike_is_uniform(void **state)
{
    struct patient p;
    struct trace_entry *attention;
    const struct finding *finding;

    (void)state;
    admit(&p, "transformer");
    attention = entry_of(&p, "attention");
    level(attention, 1, 0);
    finding = found(&p, HEALTH_ALIKE, HEALTH_NOTE); /* that is how they begin */
    assert_close(finding->measured, 1, 0, 1e-6);
    assert_int_equal(finding->head, 1);
    assert_non_null(strstr(finding->advice, "normal before training"));
    p.arm->step = p.arm->looked_step = 1000;
    found(&p, HEALTH_ALIKE, HEALTH_WARNING);
    level(attention, 0, 0);
    assert_words(found(&p, HEALTH_ALIKE, HEALTH_WARNING), "Heads 1, 2 of layer 1 look at");
    level(attention, 0, 0.3); /* a third of it on the first key */
    level(attention, 1, 0.3);
    nothing_found(&p);
    dismiss(&p);
}

/* Short sequences have few keys to choose from, and are looked at all the same. */
static void few_keys_are_enough_where_there_are_no_more(void **state)
{
    struct lab_config config = small_config("adding", "transformer", NULL);
    struct patient p;

    (void)state;
    set(&config, "task.length", "6");
    admit_config(&p, &config);
    level(entry_of(&p, "attention"), 0, 0);
    found(&p, HEALTH_ALIKE, HEALTH_NOTE);
    dismiss(&p);
}

/* The list -------------------------------------------------------------------------------- */

static void the_worst_comes_first(void **state)
{
    struct patient p;

    (void)state;
    admit_copying(&p, "elman");
    set_slope(&p, 0.5, 1);
    saturate(entry_of(&p, "hidden"), 0, SMALL_HIDDEN);
    health_of(&p.health, &p.snapshot, 0);
    assert_int_equal(p.health.count, 2);
    assert_int_equal(p.health.finding[0].kind, HEALTH_VANISHING);
    assert_int_equal(p.health.finding[1].kind, HEALTH_SATURATED_TANH);
    p.arm->stopped = true;
    health_of(&p.health, &p.snapshot, 0);
    assert_int_equal(p.health.count, 3);
    assert_int_equal(p.health.finding[0].kind, HEALTH_NOT_FINITE);
    assert_ptr_equal(health_worst(&p.health), &p.health.finding[0]);
    dismiss(&p);
}

static void there_are_never_more_than_fit(void **state)
{
    struct lab_config config = small_config("adding", "transformer", NULL);
    struct patient p;

    (void)state;
    set(&config, "left.width", "32");
    set(&config, "left.heads", "32");
    admit_config(&p, &config);
    {
        struct trace_entry *attention = entry_of(&p, "attention");

        for (size_t k = 12 * 12; k < attention->count; k++)
            attention->gradient[k] = 0;
        p.arm->stopped = true;
        health_of(&p.health, &p.snapshot, 0);
        assert_int_equal(p.health.count, HEALTH_MAX);
        assert_int_equal(p.health.finding[0].kind, HEALTH_NOT_FINITE);
        assert_int_equal(p.health.finding[1].head, 1); /* and those found first */
    }
    dismiss(&p);
}

/* The two lessons ------------------------------------------------------------------------- */

struct lesson_row {
    const char *task, *length, *left, *layers, *rate;
    int steps;
    bool vanishing; /* at the beginning, in the left arm */
};

/* Not a word beside the one that the lesson is about, before training and after some of it. */
static void a_lesson_hears_what_it_is_about_and_no_more(void **state)
{
    const struct lesson_row *row = *state;
    struct lab_config config = config_default();
    struct snapshot s = { 0 };
    struct lab *lab;

    set(&config, "task.name", row->task);
    set(&config, "task.length", row->length);
    set(&config, "left.model", row->left);
    set(&config, "right.model", "transformer");
    set(&config, "right.layers", row->layers);
    set(&config, "training.learning_rate", row->rate);
    set(&config, "training.threads", "1");
    lab = lab_make(&config);
    for (int look = 0; look < 3; look++) {
        lab_train(lab, look > 0 ? row->steps / 2 : 0);
        lab_look(lab);
        take(&s, lab);
        assert_int_equal(s.arm[0].health.count, row->vanishing);
        if (row->vanishing)
            assert_int_equal(health_worst(&s.arm[0].health)->kind, HEALTH_VANISHING);
        assert_int_equal(s.arm[1].health.count, 0);
    }
    snapshot_free(&s);
    lab_free(lab);
}

/* clang-format off */
#define LESSON(sentence, ...)                                                                  \
    { .name = sentence, .test_func = a_lesson_hears_what_it_is_about_and_no_more,              \
      .initial_state = &(struct lesson_row){ __VA_ARGS__ } }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_falls_by_half_vanishes),
        cmocka_unit_test(small_gradients_here_and_there_are_not_vanishing),
        cmocka_unit_test(what_doubles_explodes),
        cmocka_unit_test(one_gradient_far_above_the_usual_is_told),
        cmocka_unit_test(a_stopped_arm_names_tensor_and_update),
        cmocka_unit_test(a_training_that_diverges_is_understood),
        cmocka_unit_test(a_number_that_is_none_is_found_with_its_step),
        cmocka_unit_test(masked_scores_are_no_fault_but_weights_that_are_none_are),
        cmocka_unit_test(a_saturated_tanh_is_told_with_its_steps),
        cmocka_unit_test(open_gates_are_no_fault),
        cmocka_unit_test(units_that_never_speak_are_dead),
        cmocka_unit_test(a_head_that_nobody_hears_is_dead),
        cmocka_unit_test(a_head_that_looks_at_everything_alike_is_uniform),
        cmocka_unit_test(few_keys_are_enough_where_there_are_no_more),
        cmocka_unit_test(the_worst_comes_first),
        cmocka_unit_test(there_are_never_more_than_fit),
        LESSON("lesson_03_hears_of_vanishing_alone", "adding", "50", "elman", "1", "0", 100,
               true),
        LESSON("lesson_06_hears_nothing", "sort", "6", "gru", "2", "0.001", 200, false),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
