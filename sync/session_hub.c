/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "store/formdef.h"
#include "store/store.h"
#include "sync/session_int.h"

/* ---- the beginning: may this office come in, and from where on? ---- */

static bool refuse_start(struct session *s, enum msg_reason reason,
                         struct err *e)
{
    s->refused = reason;
    s->refused_why = *e;
    return false;
}

static bool check_site(struct session *s, struct err *e)
{
    if (!peer_site_load(s->store, s->site.no, &s->site, e))
        return refuse_start(
            s, e->code == ERR_NOT_FOUND ? MSG_REFUSE_REVOKED : MSG_REFUSE_FAULT,
            e);
    if (s->site.state == PEER_ACTIVE)
        return true;
    err_set(e, ERR_DENIED, _("Site %lld is revoked"), (long long)s->site.no);
    return refuse_start(s, MSG_REFUSE_REVOKED, e);
}

static bool check_request(struct session *s, const char *hello, struct err *e)
{
    if (!hello_parse(hello, &s->asked, e))
        return refuse_start(s, MSG_REFUSE_MALFORMED, e);
    if (s->asked.protocol_min > MSG_PROTOCOL_MAX ||
        s->asked.protocol_max < MSG_PROTOCOL_MIN) {
        err_set(e, ERR_VERSION, _("Site %lld speaks versions %llu to %llu"),
                (long long)s->site.no,
                (unsigned long long)s->asked.protocol_min,
                (unsigned long long)s->asked.protocol_max);
        return refuse_start(s, MSG_REFUSE_VERSION, e);
    }
    return true;
}

/* An office that was restored from a backup comes with a new epoch. Its SSH
 * key says that it is this office, its signature will say so of each frame, and
 * an epoch that was ever used is never new again. */
static bool check_epoch(struct session *s, struct err *e)
{
    if (s->asked.epoch == s->site.epoch ||
        peer_site_renew(s->store, &s->site, s->asked.epoch, e))
        return true;
    return refuse_start(
        s, e->code == ERR_INPUT ? MSG_REFUSE_EPOCH : MSG_REFUSE_FAULT, e);
}

/* The office's cursor must stand in this very log. An office that saw another
 * epoch of this hub is told the new one instead and decides itself. */
static bool check_cursor(struct session *s, struct err *e)
{
    uint8_t mark[HASH_SHORT_BYTES];
    bool found = false;
    if (s->asked.hub_epoch != 0 && s->asked.hub_epoch != store_epoch(s->store))
        return true;
    if (!feed_mark(s->store, s->asked.cursor, mark, &found, e))
        return refuse_start(s, MSG_REFUSE_FAULT, e);
    if (found && memcmp(mark, s->asked.mark, sizeof mark) == 0)
        return true;
    err_set(e, ERR_PROTOCOL,
            _("Site %lld stands at position %lld of another log"),
            (long long)s->site.no, (long long)s->asked.cursor);
    return refuse_start(s, MSG_REFUSE_CURSOR, e);
}

void session_hub_start(struct session *s, const char *hello)
{
    struct err e = ERR_INIT;
    uint8_t forms[HASH_SHORT_BYTES];
    if (!check_site(s, &e) || !check_request(s, hello, &e) ||
        !check_epoch(s, &e) || !check_cursor(s, &e))
        return;
    formdef_pack_digest(s->store, forms);
    s->forms_agree = memcmp(forms, s->asked.forms, sizeof forms) == 0;
    s->in_number = s->told = s->site.frame_number;
    memcpy(s->in_prev, s->site.frame_prev, sizeof s->in_prev);
    s->in_sign_public = s->site.sign_public;
    s->acknowledged = s->spoken = s->asked.cursor;
    s->feed = feed_for_site(s->store, s->site.no, s->asked.cursor);
    session_open(s, s->asked.epoch, store_epoch(s->store));
}

bool session_was_open(const struct session *s)
{
    return s->is_open;
}

int64_t session_cursor(const struct session *s)
{
    return s->acknowledged;
}

/* ---- what the office streams ---- */

static bool take_changes(struct session *s, struct reader *r, struct err *e)
{
    struct intake_from from = {.site_no = s->site.no};
    if (!s->is_open)
        return session_broken(e);
    from.number = reader_varint(r);
    const uint8_t *sig = reader_bytes(r, FRAME_SIG_BYTES);
    if (reader_failed(r))
        return session_broken(e);
    if (from.number != s->in_number + 1)
        return err_set(e, ERR_PROTOCOL,
                       _("Frame %llu came where %llu was to come"),
                       (unsigned long long)from.number,
                       (unsigned long long)s->in_number + 1);
    return session_frame_take(s, &from, sig, r, e);
}

