/* Tests of viz/window/cell_parts.c: the numbers of a cell are those of its equation. */
#include "tests/test.h"

#include <math.h>
#include <string.h>

#include "tests/close.h"
#include "tests/lessons/small_lab.h"
#include "viz/window/cell_parts.h"

enum { T_MAX = 64, H = SMALL_HIDDEN };

struct parts_row {
    const char *model, *direction, *state;
    int trained; /* steps */
};

static struct lab *lab_of(const struct parts_row *row)
{
    struct lab_config config = small_config("sort", row->model, NULL);
    struct lab *lab;

    config.arm[0].layers = 2;
    set(&config, "left.direction", row->direction);
    set(&config, "left.state", row->state);
    set(&config, "training.learning_rate", ".05"); /* a learned state moves far from 0 */
    lab = lab_make(&config);
    lab_train(lab, row->trained);
    lab_look(lab);
    return lab;
}

static double traced(const struct lab *lab, const char *quantity, const struct cell_place *at,
                     int step)
{
    char name[TRACE_NAME_MAX];
    const struct trace_entry *entry;

    snprintf(name, sizeof name, "%s%s", quantity, at->reverse ? ".reverse" : "");
    entry = trace_find(&lab->arm[0].probe.trace, name, at->layer);
    assert_non_null(entry);
    return (double)entry->value[step * entry->extent[2] + at->unit];
}

/* What is learned for before the first step: a row of the weights. */
static double learned(const struct lab *lab, const char *what, const struct cell_place *at)
{
    char name[64];
    const struct parameter *parameter;

    snprintf(name, sizeof name, "initial.%s_l%d%s", what, at->layer,
             at->reverse ? "_reverse" : "");
    parameter = parameter_find(&lab->arm[0].model.parameters, name);
    assert_non_null(parameter);
    return (double)lab->arm[0].trainer.parameters[parameter->offset + (size_t)at->unit];
}

static void assert_before(const struct lab *lab, const struct cell_parts *p,
                          const struct cell_place *at, const char *quantity)
{
    const int T = lab->task.shape.steps, before = at->step + (at->reverse ? 1 : -1);

    if (before >= 0 && before < T)
        assert_true(p->before == traced(lab, quantity, at, before));
    else if (at->learned)
        assert_close(p->before, learned(lab, quantity, at), 2e-6 / p->keep, 1e-6);
    else
        assert_true(p->before == 0);
    assert_close(p->kept, p->keep * p->before, 1e-7, 1e-6);
}

static void assert_lstm(const struct lab *lab, const struct cell_parts *p,
                        const struct cell_place *at)
{
    assert_int_equal(p->kind, CELL_LSTM);
    assert_true(p->keep == traced(lab, "gate.f", at, at->step));
    assert_true(p->write == traced(lab, "gate.i", at, at->step));
    assert_true(p->fresh == traced(lab, "gate.g", at, at->step));
    assert_true(p->show == traced(lab, "gate.o", at, at->step));
    assert_before(lab, p, at, "cell");
    assert_close(p->added, p->write * p->fresh, 0, 1e-12);
    assert_close(p->sum, p->kept + p->added, 0, 1e-12);
    assert_close(p->sum, traced(lab, "cell", at, at->step), 1e-6, 1e-6);
    assert_close(p->shown, p->show * tanh(p->sum), 0, 1e-12);
    assert_close(p->shown, traced(lab, "hidden", at, at->step), 1e-6, 1e-6);
}

static void assert_gru(const struct lab *lab, const struct cell_parts *p,
                       const struct cell_place *at)
{
    assert_int_equal(p->kind, CELL_GRU);
    assert_true(p->keep == traced(lab, "gate.z", at, at->step));
    assert_close(p->write, 1 - p->keep, 0, 1e-12);
    assert_true(p->fresh == traced(lab, "gate.n", at, at->step));
    assert_true(p->reset == traced(lab, "gate.r", at, at->step));
    assert_before(lab, p, at, "hidden");
    assert_close(p->sum, p->keep * p->before + (1 - p->keep) * p->fresh, 1e-6, 1e-6);
    assert_close(p->sum, traced(lab, "hidden", at, at->step), 1e-6, 1e-6);
}

