/* SPDX-License-Identifier: Apache-2.0 */
#include "store/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arr.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "forms/role.h"
#include "store/audit.h"
#include "store/db.h"
#include "store/keyfile.h"
#include "store/office.h"
#include "store/right.h"
#include "store/rotation.h"
#include "store/setting.h"
#include "store/store_int.h"

enum { NAME_BYTES = 64, NOTE_EVERY_MS = 60 * 1000 };

static const char alone_setting[] = "office.alone";
static const char recovery_setting[] = "recovery.used";

/* Whether that role may manage people. */
static bool is_managing(const char *role)
{
    return right_reach(role, "user", RIGHT_OPEN, RIGHT_EDIT) != RIGHT_NONE;
}

static bool is_recovery(const char *login)
{
    return str_equal(login, RECOVERY_LOGIN);
}

static bool is_active(const struct user *u)
{
    return str_equal(u->state, USER_ACTIVE);
}

/* ---- the key file ---- */

/* What an edit of the key file needs; wipe it after use. The path fits: the
 * office was opened by it. */
static bool find_keys(struct store *s, char path[PATH_MAX],
                      struct keyfile_unlocked *who, struct err *e)
{
    file_in(path, store_dir(s), "homeward.keys");
    memset(who, 0, sizeof *who);
    if (store_is_hub(s) || !s->dir)
        return err_set(e, ERR_INPUT,
                       _("A hub has no people with passphrases: accounts of "
                         "its system open it"));
    store_copy_key(s, who->key);
    str_copy(who->login, sizeof who->login, store_login(s));
    return true;
}

static bool load_slots(struct store *s, struct keyfile_logins *out,
                       struct err *e)
{
    char path[PATH_MAX];
    struct keyfile_unlocked who;
    out->nr = 0;
    if (!s->dir || store_is_hub(s))
        return true;
    bool ok = find_keys(s, path, &who, e) && keyfile_list(path, &who, out, e);
    mem_wipe(&who, sizeof who);
    return ok;
}

/* ---- the list ---- */

static void setting_name(char out[NAME_BYTES], const char *what,
                         const char *login)
{
    snprintf(out, NAME_BYTES, "user.%s.%s", what, login);
}

static bool has_slot(const struct keyfile_logins *slots, const char *login)
{
    for (size_t i = 0; i < slots->nr; i++)
        if (str_equal(slots->items[i], login))
            return true;
    return false;
}

static bool fill_user(struct store *s, struct user *u,
                      const struct keyfile_logins *slots, struct err *e)
{
    char name[NAME_BYTES];
    setting_name(name, "last", u->login);
    if (!office_user_text(s, u->login, "role", u->role, sizeof u->role, e) ||
        !office_user_text(s, u->login, "state", u->state, sizeof u->state, e) ||
        !setting_get_int(s, name, &u->last_ms, e))
        return false;
    if (u->state[0] == '\0') /* written before there were states */
        str_copy(u->state, sizeof u->state, USER_ACTIVE);
    u->has_slot = has_slot(slots, u->login);
    return true;
}

static int by_state_and_login(const void *a, const void *b)
{
    const struct user *x = a, *y = b;
    if (is_active(x) != is_active(y))
        return is_active(x) ? -1 : 1;
    return strcmp(x->login, y->login);
}

bool user_list_load(struct store *s, struct user_list *out, struct err *e)
{
    struct keyfile_logins slots;
    struct user_list l = {0};
    struct buf logins = BUF_INIT(1 << 20);
    bool ok = load_slots(s, &slots, e) && office_user_logins(s, &logins, e);
    for (const char *p = buf_text(&logins); ok && *p;) {
        size_t n = strcspn(p, "\n");
        struct user u = {.last_ms = 0};
        if (n < sizeof u.login) {
            memcpy(u.login, p, n);
            ok = fill_user(s, &u, &slots, e);
            ARR_PUSH(&l) = u;
        }
        p += n + (p[n] != '\0');
    }
    buf_release(&logins);
    if (ok && l.nr > 1)
        qsort(l.items, l.nr, sizeof *l.items, by_state_and_login);
    if (!ok)
        user_list_release(&l);
    *out = l;
    return ok;
}

void user_list_release(struct user_list *l)
{
    ARR_RELEASE(l);
}

