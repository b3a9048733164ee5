/* SPDX-License-Identifier: Apache-2.0 */
#include "store/schema.h"

#include "base/arr.h"
#include "base/i18n.h"
#include "store/db.h"
#include "store/store.h"

/* What takes the place of contents that were destroyed: purge.h. */
#define ERASED_TABLES                                                          \
    /* what an erased change committed to, so that its chain verifies */       \
    "CREATE TABLE erased("                                                     \
    " chain_id INTEGER NOT NULL,"                                              \
    " seq INTEGER NOT NULL,"                                                   \
    " commitment BLOB NOT NULL,"                                               \
    " PRIMARY KEY(chain_id, seq));" /* salts of changes that stand before an   \
                                       erased one */                           \
    "CREATE TABLE kept_salt("                                                  \
    " chain_id INTEGER NOT NULL,"                                              \
    " seq INTEGER NOT NULL,"                                                   \
    " salt BLOB NOT NULL,"                                                     \
    " PRIMARY KEY(chain_id, seq));" /* the purge list: tiny, kept for ever */  \
    "CREATE TABLE purge("                                                      \
    " stream_id INTEGER PRIMARY KEY,"                                          \
    " reason TEXT NOT NULL,"   /* its class, purge.c */                        \
    " asked_by TEXT NOT NULL," /* logins */                                    \
    " decided_by TEXT NOT NULL,"                                               \
    " alone INTEGER NOT NULL," /* 1: one person, the only one there */         \
    " at_ms INTEGER NOT NULL);"
/* Traces of reading, newest first, among all that was written meanwhile. */
#define READ_INDEX                                                             \
    "CREATE INDEX change_of_read ON change(change_id) WHERE op = 12;"

/* ---- the log: truth, only appended to ---- */
static const char log_sql[] =
    /* short numbers for words that recur: logins, kinds */
    "CREATE TABLE word("
    " word_id INTEGER PRIMARY KEY,"
    " text TEXT NOT NULL UNIQUE);"
    /* a version of a form; csv is NULL while only its hash is known */
    "CREATE TABLE form("
    " form_id INTEGER PRIMARY KEY,"
    " hash BLOB NOT NULL UNIQUE," /* H over the canonical CSV */
    " name TEXT NOT NULL,"        /* form id, 'registration' */
    " csv BLOB);"
    /* a field is (form id, path) and never changes meaning; program-written
     * records have the kind in place of a form id */
    "CREATE TABLE field("
    " field_id INTEGER PRIMARY KEY,"
    " form TEXT NOT NULL,"
    " path TEXT NOT NULL,"
    /* 1: a calculation of the form, which nobody answers */
    " computed INTEGER NOT NULL DEFAULT 0,"
    " UNIQUE(form, path));"
    /* what changes belong to: stream.h */
    "CREATE TABLE stream("
    " stream_id INTEGER PRIMARY KEY,"
    " kind INTEGER NOT NULL,"
    " key BLOB NOT NULL,"
    " place TEXT NOT NULL,"     /* where it belongs; of a case: from create */
    " opener INTEGER NOT NULL," /* epoch of the change that opened it */
    " UNIQUE(kind, key));"
    /* who writes under an epoch: bound to a signing key by the hub */
    "CREATE TABLE epoch("
    " epoch_id INTEGER PRIMARY KEY,"
    " epoch INTEGER NOT NULL UNIQUE," /* 64 random bits, as a signed number */
    " site_no INTEGER NOT NULL,"      /* at a hub: peer_site; else 0 */
    " own INTEGER NOT NULL,"          /* 1: drawn by this very file */
    /* after a restore: the log ended here when another epoch took its place;
     * changes of this one further on came back from the hub, or went up to it,
     * and are not sent again. 0: written under still */
    " ended INTEGER NOT NULL DEFAULT 0);"
    /* one hash chain per (epoch, stream) */
    "CREATE TABLE chain("
    " chain_id INTEGER PRIMARY KEY,"
    " epoch_id INTEGER NOT NULL,"
    " stream_id INTEGER NOT NULL,"
    " first_seed BLOB NOT NULL," /* salt ratchet at seed_seq */
    " last_seq INTEGER NOT NULL,"
    " next_seed BLOB NOT NULL,"             /* ratchet at last_seq + 1 */
    " head BLOB NOT NULL,"                  /* head[last_seq] */
    " seed_seq INTEGER NOT NULL DEFAULT 1," /* first_seed is the ratchet here:
                                               1 until a change is erased */
    " UNIQUE(stream_id, epoch_id));"
    /* an entity: case, visit, checklist, office; keeps its kind and stream */
    "CREATE TABLE record("
    " record_id INTEGER PRIMARY KEY,"
    " uuid BLOB NOT NULL UNIQUE,"
    " stream_id INTEGER NOT NULL,"
    " kind_id INTEGER NOT NULL," /* word */
    " form TEXT NOT NULL," /* form id, or the kind for program-written ones */
    " created_ms INTEGER NOT NULL,"
    " author_id INTEGER NOT NULL);" /* word */
    "CREATE INDEX record_of_stream ON record(stream_id);"
    /* the changes, in the order in which this file learned of them */
    "CREATE TABLE change("
    " change_id INTEGER PRIMARY KEY AUTOINCREMENT," /* log position */
    " chain_id INTEGER NOT NULL,"
    " seq INTEGER NOT NULL,"
    " save_seq INTEGER NOT NULL,"  /* seq of its save's first change */
    " record_id INTEGER NOT NULL," /* 0 with op 0 */
    " form_id INTEGER,"            /* form version; NULL: none */
    " field_id INTEGER NOT NULL,"  /* path '' for the record itself */
    " op INTEGER NOT NULL,"        /* 0: erased, store/erase_int.h */
    " at_ms INTEGER NOT NULL,"
    " author_id INTEGER NOT NULL," /* word */
    " value BLOB,"                 /* canonical; NULL: none */
    " replaces BLOB,"              /* dots, packed; NULL: none */
    " head BLOB NOT NULL,"         /* head[seq] of its chain */
    " UNIQUE(chain_id, seq));"
    "CREATE INDEX change_of_record ON change(record_id);" READ_INDEX
    /* frames of sites with their signatures, kept as evidence */
    "CREATE TABLE evidence("
    " evidence_id INTEGER PRIMARY KEY,"
    " site_no INTEGER NOT NULL," /* 0: from the hub */
    " number INTEGER NOT NULL,"
    " leaves BLOB NOT NULL," /* H of each leaf, in order */
    " signature BLOB NOT NULL,"
    " at_ms INTEGER NOT NULL);"
    /* work set aside, with its reason; never dropped */
    "CREATE TABLE quarantine("
    " quarantine_id INTEGER PRIMARY KEY,"
    " site_no INTEGER NOT NULL,"
    " reason TEXT NOT NULL,"
    " epoch INTEGER NOT NULL,"
    " stream BLOB NOT NULL,"
    " seq INTEGER NOT NULL,"
    " save BLOB NOT NULL,"        /* the whole save as received, canonical */
    " last_seq INTEGER NOT NULL," /* its chain behind it, were it taken: */
    " next_seed BLOB NOT NULL,"   /* so that what follows can be checked */
    " head BLOB NOT NULL,"
    " at_ms INTEGER NOT NULL,"
    " UNIQUE(epoch, stream, seq, save));" ERASED_TABLES;

