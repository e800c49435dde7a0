/* Tests of common/training/probe_file.c: a probe's file holds what the probe saw. */
#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/training/probe_file.h"
#include "common/training/trainer.h"
#include "tests/common/files/scratch.h"
#include "tests/common/training/small_models.h"
#include "tests/score_parts.h"

/* A probe that has run on the model's first weights, and its file. */
struct probed {
    struct sequence_model model;
    struct task task;
    struct trainer trainer;
    struct probe probe;
    struct safetensors file;
};

static const struct safetensors_metadata words[] = { { "arm", "left" }, { "sample", "3" } };

static void probed_create(struct probed *p, const struct scratch *scratch)
{
    const struct trainer_options options = { .batch = 4, .threads = 1, .seed = 5 };
    struct error error = { STATUS_OK, "" };

    *p = (struct probed){ 0 };
    small_model_create(&p->model, &p->task, scratch->row);
    assert_int_equal(trainer_create(&p->trainer, &p->model, &p->task, &options, NULL),
                     STATUS_OK);
    assert_int_equal(probe_create(&p->probe, &p->model, &p->task, 5, NULL), STATUS_OK);
    probe_pin(&p->probe, 3);
    assert_int_equal(probe_run(&p->probe, trainer_weights(&p->trainer), NULL), STATUS_OK);
    if (probe_file_write(&p->probe, scratch->path, words, 2, &error) != STATUS_OK ||
        safetensors_open(&p->file, scratch->path, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

static void probed_free(struct probed *p)
{
    safetensors_free(&p->file);
    probe_free(&p->probe);
    trainer_free(&p->trainer);
    model_free(&p->model);
}

static const struct safetensors_tensor *find(const struct probed *p, const char *name)
{
    const struct safetensors_tensor *tensor = safetensors_find(&p->file, name);

    if (tensor == NULL) {
        fail_msg("no tensor \"%s\"", name);
        abort();
    }
    return tensor;
}

/* The tensor is that array, float for float, in the entry's shape. */
static void assert_holds(const struct probed *p, const char *name,
                         const struct trace_entry *entry, const real *values)
{
    const struct safetensors_tensor *tensor = find(p, name);

    assert_int_equal(tensor->dtype, SAFETENSORS_F32);
    assert_int_equal(tensor->rank, entry->rank);
    for (int i = 0; i < entry->rank; i++)
        assert_int_equal(tensor->shape[i], entry->extent[i]);
    assert_memory_equal(tensor->data, values, entry->count * sizeof(float));
}

/* Every entry of the trace and its gradient are in the file, and else only the three ends. */
static void the_file_holds_the_trace(void **state)
{
    struct probed p;
    size_t count = 0;
    bool gradients = true;

    probed_create(&p, *state);
    for (int i = 0; i < p.probe.trace.count; i++) {
        const struct trace_entry *entry = &p.probe.trace.entries[i];
        const bool tokens = p.probe.one.tokens != NULL && strcmp(entry->name, "input") == 0;
        char name[2 * TRACE_NAME_MAX];

        if (!tokens) {
            assert_holds(&p, entry->name, entry, entry->value);
            count++;
        }
        snprintf(name, sizeof name, "gradient.%s", entry->name);
        gradients = gradients && entry->has_gradient != is_score_part(entry);
        if (entry->has_gradient) {
            assert_holds(&p, name, entry, entry->gradient);
            count++;
        }
    }
    assert_true(gradients);                           /* of all that is shown */
    count += p.probe.one.tokens != NULL;              /* input as numbers */
    assert_int_equal(p.file.tensor_count, count + 2); /* target, loss */
    assert_int_equal(p.file.metadata_count, 2);
    assert_string_equal(safetensors_metadata_find(&p.file, "arm"), "left");
    assert_string_equal(safetensors_metadata_find(&p.file, "sample"), "3");
    probed_free(&p);
}

static void assert_shape(const struct safetensors_tensor *tensor, enum safetensors_dtype dtype,
                         size_t rank, size_t a, size_t b, size_t c, size_t d)
{
    const size_t shape[] = { a, b, c, d };

    assert_int_equal(tensor->dtype, dtype);
    assert_int_equal(tensor->rank, rank);
    for (size_t i = 0; i < rank; i++)
        assert_int_equal(tensor->shape[i], shape[i]);
}

static void the_ends_are_the_sample(void **state)
{
    struct probed p;
    const struct batch *batch;
    const struct safetensors_tensor *input, *target, *loss;
    size_t T, T_out;

    probed_create(&p, *state);
    batch = &p.probe.one;
    T = (size_t)batch->shape.steps;
    T_out = (size_t)output_steps(&batch->shape);
    input = find(&p, "input");
    target = find(&p, "target");
    loss = find(&p, "loss");
    if (batch->tokens != NULL) {
        assert_shape(input, SAFETENSORS_I64, 2, 1, T, 0, 0);
        for (size_t t = 0; t < T; t++)
            assert_int_equal(((const int64_t *)input->data)[t], batch->tokens[t]);
        assert_shape(target, SAFETENSORS_I64, 2, 1, T_out, 0, 0);
        for (size_t t = 0; t < T_out; t++)
            assert_int_equal(((const int64_t *)target->data)[t], batch->classes[t]);
    } else {
        assert_shape(input, SAFETENSORS_F32, 3, 1, T, (size_t)batch->shape.inputs, 0);
        assert_memory_equal(input->data, batch->features,
                            T * (size_t)batch->shape.inputs * sizeof(float));
        assert_shape(target, SAFETENSORS_F32, 3, 1, T_out, (size_t)batch->shape.outputs, 0);
        assert_memory_equal(target->data, batch->values,
                            T_out * (size_t)batch->shape.outputs * sizeof(float));
    }
    assert_shape(loss, SAFETENSORS_F32, 1, 1, 0, 0, 0);
    assert_true(*(const float *)loss->data == (float)p.probe.loss);
    assert_shape(find(&p, "logits"), SAFETENSORS_F32, 3, 1, T_out, (size_t)batch->shape.outputs,
                 0);
    assert_shape(find(&p, "gradient.input"), SAFETENSORS_F32, 3, 1, T,
                 (size_t)batch->shape.inputs, 0); /* on the one-hot rows, for tokens */
    probed_free(&p);
}

/* Five digits: nothing is scored while the first four are read. */
static void what_is_not_scored_has_the_target_of_torch(void **state)
{
    struct probed p;
    const int64_t *target;

    probed_create(&p, *state);
    target = find(&p, "target")->data;
    for (int t = 0; t < 9; t++)
        if (t < 4)
            assert_int_equal(target[t], -100);
        else
            assert_in_range(target[t], 0, 2);
    probed_free(&p);
}

/* Each model's own tensors, two layers deep. */
static void every_layer_is_there(void **state)
{
    static const struct {
        const char *model;
        const char *names[8];
    } table[] = {
        { "elman", { "hidden" } },
        { "lstm", { "hidden", "cell", "gate.i", "gate.f", "gate.g", "gate.o" } },
        { "gru", { "hidden", "gate.r", "gate.z", "gate.n" } },
        { "transformer", { "residual", "attention", "query", "key", "value", "score" } },
    };
    const struct scratch *scratch = *state;
    const struct small_case *small = scratch->row;
    struct probed p;
    const struct safetensors_tensor *tensor;
    size_t T;
    int seen = 0;

    probed_create(&p, scratch);
    T = (size_t)p.task.shape.steps;
    for (size_t m = 0; m < sizeof table / sizeof table[0]; m++) {
        if (strcmp(table[m].model, small->model) != 0)
            continue;
        for (int i = 0; i < 8 && table[m].names[i] != NULL; i++)
            for (int layer = 0; layer < 2; layer++) {
                char name[64];

                snprintf(name, sizeof name, "layers.%d.%s", layer, table[m].names[i]);
                tensor = find(&p, name);
                assert_int_equal(tensor->shape[0], 1);
                if (strcmp(table[m].names[i], "attention") == 0 ||
                    strcmp(table[m].names[i], "score") == 0) {
                    assert_shape(tensor, SAFETENSORS_F32, 4, 1, 2, T, T);
                } else {
                    assert_int_equal(tensor->shape[1], T);
                }
                snprintf(name, sizeof name, "gradient.layers.%d.%s", layer, table[m].names[i]);
                if (i < 2 || strcmp(small->model, "transformer") != 0)
                    find(&p, name);
                seen++;
            }
    }
    assert_true(seen >= 2);
    probed_free(&p);
}

/* What is selected has the bytes that the whole file has, and nothing else is there. */
static void assert_selection(const struct probed *p, const char *path, const char *layer,
                             const char *const *names)
{
    struct error error = { STATUS_OK, "" };
    struct safetensors part;
    size_t count = 0;

    if (probe_file_write_layer(&p->probe, layer, path, NULL, 0, &error) != STATUS_OK ||
        safetensors_open(&part, path, &error) != STATUS_OK)
        fail_msg("%s", error.message);
    for (; names[count] != NULL; count++) {
        const struct safetensors_tensor *whole = find(p, names[count]);
        const struct safetensors_tensor *tensor = safetensors_find(&part, names[count]);

        assert_non_null(tensor);
        assert_int_equal(tensor->dtype, whole->dtype);
        assert_memory_equal(tensor->data, whole->data,
                            safetensors_elements(whole) * safetensors_dtype_size(whole->dtype));
    }
    assert_int_equal(part.tensor_count, count);
    safetensors_free(&part);
}

static void a_layer_or_a_name_selects_its_part(void **state)
{
    static const char *const layer[] = { "layers.1.residual",
                                         "gradient.layers.1.residual",
                                         "layers.1.attention",
                                         "gradient.layers.1.attention",
                                         "layers.1.query",
                                         "layers.1.key",
                                         "layers.1.value",
                                         "layers.1.score",
                                         NULL };
    static const char *const one[] = { "layers.1.attention", "gradient.layers.1.attention",
                                       NULL };
    static const char *const input[] = { "input", "gradient.input", NULL };
    const struct scratch *scratch = *state;
    char path[2 * SCRATCH_PATH_MAX];
    struct probed p;

    probed_create(&p, scratch);
    snprintf(path, sizeof path, "%s/part", scratch->folder);
    assert_selection(&p, path, "1", layer);
    assert_selection(&p, path, "layers.1", layer);
    assert_selection(&p, path, "layers.1.attention", one);
    assert_selection(&p, path, "input", input);
    probed_free(&p);
}

static void a_layer_that_is_not_there_is_refused_with_those_that_are(void **state)
{
    static const char *const layers[] = { "7",  "layers.", "hidden", "", "layers.1.att",
                                          "00", "-1" };
    const struct scratch *scratch = *state;
    char path[2 * SCRATCH_PATH_MAX];
    struct error error;
    struct probed p;

    probed_create(&p, scratch);
    snprintf(path, sizeof path, "%s/part", scratch->folder);
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        assert_int_equal(probe_file_write_layer(&p.probe, layers[i], path, NULL, 0, &error),
                         STATUS_USAGE);
        assert_non_null(strstr(error.message, "there are: layers.0."));
        assert_non_null(strstr(error.message, "logits"));
    }
    assert_int_equal(scratch_count(scratch), 1);
    probed_free(&p);
}

static void a_file_that_cannot_be_written_is_reported(void **state)
{
    const struct scratch *scratch = *state;
    struct error error = { STATUS_OK, "" };
    struct probed p;
    char path[2 * SCRATCH_PATH_MAX];

    probed_create(&p, scratch);
    snprintf(path, sizeof path, "%s/below", scratch->path); /* a file has nothing below it */
    assert_int_equal(probe_file_write(&p.probe, path, NULL, 0, &error), STATUS_FILE);
    assert_non_null(strstr(error.message, path));
    assert_int_equal(scratch_count(scratch), 1);
    probed_free(&p);
}

/* clang-format off */
#define PROBE(sentence, test, on, of, number)                                                  \
    { .name = sentence "_of_" on "_on_" of, .test_func = test, .setup_func = scratch_setup,    \
      .teardown_func = scratch_teardown,                                                       \
      .initial_state = &(struct small_case){ .model = on, .task = of, .length = number } }
#define PROBES(sentence, test)                                                                 \
    PROBE(sentence, test, "elman", "adding", 13), PROBE(sentence, test, "lstm", "copying", 3), \
    PROBE(sentence, test, "gru", "sort", 5), PROBE(sentence, test, "transformer", "sort", 5),  \
    PROBE(sentence, test, "transformer", "adding", 13)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROBES("the_file_holds_the_trace", the_file_holds_the_trace),
        PROBES("the_ends_are_the_sample", the_ends_are_the_sample),
        PROBES("every_layer_is_there", every_layer_is_there),
        PROBE("what_is_not_scored_has_the_target_of_torch",
              what_is_not_scored_has_the_target_of_torch, "gru", "sort", 5),
        PROBE("a_layer_or_a_name_selects_its_part", a_layer_or_a_name_selects_its_part,
              "transformer", "sort", 5),
        PROBE("a_layer_that_is_not_there_is_refused_with_those_that_are",
              a_layer_that_is_not_there_is_refused_with_those_that_are, "transformer", "sort", 5),
        PROBE("a_file_that_cannot_be_written_is_reported",
              a_file_that_cannot_be_written_is_reported, "elman", "adding", 5),
    };
    /* clang-format on */

    return cmocka_run_group_tests(tests, NULL, NULL);
}
