/* SPDX-License-Identifier: Apache-2.0 */
#include "store/setting.h"

#include "store/db.h"
#include "store/store.h"

bool setting_get_int(struct store *s, const char *name, int64_t *out,
                     struct err *e)
{
    return db_get_int(store_db(s), "SELECT value FROM setting WHERE name = ?",
                      DB_BIND(db_text(name)), *out, out, e);
}

bool setting_get(struct store *s, const char *name, struct buf *b,
                 struct err *e)
{
    struct rows *q =
        db_query(store_db(s), "SELECT value FROM setting WHERE name = ?",
                 DB_BIND(db_text(name)));
    buf_clear(b);
    if (rows_next(q))
        buf_add(b, rows_blob(q, 0), rows_size(q, 0));
    return rows_end(q, e);
}

static bool set_value(struct store *s, const char *name, struct db_value value,
                      struct err *e)
{
    return db_run(store_db(s),
                  "INSERT INTO setting(name, value) VALUES(?, ?)"
                  " ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                  DB_BIND(db_text(name), value), e);
}

bool setting_set_int(struct store *s, const char *name, int64_t value,
                     struct err *e)
{
    return set_value(s, name, db_int(value), e);
}

bool setting_set(struct store *s, const char *name, const void *bytes, size_t n,
                 struct err *e)
{
    return set_value(s, name, db_blob(bytes, n), e);
}
