/*
 * bench_peer.h - another program that trains the same shapes, measured in the same session.
 *
 * It is started once, by `sh -c`. For each question it reads one line and writes one:
 *
 *     <-  lstm-1-64-100-32 0.25            the shape, and seconds to measure for
 *     ->  {"shape": "lstm-1-64-100-32", "milliseconds": {"tuned": 13.0, "installed": 18.8}}
 *     ->  {"shape": "lstm-1-64-100-32", "error": "no such cell"}
 *
 * with one or more ways of training, under its own names for them, and if it likes "peer", what
 * it is ("PyTorch 1.13.1"). When its input ends, it should. Its standard error is ours.
 */
#ifndef VIZ_BENCH_BENCH_PEER_H
#define VIZ_BENCH_BENCH_PEER_H

#include <sys/types.h>

#include "common/error.h"

enum { BENCH_WAYS_MAX = 4, BENCH_WAY_NAME = 16, BENCH_LINE_MAX = 4096, BENCH_SAID_MAX = 128 };

/* How long a training step takes in one of the peer's ways. */
struct bench_way {
    char name[BENCH_WAY_NAME];
    double milliseconds;
};

struct bench_answer {
    struct bench_way ways[BENCH_WAYS_MAX];
    int count;
    char error[BENCH_SAID_MAX]; /* why it cannot train that shape; "": it can */
    char peer[BENCH_SAID_MAX];  /* what it calls itself; "": nothing */
};

struct bench_peer {
    pid_t process; /* 0: there is none */
    int to, from;
    double patience; /* seconds to wait for an answer */
    char held[BENCH_LINE_MAX];
    int held_count;
};

/* Start the command. STATUS_FILE. End with bench_peer_stop. */
enum status bench_peer_start(struct bench_peer *peer, const char *command, double patience,
                             struct error *error);

/*
 * Ask for a shape. STATUS_FILE: the peer has ended, or said nothing in time, or something that
 * is no answer (the message quotes it): then it is of no more use. A peer that cannot train the
 * shape has answered.
 */
enum status bench_peer_ask(struct bench_peer *peer, const char *shape, double seconds,
                           struct bench_answer *answer, struct error *error);

/*
 * An answer from its line, for the shape that was asked for. STATUS_FILE, answer untouched.
 */
enum status bench_answer_read(struct bench_answer *answer, const char *line, const char *shape,
                              struct error *error);

/*
 * End it: by the end of its input, or with all that it started by force. Safe on a zeroed one.
 */
void bench_peer_stop(struct bench_peer *peer);

#endif
