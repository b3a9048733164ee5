/* SPDX-License-Identifier: Apache-2.0 */
#include "store/peer.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/feed.h"
#include "store/intern_int.h"
#include "store/office.h"
#include "store/setting.h"

/* ---- an office's hub: one setting each ---- */

static bool get_text(struct store *s, const char *name, char *out, size_t size,
                     struct err *e)
{
    struct buf b = BUF_INIT(4096);
    bool good = setting_get(s, name, &b, e);
    str_copy(out, size, buf_text(&b));
    buf_release(&b);
    return good;
}

static bool get_bytes(struct store *s, const char *name, uint8_t *out, size_t n,
                      bool *found, struct err *e)
{
    struct buf b = BUF_INIT(4096);
    bool good = setting_get(s, name, &b, e);
    *found = good && b.size == n;
    if (*found)
        memcpy(out, b.data, n);
    buf_release(&b);
    return good;
}

bool peer_hub_load(struct store *s, struct peer_hub *h, bool *found,
                   struct err *e)
{
    int64_t hub_epoch = 0, number = 0;
    bool have;
    *h = (struct peer_hub){0};
    bool good =
        get_text(s, "hub.address", h->address, sizeof h->address, e) &&
        get_text(s, "hub.host_key", h->host_key, sizeof h->host_key, e) &&
        get_bytes(s, "hub.sign_public", h->sign_public, sizeof h->sign_public,
                  &h->sign_known, e) &&
        get_bytes(s, "sync.mark", h->mark, sizeof h->mark, &have, e) &&
        get_bytes(s, "sync.frame_prev", h->frame_prev, sizeof h->frame_prev,
                  &have, e) &&
        setting_get_int(s, "sync.hub_epoch", &hub_epoch, e) &&
        setting_get_int(s, "sync.cursor", &h->cursor, e) &&
        setting_get_int(s, "sync.sent", &h->sent, e) &&
        setting_get_int(s, "sync.frame_number", &number, e) &&
        setting_get_int(s, "sync.last_ms", &h->last_sync_ms, e);
    h->hub_epoch = (uint64_t)hub_epoch;
    h->frame_number = (uint64_t)number;
    *found = good && h->address[0] != '\0';
    return good;
}

static bool set_text(struct store *s, const char *name, const char *value,
                     struct err *e)
{
    return setting_set(s, name, value, strlen(value), e);
}

bool peer_hub_save(struct store *s, const struct peer_hub *h, struct err *e)
{
    if (!db_begin(store_db(s), e))
        return false;
    bool good =
        set_text(s, "hub.address", h->address, e) &&
        set_text(s, "hub.host_key", h->host_key, e) &&
        setting_set(s, "hub.sign_public", h->sign_public,
                    h->sign_known ? sizeof h->sign_public : 0, e) &&
        setting_set(s, "sync.mark", h->mark, sizeof h->mark, e) &&
        setting_set(s, "sync.frame_prev", h->frame_prev, sizeof h->frame_prev,
                    e) &&
        setting_set_int(s, "sync.hub_epoch", (int64_t)h->hub_epoch, e) &&
        setting_set_int(s, "sync.cursor", h->cursor, e) &&
        setting_set_int(s, "sync.sent", h->sent, e) &&
        setting_set_int(s, "sync.frame_number", (int64_t)h->frame_number, e) &&
        setting_set_int(s, "sync.last_ms", h->last_sync_ms, e);
    return db_end(store_db(s), good, e);
}

bool peer_note_cursor(struct store *s, int64_t cursor,
                      const uint8_t mark[HASH_SHORT_BYTES], struct err *e)
{
    if (!db_begin(store_db(s), e))
        return false;
    bool good = setting_set_int(s, "sync.cursor", cursor, e) &&
                setting_set(s, "sync.mark", mark, HASH_SHORT_BYTES, e);
    return db_end(store_db(s), good, e);
}

bool peer_note_sync(struct store *s, int64_t at_ms, int64_t sent, struct err *e)
{
    if (!db_begin(store_db(s), e))
        return false;
    bool good = setting_set_int(s, "sync.last_ms", at_ms, e) &&
                setting_set_int(s, "sync.sent", sent, e);
    return db_end(store_db(s), good, e);
}

bool peer_note_frame(struct store *s, const struct peer_frame *f,
                     const uint8_t sig[FRAME_SIG_BYTES], struct err *e)
{
    uint8_t sig_hash[HASH_BYTES];
    frame_sig_hash(sig_hash, sig);
    return db_run(store_db(s),
                  "INSERT INTO frame_out(number, last_position, sig_hash,"
                  " at_ms, last_read) VALUES(?, ?, ?, ?, ?)"
                  " ON CONFLICT(number) DO UPDATE"
                  " SET last_position = excluded.last_position,"
                  " sig_hash = excluded.sig_hash, at_ms = excluded.at_ms,"
                  " last_read = excluded.last_read",
                  DB_BIND(db_int((int64_t)f->number), db_int(f->position),
                          db_blob(sig_hash, sizeof sig_hash),
                          db_int(store_now_ms(s)), db_int(f->reads)),
                  e);
}

