/* SPDX-License-Identifier: Apache-2.0 */
#include "store/db.h"
#include "store/db_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/vfs.h"

enum {
    BUCKETS = 128,        /* of the statement cache */
    STATEMENTS_MAX = 512, /* kept; more are thrown away after use */
    CACHE_KIB = 10 * 1024,
    CACHE_SHARE = 16, /* of the machine's memory */
    LENGTH_MAX = 16 * 1024 * 1024,
    APPLICATION_ID = 0x486d5764, /* "HmWd" */
};

/* A prepared statement, kept by its text. */
struct statement {
    struct statement *next;
    sqlite3_stmt *handle;
    char *sql;
    bool busy; /* a query is open on it */
    bool kept;
};

struct db {
    sqlite3 *handle;
    struct vfs *vfs; /* NULL when the caller brought his own, or none */
    struct statement *buckets[BUCKETS];
    size_t statements_nr;
    int depth;        /* open db_begin */
    bool doomed;      /* a nested end was not good */
    struct err cause; /* why SQLite undid the transaction by itself */
    int64_t commits;  /* own, to be told from those of others */
    int64_t turns;    /* transactions begun, and parts of them taken back */
};

struct rows {
    struct db *db;
    struct statement *statement; /* NULL when it could not be prepared */
    bool failed;
    struct err err; /* set when failed */
};

/* ---- errors ---- */

struct fault {
    int code; /* SQLite's; an extended one stands before its short one */
    enum err_code err;
    const char *sentence;
};

static const struct fault faults[] = {
    {SQLITE_IOERR_DATA, ERR_CORRUPT,
     N_("A page of the file is damaged: restore a backup or run homeward "
        "verify")},
    {SQLITE_IOERR_CORRUPTFS, ERR_CORRUPT,
     N_("The disk reports damage under the file: copy it to another disk and "
        "run homeward verify")},
    {SQLITE_CORRUPT, ERR_CORRUPT,
     N_("A page of the file is damaged: restore a backup or run homeward "
        "verify")},
    {SQLITE_NOTADB, ERR_CORRUPT, N_("The file is no Homeward database")},
    {SQLITE_CONSTRAINT, ERR_CORRUPT,
     N_("The tables of this office contradict each other, and nothing was "
        "saved: run homeward rebuild, then homeward verify")},
    {SQLITE_MISMATCH, ERR_CORRUPT,
     N_("The tables of this office contradict each other, and nothing was "
        "saved: run homeward rebuild, then homeward verify")},
    {SQLITE_FULL, ERR_FULL,
     N_("The disk is full: make room and save again; nothing saved before is "
        "lost")},
    {SQLITE_TOOBIG, ERR_FULL, N_("The text is too long to be kept")},
    {SQLITE_NOMEM, ERR_FULL,
     N_("There is too little free memory: close other programs")},
    {SQLITE_BUSY, ERR_BUSY,
     N_("Another program holds this office's file; try again in a moment")},
    {SQLITE_LOCKED, ERR_BUSY,
     N_("Another program holds this office's file; try again in a moment")},
    {SQLITE_READONLY_DBMOVED, ERR_DENIED,
     N_("This office's key was changed, or its file replaced, by another "
        "program: unlock again; nothing saved is lost")},
    {SQLITE_READONLY, ERR_DENIED,
     N_("The file may only be read: check who owns it and its folder")},
    {SQLITE_PERM, ERR_DENIED,
     N_("The system does not allow it: check who owns the file")},
    {SQLITE_AUTH, ERR_DENIED, N_("The database does not allow it")},
    {SQLITE_INTERRUPT, ERR_CANCELLED, N_("It was stopped")},
    {SQLITE_CANTOPEN, ERR_IO, N_("The file cannot be opened")},
    {SQLITE_IOERR, ERR_IO,
     N_("The disk refused to read or write: check the disk, then try again")},
};

static const struct fault *fault_of(int code)
{
    for (size_t i = 0; i < ARR_NR(faults); i++)
        if (faults[i].code == code || faults[i].code == (code & 0xff))
            return &faults[i];
    return NULL;
}

/* SQLite's own words, for faults of the program: they name tables and columns,
 * never values. */
