/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tool_pty [-s ROWSxCOLS] [-t TERM] SCRIPT PROGRAM [ARGUMENT ...]
 *
 * Runs a program on a terminal of its own and plays a script of keys on it,
 * so that a shell test can see what a person would see. SCRIPT is a file, or
 * - for standard input. One step a line:
 *
 *   key TEXT      sends the bytes; \e \r \t \n \\ \xHH are understood, and
 *                 <F1> <Up> <Enter> <Esc> and so on stand for keys
 *   burst N TEXT  the same N times in one write: keys that wait
 *   wait TEXT     until TEXT is on the screen; 2 minutes at most, like the next
 *   gone TEXT     until TEXT is no longer on it
 *   file NAME     until there is something in that file
 *   calm          until the program has drawn and waits for a key
 *   snap FILE     writes the screen as text, when the program is calm
 *   show          the same on standard output
 *   cursor        prints the cursor's row and column, from 0
 *   bytes LABEL   prints LABEL and the bytes since the last such step, when
 *                 the program is calm
 *   rest MS       waits for so long, whatever is sent
 *   resize R C    another size
 *   stop, cont    SIGSTOP and SIGCONT to the program
 *   term          SIGTERM
 *   kill          SIGKILL
 *   hangup        the line is lost: the terminal goes away
 *   exit          waits for the end of the program, prints `exit CODE`
 *
 * Exit: 0 all steps done; 1 a step failed, with the screen on standard error;
 * 2 usage. The program's group is killed at the end whatever happens.
 *
 * A program is calm when it has read every key, sleeps, and neither woke up nor
 * sent anything for a while. Silence alone would not do: on a busy machine a
 * program may be slow to answer.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "tests/tui/support_vt.h"

enum {
    WAIT_MS = 120000,
    CALM_LOOKS = 6, /* so often in a row a program must be found calm */
    LOOK_MS = 20,   /* so far apart */
    WAKE_MS = 2000, /* after which a program is taken not to mind a key */
    SCRIPT_BYTES_MAX = 1 << 20,
    KEYS_BYTES_MAX = 1 << 16,
    SCREEN_BYTES_MAX = 1 << 20
};

