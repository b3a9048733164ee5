/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/demo.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/str.h"
#include "store/entity.h"
#include "store/peer.h"
#include "sync/demo_people.h"
#include "sync/enrol.h"
#include "sync/hubdir.h"
#include "sync/hubkey.h"
#include "sync/session.h"

enum { TEXT_MAX = 16 * 1024, DEMO_SEED = 2019, RELAY_ROUNDS_MAX = 10000 };

/* The offices, and where they are (real place codes). */
static const struct place_of_demo {
    const char *folder, *name, *place, *login, *role;
} offices[] = {
    {"transit", "Transit centre", "ET1401", "hirut", "social-worker"},
    {"kebele", "Kebele 03", "ET041114/03", "almaz", "community-worker"},
    {"woreda", "Woreda office", "ET041114", "dawit", "case-manager"},
};

/* Where the children belong: most to the Kebele, some beside it, a few far
 * away, so that need to know can be seen. */
static const char *const homes[] = {"ET041114/03", "ET041114/03", "ET041114/01",
                                    "ET041114/05", "ET041114/03", "ET030101"};

struct stage {
    struct demo *demo;
    struct store *hub;
    struct store *office[ARR_NR(offices)];
    int64_t site_no[ARR_NR(offices)];
};

static struct store *make_store(const struct demo *d, const char *folder,
                                const struct store_new *n, struct err *e)
{
    struct buf dir = BUF_INIT(4096);
    struct store *s = NULL;
    const char *passphrase = n->is_hub ? NULL : d->passphrase;
    if (file_path(&dir, d->dir, folder, e) &&
        store_create(buf_text(&dir), n, passphrase, d->env, e))
        s = store_open(buf_text(&dir), passphrase, d->env, e);
    buf_release(&dir);
    return s;
}

static bool make_hub(struct stage *t, struct err *e)
{
    static const struct store_new n = {.site_name = "Hub of the demonstration",
                                       .place = "ET",
                                       .login = "hub",
                                       .role = "administrator",
                                       .is_hub = true};
    const struct hubdir_listen listen = {"127.0.0.1", t->demo->port};
    struct buf config = BUF_INIT(TEXT_MAX);
    t->hub = make_store(t->demo, "hub", &n, e);
    bool good = t->hub != NULL && hubdir_make_keys(t->hub, e) &&
                hubdir_write_sshd(store_dir(t->hub), &listen, &config, e);
    buf_release(&config);
    return good;
}

/* What join and admit do, without anybody carrying files about. */
static bool join_and_admit(struct stage *t, size_t i, struct err *e)
{
    struct buf key = BUF_INIT(TEXT_MAX), text = BUF_INIT(TEXT_MAX);
    struct buf path = BUF_INIT(4096);
    struct hubkey hub_key;
    struct peer_hub hub;
    struct peer_site site;
    bool found = false;
    bool good = file_path(&path, store_dir(t->hub), "hub-key", e) &&
                buf_read_file(&text, buf_text(&path), e) &&
                hubkey_parse(buf_text(&text), &hub_key, e) &&
                peer_hub_load(t->office[i], &hub, &found, e) &&
                enrol_own_key(t->office[i], &key, e);
    if (good) {
        snprintf(hub.address, sizeof hub.address, "ssh://%s@127.0.0.1:%d",
                 t->demo->user, (int)t->demo->port);
        str_copy(hub.host_key, sizeof hub.host_key, hub_key.host);
        memcpy(hub.sign_public, hub_key.sign, sizeof hub.sign_public);
        hub.sign_known = true;
        buf_clear(&text);
        enrol_print(t->office[i], buf_text(&key), &text);
        good = peer_hub_save(t->office[i], &hub, e) &&
               enrol_parse(buf_text(&text), &site, e) &&
               peer_site_add(t->hub, &site, e) &&
               hubdir_write_access(t->hub, t->demo->program, e);
        t->site_no[i] = good ? site.no : 0;
    }
    buf_release(&key);
    buf_release(&text);
    buf_release(&path);
    return good;
}

static bool make_offices(struct stage *t, struct err *e)
{
    for (size_t i = 0; i < ARR_NR(offices); i++) {
        const struct store_new n = {.site_name = offices[i].name,
                                    .place = offices[i].place,
                                    .login = offices[i].login,
                                    .role = offices[i].role};
        t->office[i] = make_store(t->demo, offices[i].folder, &n, e);
        if (t->office[i] == NULL || !join_and_admit(t, i, e))
            return false;
    }
    return true;
}

