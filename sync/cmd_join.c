/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cmd.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/peer.h"
#include "store/store.h"
#include "store/unlock.h"
#include "sync/enrol.h"
#include "sync/hubkey.h"
#include "sync/line_ssh.h"

static bool run(struct cmd_call *call, struct err *e);

static const struct cmd_option options[] = {
    {"hub-key", "FILE", N_("the hub's keys, from its administrator"), false},
    {"out", "FILE", N_("where to write the enrolment"), true},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_join = {
    .name = "join",
    .args = "HUB-ADDRESS",
    .summary = N_("make ready to sync with a hub"),
    .detail = N_(
        "The address is written ssh://user@host:port. Makes this office's SSH "
        "key, remembers the hub's, and writes the enrolment for the hub's "
        "administrator, who lets the office in with homeward hub admit.\n\n"
        "Without --hub-key the hub is asked for its key, which is shown: "
        "compare it by telephone before you say yes. Joining again keeps this "
        "office's key and writes the enrolment anew."),
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run};

enum { TEXT_MAX = 16 * 1024, FILE_MODE = 0644 };

/* ---- the hub's key ---- */

/* An office that has synced holds its hub's records; another hub's would not
 * fit among them. */
static bool check_same_hub(const struct peer_hub *hub, const struct hubkey *key,
                           struct err *e)
{
    if (hub->hub_epoch == 0 || !key->sign_known ||
        memcmp(hub->sign_public, key->sign, sizeof hub->sign_public) == 0)
        return true;
    return err_set(e, ERR_INPUT,
                   _("This office already works with another hub, and one "
                     "office has one hub: telephone the administrator"));
}

static bool key_from_file(const char *path, struct peer_hub *hub, struct err *e)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    struct hubkey key;
    bool good = buf_read_file(&text, path, e) &&
                hubkey_parse(buf_text(&text), &key, e) &&
                check_same_hub(hub, &key, e);
    if (good) {
        str_copy(hub->host_key, sizeof hub->host_key, key.host);
        if (key.sign_known)
            memcpy(hub->sign_public, key.sign, sizeof hub->sign_public);
        hub->sign_known =
            key.sign_known || (hub->sign_known && hub->hub_epoch != 0);
    }
    buf_release(&text);
    return good;
}

/* Shown and confirmed, never taken on trust. */
static bool key_by_asking(struct cmd_call *call, const struct address *address,
                          struct peer_hub *hub, struct err *e)
{
    struct buf line = BUF_INIT(TEXT_MAX), print = BUF_INIT(TEXT_MAX);
    struct buf question = BUF_INIT(TEXT_MAX);
    bool good = line_ssh_scan(address, &line, &print, e);
    if (good && !hubkey_is_ssh_line(buf_text(&line)))
        good =
            err_set(e, ERR_PROTOCOL, _("The hub showed a key of another kind"));
    if (good) {
        buf_printf(&question,
                   _("The hub shows the key %s. Is it the one the "
                     "administrator read to you?"),
                   buf_text(&print));
        good = call->host.confirm(call->host.arg, buf_text(&question)) ||
               err_set(e, ERR_CANCELLED,
                       _("The hub's key was not confirmed, nothing was "
                         "changed. Ask the administrator for the file hub-key "
                         "and give --hub-key"));
    }
    if (good)
        str_copy(hub->host_key, sizeof hub->host_key, buf_text(&line));
    buf_release(&line);
    buf_release(&print);
    buf_release(&question);
    return good;
}

static bool pin(struct cmd_call *call, struct peer_hub *hub, struct err *e)
{
    struct address address;
    const char *file = cmd_option(call, "hub-key");
    if (!address_parse(call->args[0], &address, e))
        return false;
    if (!str_copy(hub->address, sizeof hub->address, call->args[0]))
        return err_set(e, ERR_INPUT, _("The hub's address is too long"));
    return file != NULL ? key_from_file(file, hub, e)
                        : key_by_asking(call, &address, hub, e);
}

/* ---- this office's enrolment ---- */

static bool write_enrolment(struct store *s, const char *path,
                            const char *public_line, struct err *e)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    enrol_print(s, public_line, &text);
    bool good = file_replace(path, &text, FILE_MODE, e);
    buf_release(&text);
    return good;
}

static bool join(struct cmd_call *call, struct store *s, struct err *e)
{
    struct buf public_line = BUF_INIT(TEXT_MAX);
    struct peer_hub hub;
    bool found = false;
    if (store_is_hub(s))
        return err_set(e, ERR_INPUT, _("A hub does not join another hub"));
    bool good =
        peer_hub_load(s, &hub, &found, e) && pin(call, &hub, e) &&
        enrol_own_key(s, &public_line, e) && peer_hub_save(s, &hub, e) &&
        write_enrolment(s, cmd_option(call, "out"), buf_text(&public_line), e);
    buf_release(&public_line);
    return good;
}

static bool run(struct cmd_call *call, struct err *e)
{
    struct store *s = unlock_store(call, e);
    bool good = s != NULL && join(call, s, e);
    store_close(s);
    if (!good)
        return false;
    report_fact(call->report, "hub", _("Hub"), call->args[0]);
    report_fact(call->report, "enrolment", _("Enrolment"),
                cmd_option(call, "out"));
    report_line(call->report,
                _("Give the enrolment to the hub's administrator; once it is "
                  "admitted, homeward sync works."));
    return true;
}
