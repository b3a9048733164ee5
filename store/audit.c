/* SPDX-License-Identifier: Apache-2.0 */
#include "store/audit.h"

#include <string.h>

#include "base/arr.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/name_key.h"
#include "store/audit_int.h"
#include "store/change.h"
#include "store/db.h"
#include "store/hash.h"
#include "store/setting.h"
#include "store/store_int.h"

static const struct {
    const char *name, *text;
    bool at_once;
} kinds[] = {
#define AUDIT_ROW(symbol, name, at_once, sentence) {name, sentence, at_once},
    AUDIT_KINDS(AUDIT_ROW)
#undef AUDIT_ROW
};

const char *audit_kind_name(enum audit_kind kind)
{
    return kinds[kind].name;
}

const char *audit_kind_text(enum audit_kind kind)
{
    return kinds[kind].text;
}

int audit_kind_find(const char *name)
{
    for (int i = 0; i < AUDIT_KINDS_NR; i++)
        if (str_equal(kinds[i].name, name))
            return i;
    return -1;
}

/* ---- the queue ---- */

struct waiting {
    enum audit_kind kind;
    bool has_stream;
    struct stream stream;
    int64_t at_ms;
    char reason[AUDIT_REASON_BYTES];
};

struct audit_queue {
    struct waiting *items;
    size_t nr, alloc;
};

struct audit_queue *audit_queue_new(void)
{
    return mem_alloc(sizeof(struct audit_queue));
}

void audit_queue_free(struct audit_queue *q)
{
    if (q == NULL)
        return;
    ARR_RELEASE(q);
    mem_free(q);
}

static bool is_same(const struct waiting *a, const struct waiting *b)
{
    return a->kind == b->kind && a->has_stream == b->has_stream &&
           (!a->has_stream || stream_equal(&a->stream, &b->stream)) &&
           str_equal(a->reason, b->reason);
}

static void to_clean(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            *text = ' ';
}

void audit_queue_add(struct store *s, const struct audit_event *x,
                     int64_t at_ms)
{
    struct audit_queue *q = s->audit;
    struct waiting w = {
        .kind = x->kind, .has_stream = x->stream != NULL, .at_ms = at_ms};
    if (x->stream != NULL)
        w.stream = *x->stream;
    str_copy(w.reason, sizeof w.reason, x->reason != NULL ? x->reason : "");
    to_clean(w.reason);
    bool told = false;
    for (size_t i = 0; x->kind != AUDIT_UNLOCK_FAILED && i < q->nr; i++)
        told = told || is_same(&q->items[i], &w);
    if (!told)
        ARR_PUSH(q) = w;
}

bool audit_note(struct store *s, const struct audit_event *x, struct err *e)
{
    audit_queue_add(s, x, store_now_ms(s));
    return !kinds[x->kind].at_once || audit_flush(s, e);
}

bool audit_note_case(struct store *s, enum audit_kind kind,
                     const struct id *case_id, struct err *e)
{
    const struct stream stream = stream_of_id(STREAM_CASE, case_id);
    return audit_note(s, &(struct audit_event){.kind = kind, .stream = &stream},
                      e);
}

int64_t audit_wait_ms(const struct store *s)
{
    if (s->audit->nr == 0)
        return -1;
    int64_t left = s->audit->items[0].at_ms + AUDIT_BATCH_MS - store_now_ms(s);
    /* a clock that was set back does not hold the queue up */
    return left < 0 ? 0 : left > AUDIT_BATCH_MS ? AUDIT_BATCH_MS : left;
}

/* ---- into the log ---- */

struct id audit_record_of(const struct id *site_id,
                          const struct stream *subject)
{
    struct id id;
    uint8_t h[HASH_BYTES];
    struct buf b = BUF_INIT(256);
    buf_add(&b, site_id->bytes, sizeof site_id->bytes);
    if (subject != NULL)
        stream_encode(&b, subject);
    hash_buf(h, "trace", &b);
    buf_release(&b);
    memcpy(id.bytes, h, sizeof id.bytes);
    id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x80); /* RFC 9562, 8 */
    id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

static void text_value(struct buf *b, const char *text)
{
    const struct value v = {
        .type = VALUE_TEXT, .text = text, .text_bytes = strlen(text)};
    if (text[0] != '\0')
        value_encode(b, &v);
}

/* What the record is about, as text: the id of a case, the code of a place. */
static void subject_text(const struct waiting *w, char out[ID_TEXT_BYTES])
{
    char code[STREAM_KEY_BYTES + 1];
    out[0] = '\0';
    if (w->has_stream && w->stream.kind == STREAM_PLACE) {
        str_copy(out, ID_TEXT_BYTES, stream_place(&w->stream, code));
    } else if (w->has_stream) {
        struct id id = stream_id(&w->stream);
        id_print(&id, out);
    }
}

