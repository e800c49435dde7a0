/* What SDL's events mean: keys, the mouse, the wheel, the focus, typing. */
#include "viz/window/view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <SDL.h>

#include "viz/window/keys.h"

/* ------------------------------------------------------------------------------------ press */

/* Where the mouse is in a rectangle, 0..1 within it. */
static struct press press_at(const struct view *view, enum press_kind kind, struct rect rect)
{
    return (struct press){ .kind = kind,
                           .x = rect.w > 0 ? (view->mouse_x - rect.x + 0.5) / rect.w : 0.5,
                           .y = rect.h > 0 ? (view->mouse_y - rect.y + 0.5) / rect.h : 0.5,
                           .fine = (SDL_GetModState() & KMOD_SHIFT) != 0 };
}

/* ----------------------------------------------------------------------------------- typing */

void view_type(struct view *view, const struct hot *hot, const char *text)
{
    struct typing *typing = &view->typing;

    *typing = (struct typing){ .on = true, .hot = *hot, .whole = true, .skip = true };
    snprintf(typing->text, sizeof typing->text, "%s", text);
    view->held = false;
    view->dirty = true;
}

static void type_letters(struct typing *typing, const char *letters)
{
    size_t length;

    if (typing->whole)
        typing->text[0] = '\0';
    typing->whole = false;
    length = strlen(typing->text);
    for (; *letters != '\0' && length + strlen(letters) < sizeof typing->text; letters++)
        if ((unsigned char)*letters >= ' ') /* of what is pasted, lines become one */
            typing->text[length++] = *letters;
    typing->text[length] = '\0';
}

/* The last character, however many bytes it has. */
static void rub_out(struct typing *typing)
{
    size_t length = typing->whole ? 0 : strlen(typing->text);

    typing->whole = false;
    while (length > 0 && ((unsigned char)typing->text[length - 1] & 0xc0) == 0x80)
        length--;
    typing->text[length > 0 ? length - 1 : 0] = '\0';
}

static void paste(struct typing *typing)
{
    char *letters = SDL_GetClipboardText();

    if (letters != NULL)
        type_letters(typing, letters);
    SDL_free(letters);
}

static void typing_key(struct view *view, SDL_Keycode key, bool control)
{
    struct typing *typing = &view->typing;

    if (key == SDLK_ESCAPE) {
        typing->on = false;
    } else if (key == SDLK_RETURN || key == SDLK_KP_ENTER) {
        char text[TYPED_MAX];

        typing->on = false;
        memcpy(text, typing->text, sizeof text);
        view_press(view, &typing->hot, &(struct press){ .kind = PRESS_TYPED, .text = text });
    } else if (key == SDLK_BACKSPACE) {
        rub_out(typing);
    } else if (control && key == SDLK_a) {
        typing->whole = true;
    } else if (control && key == SDLK_v) {
        paste(typing);
    } else if (key == SDLK_END || key == SDLK_RIGHT) {
        typing->whole = false;
    }
}

/* ------------------------------------------------------------------------------------ focus */

static void focus_on(struct view *view, int index)
{
    const struct hot *hot = &view->hot[index];
    int nth = 0;

    for (int i = 0; i < index; i++)
        nth += hot_does_same(&view->hot[i], hot) && !view->hot[i].ground;
    view->focus = (struct focus){ .on = true, .hot = *hot, .nth = nth };
}

static bool can_focus(const struct hot *hot)
{
    return hot->action != ACT_NONE && !hot->ground;
}

/* To the next that something can be done with, or the one before. */
static void move_focus(struct view *view, int step)
{
    const struct hot *now = view_focused(view);
    int at = now != NULL ? (int)(now - view->hot) : step > 0 ? -1 : view->hots;

    for (int i = 0; i < view->hots; i++) {
        at = (at + step + view->hots) % view->hots;
        if (can_focus(&view->hot[at])) {
            focus_on(view, at);
            return;
        }
    }
}

/* The region of the window that a place lies in: rail, race, each column, text, timeline. */
static int region_of(const struct view *view, struct rect place)
{
    const struct layout *l = &view->layout;
    const struct rect regions[] = { l->rail,           l->race,   l->column[0].card,
                                    l->column[1].card, l->lesson, l->timeline };

    for (int i = 0; i < (int)(sizeof regions / sizeof *regions); i++)
        if (rect_contains(regions[i], place.x + place.w / 2, place.y + place.h / 2))
            return i;
    return -1;
}

/* To the first thing of the next region, or of the one before. */
static void move_focus_to_region(struct view *view, int step)
{
    const struct hot *now = view_focused(view);
    const int region = now != NULL ? region_of(view, now->rect) : -2;
    int at = now != NULL ? (int)(now - view->hot) : step > 0 ? -1 : view->hots, found = -1;

    for (int i = 0; i < view->hots; i++) {
        int other;

        at = (at + step + view->hots) % view->hots;
        other = region_of(view, view->hot[at].rect);
        if (!can_focus(&view->hot[at]) || other < 0 || other == region)
            continue;
        if (found >= 0 && other != region_of(view, view->hot[found].rect))
            break;
        if (found < 0 || step < 0) /* backwards: on to the first of that region */
            found = at;
        if (step > 0)
            break;
    }
    if (found >= 0)
        focus_on(view, found);
}