const struct user *user_find(const struct user_list *l, const char *login)
{
    for (size_t i = 0; i < l->nr; i++)
        if (str_equal(l->items[i].login, login))
            return &l->items[i];
    return NULL;
}

/* ---- what is refused ---- */

bool user_check_login(const char *login, struct err *e)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    size_t n = strlen(login);
    if (n == 0 || n >= STORE_LOGIN_BYTES || !strchr(letters, login[0]) ||
        strspn(login, "abcdefghijklmnopqrstuvwxyz0123456789._-") != n)
        return err_set(e, ERR_INPUT,
                       _("A login begins with a small letter and has up to 32 "
                         "small letters, digits, dots and hyphens: almaz, or "
                         "almaz.b"));
    if (is_recovery(login) || str_equal(login, "hub"))
        return err_set(e, ERR_INPUT,
                       _("The login %s is the program's own: choose another"),
                       login);
    return true;
}

static bool check_role(const char *role, struct err *e)
{
    struct buf roles = BUF_INIT(1024);
    bool known = role_find(role) != NULL;
    for (size_t i = 0; user_role_at(i); i++) {
        buf_add_str(&roles, i > 0 ? ", " : "");
        buf_add_str(&roles, user_role_at(i));
    }
    if (!known)
        err_set(e, ERR_INPUT, _("There is no role \"%.40s\". Roles: %s"), role,
                buf_text(&roles));
    buf_release(&roles);
    return known;
}

bool user_may_manage(struct store *s, struct err *e)
{
    if (is_managing(store_role(s)) || is_recovery(store_login(s)))
        return true;
    right_note_refused(
        s, &(struct right_ask){RIGHT_EDIT, RIGHT_OPEN, "user", NULL});
    return err_set(e, ERR_DENIED,
                   _("Only a case manager, an expert or an administrator of "
                     "this office may do that"));
}

const char *user_role_at(size_t index)
{
    size_t nr = 0;
    const struct role *all = role_list(&nr);
    return index < nr ? all[index].id : NULL;
}

const char *user_role_words(const char *role, const char *lang)
{
    const struct role *r = role_find(role);
    return r ? role_label(r, lang) : role;
}

/* Active people other than this one who may manage people. */
static size_t other_managers(const struct user_list *l, const char *login)
{
    size_t nr = 0;
    for (size_t i = 0; i < l->nr; i++) {
        const struct user *u = &l->items[i];
        nr += is_active(u) && !is_recovery(u->login) && is_managing(u->role) &&
              !str_equal(u->login, login);
    }
    return nr;
}

static size_t active_people(const struct user_list *l)
{
    size_t nr = 0;
    for (size_t i = 0; i < l->nr; i++)
        nr += is_active(&l->items[i]) && !is_recovery(l->items[i].login);
    return nr;
}

static bool no_user(const char *login, struct err *e)
{
    return err_set(e, ERR_NOT_FOUND,
                   _("There is no %s in this office: see homeward user list"),
                   login);
}

static bool check_last_manager(const struct user_list *l, const struct user *u,
                               struct err *e)
{
    if (!is_managing(u->role) || other_managers(l, u->login) > 0)
        return true;
    return err_set(e, ERR_DENIED,
                   _("%s is the last one here who may manage people: give "
                     "somebody else such a role first"),
                   u->login);
}

/* ---- lone worker ---- */

/* The mark follows the list; a mark that stands keeps its beginning. */
static bool mark_alone(struct store *s, struct err *e)
{
    struct user_list l;
    int64_t since = 0;
    if (!user_list_load(s, &l, e))
        return false;
    bool alone = active_people(&l) == 1;
    user_list_release(&l);
    if (!setting_get_int(s, alone_setting, &since, e))
        return false;
    if ((since != 0) == alone)
        return true;
    return setting_set_int(s, alone_setting, alone ? store_now_ms(s) : 0, e);
}

bool user_is_alone(struct store *s, bool *alone, struct err *e)
{
    struct user_list l;
    if (!user_list_load(s, &l, e))
        return false;
    *alone = active_people(&l) == 1;
    user_list_release(&l);
    return true;
}

/* ---- the record ---- */

