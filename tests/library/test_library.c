/*
 * The library without the program: a model with attention learns the user's own pairs, is
 * saved, read back, looked into and asked. Nothing here but libduet's public headers and the C
 * library, so it is also an example to start from: cc -I. FILE.c libduet.a -linih -lcjson -lmd
 * -lm.
 *
 * Not cmocka's: it says what it finds in TAP itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/tasks/writer.h"
#include "lessons/lab.h"
#include "lessons/run.h"

static int tests;

static void say(bool good, const char *sentence, const struct error *error)
{
    printf("%sok %d - %s\n", good ? "" : "not ", ++tests, sentence);
    if (!good)
        printf("# %s\n", error->message);
}

/* Words of three letters, each with itself backwards. */
static bool write_pairs(const char *path)
{
    FILE *file = fopen(path, "w");

    for (int i = 0; file != NULL && i < 216; i++) {
        const char a = (char)('a' + i / 36), b = (char)('a' + i / 6 % 6),
                   c = (char)('a' + i % 6);

        fprintf(file, "%c%c%c\t%c%c%c\n", a, b, c, c, b, a);
    }
    return file != NULL && fclose(file) == 0;
}

/* Options by the names that run.ini, lesson.ini and --set have. */
static enum status configure(struct lab_config *config, const char *pairs, struct error *error)
{
    const char *const keys[][2] = {
        { "task.name", "pairs" },
        { "task.file", pairs },
        { "left.model", "gru+attention" },
        { "left.hidden", "32" },
        { "right.model", "" },
        { "training.steps", "100" },
        { "training.batch", "32" },
        { "training.learning_rate", "0.01" },
        { "training.threads", "2" },
    };
    enum status status = STATUS_OK;

    *config = config_default();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0] && status == STATUS_OK; i++)
        status = config_set(config, keys[i][0], keys[i][1], error);
    return status;
}

static enum status save(const struct lab *lab, const char *folder, struct error *error)
{
    struct run run;
    enum status status = run_create(&run, folder, lab, false, error);

    if (status == STATUS_OK)
        status = run_save(&run, lab, error);
    if (status == STATUS_OK)
        status = run_close(&run, error);
    return status;
}

/* What the left arm writes behind a prompt. */
static enum status ask(const struct lab *lab, const char *text, char answer[64],
                       struct error *error)
{
    const struct sampling greedy = { .temperature = 0 };
    struct random random = random_stream(1, RANDOM_WRITING, 0, 0);
    struct batch prompt;
    int symbols[4];
    struct writing writing = { .symbols = symbols };
    size_t used = 0;
    enum status status = batch_create(&prompt, &lab->task.shape, 1, error);

    if (status != STATUS_OK)
        return status;
    status = task_parse(&lab->task, text, &prompt, error);
    if (status == STATUS_OK)
        status = writer_write(&writing, &lab->task, &lab->arm[0].model,
                              trainer_weights(&lab->arm[0].trainer), &prompt, 4, &greedy,
                              &random, error);
    for (int i = 0; status == STATUS_OK && i < writing.count; i++) {
        char word[TASK_TEXT_MAX];

        task_symbol_text(&lab->task, symbols[i], word);
        used += (size_t)snprintf(answer + used, 64 - used, "%s", word);
    }
    batch_free(&prompt);
    return status;
}

int main(void)
{
    char place[] = "/tmp/duet-library-XXXXXX", pairs[64], folder[64], command[64],
         answer[64] = "";
    struct error error = { STATUS_OK, "" };
    struct report report, again = { 0 };
    struct lab_config config;
    struct lab *lab = NULL, *loaded = NULL;

    if (mkdtemp(place) == NULL)
        return 1;
    snprintf(pairs, sizeof pairs, "%s/pairs.tsv", place);
    snprintf(folder, sizeof folder, "%s/run", place);
    say(write_pairs(pairs) && configure(&config, pairs, &error) == STATUS_OK &&
            lab_create(&lab, &config, &error) == STATUS_OK,
        "a lab is made of pairs of one's own", &error);
    if (lab == NULL)
        return 1;
    while (lab->step < config.training.steps && lab_step(lab))
        ;
    lab_test(lab, 0, &report);
    snprintf(error.message, sizeof error.message, "loss %g", report.loss);
    say(report.loss < 0.3 * task_baseline(&lab->task), "gru+attention learns them", &error);
    say(save(lab, folder, &error) == STATUS_OK &&
            run_load(&loaded, folder, &error) == STATUS_OK,
        "a run is saved and read back", &error);
    if (loaded != NULL)
        lab_test(loaded, 0, &again);
    say(again.loss == report.loss, "with the same weights", &error);
    say(loaded != NULL && lab_input(loaded, "abc", &error) == STATUS_OK &&
            lab_probe(loaded, true, &error) == STATUS_OK &&
            trace_find(&loaded->arm[0].probe.trace, "attention", 1) != NULL,
        "its attention is looked at for a word", &error);
    say(ask(lab, "abc", answer, &error) == STATUS_OK, "it is asked for a word", &error);
    printf("# abc -> %s\n1..%d\n", answer, tests);
    lab_free(loaded);
    lab_free(lab);
    snprintf(command, sizeof command, "rm -r '%s'", place);
    return system(command) != 0;
}
