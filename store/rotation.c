/* SPDX-License-Identifier: Apache-2.0 */
#include "store/rotation.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/db.h"
#include "store/keyfile_int.h"
#include "store/secret.h"
#include "store/setting.h"
#include "store/store_int.h"

static const char due_setting[] = "key.due";

/* The office's folder and the files in it that a change of key touches. */
struct rotation_files {
    char keys[PATH_MAX];
    char db[PATH_MAX];
    char new_db[PATH_MAX];
    char new_journal[PATH_MAX];
};

static void find_files(struct rotation_files *p, const char *dir)
{
    file_in(p->keys, dir, "homeward.keys");
    file_in(p->db, dir, "homeward.db");
    file_in(p->new_db, dir, "homeward.db.new");
    file_in(p->new_journal, dir, "homeward.db.new-journal");
}

static void forget_new(const struct rotation_files *p)
{
    unlink(p->new_db);
    unlink(p->new_journal);
}

/* ---- a change that is due ---- */

/* The note names the key that has to go, so a changed key clears it. */
static void print_due(const struct store *s, uint8_t out[KEYFILE_KEY_BYTES])
{
    keyfile_derive(s->secret->key, "rotation-due", out);
}

bool rotation_note(struct store *s, struct err *e)
{
    uint8_t due[KEYFILE_KEY_BYTES];
    print_due(s, due);
    return setting_set(s, due_setting, due, sizeof due, e);
}

bool rotation_is_due(struct store *s, bool *due, struct err *e)
{
    uint8_t wanted[KEYFILE_KEY_BYTES];
    struct buf noted = BUF_INIT(1024);
    bool ok = setting_get(s, due_setting, &noted, e);
    print_due(s, wanted);
    *due = ok && noted.size == sizeof wanted &&
           memcmp(noted.data, wanted, sizeof wanted) == 0;
    buf_release(&noted);
    return ok;
}

/* ---- the change ---- */

static bool rename_synced(const struct rotation_files *p, const char *dir,
                          struct err *e)
{
    int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = folder >= 0 && rename(p->new_db, p->db) == 0;
    if (!ok)
        err_errno(e, _("Putting the file in its place"));
    /* renamed is renamed: whether the folder's sync fails decides only what a
     * power cut may undo, and both keys are still there then */
    if (folder >= 0) {
        fsync(folder);
        close(folder);
    }
    return ok;
}

/* Steps 3 and 4; a failure takes the new file away again. */
static bool replace_file(struct store *s, const struct rotation_files *p,
                         const uint8_t *new_key, struct err *e)
{
    forget_new(p); /* what an earlier try may have left */
    bool ok = db_copy(s->db, p->new_db, new_key, e);
    unlink(p->new_journal);
    ok = ok && rename_synced(p, s->dir, e);
    if (!ok)
        forget_new(p);
    return ok;
}

/* The store goes on with the file that is there now. */
static bool reopen(struct store *s, const struct rotation_files *p,
                   const uint8_t *new_key, struct err *e)
{
    struct db *db = db_open(p->db, new_key, false, e);
    if (!db)
        return false; /* the earlier file says at each use that it is gone */
    db_retire(s->db);
    db_close(s->db);
    s->db = db;
    memcpy(s->secret->key, new_key, sizeof s->secret->key);
    return true;
}

/* With the key file locked and the database taken alone. */
static bool change_key(struct store *s, const struct rotation_files *p,
                       const struct keyfile_unlocked *who, uint8_t *new_key,
                       struct err *e)
{
    struct err ignored;
    if (!keyfile_turn(p->keys, who, new_key, e))
        return false;
    if (!replace_file(s, p, new_key, e)) {
        keyfile_keep(p->keys, who->key, &ignored); /* else the next unlock */
        return false;
    }
    keyfile_keep(p->keys, new_key, &ignored); /* else the next unlock */
    return reopen(s, p, new_key, e);
}

static bool take_and_change(struct store *s, const struct rotation_files *p,
                            struct err *e)
{
    struct keyfile_unlocked who = {.login = ""};
    uint8_t *new_key = secret_alloc(KEYFILE_KEY_BYTES);
    struct db *before = s->db;
    bool ok = db_alone(s->db, e);
    if (ok) {
        store_copy_key(s, who.key);
        str_copy(who.login, sizeof who.login, s->login);
        ok = change_key(s, p, &who, new_key, e);
        if (s->db == before)
            db_share(s->db);
    }
    mem_wipe(&who, sizeof who);
    secret_free(new_key);
    return ok;
}

bool rotation_run(struct store *s, struct err *e)
{
    struct rotation_files p;
    int lock = -1;
    if (!s->dir || s->is_hub)
        return err_set(e, ERR_INPUT,
                       _("A hub's key is a file of its account: nobody's "
                         "passphrase opens it"));
    find_files(&p, s->dir);
    if (!keyfile_lock(p.keys, &lock, e))
        return false;
    bool ok = take_and_change(s, &p, e);
    close(lock);
    return ok || err_wrap(e, _("Changing this office's key"));
}

/* ---- after one that was cut short ---- */

static bool fits(const struct rotation_files *p, const uint8_t *key,
                 struct err *e)
{
    struct db *db = db_open(p->db, key, false, e);
    db_close(db);
    return db != NULL;
}

static bool choose_key(const struct rotation_files *p,
                       struct keyfile_unlocked *u, struct err *e)
{
    bool found = fits(p, u->key, e);
    if (!found && e->code == ERR_CORRUPT) { /* which says: another key's */
        memcpy(u->key, u->earlier, sizeof u->key);
        found = fits(p, u->key, e);
    }
    return found && keyfile_keep(p->keys, u->key, e);
}

bool rotation_settle(const char *dir, struct keyfile_unlocked *u, struct err *e)
{
    struct rotation_files p;
    int lock = -1;
    if (!u->cut_short)
        return true;
    find_files(&p, dir);
    if (!keyfile_lock(p.keys, &lock, e))
        return false;
    /* the lock is free, so nobody is at it any more */
    bool ok = choose_key(&p, u, e);
    if (ok) {
        forget_new(&p);
        u->cut_short = false;
        mem_wipe(u->earlier, sizeof u->earlier);
    }
    close(lock);
    return ok;
}
