/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line between two ports of this machine, for one connection: carries bytes
 * with a delay each way, counts them, and can break after so many.
 *
 *     tool_wire LISTEN-PORT TARGET-PORT [--rtt MS] [--cut BYTES] --out FILE
 *
 * FILE gets, when the connection has ended:
 *
 *     up N             bytes to the target
 *     down N           bytes from it
 *     turns N          times the target was spoken to after it had spoken
 *     elapsed_ms N     from the connection to the last byte from the target
 *     round_trips N    whole round trips in that, and one for TCP's greeting
 *
 * "ready" goes to standard output once it listens.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/str.h"

enum { STEP_BYTES = 16 * 1024, UP = 0, DOWN = 1 };

struct piece {
    int64_t due_us;
    size_t size;
    char *bytes;
};

struct way {
    int from, to;
    struct piece *items; /* on the way, in order */
    size_t nr, alloc, first;
    bool ended; /* nothing more comes in */
    int64_t bytes;
};

struct wire {
    int64_t listen_port, target_port, rtt_ms, cut;
    const char *out;
    struct way ways[2];
    int64_t start_us, last_us, turns;
    int spoke_last; /* UP or DOWN */
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static struct sockaddr_in local(int64_t port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr = {htonl(INADDR_LOOPBACK)}};
}

static int accept_one(int64_t port)
{
    const int yes = 1;
    struct sockaddr_in at = local(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 1) != 0)
        return -1;
    puts("ready");
    fflush(stdout);
    int got = accept(fd, NULL, NULL);
    close(fd);
    return got;
}

static int connect_to(int64_t port)
{
    struct sockaddr_in at = local(port);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    return fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0 ? fd
                                                                          : -1;
}

static void take(struct wire *w, int direction)
{
    struct way *y = &w->ways[direction];
    char step[STEP_BYTES];
    ssize_t n = read(y->from, step, sizeof step);
    if (n <= 0) {
        y->ended = true;
        return;
    }
    ARR_PUSH(y) = (struct piece){
        .due_us = now_us() + w->rtt_ms * 1000 / 2,
        .size = (size_t)n,
        .bytes = memcpy(mem_alloc((size_t)n), step, (size_t)n),
    };
    y->bytes += n;
    if (direction == UP && w->spoke_last == DOWN)
        w->turns++;
    w->spoke_last = direction;
}

static void deliver(struct wire *w, int direction)
{
    struct way *y = &w->ways[direction];
    while (y->first < y->nr && y->items[y->first].due_us <= now_us()) {
        struct piece *p = &y->items[y->first++];
        if (send(y->to, p->bytes, p->size, MSG_NOSIGNAL) != (ssize_t)p->size)
            y->ended = true;
        if (direction == DOWN)
            w->last_us = now_us();
        mem_free(p->bytes);
    }
}

static int wait_ms(const struct wire *w)
{
    int64_t soonest = INT64_MAX;
    for (int d = UP; d <= DOWN; d++) {
        const struct way *y = &w->ways[d];
        if (y->first < y->nr && y->items[y->first].due_us < soonest)
            soonest = y->items[y->first].due_us;
    }
    if (soonest == INT64_MAX)
        return -1;
    int64_t left = soonest - now_us();
    return left > 0 ? (int)(left / 1000) + 1 : 0;
}

static bool is_over(const struct wire *w)
{
    const struct way *up = &w->ways[UP], *down = &w->ways[DOWN];
    if (w->cut > 0 && up->bytes + down->bytes >= w->cut)
        return true;
    /* either side gone and what it had said delivered */
    return (up->ended && up->first == up->nr) ||
           (down->ended && down->first == down->nr);
}

static void carry(struct wire *w)
{
    while (!is_over(w)) {
        struct pollfd fds[2] = {
            {.fd = w->ways[UP].ended ? -1 : w->ways[UP].from, .events = POLLIN},
            {.fd = w->ways[DOWN].ended ? -1 : w->ways[DOWN].from,
             .events = POLLIN}};
        poll(fds, 2, wait_ms(w));
        for (int d = UP; d <= DOWN; d++) {
            if (fds[d].revents != 0)
                take(w, d);
            deliver(w, d);
        }
    }
}

static bool tell(const struct wire *w)
{
    FILE *f = fopen(w->out, "w");
    int64_t elapsed_ms = (w->last_us - w->start_us) / 1000;
    if (f == NULL)
        return false;
    fprintf(f, "up %lld\ndown %lld\nturns %lld\nelapsed_ms %lld\n",
            (long long)w->ways[UP].bytes, (long long)w->ways[DOWN].bytes,
            (long long)w->turns, (long long)elapsed_ms);
    if (w->rtt_ms > 0)
        fprintf(f, "round_trips %lld\n",
                (long long)(1 + elapsed_ms / w->rtt_ms));
    return fclose(f) == 0;
}

static bool read_words(struct wire *w, int argc, char **argv)
{
    if (argc < 3 || !str_to_int(argv[1], 1, 65535, &w->listen_port) ||
        !str_to_int(argv[2], 1, 65535, &w->target_port))
        return false;
    for (int i = 3; i + 1 < argc; i += 2) {
        if (str_equal(argv[i], "--out"))
            w->out = argv[i + 1];
        else if (!(str_equal(argv[i], "--rtt") &&
                   str_to_int(argv[i + 1], 0, 60000, &w->rtt_ms)) &&
                 !(str_equal(argv[i], "--cut") &&
                   str_to_int(argv[i + 1], 1, INT32_MAX, &w->cut)))
            return false;
    }
    return w->out != NULL;
}

int main(int argc, char **argv)
{
    const int yes = 1;
    struct wire w = {.spoke_last = UP};
    if (!read_words(&w, argc, argv)) {
        fputs("usage: tool_wire LISTEN TARGET [--rtt MS] [--cut BYTES] "
              "--out FILE\n",
              stderr);
        return 2;
    }
    int near = accept_one(w.listen_port);
    int far = near >= 0 ? connect_to(w.target_port) : -1;
    if (far < 0) {
        perror("tool_wire");
        return 1;
    }
    setsockopt(near, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(far, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    w.ways[UP] = (struct way){.from = near, .to = far};
    w.ways[DOWN] = (struct way){.from = far, .to = near};
    w.start_us = w.last_us = now_us();
    carry(&w);
    close(near);
    close(far);
    for (int d = UP; d <= DOWN; d++) {
        while (w.ways[d].first < w.ways[d].nr)
            mem_free(w.ways[d].items[w.ways[d].first++].bytes);
        mem_free(w.ways[d].items);
    }
    return tell(&w) ? 0 : 1;
}