static bool arrow_key(struct view *view, const struct hot *hot, SDL_Keycode key, bool shift)
{
    const struct press press = { .kind = PRESS_ARROW,
                                 .x = (key == SDLK_RIGHT) - (key == SDLK_LEFT),
                                 .y = (key == SDLK_DOWN) - (key == SDLK_UP),
                                 .fine = shift };

    if (!hot->arrows || (press.x == 0 && press.y == 0))
        return false;
    view_press(view, hot, &press);
    return true;
}

/* True: the key was for what has the focus. */
static bool focus_key(struct view *view, SDL_Keycode key, bool shift)
{
    const struct hot *focused = view_focused(view);
    const double turned = key == SDLK_RIGHT || key == SDLK_UP    ? 1
                          : key == SDLK_LEFT || key == SDLK_DOWN ? -1
                                                                 : 0;
    struct hot hot;

    if (key == SDLK_TAB) {
        move_focus(view, shift ? -1 : 1);
        return true;
    }
    if (focused == NULL)
        return false;
    hot = *focused;
    if (arrow_key(view, &hot, key, shift))
        return true;
    if (key == SDLK_ESCAPE && hot.arrows) { /* and does what it does without a focus */
        view->focus.on = false;
        return false;
    }
    if (key == SDLK_ESCAPE)
        view->focus.on = false;
    else if (key == SDLK_RETURN || key == SDLK_KP_ENTER)
        view_press(view, &hot,
                   &(struct press){ .kind = hot.entry ? PRESS_ENTRY : PRESS_KEY,
                                    .x = 0.5,
                                    .y = 0.5,
                                    .fine = shift });
    else if (turned != 0 && hot.wheel)
        view_press(
            view, &hot,
            &(struct press){
                .kind = PRESS_WHEEL, .x = 0.5, .y = 0.5, .turned = turned, .fine = shift });
    else
        return false;
    return true;
}

/* ------------------------------------------------------------------------------------- keys */

/* Keys of the list of lessons. */
static void picker_key(struct view *view, SDL_Keycode key)
{
    const int count = view->lessons != NULL ? view->lessons->count : 0;

    if (key == SDLK_UP && view->picked > 0) {
        view->picked--;
    } else if (key == SDLK_DOWN && view->picked + 1 < count) {
        view->picked++;
    } else if (key == SDLK_HOME) {
        view->picked = 0;
    } else if (key == SDLK_END && count > 0) {
        view->picked = count - 1;
    } else if (key == SDLK_RETURN || key == SDLK_KP_ENTER || key == SDLK_SPACE) {
        view_act(view, ACT_LESSON, 0, view->picked);
    } else if (key == SDLK_ESCAPE) {
        view_act(view, ACT_BACK, 0, 0);
    } else if (key == SDLK_s) {
        view_act(view, ACT_SAVE, 0, 0);
    } else if (key >= SDLK_0 && key <= SDLK_9) {
        for (int i = 0; i < count; i++)
            if (view->lessons->lessons[i].number == key - SDLK_0)
                view_act(view, ACT_LESSON, 0, i);
    }
}

/* The run before or after, also of those that have no room; then the place to type. */
static void choose_next_run(struct view *view, int step)
{
    const struct hot *now = &view->focus.hot;
    const int places = view->runs.count + 1;
    const bool among = view->focus.on && now->action == ACT_OPEN_RUN && now->value >= 0;
    const int at = ((among ? (int)now->value : places - 1) + step + places) % places;

    view->focus = (struct focus){ .on = true,
                                  .hot = { .action = ACT_OPEN_RUN,
                                           .value = at < places - 1 ? at : VIEW_TYPED_RUN } };
}

/* Keys of the list of runs, which is over everything else. */
static void runs_key(struct view *view, SDL_Keycode key, bool shift)
{
    if (key == SDLK_ESCAPE)
        view_act(view, ACT_RUNS, 0, 0);
    else if (key == SDLK_UP || key == SDLK_DOWN)
        choose_next_run(view, key == SDLK_UP ? -1 : 1);
    else
        focus_key(view, key, shift);
}

/* What a key does wherever one is: the size of things, help, the end. */
static bool is_everywhere(enum action action)
{
    return action == ACT_SCALE || action == ACT_LIGHT || action == ACT_QUIT ||
           action == ACT_HELP || action == ACT_RUNS || action == ACT_LANGUAGE;
}