/* words of names and numbers, folded, and how they sound: for find */
#define TERM_TABLE                                                             \
    "CREATE TABLE term("                                                       \
    " term TEXT NOT NULL,"                                                     \
    " sound TEXT,"                                                             \
    " stream_id INTEGER NOT NULL,"                                             \
    " PRIMARY KEY(term, stream_id));"                                          \
    "CREATE INDEX term_of_sound ON term(sound, stream_id);"                    \
    "CREATE INDEX term_of_stream ON term(stream_id);"

/* one row a case: what a list shows; a key for each order (casefile.h), unique
 * and rising as the list goes */
#define CASEFILE_TABLE                                                         \
    "CREATE TABLE casefile("                                                   \
    " stream_id INTEGER PRIMARY KEY,"                                          \
    " record_id INTEGER NOT NULL,"                                             \
    " number TEXT NOT NULL,"                                                   \
    " name TEXT NOT NULL,"       /* given, father's and grandfather's name */  \
    " sort_key TEXT NOT NULL,"   /* folded name, then number */                \
    " number_key TEXT NOT NULL," /* number */                                  \
    " change_key TEXT NOT NULL," /* newest first */                            \
    " opened_key TEXT NOT NULL," /* newest first */                            \
    " place TEXT NOT NULL,"                                                    \
    " opened_ms INTEGER NOT NULL,"                                             \
    " updated_ms INTEGER NOT NULL,"                                            \
    " visited INTEGER NOT NULL,"     /* day of the last visit; 0: none */      \
    " last_change INTEGER NOT NULL," /* log position of its newest own one */  \
    " clashes INTEGER NOT NULL,"     /* fields with different values */        \
    " kept BLOB);"                   /* id of the case it is the same as */    \
    "CREATE UNIQUE INDEX casefile_by_name ON casefile(sort_key);"              \
    "CREATE UNIQUE INDEX casefile_by_number ON casefile(number_key);"          \
    "CREATE UNIQUE INDEX casefile_by_change ON casefile(change_key);"          \
    "CREATE UNIQUE INDEX casefile_by_opened ON casefile(opened_key);"          \
    "CREATE INDEX casefile_place ON casefile(place);"