static bool take_ack(struct session *s, struct reader *r, struct err *e)
{
    uint64_t position = reader_varint(r);
    if (!s->is_open || !reader_done(r) || position > (uint64_t)s->spoken ||
        position < (uint64_t)s->acknowledged)
        return session_broken(e);
    s->acknowledged = (int64_t)position;
    return true;
}

/* ---- what the hub streams ---- */

static bool put_answer(struct session *s, struct err *e)
{
    int64_t end = 0;
    struct buf b = BUF_INIT(256);
    uint64_t hub_epoch = store_epoch(s->store);
    bool introduce = s->asked.hub_epoch != hub_epoch;
    if (!feed_end(s->store, &end, e))
        return false;
    buf_add_varint(&b, s->asked.protocol_max < MSG_PROTOCOL_MAX
                           ? s->asked.protocol_max
                           : MSG_PROTOCOL_MAX);
    buf_add_varint(&b, (s->forms_agree ? MSG_ANSWER_FORMS : 0) |
                           (introduce ? MSG_ANSWER_IDENTITY : 0));
    buf_add_varint(&b, MSG_DICTIONARY_NONE);
    buf_add_varint(&b, s->in_number);
    if (s->in_number > 0)
        buf_add(&b, s->in_prev, HASH_SHORT_BYTES);
    buf_add_varint(&b, (uint64_t)end);
    buf_add_varint(&b, SQUEEZE_PIECE_MAX / 1024);
    if (introduce) {
        buf_add_be64(&b, hub_epoch);
        buf_add(&b, store_sign_public(s->store), STORE_SIGN_BYTES);
    }
    wire_put(&s->out, MSG_HUB_ANSWER, b.data, b.size);
    buf_release(&b);
    s->answered = true;
    return true;
}

static void put_ack(struct session *s)
{
    struct buf b = BUF_INIT(16);
    buf_add_varint(&b, s->in_number);
    wire_put(&s->out, MSG_HUB_ACK, b.data, b.size);
    buf_release(&b);
    s->told = s->in_number;
}

static bool put_frame(struct session *s, const struct session_frame *f,
                      struct err *e)
{
    uint8_t mark[HASH_SHORT_BYTES];
    bool found = false;
    struct buf b = BUF_INIT(MSG_CHANGES_MAX);
    if (!feed_mark(s->store, f->position, mark, &found, e))
        return false;
    buf_add_varint(&b, f->number);
    buf_add_varint(&b, (uint64_t)f->position);
    buf_add(&b, mark, sizeof mark);
    buf_add(&b, f->sig, sizeof f->sig);
    buf_add(&b, f->packed.data, f->packed.size);
    wire_put(&s->out, MSG_HUB_CHANGES, b.data, b.size);
    buf_release(&b);
    s->spoken = f->position;
    s->count.changes_sent += f->changes;
    return true;
}

static bool put_end(struct session *s, struct err *e)
{
    uint8_t mark[HASH_SHORT_BYTES];
    bool found = false;
    struct buf b = BUF_INIT(32);
    if (s->feed_position > s->spoken) {
        if (!feed_mark(s->store, s->feed_position, mark, &found, e))
            return false;
        buf_add_varint(&b, (uint64_t)s->feed_position);
        buf_add(&b, mark, sizeof mark);
        s->spoken = s->feed_position;
    }
    wire_put(&s->out, MSG_HUB_END, b.data, b.size);
    buf_release(&b);
    s->end_spoken = true;
    return true;
}

static bool give_feed(struct session *s, struct err *e)
{
    struct session_frame f;
    bool made = false, more = false;
    bool good =
        session_frame_make(s, &f, &made, e) && (!made || put_frame(s, &f, e));
    session_frame_release(&f);
    return good && session_has_more(s, &more, e) && (more || put_end(s, e));
}

static bool give(struct session *s, struct err *e)
{
    if (s->refused != 0) {
        session_refuse(s, s->refused);
        *e = s->refused_why;
        return false;
    }
    if (!s->answered && !put_answer(s, e))
        return false;
    if (s->told < s->in_number)
        put_ack(s);
    return s->end_spoken || give_feed(s, e);
}

static const struct session_handler handlers[] = {
    {MSG_OFFICE_CHANGES, take_changes},
    {MSG_OFFICE_ACK, take_ack},
    {MSG_OFFICE_REFUSE, session_take_refusal},
};

const struct session_side session_hub_side = {
    .handlers = handlers,
    .handlers_nr = ARR_NR(handlers),
    .refuse = MSG_HUB_REFUSE,
    .give = give,
};
