/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_people.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/backup.h"
#include "store/keyfile.h"
#include "store/rotation.h"
#include "store/user.h"
#include "tui/desk.h"
#include "tui/list_array.h"
#include "tui/role_pick.h"
#include "tui/tui.h"

struct people {
    struct desk *desk;
    struct user_list all;
    struct list_array array;
    struct list *list;
    bool alone;
    int64_t backup_ms; /* when the last one was made here; 0: never */
};

/* ---- the list ---- */

static const char *role_words(const struct people *x, const struct user *u)
{
    if (str_equal(u->login, RECOVERY_LOGIN))
        return _("The passphrase in the envelope");
    return user_role_words(u->role, x->desk->lang);
}

static const char *state_words(const struct user *u)
{
    if (str_equal(u->state, USER_LEFT))
        return _("left");
    return u->has_slot ? _("active") : _("no way in");
}

static void person_row(void *arg, size_t index, const char *key,
                       struct list_rows *rows)
{
    const struct people *x = arg;
    const struct user *u = &x->all.items[index];
    char when[DESK_WHEN_BYTES] = "";
    const char *cells[] = {u->login, role_words(x, u), state_words(u), when};

    if (u->last_ms > 0)
        desk_print_age(x->desk, u->last_ms, when);
    list_rows_add(rows, key, ROLE_TEXT, cells, ARR_NR(cells));
}

static void load(struct people *x)
{
    struct err e = ERR_INIT;

    user_list_release(&x->all);
    if (!user_list_load(x->desk->store, &x->all, &e) ||
        !user_is_alone(x->desk->store, &x->alone, &e) ||
        !backup_last(x->desk->store, &x->backup_ms, &e))
        tui_fail(x->desk->tui, &e);
    x->array.nr = x->all.nr;
}

static void people_shown(void *self)
{
    struct people *x = self;

    load(x);
    list_reload(x->list);
}

/* The chosen person's login, copied: the list is loaded anew meanwhile. */
static bool chosen(const struct people *x, char login[STORE_LOGIN_BYTES])
{
    const char *key = list_key(x->list);

    if (key)
        str_copy(login, STORE_LOGIN_BYTES,
                 x->all.items[list_array_index(key)].login);
    return key != NULL;
}

/* ---- questions ---- */

/* Twice, until both agree; false on Back. Wipe out after use. */
static bool ask_new_passphrase(struct people *x, const char *label,
                               struct buf *out)
{
    struct tui *t = x->desk->tui;
    struct buf again = BUF_INIT(KEYFILE_PASSPHRASE_BYTES - 1);
    struct err e = ERR_INIT;
    bool good = false, asked = true;

    while (asked && !good) {
        buf_clear(out);
        buf_clear(&again);
        asked = tui_prompt(t, label, out, true);
        if (asked && !keyfile_check_passphrase(buf_text(out), &e)) {
            tui_fail(t, &e);
            continue;
        }
        asked =
            asked && tui_prompt(t, _("Once more, to be sure"), &again, true);
        good = asked && str_equal(buf_text(out), buf_text(&again));
        if (asked && !good)
            tui_say(t, ROLE_WARN, "%s",
                    _("The two entries differ. Please try again."));
    }
    buf_wipe(&again);
    return good;
}

static void done(struct people *x, bool good, const struct err *e,
                 const char *sentence, const char *login)
{
    if (!good) {
        tui_fail(x->desk->tui, e);
        return;
    }
    people_shown(x);
    tui_say(x->desk->tui, ROLE_GOOD, "%s: %s", login, sentence);
}

/* ---- deeds ---- */

static void add_person(struct people *x)
{
    struct tui *t = x->desk->tui;
    struct store *s = x->desk->store;
    struct buf login = BUF_INIT(STORE_LOGIN_BYTES - 1);
    struct buf passphrase = BUF_INIT(KEYFILE_PASSPHRASE_BYTES - 1);
    const char *role = NULL;
    struct err e = ERR_INIT;

    if (!user_may_manage(s, &e)) {
        tui_fail(t, &e);
    } else if (tui_prompt(t, _("Login of the new person"), &login, false) &&
               role_pick(x->desk, &role)) {
        bool fits = user_check_new(s, buf_text(&login), role, &e);

        if (!fits)
            tui_fail(t, &e);
        else if (ask_new_passphrase(x, _("The new person's passphrase"),
                                    &passphrase)) {
            tui_busy(t, _("Adding, which takes a moment ..."));
            done(x,
                 user_add(s, buf_text(&login), role, buf_text(&passphrase), &e),
                 &e, _("can open this office now"), buf_text(&login));
        }
    }
    buf_release(&login);
    buf_wipe(&passphrase);
}

