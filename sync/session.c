/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/session_int.h"

#include <assert.h>
#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/formdef.h"
#include "store/store.h"

enum {
    TAKE_BYTES = 64 * 1024, /* looked at between two looks for messages */
    RAW_LIMIT_START = 3 * SESSION_FRAME_BYTES,
    OUT_BYTES_MAX = 4 * MSG_CHANGES_MAX,
};

/* ---- life ---- */

static struct session *session_new(struct store *s,
                                   const struct session_side *side)
{
    struct session *n = mem_alloc(sizeof *n);
    n->store = s;
    n->side = side;
    n->raw_limit = RAW_LIMIT_START;
    n->frame_max = SQUEEZE_PIECE_MAX;
    n->in.max = 2 * MSG_CHANGES_MAX;
    n->out.max = OUT_BYTES_MAX;
    return n;
}

struct session *session_new_office(struct store *s, struct err *e)
{
    struct session *n = session_new(s, &session_office_side);
    if (session_office_start(n, e))
        return n;
    session_free(n);
    return NULL;
}

struct session *session_new_hub(struct store *s, int64_t site_no,
                                const char *hello)
{
    struct session *n = session_new(s, &session_hub_side);
    n->site.no = site_no;
    session_hub_start(n, hello);
    return n;
}

void session_free(struct session *s)
{
    if (s == NULL)
        return;
    feed_free(s->feed);
    pack_writer_free(s->writer);
    pack_reader_free(s->reader);
    squeeze_free(s->packer);
    squeeze_free(s->unpacker);
    mem_free(s->forms);
    ARR_RELEASE(&s->sent);
    buf_release(&s->in);
    buf_release(&s->out);
    mem_free(s);
}

static bool share_forms(struct session *s, struct err *e)
{
    size_t nr = formdef_pack_nr(s->store);
    s->forms = mem_alloc(nr * sizeof *s->forms);
    for (size_t i = 0; i < nr; i++) {
        const struct formdef *d = formdef_pack_at(s->store, i);
        if (d == NULL)
            return err_set(e, ERR_BUG,
                           _("A form of this program cannot be read"));
        memcpy(s->forms[i].hash, d->hash, HASH_BYTES);
        s->forms[i].id = d->form->id;
        s->forms[i].form = d->form;
    }
    s->shared.forms = s->forms;
    s->shared.forms_nr = nr;
    return true;
}

/* Made with the first frame: a session with nothing to say reads no forms and
 * takes no windows. */
static bool make_coding(struct session *s, struct err *e)
{
    if (s->writer != NULL)
        return true;
    if (s->forms_agree && !share_forms(s, e))
        return false;
    s->writer = pack_writer_new(&s->shared);
    s->reader = pack_reader_new(&s->shared);
    s->packer = squeeze_new_packer();
    s->unpacker = squeeze_new_unpacker();
    return true;
}

void session_open(struct session *s, uint64_t office_epoch, uint64_t hub_epoch)
{
    s->shared.epochs[0] = office_epoch;
    s->shared.epochs[1] = hub_epoch;
    s->is_open = true;
}

const char *session_hello(const struct session *s)
{
    return s->hello;
}

const struct session_count *session_count(const struct session *s)
{
    return &s->count;
}

bool session_may_end(const struct session *s)
{
    return s->in.size == 0;
}

/* ---- refusing ---- */

static const struct {
    enum msg_reason reason;
    enum err_code code;
    const char *sentence;
} reasons[] = {
    {MSG_REFUSE_MALFORMED, ERR_PROTOCOL,
     N_("The hub did not understand this program: install the same version on "
        "both")},
    {MSG_REFUSE_VERSION, ERR_VERSION,
     N_("The hub and this program speak no common version: install the new "
        "program on this PC")},
    {MSG_REFUSE_REVOKED, ERR_DENIED,
     N_("The hub no longer lets this office in: telephone the "
        "administrator")},
    {MSG_REFUSE_EPOCH, ERR_PROTOCOL,
     N_("The hub knows this office by another file, as after a restored or "
        "copied PC. Nothing is lost; telephone the administrator")},
    {MSG_REFUSE_CURSOR, ERR_PROTOCOL,
     N_("The hub's records do not continue what this office received: the hub "
        "was restored from a backup. Nothing is lost; telephone the "
        "administrator")},
    {MSG_REFUSE_FRAME, ERR_PROTOCOL,
     N_("The hub could not accept what this office sent; it is kept here. "
        "Telephone the administrator, the reason is in the hub's log")},
    {MSG_REFUSE_BUSY, ERR_NETWORK,
     N_("The hub is busy: sync again in a few minutes")},
    {MSG_REFUSE_FULL, ERR_NETWORK,
     N_("The hub's disk is full: telephone the administrator")},
    {MSG_REFUSE_FAULT, ERR_NETWORK,
     N_("The hub has a fault of its own: telephone the administrator, the "
        "reason is in the hub's log")},
};