static void assert_elman(const struct lab *lab, const struct cell_parts *p,
                         const struct cell_place *at)
{
    const int before = at->step + (at->reverse ? 1 : -1);

    assert_int_equal(p->kind, CELL_ELMAN);
    if (before >= 0 && before < lab->task.shape.steps)
        assert_true(p->before == traced(lab, "hidden", at, before));
    else
        assert_true(at->learned ? isnan(p->before) : p->before == 0);
}

static void the_parts_add_up_to_the_state(void **state)
{
    const struct parts_row *row = *state;
    struct lab *lab = lab_of(row);
    const struct trace *trace = &lab->arm[0].probe.trace;
    struct cell_place at = { .learned = strcmp(row->state, "learned") == 0 };
    const bool both = strcmp(row->direction, "both") == 0;

    for (at.layer = 0; at.layer < 2; at.layer++)
        for (int reverse = 0; reverse <= both; reverse++)
            for (at.step = 0; at.step < lab->task.shape.steps; at.step++)
                for (at.unit = 0; at.unit < H; at.unit++) {
                    struct cell_parts p;

                    at.reverse = reverse == 1;
                    assert_true(cell_parts(&p, trace, &at));
                    assert_true(p.hidden == traced(lab, "hidden", &at, at.step));
                    if (strcmp(row->model, "lstm") == 0)
                        assert_lstm(lab, &p, &at);
                    else if (strcmp(row->model, "gru") == 0)
                        assert_gru(lab, &p, &at);
                    else
                        assert_elman(lab, &p, &at);
                }
    lab_free(lab);
}

static void what_is_no_cell_has_no_parts(void **state)
{
    const struct lab_config config = small_config("sort", "transformer", "lstm");
    struct lab *lab = lab_make(&config);
    struct cell_parts p;

    (void)state;
    lab_look(lab);
    assert_false(cell_parts(&p, &lab->arm[0].probe.trace, &(struct cell_place){ 0 }));
    assert_int_equal(p.kind, CELL_NONE);
    assert_true(cell_parts(&p, &lab->arm[1].probe.trace, &(struct cell_place){ 0 }));
    assert_false(cell_parts(&p, &lab->arm[1].probe.trace, &(struct cell_place){ .unit = H }));
    assert_false(cell_parts(&p, &lab->arm[1].probe.trace, &(struct cell_place){ .step = 9 }));
    assert_false(cell_parts(&p, &lab->arm[1].probe.trace, &(struct cell_place){ .step = -1 }));
    assert_false(cell_parts(&p, &lab->arm[1].probe.trace, &(struct cell_place){ .layer = 1 }));
    assert_false(
        cell_parts(&p, &lab->arm[1].probe.trace, &(struct cell_place){ .reverse = true }));
    lab_free(lab);
}

/* The cell goes on as it would; what is there is what the hand has put there. */
static void a_hand_overrules_the_sum(void **state)
{
    const struct parts_row row = { "lstm", "forward", "learned", 3 };
    const struct edit zero[] = { { .kind = EDIT_STATE_ZERO, .step = 4 },
                                 { .kind = EDIT_STATE_ZERO, .step = 0 } };
    struct lab *lab = lab_of(&row);
    const struct trace *trace = &lab->arm[0].probe.trace;
    struct cell_parts p;

    (void)state;
    assert_true(lab_edit(lab, 0, &zero[0]) && lab_edit(lab, 0, &zero[1]));
    lab_look(lab);
    assert_true(cell_parts(&p, trace,
                           &(struct cell_place){ .step = 4, .learned = true, .edited = true }));
    assert_true(p.state == 0 && p.hidden == 0 && p.sum != 0 && p.shown != 0);
    assert_true(cell_parts(&p, trace, &(struct cell_place){ .step = 5, .learned = true }));
    assert_true(p.before == 0 && p.kept == 0 && p.sum == p.added);
    assert_true(cell_parts(&p, trace,
                           &(struct cell_place){ .step = 0, .learned = true, .edited = true }));
    assert_true(isnan(p.before) && isnan(p.sum) && p.state == 0); /* nobody kept that */
    lab_free(lab);
}

/* ------------------------------------------------------------------------------- the path */