static bool note(struct store *s, const char *login, const char *what,
                 struct err *e)
{
    char reason[AUDIT_REASON_BYTES];
    snprintf(reason, sizeof reason, "%s: %s", login, what);
    return audit_note(
        s, &(struct audit_event){.kind = AUDIT_USER, .reason = reason}, e);
}

/* With the mark, in one transaction; due: this key has to go. */
static bool write_user(struct store *s, const char *login, const char *role,
                       const char *state, bool due, struct err *e)
{
    if (!db_begin(store_db(s), e))
        return false;
    bool ok = office_write_person(s, login, role, state, e) &&
              mark_alone(s, e) && (!due || rotation_note(s, e)) &&
              note(s, login, state, e);
    return db_end(store_db(s), ok, e);
}

bool user_check_new(struct store *s, const char *login, const char *role,
                    struct err *e)
{
    struct user_list l;
    if (!user_may_manage(s, e) || !user_check_login(login, e) ||
        !check_role(role, e) || !user_list_load(s, &l, e))
        return false;
    const struct user *u = user_find(&l, login);
    bool taken = u && is_active(u) && u->has_slot;
    user_list_release(&l);
    return !taken || err_set(e, ERR_INPUT,
                             _("%s is a user of this office already"), login);
}

bool user_add(struct store *s, const char *login, const char *role,
              const char *passphrase, struct err *e)
{
    char path[PATH_MAX];
    struct keyfile_unlocked who;
    struct err ignored;
    /* the slot first: what a cut leaves then is a slot without a record, which
     * adding the person again mends */
    bool ok = user_check_new(s, login, role, e) && find_keys(s, path, &who, e);
    if (!ok)
        return false;
    ok = keyfile_add(path, &who, login, passphrase, e) ||
         (e->code == ERR_INPUT &&
          keyfile_change(path, &who, login, passphrase, e));
    if (ok && !write_user(s, login, role, USER_ACTIVE, false, e)) {
        keyfile_remove(path, &who, login, &ignored);
        ok = false;
    }
    mem_wipe(&who, sizeof who);
    return ok;
}

static bool check_set_role(struct store *s, const struct user_list *l,
                           const char *login, const char *role, struct err *e)
{
    const struct user *u = user_find(l, login);
    if (!u || !is_active(u) || is_recovery(login))
        return no_user(login, e);
    if (str_equal(login, store_login(s)) && active_people(l) > 1)
        return err_set(e, ERR_DENIED,
                       _("Nobody changes the own role: somebody else who may "
                         "manage people has to"));
    return is_managing(role) || check_last_manager(l, u, e);
}

bool user_set_role(struct store *s, const char *login, const char *role,
                   struct err *e)
{
    struct user_list l;
    if (!user_may_manage(s, e) || !check_role(role, e) ||
        !user_list_load(s, &l, e))
        return false;
    bool ok = check_set_role(s, &l, login, role, e) &&
              write_user(s, login, role, USER_ACTIVE, false, e);
    user_list_release(&l);
    if (ok && str_equal(login, s->login))
        str_copy(s->role, sizeof s->role, role);
    return ok;
}

/* ---- passphrases ---- */

static bool check_own(const char *path, struct store *s, const char *old,
                      struct err *e)
{
    struct keyfile_unlocked opened;
    bool ok = old && keyfile_unlock(path, old, &opened, e) &&
              str_equal(opened.login, store_login(s));
    mem_wipe(&opened, sizeof opened);
    return ok || err_set(e, ERR_DENIED,
                         _("That is not your present passphrase: nothing was "
                           "changed"));
}

bool user_set_passphrase(struct store *s, const char *login, const char *old,
                         const char *passphrase, struct err *e)
{
    char path[PATH_MAX];
    struct keyfile_unlocked who;
    if (is_recovery(login))
        return err_set(e, ERR_INPUT,
                       _("A new recovery passphrase is made with homeward "
                         "user recovery"));
    bool own = str_equal(login, store_login(s));
    bool ok = (own || user_may_manage(s, e)) && find_keys(s, path, &who, e);
    if (!ok)
        return false;
    ok = keyfile_check_passphrase(passphrase, e) &&
         (!own || check_own(path, s, old, e)) &&
         note(s, login, "passphrase", e) &&
         keyfile_change(path, &who, login, passphrase, e);
    mem_wipe(&who, sizeof who);
    return ok;
}

