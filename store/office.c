/* SPDX-License-Identifier: Apache-2.0 */
#include "store/office.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/change.h"
#include "store/column_int.h"
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
    if (rows_next(q) && column_text(q, 0, &v))
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
static struct id user_id(const struct id *site_id, const char *login)
{
    struct buf b = BUF_INIT(128);
    uint8_t h[HASH_BYTES];
    struct id id;
    buf_add(&b, site_id->bytes, sizeof site_id->bytes);
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
                        .record = user_id(store_site_id(s), login),
                        .kind = "user"};
    return fact_write(s, &save, facts, ARR_NR(facts), e);
}

bool office_write_person(struct store *s, const char *login, const char *role,
                         const char *state, struct err *e)
{
    const struct fact facts[] = {{.path = "login", .text = login},
                                 {.path = "role", .text = role},
                                 {.path = "state", .text = state}};
    struct save save = {.stream = stream_of_id(STREAM_SITE, store_site_id(s)),
                        .record = user_id(store_site_id(s), login),
                        .kind = "user"};
    return fact_write(s, &save, facts, ARR_NR(facts), e);
}

/* One record a person and case, so that naming again renews it. */
static struct id worker_id(const struct id *case_id, const struct id *site_id,
                           const char *login)
{
    struct buf b = BUF_INIT(128);
    uint8_t h[HASH_BYTES];
    struct id id;
    buf_add(&b, case_id->bytes, sizeof case_id->bytes);
    buf_add(&b, site_id->bytes, sizeof site_id->bytes);
    buf_add_str(&b, login);
    hash_buf(h, "worker", &b);
    buf_release(&b);
    memcpy(id.bytes, h, sizeof id.bytes);
    return id;
}

bool office_write_worker(struct store *s, const struct id *case_id,
                         const char *login, bool works, struct err *e)
{
    char site[ID_TEXT_BYTES];
    id_print(store_site_id(s), site);
    const struct fact facts[] = {
        {.path = "login", .text = login},
        {.path = "office", .text = site},
        {.path = "works", .text = works ? "yes" : "no"}};
    struct save save = {.stream = stream_of_id(STREAM_CASE, case_id),
                        .record = worker_id(case_id, store_site_id(s), login),
                        .kind = "worker"};
    return fact_write(s, &save, facts, ARR_NR(facts), e);
}

bool office_role_of(struct store *s, const char *login, char *out,
                    size_t out_bytes, struct err *e)
{
    return office_role_at(s, store_site_id(s), login, out, out_bytes, e);
}

bool office_role_at(struct store *s, const struct id *site_id,
                    const char *login, char *out, size_t out_bytes,
                    struct err *e)
{
    struct id id = user_id(site_id, login);
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

bool office_users_nr(struct store *s, int64_t *nr, struct err *e)
{
    const struct stream own = stream_of_id(STREAM_SITE, store_site_id(s));
    return db_get_int(store_db(s),
                      "SELECT COUNT(*) FROM record r"
                      " JOIN stream t ON t.stream_id = r.stream_id"
                      " JOIN word k ON k.word_id = r.kind_id"
                      " WHERE t.kind = ? AND t.key = ? AND k.text = 'user'",
                      DB_BIND(db_int(own.kind), db_blob(own.key, own.size)), 0,
                      nr, e);
}

bool office_user_text(struct store *s, const char *login, const char *path,
                      char *out, size_t out_bytes, struct err *e)
{
    struct id id = user_id(store_site_id(s), login);
    return text_of(
        db_query(store_db(s),
                 "SELECT c.value FROM record r"
                 " JOIN field f ON f.form = 'user' AND f.path = ?2"
                 " JOIN cell l ON l.record_id = r.record_id"
                 "  AND l.field_id = f.field_id"
                 " JOIN change c ON c.change_id = l.change_id"
                 " WHERE r.uuid = ?1",
                 DB_BIND(db_blob(id.bytes, sizeof id.bytes), db_text(path))),
        out, out_bytes, e);
}

/* The id of a user's record is that of the login: another office's record that
 * names the same login is none of ours. */
bool office_user_logins(struct store *s, struct buf *out, struct err *e)
{
    struct rows *q =
        db_query(store_db(s),
                 "SELECT c.value, r.uuid FROM record r"
                 " JOIN field f ON f.form = 'user' AND f.path = 'login'"
                 " JOIN cell l ON l.record_id = r.record_id"
                 "  AND l.field_id = f.field_id"
                 " JOIN change c ON c.change_id = l.change_id"
                 " WHERE r.form = 'user' ORDER BY r.record_id",
                 DB_NOTHING);
    while (rows_next(q)) {
        char login[STORE_LOGIN_BYTES];
        struct value v;
        if (!column_text(q, 0, &v) || v.text_bytes >= sizeof login)
            continue;
        memcpy(login, v.text, v.text_bytes);
        login[v.text_bytes] = '\0';
        struct id id = user_id(store_site_id(s), login);
        if (!column_is(q, 1, id.bytes, sizeof id.bytes))
            continue;
        buf_add_str(out, login);
        buf_add_str(out, "\n");
    }
    return rows_end(q, e);
}
