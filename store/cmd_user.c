/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arr.h"
#include "base/cmd.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/keyfile.h"
#include "store/rotation.h"
#include "store/store.h"
#include "store/unlock.h"
#include "store/user.h"

static bool run_list(struct cmd_call *call, struct err *e);
static bool run_add(struct cmd_call *call, struct err *e);
static bool run_role(struct cmd_call *call, struct err *e);
static bool run_passwd(struct cmd_call *call, struct err *e);
static bool run_remove(struct cmd_call *call, struct err *e);
static bool run_recovery(struct cmd_call *call, struct err *e);

#define NEW_PASSPHRASE_FILE                                                    \
    {                                                                          \
        "new-passphrase-file", "FILE",                                         \
            N_("its first line is the new passphrase; without it, the person " \
               "types it twice"),                                              \
            false                                                              \
    }

const struct cmd cmd_user_list = {
    .name = "user list",
    .summary = N_("the people of this office"),
    .detail = N_("Whoever left stays in the list, because the work says who "
                 "did it. Unlocked is the last time on this PC."),
    .run = run_list};

static const struct cmd_option add_options[] = {
    {"role", "ROLE", N_("role of that person: see homeward init --help"), true},
    NEW_PASSPHRASE_FILE,
    {NULL, NULL, NULL, false}};

const struct cmd cmd_user_add = {
    .name = "user add",
    .args = "LOGIN",
    .summary = N_("let one more person work on this PC"),
    .detail = N_(
        "For a case manager, an expert or an administrator. First your own "
        "passphrase is asked for, then the new person types a new one, twice, "
        "while you look away. There is room for sixteen, the recovery "
        "passphrase included. Whoever left may be added again."),
    .options = add_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_add};

const struct cmd cmd_user_role = {
    .name = "user role",
    .args = "LOGIN ROLE",
    .summary = N_("give a person another role"),
    .detail = N_("Nobody changes the own role, except who works alone. The "
                 "last one who may manage people keeps such a role."),
    .args_min = 2,
    .args_max = 2,
    .run = run_role};

static const struct cmd_option passwd_options[] = {
    {"rotate", NULL,
     N_("change the key of the database too: somebody else knew the "
        "passphrase"),
     false},
    NEW_PASSPHRASE_FILE,
    {NULL, NULL, NULL, false}};

const struct cmd cmd_user_passwd = {
    .name = "user passwd",
    .args = "[LOGIN]",
    .summary = N_("a new passphrase, for yourself or somebody who forgot it"),
    .detail = N_(
        "For the own passphrase the present one is asked for. A new passphrase "
        "alone does not shut out somebody who knew the earlier one and has a "
        "copy of the office's two files; --rotate changes the key, so that "
        "what is saved from now on stays closed to such a copy. Everybody "
        "else's passphrase stays as it is."),
    .options = passwd_options,
    .args_max = 1,
    .run = run_passwd};

const struct cmd cmd_user_remove = {
    .name = "user remove",
    .args = "LOGIN",
    .summary = N_("shut out a person who left; changes the key"),
    .detail = N_(
        "The person's passphrase opens nothing any more, and the key of the "
        "database is changed, because a copy of the earlier one may have left "
        "with the person. Other programs that have the office open ask for "
        "the passphrase again; what was saved and every draft is kept. When "
        "the key cannot be changed at once it is at the next unlock; the exit "
        "code is 4 then."),
    .args_min = 1,
    .args_max = 1,
    .run = run_remove};

