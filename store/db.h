/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_DB_H
#define STORE_DB_H
/*
 * The only face of the database. No other file names sqlite3_; SQL above it
 * stays plain (standard upserts, 64-bit integers), because a national hub may
 * stand on another engine through a second implementation of this header.
 *
 *     if (!db_begin(db, e)) return false;
 *     ok = db_run(db, "INSERT INTO place_seen(code, at_ms) VALUES (?, ?)",
 *                 DB_BIND(db_text(code), db_int(now)), e);
 *     return db_end(db, ok, e);
 *
 *     struct rows *q = db_query(db, "SELECT ...", DB_BIND(db_int(id)));
 *     while (rows_next(q)) use(rows_int(q, 0));
 *     ok = rows_end(q, e);
 *
 * SQL is a string constant, values are always bound. Statements are prepared
 * once per text and kept by the db. Writers begin at once (BEGIN IMMEDIATE);
 * waiting for another process's lock ends after 10 s in ERR_BUSY. Codes: an
 * unreadable page is ERR_CORRUPT, a full disk ERR_FULL, a failed read or write
 * ERR_IO. One thread, one process: a db never crosses a fork.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct db;
struct rows;

enum { DB_WAIT_MS = 10000 };

/* Opens (create: makes an empty one, refuses an existing file). key: 32 bytes
 * from which the page keys are derived, copied; NULL opens a plain file (tests
 * compare with it). ERR_CORRUPT: no database, a damaged one, or one sealed with
 * another key (which cannot be told from a damaged first page: the key file is
 * what proves a key, and says ERR_DENIED). */
struct db *db_open(const char *path, const uint8_t *key, bool create,
                   struct err *e);
/* An empty database in memory, plain, gone when closed: for simulations. */
struct db *db_open_memory(struct err *e);
void db_close(struct db *db); /* NULL is fine; wipes the key */

/* ---- values and statements ---- */

struct db_value {
    enum { DB_END, DB_NULL, DB_INT, DB_TEXT, DB_BLOB } type;
    int64_t number;
    const void *bytes;
    size_t size;
};

struct db_value db_null(void);
struct db_value db_int(int64_t n);
struct db_value db_text(const char *s); /* NULL binds NULL */
struct db_value db_textn(const char *s, size_t n);
struct db_value db_blob(const void *bytes, size_t n);

#define DB_BIND(...) ((const struct db_value[]){__VA_ARGS__, {DB_END, 0, 0, 0}})
#define DB_NOTHING   ((const struct db_value[]){{DB_END, 0, 0, 0}})

/* Runs a statement that gives no rows. Bound bytes are borrowed for the call.
 */
bool db_run(struct db *db, const char *sql, const struct db_value *values,
            struct err *e);

/* Runs several statements separated by semicolons, nothing bound (schema). */
bool db_script(struct db *db, const char *sql, struct err *e);

int64_t db_last_id(const struct db *db); /* row id of the last insert */
int64_t db_changed(const struct db *db); /* rows the last statement changed */

/* Starts a query; bound bytes are copied. Never NULL: an error shows at the
 * first rows_next. Several queries may be open, also the same text twice. Every
 * query is ended, in any order; no query outlives a key press. */
struct rows *db_query(struct db *db, const char *sql,
                      const struct db_value *values);
bool rows_next(struct rows *q); /* false: no more, or an error (rows_end) */
bool rows_end(struct rows *q, struct err *e); /* false if anything failed */
/* The same behind a loop that was left with good false, and e told why: e stays
 * as it is then, and false comes back. */
bool rows_leave(struct rows *q, bool good, struct err *e);

int64_t rows_int(const struct rows *q, int column);
const char *rows_text(const struct rows *q, int column); /* "" for NULL;
                                            valid until the next rows_ call */
size_t rows_size(const struct rows *q, int column); /* bytes of text or blob */
const void *rows_blob(const struct rows *q, int column);
bool rows_is_null(const struct rows *q, int column);

/* One row, one integer: the first column, or otherwise when there is no row.
 * False only on an error. */
