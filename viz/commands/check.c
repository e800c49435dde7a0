/*
 * check.c - `duet check`: train lessons without a window, and see whether what they claim
 * holds.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "lessons/logbook.h"
#include "viz/commands/check_print.h"
#include "viz/commands/check_review.h"
#include "viz/commands/command.h"
#include "viz/commands/settings.h"
#include "viz/terminal/terminal.h"

static const struct option_kind options[] = {
    { "seed", "S", "the first seed, 1 if not given; alone: that seed and no other" },
    { "seeds", "N", "that many seeds, one after the other; 3 if neither is given" },
    { "threads", "N", "0: as many as the machine runs at once; never changes a result" },
    { "texts", NULL, "only say what the lessons' texts lack; train nothing" },
    { "json", NULL, "JSON on standard output, an object for every claim and seed, or finding" },
};

/* A line on a terminal that is written over. */
struct ticker {
    bool live;
    double shown; /* when */
};

/* How all claims of all lessons have come out. */
struct tally {
    int verdicts[VERDICT_SKIPPED + 1];
    int findings; /* about texts */
};

static const double TICK_SECONDS = 0.1;

static void tick(void *context, const struct lesson *lesson, const struct lab *lab)
{
    struct ticker *ticker = context;
    const double now = clock_seconds();
    char label[CHECK_LABEL_MAX];

    if (!ticker->live || now - ticker->shown < TICK_SECONDS)
        return;
    ticker->shown = now;
    check_label(lesson, label);
    fprintf(stderr, "\r\033[K%s, seed %llu: step %ld/%ld", label,
            (unsigned long long)lab->config.training.seed, lab->step,
            lab->config.training.steps);
}

static void wipe(const struct ticker *ticker)
{
    if (ticker->live)
        fprintf(stderr, "\r\033[K");
}

static bool is_number(const char *word)
{
    for (const char *c = word; *c != '\0'; c++)
        if (!isdigit((unsigned char)*c))
            return false;
    return word[0] != '\0';
}

/* The lesson of a number, at the end of the list. */
static enum status add_number(struct lesson_list *list, const char *word, struct error *error)
{
    struct lesson *lesson = malloc(sizeof *lesson);
    enum status status;

    if (lesson == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for a lesson");
    status = settings_lesson_text(lesson, "N", word, error);
    if (status == STATUS_OK)
        status = lesson_list_add(list, lesson->path, error);
    free(lesson);
    return status;
}

/* Every lesson, and behind each its experiments. */
static enum status add_all(struct lesson_list *list, struct error *error)
{
    struct lesson_list all = { 0 };
    enum status status = lessons_read(&all, error);

    for (int i = 0; i < all.count && status == STATUS_OK; i++)
        status = lesson_list_add(list, all.lessons[i].path, error);
    lesson_list_free(&all);
    return status;
}

/* What the words name; all lessons if there are none. */
static enum status select_lessons(struct lesson_list *list, const struct arguments *arguments,
                                  struct error *error)
{
    enum status status = STATUS_OK;

    if (arguments->operand_count == 0)
        return add_all(list, error);
    for (int i = 0; i < arguments->operand_count && status == STATUS_OK; i++) {
        const char *word = arguments->operands[i];

        status = is_number(word) ? add_number(list, word, error)
                                 : lesson_list_add(list, word, error);
    }
    return status;
}

static enum status read_options(struct check_options *wanted, const struct arguments *arguments,
                                struct error *error)
{
    const bool one = arguments_value(arguments, "seed") != NULL;
    long seed = 1, seeds = one ? 1 : CHECK_SEEDS, threads = CHECK_THREADS_UNCHANGED;
    enum status status = arguments_integer(arguments, "seed", 0,
                                           9007199254740991L - CHECK_SEEDS_MAX, &seed, error);

    if (status == STATUS_OK)
        status = arguments_integer(arguments, "seeds", 1, CHECK_SEEDS_MAX, &seeds, error);
    if (status == STATUS_OK)
        status = arguments_integer(arguments, "threads", 0, 256, &threads, error);
    wanted->first_seed = (uint64_t)seed;
    wanted->seeds = (int)seeds;
    wanted->threads = (int)threads;
    return status;
}

static enum status check_lesson(struct check *check, const struct lesson *lesson,
                                const struct check_options *wanted, struct tally *tally,
                                struct error *error)
{
    const enum status status = check_run(check, lesson, wanted, error);