static const struct cmd_option recovery_options[] = {
    {"out", "FILE", N_("write it to a page to be printed, not to the screen"),
     false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_user_recovery = {
    .name = "user recovery",
    .summary = N_("make the passphrase for the envelope"),
    .detail = N_(
        "Makes a random passphrase that opens this office when nobody else "
        "can: eight groups of five letters, shown once and kept nowhere. Write "
        "it down or print it, seal it, and keep it at another place. It may "
        "manage people. Whoever unlocks next is told that it was used. Making "
        "a new one ends the one before."),
    .options = recovery_options,
    .run = run_recovery};

/* ---- list ---- */

static const struct report_column columns[] = {
    {"login", N_("Login"), 18},  {"role", N_("Role"), 26},
    {"state", N_("State"), 14},  {"last_unlock", N_("Unlocked"), 0},
    {"has_passphrase", NULL, 0},
};
static const struct report_column text_columns[] = {
    {"login", N_("Login"), 18},
    {"role", N_("Role"), 34},
    {"state", N_("State"), 10},
    {"last_unlock", N_("Unlocked"), 0},
};

static const char *role_words(const struct user *u)
{
    if (str_equal(u->login, RECOVERY_LOGIN))
        return _("The passphrase in the envelope");
    return user_role_words(u->role, "en");
}

static void list_row(struct report *r, const struct user *u)
{
    char when[STAMP_ISO_BYTES] = "";
    bool json = report_is_json(r);
    if (u->last_ms > 0 && json)
        stamp_print_iso(u->last_ms, when);
    else if (u->last_ms > 0)
        stamp_print_local(u->last_ms, when);
    report_cell(r, u->login);
    report_cell(r, json ? u->role : role_words(u));
    report_cell(r, json                             ? u->state
                   : str_equal(u->state, USER_LEFT) ? _("left")
                   : u->has_slot                    ? _("active")
                                                    : _("no way in"));
    report_cell(r, when[0] || !json ? when : NULL);
    if (json)
        report_cell(r, u->has_slot ? "yes" : "no");
}

static bool list_all(struct cmd_call *call, struct store *s, struct err *e)
{
    struct user_list l;
    bool alone = false;
    if (!user_list_load(s, &l, e))
        return false;
    if (!user_is_alone(s, &alone, e)) {
        user_list_release(&l);
        return false;
    }
    report_fact_bool(call->report, "alone", _("One person works here alone"),
                     alone);
    if (report_is_json(call->report))
        report_table_begin(call->report, "users", columns, ARR_NR(columns));
    else
        report_table_begin(call->report, "users", text_columns,
                           ARR_NR(text_columns));
    for (size_t i = 0; i < l.nr; i++)
        list_row(call->report, &l.items[i]);
    report_table_end(call->report);
    user_list_release(&l);
    return true;
}

static bool run_list(struct cmd_call *call, struct err *e)
{
    struct store *s = unlock_store(call, e);
    bool ok = s && list_all(call, s, e);
    store_close(s);
    return ok;
}

/* ---- add, role ---- */

static bool ask_new(struct cmd_call *call, const char *prompt,
                    char out[KEYFILE_PASSPHRASE_BYTES], struct err *e)
{
    return call->host.new_passphrase(call->host.arg, prompt,
                                     cmd_option(call, "new-passphrase-file"),
                                     out, KEYFILE_PASSPHRASE_BYTES, e) &&
           keyfile_check_passphrase(out, e);
}

static bool run_add(struct cmd_call *call, struct err *e)
{
    char passphrase[KEYFILE_PASSPHRASE_BYTES] = "";
    const char *login = call->args[0], *role = cmd_option(call, "role");
    struct store *s = unlock_store(call, e);
    bool ok = s && user_check_new(s, login, role, e) &&
              ask_new(call, _("The new person's passphrase, 8 letters or more"),
                      passphrase, e) &&
              user_add(s, login, role, passphrase, e);
    mem_wipe(passphrase, sizeof passphrase);
    if (ok)
        report_line(call->report, _("%s can open this office now."), login);
    store_close(s);
    return ok;
}

static bool run_role(struct cmd_call *call, struct err *e)
{
    struct store *s = unlock_store(call, e);
    bool ok = s && user_set_role(s, call->args[0], call->args[1], e);
    if (ok)
        report_line(call->report, _("%s has the role %s now."), call->args[0],
                    call->args[1]);
    store_close(s);
    return ok;
}

/* ---- passwd ---- */

static bool set_passphrase(struct cmd_call *call, struct store *s,
                           const char *present, struct err *e)
{
    char passphrase[KEYFILE_PASSPHRASE_BYTES] = "";
    const char *login = call->args_nr > 0 ? call->args[0] : store_login(s);
    bool own = str_equal(login, store_login(s));
    bool ok =
        (own || user_may_manage(s, e)) &&
        ask_new(call,
                own ? _("Your new passphrase, 8 letters or more")
                    : _("The person's new passphrase, 8 letters or more"),
                passphrase, e) &&
        user_set_passphrase(s, login, own ? present : NULL, passphrase, e);
    mem_wipe(passphrase, sizeof passphrase);
    if (!ok)
        return false;
    report_line(call->report, _("%s has a new passphrase."), login);
    if (!cmd_has(call, "rotate"))
        return true;
    if (!rotation_run(s, e))
        return false;
    report_line(call->report, _("The key of the database was changed."));
    return true;
}

static bool run_passwd(struct cmd_call *call, struct err *e)
{
    char present[KEYFILE_PASSPHRASE_BYTES] = "";
    struct store *s = unlock_store_keep(call, present, sizeof present, e);
    bool ok = s && set_passphrase(call, s, present, e);
    mem_wipe(present, sizeof present);
    store_close(s);
    return ok;
}

/* ---- remove ---- */

static bool run_remove(struct cmd_call *call, struct err *e)
{
    struct err why = ERR_INIT;
    bool rotated = false;
    struct store *s = unlock_store(call, e);
    bool ok = s && user_remove(s, call->args[0], &rotated, &why, e);
    store_close(s);
    if (!ok)
        return false;
    report_line(call->report, _("%s cannot open this office any more."),
                call->args[0]);
    report_fact_bool(call->report, "key_changed", _("Key changed"), rotated);
    call->findings = !rotated;
    if (!rotated)
        report_line(call->report,
                    _("The key could not be changed now; the next unlock tries "
                      "again. %s"),
                    why.text);
    return true;
}

/* ---- recovery ---- */

/* A page to be folded into an envelope, and the only copy there is. */
static void print_page(struct buf *page, struct store *s, const char *words)
{
    char when[STAMP_ISO_BYTES];
    stamp_print_local(store_now_ms(s), when);
    buf_printf(page, _("Recovery passphrase of %s\nMade on %s by %s\n\n"),
               store_site_name(s), when, store_login(s));
    buf_printf(page, "    %.23s\n    %s\n\n", words, words + 24);
    buf_printf(page, "%s\n",
               _("It opens this office when nobody else can. Seal this page in "
                 "an envelope and\nkeep it at another place than the PC. "
                 "Whoever unlocks next is told that it was\nused. At the "
                 "question for the passphrase, type all eight groups; capitals "
                 "and\nblanks do not matter."));
}

static bool give_out(struct cmd_call *call, struct store *s, const char *words,
                     struct err *e)
{
    const char *path = cmd_option(call, "out");
    struct buf page = BUF_INIT(4096);
    bool ok = true;
    if (path) {
        print_page(&page, s, words);
        ok = file_replace(path, &page, 0600, e);
        if (ok)
            report_fact(call->report, "file", _("To be printed"), path);
    } else {
        report_fact(call->report, "recovery", _("Recovery passphrase"), words);
    }
    if (ok)
        report_line(call->report,
                    _("Keep it at another place than this PC. It is shown this "
                      "once; a new one ends it."));
    buf_wipe(&page);
    return ok;
}

/* The page before the passphrase: where none can be written the one of before
 * stays, for nobody would know the new one. What lies there may be the page of
 * the one that holds. */
static bool begin_page(const char *path, struct err *e)
{
    struct buf blank = BUF_INIT(1);
    if (path == NULL)
        return true;
    if (access(path, F_OK) == 0)
        return err_set(e, ERR_INPUT,
                       _("%s is there already: name a file that is not"), path);
    return file_replace(path, &blank, 0600, e);
}

static bool run_recovery(struct cmd_call *call, struct err *e)
{
    char words[RECOVERY_BYTES] = "";
    struct store *s = unlock_store(call, e);
    const char *page = cmd_option(call, "out");
    bool ok = s && user_may_manage(s, e) && begin_page(page, e);
    bool made = ok && user_make_recovery(s, words, e);
    if (ok && !made && page != NULL)
        unlink(page);
    ok = made && give_out(call, s, words, e);
    mem_wipe(words, sizeof words);
    store_close(s);
    return ok;
}