/* Everything up to the frame is at the hub; notes of older frames go. */
static bool mark_sent(struct store *s, const struct peer_frame *f,
                      const uint8_t sig_hash[HASH_BYTES], struct err *e)
{
    if (!db_begin(store_db(s), e))
        return false;
    bool good =
        setting_set_int(s, "sync.sent", f->position, e) &&
        setting_set_int(s, "sync.frame_number", (int64_t)f->number, e) &&
        setting_set(s, "sync.frame_prev", sig_hash, HASH_BYTES, e) &&
        (f->reads == 0 || setting_set_int(s, "sync.reads", f->reads, e)) &&
        db_run(store_db(s), "DELETE FROM frame_out WHERE number < ?",
               DB_BIND(db_int((int64_t)f->number)), e);
    return db_end(store_db(s), good, e);
}

bool peer_frame_held(struct store *s, uint64_t number,
                     const uint8_t short_hash[HASH_SHORT_BYTES], bool *ok,
                     struct err *e)
{
    uint8_t sig_hash[HASH_BYTES];
    struct peer_frame f = {.number = number};
    int64_t known = 0;
    *ok = false;
    if (!setting_get_int(s, "sync.frame_number", &known, e))
        return false;
    if (number == 0) { /* the hub holds nothing: so it was before */
        *ok = known == 0;
        return true;
    }
    struct rows *q = db_query(store_db(s),
                              "SELECT last_position, sig_hash, last_read"
                              " FROM frame_out WHERE number = ?",
                              DB_BIND(db_int((int64_t)number)));
    if (rows_next(q) && column_bytes(q, 1, sig_hash, HASH_BYTES)) {
        f.position = rows_int(q, 0);
        f.reads = rows_int(q, 2);
        *ok = memcmp(sig_hash, short_hash, HASH_SHORT_BYTES) == 0 &&
              (int64_t)number >= known;
    }
    if (!rows_end(q, e))
        return false;
    return !*ok || (int64_t)number == known || mark_sent(s, &f, sig_hash, e);
}

bool peer_ssh_key_set(struct store *s, const char *private_text,
                      const char *public_line, struct err *e)
{
    return set_text(s, "ssh.private", private_text, e) &&
           set_text(s, "ssh.public", public_line, e);
}

bool peer_ssh_key_get(struct store *s, struct buf *private_text,
                      struct buf *public_line, struct err *e)
{
    return setting_get(s, "ssh.private", private_text, e) &&
           setting_get(s, "ssh.public", public_line, e);
}

/* ---- a hub's sites ---- */

#define SITE_COLUMNS                                                           \
    "SELECT site_no, site_id, name, place, roles, ssh_key, sign_public,"       \
    " epoch, state, frame_number, frame_prev, last_contact_ms, cursor"         \
    " FROM peer_site"

static void read_site(struct rows *q, struct peer_site *p)
{
    *p = (struct peer_site){.no = rows_int(q, 0),
                            .epoch = (uint64_t)rows_int(q, 7),
                            .state = (enum peer_state)rows_int(q, 8),
                            .frame_number = (uint64_t)rows_int(q, 9),
                            .last_contact_ms = rows_int(q, 11),
                            .cursor = rows_int(q, 12)};
    p->id = column_id(q, 1);
    str_copy(p->name, sizeof p->name, rows_text(q, 2));
    str_copy(p->place, sizeof p->place, rows_text(q, 3));
    str_copy(p->roles, sizeof p->roles, rows_text(q, 4));
    str_copy(p->ssh_key, sizeof p->ssh_key, rows_text(q, 5));
    column_bytes(q, 6, p->sign_public, sizeof p->sign_public);
    column_bytes(q, 10, p->frame_prev, sizeof p->frame_prev);
}

static bool insert_site(struct store *s, struct peer_site *p, struct err *e)
{
    int64_t epoch_id = 0;
    if (!db_run(store_db(s),
                "INSERT INTO peer_site(site_id, name, place, roles, ssh_key,"
                " sign_public, epoch, state, frame_number, frame_prev,"
                " last_contact_ms, cursor)"
                " VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0)",
                DB_BIND(db_blob(p->id.bytes, sizeof p->id.bytes),
                        db_text(p->name), db_text(p->place), db_text(p->roles),
                        db_text(p->ssh_key),
                        db_blob(p->sign_public, sizeof p->sign_public),
                        db_int((int64_t)p->epoch), db_int(PEER_ACTIVE),
                        db_blob(p->frame_prev, sizeof p->frame_prev)),
                e))
        return false;
    p->no = db_last_id(store_db(s));
    p->state = PEER_ACTIVE;
    return intern_epoch(store_db(s), p->epoch, p->no, false, &epoch_id, e);
}