static bool say(struct db *db, int code, struct err *e)
{
    const struct fault *fault = fault_of(code);
    int system = sqlite3_system_errno(db->handle);
    if ((code & 0xff) == SQLITE_CANTOPEN && system != 0) {
        errno = system;
        return err_errno(e, _("The file cannot be opened"));
    }
    if (fault)
        return err_set(e, fault->err, "%s", _(fault->sentence));
    return err_set(e, ERR_BUG, _("The database refused (%d): %s"), code,
                   sqlite3_errmsg(db->handle));
}

/* What looks like damage in a file that another has taken the place of is none.
 */
static int code_of(struct db *db, int code)
{
    static const int damage[] = {SQLITE_IOERR, SQLITE_NOTADB, SQLITE_CORRUPT};
    for (size_t i = 0; i < ARR_NR(damage); i++)
        if ((code & 0xff) == damage[i] && db_is_moved(db))
            return SQLITE_READONLY_DBMOVED;
    return code;
}

bool(db_fail)(struct db *db, int code, struct err *e)
{
    code = code_of(db, code);
    say(db, code, e);
    if (db->depth > 0 && db->cause.code == ERR_NONE &&
        sqlite3_get_autocommit(db->handle))
        db->cause = *e;
    return false;
}

/* ---- statements ---- */

static size_t bucket_of(const char *sql)
{
    uint32_t hash = 2166136261u;
    for (; *sql; sql++)
        hash = (hash ^ (uint8_t)*sql) * 16777619u;
    return hash % BUCKETS;
}

static void statement_free(struct statement *s)
{
    sqlite3_finalize(s->handle);
    mem_free(s->sql);
    mem_free(s);
}

static struct statement *statement_prepare(struct db *db, const char *sql,
                                           struct err *e)
{
    sqlite3_stmt *handle = NULL;
    const char *rest = NULL;
    int rc = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT,
                                &handle, &rest);
    if (rc != SQLITE_OK) {
        db_fail(db, rc, e);
        return NULL;
    }
    if (!handle || !str_is_blank(rest)) {
        sqlite3_finalize(handle);
        err_set(e, ERR_BUG, _("Not one statement: %.80s"), sql);
        return NULL;
    }
    struct statement *s = mem_alloc(sizeof *s);
    s->handle = handle;
    s->sql = mem_copy_str(sql);
    return s;
}

/* Takes a statement of that text which nobody is using; a text in use twice
 * has two. */
static struct statement *statement_take(struct db *db, const char *sql,
                                        struct err *e)
{
    struct statement **bucket = &db->buckets[bucket_of(sql)], *s;
    for (s = *bucket; s; s = s->next)
        if (!s->busy && strcmp(s->sql, sql) == 0)
            break;
    if (!s) {
        s = statement_prepare(db, sql, e);
        if (!s)
            return NULL;
        s->kept = db->statements_nr < STATEMENTS_MAX;
        if (s->kept) {
            s->next = *bucket;
            *bucket = s;
            db->statements_nr++;
        }
    }
    s->busy = true;
    return s;
}

/* Returns the code with which its run ended. */
static int statement_give_back(struct statement *s)
{
    int rc = sqlite3_reset(s->handle);
    sqlite3_clear_bindings(s->handle);
    s->busy = false;
    if (!s->kept)
        statement_free(s);
    return rc;
}

static int bind_one(sqlite3_stmt *to, int at, const struct db_value *v,
                    sqlite3_destructor_type keep)
{
    if (v->type == DB_INT)
        return sqlite3_bind_int64(to, at, v->number);
    if (v->type == DB_NULL)
        return sqlite3_bind_null(to, at);
    if (v->type == DB_TEXT)
        return sqlite3_bind_text64(to, at, v->bytes, v->size, keep,
                                   SQLITE_UTF8);
    if (v->size == 0) /* a NULL pointer would bind NULL */
        return sqlite3_bind_zeroblob(to, at, 0);
    return sqlite3_bind_blob64(to, at, v->bytes, v->size, keep);
}

