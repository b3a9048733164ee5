/* SPDX-License-Identifier: Apache-2.0 */
#include "store/backup.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/audit.h"
#include "store/backup_int.h"
#include "store/db_int.h"
#include "store/keyfile_int.h"
#include "store/right.h"
#include "store/setting.h"
#include "store/verify_int.h"

/* The engine of the database takes paths of 512 bytes, ".part" and "-journal"
 * behind them. */
enum { BACKUP_PATH_MAX = 480 };

/* A backup on its way. */
struct making {
    struct store *store;
    const char *path;
    char part[PATH_MAX], journal[PATH_MAX];
    uint8_t *key; /* in guarded memory: what the copy is sealed with */
};

static bool begin(struct making *m, struct err *e)
{
    if (access(m->path, F_OK) == 0)
        return err_set(e, ERR_INPUT,
                       _("There is a file %s already: choose another name"),
                       m->path);
    if (strlen(m->path) > BACKUP_PATH_MAX)
        return err_set(e, ERR_INPUT, _("The backup's name is too long"));
    snprintf(m->part, sizeof m->part, "%s.part", m->path);
    snprintf(m->journal, sizeof m->journal, "%s.part-journal", m->path);
    unlink(m->part); /* left by one that was cut off */
    unlink(m->journal);
    return true;
}

static void take_away(const struct making *m)
{
    unlink(m->part);
    unlink(m->journal);
}

/* The slots of this office as they stand. */
static bool copy_slots(struct making *m, int64_t made_ms, struct err *e)
{
    char path[PATH_MAX];
    struct buf keys = BUF_INIT(BACKUP_HEADER_AT);
    file_in(path, store_dir(m->store), "homeward.keys");
    bool good = buf_read_file(&keys, path, e) &&
                backup_file_begin(m->part, &keys, made_ms, e);
    store_copy_key(m->store, m->key);
    buf_wipe(&keys);
    return good;
}

/* A hub's key lies open beside its file; the backup gets a key and a
 * passphrase of its own. */
static bool make_slots(struct making *m, const char *passphrase,
                       int64_t made_ms, struct err *e)
{
    struct keyfile_unlocked u;
    if (passphrase == NULL)
        return err_set(e, ERR_USAGE,
                       _("The backup of a hub needs a passphrase of its own"));
    bool good = keyfile_create(m->part, store_login(m->store), passphrase,
                               keyfile_calibrate(), &u, e) &&
                backup_file_begin(m->part, NULL, made_ms, e);
    memcpy(m->key, u.key, KEYFILE_KEY_BYTES);
    mem_wipe(&u, sizeof u);
    return good;
}

static bool copy_pages(struct making *m, const struct backup_watch *watch,
                       struct err *e)
{
    struct backup_db b;
    const struct db_copy_watch told = {watch != NULL ? watch->told : NULL,
                                       watch != NULL ? watch->arg : NULL};
    if (!backup_db_open(&b, m->part, m->key, true, e))
        return false;
    bool good = db_copy_into(store_db(m->store), b.db, &told, e);
    backup_db_close(&b);
    unlink(m->journal);
    return good;
}

/* As somebody would who has nothing but this file: the slots are whole and fit
 * the key, the database opens, every page of it is whole, and it holds what
 * the office held at that position. */
static bool read_back(struct making *m, struct backup_info *out, struct err *e)
{
    struct keyfile_copies slots;
    struct backup_header h;
    struct backup_db b;
    bool same = false;
    int64_t position = 0;
    if (!keyfile_load(&slots, m->part, e) ||
        !backup_file_header(m->part, &h, e))
        return false;
    bool fits = keyfile_is_authentic(&slots.items[0], m->key);
    mem_wipe(&slots, sizeof slots);
    if (!fits)
        return err_set(e, ERR_BUSY,
                       _("Somebody changed who may come in meanwhile: make "
                         "the backup again"));
    if (!backup_db_open(&b, m->part, m->key, false, e))
        return false;
    bool good =
        backup_db_check(b.db, out, e) &&
        verify_head_holds(store_db(m->store), out->head, &same, &position, e);
    backup_db_close(&b);
    unlink(m->journal);
    out->made_ms = h.made_ms;
    return good && (same || err_set(e, ERR_CORRUPT,
                                    _("The backup does not hold what the "
                                      "office holds: make it again")));
}

static bool make(struct making *m, const char *passphrase,
                 const struct backup_watch *watch, struct backup_info *out,
                 struct err *e)
{
    int64_t now_ms = store_now_ms(m->store);
    bool good = store_is_hub(m->store) ? make_slots(m, passphrase, now_ms, e)
                                       : copy_slots(m, now_ms, e);
    return good && copy_pages(m, watch, e) && read_back(m, out, e) &&
           backup_file_name(m->part, m->path, e);
}

bool backup_may(struct store *s, struct err *e)
{
    const struct right_ask ask = {RIGHT_EXPORT, RIGHT_OPEN, "site", NULL};
    return right_may(s, &ask, e);
}

/* The day is a memory aid of this PC, no part of the log: that it cannot be
 * kept makes no backup bad. */
static void note_made(const struct making *m, struct backup_info *out)
{
    struct err ignored = ERR_INIT;
    struct stat st;
    if (stat(m->path, &st) == 0)
        out->bytes = st.st_size;
    setting_set_int(m->store, "backup.made", out->made_ms, &ignored);
}

bool backup_last(struct store *s, int64_t *at_ms, struct err *e)
{
    return setting_get_int(s, "backup.made", at_ms, e);
}

bool backup_write(struct store *s, const char *path, const char *passphrase,
                  const struct backup_watch *watch, struct backup_info *out,
                  struct err *e)
{
    uint8_t key[KEYFILE_KEY_BYTES];
    struct making m = {.store = s, .path = path, .key = key};
    const struct audit_event x = {.kind = AUDIT_BACKUP};
    *out = (struct backup_info){0};
    if (!backup_may(s, e) || !begin(&m, e) || !audit_note(s, &x, e))
        return err_wrap(e, _("Making a backup"));
    bool good = make(&m, passphrase, watch, out, e);
    mem_wipe(key, sizeof key);
    if (good)
        note_made(&m, out);
    else
        take_away(&m);
    return good || err_wrap(e, _("Making a backup"));
}

bool backup_check(const char *path, const char *passphrase,
                  struct backup_info *out, struct err *e)
{
    struct keyfile_unlocked u;
    struct backup_header h;
    struct backup_db b;
    *out = (struct backup_info){0};
    if (!backup_file_header(path, &h, e) ||
        !keyfile_unlock(path, passphrase, &u, e))
        return err_wrap(e, _("Checking the backup"));
    bool good = backup_db_open(&b, path, u.key, false, e);
    mem_wipe(&u, sizeof u);
    good = good && backup_db_check(b.db, out, e);
    backup_db_close(&b);
    out->made_ms = h.made_ms;
    return good || err_wrap(e, _("Checking the backup"));
}
