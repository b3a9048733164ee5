/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The purge list beside the database: a line a case, "MARK REASON". The mark
 * is a hash of the stream under the office's signing key, so the file tells
 * nobody which cases there were, and nobody without the key can put a case on
 * it. It holds no more than what a restored file needs to obey.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/db.h"
#include "store/purge.h"
#include "store/purge_int.h"
#include "store/store_int.h"

enum {
    MARK_BYTES = 16,
    MARK_TEXT_BYTES = 2 * MARK_BYTES + 1,
    REASON_BYTES = 33,
    LINE_BYTES = 128, /* longer than any of ours */
};

struct entry {
    char mark[MARK_TEXT_BYTES], reason[REASON_BYTES];
};

struct entry_list {
    struct entry *items;
    size_t nr, alloc;
};

static void mark_of(const struct store *s, const struct stream *stream,
                    char out[MARK_TEXT_BYTES])
{
    uint8_t h[HASH_BYTES];
    struct buf b = BUF_INIT(256);
    buf_add(&b, s->secret->sign, sizeof s->secret->sign);
    stream_encode(&b, stream);
    hash_buf(h, "purged", &b);
    buf_wipe(&b);
    str_hex(out, h, MARK_BYTES);
}

static int by_mark(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->mark,
                  ((const struct entry *)b)->mark);
}

/* Among the first nr, which read_list has sorted. */
static const struct entry *find(const struct entry_list *l, size_t nr,
                                const char *mark)
{
    struct entry key = {.reason = ""};
    str_copy(key.mark, sizeof key.mark, mark);
    return nr == 0 ? NULL : bsearch(&key, l->items, nr, sizeof key, by_mark);
}

/* ---- the file ---- */

/* A reason the program does not know stands for none. */
static void set_reason(struct entry *x, const char *reason)
{
    str_copy(x->reason, sizeof x->reason,
             purge_reason_find(reason) != NULL ? reason : "unknown");
}

/* A line that bears no mark says nothing; one cut off behind it still says
 * which case has to go. */
static void read_line(struct entry_list *l, const char *line, size_t n)
{
    char text[LINE_BYTES], reason[REASON_BYTES] = "";
    struct entry x;
    snprintf(text, sizeof text, "%.*s", n < sizeof text ? (int)n : 0, line);
    if (sscanf(text, "%32s %32s", x.mark, reason) < 1 ||
        strlen(x.mark) != MARK_TEXT_BYTES - 1)
        return;
    set_reason(&x, reason);
    ARR_PUSH(l) = x;
}

static bool read_list(const struct store *s, struct entry_list *l,
                      struct err *e)
{
    char path[PATH_MAX];
    struct buf b = BUF_INIT(PURGE_LIST_BYTES_MAX);
    file_in(path, s->dir, PURGE_LIST_FILE);
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return true;
    bool good = buf_read_file(&b, path, e);
    const char *line = buf_text(&b);
    while (good && *line != '\0') {
        size_t n = strcspn(line, "\n");
        read_line(l, line, n);
        line += n + (line[n] == '\n');
    }
    buf_release(&b);
    if (l->nr > 0)
        qsort(l->items, l->nr, sizeof *l->items, by_mark);
    return good;
}