/* Known: another site's, or the hub's own. */
static bool is_known(struct store *s, const struct peer_site *p, bool *known,
                     struct err *e)
{
    int64_t nr = 0;
    if (!db_get_int(store_db(s),
                    "SELECT COUNT(*) + (SELECT COUNT(*) FROM epoch"
                    "  WHERE epoch = ?4) FROM peer_site WHERE site_id = ?1"
                    " OR ssh_key = ?2 OR sign_public = ?3",
                    DB_BIND(db_blob(p->id.bytes, sizeof p->id.bytes),
                            db_text(p->ssh_key),
                            db_blob(p->sign_public, sizeof p->sign_public),
                            db_int((int64_t)p->epoch)),
                    0, &nr, e))
        return false;
    *known = nr > 0 || id_equal(&p->id, store_site_id(s)) ||
             memcmp(p->sign_public, store_sign_public(s),
                    sizeof p->sign_public) == 0;
    return true;
}

bool peer_site_add(struct store *s, struct peer_site *p, struct err *e)
{
    bool known = false;
    if (!is_known(s, p, &known, e))
        return false;
    if (known)
        return err_set(e, ERR_INPUT,
                       _("This office, or one with its keys, is already "
                         "admitted"));
    if (!db_begin(store_db(s), e))
        return false;
    bool good = insert_site(s, p, e) &&
                office_write_card(s, &p->id, p->name, p->place, p->epoch, e);
    return db_end(store_db(s), good, e);
}

bool peer_site_renew(struct store *s, struct peer_site *p, uint64_t epoch,
                     struct err *e)
{
    static const uint8_t none[HASH_BYTES];
    int64_t known = 0, epoch_id = 0, end = 0;
    if (!feed_end(s, &end, e) ||
        !db_get_int(store_db(s), "SELECT COUNT(*) FROM epoch WHERE epoch = ?",
                    DB_BIND(db_int((int64_t)epoch)), 0, &known, e))
        return false;
    if (known > 0)
        return err_set(e, ERR_INPUT,
                       _("Site %lld writes under an epoch that is not its "
                         "newest"),
                       (long long)p->no);
    if (!db_begin(store_db(s), e))
        return false;
    bool good =
        intern_epoch(store_db(s), epoch, p->no, false, &epoch_id, e) &&
        db_run(store_db(s), "UPDATE epoch SET ended = ? WHERE epoch = ?",
               DB_BIND(db_int(end), db_int((int64_t)p->epoch)), e) &&
        db_run(store_db(s),
               "UPDATE peer_site SET epoch = ?, frame_number = 0,"
               " frame_prev = ? WHERE site_no = ?",
               DB_BIND(db_int((int64_t)epoch), db_blob(none, sizeof none),
                       db_int(p->no)),
               e) &&
        office_write_card(s, &p->id, p->name, p->place, epoch, e);
    if (!db_end(store_db(s), good, e))
        return false;
    /* what is done is not to fail on being read again */
    p->epoch = epoch;
    p->frame_number = 0;
    memcpy(p->frame_prev, none, sizeof p->frame_prev);
    return true;
}

bool peer_site_load(struct store *s, int64_t no, struct peer_site *site,
                    struct err *e)
{
    bool found = false;
    struct rows *q = db_query(store_db(s), SITE_COLUMNS " WHERE site_no = ?",
                              DB_BIND(db_int(no)));
    if (rows_next(q)) {
        read_site(q, site);
        found = true;
    }
    return rows_end(q, e) &&
           (found ||
            err_set(e, ERR_NOT_FOUND, _("This hub has no site number %lld"),
                    (long long)no));
}

bool peer_site_contact(struct store *s, int64_t no, int64_t at_ms,
                       int64_t cursor, struct err *e)
{
    return db_run(store_db(s),
                  "UPDATE peer_site SET last_contact_ms = ?,"
                  " cursor = MAX(cursor, ?) WHERE site_no = ?",
                  DB_BIND(db_int(at_ms), db_int(cursor), db_int(no)), e);
}

bool peer_site_list_load(struct store *s, struct peer_site_list *l,
                         struct err *e)
{
    struct rows *q =
        db_query(store_db(s), SITE_COLUMNS " ORDER BY site_no", DB_NOTHING);
    while (rows_next(q))
        read_site(q, &ARR_PUSH(l));
    return rows_end(q, e);
}

void peer_site_list_release(struct peer_site_list *l)
{
    ARR_RELEASE(l);
}

bool peer_name_of_epoch(struct store *s, uint64_t epoch,
                        char out[STORE_NAME_BYTES], struct err *e)
{
    return office_name_of_epoch(s, epoch, out, e);
}
