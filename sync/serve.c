/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/serve.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/feed.h"
#include "store/peer.h"
#include "sync/hello.h"
#include "sync/lock.h"
#include "sync/pump.h"
#include "sync/wire.h"

enum { LAST_WORD_MS = 2000 };

#define REQUEST_VARIABLE "SSH_ORIGINAL_COMMAND"

struct serve {
    struct log *log;
    struct store *store;
    int64_t site_no;
    char hello[HELLO_TEXT_MAX + 1];
};

/* ---- what this process may do ---- */

static const struct {
    int resource;
    rlim_t value;
} limits[] = {
    {RLIMIT_CORE, 0},
    {RLIMIT_NOFILE, 64},
    {RLIMIT_CPU, 600},
#ifndef HOMEWARD_SANITIZED
    {RLIMIT_AS, 512 * 1024 * 1024},
#endif
};

/* Copies the request and wipes where it stood, so that nobody reads it in
 * /proc; too long a request stays too long. */
static void take_request(struct serve *v)
{
    char *request = getenv(REQUEST_VARIABLE);
    if (request == NULL)
        return;
    snprintf(v->hello, sizeof v->hello, "%s", request);
    mem_wipe(request, strlen(request));
    unsetenv(REQUEST_VARIABLE);
}

static void confine(void)
{
    for (size_t i = 0; i < ARR_NR(limits); i++)
        setrlimit(limits[i].resource,
                  &(struct rlimit){limits[i].value, limits[i].value});
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    signal(SIGPIPE, SIG_IGN);
}

/* ---- the log ---- */

static void log_outcome(const struct serve *v, const struct session *session,
                        bool good, const struct err *e)
{
    const struct session_count *c = session_count(session);
    log_line(v->log,
             "site %" PRId64 ": in %" PRId64 " frames %" PRId64
             " changes %" PRId64 " bytes, out %" PRId64 " frames %" PRId64
             " changes %" PRId64 " bytes, set aside %" PRId64
             ", repeated %" PRId64 ", clashes %" PRId64 ", cursor %" PRId64,
             v->site_no, c->frames_received, c->changes_received,
             c->bytes_received, c->frames_sent, c->changes_sent, c->bytes_sent,
             c->set_aside, c->repeated, c->clashes, session_cursor(session));
    if (!good)
        log_line(v->log, "site %" PRId64 ": %s: %s", v->site_no,
                 err_code_name(e->code), e->text);
}

/* ---- the conversation ---- */

static bool talk(struct serve *v, struct err *e)
{
    struct err ignored = ERR_INIT;
    struct session *session = session_new_hub(v->store, v->site_no, v->hello);
    struct line *line = line_pipe_open(STDIN_FILENO, STDOUT_FILENO);
    bool good = pump_hub(session, line, e);
    line_close(line);
    if (session_was_open(session))
        peer_site_contact(v->store, v->site_no, store_now_ms(v->store),
                          session_cursor(session), &ignored);
    log_outcome(v, session, good, e);
    session_free(session);
    return good;
}

/* There is no session yet that could tell the office. */
static bool refuse(struct serve *v, struct err *e)
{
    struct buf out = BUF_INIT(32), in = BUF_INIT(4096);
    struct err ignored = ERR_INIT;
    bool ended = false;
    const uint8_t reason =
        e->code == ERR_BUSY ? MSG_REFUSE_BUSY : MSG_REFUSE_FAULT;
    struct line *line = line_pipe_open(STDIN_FILENO, STDOUT_FILENO);
    wire_put(&out, MSG_HUB_REFUSE, &reason, sizeof reason);
    while (out.size > 0 && !ended &&
           line_exchange(line, &out, &in, LAST_WORD_MS, &ended, &ignored))
        buf_clear(&in);
    line_close(line);
    buf_release(&out);
    buf_release(&in);
    log_line(v->log, "site %" PRId64 ": %s: %s", v->site_no,
             err_code_name(e->code), e->text);
    return false;
}

bool serve_run(const char *dir, int64_t site_no, struct store_env env,
               struct err *e)
{
    struct serve v = {.site_no = site_no};
    struct buf path = BUF_INIT(0);
    char lock_name[40];
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    take_request(&v);
    confine();
    if (!file_path(&path, dir, "hub.log", e))
        return false;
    v.log = log_open(buf_text(&path), env.stamp);
    buf_release(&path);
    snprintf(lock_name, sizeof lock_name, "site-%" PRId64 ".lock", site_no);
    /* Two conversations of one site would disagree about which frame is next:
     * the line of the older one is dead, or its office would not be here. */
    struct lock *lock = lock_take_over(dir, lock_name, e);
    if (lock != NULL)
        v.store = store_open(dir, NULL, env, e);
    bool good = v.store != NULL ? talk(&v, e) : refuse(&v, e);
    store_close(v.store);
    lock_release(lock);
    log_close(v.log);
    return good;
}