static bool bind_all(struct db *db, struct statement *s,
                     const struct db_value *values,
                     sqlite3_destructor_type keep, struct err *e)
{
    int at = 0;
    while (values[at].type != DB_END) {
        int rc = bind_one(s->handle, at + 1, &values[at], keep);
        if (rc == SQLITE_RANGE)
            break;
        if (rc != SQLITE_OK)
            return db_fail(db, rc, e);
        at++;
    }
    if (values[at].type == DB_END &&
        at == sqlite3_bind_parameter_count(s->handle))
        return true;
    return err_set(e, ERR_BUG, _("Wrong count of values for: %.80s"), s->sql);
}

/* After some errors SQLite has undone the whole transaction by itself. What
 * came then would be saved alone, statement by statement. */
static bool still_whole(struct db *db, struct err *e)
{
    if (db->depth == 0 || !sqlite3_get_autocommit(db->handle))
        return true;
    db->doomed = true;
    if (db->cause.code != ERR_NONE)
        *e = db->cause;
    else
        err_set(e, ERR_IO, _("What was being saved was undone by an error"));
    return false;
}

struct db_value db_null(void)
{
    return (struct db_value){DB_NULL, 0, NULL, 0};
}

struct db_value db_int(int64_t n)
{
    return (struct db_value){DB_INT, n, NULL, 0};
}

struct db_value db_text(const char *s)
{
    return s ? db_textn(s, strlen(s)) : db_null();
}

struct db_value db_textn(const char *s, size_t n)
{
    return (struct db_value){DB_TEXT, 0, s, n};
}

struct db_value db_blob(const void *bytes, size_t n)
{
    return (struct db_value){DB_BLOB, 0, bytes, n};
}

bool db_run(struct db *db, const char *sql, const struct db_value *values,
            struct err *e)
{
    struct statement *s = NULL;
    if (!still_whole(db, e) || !(s = statement_take(db, sql, e)))
        return false;
    bool ok = bind_all(db, s, values, SQLITE_STATIC, e);
    if (ok) {
        int rc = sqlite3_step(s->handle);
        while (rc == SQLITE_ROW) /* a RETURNING nobody reads */
            rc = sqlite3_step(s->handle);
        ok = rc == SQLITE_DONE || db_fail(db, rc, e);
    }
    statement_give_back(s);
    return ok;
}

bool db_script(struct db *db, const char *sql, struct err *e)
{
    if (!still_whole(db, e))
        return false;
    int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || db_fail(db, rc, e);
}