static void key_down(struct view *view, const SDL_KeyboardEvent *event)
{
    const SDL_Keycode code = event->keysym.sym;
    const bool control = (event->keysym.mod & (KMOD_CTRL | KMOD_GUI)) != 0;
    const bool shift = (event->keysym.mod & KMOD_SHIFT) != 0;
    const struct key *key = keys_find(code, shift, control);

    if (view->typing.on) {
        view->typing.skip = false;
        typing_key(view, code, control);
        return;
    }
    if (key != NULL && is_everywhere(key->action)) {
        view_act(view, key->action, key->arm, key->value);
        return;
    }
    if (view->help) {
        view->help = false;
        return;
    }
    if (!control && view->screen == SCREEN_LAB && attention_key(view, code, shift))
        return;
    if (view->runs_shown) {
        if (!control)
            runs_key(view, code, shift);
        return;
    }
    if (!control && view->screen == SCREEN_LAB && focus_key(view, code, shift))
        return;
    if (control && view->screen == SCREEN_LAB && code == SDLK_TAB) {
        move_focus_to_region(view, shift ? -1 : 1);
        return;
    }
    /* Held down, only what moves goes on: a run that stutters on and off helps nobody. */
    if (view->screen == SCREEN_PICKER) {
        if (!control && (!event->repeat || code == SDLK_UP || code == SDLK_DOWN))
            picker_key(view, code);
    } else if (key != NULL && (!event->repeat || key->repeats)) {
        view_act(view, key->action, key->arm, key->value);
    }
}

/* ------------------------------------------------------------------------------------ mouse */

static void mouse_move(struct view *view, int x, int y)
{
    view->mouse_x = (int)lround(x * view->mouse_scale);
    view->mouse_y = (int)lround(y * view->mouse_scale);
    if (view->held) {
        const struct press press = press_at(view, PRESS_DRAG, view->held_hot.rect);

        view_press(view, &view->held_hot, &press);
    }
}

static void mouse_down(struct view *view, const SDL_MouseButtonEvent *event)
{
    const bool right = event->button == SDL_BUTTON_RIGHT;
    const struct hot *found;
    struct press press;
    struct hot hot;

    mouse_move(view, event->x, event->y);
    if (event->button != SDL_BUTTON_LEFT && !right)
        return;
    view->focus.on = view->typing.on = false;
    if (view->help) {
        view->help = false;
        return;
    }
    found = view_hot_at(view, view->mouse_x, view->mouse_y, false);
    if (found == NULL || (right && !found->right))
        return;
    hot = *found; /* a handler may have other things drawn */
    press =
        press_at(view, event->clicks >= 2 && hot.entry ? PRESS_ENTRY : PRESS_CLICK, hot.rect);
    press.right = right;
    view->held = hot.drag && !right && press.kind == PRESS_CLICK;
    view->held_hot = hot;
    view_press(view, &hot, &press);
}

static void mouse_up(struct view *view, const SDL_MouseButtonEvent *event)
{
    struct press press;

    if (event->button != SDL_BUTTON_LEFT || !view->held)
        return;
    mouse_move(view, event->x, event->y);
    view->held = false;
    press = press_at(view, PRESS_RELEASE, view->held_hot.rect);
    view_press(view, &view->held_hot, &press);
}

static void wheel(struct view *view, double turned)
{
    const struct hot *found = view_hot_at(view, view->mouse_x, view->mouse_y, true);
    struct press press;
    struct hot hot;

    if (found == NULL || view->help)
        return;
    hot = *found;
    press = press_at(view, PRESS_WHEEL, hot.rect);
    press.turned = turned;
    view_press(view, &hot, &press);
}

void view_event(struct view *view, const SDL_Event *event)
{
    switch (event->type) {
    case SDL_KEYDOWN:
        key_down(view, &event->key);
        break;
    case SDL_TEXTINPUT:
        if (!view->typing.on || view->typing.skip)
            return;
        type_letters(&view->typing, event->text.text);
        break;
    case SDL_KEYUP:
        view->typing.skip = false;
        return;
    case SDL_MOUSEMOTION:
        mouse_move(view, event->motion.x, event->motion.y);
        break;
    case SDL_MOUSEBUTTONDOWN:
        mouse_down(view, &event->button);
        break;
    case SDL_MOUSEBUTTONUP:
        mouse_up(view, &event->button);
        break;
    case SDL_MOUSEWHEEL:
        wheel(view, (double)(event->wheel.preciseY != 0 ? event->wheel.preciseY
                                                        : event->wheel.preciseX));
        break;
    case SDL_QUIT:
        view->request = REQUEST_QUIT;
        break;
    case SDL_WINDOWEVENT:
        if (event->window.event == SDL_WINDOWEVENT_LEAVE && !view->held)
            view->mouse_x = view->mouse_y = -1;
        break;
    case SDL_RENDER_TARGETS_RESET:
    case SDL_RENDER_DEVICE_RESET:
        break;
    default:
        return;
    }
    view->dirty = true;
}
