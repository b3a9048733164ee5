/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <unistd.h>

#include "base/cmd.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/keyfile.h"
#include "store/store.h"
#include "store/unlock.h"
#include "sync/sync.h"

static bool run(struct cmd_call *call, struct err *e);

static const struct cmd_option options[] = {
    {"progress", NULL, N_("a line after each step, for the screens"), false},
    {"key-fd", "N",
     N_("take the file's key from this open descriptor, for the screens"),
     false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_sync = {
    .name = "sync",
    .summary = N_("send to the hub and receive from it, once"),
    .detail = N_("When the line is lost on the way, what arrived is kept and "
                 "the next sync goes on from there."),
    .options = options,
    .run = run};

/* ---- opening ---- */

/* The key, 32 bytes, and the login behind it, to the end. */
static bool read_key(int fd, struct keyfile_unlocked *who, struct err *e)
{
    uint8_t bytes[KEYFILE_KEY_BYTES + KEYFILE_LOGIN_BYTES];
    size_t have = 0;
    ssize_t n = 1;
    while (n > 0 && have < sizeof bytes) {
        n = read(fd, bytes + have, sizeof bytes - have);
        if (n > 0)
            have += (size_t)n;
    }
    bool good = n == 0 && have > KEYFILE_KEY_BYTES;
    if (good) {
        memcpy(who->key, bytes, sizeof who->key);
        memcpy(who->login, bytes + sizeof who->key, have - sizeof who->key);
        who->login[have - sizeof who->key] = '\0';
    }
    mem_wipe(bytes, sizeof bytes);
    close(fd);
    return good || err_set(e, ERR_USAGE, _("--key-fd gave no key"));
}

static struct store *open_with_key(struct cmd_call *call, const char *fd_text,
                                   struct err *e)
{
    struct keyfile_unlocked who;
    struct store_env env = {call->stamp, call->entropy};
    struct store *s = NULL;
    int64_t fd = 0;
    if (!str_to_int(fd_text, 0, 1023, &fd)) {
        err_set(e, ERR_USAGE, _("--key-fd needs a number"));
        return NULL;
    }
    if (read_key((int)fd, &who, e))
        s = store_open_key(call->dir, who.key, who.login, env, e);
    mem_wipe(&who, sizeof who);
    return s;
}

/* ---- telling ---- */

static void tell_progress(void *arg, const struct session_count *count)
{
    struct cmd_call *call = arg;
    char line[SYNC_PROGRESS_BYTES];
    sync_progress_print(count, line);
    report_text(call->report, line, strlen(line));
}

static void tell_result(struct report *r, const struct sync_result *x)
{
    const struct session_count *c = &x->count;
    report_fact_int(r, "sent_changes", _("changes sent"), c->changes_sent);
    report_fact_int(r, "received_changes", _("changes received"),
                    c->changes_received);
    report_fact_int(r, "sent_bytes", _("bytes sent"), x->network_sent);
    report_fact_int(r, "received_bytes", _("bytes received"),
                    x->network_received);
    report_fact_int(r, "waiting", _("saves still waiting here"),
                    x->waiting_saves);
    report_fact_int(r, "conflicts", _("clashes to settle"), x->conflicts);
}

static void tell_sentence(struct report *r, const struct sync_result *x)
{
    if (x->conflicts > 0)
        report_line(r, _("Synced. Some fields have two values: see homeward "
                         "conflicts."));
    else if (x->waiting_saves > 0)
        report_line(r, _("Synced; what was entered meanwhile waits for the "
                         "next sync."));
    else
        report_line(r, _("Synced: everything is at the hub."));
}

static bool run(struct cmd_call *call, struct err *e)
{
    struct sync_result result = {0};
    const bool progress = cmd_has(call, "progress");
    const char *key_fd = cmd_option(call, "key-fd");
    const struct sync_watch watch = {progress ? tell_progress : NULL, call};
    struct store *s =
        key_fd != NULL ? open_with_key(call, key_fd, e) : unlock_store(call, e);
    if (s == NULL)
        return false;
    bool good = sync_run(s, &watch, &result, e);
    if (good || e->code == ERR_NETWORK)
        tell_result(call->report, &result);
    if (good)
        tell_sentence(call->report, &result);
    store_close(s);
    return good;
}
