/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads every page of the file through the VFS, past SQLite's cache.
 *
 * SQLite does not journal a page from the list of free pages before it uses it
 * again, for its content is nothing. If power fails then, the journal restores
 * the list, but the page itself may be torn. No table ever reads it, yet a
 * backup does, and a sealed page that does not open stops it. So free pages
 * that do not open are filled with zeros here; nothing is lost with them.
 */
#include "store/db_int.h"

#include <sqlite3.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/vfs.h"

enum {
    PAGE = VFS_PAGE_BYTES,
    HEADER_FIRST_TRUNK = 32, /* in page 1: head of the list of free pages */
    TRUNK_COUNT = 4,         /* in a trunk: next trunk, count, page numbers */
    TRUNK_PAGES = 8,
    TRUNK_MAX = (PAGE - VFS_RESERVED_BYTES - TRUNK_PAGES) / 4,
};

static uint32_t be32(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 |
           b[3];
}

/* Pages are numbered from 1, as SQLite does. */
static int page_read(sqlite3_file *file, uint32_t number, uint8_t to[PAGE])
{
    return file->pMethods->xRead(file, to, PAGE, ((int64_t)number - 1) * PAGE);
}

bool db_page_opens(struct db *db, uint32_t number)
{
    uint8_t page[PAGE];
    sqlite3_file *file = db_file(db);
    /* the opening itself may have ended in damage: then there is none */
    bool opens = file && page_read(file, number, page) == SQLITE_OK;
    mem_wipe(page, sizeof page);
    return opens;
}

static int page_count(sqlite3_file *file, uint32_t *count)
{
    sqlite3_int64 size = 0;
    int rc = file->pMethods->xFileSize(file, &size);
    *count = (uint32_t)((size + PAGE - 1) / PAGE);
    return rc;
}

/* The first page that does not open, or 0. */
static bool find_damage(struct db *db, uint32_t *damaged, struct err *e)
{
    uint8_t page[PAGE];
    uint32_t count = 0, i = 0;
    sqlite3_file *file = db_file(db);
    struct rows *lock =
        db_query(db, "SELECT count(*) FROM sqlite_schema", DB_NOTHING);
    bool locked = rows_next(lock); /* while it is open nobody writes */
    int rc = locked ? page_count(file, &count) : SQLITE_OK;
    while (locked && rc == SQLITE_OK && i < count)
        rc = page_read(file, ++i, page);
    mem_wipe(page, sizeof page);
    if (!rows_end(lock, e))
        return false;
    bool damage = rc == SQLITE_IOERR_DATA || rc == SQLITE_IOERR_SHORT_READ;
    *damaged = damage ? i : 0;
    return rc == SQLITE_OK || damage || db_fail(db, rc, e);
}

/* The leaves of one trunk. */
static int mend_leaves(sqlite3_file *file, const uint8_t *trunk, uint32_t count)
{
    static const uint8_t zeros[PAGE];
    uint8_t page[PAGE];
    uint32_t nr = be32(trunk + TRUNK_COUNT);
    int rc = SQLITE_OK;
    for (uint32_t i = 0; rc == SQLITE_OK && i < nr && i < TRUNK_MAX; i++) {
        uint32_t leaf = be32(trunk + TRUNK_PAGES + 4 * (size_t)i);
        if (leaf < 2 || leaf > count)
            return SQLITE_CORRUPT;
        if (page_read(file, leaf, page) == SQLITE_IOERR_DATA)
            rc = file->pMethods->xWrite(file, zeros, PAGE,
                                        ((int64_t)leaf - 1) * PAGE);
    }
    mem_wipe(page, sizeof page);
    return rc;
}

static int mend_list(sqlite3_file *file)
{
    uint8_t page[PAGE];
    uint32_t count = 0, trunks = 0;
    int rc = page_count(file, &count);
    if (rc == SQLITE_OK)
        rc = page_read(file, 1, page);
    uint32_t trunk = be32(page + HEADER_FIRST_TRUNK);
    while (rc == SQLITE_OK && trunk != 0) {
        if (trunk > count || ++trunks > count)
            return SQLITE_CORRUPT;
        rc = page_read(file, trunk, page);
        if (rc == SQLITE_OK)
            rc = mend_leaves(file, page, count);
        trunk = be32(page);
    }
    return rc == SQLITE_OK ? file->pMethods->xSync(file, SQLITE_SYNC_FULL) : rc;
}

bool db_mend(struct db *db, struct err *e)
{
    struct err ignored;
    if (db_is_writing(db))
        return err_set(e, ERR_BUG, _("A file is not checked during a save"));
    if (!db_script(db, "BEGIN EXCLUSIVE", e))
        return false;
    int rc = mend_list(db_file(db));
    db_script(db, "ROLLBACK", &ignored);
    return rc == SQLITE_OK || db_fail(db, rc, e);
}

static bool check_pages(struct db *db, struct err *e)
{
    uint32_t damaged = 0;
    struct err ignored;
    if (!find_damage(db, &damaged, e))
        return false;
    if (damaged && db_mend(db, &ignored) && !find_damage(db, &damaged, e))
        return false;
    return damaged == 0 ||
           err_set(e, ERR_CORRUPT,
                   _("Page %u of the file is damaged: restore a backup"),
                   (unsigned)damaged);
}

static bool check_structure(struct db *db, struct err *e)
{
    char fault[200] = "";
    struct rows *q = db_query(db, "PRAGMA integrity_check(1)", DB_NOTHING);
    if (rows_next(q))
        str_copy(fault, sizeof fault, rows_text(q, 0));
    if (!rows_end(q, e))
        return false;
    return str_equal(fault, "ok") ||
           err_set(e, ERR_CORRUPT,
                   _("The file's inner order is broken: restore a backup (%s)"),
                   fault);
}

/* A number that is never given twice (AUTOINCREMENT) cannot lie below one that
 * was given. */
static bool check_numbers(struct db *db, struct err *e)
{
    bool good = true;
    struct rows *q =
        db_query(db, "SELECT name, seq FROM sqlite_sequence", DB_NOTHING);
    while (good && rows_next(q)) {
        char sql[200];
        int64_t last = 0;
        snprintf(sql, sizeof sql, "SELECT max(rowid) FROM \"%.100s\"",
                 rows_text(q, 0));
        good = db_get_int(db, sql, DB_NOTHING, 0, &last, e) &&
               (last <= rows_int(q, 1) ||
                err_set(e, ERR_CORRUPT,
                        _("The file's inner order is broken: restore a backup "
                          "(%s)"),
                        rows_text(q, 0)));
    }
    return rows_leave(q, good, e);
}

static bool has_numbers(struct db *db, bool *has, struct err *e)
{
    int64_t tables = 0;
    bool good = db_get_int(db,
                           "SELECT count(*) FROM sqlite_schema"
                           " WHERE name = 'sqlite_sequence'",
                           DB_NOTHING, 0, &tables, e);
    *has = tables > 0;
    return good;
}

bool db_check(struct db *db, struct err *e)
{
    bool on_disk = db_file(db) != NULL, numbers = false;
    return (!on_disk || check_pages(db, e)) && check_structure(db, e) &&
           has_numbers(db, &numbers, e) && (!numbers || check_numbers(db, e));
}