static void the_path_is_the_product_of_the_forget_gates(void **state)
{
    const struct parts_row row = { "lstm", "forward", "zero", 5 };
    struct lab *lab = lab_of(&row);
    const struct trace *trace = &lab->arm[0].probe.trace;
    const struct trace_entry *forget = trace_find(trace, "gate.f", 1);
    const struct edits none = { NULL, 0 };
    double path[T_MAX], squares[T_MAX] = { 0 };
    const int tau = 6;

    (void)state;
    for (int unit = 0; unit < H; unit++) {
        double logs = 0;

        assert_true(cell_path(trace, none, 1, tau, unit, path));
        for (int t = tau; t >= 0; t--) {
            assert_close(log(path[t]), logs, 1e-12, 1e-12);
            logs += log((double)forget->value[t * H + unit]);
            squares[t] += path[t] * path[t];
        }
        assert_true(path[tau] == 1 && isnan(path[tau + 1]));
    }
    assert_true(cell_path(trace, none, 1, tau, -1, path));
    for (int t = 0; t <= tau; t++)
        assert_close(path[t], sqrt(squares[t] / H), 1e-15, 1e-12);
    assert_false(cell_path(trace, none, 2, tau, -1, path));
    assert_false(cell_path(trace, none, 1, tau, H, path));
    assert_false(cell_path(trace, none, 1, 9, -1, path));
    lab_free(lab);
}

static void an_edit_cuts_the_path_and_a_held_state_bridges_it(void **state)
{
    const struct parts_row row = { "lstm", "forward", "zero", 5 };
    const struct edit made[] = {
        { .kind = EDIT_STATE_HOLD, .step = 5 },
        { .kind = EDIT_STATE_ZERO, .step = 2 },
        { .kind = EDIT_STATE_ZERO, .step = 4, .depth = 1 },
        { .kind = EDIT_STATE_ZERO, .step = 4, .half = EDIT_REVERSE_HALF }
    };
    struct lab *lab = lab_of(&row);
    const struct trace *trace = &lab->arm[0].probe.trace;
    const struct trace_entry *forget = trace_find(trace, "gate.f", 0);
    double path[T_MAX];

    (void)state;
    assert_true(cell_path(trace, (struct edits){ made, 4 }, 0, 6, 3, path));
    assert_close(path[5], (double)forget->value[6 * H + 3], 0, 1e-12);
    assert_true(path[4] == path[5]);
    assert_close(path[3], path[4] * (double)forget->value[4 * H + 3], 0, 1e-12);
    assert_true(path[2] > 0 && path[1] == 0 && path[0] == 0);
    lab_free(lab);
}

static void only_an_lstm_has_such_a_path(void **state)
{
    const struct lab_config config = small_config("sort", "gru", "elman");
    struct lab *lab = lab_make(&config);
    double path[T_MAX];

    (void)state;
    lab_look(lab);
    for (int i = 0; i < 2; i++)
        assert_false(
            cell_path(&lab->arm[i].probe.trace, (struct edits){ NULL, 0 }, 0, 3, -1, path));
    lab_free(lab);
}

/* clang-format off */
#define ROW(label, ...) \
    { .name = label, .test_func = the_parts_add_up_to_the_state, \
      .initial_state = &(struct parts_row){ __VA_ARGS__ } }
#define CELL(model) \
    ROW("the_parts_of_an_untrained_" model "_add_up", model, "forward", "zero", 0), \
    ROW("the_parts_of_a_trained_" model "_add_up", model, "forward", "zero", 20), \
    ROW("the_parts_of_a_" model "_with_learned_states_add_up", model, "forward", "learned", 20), \
    ROW("the_parts_of_a_" model "_in_both_directions_add_up", model, "both", "learned", 20)
/* clang-format on */

int main(void)
{
    const struct CMUnitTest tests[] = {
        CELL("lstm"),
        CELL("gru"),
        CELL("elman"),
        cmocka_unit_test(what_is_no_cell_has_no_parts),
        cmocka_unit_test(a_hand_overrules_the_sum),
        cmocka_unit_test(the_path_is_the_product_of_the_forget_gates),
        cmocka_unit_test(an_edit_cuts_the_path_and_a_held_state_bridges_it),
        cmocka_unit_test(only_an_lstm_has_such_a_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
