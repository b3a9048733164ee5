/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/enrol.h"

#include <inttypes.h>
#include <string.h>

#include "base/i18n.h"
#include "base/reader.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/place.h"
#include "store/store.h"
#include "sync/hubkey.h"
#include "sync/line_ssh.h"
#include "sync/lines_int.h"

#define MAGIC   "homeward-enrolment"
#define VERSION "1"

enum {
    EPOCH_BYTES = 8,
    HEX_MAX = 2 * FRAME_SIG_BYTES + 1,
};

void enrol_print(const struct store *s, const char *ssh_key, struct buf *text)
{
    char id[ID_TEXT_BYTES], hex[HEX_MAX];
    uint8_t sig[FRAME_SIG_BYTES];
    size_t from = text->size;
    id_print(store_site_id(s), id);
    str_hex(hex, store_sign_public(s), STORE_SIGN_BYTES);
    buf_printf(text,
               MAGIC " " VERSION "\nsite %s\nname %s\nplace %s\nroles %s\n"
                     "epoch %016" PRIx64 "\nssh %s\nsign %s\n",
               id, store_site_name(s), store_place(s), store_role(s),
               store_epoch(s), ssh_key, hex);
    if (buf_failed(text))
        return;
    store_sign(s, text->data + from, text->size - from, sig);
    str_hex(hex, sig, sizeof sig);
    buf_printf(text, "signature %s\n", hex);
}

/* What the fields say, before anything is believed. */
struct claim {
    char id[ID_TEXT_BYTES], epoch[2 * EPOCH_BYTES + 1];
    char sign[2 * STORE_SIGN_BYTES + 1], signature[HEX_MAX];
    size_t signed_bytes;
};

static bool take_fields(const char *at, struct claim *c, struct peer_site *site)
{
    const char *from = at;
    char version[8];
    if (!lines_take(&at, MAGIC, version, sizeof version) ||
        !str_equal(version, VERSION) ||
        !lines_take(&at, "site", c->id, sizeof c->id) ||
        !lines_take(&at, "name", site->name, sizeof site->name) ||
        !lines_take(&at, "place", site->place, sizeof site->place) ||
        !lines_take(&at, "roles", site->roles, sizeof site->roles) ||
        !lines_take(&at, "epoch", c->epoch, sizeof c->epoch) ||
        !lines_take(&at, "ssh", site->ssh_key, sizeof site->ssh_key) ||
        !lines_take(&at, "sign", c->sign, sizeof c->sign))
        return false;
    c->signed_bytes = (size_t)(at - from);
    return lines_take(&at, "signature", c->signature, sizeof c->signature) &&
           *at == '\0';
}

static bool take_values(const struct claim *c, struct peer_site *site)
{
    uint8_t epoch[EPOCH_BYTES];
    if (!id_parse(c->id, &site->id) || id_is_zero(&site->id) ||
        !str_unhex(epoch, sizeof epoch, c->epoch) ||
        !str_unhex(site->sign_public, sizeof site->sign_public, c->sign) ||
        !hubkey_is_ssh_line(site->ssh_key) || !place_is_code(site->place) ||
        str_is_blank(site->name) || strchr(site->name, '\t') != NULL ||
        !utf8_is_clean(site->name, strlen(site->name)) ||
        strspn(site->roles, "abcdefghijklmnopqrstuvwxyz- ") !=
            strlen(site->roles))
        return false;
    struct reader r = reader_of(epoch, sizeof epoch);
    site->epoch = reader_be64(&r);
    return site->epoch != 0;
}

bool enrol_parse(const char *text, struct peer_site *site, struct err *e)
{
    struct claim c = {0};
    uint8_t sig[FRAME_SIG_BYTES];
    *site = (struct peer_site){0};
    if (!take_fields(text, &c, site) || !take_values(&c, site) ||
        !str_unhex(sig, sizeof sig, c.signature))
        return err_set(e, ERR_INPUT,
                       _("This is not an enrolment: ask the office for the "
                         "file that homeward join wrote"));
    return store_check_sign(site->sign_public, text, c.signed_bytes, sig) ||
           err_set(e, ERR_INPUT,
                   _("This enrolment was changed after the office wrote it: "
                     "ask for it again"));
}

bool enrol_own_key(struct store *s, struct buf *public_line, struct err *e)
{
    struct buf private_text = BUF_INIT(ENROL_KEY_BYTES_MAX);
    bool good = peer_ssh_key_get(s, &private_text, public_line, e);
    if (good && private_text.size == 0) {
        buf_clear(public_line);
        good = line_ssh_keygen(&private_text, public_line, e) &&
               peer_ssh_key_set(s, buf_text(&private_text),
                                buf_text(public_line), e);
    }
    buf_wipe(&private_text);
    return good;
}