bool db_get_int(struct db *db, const char *sql, const struct db_value *values,
                int64_t otherwise, int64_t *out, struct err *e);

/* ---- words of texts: one index, hidden here ---- */

/* SQL for making the index, for emptying it, and for adding a text: values its
 * row and the text. A text is words with blanks between, folded by the caller.
 * Nothing can be taken out of it but everything. */
#define DB_TEXT_TABLE                                                          \
    "CREATE VIRTUAL TABLE text_word USING fts5(words, content='',"             \
    " columnsize=0, detail=none);"
#define DB_TEXT_CLEAR "INSERT INTO text_word(text_word) VALUES('delete-all');"
#define DB_TEXT_ADD   "INSERT INTO text_word(rowid, words) VALUES(?, ?)"

/* A table of one column, row: the rows of texts that fit, last row first;
 * nothing for NULL. */
#define DB_TEXT_MATCH(parameter)                                               \
    "(SELECT rowid AS row FROM text_word WHERE text_word MATCH " parameter     \
    " ORDER BY rowid DESC)"

/* Every word of every text, "SELECT word, row" in order, for comparing an index
 * with another; and what is run before it, once a connection. */
#define DB_TEXT_WORDS_TABLE                                                    \
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.text_seen"                        \
    " USING fts5vocab(main, text_word, instance);"
#define DB_TEXT_WORDS "SELECT term, doc FROM temp.text_seen ORDER BY doc, term"
/* Every word and how many texts a search for it finds: what stands in the index
 * may still be out of a search's reach. */
#define DB_TEXT_FOUND                                                          \
    "SELECT word, (SELECT count(*) FROM text_word WHERE text_word MATCH"       \
    " '\"' || word || '\"')"                                                   \
    " FROM (SELECT DISTINCT term AS word FROM temp.text_seen) ORDER BY word"

/* One more word that a text must have one begin with, to what is looked for. */
struct buf;
void db_text_word(struct buf *b, const char *word, size_t n);

/* ---- transactions: counted, the outermost one commits ---- */

bool db_begin(struct db *db, struct err *e);
/* good: commit, else take back. A nested end with good false takes back only
 * what happened since its own begin.
 * Returns false when good was false or the commit failed. */
bool db_end(struct db *db, bool good, struct err *e);
bool db_is_writing(const struct db *db);

/* A number that stands still between db_begin and db_end for as long as nothing
 * is written or taken back there, and never comes again; -1 elsewhere. */
int64_t db_moment(const struct db *db);

/* Several queries in between see one state of the file; nothing is written.
 * Keep it short: writers wait. Not between db_begin and db_end. */
bool db_look_begin(struct db *db, struct err *e);
void db_look_end(struct db *db);
/* The same, and what was put into tables of TEMP stays: that is no commit. */
bool db_look_keep(struct db *db, struct err *e);

/* ---- whole file ---- */

/* Every page read and checked; ERR_CORRUPT names the first fault. Free pages
 * that a power cut has torn hold nothing and are filled anew (db_check.c). Not
 * between db_begin and db_end. */
bool db_check(struct db *db, struct err *e);
/* A copy through the database itself, sealed with key (NULL: plain), into a new
 * file; read back and checked whole before it counts, else taken away. */
bool db_copy(struct db *db, const char *to_path, const uint8_t *key,
             struct err *e);
/* Takes the file for this db alone, until db_share or the end: other processes
 * wait, the journal is empty. Not between db_begin and db_end. */
bool db_alone(struct db *db, struct err *e);
void db_share(struct db *db);
/* Whether another file stands in the place of the one that is open: nothing can
 * be saved in this one any more (ERR_DENIED says so). */
bool db_is_moved(struct db *db);
/* Fills a file that was replaced, and that this db has alone, with nothing, so
 * that nobody who has it open still reads what was true before. */
void db_retire(struct db *db);
/* A number that changes when any process has committed. */
bool db_generation(struct db *db, int64_t *out, struct err *e);

#endif