/* what is compared to find one child in two cases, and which case another one
 * says it is the same as: duplicate.h. A pair is two names by sound: where the
 * comparison begins. */
#define PERSON_TABLES                                                          \
    "CREATE TABLE person("                                                     \
    " stream_id INTEGER PRIMARY KEY,"                                          \
    " last_change INTEGER NOT NULL," /* of the registration it is made from */ \
    " sounds TEXT NOT NULL,"         /* of the names, by person_write */       \
    " written TEXT NOT NULL,"        /* the names, folded, likewise */         \
    " sex INTEGER NOT NULL,"                                                   \
    " is_born INTEGER NOT NULL,"                                               \
    " born_from INTEGER NOT NULL,"                                             \
    " born_to INTEGER NOT NULL);"                                              \
    "CREATE TABLE person_pair("                                                \
    " pair TEXT NOT NULL,"                                                     \
    " stream_id INTEGER NOT NULL,"                                             \
    " PRIMARY KEY(pair, stream_id));"                                          \
    "CREATE TABLE duplicate("                                                  \
    " stream_id INTEGER PRIMARY KEY,"                                          \
    " says BLOB NOT NULL);"                                                    \
    "CREATE INDEX duplicate_said ON duplicate(says);"

/* a form being filled, kept at each field's exit: draft.h */
#define DRAFT_TABLE                                                            \
    "CREATE TABLE draft("                                                      \
    " draft_id INTEGER PRIMARY KEY,"                                           \
    " login TEXT NOT NULL,"                                                    \
    " record BLOB NOT NULL,"                                                   \
    " kind TEXT NOT NULL,"                                                     \
    " stream BLOB NOT NULL,"                                                   \
    " place TEXT NOT NULL,"                                                    \
    " at_ms INTEGER NOT NULL,"                                                 \
    " is_new INTEGER NOT NULL,"                                                \
    " answers BLOB NOT NULL," /* path, answer, path, answer ... as blocks */   \
    " seen INTEGER NOT NULL DEFAULT 0," /* log position when it was begun */   \
    " UNIQUE(login, record));"
/* requests for approval, so that those that wait are found: approval.h */
#define APPROVAL_TABLE                                                         \
    "CREATE TABLE approval("                                                   \
    " record_id INTEGER PRIMARY KEY,"                                          \
    " stream_id INTEGER NOT NULL,"                                             \
    " asked_ms INTEGER NOT NULL,"                                              \
    " undecided INTEGER NOT NULL);"                                            \
    "CREATE INDEX approval_of_stream ON approval(stream_id);"                  \
    "CREATE INDEX approval_undecided ON approval(undecided, asked_ms);"

/* who works on a case: worker.h */
#define WORKER_TABLE                                                           \
    "CREATE TABLE worker("                                                     \
    " stream_id INTEGER NOT NULL,"                                             \
    " login TEXT NOT NULL,"                                                    \
    " here INTEGER NOT NULL,"                                                  \
    " named INTEGER NOT NULL,"                                                 \
    " works INTEGER NOT NULL,"                                                 \
    " PRIMARY KEY(stream_id, login, here));"

/* ---- computed tables: rebuild drops and makes them again ---- */
static const char computed_sql[] =
    /* the value that stands for a field; two rows or more: a clash */
    "CREATE TABLE cell("
    " record_id INTEGER NOT NULL,"
    " field_id INTEGER NOT NULL,"
    " change_id INTEGER NOT NULL,"
    " PRIMARY KEY(record_id, field_id, change_id));"
    "CREATE INDEX cell_of_change ON cell(change_id);"
    /* dots cited before they arrived: they are born replaced */
    "CREATE TABLE cited("
    " stream_id INTEGER NOT NULL,"
    " epoch INTEGER NOT NULL,"
    " seq INTEGER NOT NULL,"
    " record_id INTEGER NOT NULL,"
    " field_id INTEGER NOT NULL,"
    " PRIMARY KEY(stream_id, epoch, seq, record_id, field_id));";

/* ---- this PC alone ---- */
static const char local_sql[] =
    "CREATE TABLE setting(" /* setting.h */
    " name TEXT PRIMARY KEY,"
    " value BLOB);"
    /* at an office: own frames on their way */
    "CREATE TABLE frame_out("
    " number INTEGER PRIMARY KEY,"
    " last_position INTEGER NOT NULL,"
    " sig_hash BLOB NOT NULL,"
    " at_ms INTEGER NOT NULL,"
    " last_read INTEGER NOT NULL DEFAULT 0);" /* last trace of reading in it */
    /* at a hub: its sites, peer.h */
    "CREATE TABLE peer_site("
    " site_no INTEGER PRIMARY KEY,"
    " site_id BLOB NOT NULL UNIQUE,"
    " name TEXT NOT NULL,"
    " place TEXT NOT NULL,"
    " roles TEXT NOT NULL,"
    " ssh_key TEXT NOT NULL UNIQUE,"
    " sign_public BLOB NOT NULL UNIQUE,"
    " epoch INTEGER NOT NULL,"
    " state INTEGER NOT NULL,"
    " frame_number INTEGER NOT NULL,"
    " frame_prev BLOB NOT NULL,"
    " last_contact_ms INTEGER NOT NULL,"
    " cursor INTEGER NOT NULL);";