/* One sync of an office, without a line between the two. */
static bool relay(struct stage *t, size_t i, struct err *e)
{
    struct buf out = BUF_INIT(1024 * 1024);
    struct session *office = session_new_office(t->office[i], e);
    struct session *hub = NULL;
    bool good = office != NULL;
    if (good)
        hub = session_new_hub(t->hub, t->site_no[i], session_hello(office));
    for (int n = 0; good && n < RELAY_ROUNDS_MAX && !session_is_done(office);
         n++) {
        buf_clear(&out);
        good = session_give(hub, &out, e) &&
               session_take(office, buf_text(&out), out.size, e);
        buf_clear(&out);
        good = good && session_give(office, &out, e) &&
               session_take(hub, buf_text(&out), out.size, e);
    }
    session_free(office);
    session_free(hub);
    buf_release(&out);
    return good;
}

/* Sets one answer of a case, as the office sees the case now. */
static bool edit_case(struct store *s, const struct id *id, const char *name,
                      const char *answer, struct err *e)
{
    int64_t now = store_now_ms(s);
    struct record_moment m = {.today = stamp_local_day(now),
                              .now_ms = now,
                              .zone = stamp_zone_minutes};
    const struct formdef *def = formdef_current(s, "registration", e);
    struct pool *pool = pool_new();
    struct entity seen;
    bool saved = false;
    bool good = def != NULL && entity_load(s, id, pool, &seen, e);
    if (good) {
        struct record *r = record_new(def->form, m);
        entity_fill(&seen, r);
        for (size_t i = 0; i < def->form->fields_nr; i++)
            if (str_equal(def->form->fields[i].path, name))
                record_set(r, i, answer);
        struct entity_edit edit = {.seen = &seen, .form = def, .record = r};
        good = entity_save(s, &edit, &saved, e);
        record_free(r);
    }
    pool_free(pool);
    return good;
}

enum { TRANSIT, KEBELE, WOREDA, LATE_CASES = 4 };

/* What has been through the hub already. */
static bool first_weeks(struct stage *t, struct id *ids, struct err *e)
{
    for (size_t i = 0; i < DEMO_CASES - LATE_CASES; i++, t->demo->cases++)
        if (!demo_people_register(t->office[TRANSIT], DEMO_SEED, i,
                                  homes[i % ARR_NR(homes)], &ids[i], e))
            return false;
    if (!demo_people_place(t->office[WOREDA], "structural", "ET041114", e) ||
        !relay(t, TRANSIT, e) || !relay(t, WOREDA, e) || !relay(t, KEBELE, e) ||
        !demo_people_place(t->office[KEBELE], "community", "ET041114/03", e))
        return false;
    for (size_t i = 0; i < DEMO_CASES - LATE_CASES; i += ARR_NR(homes))
        if (!demo_people_visit(t->office[KEBELE], DEMO_SEED, i, &ids[i], e))
            return false;
    return relay(t, KEBELE, e) && relay(t, WOREDA, e);
}

/* What stands at one office only: new children, and two edits of one field. */
static bool this_week(struct stage *t, struct id *ids, struct err *e)
{
    const struct id *shared = &ids[0];
    for (size_t i = DEMO_CASES - LATE_CASES; i < DEMO_CASES;
         i++, t->demo->cases++)
        if (!demo_people_register(t->office[TRANSIT], DEMO_SEED, i, homes[0],
                                  &ids[i], e))
            return false;
    return edit_case(t->office[KEBELE], shared, "current_address",
                     "With the aunt, behind the mill (invented)", e) &&
           relay(t, KEBELE, e) &&
           edit_case(t->office[TRANSIT], shared, "current_address",
                     "Transit centre, room 4 (invented)", e);
}

bool demo_make(struct demo *d, struct err *e)
{
    struct stage t = {.demo = d};
    struct id ids[DEMO_CASES];
    d->cases = 0;
    bool good = make_hub(&t, e) && make_offices(&t, e) &&
                first_weeks(&t, ids, e) && this_week(&t, ids, e);
    for (size_t i = 0; i < ARR_NR(offices); i++)
        store_close(t.office[i]);
    store_close(t.hub);
    return good || err_wrap(e, _("Making the demonstration"));
}
