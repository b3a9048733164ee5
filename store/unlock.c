/* SPDX-License-Identifier: Apache-2.0 */
#include "store/unlock.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "forms/right.h"
#include "store/audit.h"
#include "store/keyfile.h"
#include "store/store.h"
#include "store/user.h"

/* At a terminal alone: a script would tell nobody. */
static void tell_news(struct cmd_call *call, struct store *s)
{
    struct buf news = BUF_INIT(USER_NEWS_BYTES);
    struct err ignored = ERR_INIT;
    if (!call->host.alone && call->host.progress &&
        user_news(s, &news, &ignored) && news.size > 0)
        call->host.progress(call->host.arg, buf_text(&news));
    buf_release(&news);
}

struct store *unlock_store_keep(struct cmd_call *call, char *out, size_t size,
                                struct err *e)
{
    struct store_env env = {call->stamp, call->entropy};
    out[0] = '\0';
    if (store_is_hub_dir(call->dir))
        return store_open(call->dir, NULL, env, e);
    if (!store_exists(call->dir, e) ||
        !call->host.passphrase(call->host.arg, _("Passphrase"), false, out,
                               size, e))
        return NULL;
    struct store *s = store_open(call->dir, out, env, e);
    if (s)
        tell_news(call, s);
    return s;
}

struct store *unlock_store(struct cmd_call *call, struct err *e)
{
    char passphrase[KEYFILE_PASSPHRASE_BYTES];
    struct store *s = unlock_store_keep(call, passphrase, sizeof passphrase, e);
    mem_wipe(passphrase, sizeof passphrase);
    return s;
}

bool unlock_note_export(struct cmd_call *call, struct store *s,
                        const struct stream *stream, struct err *e)
{
    const struct audit_event x = {
        .kind = AUDIT_EXPORT, .stream = stream, .reason = call->cmd->name};
    return !report_leaves(call->report) ||
           right_reach_of_names(store_role(s)) == RIGHT_NONE ||
           audit_note(s, &x, e);
}

bool unlock_new_passphrase(struct cmd_call *call, char *out, size_t size,
                           struct err *e)
{
    return call->host.passphrase(call->host.arg,
                                 _("New passphrase, 8 letters or more"), true,
                                 out, size, e);
}

bool unlock_reader(struct cmd_call *call, unlock_show_fn *show, struct err *e)
{
    const char *lang = cmd_option(call, "lang");
    struct unlock_view view = {.store = unlock_store(call, e),
                               .pool = pool_new(),
                               .lang = lang != NULL ? lang : "en"};
    bool good = view.store != NULL && show(call, &view, e);
    pool_free(view.pool);
    store_close(view.store);
    return good;
}
