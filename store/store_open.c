/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/role.h"
#include "store/audit.h"
#include "store/backup.h"
#include "store/casefile.h"
#include "store/casefile_int.h"
#include "store/db.h"
#include "store/feed.h"
#include "store/formdef.h"
#include "store/intern_int.h"
#include "store/keyfile_int.h"
#include "store/office.h"
#include "store/purge.h"
#include "store/recovery.h"
#include "store/rotation.h"
#include "store/schema.h"
#include "store/secret.h"
#include "store/setting.h"
#include "store/store_int.h"
#include "store/tries.h"
#include "store/user.h"

struct store_env store_env_system(void)
{
    return (struct store_env){stamp_system(), entropy_system()};
}

/* ---- paths ---- */

static const char keys_file[] = "homeward.keys", db_file_name[] = "homeward.db";

static bool make_dir(const char *dir, struct err *e)
{
    if (mkdir(dir, 0700) == 0 || errno == EEXIST)
        return true;
    return err_errno(e, _("The folder %s cannot be made"), dir);
}

bool store_exists(const char *dir, struct err *e)
{
    char path[PATH_MAX];
    if (!file_dir_fits(dir, e))
        return false;
    file_in(path, dir, keys_file);
    return access(path, F_OK) == 0 ||
           err_set(e, ERR_NOT_FOUND,
                   _("There is no office in %s: make one with homeward init, "
                     "or name its folder with -d"),
                   dir);
}

bool store_is_hub_dir(const char *dir)
{
    char path[PATH_MAX];
    struct err ignored = ERR_INIT;
    bool is_open = false;
    file_in(path, dir, keys_file);
    return file_dir_fits(dir, &ignored) &&
           keyfile_is_open(path, &is_open, &ignored) && is_open;
}

/* ---- making ---- */

