/* SPDX-License-Identifier: Apache-2.0 */
#include "store/unlock.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "store/keyfile.h"
#include "store/store.h"

struct store *unlock_store(struct cmd_call *call, struct err *e)
{
    struct store_env env = {call->stamp, call->entropy};
    char passphrase[KEYFILE_PASSPHRASE_BYTES];
    if (store_is_hub_dir(call->dir))
        return store_open(call->dir, NULL, env, e);
    if (!store_exists(call->dir, e) ||
        !call->host.passphrase(call->host.arg, _("Passphrase"), false,
                               passphrase, sizeof passphrase, e))
        return NULL;
    struct store *s = store_open(call->dir, passphrase, env, e);
    mem_wipe(passphrase, sizeof passphrase);
    return s;
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
