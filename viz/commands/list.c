/*
 * list.c - `duet list`: what can be learned, what can learn it, and what there is to see.
 */
#include "viz/commands/list.h"

#include <stdio.h>
#include <string.h>

#include "common/files/utf8.h"
#include "common/tasks/task.h"
#include "lessons/lesson.h"
#include "lessons/logbook.h"
#include "lessons/models.h"
#include "lessons/words.h"
#include "viz/commands/command.h"
#include "viz/terminal/terminal.h"

/* What else can be chosen about a task: a line for each key. */
static void list_choices(const struct task_kind *kind)
{
    for (int i = 0; i < TASK_CHOICES_MAX && kind->choices[i].option != OPTION_NONE; i++) {
        const struct task_choice *choice = &kind->choices[i];

        printf("%-15s %s: %s", "", task_option_name(choice->option), choice->is);
        if (choice->option == OPTION_SCORED)
            printf(", every or answer (%s)",
                   choice->usual == SCORED_EVERY ? "every" : "answer");
        else if (choice->usual != 0)
            printf(", %d to %d (%d)", choice->least, choice->most, choice->usual);
        else
            printf(", %d to %d", choice->least, choice->most);
        printf("\n");
    }
}

static enum status list_tasks(struct error *error)
{
    int count;
    const struct task_kind *const *kinds = task_kinds(&count);

    (void)error;
    for (int i = 0; i < count; i++) {
        const struct task_kind *kind = kinds[i];

        printf("%-15s %s\n%-15s %s\n%-15s length: %s, %d to %d (%d)\n", kind->name, kind->title,
               "", kind->about, "", kind->length_is, kind->shortest, kind->longest,
               kind->default_length);
        list_choices(kind);
    }
    return STATUS_OK;
}

static enum status list_models(struct error *error)
{
    int count;
    const struct model_kind *const *kinds = model_kinds(&count);

    (void)error;
    for (int i = 0; i < count; i++)
        printf("%-16s %s\n%-16s layers %d, learning rate %g\n", kinds[i]->name, kinds[i]->about,
               "", kinds[i]->default_layers, kinds[i]->default_learning_rate);
    return STATUS_OK;
}

/* And two blanks. */
static void print_padded(const char *text, int columns)
{
    const int taken = utf8_text_columns(text);

    printf("%s%*s", text, (taken < columns ? columns - taken : 0) + 2, "");
}

static void print_lesson(const struct logbook *book, const struct lesson_list *list,
                         const struct lesson *lesson, enum language language)
{
    const struct logbook_count count = logbook_count(book, list, lesson);
    char claims[64];

    snprintf(claims, sizeof claims, words_in(language, "%d of %d claims"), count.met,
             count.claims);
    printf("%02d  ", lesson->number);
    print_padded(logbook_visited(book, lesson) ? words_in(language, "visited") : "-", 7);
    print_padded(claims, 15);
    printf("%s\n    %s\n", lesson_title(lesson, language), lesson_question(lesson, language));
}

enum status list_lessons(enum language language, struct error *error)
{
    struct lesson_list lessons = { 0 };
    struct logbook book;
    enum status status = lessons_read(&lessons, error);

    logbook_open(&book);
    for (int i = 0; i < lessons.count && status == STATUS_OK; i++)
        print_lesson(&book, &lessons, &lessons.lessons[i], language);
    command_tell_logbook("list", &book);
    logbook_free(&book);
    lesson_list_free(&lessons);
    return status;
}

/* In the language of the environment, where the terminal can show it. */
static enum status list_lessons_here(struct error *error)
{
    return list_lessons(
        terminal_of(stdout).unicode ? language_of_environment() : LANGUAGE_ENGLISH, error);
}

static const struct {
    const char *name;
    enum status (*print)(struct error *error);
} lists[] = {
    { "tasks", list_tasks },
    { "models", list_models },
    { "lessons", list_lessons_here },
};
enum { LISTS = sizeof lists / sizeof lists[0] };

static int list(const struct command *command, const struct arguments *arguments)
{
    const char *name = arguments->operand_count > 0 ? arguments->operands[0] : "";
    struct error error;

    for (int i = 0; i < LISTS && arguments->operand_count == 1; i++)
        if (strcmp(lists[i].name, name) == 0)
            return lists[i].print(&error) == STATUS_OK ? EXIT_GOOD
                                                       : command_failed(command->name, &error);
    if (arguments->operand_count > 1)
        name = arguments->operands[1];
    error_set(&error, STATUS_USAGE, "one word is wanted: tasks, models or lessons%s%.60s%s",
              name[0] ? "; found \"" : "", name, name[0] ? "\"" : "");
    return command_failed(command->name, &error);
}

const struct command list_command = {
    .name = "list",
    .operands = "tasks | models | lessons",
    .about = "what there is to choose from",
    .run = list,
};