static bool is_login(const char *s)
{
    size_t n = strlen(s);
    if (n == 0 || n >= STORE_LOGIN_BYTES)
        return false;
    return strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

static void look_for(const char *dir, const char *file, bool *begun,
                     bool *finished)
{
    char path[PATH_MAX];
    struct stat st;
    file_in(path, dir, file);
    bool there = stat(path, &st) == 0;
    *begun = *begun || there;
    *finished = *finished && there && st.st_size > 0;
}

/* One of the two files alone, or an empty one, is kept all the same: with a
 * backup of the other it is an office. */
static bool check_dir_free(const char *dir, struct err *e)
{
    bool begun = false, finished = true;
    look_for(dir, db_file_name, &begun, &finished);
    look_for(dir, keys_file, &begun, &finished);
    if (begun && finished)
        return err_set(e, ERR_INPUT,
                       _("The folder %s already holds an office: choose "
                         "another with -d"),
                       dir);
    return !begun ||
           err_set(e, ERR_INPUT,
                   _("The folder %s holds half an office, begun and not "
                     "finished: move homeward.db and homeward.keys away, or "
                     "choose another with -d"),
                   dir);
}

static bool check_new(const struct store_new *n, struct err *e)
{
    size_t name_bytes = strlen(n->site_name);
    if (str_is_blank(n->site_name) || name_bytes >= STORE_NAME_BYTES ||
        n->site_name[strcspn(n->site_name, "\n\t")] != '\0' ||
        !utf8_is_clean(n->site_name, name_bytes))
        return err_set(e, ERR_INPUT,
                       _("An office's name has 1 to %d letters and no control "
                         "characters"),
                       STORE_NAME_BYTES - 1);
    if (!place_is_code(n->place))
        return err_set(e, ERR_INPUT,
                       _("\"%.40s\" is not a place code: write one like "
                         "ET041114, or ET041114/03 for a Kebele"),
                       n->place);
    if (!is_login(n->login))
        return err_set(e, ERR_INPUT,
                       _("A login is up to 32 small letters, digits, dots and "
                         "hyphens"));
    return role_find(n->role) != NULL ||
           err_set(e, ERR_INPUT,
                   _("There is no role \"%.40s\": see homeward init --help"),
                   n->role);
}

bool store_check_new(const char *dir, const struct store_new *n, struct err *e)
{
    return check_new(n, e) && file_dir_fits(dir, e) && check_dir_free(dir, e);
}

/* Who this office is, drawn once. */
static bool write_identity(struct store *s, const struct store_new *n,
                           struct err *e)
{
    int64_t epoch_id = 0;
    s->site_id = id_new(&s->env.entropy);
    s->epoch = entropy_u64(&s->env.entropy);
    uint8_t seed[crypto_sign_SEEDBYTES];
    entropy_fill(&s->env.entropy, seed, sizeof seed);
    crypto_sign_seed_keypair(s->sign_public, s->secret->sign, seed);
    mem_wipe(seed, sizeof seed);
    return setting_set(s, "site.id", s->site_id.bytes, sizeof s->site_id.bytes,
                       e) &&
           setting_set_int(s, "site.epoch", (int64_t)s->epoch, e) &&
           setting_set(s, "site.sign", s->secret->sign, sizeof s->secret->sign,
                       e) &&
           setting_set(s, "site.name", n->site_name, strlen(n->site_name), e) &&
           setting_set(s, "site.place", n->place, strlen(n->place), e) &&
           setting_set_int(s, "site.is_hub", n->is_hub, e) &&
           intern_epoch(s->db, s->epoch, 0, true, &epoch_id, e);
}

/* Frames are counted anew under a new epoch. */
static bool renew_epoch(struct store *s, struct err *e)
{
    static const uint8_t none[HASH_BYTES];
    int64_t epoch_id = 0, end = 0;
    uint64_t epoch = entropy_u64(&s->env.entropy);
    if (!feed_end(s, &end, e) ||
        !intern_epoch(s->db, epoch, 0, true, &epoch_id, e) ||
        !setting_set_int(s, "site.epoch", (int64_t)epoch, e) ||
        !db_run(s->db, "UPDATE epoch SET ended = ? WHERE epoch = ?",
                DB_BIND(db_int(end), db_int((int64_t)s->epoch)), e) ||
        !setting_set_int(s, "sync.frame_number", 0, e) ||
        !setting_set(s, "sync.frame_prev", none, sizeof none, e) ||
        !db_run(s->db, "DELETE FROM frame_out", DB_NOTHING, e))
        return false;
    s->epoch = epoch;
    return !s->is_hub ||
           office_write_card(s, &s->site_id, s->site_name, s->place, epoch, e);
}

bool store_renew_epoch(struct store *s, struct err *e)
{
    uint64_t old = s->epoch;
    if (!db_begin(s->db, e))
        return false;
    bool good = db_end(s->db, renew_epoch(s, e), e);
    if (!good)
        s->epoch = old;
    return good;
}

static bool load_identity(struct store *s, struct err *e);

static bool fill_new(struct store *s, const struct store_new *n, struct err *e)
{
    if (!db_begin(s->db, e))
        return false;
    str_copy(s->login, sizeof s->login, n->login);
    bool good = schema_create(s->db, e) && write_identity(s, n, e) &&
                load_identity(s, e) &&
                office_write_user(s, n->login, n->role, e) &&
                (!n->is_hub || office_write_card(s, &s->site_id, n->site_name,
                                                 n->place, s->epoch, e));
    return db_end(s->db, good, e) && load_identity(s, e);
}

static struct store *store_alloc(const char *dir, struct store_env env)
{
    struct store *s = mem_alloc(sizeof *s);
    s->dir = dir != NULL ? mem_copy_str(dir) : NULL;
    s->env = env;
    s->secret = secret_alloc(sizeof *s->secret);
    s->forms = formdef_cache_new();
    s->audit = audit_queue_new();
    return s;
}

static bool create_keys(const char *key_path, const struct store_new *n,
                        const char *passphrase, struct keyfile_unlocked *u,
                        struct err *e)
{
    return n->is_hub ? keyfile_create_open(key_path, u, e)
                     : keyfile_create(key_path, n->login, passphrase,
                                      keyfile_calibrate(), u, e);
}

/* An office is there or not: what a failed attempt made goes again. */
static void remove_files(const char *dir)
{
    static const char *const files[] = {db_file_name, "homeward.db-journal",
                                        keys_file};
    char path[PATH_MAX];
    for (size_t i = 0; i < ARR_NR(files); i++) {
        file_in(path, dir, files[i]);
        unlink(path);
    }
}

static bool create_locked(const char *key_path, const struct store_new *n,
                          const char *passphrase, struct store *s,
                          struct err *e)
{
    struct keyfile_unlocked u;
    char path[PATH_MAX];
    /* once more: another program may have been quicker */
    if (!check_dir_free(s->dir, e) ||
        !create_keys(key_path, n, passphrase, &u, e))
        return false;
    file_in(path, s->dir, db_file_name);
    memcpy(s->secret->key, u.key, sizeof s->secret->key);
    mem_wipe(&u, sizeof u);
    s->db = db_open(path, s->secret->key, true, e);
    if (s->db != NULL && fill_new(s, n, e))
        return true;
    db_close(s->db);
    s->db = NULL;
    remove_files(s->dir);
    return false;
}

bool store_create(const char *dir, const struct store_new *n,
                  const char *passphrase, struct store_env env, struct err *e)
{
    char key_path[PATH_MAX];
    int lock = -1;
    file_in(key_path, dir, keys_file);
    if (!store_check_new(dir, n, e) || !make_dir(dir, e) ||
        !keyfile_lock(key_path, &lock, e))
        return err_wrap(e, _("Making an office"));
    struct store *s = store_alloc(dir, env);
    bool good = create_locked(key_path, n, passphrase, s, e);
    store_close(s);
    close(lock);
    return good || err_wrap(e, _("Making an office"));
}

struct store *store_open_memory(const struct store_new *n, struct store_env env,
                                struct err *e)
{
    if (!check_new(n, e))
        return NULL;
    struct store *s = store_alloc(NULL, env);
    s->db = db_open_memory(e);
    if (s->db != NULL && fill_new(s, n, e))
        return s;
    store_close(s);
    return NULL;
}

/* ---- opening ---- */

static bool load_text(struct store *s, const char *name, char *out, size_t size,
                      struct err *e)
{
    struct buf b = BUF_INIT(1024);
    bool good = setting_get(s, name, &b, e);
    str_copy(out, size, buf_text(&b));
    buf_release(&b);
    return good;
}

static bool load_bytes(struct store *s, const char *name, void *out, size_t n,
                       struct err *e)
{
    struct buf b = BUF_INIT(1024);
    bool good = setting_get(s, name, &b, e);
    if (good && b.size != n)
        good = err_set(e, ERR_CORRUPT,
                       _("This office's file lacks what it needs to know "
                         "itself (%s): restore a backup"),
                       name);
    if (good)
        memcpy(out, b.data, n);
    buf_wipe(&b);
    return good;
}

/* A file without any user record was made before there were any: its one
 * person did the full case work; a hub has its administrator. */
bool store_renew_role(struct store *s, struct err *e)
{
    int64_t users = 0;
    if (!office_role_of(s, s->login, s->role, sizeof s->role, e) ||
        !office_users_nr(s, &users, e))
        return false;
    if (users == 0)
        str_copy(s->role, sizeof s->role,
                 s->is_hub ? "administrator" : "social-worker");
    return true;
}

static bool load_identity(struct store *s, struct err *e)
{
    int64_t epoch = 0, is_hub = 0;
    if (!load_bytes(s, "site.id", s->site_id.bytes, sizeof s->site_id.bytes,
                    e) ||
        !load_bytes(s, "site.sign", s->secret->sign, sizeof s->secret->sign,
                    e) ||
        !load_text(s, "site.name", s->site_name, sizeof s->site_name, e) ||
        !load_text(s, "site.place", s->place, sizeof s->place, e) ||
        !setting_get_int(s, "site.epoch", &epoch, e) ||
        !setting_get_int(s, "site.is_hub", &is_hub, e))
        return false;
    s->epoch = (uint64_t)epoch;
    s->is_hub = is_hub != 0;
    crypto_sign_ed25519_sk_to_pk(s->sign_public, s->secret->sign);
    return store_renew_role(s, e);
}

struct store *store_open_key(const char *dir, const uint8_t key[32],
                             const char *login, struct store_env env,
                             struct err *e)
{
    char path[PATH_MAX];
    int64_t obeyed = 0; /* purges a file put back from before did not know */
    if (!store_exists(dir, e))
        return NULL;
    file_in(path, dir, db_file_name);
    struct store *s = store_alloc(dir, env);
    memcpy(s->secret->key, key, sizeof s->secret->key);
    str_copy(s->login, sizeof s->login, login);
    s->db = db_open(path, s->secret->key, false, e);
    if (s->db != NULL && schema_migrate(s->db, e) && load_identity(s, e) &&
        casefile_renew(s, e) && purge_reapply(s, &obeyed, e))
        return s;
    store_close(s);
    file_in(path, dir, keys_file);
    if (e->code == ERR_CORRUPT && !keyfile_fits(path, key))
        err_set(e, ERR_DENIED,
                _("This office's key was changed by another program: unlock "
                  "again"));
    return NULL;
}

/* What an unlock by a person does besides opening. */
static struct store *enter(struct store *s, struct err *e)
{
    struct err ignored;
    bool due = false;
    if (!user_enter(s, e)) {
        store_close(s);
        return NULL;
    }
    /* when it cannot be changed now, the next unlock tries again */
    if (rotation_is_due(s, &due, &ignored) && due)
        rotation_run(s, &ignored);
    return s;
}

/* How an attempt to open failed. */
struct failure {
    bool wrong; /* the passphrase opens no slot */
    bool again; /* another program changed the key between the two files */
};

static struct store *open_once(const char *dir, const char *passphrase,
                               struct store_env env, struct failure *f,
                               struct err *e)
{
    char path[PATH_MAX];
    struct keyfile_unlocked u;
    struct store *s = NULL;
    file_in(path, dir, keys_file);
    if (!keyfile_unlock(path, passphrase, &u, e)) {
        f->wrong = e->code == ERR_DENIED;
        return NULL;
    }
    if (rotation_settle(dir, &u, e))
        s = store_open_key(dir, u.key, u.login, env, e);
    f->again = !s && !keyfile_fits(path, u.key);
    if (s)
        backup_clear_cut(dir);
    mem_wipe(&u, sizeof u);
    return s;
}

static struct store *open_twice(const char *dir, const char *passphrase,
                                struct store_env env, struct failure *f,
                                struct err *e)
{
    struct store *s = open_once(dir, passphrase, env, f, e);
    return !s && f->again ? open_once(dir, passphrase, env, f, e) : s;
}

static void explain_wrong(const char *dir, enum recovery_shape shape,
                          struct err *e)
{
    if (shape == RECOVERY_SLIP)
        err_set(e, ERR_DENIED,
                _("That opens nothing. If it is the recovery passphrase, a "
                  "letter is wrong: read it once more, group by group"));
    else
        tries_explain(dir, e);
}

/* A trace that cannot be written shuts nobody out: the disk may be full, and
 * the work that makes room is in here. */
static void note_unlock(struct store *s)
{
    struct err ignored = ERR_INIT;
    audit_note(s, &(struct audit_event){.kind = AUDIT_UNLOCK}, &ignored);
    audit_tries_take(s, &ignored);
}

struct store *store_open(const char *dir, const char *passphrase,
                         struct store_env env, struct err *e)
{
    char spoken[RECOVERY_BYTES] = "";
    struct failure f = {false, false};
    secret_start();
    if (!store_exists(dir, e))
        return NULL;
    if (!passphrase)
        return open_twice(dir, NULL, env, &f, e);
    if (!tries_begin(dir, &env.stamp, e))
        return NULL;
    enum recovery_shape shape = recovery_read(passphrase, spoken);
    struct store *s = open_twice(
        dir, shape == RECOVERY_YES ? spoken : passphrase, env, &f, e);
    mem_wipe(spoken, sizeof spoken);
    if (f.wrong) {
        tries_wrong(dir, &env.stamp);
        audit_tries_note(dir, stamp_now_ms(&env.stamp));
        explain_wrong(dir, shape, e);
    } else {
        tries_forget(dir);
    }
    s = s ? enter(s, e) : NULL;
    if (s != NULL && !s->is_hub)
        note_unlock(s);
    return s;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    struct err ignored = ERR_INIT;
    if (s->db != NULL)
        audit_flush(s, &ignored); /* what fails here, nobody can mend */
    ARR_RELEASE(&s->unsealed);
    audit_queue_free(s->audit);
    casefile_found_free(s->found);
    formdef_cache_free(s->forms);
    db_close(s->db);
    secret_free(s->secret); /* wipes it */
    mem_free(s->dir);
    mem_free(s);
}
