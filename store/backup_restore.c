/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Restoring goes by way of a folder in the office's own, restore.part: there
 * the file is copied, proved and given its new epoch. Only then do the files of
 * the old office move aside and those of the new one take their names. A cut
 * before that changes nothing; one in between leaves files that bear no office,
 * and restoring again moves those aside too and goes on.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/audit.h"
#include "store/backup_int.h"
#include "store/db_int.h"
#include "store/keyfile_int.h"
#include "store/purge_int.h"
#include "store/verify.h"

#define STAGE "restore.part"

enum { DAY_MS = 24 * 60 * 60 * 1000, ASIDE_BYTES = 64 };

/* The files of an office: moved aside in this order, named in the other. The
 * keys go first and come last: without them nothing passes for an office. */
static const char *const files[] = {"homeward.keys", "homeward.db",
                                    "homeward.db-journal"};

struct restoring {
    const struct backup_restore *how;
    struct backup_info *info;
    struct keyfile_unlocked source; /* key of the backup; wiped at the end */
    uint8_t key[KEYFILE_KEY_BYTES]; /* of the restored office */
    char stage[PATH_MAX];
    bool made_dir; /* the office's folder, for this */
    int lock;      /* on the stage, once it is ours; else -1 */
};

/* ---- paths ---- */

static bool make_dir(const char *dir, struct err *e)
{
    return mkdir(dir, 0700) == 0 || errno == EEXIST ||
           err_errno(e, _("The folder %s cannot be made"), dir);
}

static bool is_there(const char *dir, const char *name)
{
    char path[PATH_MAX];
    file_in(path, dir, name);
    return access(path, F_OK) == 0;
}

/* All of it: a cut may have left temporary files of the program, too. */
static void clear_stage(const char *stage)
{
    DIR *dir = opendir(stage);
    if (dir == NULL)
        return;
    for (struct dirent *d; (d = readdir(dir)) != NULL;)
        unlinkat(dirfd(dir), d->d_name, 0); /* "." and ".." refuse */
    closedir(dir);
    rmdir(stage);
}

/* One restores at a time; the lock goes with the process, so that what a cut
 * leaves is told from what is in use. */
static bool lock_stage(const char *stage, int *lock, struct err *e)
{
    int fd = open(stage, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(e, _("The folder %s cannot be made"), stage);
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        close(fd);
        return err_set(
            e, ERR_BUSY,
            _("Another program is restoring here: wait for its end"));
    }
    *lock = fd;
    return true;
}

void backup_clear_cut(const char *dir)
{
    char stage[PATH_MAX];
    struct err ignored = ERR_INIT;
    int lock = -1;
    file_in(stage, dir, STAGE);
    if (!lock_stage(stage, &lock, &ignored))
        return;
    clear_stage(stage);
    close(lock);
}

/* ---- may it be? ---- */

static bool check_place(const struct backup_restore *how, struct err *e)
{
    if (!file_dir_fits(how->dir, e))
        return false;
    if (how->replace || !is_there(how->dir, "homeward.keys") ||
        !is_there(how->dir, "homeward.db"))
        return true;
    return err_set(e, ERR_INPUT,
                   _("The folder %s already holds an office: --replace puts "
                     "the backup in its place and keeps the old files aside"),
                   how->dir);
}

static bool check_age(const struct restoring *x, struct err *e)
{
    int64_t days =
        (stamp_now_ms(&x->how->env.stamp) - x->info->made_ms) / DAY_MS;
    return x->how->expired || days <= BACKUP_DAYS ||
           err_set(e, ERR_DENIED,
                   _("The backup is %lld days old and has expired after %d: "
                     "what was erased since then would come back. If there is "
                     "no newer one, add --expired, and sync at once"),
                   (long long)days, BACKUP_DAYS);
}

/* ---- the copy in the stage ---- */

/* First of all, so that whoever opens the copy, though it were left behind by a
 * cut, obeys the purges it does not know. */
static bool stage_purges(const struct restoring *x, struct err *e)
{
    char from[PATH_MAX], to[PATH_MAX];
    struct buf b = BUF_INIT(PURGE_LIST_BYTES_MAX);
    file_in(from, x->how->dir, PURGE_LIST_FILE);
    file_in(to, x->stage, PURGE_LIST_FILE);
    if (access(from, F_OK) != 0 && errno == ENOENT)
        return true;
    bool good = buf_read_file(&b, from, e) && file_replace(to, &b, 0600, e);
    buf_release(&b);
    return good;
}

/* An office's slots come from the backup; a hub gets a new open key. */
static bool stage_keys(struct restoring *x, const struct backup_header *h,
                       struct err *e)
{
    char path[PATH_MAX];
    struct keyfile_unlocked u;
    struct buf b = BUF_INIT(BACKUP_HEADER_AT);
    file_in(path, x->stage, "homeward.keys");
    if (x->info->is_hub) {
        bool made = keyfile_create_open(path, &u, e);
        memcpy(x->key, u.key, sizeof x->key);
        mem_wipe(&u, sizeof u);
        return made;
    }
    memcpy(x->key, x->source.key, sizeof x->key);
    bool good = backup_file_keys(x->how->path, h, &b, e) &&
                file_replace(path, &b, 0600, e);
    buf_release(&b);
    return good;
}