static bool drop_slot(struct store *s, const char *login, struct err *e)
{
    char path[PATH_MAX];
    struct keyfile_unlocked who;
    if (!find_keys(s, path, &who, e))
        return false;
    bool ok = keyfile_remove(path, &who, login, e);
    mem_wipe(&who, sizeof who);
    return ok || e->code == ERR_NOT_FOUND; /* an earlier try took it */
}

static bool check_remove(struct store *s, const struct user_list *l,
                         const char *login, struct err *e)
{
    const struct user *u = user_find(l, login);
    if (!u || (!is_active(u) && !u->has_slot))
        return no_user(login, e);
    if (str_equal(login, store_login(s)))
        return err_set(e, ERR_DENIED,
                       _("Nobody removes oneself: somebody else who may "
                         "manage people has to"));
    return is_recovery(login) || !is_active(u) || check_last_manager(l, u, e);
}

bool user_remove(struct store *s, const char *login, bool *rotated,
                 struct err *why, struct err *e)
{
    struct user_list l;
    *rotated = false;
    if (!user_may_manage(s, e) || !user_list_load(s, &l, e))
        return false;
    const struct user *u = user_find(&l, login);
    /* the record first: from then on the person is refused at the unlock, and
     * the change of key is noted */
    bool ok = check_remove(s, &l, login, e) &&
              write_user(s, login, u->role, USER_LEFT, true, e) &&
              drop_slot(s, login, e);
    user_list_release(&l);
    *rotated = ok && rotation_run(s, why);
    return ok;
}

bool user_make_recovery(struct store *s, char out[RECOVERY_BYTES],
                        struct err *e)
{
    char path[PATH_MAX];
    struct keyfile_unlocked who;
    if (!user_may_manage(s, e) || !find_keys(s, path, &who, e))
        return false;
    recovery_make(store_entropy(s), out);
    bool ok = keyfile_change(path, &who, RECOVERY_LOGIN, out, e) ||
              (e->code == ERR_NOT_FOUND &&
               keyfile_add(path, &who, RECOVERY_LOGIN, out, e));
    mem_wipe(&who, sizeof who);
    ok = ok &&
         write_user(s, RECOVERY_LOGIN, "administrator", USER_ACTIVE, false, e);
    if (!ok)
        mem_wipe(out, RECOVERY_BYTES);
    return ok;
}

/* ---- entering ---- */

/* Once a minute at most: commands of a script in a row write once. */
static bool note_entry(struct store *s, struct err *e)
{
    char name[NAME_BYTES];
    int64_t last = 0, now = store_now_ms(s);
    setting_name(name, "last", store_login(s));
    if (!setting_get_int(s, name, &last, e))
        return false;
    if (now >= last && now - last < NOTE_EVERY_MS)
        return true;
    return setting_set_int(s, name, now, e) && mark_alone(s, e) &&
           (!is_recovery(store_login(s)) ||
            setting_set_int(s, recovery_setting, now, e));
}

bool user_enter(struct store *s, struct err *e)
{
    char state[USER_STATE_BYTES];
    struct err ignored;
    if (!office_user_text(s, store_login(s), "state", state, sizeof state, e))
        return false;
    if (str_equal(state, USER_LEFT))
        return err_set(e, ERR_DENIED,
                       _("%s has left this office: its people can tell more"),
                       store_login(s));
    if (!db_begin(store_db(s), &ignored))
        return true;
    db_end(store_db(s), note_entry(s, &ignored), &ignored);
    return true;
}

bool user_news(struct store *s, struct buf *out, struct err *e)
{
    char name[NAME_BYTES], when[STAMP_ISO_BYTES];
    int64_t used = 0, told = 0;
    setting_name(name, "told", store_login(s));
    buf_clear(out);
    if (!setting_get_int(s, recovery_setting, &used, e) ||
        !setting_get_int(s, name, &told, e))
        return false;
    if (used == told || is_recovery(store_login(s)))
        return true;
    stamp_print_local(used, when);
    buf_printf(out,
               _("The recovery passphrase of this office was used on %s. If "
                 "nobody here can say why, remove it and tell your "
                 "supervisor."),
               when);
    return setting_set_int(s, name, used, e);
}