void session_refuse(struct session *s, enum msg_reason reason)
{
    struct buf b = BUF_INIT(16);
    buf_add_varint(&b, (uint64_t)reason);
    wire_put(&s->out, s->side->refuse, b.data, b.size);
    buf_release(&b);
    s->is_over = true;
}

bool session_take_refusal(struct session *s, struct reader *r, struct err *e)
{
    uint64_t reason = reader_varint(r);
    s->is_over = true;
    for (size_t i = 0; i < ARR_NR(reasons); i++)
        if (!reader_failed(r) && reason == (uint64_t)reasons[i].reason)
            return err_set(e, reasons[i].code, "%s", _(reasons[i].sentence));
    return err_set(e, ERR_PROTOCOL,
                   _("The other side refuses for a reason this program does "
                     "not know (%llu): install the new program on this PC"),
                   (unsigned long long)reason);
}

/* What the other side is told of an error on this one: never its sentence. */
static enum msg_reason reason_of(const struct err *e)
{
    switch (e->code) {
    case ERR_BUSY:
        return MSG_REFUSE_BUSY;
    case ERR_FULL:
        return MSG_REFUSE_FULL;
    case ERR_INPUT:
    case ERR_PROTOCOL:
    case ERR_VERSION:
        return MSG_REFUSE_FRAME;
    default:
        return MSG_REFUSE_FAULT;
    }
}

static bool fail(struct session *s, const struct err *e)
{
    if (!s->is_over)
        session_refuse(s, reason_of(e));
    return false;
}

bool session_broken(struct err *e)
{
    return err_set(e, ERR_PROTOCOL,
                   _("The other side sent a message that is not well formed"));
}

/* ---- bytes to messages ---- */

static bool take_message(struct session *s, const struct wire_msg *m,
                         struct err *e)
{
    struct reader r = reader_of(m->payload, m->size);
    for (size_t i = 0; i < s->side->handlers_nr; i++)
        if (s->side->handlers[i].type == m->type)
            return s->side->handlers[i].take(s, &r, e);
    return err_set(e, ERR_PROTOCOL,
                   _("The other side sent a message out of place (%s)"),
                   wire_name(m->type));
}

static bool take_messages(struct session *s, struct err *e)
{
    for (;;) {
        struct wire_msg m;
        bool whole = false;
        if (!wire_look(&s->in, &m, &whole, e))
            return false;
        if (!whole)
            return true;
        bool good = take_message(s, &m, e);
        buf_drop(&s->in, m.whole);
        if (!good)
            return false;
    }
}

bool session_take(struct session *s, const void *bytes, size_t n, struct err *e)
{
    const uint8_t *at = bytes;
    s->count.bytes_received += (int64_t)n;
    while (n > 0 && !s->is_over) {
        size_t step = n < TAKE_BYTES ? n : TAKE_BYTES;
        buf_add(&s->in, at, step);
        assert(!buf_failed(&s->in)); /* what is not whole fits one message */
        if (!take_messages(s, e))
            return fail(s, e);
        at += step;
        n -= step;
    }
    return true;
}

bool session_give(struct session *s, struct buf *out, struct err *e)
{
    bool good = s->is_over || s->side->give(s, e) || fail(s, e);
    s->count.bytes_sent += (int64_t)s->out.size;
    buf_add(out, s->out.data, s->out.size);
    buf_clear(&s->out);
    return good;
}

/* ---- frames out ---- */

bool session_has_more(struct session *s, bool *more, struct err *e)
{
    *more = s->has_held;
    if (s->has_held || s->feed_ended)
        return true;
    if (!feed_next(s->feed, &s->held, &s->held_position, more, e))
        return false;
    s->has_held = *more;
    s->held_reads = feed_reads(s->feed);
    if (!*more) {
        s->feed_ended = true;
        s->feed_position = s->held_position;
    }
    return true;
}

static void add_held(struct session *s, struct session_frame *f,
                     struct frame_chain_list *chains)
{
    const struct save *save = &s->held;
    struct frame_chain *c = frame_chain_get(chains, save->epoch, &save->stream);
    c->seq = save->first_seq + save->edits_nr - 1;
    memcpy(c->head, save->head, sizeof c->head);
    pack_write(s->writer, save, &f->raw);
    f->position = s->held_position;
    f->reads = s->held_reads;
    f->changes += (int64_t)save->edits_nr;
    s->has_held = false;
}