static bool sync_dir(const struct store *s, struct err *e)
{
    int fd = open(s->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;
    if (!good)
        err_errno(e, _("Keeping the purge list"));
    if (fd >= 0)
        close(fd);
    return good;
}

static bool write_whole(const char *path, const struct buf *b, struct err *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool good = fd >= 0;
    for (size_t at = 0; good && at < b->size;) {
        ssize_t n = write(fd, b->data + at, b->size - at);
        good = n > 0 || (n < 0 && errno == EINTR);
        at += n > 0 ? (size_t)n : 0;
    }
    good = good && fsync(fd) == 0;
    if (!good)
        err_errno(e, _("Keeping the purge list"));
    if (fd >= 0)
        close(fd);
    return good;
}

/* The old list or the new one, never half of one, also when two processes write
 * it at once: what both lack then, the next one to open the office adds. */
static bool write_list(const struct store *s, const struct entry_list *l,
                       struct err *e)
{
    char path[PATH_MAX], fresh[PATH_MAX];
    char name[64];
    struct buf b = BUF_INIT(PURGE_LIST_BYTES_MAX);
    snprintf(name, sizeof name, PURGE_LIST_FILE "-%ld", (long)getpid());
    file_in(path, s->dir, PURGE_LIST_FILE);
    file_in(fresh, s->dir, name);
    for (size_t i = 0; i < l->nr; i++)
        buf_printf(&b, "%s %s\n", l->items[i].mark, l->items[i].reason);
    bool good = write_whole(fresh, &b, e);
    if (good && rename(fresh, path) != 0)
        good = err_errno(e, _("Keeping the purge list"));
    if (!good)
        unlink(fresh);
    buf_release(&b);
    return good && sync_dir(s, e);
}

/* ---- against the database ---- */

static void stream_of_row(struct rows *q, struct stream *t)
{
    *t = (struct stream){.kind = STREAM_CASE};
    if (rows_size(q, 0) <= sizeof t->key) {
        t->size = (uint8_t)rows_size(q, 0);
        memcpy(t->key, rows_blob(q, 0), t->size);
    }
}

static bool add_missing(struct store *s, struct entry_list *l, bool *any,
                        struct err *e)
{
    size_t known = l->nr;
    struct rows *q = db_query(store_db(s),
                              "SELECT t.key, p.reason FROM purge p"
                              " JOIN stream t ON t.stream_id = p.stream_id"
                              " ORDER BY p.stream_id",
                              DB_NOTHING);
    while (rows_next(q)) {
        struct stream t;
        struct entry x;
        stream_of_row(q, &t);
        mark_of(s, &t, x.mark);
        if (find(l, known, x.mark) != NULL)
            continue;
        set_reason(&x, rows_text(q, 1));
        ARR_PUSH(l) = x;
        *any = true;
    }
    return rows_end(q, e);
}

bool purge_list_keep(struct store *s, struct err *e)
{
    struct entry_list l = {0};
    int64_t purged = 0;
    bool any = false;
    if (s->dir == NULL || !db_get_int(s->db, "SELECT COUNT(*) FROM purge",
                                      DB_NOTHING, 0, &purged, e))
        return s->dir == NULL;
    bool good =
        purged == 0 || (read_list(s, &l, e) && add_missing(s, &l, &any, e) &&
                        (!any || write_list(s, &l, e)));
    ARR_RELEASE(&l);
    return good;
}

struct due {
    struct {
        struct stream stream;
        const struct entry *entry;
    } * items;
    size_t nr, alloc;
};

static bool find_unpurged(struct store *s, const struct entry_list *l,
                          struct due *due, struct err *e)
{
    struct rows *q = db_query(store_db(s),
                              "SELECT t.key FROM stream t LEFT JOIN purge p"
                              " ON p.stream_id = t.stream_id"
                              " WHERE t.kind = ? AND p.stream_id IS NULL",
                              DB_BIND(db_int(STREAM_CASE)));
    while (rows_next(q)) {
        struct stream t;
        char mark[MARK_TEXT_BYTES];
        stream_of_row(q, &t);
        mark_of(s, &t, mark);
        const struct entry *x = find(l, l->nr, mark);
        if (x == NULL)
            continue;
        (void)ARR_PUSH(due);
        due->items[due->nr - 1].stream = t;
        due->items[due->nr - 1].entry = x;
    }
    return rows_end(q, e);
}

static bool reapply(struct store *s, const struct entry_list *l, int64_t *nr,
                    struct err *e)
{
    struct due due = {0};
    if (!db_begin(s->db, e))
        return false;
    bool good = find_unpurged(s, l, &due, e);
    for (size_t i = 0; good && i < due.nr; i++)
        good = purge_write(
            s,
            &(struct purge_why){.stream = due.items[i].stream,
                                .reason = due.items[i].entry->reason,
                                .asked_by = "",
                                .approval = ""},
            e);
    *nr = (int64_t)due.nr;
    ARR_RELEASE(&due);
    return db_end(s->db, good, e);
}

bool purge_reapply(struct store *s, int64_t *nr, struct err *e)
{
    struct entry_list l = {0};
    int64_t purged = 0;
    *nr = 0;
    /* once kept, the list lacks nothing that is purged here */
    bool good = purge_list_keep(s, e) && read_list(s, &l, e) &&
                db_get_int(s->db, "SELECT COUNT(*) FROM purge", DB_NOTHING, 0,
                           &purged, e) &&
                ((size_t)purged >= l.nr || reapply(s, &l, nr, e));
    ARR_RELEASE(&l);
    return good || err_wrap(e, _("Obeying the purge list"));
}