static bool stage_pages(struct restoring *x, struct db *from, struct err *e)
{
    char path[PATH_MAX];
    const struct backup_watch *w = x->how->watch;
    const struct db_copy_watch told = {w != NULL ? w->told : NULL,
                                       w != NULL ? w->arg : NULL};
    file_in(path, x->stage, "homeward.db");
    struct db *to = db_open(path, x->key, true, e);
    bool good = to != NULL && db_copy_into(from, to, &told, e);
    db_close(to);
    return good;
}

/* What is done to the copy before anybody works in it, in this order. What was
 * erased since the backup is erased again even before: opening obeys the purge
 * list that lies beside it. */
static bool allow(struct store *s, struct err *e)
{
    return backup_may(s, e);
}

static bool renew(struct store *s, struct err *e)
{
    return store_renew_epoch(s, e);
}

static bool note(struct store *s, struct err *e)
{
    return audit_note(s, &(struct audit_event){.kind = AUDIT_RESTORE}, e);
}

static bool prove(struct store *s, struct err *e)
{
    struct verify_count count;
    return verify_all(s, &count, e);
}

static bool (*const deeds[])(struct store *s, struct err *e) = {allow, renew,
                                                                note, prove};

static bool finish_stage(struct restoring *x, struct err *e)
{
    struct store *s =
        store_open_key(x->stage, x->key, x->source.login, x->how->env, e);
    bool good = s != NULL;
    for (size_t i = 0; good && i < ARR_NR(deeds); i++)
        good = deeds[i](s, e);
    good = good && verify_head(s, x->info->head, e);
    store_close(s);
    return good;
}

static bool make_stage(struct restoring *x, struct err *e)
{
    if (mkdir(x->stage, 0700) != 0 && errno != EEXIST)
        return err_errno(e, _("The folder %s cannot be made"), x->stage);
    return lock_stage(x->stage, &x->lock, e);
}

static bool stage(struct restoring *x, struct err *e)
{
    struct backup_header h;
    struct backup_db b = {0};
    if (!backup_file_header(x->how->path, &h, e) ||
        !keyfile_unlock(x->how->path, x->how->passphrase, &x->source, e) ||
        !backup_db_open(&b, x->how->path, x->source.key, false, e))
        return false;
    x->info->made_ms = h.made_ms;
    x->made_dir = access(x->how->dir, F_OK) != 0;
    bool good = backup_db_check(b.db, x->info, e) && check_age(x, e) &&
                make_dir(x->how->dir, e);
    if (good) {
        backup_clear_cut(x->how->dir);
        good = make_stage(x, e) && stage_purges(x, e) && stage_keys(x, &h, e) &&
               stage_pages(x, b.db, e);
    }
    backup_db_close(&b);
    return good && finish_stage(x, e);
}

/* ---- taking the place ---- */

static bool move(const char *from_dir, const char *to_dir, const char *name,
                 struct err *e)
{
    char from[PATH_MAX], to[PATH_MAX];
    file_in(from, from_dir, name);
    file_in(to, to_dir, name);
    return access(from, F_OK) != 0 || rename(from, to) == 0 ||
           err_errno(e, _("Moving %s"), from);
}

/* dir/before-restore-20261122-141503, with a number behind it when there was
 * one in the same second. */
static bool make_aside(const struct restoring *x, char out[PATH_MAX],
                       struct err *e)
{
    char name[ASIDE_BYTES], stamp[32];
    time_t at = (time_t)(stamp_now_ms(&x->how->env.stamp) / 1000);
    struct tm tm;
    gmtime_r(&at, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &tm);
    for (int i = 1;; i++) {
        snprintf(name, sizeof name,
                 i > 1 ? "before-restore-%s-%d" : "before-restore-%s", stamp,
                 i);
        file_in(out, x->how->dir, name);
        if (mkdir(out, 0700) == 0)
            return true;
        if (errno != EEXIST)
            return err_errno(e, _("The folder %s cannot be made"), out);
    }
}

static bool move_aside(const struct restoring *x, struct err *e)
{
    char aside[PATH_MAX];
    bool any = false;
    for (size_t i = 0; i < ARR_NR(files); i++)
        any = any || is_there(x->how->dir, files[i]);
    if (!any)
        return true;
    bool good = make_aside(x, aside, e);
    for (size_t i = 0; good && i < ARR_NR(files); i++)
        good = move(x->how->dir, aside, files[i], e);
    return good;
}

static bool take_place(const struct restoring *x, struct err *e)
{
    char keys[PATH_MAX];
    if (!move_aside(x, e))
        return false;
    for (size_t i = ARR_NR(files); i-- > 0;)
        if (!move(x->stage, x->how->dir, files[i], e))
            return false;
    file_in(keys, x->how->dir, files[0]);
    return backup_file_sync_folder(keys, e);
}

bool backup_restore(const struct backup_restore *how, struct backup_info *out,
                    struct err *e)
{
    struct restoring x = {.how = how, .info = out, .lock = -1};
    char keys[PATH_MAX];
    int lock = -1;
    *out = (struct backup_info){0};
    file_in(x.stage, how->dir, STAGE);
    file_in(keys, how->dir, "homeward.keys");
    bool good =
        check_place(how, e) && stage(&x, e) && keyfile_lock(keys, &lock, e);
    if (good) {
        good = check_place(how, e) && take_place(&x, e);
        close(lock);
    }
    if (x.lock >= 0) {
        clear_stage(x.stage); /* its purge list at least is left */
        close(x.lock);
    }
    if (!good && x.made_dir)
        rmdir(how->dir);
    mem_wipe(&x, sizeof x);
    return good || err_wrap(e, _("Restoring a backup"));
}
