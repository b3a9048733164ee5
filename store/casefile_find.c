/* SPDX-License-Identifier: Apache-2.0 */
/* One case: by its id, by what a person typed. */
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/casefile.h"
#include "store/casefile_int.h"
#include "store/db.h"
#include "store/store.h"

enum { NAMED_MAX = 5 }; /* of several cases that fit, so many are named */

bool casefile_load(struct store *s, const struct id *id, struct casefile *c,
                   struct err *e)
{
    int64_t sent = 0;
    bool found = false;
    if (!casefile_sent(s, &sent, e))
        return false;
    struct rows *q = db_query(
        store_db(s),
        "SELECT s.key, c.number, c.name, '0' || "
        "c.sort_key" CASEFILE_COLUMNS(
            CASEFILE_SEEN) " WHERE s.kind = 1 AND s.key = ?4",
        DB_BIND(CASEFILE_BIND_WHO(s), db_blob(id->bytes, sizeof id->bytes)));
    if (rows_next(q)) {
        casefile_read_row(q, sent, c);
        found = true;
    }
    if (!rows_end(q, e))
        return false;
    return found ||
           err_set(e, ERR_NOT_FOUND, _("This office holds no such case"));
}

bool casefile_key_load(struct store *s, const struct id *id,
                       enum casefile_sort sort, char out[CASEFILE_KEY_BYTES],
                       struct err *e)
{
    struct rows *q = db_query(store_db(s),
                              "SELECT s.stream_id, " CASEFILE_SEEN
                              ", '0' || CASE ?4 WHEN 1 THEN c.number_key"
                              " WHEN 2 THEN c.change_key"
                              " WHEN 3 THEN c.opened_key ELSE c.sort_key END"
                              " FROM stream s JOIN casefile c"
                              " ON c.stream_id = s.stream_id"
                              " WHERE s.kind = 1 AND s.key = ?5",
                              DB_BIND(CASEFILE_BIND_WHO(s), db_int(sort),
                                      db_blob(id->bytes, sizeof id->bytes)));
    bool found = rows_next(q);
    str_copy(out, CASEFILE_KEY_BYTES, found ? rows_text(q, 2) : "");
    if (found && rows_int(q, 1) == 0)
        casefile_masked_key(rows_int(q, 0), out);
    if (!rows_end(q, e))
        return false;
    return found ||
           err_set(e, ERR_NOT_FOUND, _("This office holds no such case"));
}

/* Of what words found, only what they name whole: a beginning that happens to
 * sound alike is no one's name. */
static bool load_named(struct store *s, const char *text, bool sounds,
                       struct casefile_page *page, struct err *e)
{
    struct casefile_query query = {.text = text, .merged = true};
    if (!casefile_page_load(s, &query, page, e))
        return false;
    enum casefile_fit worst =
        sounds ? CASEFILE_SOUNDS_WHOLE : CASEFILE_AS_WRITTEN;
    while (page->nr > 0 && (page->room[page->nr - 1].fit > worst ||
                            page->room[page->nr - 1].fit > page->room[0].fit))
        page->nr--;
    return true;
}

/* By its whole number, also when it is nothing more to who asks. */
static bool load_numbered(struct store *s, const char *number,
                          struct casefile_page *page, struct err *e)
{
    int64_t sent = 0;
    if (!casefile_sent(s, &sent, e))
        return false;
    struct rows *q =
        db_query(store_db(s),
                 "SELECT s.key, c.number, c.name, '0' || "
                 "c.sort_key" CASEFILE_COLUMNS(
                     CASEFILE_SEEN) " WHERE c.number_key BETWEEN ?4 || '/'"
                                    " AND ?4 || '0' ORDER BY c.number_key",
                 DB_BIND(CASEFILE_BIND_WHO(s), db_text(number)));
    for (page->nr = 0; page->nr < page->room_nr && rows_next(q); page->nr++)
        casefile_read_row(q, sent, &page->room[page->nr]);
    return rows_end(q, e);
}

static bool share_number(const struct casefile_page *page)
{
    for (size_t i = 1; i < page->nr; i++)
        if (!str_equal(page->room[i].number, page->room[0].number))
            return false;
    return true;
}

/* Numbers are drawn apart from each other, so two cases may bear one: then
 * nothing shorter than the id tells them apart. */
static bool refuse_many(const struct casefile_page *page, const char *typed,
                        struct err *e)
{
    struct buf b = BUF_INIT(1024);
    size_t named = page->nr < NAMED_MAX ? page->nr : NAMED_MAX;
    bool ids = share_number(page);
    for (size_t i = 0; i < named; i++) {
        const struct casefile *c = &page->room[i];
        char id[ID_TEXT_BYTES];
        id_print(&c->id, id);
        buf_printf(&b, "%s%s", i > 0 ? ", " : "", ids ? id : c->number);
    }
    if (page->nr > named)
        buf_add_str(&b, ", ...");
    err_set(e, ERR_INPUT,
            ids ? _("More than one case has the number %.40s: give one of "
                    "their ids: %s")
                : _("More than one case fits \"%.40s\": give the case number "
                    "(%s)"),
            typed, buf_text(&b));
    buf_release(&b);
    return false;
}

bool casefile_resolve(struct store *s, const char *typed, struct casefile *c,
                      struct err *e)
{
    struct id id;
    struct casefile room[NAMED_MAX + 1];
    char number[ID_NUMBER_BYTES];
    struct casefile_page page = {.room = room, .room_nr = ARR_NR(room)};
    if (id_parse(typed, &id))
        return casefile_load(s, &id, c, e);
    if (id_fold_number(typed, number) &&
        !load_named(s, number, false, &page, e))
        return false;
    if (page.nr == 0 && id_fold_number(typed, number) &&
        !load_numbered(s, number, &page, e))
        return false;
    if (page.nr == 0 && !load_named(s, typed, true, &page, e))
        return false;
    if (page.nr == 0 || str_is_blank(typed))
        return err_set(e, ERR_NOT_FOUND,
                       _("No case fits \"%.40s\": give its number, or words "
                         "of the name"),
                       typed);
    if (page.nr > 1)
        return refuse_many(&page, typed, e);
    *c = room[0];
    return true;
}
