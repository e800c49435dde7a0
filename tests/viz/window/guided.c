#include "tests/viz/window/guided.h"

#include <pthread.h>

/* Whose turn it is. */
enum turn { TURN_WINDOW, TURN_HAND };

struct guided {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    enum turn turn;
    const struct window_drawn *drawn; /* NULL: the window is gone */
    enum window_next next;
    bool over; /* the hand has returned */
    guided_hand *hand;
    void *context;
};

/* Give the turn away, and come back when one has it again. Called with the mutex held. */
static void pass(struct guided *guided, enum turn to)
{
    const enum turn mine = guided->turn;

    guided->turn = to;
    pthread_cond_broadcast(&guided->changed);
    while (guided->turn != mine)
        pthread_cond_wait(&guided->changed, &guided->mutex);
}

static enum window_next drawn(void *context, const struct window_drawn *frame)
{
    struct guided *guided = context;
    enum window_next next = WINDOW_CLOSE;

    pthread_mutex_lock(&guided->mutex);
    guided->drawn = frame;
    if (!guided->over)
        pass(guided, TURN_HAND);
    if (!guided->over)
        next = guided->next;
    pthread_mutex_unlock(&guided->mutex);
    return next;
}

static void *move_hand(void *context)
{
    struct guided *guided = context;

    pthread_mutex_lock(&guided->mutex);
    while (guided->turn != TURN_HAND)
        pthread_cond_wait(&guided->changed, &guided->mutex);
    if (guided->drawn != NULL)
        guided->hand(guided, guided->context);
    guided->over = true;
    guided->turn = TURN_WINDOW;
    pthread_cond_broadcast(&guided->changed);
    pthread_mutex_unlock(&guided->mutex);
    return NULL;
}

/* The hand has its mutex from its first frame to its end: only pass() lets go of it. */
const struct window_drawn *guided_frame(struct guided *guided, enum window_next how)
{
    if (guided->drawn == NULL)
        return NULL;
    guided->next = how;
    pass(guided, TURN_WINDOW);
    return guided->drawn;
}

enum status guided_run(struct window_options options, guided_hand *hand, void *context,
                       struct error *error)
{
    struct guided guided = { .mutex = PTHREAD_MUTEX_INITIALIZER,
                             .changed = PTHREAD_COND_INITIALIZER,
                             .turn = TURN_WINDOW,
                             .hand = hand,
                             .context = context };
    pthread_t thread;
    enum status status;

    if (pthread_create(&thread, NULL, move_hand, &guided) != 0)
        return error_set(error, STATUS_NO_MEMORY, "no thread for a hand");
    options.drawn = drawn;
    options.context = &guided;
    status = window_run(&options, error);
    pthread_mutex_lock(&guided.mutex);
    guided.drawn = NULL; /* it closed before the hand had done */
    guided.turn = TURN_HAND;
    pthread_cond_broadcast(&guided.changed);
    pthread_mutex_unlock(&guided.mutex);
    pthread_join(thread, NULL);
    pthread_cond_destroy(&guided.changed);
    pthread_mutex_destroy(&guided.mutex);
    return status;
}

/* ----------------------------------------------------------------------------------- events */

void guided_key(SDL_Keycode key)
{
    SDL_Event event = { .key = { .type = SDL_KEYDOWN, .state = SDL_PRESSED } };

    event.key.keysym.sym = key;
    SDL_PushEvent(&event);
}

void guided_move(int x, int y)
{
    SDL_PushEvent(&(SDL_Event){ .motion = { .type = SDL_MOUSEMOTION, .x = x, .y = y } });
}

void guided_button(Uint32 type, int x, int y)
{
    SDL_PushEvent(&(SDL_Event){
        .button = { .type = type, .button = SDL_BUTTON_LEFT, .clicks = 1, .x = x, .y = y } });
}

void guided_wheel(int turned)
{
    SDL_PushEvent(&(SDL_Event){
        .wheel = { .type = SDL_MOUSEWHEEL, .y = turned, .preciseY = (float)turned } });
}