struct run {
    struct vt *vt;
    int master;        /* -1 after a hang-up */
    char terminal[64]; /* the program's side, by name */
    pid_t child;
    size_t bytes;     /* from the program, since the last mark */
    int64_t poked_ms; /* when it last got a key or a signal */
    int64_t naps;     /* how often it had gone to sleep by then */
    bool silent;      /* it has closed its side: nothing will come any more */
    bool ended;
    int status;
    unsigned line;
};

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool fail(struct run *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static bool fail(struct run *r, const char *fmt, ...)
{
    struct buf screen = BUF_INIT(SCREEN_BYTES_MAX);
    va_list ap;

    fprintf(stderr, "line %u: ", r->line);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    vt_print(r->vt, &screen);
    fprintf(stderr, "\n%s", buf_text(&screen));
    buf_release(&screen);
    return false;
}

/* ---- reading the program ---- */

/* Takes what comes within wait_ms; false when nothing did. */
static bool take(struct run *r, int wait_ms)
{
    struct pollfd fd = {r->master, POLLIN, 0};
    char bytes[4096];
    ssize_t n;

    if (r->master < 0) {
        poll(NULL, 0, wait_ms);
        return false;
    }
    if (poll(&fd, 1, wait_ms) <= 0)
        return false;
    n = read(r->master, bytes, sizeof bytes);
    if (n <= 0) { /* EIO: the program has closed its side */
        r->silent = true;
        poll(NULL, 0, wait_ms < 20 ? wait_ms : 20);
        return false;
    }
    vt_feed(r->vt, bytes, (size_t)n);
    r->bytes += (size_t)n;
    return true;
}

/* What the kernel tells of the program in front. */
struct sleeper {
    char state;   /* S when it sleeps; 0 when it is gone */
    int64_t naps; /* how often it went to sleep of itself */
};

static struct sleeper sleeper(const struct run *r)
{
    pid_t front = r->master < 0 ? -1 : tcgetpgrp(r->master);
    struct sleeper s = {0};
    char path[64], line[256];
    FILE *status;

    snprintf(path, sizeof path, "/proc/%d/status",
             (int)(front > 0 ? front : r->child));
    status = fopen(path, "r");
    while (status && fgets(line, sizeof line, status)) {
        sscanf(line, "State: %c", &s.state);
        sscanf(line, "voluntary_ctxt_switches: %" SCNd64, &s.naps);
    }
    if (status)
        fclose(status);
    return s;
}

/* Call it before something that the program has to wake up for. */
static void poke(struct run *r)
{
    r->poked_ms = now_ms();
    r->naps = sleeper(r).naps;
}

/* Keys that it has not read yet. */
static bool has_unread(const struct run *r)
{
    int fd = open(r->terminal, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    int unread = 0;

    if (fd < 0)
        return false; /* the terminal is gone */
    ioctl(fd, FIONREAD, &unread);
    close(fd);
    return unread > 0;
}

static bool is_calm(const struct run *r)
{
    struct sleeper now = sleeper(r);

    if (now.state == 0 || strchr("TtZX", now.state))
        return true; /* nothing will come of it */
    if (now.naps == r->naps && now_ms() < r->poked_ms + WAKE_MS)
        return false; /* the key has not reached it */
    return now.state == 'S' && !has_unread(r);
}

static bool take_until_calm(struct run *r)
{
    int64_t until = now_ms() + WAIT_MS;

    for (int looks = 0; looks < CALM_LOOKS;) {
        if (now_ms() > until)
            return fail(r, "the program does not come to rest");
        looks = take(r, LOOK_MS) || !is_calm(r) ? 0 : looks + 1;
    }
    return true;
}
static bool wait_for(struct run *r, const char *text, bool there)
{
    int64_t until = now_ms() + WAIT_MS;

    while (vt_shows(r->vt, text) != there) {
        if (now_ms() > until || r->silent)
            return fail(
                r, there ? "waited in vain for: %s" : "did not go away: %s",
                text);
        take(r, 50);
    }
    return true;
}

/* ---- sending keys ---- */

static const struct {
    const char *name, *bytes;
} keys[] = {
    {"Up", "\033OA"},    {"Down", "\033OB"},  {"Right", "\033OC"},
    {"Left", "\033OD"},  {"Home", "\033OH"},  {"End", "\033OF"},
    {"PgUp", "\033[5~"}, {"PgDn", "\033[6~"}, {"Ins", "\033[2~"},
    {"Del", "\033[3~"},  {"F1", "\033OP"},    {"F2", "\033OQ"},
    {"F3", "\033OR"},    {"F4", "\033OS"},    {"F5", "\033[15~"},
    {"F6", "\033[17~"},  {"F7", "\033[18~"},  {"F8", "\033[19~"},
    {"F9", "\033[20~"},  {"F10", "\033[21~"}, {"F11", "\033[23~"},
    {"F12", "\033[24~"}, {"Enter", "\r"},     {"Esc", "\033"},
    {"Tab", "\t"},       {"S-Tab", "\033[Z"}, {"Backspace", "\177"},
    {"Space", " "},
};

static bool add_named(struct buf *out, const char **s)
{
    const char *end = strchr(*s, '>');

    for (size_t i = 0; end && i < ARR_NR(keys); i++)
        if (strlen(keys[i].name) == (size_t)(end - *s - 1) &&
            memcmp(keys[i].name, *s + 1, (size_t)(end - *s - 1)) == 0) {
            buf_add_str(out, keys[i].bytes);
            *s = end + 1;
            return true;
        }
    if (end == *s + 3 && (*s)[1] == '^') { /* <^K> */
        buf_add_byte(out, (uint8_t)((*s)[2] & 0x1f));
        *s = end + 1;
        return true;
    }
    return false;
}

static bool is_hex(const char *s, uint8_t *byte)
{
    char hex[3];

    str_copy(hex, sizeof hex, s); /* the two digits there */
    return str_unhex(byte, 1, hex);
}

static void add_escape(struct buf *out, const char **s)
{
    static const char letters[] = "ertn\\", bytes[] = "\033\r\t\n\\";
    const char *found = (*s)[1] ? strchr(letters, (*s)[1]) : NULL;
    uint8_t byte;

    if (found) {
        buf_add_byte(out, (uint8_t)bytes[found - letters]);
        *s += 2;
    } else if ((*s)[1] == 'x' && is_hex(*s + 2, &byte)) {
        buf_add_byte(out, byte);
        *s += 4;
    } else {
        buf_add_byte(out, (uint8_t) * (*s)++);
    }
}

static void add_keys(struct buf *out, const char *s)
{
    while (*s)
        if (*s == '\\')
            add_escape(out, &s);
        else if (*s != '<' || !add_named(out, &s))
            buf_add_byte(out, (uint8_t)*s++);
}

static bool send_keys(struct run *r, const char *text, int64_t times)
{
    struct buf out = BUF_INIT(KEYS_BYTES_MAX);
    ssize_t n;
    bool ok;

    /* what was drawn before belongs to what came before */
    while (take(r, 0))
        continue;
    while (times-- > 0)
        add_keys(&out, text);
    poke(r);
    n = r->master < 0 ? -1 : write(r->master, buf_text(&out), out.size);
    ok = n == (ssize_t)out.size;
    buf_release(&out);
    return ok || fail(r, "the keys did not go through");
}

/* ---- steps ---- */

static bool step_key(struct run *r, char *rest)
{
    return send_keys(r, rest, 1);
}

static bool step_burst(struct run *r, char *rest)
{
    char *text = strchr(rest, ' ');
    int64_t times;

    if (!text)
        return fail(r, "burst N TEXT");
    *text = '\0';
    if (!str_to_int(rest, 1, 10000, &times))
        return fail(r, "how often?");
    return send_keys(r, text + 1, times);
}

static bool step_wait(struct run *r, char *rest)
{
    return wait_for(r, rest, true);
}

static bool step_gone(struct run *r, char *rest)
{
    return wait_for(r, rest, false);
}

static bool step_file(struct run *r, char *rest)
{
    int64_t until = now_ms() + WAIT_MS;
    struct stat file;

    while (stat(rest, &file) != 0 || file.st_size == 0) {
        if (now_ms() > until)
            return fail(r, "nothing came into %s", rest);
        take(r, 50);
    }
    return true;
}

static bool step_calm(struct run *r, char *rest)
{
    (void)rest;
    return take_until_calm(r);
}

static bool step_rest(struct run *r, char *rest)
{
    int64_t ms, until;

    if (!str_to_int(rest, 0, 600000, &ms))
        return fail(r, "how many milliseconds?");
    for (until = now_ms() + ms; now_ms() < until;)
        take(r, (int)(until - now_ms()));
    return true;
}

static bool step_snap(struct run *r, char *rest)
{
    struct buf screen = BUF_INIT(SCREEN_BYTES_MAX);
    FILE *file;
    bool ok;

    if (!take_until_calm(r))
        return false;
    vt_print(r->vt, &screen);
    file = fopen(rest, "w");
    ok = file && fwrite(buf_text(&screen), 1, screen.size, file) == screen.size;
    if (file && fclose(file) != 0)
        ok = false;
    buf_release(&screen);
    return ok || fail(r, "cannot write %s", rest);
}

static bool step_show(struct run *r, char *rest)
{
    struct buf screen = BUF_INIT(SCREEN_BYTES_MAX);

    (void)rest;
    if (!take_until_calm(r))
        return false;
    vt_print(r->vt, &screen);
    fputs(buf_text(&screen), stdout);
    buf_release(&screen);
    return true;
}

static bool step_cursor(struct run *r, char *rest)
{
    int row, col;

    (void)rest;
    if (!take_until_calm(r))
        return false;
    vt_cursor(r->vt, &row, &col);
    printf("cursor %d %d\n", row, col);
    return true;
}

static bool step_bytes(struct run *r, char *rest)
{
    if (!take_until_calm(r))
        return false;
    printf("%s %zu\n", rest, r->bytes);
    r->bytes = 0;
    return true;
}

static bool step_resize(struct run *r, char *rest)
{
    struct winsize size = {0};
    char *cols = strchr(rest, ' ');
    int64_t rows_nr, cols_nr;

    if (cols)
        *cols++ = '\0';
    if (!cols || !str_to_int(rest, 1, 500, &rows_nr) ||
        !str_to_int(cols, 1, 500, &cols_nr))
        return fail(r, "resize ROWS COLS");
    size.ws_row = (unsigned short)rows_nr;
    size.ws_col = (unsigned short)cols_nr;
    vt_resize(r->vt, (int)rows_nr, (int)cols_nr);
    poke(r);
    return ioctl(r->master, TIOCSWINSZ, &size) == 0 || fail(r, "no terminal");
}

static bool send_signal(struct run *r, int signo)
{
    poke(r);
    return kill(r->child, signo) == 0 || fail(r, "the program is gone");
}

static bool step_stop(struct run *r, char *rest)
{
    (void)rest;
    return send_signal(r, SIGSTOP);
}

static bool step_cont(struct run *r, char *rest)
{
    (void)rest;
    return send_signal(r, SIGCONT);
}

static bool step_term(struct run *r, char *rest)
{
    (void)rest;
    return send_signal(r, SIGTERM);
}

static bool step_kill(struct run *r, char *rest)
{
    (void)rest;
    return send_signal(r, SIGKILL);
}

static bool step_hangup(struct run *r, char *rest)
{
    (void)rest;
    if (r->master >= 0)
        close(r->master);
    r->master = -1;
    return true;
}

static bool step_exit(struct run *r, char *rest)
{
    int64_t until = now_ms() + WAIT_MS;

    (void)rest;
    while (waitpid(r->child, &r->status, WNOHANG) == 0) {
        if (now_ms() > until)
            return fail(r, "the program does not end");
        take(r, 20);
    }
    while (take(r, 0))
        continue;
    r->ended = true;
    printf("exit %d\n", WIFEXITED(r->status) ? WEXITSTATUS(r->status)
                                             : 128 + WTERMSIG(r->status));
    return true;
}

static const struct {
    const char *name;
    bool (*run)(struct run *r, char *rest);
} steps[] = {
    {"key", step_key},       {"burst", step_burst},   {"wait", step_wait},
    {"gone", step_gone},     {"file", step_file},     {"calm", step_calm},
    {"rest", step_rest},     {"snap", step_snap},     {"show", step_show},
    {"cursor", step_cursor}, {"bytes", step_bytes},   {"resize", step_resize},
    {"stop", step_stop},     {"cont", step_cont},     {"term", step_term},
    {"kill", step_kill},     {"hangup", step_hangup}, {"exit", step_exit},
};

static bool run_line(struct run *r, char *line)
{
    size_t n = strcspn(line, " ");
    char *rest = line[n] ? line + n + 1 : line + n;

    if (*line == '\0' || *line == '#')
        return true;
    line[n] = '\0';
    for (size_t i = 0; i < ARR_NR(steps); i++)
        if (str_equal(steps[i].name, line))
            return steps[i].run(r, rest);
    return fail(r, "no such step: %s", line);
}

/* Lines are run as they are read, so that a test may write them to a pipe one
 * by one. */
static bool run_script(struct run *r, FILE *script)
{
    char *line = NULL;
    size_t size = 0;
    bool ok = true;

    while (ok && getline(&line, &size, script) > 0) {
        line[strcspn(line, "\n")] = '\0';
        r->line++;
        ok = run_line(r, line);
        fflush(stdout);
    }
    free(line);
    return ok;
}

/* ---- the program ---- */

static bool start(struct run *r, struct winsize size, char **program)
{
    r->child = forkpty(&r->master, r->terminal, NULL, &size);
    if (r->child < 0) {
        perror("forkpty");
        return false;
    }
    if (r->child == 0) {
        execvp(program[0], program);
        perror(program[0]);
        _exit(127);
    }
    fcntl(r->master, F_SETFD, FD_CLOEXEC);
    return true;
}

static void finish(struct run *r)
{
    if (!r->ended) {
        kill(-r->child, SIGKILL);
        kill(r->child, SIGKILL);
        waitpid(r->child, &r->status, 0);
    }
    if (r->master >= 0)
        close(r->master);
    if (vt_unknown(r->vt) > 0)
        fprintf(stderr, "sequences not understood: %u\n", vt_unknown(r->vt));
    vt_free(r->vt);
}

static int usage(void)
{
    fprintf(stderr, "usage: tool_pty [-s ROWSxCOLS] [-t TERM] SCRIPT PROGRAM "
                    "[ARGUMENT ...]\n");
    return 2;
}

int main(int argc, char **argv)
{
    struct winsize size = {24, 80, 0, 0};
    struct run r = {.master = -1};
    FILE *script;
    bool ok;
    int c;

    setenv("TERM", "xterm-256color", 1);
    while ((c = getopt(argc, argv, "+s:t:")) != -1)
        if (c == 't')
            setenv("TERM", optarg, 1);
        else if (c != 's' ||
                 sscanf(optarg, "%hux%hu", &size.ws_row, &size.ws_col) != 2)
            return usage();
    if (argc - optind < 2)
        return usage();
    script = str_equal(argv[optind], "-") ? stdin : fopen(argv[optind], "r");
    if (!script) {
        perror(argv[optind]);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    r.vt = vt_new(size.ws_row, size.ws_col);
    ok = start(&r, size, argv + optind + 1) && run_script(&r, script);
    finish(&r);
    return ok ? 0 : 1;
}
