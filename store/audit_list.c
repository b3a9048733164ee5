/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/value.h"
#include "store/audit_int.h"
#include "store/change.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/office.h"
#include "store/right.h"
#include "store/store.h"

/* ---- who may ---- */

bool audit_may_read(struct store *s, struct err *e)
{
    return right_may(s,
                     &(struct right_ask){RIGHT_READ, RIGHT_OPEN,
                                         AUDIT_RECORD_KIND, NULL},
                     e) ||
           err_wrap(e, _("Showing who looked at what"));
}

bool audit_is_reader(const struct store *s)
{
    return right_has(s, RIGHT_READ, AUDIT_RECORD_KIND, RIGHT_OPEN);
}

bool audit_may_name(const struct store *s)
{
    return audit_is_reader(s) &&
           right_reach_of_names(store_role(s)) != RIGHT_NONE;
}

/* ---- lines ---- */

static void text_of(struct rows *q, int column, char *out, size_t size)
{
    struct value v;
    out[0] = '\0';
    if (column_text(q, column, &v)) {
        char *text = mem_copy_strn(v.text, v.text_bytes);
        str_copy(out, size, text);
        mem_free(text);
    }
}

#define LINE_COLUMNS                                                           \
    "SELECT c.change_id, c.at_ms, d.path, a.text, p.epoch, c.value,"           \
    " (SELECT v.value FROM change v WHERE v.record_id = c.record_id"           \
    "  AND v.op = 1 ORDER BY v.change_id LIMIT 1) FROM change c"               \
    " JOIN chain h ON h.chain_id = c.chain_id"                                 \
    " JOIN epoch p ON p.epoch_id = h.epoch_id"                                 \
    " JOIN field d ON d.field_id = c.field_id"                                 \
    " JOIN word a ON a.word_id = c.author_id"

static bool read_line(struct store *s, struct rows *q, struct audit_line *l,
                      struct err *e)
{
    char subject[ID_TEXT_BYTES];
    *l = (struct audit_line){.change_id = rows_int(q, 0),
                             .at_ms = rows_int(q, 1)};
    int kind = audit_kind_find(rows_text(q, 2));
    l->kind = kind < 0 ? AUDIT_KINDS_NR : (enum audit_kind)kind;
    str_copy(l->login, sizeof l->login, rows_text(q, 3));
    text_of(q, 5, l->reason, sizeof l->reason);
    text_of(q, 6, subject, sizeof subject);
    if (id_parse(subject, &l->case_id))
        id_print_number(&l->case_id, l->number);
    else
        str_copy(l->place, sizeof l->place, subject);
    return office_name_of_epoch(s, (uint64_t)rows_int(q, 4), l->office, e);
}

/* A place's code or a case's id as the first change of its record has it. */
static void encode_id(struct buf *b, const struct id *id)
{
    char text[ID_TEXT_BYTES];
    if (id == NULL)
        return;
    id_print(id, text);
    value_encode(b, &(struct value){.type = VALUE_TEXT,
                                    .text = text,
                                    .text_bytes = strlen(text)});
}

/* Two texts of SQL, for statements are kept by their text. */
#define PAGE_WHERE                                                             \
    " WHERE c.op = 12 AND (?2 IS NULL OR a.text = ?2)"                         \
    " AND (?3 IS NULL OR d.path = ?3) AND c.at_ms >= ?4"                       \
    " AND (?5 IS NULL OR ?5 = (SELECT v.value FROM change v"                   \
    "  WHERE v.record_id = c.record_id AND v.op = 1"                           \
    "  ORDER BY v.change_id LIMIT 1))"                                         \
    " AND (?6 IS NULL OR instr(c.value, ?6) > 0)"

static const char newest_sql[] = LINE_COLUMNS PAGE_WHERE
    " AND c.change_id < ?1 ORDER BY c.change_id DESC LIMIT ?7";
static const char oldest_sql[] = LINE_COLUMNS PAGE_WHERE
    " AND c.change_id > ?1 ORDER BY c.change_id LIMIT ?7";

static int64_t from_of(const struct audit_page *page)
{
    if (page->backwards || page->before > 0)
        return page->before;
    return INT64_MAX;
}

bool audit_page_load(struct store *s, const struct audit_query *query,
                     struct audit_page *page, struct err *e)
{
    char word[AUDIT_REASON_BYTES] = "";
    struct buf about = BUF_INIT(256);
    page->nr = 0;
    if (query->word != NULL && !audit_hash_words(s, query->word, word, e))
        return false;
    encode_id(&about, query->case_id);
    struct rows *q = db_query(
        store_db(s), page->backwards ? oldest_sql : newest_sql,
        DB_BIND(db_int(from_of(page)), db_text(query->login),
                query->kind < 0
                    ? db_null()
                    : db_text(audit_kind_name((enum audit_kind)query->kind)),
                db_int(query->since_ms),
                about.size > 0 ? db_blob(about.data, about.size) : db_null(),
                word[0] != '\0' ? db_blob(word, strlen(word)) : db_null(),
                db_int((int64_t)page->room_nr)));
    bool good = true;
    while (good && page->nr < page->room_nr && rows_next(q)) {
        good = read_line(s, q, &page->room[page->nr], e);
        page->nr += good;
    }
    buf_release(&about);
    return rows_leave(q, good, e);
}

bool audit_last_look(struct store *s, const struct id *case_id,
                     struct audit_line *line, bool *found, struct err *e)
{
    const struct stream stream = stream_of_id(STREAM_CASE, case_id);
    const struct id record = audit_record_of(store_site_id(s), &stream);
    struct rows *q =
        db_query(store_db(s),
                 LINE_COLUMNS " JOIN record r ON r.record_id = c.record_id"
                              " WHERE r.uuid = ? AND +c.op = 12"
                              " AND a.text <> ?"
                              " ORDER BY c.change_id DESC LIMIT 1",
                 DB_BIND(db_blob(record.bytes, sizeof record.bytes),
                         db_text(store_login(s))));
    *found = rows_next(q);
    bool good = !*found || read_line(s, q, line, e);
    return rows_leave(q, good, e);
}