static bool append(struct store *s, const struct waiting *w, struct err *e)
{
    char subject[ID_TEXT_BYTES];
    int64_t known = 0;
    struct buf about = BUF_INIT(256), reason = BUF_INIT(1024);
    struct save save = {.stream = stream_of_id(STREAM_READS, store_site_id(s)),
                        .record =
                            audit_record_of(store_site_id(s),
                                            w->has_stream ? &w->stream : NULL),
                        .kind = AUDIT_RECORD_KIND,
                        .author = store_login(s),
                        .at_ms = w->at_ms};
    if (!db_get_int(
            store_db(s), "SELECT COUNT(*) FROM record WHERE uuid = ?",
            DB_BIND(db_blob(save.record.bytes, sizeof save.record.bytes)), 0,
            &known, e))
        return false;
    subject_text(w, subject);
    text_value(&about, subject);
    text_value(&reason, w->reason);
    const struct edit edits[] = {{.op = CHANGE_CREATE,
                                  .path = "",
                                  .value = about.data,
                                  .value_bytes = about.size},
                                 {.op = CHANGE_READ,
                                  .path = kinds[w->kind].name,
                                  .value = reason.data,
                                  .value_bytes = reason.size}};
    save.edits = known > 0 ? edits + 1 : edits;
    save.edits_nr = known > 0 ? 1 : 2;
    bool good = change_append(s, &save, e);
    buf_release(&about);
    buf_release(&reason);
    return good;
}

bool audit_flush(struct store *s, struct err *e)
{
    struct audit_queue *q = s->audit;
    if (q->nr == 0)
        return true;
    bool good = db_begin(store_db(s), e);
    if (good) {
        for (size_t i = 0; good && i < q->nr; i++)
            good = append(s, &q->items[i], e);
        good = db_end(store_db(s), good, e);
    }
    if (!good)
        return err_wrap(e, _("Writing down who looked at what"));
    ARR_RELEASE(q);
    return true;
}

/* ---- searched words ---- */

enum { SEARCH_KEY_BYTES = 32, WORDS_MAX = 8 };

/* Drawn at the first search; lies in the sealed file, goes nowhere. */
static bool search_key(struct store *s, uint8_t key[SEARCH_KEY_BYTES],
                       struct err *e)
{
    struct buf b = BUF_INIT(256);
    bool good = setting_get(s, "audit.search_key", &b, e);
    bool found = good && b.size == SEARCH_KEY_BYTES;
    if (found)
        memcpy(key, b.data, SEARCH_KEY_BYTES);
    else
        entropy_fill(store_entropy(s), key, SEARCH_KEY_BYTES);
    good = good && (found || setting_set(s, "audit.search_key", key,
                                         SEARCH_KEY_BYTES, e));
    buf_wipe(&b);
    return good;
}

static void hash_word(const uint8_t key[SEARCH_KEY_BYTES], const char *word,
                      size_t n, char out[AUDIT_WORD_HEX + 1])
{
    uint8_t h[HASH_BYTES];
    struct buf b = BUF_INIT(1024);
    buf_add(&b, key, SEARCH_KEY_BYTES);
    buf_add(&b, word, n);
    hash_buf(h, "search", &b);
    buf_wipe(&b);
    str_hex(out, h, AUDIT_WORD_HEX / 2);
}

bool audit_hash_words(struct store *s, const char *text,
                      char out[AUDIT_REASON_BYTES], struct err *e)
{
    uint8_t key[SEARCH_KEY_BYTES];
    char folded[NAME_KEY_BYTES], hex[AUDIT_WORD_HEX + 1];
    const char *at = folded, *word;
    size_t n, used = 0;
    out[0] = '\0';
    name_key_fold(text, folded, sizeof folded);
    if (folded[0] == '\0')
        return true;
    if (!search_key(s, key, e))
        return false;
    for (int i = 0; i < WORDS_MAX && (n = name_key_word(&at, &word)) > 0; i++) {
        hash_word(key, word, n, hex);
        if (used > 0)
            out[used++] = ' ';
        memcpy(out + used, hex, sizeof hex);
        used += AUDIT_WORD_HEX;
    }
    mem_wipe(key, sizeof key);
    return true;
}

bool audit_note_search(struct store *s, const char *text, struct err *e)
{
    char hashes[AUDIT_REASON_BYTES];
    if (!audit_hash_words(s, text, hashes, e))
        return false;
    return hashes[0] == '\0' ||
           audit_note(
               s, &(struct audit_event){.kind = AUDIT_SEARCH, .reason = hashes},
               e);
}
