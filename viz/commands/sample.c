/*
 * sample.c - `duet sample`: an arm of a run goes on where a prompt ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/tasks/writer.h"
#include "viz/commands/command.h"
#include "viz/commands/report_json.h"
#include "viz/commands/run_arm.h"

enum { TOKENS_MOST = 100000 };

static const struct option_kind options[] = {
    { "run", "DIR", "the folder that `duet train --out` has written" },
    { "arm", "NAME", "left (if not given), right, ..." },
    { "prompt", "TEXT", "what the model reads first, as the task writes its inputs" },
    { "tokens", "N", "write at most so many; if not given, to the end of the sequence" },
    { "temperature", "X", "1 (if not given): as likely as the model says; 0: the likeliest" },
    { "top-k", "K", "choose among the K likeliest; 0 (if not given): all" },
    { "seed", "S", "of what is drawn; 1 if not given" },
    { "json", NULL, "one JSON object on standard output" },
};

/* What the options ask for. */
struct wish {
    const char *prompt;
    long tokens; /* 0: not given */
    struct sampling sampling;
    long seed;
    bool json;
};

static enum status read_wish(struct wish *wish, const struct arguments *arguments,
                             struct error *error)
{
    long top_k = 0;
    enum status status = arguments_demand(arguments, "prompt", &wish->prompt, error);

    *wish = (struct wish){ .prompt = wish->prompt,
                           .sampling = { .temperature = 1 },
                           .seed = 1,
                           .json = arguments_value(arguments, "json") != NULL };
    if (status == STATUS_OK)
        status = arguments_integer(arguments, "tokens", 1, TOKENS_MOST, &wish->tokens, error);
    if (status == STATUS_OK)
        status = arguments_real(arguments, "temperature", 0, 100, &wish->sampling.temperature,
                                error);
    if (status == STATUS_OK)
        status = arguments_integer(arguments, "top-k", 0, TOKENS_MOST, &top_k, error);
    if (status == STATUS_OK)
        status = arguments_integer(arguments, "seed", 0, 9007199254740991, &wish->seed, error);
    wish->sampling.top_k = (int)top_k;
    return status;
}

/*
 * The inputs of steps 0 .. steps - 1, or the symbols that were written, as one string; owned.
 */
static char *text_of(const struct task *task, const struct batch *prompt, const int *symbols,
                     int count)
{
    const char *separator = task->kind->separator ? task->kind->separator : " ";
    char *text = calloc((size_t)count * (TASK_TEXT_MAX + strlen(separator)) + 1, 1);
    char *end = text;

    for (int i = 0; text != NULL && i < count; i++) {
        char word[TASK_TEXT_MAX];

        if (symbols != NULL)
            task_symbol_text(task, symbols[i], word);
        else
            task_input_text(task, prompt, 0, i, word);
        end += sprintf(end, "%s%s", i > 0 ? separator : "", word);
    }
    return text;
}

static double milliseconds_per_token(const struct writing *writing)
{
    return 1e3 * writing->seconds / writing->steps;
}

static enum status print_json(const struct lab *lab, const struct lab_arm *arm,
                              const struct writing *writing, const char *prompt,
                              const char *text, struct error *error)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *tokens;

    cJSON_AddStringToObject(object, "arm", arm->name);
    cJSON_AddStringToObject(object, "model", lab->config.arm[arm->number].model);
    cJSON_AddStringToObject(object, "task", lab->config.task.name);
    cJSON_AddStringToObject(object, "prompt", prompt);
    cJSON_AddStringToObject(object, "text", text);
    tokens = cJSON_AddArrayToObject(object, "tokens");
    for (int i = 0; i < writing->count; i++)
        cJSON_AddItemToArray(tokens, cJSON_CreateNumber(writing->symbols[i]));
    cJSON_AddBoolToObject(object, "ended", writing->ended);
    json_number(object, "milliseconds_per_token", milliseconds_per_token(writing));
    return json_print(object, error);
}

static enum status tell(const struct lab *lab, const struct lab_arm *arm,
                        const struct batch *prompt, const struct writing *writing, bool json,
                        struct error *error)
{
    const struct task *task = &lab->task;
    const char *separator = task->kind->separator ? task->kind->separator : " ";
    /* the end of a sequence is not part of it */
    const int count = writing->count - (writing->ended ? 1 : 0);
    char *given = text_of(task, prompt, NULL, writing->given);
    char *text = text_of(task, NULL, writing->symbols, count);
    enum status status = STATUS_OK;

    if (given == NULL || text == NULL) {
        status = error_set(error, STATUS_NO_MEMORY, "no memory for %d tokens", writing->count);
    } else if (json) {
        status = print_json(lab, arm, writing, given, text, error);
    } else {
        printf("%s%s%s\n", given, separator, text);
        fflush(stdout);
        fprintf(stderr, "%d token%s, %.3f ms each\n", writing->count,
                writing->count == 1 ? "" : "s", milliseconds_per_token(writing));
    }
    free(given);
    free(text);
    return status;
}

static enum status write(const struct lab *lab, const struct lab_arm *arm,
                         const struct batch *prompt, const struct wish *wish,
                         struct error *error)
{
    struct random random = random_stream((uint64_t)wish->seed, RANDOM_WRITING, 0, 0);
    struct writing writing = { 0 };
    int tokens = (int)wish->tokens;
    enum status status = STATUS_OK;

    if (tokens == 0)
        status = writer_wanted(&lab->task, prompt, &tokens, error);
    if (status != STATUS_OK)
        return status;
    writing.symbols = calloc((size_t)tokens, sizeof *writing.symbols);
    if (writing.symbols == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for %d tokens", tokens);
    status = writer_write(&writing, &lab->task, &arm->model, trainer_weights(&arm->trainer),
                          prompt, tokens, &wish->sampling, &random, error);
    if (status == STATUS_OK)
        status = tell(lab, arm, prompt, &writing, wish->json, error);
    free(writing.symbols);
    return status;
}

static enum status sample_arm(const struct lab *lab, const struct lab_arm *arm,
                              const struct wish *wish, struct error *error)
{
    struct batch prompt;
    enum status status = batch_create(&prompt, &lab->task.shape, 1, error);

    if (status != STATUS_OK)
        return status;
    status = task_parse(&lab->task, wish->prompt, &prompt, error);
    if (status == STATUS_OK)
        status = write(lab, arm, &prompt, wish, error);
    else
        arguments_blame("prompt", error);
    batch_free(&prompt);
    return status;
}

static int sample(const struct command *command, const struct arguments *arguments)
{
    struct lab *lab = NULL;
    struct wish wish;
    int arm = 0;
    struct error error;
    enum status status = read_wish(&wish, arguments, &error);

    if (status == STATUS_OK)
        status = run_arm_load(&lab, &arm, arguments, &error);
    if (status == STATUS_OK)
        status = sample_arm(lab, &lab->arm[arm], &wish, &error);
    lab_free(lab);
    return status == STATUS_OK ? EXIT_GOOD : command_failed(command->name, &error);
}

const struct command sample_command = {
    .name = "sample",
    .operands = "--run DIR --prompt TEXT",
    .about = "let a trained model go on where a prompt ends",
    .details =
        "The prompt and what follows are printed as the task writes its inputs; the time for\n"
        "each token goes to standard error. Where outputs are no next inputs (parity, recall,\n"
        "...) there is one token: the answer.\n"
        "\n"
        "    duet sample --run run --arm right --prompt '2 0 1 2 1 0' --temperature 0\n",
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .run = sample,
};
