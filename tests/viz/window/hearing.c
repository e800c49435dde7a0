#include "tests/viz/window/hearing.h"

#include <stdio.h>
#include <string.h>

enum { LINE_MAX_BYTES = 512 };

struct hearing {
    const char *words;
    bool found;
    char line[LINE_MAX_BYTES]; /* of a paragraph, whose words are drawn one by one */
    int y;
};

static void hear(void *context, const struct canvas_letters *letters)
{
    struct hearing *hearing = context;
    const size_t length =
        letters->length < 0 ? strlen(letters->string) : (size_t)letters->length;
    size_t used;

    if (letters->rect.y != hearing->y)
        hearing->line[0] = '\0';
    hearing->y = letters->rect.y;
    used = strlen(hearing->line);
    snprintf(hearing->line + used, sizeof hearing->line - used, "%s%.*s", used > 0 ? " " : "",
             (int)length, letters->string);
    if (strstr(hearing->line, hearing->words) != NULL)
        hearing->found = true;
}

bool stage_says(struct stage *stage, const char *words)
{
    struct hearing hearing = { .words = words };

    canvas_listen(stage->canvas, hear, &hearing);
    stage_draw(stage);
    canvas_listen(stage->canvas, NULL, NULL);
    return hearing.found;
}

const struct hot *stage_hot(const struct stage *stage, enum action action, int arm)
{
    for (int i = stage->view.hots - 1; i >= 0; i--)
        if (stage->view.hot[i].action == action && stage->view.hot[i].arm == arm)
            return &stage->view.hot[i];
    return NULL;
}