static void give_role(struct people *x)
{
    char login[STORE_LOGIN_BYTES];
    const char *role = NULL;
    struct err e = ERR_INIT;

    if (!chosen(x, login))
        return;
    if (!user_may_manage(x->desk->store, &e))
        tui_fail(x->desk->tui, &e);
    else if (role_pick(x->desk, &role))
        done(x, user_set_role(x->desk->store, login, role, &e), &e,
             user_role_words(role, x->desk->lang), login);
}

static void change_key(struct people *x)
{
    struct tui *t = x->desk->tui;
    struct err e = ERR_INIT;

    if (!tui_confirm(t, _("Did somebody else know the earlier one? Then the "
                          "key is changed too.")))
        return;
    tui_busy(t, _("Changing the key, which takes a moment ..."));
    if (rotation_run(x->desk->store, &e))
        tui_say(t, ROLE_GOOD, "%s", _("The key of the database was changed."));
    else
        tui_fail(t, &e);
}

static void give_passphrase(struct people *x)
{
    struct tui *t = x->desk->tui;
    struct store *s = x->desk->store;
    struct buf present = BUF_INIT(KEYFILE_PASSPHRASE_BYTES - 1);
    struct buf passphrase = BUF_INIT(KEYFILE_PASSPHRASE_BYTES - 1);
    char login[STORE_LOGIN_BYTES];
    struct err e = ERR_INIT;
    bool own, asked;

    if (!chosen(x, login))
        return;
    own = str_equal(login, store_login(s));
    if (!own && !user_may_manage(s, &e)) {
        tui_fail(t, &e);
        return;
    }
    asked = !own || tui_prompt(t, _("Your present passphrase"), &present, true);
    if (asked && ask_new_passphrase(x, _("The new passphrase"), &passphrase)) {
        bool good;

        tui_busy(t, _("Changing, which takes a moment ..."));
        good = user_set_passphrase(s, login, own ? buf_text(&present) : NULL,
                                   buf_text(&passphrase), &e);
        done(x, good, &e, _("has a new passphrase"), login);
        if (good)
            change_key(x);
    }
    buf_wipe(&present);
    buf_wipe(&passphrase);
}

static void remove_person(struct people *x)
{
    struct tui *t = x->desk->tui;
    struct buf question = BUF_INIT(512);
    char login[STORE_LOGIN_BYTES];
    struct err e = ERR_INIT, why = ERR_INIT;
    bool rotated = false;

    if (!chosen(x, login))
        return;
    buf_printf(&question, _("Shut out %s for good, and change the key?"),
               login);
    if (!user_may_manage(x->desk->store, &e)) {
        tui_fail(t, &e);
    } else if (tui_confirm(t, buf_text(&question))) {
        tui_busy(t, _("Changing the key, which takes a moment ..."));
        done(x, user_remove(x->desk->store, login, &rotated, &why, &e), &e,
             rotated ? _("cannot open this office any more; the key was "
                         "changed")
                     : _("cannot open this office any more; the key is "
                         "changed at the next unlock"),
             login);
    }
    buf_release(&question);
}

/* Shown once, until a key is pressed; kept nowhere. */
static void make_envelope(struct people *x)
{
    static const struct ask_option written[] = {{N_("w"), N_("Written down")}};
    struct tui *t = x->desk->tui;
    struct buf question = BUF_INIT(512);
    char words[RECOVERY_BYTES];
    struct err e = ERR_INIT;

    if (!user_may_manage(x->desk->store, &e)) {
        tui_fail(t, &e);
        return;
    }
    if (!tui_confirm(t, _("Make a new passphrase for the envelope? One there "
                          "was ends.")))
        return;
    tui_busy(t, _("Making it, which takes a moment ..."));
    if (!user_make_recovery(x->desk->store, words, &e)) {
        tui_fail(t, &e);
        return;
    }
    buf_add_str(&question, words);
    tui_choose(t, buf_text(&question), written, ARR_NR(written));
    mem_wipe(words, sizeof words);
    buf_wipe(&question);
    people_shown(x);
}

/* ---- backup ---- */

enum { PATH_BYTES = 1024, SAID_BYTES = 160 };

static void told_pages(void *arg, int64_t done, int64_t all)
{
    const struct people *x = arg;
    char said[SAID_BYTES];

    snprintf(said, sizeof said, _("Making the backup: %d of 100 parts"),
             (int)(all > 0 ? done * 100 / all : 100));
    tui_busy(x->desk->tui, said);
}

static void say_made(const struct people *x, const struct backup_info *info,
                     const char *path)
{
    int64_t tenths = (info->bytes + 52428) / 104858; /* of a mebibyte */

    tui_say(x->desk->tui, ROLE_GOOD,
            _("%s: %d.%d MB, %d cases, read back whole. Take it out of this "
              "room."),
            path, (int)(tenths / 10), (int)(tenths % 10), (int)info->cases);
}

