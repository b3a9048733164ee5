/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whichever call to the database fails while offices and their hub
 * exchange work or end a case, nothing arrives in part, nothing is erased in
 * part, and the next try brings the same work to the same place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/approval.h"
#include "store/aside.h"
#include "store/db.h"
#include "store/feed.h"
#include "store/office.h"
#include "store/peer.h"
#include "store/purge.h"
#include "store/schema.h"
#include "store/store_int.h"
#include "store/verdict.h"
#include "store/verify.h"
#include "tests/store/nth.h"
#include "tests/store/outside.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

struct pair {
    struct nth_ground ground; /* first: nth.h */
    struct office hub, o;
    struct pool *pool;
    struct id case_id;
    struct approval asked;
    int serial;
    uint64_t epoch;
};

static void sit_down(struct office *o, const char *login, const char *role)
{
    str_copy(o->store->login, sizeof o->store->login, login);
    str_copy(o->store->role, sizeof o->store->role, role);
}

static void open_pair(struct pair *t)
{
    *t = (struct pair){.pool = pool_new()};
    t->ground.anew = true;
    office_open_hub(&t->hub);
    office_open(&t->o, "Transit centre", "ET0411", 11);
    office_admit(&t->hub, &t->o);
    MUST(office_write_user(t->o.store, "almaz", "case-manager", e));
    t->case_id = office_open_case(&t->o, "ET041114/03", "Selam");
    office_set(&t->o, &t->case_id, "notes", "first", true);
    MUST(office_send(&t->o, &t->hub, NULL, e));
    t->ground.store = t->hub.store;
}

static void close_pair(struct pair *t)
{
    pool_free(t->pool);
    office_close(&t->o);
    office_close(&t->hub);
}

static int begin(void **state)
{
    static struct pair t;
    open_pair(&t);
    *state = &t;
    return 0;
}

static int end(void **state)
{
    outside_plan(0, OUTSIDE_ONCE);
    close_pair(*state);
    return 0;
}

/* ---- frames ---- */

static void work(void *ground)
{
    struct pair *t = ground;
    char text[40];
    close_pair(t);
    open_pair(t);
    snprintf(text, sizeof text, "more %d", t->serial++);
    office_set(&t->o, &t->case_id, "notes", text, true);
    office_open_case(&t->o, "ET041114/03", "Hirut");
    /* seen at the hub by nobody: there a clash */
    office_set(&t->o, &t->case_id, "notes", "unseen", false);
}

static bool up(void *ground, struct err *e)
{
    struct pair *t = ground;
    int64_t saves, bytes;
    return feed_waiting(t->o.store, t->o.sent, &saves, &bytes, e) &&
           office_send(&t->o, &t->hub, NULL, e);
}

static void news(void *ground)
{
    struct pair *t = ground;
    work(ground);
    MUST(office_send(&t->o, &t->hub, NULL, e));
    t->o.cursor = 0;
    t->ground.store = t->o.store;
}

static bool down(void *ground, struct err *e)
{
    struct pair *t = ground;
    return office_fetch(&t->o, &t->hub, NULL, e);
}

static bool marks(void *ground, struct err *e)
{
    struct pair *t = ground;
    uint8_t mark[HASH_SHORT_BYTES];
    int64_t position;
    bool found, due;
    return feed_end(t->hub.store, &position, e) &&
           feed_mark(t->hub.store, position, mark, &found, e) &&
           feed_reads_due(t->hub.store, &due, e);
}

static void frames(void **state)
{
    static const struct nth_deed deeds[] = {
        {"a frame to the hub", up, work, NTH_STRICT},
        {"a frame from the hub", down, news, NTH_STRICT},
        {"where the log ends", marks, NULL, NTH_STRICT},
    };
    nth_try(*state, deeds, ARR_NR(deeds));
}

/* ---- what each end knows of the other ---- */