int64_t db_last_id(const struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int64_t db_changed(const struct db *db)
{
    return sqlite3_changes64(db->handle);
}

/* ---- queries ---- */

struct rows *db_query(struct db *db, const char *sql,
                      const struct db_value *values)
{
    struct rows *q = mem_alloc(sizeof *q);
    q->db = db;
    q->failed = !still_whole(db, &q->err);
    if (!q->failed) {
        q->statement = statement_take(db, sql, &q->err);
        q->failed = !q->statement || !bind_all(db, q->statement, values,
                                               SQLITE_TRANSIENT, &q->err);
    }
    return q;
}

bool rows_next(struct rows *q)
{
    if (q->failed)
        return false;
    int rc = sqlite3_step(q->statement->handle);
    if (rc == SQLITE_ROW)
        return true;
    if (rc == SQLITE_DONE)
        sqlite3_reset(q->statement->handle); /* the lock goes at once */
    else
        q->failed = !db_fail(q->db, rc, &q->err);
    return false;
}

bool rows_end(struct rows *q, struct err *e)
{
    bool ok = !q->failed;
    if (!ok)
        *e = q->err;
    if (q->statement)
        statement_give_back(q->statement);
    mem_free(q);
    return ok;
}

bool rows_leave(struct rows *q, bool good, struct err *e)
{
    struct err told = ERR_INIT;
    return rows_end(q, good ? e : &told) && good;
}

int64_t rows_int(const struct rows *q, int column)
{
    return sqlite3_column_int64(q->statement->handle, column);
}

const char *rows_text(const struct rows *q, int column)
{
    const unsigned char *s = sqlite3_column_text(q->statement->handle, column);
    return s ? (const char *)s : "";
}

size_t rows_size(const struct rows *q, int column)
{
    return (size_t)sqlite3_column_bytes(q->statement->handle, column);
}

const void *rows_blob(const struct rows *q, int column)
{
    return sqlite3_column_blob(q->statement->handle, column);
}

bool rows_is_null(const struct rows *q, int column)
{
    return sqlite3_column_type(q->statement->handle, column) == SQLITE_NULL;
}

bool db_get_int(struct db *db, const char *sql, const struct db_value *values,
                int64_t otherwise, int64_t *out, struct err *e)
{
    struct rows *q = db_query(db, sql, values);
    *out = rows_next(q) ? rows_int(q, 0) : otherwise;
    return rows_end(q, e);
}

/* ---- transactions ---- */

bool db_begin(struct db *db, struct err *e)
{
    if (!still_whole(db, e))
        return false;
    if (db->depth == 0) {
        db->turns++;
        db->doomed = false;
        db->cause.code = ERR_NONE;
        if (!db_run(db, "BEGIN IMMEDIATE", DB_NOTHING, e))
            return false;
    } else if (!db_run(db, "SAVEPOINT nested", DB_NOTHING, e))
        return false;
    db->depth++;
    return true;
}

/* Keeps or takes back what happened since the innermost db_begin. */
static bool end_nested(struct db *db, bool good, struct err *e)
{
    struct err ignored = ERR_INIT;
    db->depth--;
    db->turns += !good;
    bool done =
        (good || db_run(db, "ROLLBACK TO nested", DB_NOTHING, &ignored)) &&
        db_run(db, "RELEASE nested", DB_NOTHING, good ? e : &ignored);
    if (!done)
        db->doomed = true;
    return good && done;
}

static bool commit(struct db *db, struct err *e)
{
    if (!still_whole(db, e))
        return false;
    if (db->doomed)
        return err_set(e, ERR_BUG,
                       _("A part of it failed, so nothing was saved"));
    return db_run(db, "COMMIT", DB_NOTHING, e);
}

bool db_end(struct db *db, bool good, struct err *e)
{
    struct err ignored;
    if (db->depth > 1)
        return end_nested(db, good, e);
    good = good && commit(db, e);
    db->depth = 0;
    db->doomed = false;
    /* a commit that had to wait too long leaves its transaction open */
    if (!sqlite3_get_autocommit(db->handle))
        db_run(db, "ROLLBACK", DB_NOTHING, &ignored);
    return good;
}

bool db_is_writing(const struct db *db)
{
    return db->depth > 0;
}

int64_t db_moment(const struct db *db)
{
    return db->depth > 0 ? db->turns + sqlite3_total_changes64(db->handle) : -1;
}

bool db_look_begin(struct db *db, struct err *e)
{
    return db_run(db, "BEGIN", DB_NOTHING, e);
}

void db_look_end(struct db *db)
{
    struct err ignored = ERR_INIT;
    db_run(db, "ROLLBACK", DB_NOTHING, &ignored);
}

bool db_look_keep(struct db *db, struct err *e)
{
    int64_t before = db->commits;
    bool good = db_run(db, "COMMIT", DB_NOTHING, e);
    db->commits = before;
    if (!good)
        db_look_end(db);
    return good;
}

/* ---- opening ---- */

static int count_commit(void *arg)
{
    struct db *db = arg;
    db->commits++;
    return 0;
}

/* What the connection must be, and the answer that proves it is. */
static const struct setting {
    const char *set, *ask, *want;
} settings[] = {
    {"PRAGMA temp_store=2", "PRAGMA temp_store", "2"},
    {"PRAGMA trusted_schema=0", "PRAGMA trusted_schema", "0"},
    {"PRAGMA cell_size_check=1", "PRAGMA cell_size_check", "1"},
    {"PRAGMA foreign_keys=1", "PRAGMA foreign_keys", "1"},
    {"PRAGMA locking_mode=normal", "PRAGMA locking_mode", "normal"},
    {"PRAGMA synchronous=3", "PRAGMA synchronous", "3"},
    {"PRAGMA journal_mode=truncate", "PRAGMA journal_mode", "truncate"},
    {"PRAGMA secure_delete=1", "PRAGMA secure_delete", "1"},
    {"PRAGMA page_size=4096", "PRAGMA page_size", "4096"},
};

static bool setting_apply(struct db *db, const struct setting *s, struct err *e)
{
    if (!db_script(db, s->set, e))
        return false;
    struct rows *q = db_query(db, s->ask, DB_NOTHING);
    bool same = rows_next(q) && str_equal(rows_text(q, 0), s->want);
    return rows_end(q, e) &&
           (same ||
            err_set(e, ERR_BUG, _("The database does not accept: %s"), s->set));
}

int64_t db_cache_kib(int64_t pages, int64_t page_bytes)
{
    int64_t kib = pages / CACHE_SHARE * (page_bytes / 1024);
    return kib <= 0 || kib > CACHE_KIB ? CACHE_KIB : kib;
}

static bool set_cache(struct db *db, struct err *e)
{
    char sql[64];
    int64_t kib = db_cache_kib(sysconf(_SC_PHYS_PAGES), sysconf(_SC_PAGESIZE));
    snprintf(sql, sizeof sql, "PRAGMA cache_size=-%lld", (long long)kib);
    return db_script(db, sql, e);
}

/* ATTACH names a second file, and commits of two need a super-journal. */
static void set_limits(sqlite3 *handle)
{
    /* small things that come and go with every statement */
    sqlite3_db_config(handle, SQLITE_DBCONFIG_LOOKASIDE, NULL, 1024, 256);
    static const int off[] = {SQLITE_DBCONFIG_TRUSTED_SCHEMA,
                              SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION,
                              SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL};
    for (size_t i = 0; i < ARR_NR(off); i++)
        sqlite3_db_config(handle, off[i], 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, LENGTH_MAX);
    sqlite3_limit(handle, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, DB_WAIT_MS);
}

/* Room for seals at the end of each page: in plain files too, so that a copy
 * can go either way. It only notes the wish, so it cannot fail. */
static void set_reserve(struct db *db)
{
    int reserve = VFS_RESERVED_BYTES;
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_RESERVE_BYTES,
                         &reserve);
}

