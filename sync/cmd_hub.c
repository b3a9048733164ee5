/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "base/arr.h"
#include "base/cmd.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/db.h"
#include "store/feed.h"
#include "store/peer.h"
#include "store/store.h"
#include "store/unlock.h"
#include "sync/enrol.h"
#include "sync/hubdir.h"
#include "sync/serve.h"

static bool run_init(struct cmd_call *call, struct err *e);
static bool run_admit(struct cmd_call *call, struct err *e);
static bool run_sites(struct cmd_call *call, struct err *e);
static bool run_serve(struct cmd_call *call, struct err *e);
static bool run_sshd_config(struct cmd_call *call, struct err *e);

static const struct cmd_option init_options[] = {
    {"name", "NAME",
     N_("name of the hub, as offices will see it; Hub if not "
        "given"),
     false},
    {"place", "PCODE", N_("the place it serves; ET, the country, if not given"),
     false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_hub_init = {
    .name = "hub init",
    .summary = N_("make a hub on this machine"),
    .detail = N_("Makes the hub's encrypted file, opened by a key file that "
                 "only this account may read, and its SSH host key. The file "
                 "hub-key in its folder goes to every office: homeward join "
                 "--hub-key."),
    .options = init_options,
    .run = run_init};

static const struct cmd_option admit_options[] = {
    {"yes", NULL, N_("do not ask: the claims were checked"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_hub_admit = {
    .name = "hub admit",
    .args = "FILE",
    .summary = N_("let an office in, by the enrolment it wrote"),
    .detail = N_("Shows the name, place and roles the office claims and asks, "
                 "when there is somebody to ask. A file proves only that its "
                 "writer holds the keys in it: who that is you know from where "
                 "the file came from."),
    .options = admit_options,
    .args_min = 1,
    .args_max = 1,
    .run = run_admit};

const struct cmd cmd_hub_sites = {
    .name = "hub sites",
    .summary = N_("the offices of this hub and how they keep up"),
    .run = run_sites};

static const struct cmd_option serve_options[] = {
    {"site", "N", N_("number of the office, as hub sites shows it"), true},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_hub_serve = {
    .name = "hub serve",
    .summary = N_("one conversation with an office; started by sshd"),
    .options = serve_options,
    .run = run_serve};

static const struct cmd_option sshd_options[] = {
    {"port", "N", N_("port to listen on; 22 if not given"), false},
    {"listen", "ADDRESS", N_("address to listen on; all if not given"), false},
    {NULL, NULL, NULL, false}};

const struct cmd cmd_hub_sshd_config = {
    .name = "hub sshd-config",
    .summary = N_("the configuration of an SSH server for this hub alone"),
    .detail = N_("Prints it and writes it to sshd_config in the hub's folder. "
                 "Start the server with sshd -f and that file."),
    .options = sshd_options,
    .run = run_sshd_config};

/* ---- hub init ---- */

static bool run_init(struct cmd_call *call, struct err *e)
{
    const char *place = cmd_option(call, "place");
    const char *name = cmd_option(call, "name");
    const struct store_new n = {.site_name = name != NULL ? name : "Hub",
                                .place = place != NULL ? place : "ET",
                                .login = "hub",
                                .role = "administrator",
                                .is_hub = true};
    struct store_env env = {call->stamp, call->entropy};
    if (!store_create(call->dir, &n, NULL, env, e))
        return false;
    struct store *s = store_open(call->dir, NULL, env, e);
    bool good = s != NULL && hubdir_make_keys(s, e) &&
                hubdir_write_access(s, call->program, e);
    if (good) {
        report_fact(call->report, "hub", _("Hub"), n.site_name);
        report_fact(call->report, "folder", _("Folder"), call->dir);
        report_line(call->report,
                    _("The hub is ready. Its file hub-key goes to every "
                      "office; the server starts with homeward hub "
                      "sshd-config."));
    }
    store_close(s);
    return good;
}

static struct store *open_hub(struct cmd_call *call, struct err *e)
{
    if (!store_is_hub_dir(call->dir)) {
        err_set(e, ERR_NOT_FOUND,
                _("There is no hub in %s: homeward hub init makes one"),
                call->dir);
        return NULL;
    }
    struct store *s = unlock_store(call, e);
    if (s == NULL || store_is_hub(s))
        return s;
    store_close(s);
    err_set(e, ERR_INPUT, _("This folder holds an office, not a hub"));
    return NULL;
}

/* ---- hub admit ---- */

static void show_claim(struct report *r, const struct peer_site *site)
{
    char place[200];
    place_print(site->place, place, sizeof place);
    report_fact(r, "name", _("Office"), site->name);
    report_fact(r, "place", _("Place"), place);
    report_fact(r, "place_code", _("Place code"), site->place);
    report_fact(r, "roles", _("Roles"), site->roles);
}

static bool is_wanted(struct cmd_call *call, const struct peer_site *site,
                      struct err *e)
{
    struct buf question = BUF_INIT(1024);
    char place[200];
    if (cmd_has(call, "yes") || call->host.alone)
        return true;
    place_print(site->place, place, sizeof place);
    buf_printf(&question, _("Admit \"%s\" of %s (%s) with the roles: %s?"),
               site->name, place, site->place, site->roles);
    bool yes = call->host.confirm(call->host.arg, buf_text(&question));
    buf_release(&question);
    return yes || err_set(e, ERR_CANCELLED, _("The office was not admitted"));
}

/* The list for sshd is written also when the office is known already: so an
 * admission that was cut off between the two is made whole. Within the
 * transaction, so that of two admissions at once neither writes an old list. */
static bool add(struct cmd_call *call, struct store *s, struct peer_site *site,
                struct err *e)
{
    struct err later = ERR_INIT;
    if (!db_begin(store_db(s), e))
        return false;
    bool added = peer_site_add(s, site, e);
    bool listed = hubdir_write_access(s, call->program, &later);
    if (added && !listed)
        *e = later;
    return db_end(store_db(s), added && listed, e);
}

static bool renew_access(struct cmd_call *call, struct store *s, struct err *e)
{
    return db_begin(store_db(s), e) &&
           db_end(store_db(s), hubdir_write_access(s, call->program, e), e);
}

static bool run_admit(struct cmd_call *call, struct err *e)
{
    struct buf text = BUF_INIT(16 * 1024);
    struct peer_site site;
    struct store *s = open_hub(call, e);
    bool good = s != NULL && buf_read_file(&text, call->args[0], e) &&
                enrol_parse(buf_text(&text), &site, e) &&
                is_wanted(call, &site, e) && add(call, s, &site, e);
    if (good) {
        show_claim(call->report, &site);
        report_fact_int(call->report, "site", _("Admitted as site"), site.no);
    }
    buf_release(&text);
    store_close(s);
    return good;
}

/* ---- hub sites ---- */

static const struct report_column columns[] = {
    {"site", N_("Site"), 4},
    {"name", N_("Name"), 16},
    {"place", N_("Place"), 12},
    {"state", N_("State"), 7},
    {"last_contact", N_("Last contact"), 16},
    {"frames", N_("Frames"), 6},
    {"waiting", N_("Waiting"), 0},
};

static const char *const states[] = {
    [PEER_ACTIVE] = N_("active"), [PEER_REVOKED] = N_("revoked")};

/* Saves the hub has for a site that it has not acknowledged. */
static bool count_waiting(struct store *s, const struct peer_site *site,
                          int64_t *nr, struct err *e)
{
    struct feed *f = feed_for_site(s, site->no, site->cursor);
    struct save save;
    int64_t position = 0;
    bool more = true, good = true;
    for (*nr = 0; good && more; *nr += more)
        good = feed_next(f, &save, &position, &more, e);
    feed_free(f);
    return good;
}

static bool add_site(struct report *r, struct store *s,
                     const struct peer_site *site, struct err *e)
{
    char when[STAMP_ISO_BYTES] = "";
    int64_t waiting = 0;
    if (!count_waiting(s, site, &waiting, e))
        return false;
    if (site->last_contact_ms != 0)
        (report_is_json(r) ? stamp_print_iso
                           : stamp_print_local)(site->last_contact_ms, when);
    report_cell_int(r, site->no);
    report_cell(r, site->name);
    report_cell(r, site->place);
    report_cell(r, report_is_json(r) ? states[site->state]
                                     : _(states[site->state]));
    report_cell(r, when[0] != '\0' ? when : NULL);
    report_cell_int(r, (int64_t)site->frame_number);
    report_cell_int(r, waiting);
    return true;
}

static bool run_sites(struct cmd_call *call, struct err *e)
{
    struct peer_site_list sites = {0};
    struct store *s = open_hub(call, e);
    bool good = s != NULL && peer_site_list_load(s, &sites, e);
    if (good) {
        report_table_begin(call->report, "sites", columns, ARR_NR(columns));
        for (size_t i = 0; good && i < sites.nr; i++)
            good = add_site(call->report, s, &sites.items[i], e);
        report_table_end(call->report);
    }
    peer_site_list_release(&sites);
    store_close(s);
    return good;
}

/* ---- hub serve ---- */

static bool run_serve(struct cmd_call *call, struct err *e)
{
    struct store_env env = {call->stamp, call->entropy};
    int64_t no = 0;
    if (!str_to_int(cmd_option(call, "site"), 1, INT32_MAX, &no))
        return err_set(e, ERR_USAGE, _("--site needs the number of a site"));
    return serve_run(call->dir, no, env, e);
}

/* ---- hub sshd-config ---- */

/* Line by line, as it stands: what is printed is the file. */
static void show_lines(struct report *r, const char *text)
{
    for (const char *at = text; *at != '\0';) {
        size_t n = strcspn(at, "\n");
        report_text(r, at, n);
        at += n + (at[n] == '\n');
    }
}

static bool run_sshd_config(struct cmd_call *call, struct err *e)
{
    struct buf text = BUF_INIT(16 * 1024), path = BUF_INIT(4096);
    struct hubdir_listen listen = {cmd_option(call, "listen"), 22};
    const char *given = cmd_option(call, "port");
    if (given != NULL && !str_to_int(given, 1, 65535, &listen.port))
        return err_set(e, ERR_USAGE, _("--port needs a number up to 65535"));
    if (listen.address != NULL &&
        strspn(listen.address, "0123456789abcdefABCDEF.:") !=
            strlen(listen.address))
        return err_set(e, ERR_USAGE,
                       _("--listen needs an address of this machine, like "
                         "127.0.0.1"));
    struct store *s = open_hub(call, e);
    /* what the server needs is made again where an earlier step was cut off */
    bool good = s != NULL && hubdir_make_keys(s, e) &&
                renew_access(call, s, e) &&
                hubdir_write_sshd(call->dir, &listen, &text, e);
    store_close(s);
    if (good && report_is_json(call->report)) {
        buf_printf(&path, "%s/sshd_config", call->dir);
        report_fact(call->report, "path", "path", buf_text(&path));
        report_fact_int(call->report, "port", "port", listen.port);
    } else if (good) {
        show_lines(call->report, buf_text(&text));
    }
    buf_release(&text);
    buf_release(&path);
    return good;
}
