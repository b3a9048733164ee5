/* SPDX-License-Identifier: Apache-2.0 */
#include "store/office.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/change.h"
#include "store/db.h"
#include "store/fact_int.h"

bool office_write_card(struct store *s, const struct id *site_id,
                       const char *name, const char *place, uint64_t epoch,
                       struct err *e)
{
    char epoch_path[32];
    snprintf(epoch_path, sizeof epoch_path, "epoch/%016" PRIx64, epoch);
    const struct fact facts[] = {{.path = "name", .text = name},
                                 {.path = "place", .text = place},
                                 {.path = epoch_path, .text = "1"}};
    struct save save = {.stream = stream_of_id(STREAM_SHARED, store_site_id(s)),
                        .record = *site_id,
                        .kind = "site"};
    return fact_write(s, &save, facts, ARR_NR(facts), e);
}

/* The first text value of a program-written field; "" when there is none. */
static bool text_of(struct rows *q, char *out, size_t out_bytes, struct err *e)
{
    struct value v;
    out[0] = '\0';
    if (rows_next(q) &&
        value_decode(rows_blob(q, 0), rows_size(q, 0), NULL, 0, &v) &&
        v.type == VALUE_TEXT)
        snprintf(out, out_bytes, "%.*s", (int)v.text_bytes, v.text);
    return rows_end(q, e);
}

/* A card counts in the shared stream alone, where only the hub writes: anybody
 * may write a record that looks like one elsewhere. */
bool office_name_of_epoch(struct store *s, uint64_t epoch,
                          char out[STORE_NAME_BYTES], struct err *e)
{
    char path[32];
    if (epoch == store_epoch(s)) {
        str_copy(out, STORE_NAME_BYTES, store_site_name(s));
        return true;
    }
    snprintf(path, sizeof path, "epoch/%016" PRIx64, epoch);
    return text_of(db_query(store_db(s),
                            "SELECT c.value FROM field x"
                            " JOIN cell l ON l.field_id = x.field_id"
                            " JOIN record r ON r.record_id = l.record_id"
                            " JOIN stream t ON t.stream_id = r.stream_id"
                            "  AND t.kind = ?2"
                            " JOIN field n ON n.form = 'site'"
                            "  AND n.path = 'name'"
                            " JOIN cell m ON m.record_id = l.record_id"
                            "  AND m.field_id = n.field_id"
                            " JOIN change c ON c.change_id = m.change_id"
                            " WHERE x.form = 'site' AND x.path = ?1",
                            DB_BIND(db_text(path), db_int(STREAM_SHARED))),
                   out, STORE_NAME_BYTES, e);
}

/* A user's record id comes from the office and the login, so that writing a
 * user twice renews one record. */
static struct id user_id(const struct store *s, const char *login)
{
    struct buf b = BUF_INIT(128);
    uint8_t h[HASH_BYTES];
    struct id id;
    buf_add(&b, store_site_id(s)->bytes, sizeof(struct id));
    buf_add_str(&b, login);
    hash_buf(h, "user", &b);
    buf_release(&b);
    memcpy(id.bytes, h, sizeof id.bytes);
    return id;
}

bool office_write_user(struct store *s, const char *login, const char *role,
                       struct err *e)
{
    const struct fact facts[] = {{.path = "login", .text = login},
                                 {.path = "role", .text = role}};
    struct save save = {.stream = stream_of_id(STREAM_SITE, store_site_id(s)),
                        .record = user_id(s, login),
                        .kind = "user"};
    return fact_write(s, &save, facts, ARR_NR(facts), e);
}

bool office_role_of(struct store *s, const char *login, char *out,
                    size_t out_bytes, struct err *e)
{
    struct id id = user_id(s, login);
    return text_of(db_query(store_db(s),
                            "SELECT c.value FROM record r"
                            " JOIN field f ON f.form = 'user'"
                            "  AND f.path = 'role'"
                            " JOIN cell l ON l.record_id = r.record_id"
                            "  AND l.field_id = f.field_id"
                            " JOIN change c ON c.change_id = l.change_id"
                            " WHERE r.uuid = ?",
                            DB_BIND(db_blob(id.bytes, sizeof id.bytes))),
                   out, out_bytes, e);
}
