#include "tests/viz/window/rail_hand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/lab.h"
#include "tests/test.h"
#include "viz/window/controls.h"

void rail_set(struct lab_config *config, const char *name, const char *value)
{
    struct error error = { STATUS_OK, "" };

    if (config_set(config, name, value, &error) != STATUS_OK)
        fail_msg("%s", error.message);
}

/* "key = value; key = value" */
void rail_set_all(struct lab_config *config, const char *settings)
{
    char copy[512], *rest = NULL;

    snprintf(copy, sizeof copy, "%s", settings);
    for (char *one = strtok_r(copy, ";", &rest); one != NULL;
         one = strtok_r(NULL, ";", &rest)) {
        char key[64], value[64];

        assert_int_equal(sscanf(one, " %63s = %63s", key, value), 2);
        rail_set(config, key, value);
    }
}

void rail_assert_same(const struct lab_config *a, const struct lab_config *b)
{
    int count;
    const struct config_key *keys = config_keys(&count);

    for (int i = 0; i < count; i++)
        for (int arm = 0; arm < ARMS_MAX; arm++) {
            const char *section =
                strcmp(keys[i].section, "arm") == 0 ? arm_name(arm) : keys[i].section;
            char left[CONFIG_TEXT_MAX], right[CONFIG_TEXT_MAX];

            config_get(a, section, &keys[i], left);
            config_get(b, section, &keys[i], right);
            if (strcmp(left, right) != 0)
                fail_msg("%s.%s is %s, not %s", section, keys[i].name, left, right);
        }
}

/* The lab is at that configuration, and More is open. */
void rail_show(struct stage *stage, const struct lab_config *config)
{
    struct snapshot *s = &stage->snapshot;

    s->config = *config;
    s->task = config->task;
    for (int i = 0; i < s->arms; i++)
        snprintf(s->arm[i].model, sizeof s->arm[i].model, "%s", config->arm[i].model);
    stage->view.wished.config_until_ms = 0;
    stage->view.more = true;
    stage_draw(stage);
    stage_draw(stage);
}

void rail_show_settings(struct stage *stage, const char *settings)
{
    struct lab_config config = stage->snapshot.config;

    rail_set_all(&config, settings);
    rail_show(stage, &config);
}

const struct hot *rail_hot(struct stage *stage, enum action action, int arm, long value)
{
    for (int i = 0; i < stage->view.hots; i++) {
        const struct hot *hot = &stage->view.hot[i];

        if (hot->action == action && hot->arm == arm && hot->value == value)
            return hot;
    }
    return NULL;
}

/* Scroll until it can be pressed. */
struct rect rail_rect(struct stage *stage, enum action action, int arm, long value)
{
    const int most = stage->view.rail.scroll_most;

    for (int scroll = 0; scroll <= most + 40; scroll += 40) {
        const struct hot *hot;

        stage->view.rail.scroll = scroll < most ? scroll : most;
        stage_draw(stage);
        hot = rail_hot(stage, action, arm, value);
        if (hot != NULL && hot->rect.h >= 19)
            return hot->rect;
    }
    fail_msg("action %d of arm %d with %ld is nowhere in the rail", (int)action, arm, value);
    return (struct rect){ 0 };
}

int rail_middle(int from, int size)
{
    return from + size / 2;
}

void rail_press(struct stage *stage, struct rect r)
{
    stage_click(stage, rail_middle(r.x, r.w), rail_middle(r.y, r.h));
}

void rail_double_click(struct stage *stage, struct rect r)
{
    SDL_Event event = { .button = { .type = SDL_MOUSEBUTTONDOWN,
                                    .button = SDL_BUTTON_LEFT,
                                    .clicks = 2,
                                    .x = rail_middle(r.x, r.w),
                                    .y = rail_middle(r.y, r.h) } };

    rail_press(stage, r);
    view_event(&stage->view, &event);
    stage_draw(stage);
}

void rail_type(struct stage *stage, struct rect r, const char *text)
{
    rail_double_click(stage, r);
    assert_true(stage->view.typing.on);
    stage_letters(stage, text);
    stage_key(stage, SDLK_RETURN, KMOD_NONE);
}

/* Time goes by, and frames with it. */
void rail_wait(struct stage *stage, int ms)
{
    stage->view.now_ms += (uint64_t)ms;
    stage_draw(stage);
}

/* What was written in a frame. */
struct page {
    char text[1 << 16];
    char cut[512]; /* strings that lost their end */
};

static void write_down(char *text, size_t size, const struct canvas_letters *letters)
{
    const size_t used = strlen(text);

    snprintf(text + used, size - used, "%.*s\n", letters->length < 0 ? 128 : letters->length,
             letters->string);
}

static void hear(void *context, const struct canvas_letters *letters)
{
    struct page *page = context;

    if (letters->cut)
        write_down(page->cut, sizeof page->cut, letters);
    if (letters->rect.h > 0)
        write_down(page->text, sizeof page->text, letters);
}

/* As whole as everything else. */
bool rail_is_written(struct stage *stage, const char *words)
{
    struct page *page = calloc(1, sizeof *page);
    bool found;

    assert_non_null(page);
    canvas_listen(stage->canvas, hear, page);
    stage_draw(stage);
    canvas_listen(stage->canvas, NULL, NULL);
    found = strstr(page->text, words) != NULL;
    assert_string_equal(page->cut, "");
    free(page);
    return found;
}