static bool hub_of_office(void *ground, struct err *e)
{
    struct pair *t = ground;
    static const uint8_t mark[HASH_SHORT_BYTES] = {1}, sig[FRAME_SIG_BYTES];
    struct peer_hub h = {.address = "ssh://hub@example.org:22",
                         .host_key = "ssh-ed25519 AAAA",
                         .sign_known = true,
                         .hub_epoch = 5};
    struct buf a = BUF_INIT(1000), b = BUF_INIT(1000);
    const struct peer_frame f = {1, 1, 0};
    uint8_t short_hash[HASH_BYTES];
    bool ok, found;
    frame_sig_hash(short_hash, sig);
    bool good = peer_hub_save(t->o.store, &h, e) &&
                peer_note_cursor(t->o.store, 3, mark, e) &&
                peer_note_sync(t->o.store, 1790000000000, 2, e) &&
                peer_note_frame(t->o.store, &f, sig, e) &&
                peer_frame_held(t->o.store, 1, short_hash, &ok, e) &&
                peer_hub_load(t->o.store, &h, &found, e) &&
                peer_ssh_key_set(t->o.store, "private", "public", e) &&
                peer_ssh_key_get(t->o.store, &a, &b, e);
    buf_release(&a);
    buf_release(&b);
    return good;
}

static bool sites_of_hub(void *ground, struct err *e)
{
    struct pair *t = ground;
    struct peer_site_list l = {0};
    struct peer_site site;
    char name[STORE_NAME_BYTES];
    bool good = peer_site_load(t->hub.store, t->o.site_no, &site, e) &&
                peer_site_contact(t->hub.store, site.no, 5, 1, e) &&
                peer_site_list_load(t->hub.store, &l, e) &&
                peer_name_of_epoch(t->hub.store, site.epoch, name, e);
    peer_site_list_release(&l);
    return good;
}

static bool new_epoch(void *ground, struct err *e)
{
    struct pair *t = ground;
    struct peer_site site;
    return peer_site_load(t->hub.store, t->o.site_no, &site, e) &&
           peer_site_renew(t->hub.store, &site, t->epoch, e);
}

static void another_epoch(void *ground)
{
    struct pair *t = ground;
    t->epoch++;
}

static bool admit(void *ground, struct err *e)
{
    struct pair *t = ground;
    struct peer_site site = {.epoch = t->epoch};
    site.id.bytes[0] = (uint8_t)t->epoch;
    site.id.bytes[1] = (uint8_t)(t->epoch >> 8);
    snprintf(site.name, sizeof site.name, "Site %d", (int)t->epoch);
    snprintf(site.roles, sizeof site.roles, "case-manager");
    snprintf(site.place, sizeof site.place, "ET0411");
    snprintf(site.ssh_key, sizeof site.ssh_key, "key %d", (int)t->epoch);
    memcpy(site.sign_public, &t->epoch, sizeof t->epoch);
    return peer_site_add(t->hub.store, &site, e);
}

static bool renew_hub(void *ground, struct err *e)
{
    return store_renew_epoch(((struct pair *)ground)->hub.store, e);
}

static void ends_that_know_each_other(void **state)
{
    static const struct nth_deed deeds[] = {
        {"an office's hub", hub_of_office, NULL, NTH_IN_STEPS},
        {"a hub's sites", sites_of_hub, NULL, NTH_STRICT},
        {"a new epoch", new_epoch, another_epoch, NTH_STRICT},
        {"a new epoch at the hub", renew_hub, NULL, NTH_STRICT},
        {"letting an office in", admit, another_epoch, NTH_STRICT},
    };
    ((struct pair *)*state)->epoch = 1000;
    nth_try(*state, deeds, ARR_NR(deeds));
}

/* ---- work that waited ---- */

static void visit_by(struct pair *t, const char *author)
{
    office_force(&t->o, &(struct office_forced){
                            .author = author,
                            .kind = "visit",
                            .stream = stream_of_id(STREAM_CASE, &t->case_id),
                            .record = id_new(store_entropy(t->o.store)),
                            .path = "notes",
                            .text = "forced"});
}

/* One visit whose author has a role by now, one that followed it, and one by
 * somebody who has none; the news of the roles waits to be sent. */
static void waits(void *ground)
{
    struct pair *t = ground;
    close_pair(t);
    open_pair(t);
    sit_down(&t->o, "almaz", "case-manager");
    MUST(office_write_user(t->o.store, "ayele", "me-officer", e));
    MUST(office_write_user(t->o.store, "marta", "me-officer", e));
    MUST(office_send(&t->o, &t->hub, NULL, e));
    visit_by(t, "ayele");
    visit_by(t, "worker");
    visit_by(t, "marta");
    MUST(office_send(&t->o, &t->hub, NULL, e));
    MUST(office_write_user(t->o.store, "ayele", "social-worker", e));
}

static bool list_waiting(void *ground, struct err *e)
{
    struct pair *t = ground;
    struct aside_list l;
    return aside_list_load(t->hub.store, t->pool, &l, e);
}