static bool set_up(struct db *db, struct err *e)
{
    set_limits(db->handle);
    sqlite3_commit_hook(db->handle, count_commit, db);
    set_reserve(db);
    if (!set_cache(db, e))
        return false;
    for (size_t i = 0; i < ARR_NR(settings); i++)
        if (!setting_apply(db, &settings[i], e))
            return false;
    return true;
}

struct sqlite3 *db_handle(struct db *db)
{
    return db->handle;
}

sqlite3_file *db_file(struct db *db)
{
    sqlite3_file *file = NULL;
    sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return file && file->pMethods ? file : NULL;
}

/* A page needed for opening is damaged. If it is the first, the key may be the
 * wrong one; if the second opens, it is not. */
static bool explain_damage(struct db *db, struct err *e)
{
    if (db_page_opens(db, 1))
        return false; /* what is said already is right */
    if (db_page_opens(db, 2))
        return err_set(e, ERR_CORRUPT,
                       _("The first page of the file is damaged: restore a "
                         "backup"));
    return err_set(e, ERR_CORRUPT,
                   _("The file does not fit this office's key, or it is "
                     "damaged from its first page on: restore a backup of both "
                     "files"));
}

static bool check_id(struct db *db, struct err *e)
{
    int64_t id = 0;
    if (!db_get_int(db, "PRAGMA application_id", DB_NOTHING, 0, &id, e))
        return false;
    return id == APPLICATION_ID ||
           err_set(e, ERR_CORRUPT,
                   _("The file is no Homeward database, or the making of it "
                     "was cut short"));
}

/* Also writes the first page, so that the file answers to its key. */
static bool put_id(struct db *db, struct err *e)
{
    char sql[64];
    snprintf(sql, sizeof sql, "PRAGMA application_id=%d", APPLICATION_ID);
    return db_script(db, sql, e);
}

/* SQLite takes "file:x" for a web address and ":memory:" for no file. */
static char *plain_path(const char *path)
{
    size_t n = strlen(path) + sizeof "./";
    char *out = mem_alloc(n);
    snprintf(out, n, "%s%s", path[0] == '/' ? "" : "./", path);
    return out;
}

static bool open_handle(struct db *db, const char *path, const char *vfs_name,
                        bool create, struct err *e)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                SQLITE_OPEN_PRIVATECACHE | (create ? SQLITE_OPEN_CREATE : 0);
    char *plain = plain_path(path);
    int rc = sqlite3_open_v2(plain, &db->handle, flags, vfs_name);
    mem_free(plain);
    return rc == SQLITE_OK ||
           db_fail(db, sqlite3_extended_errcode(db->handle), e);
}

