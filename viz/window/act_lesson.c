#include "viz/window/act.h"

#include "common/numeric/clamp.h"
#include "viz/window/document.h"

static void turn_to(struct view *view, int page)
{
    const int pages = view_pages(view);

    if (pages == 0)
        return;
    page = clamp_int(page, 0, pages - 1);
    if (page != view_reading(view)->page)
        view->scroll = 0;
    view_reading(view)->page = page;
    document_show(view->document, page);
}

static void choose(struct view *view, int prediction, int choice)
{
    struct answer *answer;

    if (view->document == NULL || prediction >= document_predictions(view->document))
        return;
    answer = &view_reading(view)->answer[prediction];
    if (view->sketch.prediction == prediction + 1)
        view->sketch.prediction = 0; /* skipped: nothing is left of it */
    *answer = choice < 0 ? (struct answer){ .state = ANSWER_SKIPPED }
                         : (struct answer){ .state = ANSWER_GIVEN, .choice = choice };
    document_answer(view->document, prediction, answer);
}

static void restart_own(struct view *view)
{
    struct wish wish = { .kind = WISH_RESTART };

    if (view->lesson == NULL)
        return;
    wish.config = view->lesson->config;
    wish.config.training.seed = act_config(view)->training.seed;
    if (act_send(view, &wish))
        view_say(view, false,
                 view->lesson->experiment[0] != '\0'
                     ? "Begun anew with the experiment's own settings"
                     : "Begun anew with the lesson's own settings");
}

void act_lesson(struct view *view, enum action action, int arm, long value)
{
    switch (action) {
    case ACT_PAGE:
        if (view->document != NULL)
            turn_to(view, view_reading(view)->page + (int)value);
        break;
    case ACT_CHUNK:
        turn_to(view, (int)value);
        break;
    case ACT_CHOOSE:
        choose(view, arm, (int)value);
        break;
    default:
        restart_own(view);
        break;
    }
}