static const char *const computed_tables[] = {
    "DELETE FROM cell;",      "DELETE FROM cited;",  "DELETE FROM casefile;",
    "DELETE FROM term;",      "DELETE FROM person;", "DELETE FROM person_pair;",
    "DELETE FROM duplicate;", DB_TEXT_CLEAR,         "DELETE FROM approval;",
    "DELETE FROM worker;",
};

bool schema_create(struct db *db, struct err *e)
{
    static const char *const parts[] = {
        log_sql,        computed_sql,  CASEFILE_TABLE, TERM_TABLE,
        PERSON_TABLES,  DB_TEXT_TABLE, local_sql,      DRAFT_TABLE,
        APPROVAL_TABLE, WORKER_TABLE};
    for (size_t i = 0; i < ARR_NR(parts); i++)
        if (!db_script(db, parts[i], e))
            return false;
    return db_run(db, "INSERT INTO setting(name, value) VALUES('schema', ?)",
                  DB_BIND(db_int(STORE_SCHEMA_VERSION)), e);
}

/* Step i brings version i + 1 to version i + 2. */
static const char *const migrations[] = {
    "ALTER TABLE draft ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;",
    /* computed: casefile_term_renew fills it */
    "DROP TABLE term;" TERM_TABLE,
    "ALTER TABLE field ADD COLUMN computed INTEGER NOT NULL DEFAULT 0;",
    "ALTER TABLE chain ADD COLUMN seed_seq INTEGER NOT NULL"
    " DEFAULT 1;" ERASED_TABLES APPROVAL_TABLE,
    /* before this nobody was named: a case is of who opened it */
    WORKER_TABLE
    "INSERT INTO worker(stream_id, login, here, named, works)"
    " SELECT c.stream_id, a.text, COALESCE(p.own, 0), 0, 1 FROM casefile c"
    " JOIN record r ON r.record_id = c.record_id"
    " JOIN word a ON a.word_id = r.author_id"
    " JOIN stream t ON t.stream_id = c.stream_id"
    " LEFT JOIN epoch p ON p.epoch = t.opener;",
    READ_INDEX
    "ALTER TABLE frame_out ADD COLUMN last_read INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE epoch ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;",
    /* a draft for each login */
    "ALTER TABLE draft RENAME TO draft_of_record;" DRAFT_TABLE
    "INSERT INTO draft SELECT draft_id, login, record, kind, stream, place,"
    " at_ms, is_new, answers, seen FROM draft_of_record;"
    "DROP TABLE draft_of_record;",
    /* computed: casefile_renew fills them */
    "DROP TABLE casefile;" CASEFILE_TABLE PERSON_TABLES DB_TEXT_TABLE,
};

static bool version_of(struct db *db, int64_t *version, struct err *e)
{
    return db_get_int(db, "SELECT value FROM setting WHERE name = 'schema'",
                      DB_NOTHING, 0, version, e);
}

/* The version is asked again under the lock: another process may have been
 * quicker. */
static bool migrate(struct db *db, struct err *e)
{
    int64_t version = 0;
    if (!db_begin(db, e))
        return false;
    bool good = version_of(db, &version, e);
    for (; good && version < STORE_SCHEMA_VERSION; version++)
        good = db_script(db, migrations[version - 1], e) &&
               db_run(db, "UPDATE setting SET value = ? WHERE name = 'schema'",
                      DB_BIND(db_int(version + 1)), e);
    return db_end(db, good, e);
}

bool schema_migrate(struct db *db, struct err *e)
{
    int64_t version = 0;
    if (!version_of(db, &version, e))
        return false;
    if (version < 1)
        return err_set(e, ERR_CORRUPT,
                       _("This file does not say which version made it"));
    if (version > STORE_SCHEMA_VERSION)
        return err_set(e, ERR_VERSION,
                       _("This office's file was made by a newer program "
                         "(version %lld, this one knows %d): install the new "
                         "program on this PC"),
                       (long long)version, STORE_SCHEMA_VERSION);
    return version == STORE_SCHEMA_VERSION || migrate(db, e);
}

bool schema_clear_computed(struct db *db, struct err *e)
{
    for (size_t i = 0; i < ARR_NR(computed_tables); i++)
        if (!db_script(db, computed_tables[i], e))
            return false;
    return true;
}