/* Fills the frame up to where it is closed: the first save always fits, a
 * further one only while about a full frame is not exceeded. */
static bool fill(struct session *s, struct session_frame *f,
                 struct frame_chain_list *chains, struct err *e)
{
    bool more = false;
    while (f->raw.size < s->raw_limit && chains->nr < FRAME_CHAINS_MAX) {
        if (!session_has_more(s, &more, e))
            return false;
        if (!more || (f->raw.size > 0 &&
                      f->raw.size + pack_estimate(&s->held) > s->raw_limit))
            return true;
        add_held(s, f, chains);
    }
    return true;
}

static void sign(struct session *s, struct session_frame *f,
                 const struct frame_chain_list *chains)
{
    uint8_t digest[HASH_BYTES];
    f->number = ++s->out_number;
    frame_digest(digest, f->number, s->out_prev, chains);
    store_sign(s->store, digest, sizeof digest, f->sig);
    frame_sig_hash(s->out_prev, f->sig);
}

/* How much to gather for the next frame, from how well this one packed. */
static void learn_limit(struct session *s, const struct session_frame *f)
{
    size_t limit = f->raw.size * SESSION_FRAME_BYTES / f->packed.size;
    if (limit < SESSION_FRAME_BYTES)
        limit = SESSION_FRAME_BYTES;
    s->raw_limit = limit < SESSION_RAW_MAX ? limit : SESSION_RAW_MAX;
}

bool session_frame_make(struct session *s, struct session_frame *f, bool *made,
                        struct err *e)
{
    struct frame_chain_list chains = {0};
    *f = (struct session_frame){.raw = BUF_INIT(SQUEEZE_WHOLE_MAX),
                                .packed = BUF_INIT(SQUEEZE_PIECE_MAX)};
    bool good = session_has_more(s, made, e) &&
                (!*made || (make_coding(s, e) && fill(s, f, &chains, e)));
    *made = good && f->changes > 0;
    if (*made) {
        squeeze_pack(s->packer, f->raw.data, f->raw.size, &f->packed);
        if (buf_failed(&f->raw) || buf_failed(&f->packed) ||
            f->packed.size > s->frame_max)
            good = err_set(e, ERR_FULL,
                           _("One save is too large to be sent: telephone "
                             "the administrator"));
    }
    if (*made && good) {
        sign(s, f, &chains);
        learn_limit(s, f);
        s->count.frames_sent++;
        s->count.raw_sent += (int64_t)f->raw.size;
        s->count.packed_sent += (int64_t)f->packed.size;
    }
    frame_chain_list_release(&chains);
    return good;
}

void session_frame_release(struct session_frame *f)
{
    buf_release(&f->raw);
    buf_release(&f->packed);
}

/* ---- frames in ---- */

static bool take_saves(struct session *s, struct intake *in, struct err *e)
{
    struct save save;
    bool more = true;
    while (more) {
        if (!pack_read(s->reader, &save, &more, e) ||
            (more && !intake_save(in, &save, e)))
            return false;
    }
    return true;
}

static void count_frame(struct session *s, const struct intake_count *c)
{
    s->count.frames_received++;
    s->count.changes_received += c->changes;
    s->count.repeated += c->repeated;
    s->count.set_aside += c->set_aside;
    s->count.clashes += c->clashes;
}

bool session_frame_take(struct session *s, struct intake_from *from,
                        const uint8_t *sig, struct reader *saves, struct err *e)
{
    struct buf raw = BUF_INIT(0);
    struct intake_count count = {0};
    struct intake *in = NULL;
    bool good = false;
    from->sign_public = s->in_sign_public;
    memcpy(from->prev, s->in_prev, sizeof from->prev);
    if (!make_coding(s, e) ||
        !squeeze_unpack(s->unpacker, saves->at, saves->left, &raw, e))
        goto out;
    in = intake_begin(s->store, from, e);
    if (in == NULL)
        goto out;
    pack_read_begin(s->reader, raw.data, raw.size);
    if (!take_saves(s, in, e)) {
        intake_abandon(in);
        goto out;
    }
    good = intake_end(in, sig, &count, e);
    if (!good)
        goto out;
    s->in_number = from->number;
    frame_sig_hash(s->in_prev, sig);
    s->count.raw_received += (int64_t)raw.size;
    s->count.packed_received += (int64_t)saves->left;
    count_frame(s, &count);
out:
    buf_release(&raw);
    return good;
}
