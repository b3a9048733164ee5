/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "store/formdef.h"
#include "store/store.h"
#include "sync/session_int.h"

/* ---- the beginning ---- */

bool session_office_start(struct session *s, struct err *e)
{
    struct buf text = BUF_INIT(HELLO_TEXT_MAX - 1);
    struct hello h = {.protocol_min = MSG_PROTOCOL_MIN,
                      .protocol_max = MSG_PROTOCOL_MAX,
                      .dictionary = MSG_DICTIONARY_NONE};
    bool found = false;
    if (!peer_hub_load(s->store, &s->hub, &found, e))
        return false;
    if (!found)
        return err_set(e, ERR_INPUT,
                       _("This office has no hub yet: run homeward join "
                         "first"));
    h.epoch = store_epoch(s->store);
    h.hub_epoch = s->hub.hub_epoch;
    h.cursor = s->hub.cursor;
    memcpy(h.mark, s->hub.mark, sizeof h.mark);
    h.next_frame = s->hub.frame_number + 1;
    formdef_pack_digest(s->store, h.forms);
    hello_print(&h, &text);
    snprintf(s->hello, sizeof s->hello, "%s", buf_text(&text));
    buf_release(&text);
    return true;
}

/* ---- ANSWER ---- */

struct answer {
    uint64_t protocol, flags, dictionary;
    uint64_t held; /* number of the last frame the hub has; 0 none */
    uint8_t held_hash[HASH_SHORT_BYTES];
    uint64_t feed_end, frame_kb;
    uint64_t hub_epoch;
    uint8_t sign_public[STORE_SIGN_BYTES];
};

static void get_bytes(struct reader *r, uint8_t *to, size_t n)
{
    const uint8_t *bytes = reader_bytes(r, n);
    if (bytes != NULL)
        memcpy(to, bytes, n);
}

static bool read_answer(struct reader *r, struct answer *a, struct err *e)
{
    *a = (struct answer){0};
    a->protocol = reader_varint(r);
    a->flags = reader_varint(r);
    a->dictionary = reader_varint(r);
    a->held = reader_varint(r);
    if (a->held > 0)
        get_bytes(r, a->held_hash, sizeof a->held_hash);
    a->feed_end = reader_varint(r);
    a->frame_kb = reader_varint(r);
    if (a->flags & MSG_ANSWER_IDENTITY) {
        a->hub_epoch = reader_be64(r);
        get_bytes(r, a->sign_public, sizeof a->sign_public);
    }
    if (!reader_done(r) || a->held > INT64_MAX)
        return session_broken(e);
    if (a->protocol < MSG_PROTOCOL_MIN || a->protocol > MSG_PROTOCOL_MAX ||
        a->dictionary != MSG_DICTIONARY_NONE)
        return err_set(e, ERR_VERSION,
                       _("The hub chose a version this program does not "
                         "speak"));
    return true;
}

static bool hub_went_back(struct err *e)
{
    return err_set(e, ERR_PROTOCOL,
                   _("The hub no longer has everything this office gave it: "
                     "it was restored from a backup or set up anew. Nothing "
                     "is lost, all of it is kept here; telephone the "
                     "administrator"));
}

/* The hub says who it is on first contact, and when that has changed. */
static bool check_identity(struct session *s, const struct answer *a,
                           struct err *e)
{
    struct peer_hub *h = &s->hub;
    bool told = (a->flags & MSG_ANSWER_IDENTITY) != 0;
    if (!told)
        return (h->sign_known && h->hub_epoch != 0) || session_broken(e);
    if (h->sign_known &&
        memcmp(h->sign_public, a->sign_public, sizeof h->sign_public) != 0)
        return err_set(e, ERR_PROTOCOL,
                       _("The hub signs with another key than the one this "
                         "office was given: telephone the administrator and "
                         "compare, somebody may be in between"));
    if (h->hub_epoch != 0 && h->hub_epoch != a->hub_epoch)
        return hub_went_back(e);
    h->hub_epoch = a->hub_epoch;
    memcpy(h->sign_public, a->sign_public, sizeof h->sign_public);
    h->sign_known = true;
    return peer_hub_save(s->store, h, e);
}

/* What the hub holds of this office must be what this office remembers having
 * sent; otherwise one of the two went back in time. */
static bool check_held(struct session *s, const struct answer *a, struct err *e)
{
    bool ok = false, found = false;
    if (a->held < s->hub.frame_number || a->feed_end < (uint64_t)s->hub.cursor)
        return hub_went_back(e);
    if (!peer_frame_held(s->store, a->held, a->held_hash, &ok, e))
        return false;
    if (!ok)
        return err_set(e, ERR_PROTOCOL,
                       _("The hub has newer work of this office than this PC "
                         "knows of: the file here was restored from a backup "
                         "or runs on a second PC as well. Nothing is lost; "
                         "telephone the administrator before going on"));
    return peer_hub_load(s->store, &s->hub, &found, e);
}

static bool take_answer(struct session *s, struct reader *r, struct err *e)
{
    struct answer a;
    if (s->is_open)
        return session_broken(e);
    if (!read_answer(r, &a, e) || !check_identity(s, &a, e) ||
        !check_held(s, &a, e))
        return false;
    s->forms_agree = (a.flags & MSG_ANSWER_FORMS) != 0;
    if (a.frame_kb < SQUEEZE_PIECE_MAX / 1024)
        s->frame_max = (size_t)a.frame_kb * 1024;
    s->in_sign_public = s->hub.sign_public;
    s->out_number = s->hub.frame_number;
    memcpy(s->out_prev, s->hub.frame_prev, sizeof s->out_prev);
    s->feed = feed_own(s->store, s->hub.sent);
    session_open(s, store_epoch(s->store), s->hub.hub_epoch);
    return true;
}