static void make_backup(struct people *x)
{
    struct tui *t = x->desk->tui;
    struct buf path = BUF_INIT(PATH_BYTES);
    struct buf phrase = BUF_INIT(KEYFILE_PASSPHRASE_BYTES - 1);
    bool is_hub = store_is_hub(x->desk->store);
    struct backup_info info;
    const struct backup_watch watch = {told_pages, x};
    struct err e = ERR_INIT;

    if (!backup_may(x->desk->store, &e)) {
        tui_fail(t, &e);
    } else if (tui_prompt(t, _("File on the stick (/media/NAME/FILE)"), &path,
                          false) &&
               !str_is_blank(buf_text(&path)) &&
               (!is_hub ||
                ask_new_passphrase(x, _("A passphrase for it"), &phrase))) {
        tui_busy(t, _("Making the backup ..."));
        if (backup_write(x->desk->store, buf_text(&path),
                         is_hub ? buf_text(&phrase) : NULL, &watch, &info,
                         &e)) {
            people_shown(x);
            say_made(x, &info, buf_text(&path));
        } else {
            tui_fail(t, &e);
        }
    }
    buf_release(&path);
    buf_wipe(&phrase);
}

static const struct {
    enum action action;
    void (*act)(struct people *x);
} deeds[] = {
    {ACTION_BACKUP, make_backup},     {ACTION_NEW, add_person},
    {ACTION_ROLE, give_role},         {ACTION_PASSPHRASE, give_passphrase},
    {ACTION_SHUT_OUT, remove_person}, {ACTION_ENVELOPE, make_envelope},
};

/* ---- the view ---- */

static enum view_answer people_press(void *self, const struct press *p)
{
    struct people *x = self;

    if (list_press(x->list, p))
        return VIEW_HANDLED;
    for (size_t i = 0; i < ARR_NR(deeds); i++)
        if (deeds[i].action == p->action) {
            deeds[i].act(x);
            return VIEW_HANDLED;
        }
    return VIEW_IGNORED;
}

static void print_last_backup(const struct people *x, char out[SAID_BYTES])
{
    char when[DESK_WHEN_BYTES];

    if (x->backup_ms == 0) {
        str_copy(out, SAID_BYTES,
                 _("No backup was made on this PC yet: B makes one."));
        return;
    }
    desk_print_age(x->desk, x->backup_ms, when);
    snprintf(out, SAID_BYTES, _("Last backup on this PC: %s (B makes one)"),
             when);
}

static void people_draw(void *self, struct canvas *c, struct area a)
{
    struct people *x = self;
    char backup[SAID_BYTES];

    print_last_backup(x, backup);
    canvas_put(c, SPAN(a.row, a.col, a.cols), ROLE_HINT, backup);
    if (x->alone)
        canvas_put(c, SPAN(++a.row, a.col, a.cols), ROLE_HINT,
                   _("One person works here alone: steps for two are allowed "
                     "and marked."));
    a.row += 2;
    a.rows -= 2 + x->alone;
    list_draw(x->list, c, a, true);
}

static void people_free(void *self)
{
    struct people *x = self;

    list_free(x->list);
    list_array_release(&x->array);
    user_list_release(&x->all);
    mem_free(x);
}

static const enum action people_actions[] = {
    ACTION_NEW,      ACTION_ROLE,   ACTION_PASSPHRASE, ACTION_SHUT_OUT,
    ACTION_ENVELOPE, ACTION_BACKUP, ACTION_BACK,       ACTION_LOCK,
    LIST_ACTIONS,    ACTION_NONE};

static const struct view_ops people_ops = {
    .title = N_("People"),
    .help = N_("Who may open this office on this PC. A new person types the "
               "own passphrase, twice, while you look away. Shutting somebody "
               "out also changes the key, in case a copy of the files left "
               "with the person; whoever left stays in the list, because the "
               "work says who did it. The envelope is for the day when nobody "
               "else can open the office: write its passphrase down, seal it, "
               "keep it at another place. Unlocked is the last time on this "
               "PC. A backup is one sealed file on a stick: it opens with a "
               "passphrase of today, and with nothing else. Make one each "
               "week; homeward restore makes the office anew from it."),
    .actions = people_actions,
    .draw = people_draw,
    .press = people_press,
    .shown = people_shown,
    .free = people_free,
};

struct view *view_people_new(struct desk *d)
{
    static const struct list_column columns[] = {{N_("Login"), 18, false},
                                                 {N_("Role"), 34, false},
                                                 {N_("State"), 10, false},
                                                 {N_("Unlocked"), 0, false}};
    struct people *x = mem_alloc(sizeof *x);

    x->desk = d;
    x->array = (struct list_array){.arg = x, .row = person_row};
    load(x);
    x->list = list_new(columns, ARR_NR(columns), list_array_source(&x->array));
    return view_new(&people_ops, x);
}