static void work_that_waited(void **state)
{
    static const struct nth_deed deeds[] = {
        {"work judged anew", up, waits, NTH_STRICT},
        {"what waits still", list_waiting, NULL, NTH_STRICT},
    };
    nth_try(*state, deeds, ARR_NR(deeds));
}

/* ---- the end of a case ---- */

static void asked(void *ground)
{
    struct pair *t = ground;
    struct id request;
    close_pair(t);
    open_pair(t);
    t->ground.store = t->o.store;
    sit_down(&t->o, "worker", "social-worker");
    MUST(purge_request(t->o.store, &t->case_id, "retention", &request, e));
    MUST(approval_load(t->o.store, &request, t->pool, &t->asked, e));
    sit_down(&t->o, "almaz", "case-manager");
}

static bool purge(void *ground, struct err *e)
{
    struct pair *t = ground;
    return verdict_give(t->o.store, &t->asked, APPROVAL_APPROVED, NULL, e);
}

static bool run_purges(void *ground, struct err *e)
{
    struct pair *t = ground;
    int64_t nr = 0;
    return purge_run(t->o.store, &nr, e);
}

static void purged(void *ground)
{
    struct pair *t = ground;
    asked(ground);
    MUST(purge(ground, e));
    t->ground.store = t->hub.store;
}

static bool read_purges(void *ground, struct err *e)
{
    struct pair *t = ground;
    struct purge_list l;
    struct stream stream = stream_of_id(STREAM_CASE, &t->case_id);
    bool is_done = false;
    return purge_list_load(t->o.store, t->pool, &l, e) &&
           purge_is_done(t->o.store, &stream, &is_done, e);
}

static void the_end_of_a_case(void **state)
{
    static const struct nth_deed deeds[] = {
        {"a purge", purge, asked, NTH_STRICT},
        {"purges that wait", run_purges, NULL, NTH_STRICT},
        {"a purge that comes to the hub", up, purged, NTH_STRICT},
        {"what was purged", read_purges, NULL, NTH_STRICT},
    };
    nth_try(*state, deeds, ARR_NR(deeds));
}

/* ---- a new file, an old one ---- */

struct lone {
    struct nth_ground ground; /* first: nth.h */
    struct office o;
    struct store *made;
};

static void none(void *ground)
{
    struct lone *l = ground;
    store_close(l->made);
    l->made = NULL;
}

static bool make(void *ground, struct err *e)
{
    struct lone *l = ground;
    const struct store_new n = {.site_name = "Gasera",
                                .place = "ET041114",
                                .login = "almaz",
                                .role = "case-manager"};
    struct store_env env = {stamp_fixed(&l->o.now_ms),
                            entropy_seeded(&l->o.seed)};
    l->made = store_open_memory(&n, env, e);
    return l->made != NULL;
}

static bool make_hub(void *ground, struct err *e)
{
    struct lone *l = ground;
    const struct store_new n = {.site_name = "Adama",
                                .place = "ET04",
                                .login = "hub",
                                .role = "administrator",
                                .is_hub = true};
    struct store_env env = {stamp_fixed(&l->o.now_ms),
                            entropy_seeded(&l->o.seed)};
    l->made = store_open_memory(&n, env, e);
    return l->made != NULL;
}

static void old(void *ground)
{
    struct lone *l = ground;
    office_close(&l->o);
    office_open(&l->o, "Gasera", "ET041114", 3);
    office_open_case(&l->o, "ET041114/03", "Selam");
    office_age(l->o.store);
}

static bool migrate(void *ground, struct err *e)
{
    struct lone *l = ground;
    return schema_migrate(store_db(l->o.store), e);
}

static bool renew_epoch(void *ground, struct err *e)
{
    struct lone *l = ground;
    return store_renew_epoch(l->o.store, e);
}

static void files_new_and_old(void **state)
{
    static const struct nth_deed deeds[] = {
        {"making a file", make, none, NTH_STRICT},
        {"making a hub", make_hub, none, NTH_STRICT},
        {"bringing a file up to date", migrate, old, NTH_STRICT},
        {"writing under a new epoch", renew_epoch, NULL, NTH_STRICT},
    };
    struct lone l = {.made = NULL};
    (void)state;
    office_open(&l.o, "Gasera", "ET041114", 3);
    nth_try(&l, deeds, ARR_NR(deeds));
    none(&l);
    office_close(&l.o);
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(frames),
        PROOF(ends_that_know_each_other),
        PROOF(work_that_waited),
        PROOF(the_end_of_a_case),
        cmocka_unit_test(files_new_and_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