/* ---- what the hub streams ---- */

static bool take_changes(struct session *s, struct reader *r, struct err *e)
{
    struct intake_from from = {.hub_epoch = s->hub.hub_epoch};
    if (!s->is_open || s->end_seen)
        return session_broken(e);
    from.number = reader_varint(r);
    uint64_t position = reader_varint(r);
    get_bytes(r, from.mark, sizeof from.mark);
    const uint8_t *sig = reader_bytes(r, FRAME_SIG_BYTES);
    if (reader_failed(r) || from.number != s->in_number + 1 ||
        position > INT64_MAX || (int64_t)position <= s->hub.cursor)
        return session_broken(e);
    from.position = (int64_t)position;
    if (!session_frame_take(s, &from, sig, r, e))
        return false;
    s->hub.cursor = from.position;
    if (++s->unacknowledged >= SESSION_ACK_FRAMES)
        s->ack_now = true;
    return true;
}

/* The hub's log may have grown by what does not concern this office: the
 * cursor moves over it, so that it is not looked at again. */
static bool move_cursor(struct session *s, struct reader *r, struct err *e)
{
    uint64_t position = reader_varint(r);
    const uint8_t *mark = reader_bytes(r, HASH_SHORT_BYTES);
    if (!reader_done(r) || position > INT64_MAX ||
        (int64_t)position < s->hub.cursor)
        return session_broken(e);
    s->hub.cursor = (int64_t)position;
    return peer_note_cursor(s->store, s->hub.cursor, mark, e);
}

static bool take_end(struct session *s, struct reader *r, struct err *e)
{
    if (!s->is_open || s->end_seen)
        return session_broken(e);
    if (r->left > 0 && !move_cursor(s, r, e))
        return false;
    s->end_seen = true;
    s->ack_now = s->unacknowledged > 0;
    return true;
}

/* Frames up to the number are durably at the hub. */
static bool take_ack(struct session *s, struct reader *r, struct err *e)
{
    size_t nr = 0;
    bool ok = false;
    uint64_t number = reader_varint(r);
    while (nr < s->sent.nr && s->sent.items[nr].number <= number)
        nr++;
    if (!reader_done(r) || nr == 0 || s->sent.items[nr - 1].number != number)
        return session_broken(e);
    if (!peer_frame_held(s->store, number, s->sent.items[nr - 1].sig_hash, &ok,
                         e))
        return false;
    if (!ok)
        return err_set(e, ERR_BUSY,
                       _("Another program changed what was being sent: sync "
                         "again"));
    for (size_t i = 0; i < nr; i++)
        s->count.changes_sent += s->sent.items[i].changes;
    s->sent.nr -= nr;
    memmove(s->sent.items, s->sent.items + nr,
            s->sent.nr * sizeof *s->sent.items);
    return true;
}

/* ---- what the office streams ---- */

static void put_ack(struct session *s)
{
    struct buf b = BUF_INIT(16);
    buf_add_varint(&b, (uint64_t)s->hub.cursor);
    wire_put(&s->out, MSG_OFFICE_ACK, b.data, b.size);
    buf_release(&b);
    s->unacknowledged = 0;
    s->ack_now = false;
}

static void put_frame(struct session *s, const struct session_frame *f)
{
    struct buf b = BUF_INIT(MSG_CHANGES_MAX);
    struct session_sent *sent = &ARR_PUSH(&s->sent);
    *sent = (struct session_sent){.number = f->number, .changes = f->changes};
    frame_sig_hash(sent->sig_hash, f->sig);
    buf_add_varint(&b, f->number);
    buf_add(&b, f->sig, sizeof f->sig);
    buf_add(&b, f->packed.data, f->packed.size);
    wire_put(&s->out, MSG_OFFICE_CHANGES, b.data, b.size);
    buf_release(&b);
}

static bool give(struct session *s, struct err *e)
{
    struct session_frame f;
    struct peer_frame note;
    bool made = false;
    if (!s->is_open)
        return true;
    if (s->ack_now)
        put_ack(s);
    bool good = session_frame_make(s, &f, &made, e);
    note = (struct peer_frame){f.number, f.position, f.reads};
    good = good && (!made || peer_note_frame(s->store, &note, f.sig, e));
    if (good && made)
        put_frame(s, &f);
    session_frame_release(&f);
    return good;
}

bool session_is_done(const struct session *s)
{
    return s->side == &session_office_side && s->is_open && s->feed_ended &&
           s->sent.nr == 0 && s->end_seen && !s->ack_now;
}

int64_t session_sent_to(const struct session *s)
{
    return s->feed_position;
}

static const struct session_handler handlers[] = {
    {MSG_HUB_ANSWER, take_answer},
    {MSG_HUB_CHANGES, take_changes},
    {MSG_HUB_END, take_end},
    {MSG_HUB_ACK, take_ack},
    {MSG_HUB_REFUSE, session_take_refusal},
};

const struct session_side session_office_side = {
    .handlers = handlers,
    .handlers_nr = ARR_NR(handlers),
    .refuse = MSG_OFFICE_REFUSE,
    .give = give,
};