struct db *db_open_over(const char *path, const char *vfs_name, bool create,
                        struct err *e)
{
    struct db *db = mem_alloc(sizeof *db);
    bool ok = open_handle(db, path, vfs_name, create, e);
    ok = ok && set_up(db, e) && (create ? put_id(db, e) : check_id(db, e));
    if (!ok && sqlite3_extended_errcode(db->handle) == SQLITE_IOERR_DATA)
        explain_damage(db, e);
    if (!ok) {
        err_wrap(e, "%s", path);
        db_close(db);
        return NULL;
    }
    return db;
}

/* Makes the empty file, readable for its owner alone. Closing a descriptor
 * drops this process's locks on a file, but on one just made it has none. */
static bool make_file(const char *path, struct err *e)
{
    struct stat st;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                  S_IRUSR | S_IWUSR);
    if (fd >= 0)
        return close(fd) == 0 || err_errno(e, _("Making the file %s"), path);
    /* left behind empty when an earlier try was cut short */
    if (errno == EEXIST && lstat(path, &st) == 0 && S_ISREG(st.st_mode) &&
        st.st_size == 0)
        return true;
    if (errno == EEXIST)
        return err_set(e, ERR_INPUT,
                       _("There is a file %s already: choose another name"),
                       path);
    return err_errno(e, _("Making the file %s"), path);
}

/* Homeward is one thread, and nobody asks how much memory the engine has: a
 * tenth of its time is spared. Once it runs this is refused, and was done. */
static void start_engine(void)
{
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

struct db *db_open(const char *path, const uint8_t *key, bool create,
                   struct err *e)
{
    struct vfs *vfs = NULL;
    struct db *db = NULL;
    start_engine();
    if (create && !make_file(path, e))
        return NULL;
    if (!key || (vfs = vfs_new(key, e)))
        db = db_open_over(path, vfs ? vfs_name(vfs) : NULL, create, e);
    if (db) {
        db->vfs = vfs;
        return db;
    }
    vfs_free(vfs);
    if (create)
        unlink(path); /* else it would be in the way of the next try */
    return NULL;
}

struct db *db_open_memory(struct err *e)
{
    struct db *db = mem_alloc(sizeof *db);
    start_engine();
    int rc = sqlite3_open_v2(":memory:", &db->handle,
                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                                 SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_MEMORY,
                             NULL);
    if (rc == SQLITE_OK) {
        set_limits(db->handle);
        sqlite3_commit_hook(db->handle, count_commit, db);
        if (put_id(db, e))
            return db;
    } else {
        db_fail(db, rc, e);
    }
    db_close(db);
    return NULL;
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < BUCKETS; i++)
        while (db->buckets[i]) {
            struct statement *s = db->buckets[i];
            db->buckets[i] = s->next;
            statement_free(s);
        }
    sqlite3_close(db->handle);
    vfs_free(db->vfs);
    mem_free(db);
}

/* ---- whole file ---- */

static bool check_copy(const char *path, const uint8_t *key, struct err *e)
{
    struct db *db = db_open(path, key, false, e);
    bool ok = db && db_check(db, e);
    db_close(db);
    return ok;
}

/* The copy is read back before it counts as made. */
bool db_copy(struct db *db, const char *to_path, const uint8_t *key,
             struct err *e)
{
    struct db *to = db_open(to_path, key, true, e);
    if (!to)
        return false;
    bool ok = db_copy_into(db, to, NULL, e);
    db_close(to);
    ok = ok && check_copy(to_path, key, e);
    if (!ok)
        unlink(to_path);
    return ok;
}

bool db_generation(struct db *db, int64_t *out, struct err *e)
{
    if (!db_get_int(db, "PRAGMA data_version", DB_NOTHING, 0, out, e))
        return false;
    *out += db->commits;
    return true;
}

/* Folded words hold no quotation mark. */
void db_text_word(struct buf *b, const char *word, size_t n)
{
    buf_printf(b, "%s\"%.*s\"*", b->size > 0 ? " AND " : "", (int)n, word);
}