    wipe(wanted->context);
    for (int i = 0; i < lesson->claim_count && status == STATUS_OK; i++)
        tally->verdicts[check->claims[i].verdict]++;
    return status;
}

/* What holds has been met. */
static void keep(struct logbook *book, const struct check *check, const struct lesson *lesson)
{
    for (int i = 0; i < lesson->claim_count; i++)
        if (check->claims[i].verdict == VERDICT_HOLDS)
            logbook_meet(book, lesson, lesson->claims[i].name);
    logbook_save(book);
}

static enum status check_all(const struct lesson_list *list, const struct check_options *wanted,
                             bool json, struct tally *tally, struct logbook *book,
                             struct error *error)
{
    const struct check_columns columns = check_columns(list);
    struct check *check = malloc(sizeof *check);
    enum status status = STATUS_OK;

    if (check == NULL)
        return error_set(error, STATUS_NO_MEMORY, "no memory for what is measured");
    for (int i = 0; i < list->count && status == STATUS_OK; i++) {
        const struct lesson *lesson = &list->lessons[i];

        if (lesson->claim_count == 0) /* its experiments may have some */
            continue;
        status = check_lesson(check, lesson, wanted, tally, error);
        if (status == STATUS_OK)
            keep(book, check, lesson);
        if (status == STATUS_OK && json)
            status = check_print_json(check, lesson, error);
        else if (status == STATUS_OK)
            check_print(check, lesson, columns);
    }
    free(check);
    return status;
}

/* Every lesson's texts; experiments and files of claims have none. */
static enum status review_all(const struct lesson_list *list, bool json, struct tally *tally,
                              struct error *error)
{
    enum status status = STATUS_OK;

    for (int i = 0; i < list->count && status == STATUS_OK; i++)
        status = check_review(&list->lessons[i], json, &tally->findings, error);
    if (tally->findings > 0 && !json)
        printf("\n");
    return status;
}

static void print_tally(const struct tally *tally)
{
    const int *n = tally->verdicts;

    printf("%d claims: %d hold, %d do not, %d skipped\n",
           n[VERDICT_HOLDS] + n[VERDICT_FAILS] + n[VERDICT_SKIPPED], n[VERDICT_HOLDS],
           n[VERDICT_FAILS], n[VERDICT_SKIPPED]);
}

static int check(const struct command *command, const struct arguments *arguments)
{
    const bool json = arguments_value(arguments, "json") != NULL;
    const bool texts = arguments_value(arguments, "texts") != NULL;
    struct ticker ticker = { .live = terminal_of(stderr).moves };
    struct check_options wanted = { .progress = tick, .context = &ticker };
    struct lesson_list list = { 0 };
    struct tally tally = { 0 };
    struct logbook book;
    struct error error;
    enum status status = read_options(&wanted, arguments, &error);

    if (status == STATUS_OK)
        status = select_lessons(&list, arguments, &error);
    if (status == STATUS_OK && (texts || !json))
        status = review_all(&list, json, &tally, &error);
    logbook_open(&book);
    if (status == STATUS_OK && !texts)
        status = check_all(&list, &wanted, json, &tally, &book, &error);
    command_tell_logbook(command->name, &book);
    logbook_free(&book);
    lesson_list_free(&list);
    if (status != STATUS_OK)
        return command_failed(command->name, &error);
    if (!json && !texts)
        print_tally(&tally);
    return tally.verdicts[VERDICT_FAILS] > 0 ? EXIT_BAD : EXIT_GOOD;
}

/* The quantities, from the table that the parser uses. */
static void print_quantities(void)
{
    int count;
    const struct quantity *quantity = quantities(&count);

    printf("\nquantities:\n");
    for (int i = 0; i < count; i++) {
        char left[64];

        snprintf(
            left, sizeof left, "%s%s%s%s", quantity[i].name, quantity[i].argument ? "(" : "",
            quantity[i].argument ? quantity[i].argument : "", quantity[i].argument ? ")" : "");
        help_print_line(left, quantity[i].about);
    }
}

const struct command check_command = {
    .name = "check",
    .operands = "[N | FILE | FOLDER]...",
    .about = "train lessons, and see whether what they claim holds",
    .details =
        "Lessons by number with their experiments, all if none is named; or files of claims, or\n"
        "folders of them. A claim is a line of the section [claims] of a lesson.ini:\n"
        "\n"
        "    claim.NAME = TERM [- TERM | / TERM] RELATION NUMBER [median | every]\n"
        "    claim.gap = right.test_accuracy - left.test_accuracy >= 0.5\n"
        "    claim.sooner = right.steps_to(0.99) / left.steps_to(0.99) < 1 median\n"
        "\n"
        "TERM is ARM.QUANTITY or ARM.QUANTITY(NUMBER), RELATION < <= > >= or == (exactly). A\n"
        "claim holds if it holds for every seed, or, with median, for the median over the\n"
        "seeds. Exit 1 if one does not hold; claims whose data this machine does not have are\n"
        "skipped.\n",
    .more = print_quantities,
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .run = check,
};
