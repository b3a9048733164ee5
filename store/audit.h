/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H
/*
 * Traces: who unlocked, looked, searched, printed, exported, and what was
 * denied. Each is a change (op read) in a chain like any other, so that none
 * can be taken out or altered unseen. They stand in a stream of their own of
 * this office (STREAM_READS), which goes to the hub last, and only once 64 of
 * them wait or a week has passed (formats.md 4.7): they never hold up work,
 * and nothing is marked as unsent because somebody looked at it.
 *
 * A trace holds a login, a moment, a kind, the stream it is about and a short
 * reason: never a name, never a searched word. Of words there is a hash under
 * a key of this office: who knows the word can recognise the search.
 *
 * audit_note puts a trace in a queue in memory, which the store owns and which
 * is written two seconds later (audit_flush, by the loop of the screens) or
 * when the store is closed. What lets data out of the office is written before
 * it happens: audit_note fails when it cannot be.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "store/store.h"
#include "store/stream.h"

/* X(symbol, name kept in the log, written at once, sentence for people) */
#define AUDIT_KINDS(X)                                                         \
    X(UNLOCK, "unlock", false, N_("opened the office"))                        \
    X(UNLOCK_FAILED, "unlock-failed", false,                                   \
      N_("a passphrase did not open the office"))                              \
    X(OPEN_CASE, "open-case", false, N_("looked at the case"))                 \
    X(OPEN_SEALED, "open-sealed", true, N_("opened sealed answers"))           \
    X(SEARCH, "search", false, N_("searched"))                                 \
    X(PRINT, "print", true, N_("printed"))                                     \
    X(EXPORT, "export", true, N_("exported"))                                  \
    X(BACKUP, "backup", true, N_("made a backup"))                             \
    X(RESTORE, "restore", true, N_("restored a backup"))                       \
    X(USER, "user", true, N_("changed who may come in"))                       \
    X(PURGE, "purge", true, N_("erased"))                                      \
    X(DENIED, "denied", false, N_("was not allowed to"))                       \
    X(VERIFY, "verify", true, N_("proved the whole file"))                     \
    X(READ_AUDIT, "read-audit", false, N_("read the traces"))                  \
    X(APPROVE, "approve", true, N_("decided"))

enum audit_kind {
#define AUDIT_ENUM(symbol, name, at_once, sentence) AUDIT_##symbol,
    AUDIT_KINDS(AUDIT_ENUM)
#undef AUDIT_ENUM
        AUDIT_KINDS_NR
};

enum {
    AUDIT_REASON_BYTES = 200, /* longer ones are cut */
    AUDIT_BATCH_MS = 2000     /* from the act to the disk */
};

struct audit_event {
    enum audit_kind kind;
    const struct stream *stream; /* what it is about; NULL: nothing */
    const char *reason;          /* a few plain words; NULL: none */
};

/* Notes it under the unlocked person's login. The same kind and stream twice
 * within one batch is one trace. False only for kinds that are written at once,
 * when that failed: then the act is not to happen. */
bool audit_note(struct store *s, const struct audit_event *x, struct err *e);

/* The same for a case by its id; for a search, of which only hashes of its
 * folded words are kept (blank text: nothing). */
bool audit_note_case(struct store *s, enum audit_kind kind,
                     const struct id *case_id, struct err *e);
bool audit_note_search(struct store *s, const char *text, struct err *e);

/* Milliseconds until the queue is due, 0: now, -1: it is empty. */
int64_t audit_wait_ms(const struct store *s);

/* Writes the queue, in one transaction. On failure it stays. */
bool audit_flush(struct store *s, struct err *e);

/* ---- failed unlocks: kept beside the key file till somebody comes in ---- */

/* Notes a moment; silent when the disk refuses. */
void audit_tries_note(const char *dir, int64_t at_ms);
/* Moves them into the log; for the opening of the store. */
bool audit_tries_take(struct store *s, struct err *e);

/* ---- reading them ---- */

enum { AUDIT_NAME_BYTES = 200 };

struct audit_line {
    int64_t change_id; /* log position: the key for paging */
    int64_t at_ms;
    enum audit_kind kind;
    char login[STORE_LOGIN_BYTES];
    char office[STORE_NAME_BYTES];
    struct id case_id;                /* zero when it is about no case */
    char number[ID_NUMBER_BYTES];     /* of the case; "" */
    char place[STREAM_KEY_BYTES + 1]; /* when it is about a place; "" */
    char reason[AUDIT_REASON_BYTES];
};

struct audit_query {
    const char *login;        /* NULL: all */
    const struct id *case_id; /* NULL: all */
    int64_t since_ms;         /* 0: all */
    int kind;                 /* enum audit_kind; -1: all */
    const char *word;         /* searches for this word; NULL: all */
};

/* Newest first: up to room_nr before the position `before` (0: from the end),
 * or, backwards, after it (then oldest first). */
struct audit_page {
    struct audit_line *room; /* the caller's */
    size_t room_nr;
    int64_t before;
    bool backwards;
    size_t nr; /* how many came */
};
bool audit_page_load(struct store *s, const struct audit_query *query,
                     struct audit_page *page, struct err *e);

/* Whether the unlocked person may read the traces (the table of rights, kind
 * "trace"): ERR_DENIED says who may, and leaves a trace of the refusal; the
 * same without either, for offering a key; and whether names of children may
 * stand beside them (not for an administrator). */
bool audit_may_read(struct store *s, struct err *e);
bool audit_is_reader(const struct store *s);
bool audit_may_name(const struct store *s);

/* Who looked at a case last, other than the unlocked person now: found false
 * when nobody did. For the page of a case. */
bool audit_last_look(struct store *s, const struct id *case_id,
                     struct audit_line *line, bool *found, struct err *e);

/* "open-case"; what the kind did, for people, not yet translated; the kind of
 * a name, -1 when there is none. */
const char *audit_kind_name(enum audit_kind kind);
const char *audit_kind_text(enum audit_kind kind);
int audit_kind_find(const char *name);

/* For store.h alone. */
struct audit_queue;
struct audit_queue *audit_queue_new(void);
void audit_queue_free(struct audit_queue *q);

#endif
