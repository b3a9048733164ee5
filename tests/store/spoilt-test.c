/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever stands in a column of the database, nothing that reads it
 * crashes or runs for ever: each thing that people do ends, with a result or
 * with a sentence, and not as if the program were at fault. And the proof
 * (verify) tells that column, unless nothing is computed from it.
 *
 * A page that opens was sealed by a holder of the key. But an older page can be
 * put back, and an older program may have had a fault.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arr.h"
#include "base/str.h"
#include "store/apply.h"
#include "store/approval.h"
#include "store/aside.h"
#include "store/assign.h"
#include "store/audit.h"
#include "store/casefile.h"
#include "store/conflict.h"
#include "store/db.h"
#include "store/draft.h"
#include "store/duplicate.h"
#include "store/entity.h"
#include "store/feed.h"
#include "store/frame.h"
#include "store/hold.h"
#include "store/office.h"
#include "store/purge.h"
#include "store/retain.h"
#include "store/schema.h"
#include "store/setting.h"
#include "store/store_int.h"
#include "store/user.h"
#include "store/verdict.h"
#include "store/verify.h"
#include "store/worker.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

#ifdef HOMEWARD_SANITIZED
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

/* ---- an office with work in it, and its hub ---- */

struct desk {
    struct office hub, o;
    struct office *spoilt; /* one of them */
    struct pool *pool;
    struct id case_id, twin, kept, gone; /* kept: merged, under case_id */
    struct id hold, merge;               /* what waits for a decision */
};

static struct id id_at(int n)
{
    char text[ID_TEXT_BYTES];
    struct id id;
    snprintf(text, sizeof text, "%08x-1111-4111-8111-111111111111", n);
    assert_true(id_parse(text, &id));
    return id;
}

static bool line(struct desk *k, struct err *e, const char *text)
{
    bool saved = false;
    return apply_line(k->o.store, text, strlen(text), &saved, e);
}

static bool child(struct desk *k, int n, const char *given, struct err *e)
{
    char text[600];
    snprintf(text, sizeof text,
             "{\"case\":\"%08x-1111-4111-8111-111111111111\","
             "\"form\":\"registration\",\"place\":\"ET041114/03\",\"set\":{"
             "\"given_name\":\"%s\",\"father_name\":\"Haile\","
             "\"grandfather_name\":\"Gebre\",\"sex\":\"female\","
             "\"birth_precision\":\"age\",\"age_years\":\"12\"}}",
             n, given);
    return line(k, e, text);
}

static bool visit(struct desk *k, int n, struct err *e)
{
    char text[400];
    snprintf(text, sizeof text,
             "{\"case\":\"00000001-1111-4111-8111-111111111111\","
             "\"record\":\"%08x-2222-4111-8111-111111111111\","
             "\"form\":\"visit\",\"set\":{\"visit_date\":\"2026-09-20\","
             "\"notes\":\"the goat was well and the child went to school\"}}",
             n);
    return line(k, e, text);
}

static void sit_down(struct office *o, const char *login, const char *role)
{
    str_copy(o->store->login, sizeof o->store->login, login);
    str_copy(o->store->role, sizeof o->store->role, role);
}

static struct stream of_case(const struct desk *k)
{
    return stream_of_id(STREAM_CASE, &k->case_id);
}

static bool decide(struct desk *k, const struct id *request, struct err *e)
{
    struct approval a;
    return approval_load(k->o.store, request, k->pool, &a, e) &&
           verdict_give(k->o.store, &a, APPROVAL_APPROVED, NULL, e);
}

static bool keep_draft(struct desk *k, struct err *e)
{
    struct draft d = {.record = k->case_id, .stream = of_case(k)};
    struct entity x;
    const struct formdef *f = formdef_current(k->o.store, "registration", e);
    str_copy(d.kind, sizeof d.kind, "case");
    if (f == NULL || !feed_end(k->o.store, &d.seen, e) ||
        !entity_load(k->o.store, &k->case_id, k->pool, &x, e))
        return false;
    struct record *r =
        record_new(f->form, (struct record_moment){.today = 20000});
    entity_fill(&x, r);
    record_set(r, record_find(r, "given_name"), "Selamawit");
    bool good = draft_save(k->o.store, &d, r, e);
    record_free(r);
    return good;
}

static bool settle(struct desk *k, struct err *e)
{
    struct conflict_list l;
    if (!conflict_list_load(k->o.store, NULL, k->pool, &l, e))
        return false;
    return l.nr == 0 || conflict_settle(k->o.store, &l.items[0], 0, e);
}

static void know_hub(struct desk *k)
{
    static const uint8_t sig[FRAME_SIG_BYTES];
    struct peer_hub h = {.address = "ssh://hub@example.org:22",
                         .host_key = "ssh-ed25519 AAAA",
                         .hub_epoch = 5};
    const struct peer_frame f = {7, 1, 0};
    MUST(peer_hub_save(k->o.store, &h, e));
    MUST(peer_note_frame(k->o.store, &f, sig, e));
}

/* What is asked for by one person and waits for another. */
static void ask(struct desk *k)
{
    struct stream stream = of_case(k);
    struct id purge;
    const struct approval_ask merge = {.kind = "merge",
                                       .stream =
                                           stream_of_id(STREAM_CASE, &k->twin),
                                       .other = stream,
                                       .reason = "the mother says so"};
    sit_down(&k->o, "bekele", "social-worker");
    MUST(hold_request(k->o.store, &stream, true, "a court", &k->hold, e));
    MUST(purge_request(k->o.store, &k->gone, "retention", &purge, e));
    (void)merge;
    sit_down(&k->o, "almaz", "case-manager");
    MUST(decide(k, &purge, e));
}

static void open_desk(struct desk *k)
{
    *k = (struct desk){.pool = pool_new()};
    office_open_hub(&k->hub);
    office_open(&k->o, "Gasera", "ET041114", 3);
    office_admit(&k->hub, &k->o);
    MUST(office_write_user(k->o.store, "almaz", "case-manager", e));
    sit_down(&k->o, "almaz", "case-manager");
    MUST(office_write_user(k->o.store, "bekele", "social-worker", e));
    k->case_id = id_at(1);
    k->twin = id_at(2);
    k->kept = id_at(3);
    k->gone = id_at(4);
    for (int i = 1; i <= 4; i++)
        MUST(child(k, i, i < 4 ? "Selam" : "Hirut", e));
    MUST(visit(k, 9, e));
    MUST(duplicate_merge(k->o.store, &k->kept, &k->case_id, &k->case_id, e));
    office_set(&k->o, &k->case_id, "father_name", "Tesfaye", true);
    office_set(&k->o, &k->case_id, "father_name", "Kebede", false);
    MUST(settle(k, e));
    office_set(&k->o, &k->case_id, "father_name", "Girma", false);
    MUST(office_send(&k->o, &k->hub, NULL, e));
    ask(k);
    MUST(assign_worker(k->o.store, &k->case_id, "bekele", true, e));
    MUST(keep_draft(k, e));
    MUST(audit_note_search(k->o.store, "selam haile", e));
    MUST(audit_note_case(k->o.store, AUDIT_OPEN_CASE, &k->case_id, e));
    MUST(audit_flush(k->o.store, e));
    MUST(office_send(&k->o, &k->hub, NULL, e));
    MUST(db_script(store_db(k->hub.store),
                   "UPDATE peer_site SET roles = 'me-officer'", e));
    office_set(&k->o, &k->case_id, "father_name", "Alemu", true);
    MUST(office_send(&k->o, &k->hub, NULL, e));
    MUST(office_fetch(&k->o, &k->hub, NULL, e));
    know_hub(k);
}

static void close_desk(struct desk *k)
{
    office_close(&k->o);
    office_close(&k->hub);
    pool_free(k->pool);
}

/* ---- what people do at the office ---- */

static bool read_records(struct desk *k, struct err *e)
{
    struct stream stream = of_case(k);
    struct entity_list l;
    struct entity x;
    const struct formdef *f = formdef_current(k->o.store, "registration", e);
    if (f == NULL || !entity_list_load(k->o.store, &stream, k->pool, &l, e) ||
        !entity_load_last(k->o.store, "case", &k->twin, k->pool, &x, e) ||
        !entity_load(k->o.store, &k->case_id, k->pool, &x, e) ||
        !duplicate_weave(k->o.store, &x, k->pool, e))
        return false;
    struct record *r =
        record_new(f->form, (struct record_moment){.today = 20000});
    entity_fill(&x, r);
    (void)entity_value_named(&x, "given_name");
    record_free(r);
    return true;
}

static bool page(struct desk *k, const struct casefile_query *query,
                 struct err *e)
{
    struct casefile room[2];
    struct casefile_page p = {.room = room, .room_nr = ARR_NR(room)};
    int64_t count;
    char from[CASEFILE_KEY_BYTES];
    if (!casefile_page_load(k->o.store, query, &p, e) ||
        !casefile_count(k->o.store, query, &count, e))
        return false;
    if (p.nr == 0)
        return true;
    str_copy(from, sizeof from, room[p.nr - 1].sort_key);
    p.from = from;
    p.backwards = true;
    return casefile_page_load(k->o.store, query, &p, e);
}

static bool read_lists(struct desk *k, struct err *e)
{
    struct casefile_tally t;
    for (int i = 0; i < CASEFILE_SORTS; i++)
        if (!page(k, &(struct casefile_query){.sort = (enum casefile_sort)i},
                  e))
            return false;
    return casefile_tally_load(k->o.store, &t, e);
}

static bool search(struct desk *k, struct err *e)
{
    const struct casefile_query asked[] = {
        {.text = "selam haile"},
        {.text = "goat school", .notes = true},
        {.place = "ET041114",
         .worker = "almaz",
         .opened_since_ms = 1,
         .unvisited_since = 100000,
         .unsent = true,
         .clashing = true,
         .merged = true}};
    for (size_t i = 0; i < ARR_NR(asked); i++)
        if (!page(k, &asked[i], e))
            return false;
    return true;
}

static bool find_one(struct desk *k, struct err *e)
{
    struct casefile c, same;
    char key[CASEFILE_KEY_BYTES];
    return casefile_load(k->o.store, &k->case_id, &c, e) &&
           casefile_resolve(k->o.store, c.number, &same, e) &&
           casefile_key_load(k->o.store, &c.id, CASEFILE_BY_CHANGE, key, e);
}

static bool read_drafts(struct desk *k, struct err *e)
{
    struct draft_list l;
    struct entity x;
    char name[100];
    const struct formdef *f = formdef_current(k->o.store, "registration", e);
    if (f == NULL || !draft_list_load(k->o.store, k->pool, &l, e) ||
        !entity_load(k->o.store, &k->case_id, k->pool, &x, e))
        return false;
    for (size_t i = 0; i < l.nr; i++) {
        struct record *r =
            record_new(f->form, (struct record_moment){.today = 20000});
        entity_fill(&x, r);
        draft_fill(&l.items[i], r);
        draft_blind(&l.items[i], &x);
        (void)draft_behind(&l.items[i], &x);
        draft_name(&l.items[i], name, sizeof name);
        record_free(r);
    }
    return true;
}

static bool read_clashes(struct desk *k, struct err *e)
{
    struct conflict_list l;
    int64_t nr;
    return conflict_count(k->o.store, &nr, e) &&
           conflict_list_load(k->o.store, NULL, k->pool, &l, e) &&
           conflict_list_load(k->o.store, &k->case_id, k->pool, &l, e);
}

static bool undo(struct desk *k, struct err *e)
{
    return conflict_undo(k->o.store, NULL, e) ||
           (e->code == ERR_NOT_FOUND &&
            conflict_undo(k->o.store, &k->case_id, e));
}

static bool see(void *arg, const struct casefile *c, const struct duplicate *d,
                struct err *e)
{
    (void)c, (void)d, (void)e;
    ++*(int *)arg;
    return true;
}

static bool look_for_duplicates(struct desk *k, struct err *e)
{
    struct alike_person who;
    struct duplicate_list l;
    struct id_list ids;
    int seen = 0;
    return duplicate_person_load(k->o.store, &k->case_id, &who, e) &&
           duplicate_list_load(k->o.store, &who, &k->case_id, k->pool, &l, e) &&
           duplicate_under(k->o.store, &k->case_id, k->pool, &ids, e) &&
           duplicate_group(k->o.store, &k->kept, k->pool, &ids, e) &&
           duplicate_walk(k->o.store, see, &seen, e);
}

static bool merge(struct desk *k, struct err *e)
{
    return duplicate_merge(k->o.store, &k->twin, &k->case_id, &k->case_id, e);
}

static bool part(struct desk *k, struct err *e)
{
    return duplicate_part(k->o.store, &k->kept, &k->case_id, e);
}

static bool read_requests(struct desk *k, struct err *e)
{
    struct stream stream = of_case(k);
    const struct approval_query query = {&stream, false};
    struct approval_list l;
    struct approval a;
    struct retain r;
    struct retain_list due;
    struct purge_list purged;
    struct hold h;
    int64_t nr;
    bool alone;
    char number[ID_NUMBER_BYTES];
    id_print_number(&k->hold, number);
    return approval_list_load(k->o.store, &query, k->pool, &l, e) &&
           approval_count_open(k->o.store, &nr, e) &&
           approval_resolve(k->o.store, number, k->pool, &a, e) &&
           approval_may_decide(k->o.store, &a, &alone, e) &&
           hold_load(k->o.store, &stream, k->pool, &h, e) &&
           retain_load(k->o.store, &k->case_id, k->pool, &r, e) &&
           retain_due_load(k->o.store, k->pool, &due, e) &&
           purge_list_load(k->o.store, k->pool, &purged, e);
}

static bool grant(struct desk *k, struct err *e)
{
    return decide(k, &k->hold, e);
}

static bool purge_one(struct desk *k, struct err *e)
{
    struct id request;
    sit_down(&k->o, "bekele", "social-worker");
    bool good = purge_request(k->o.store, &k->twin, "retention", &request, e);
    sit_down(&k->o, "almaz", "case-manager");
    return good && decide(k, &request, e);
}

static bool name_worker(struct desk *k, struct err *e)
{
    struct stream stream = of_case(k);
    struct worker_list l;
    return worker_list_load(k->o.store, &stream, k->pool, &l, e) &&
           assign_worker(k->o.store, &k->case_id, "bekele", false, e);
}

static bool read_people(struct desk *k, struct err *e)
{
    struct user_list l = {NULL, 0, 0};
    char name[STORE_NAME_BYTES];
    struct buf b = BUF_INIT(1000);
    bool alone, good = user_list_load(k->o.store, &l, e) &&
                       user_may_manage(k->o.store, e) &&
                       user_is_alone(k->o.store, &alone, e) &&
                       office_user_logins(k->o.store, &b, e) &&
                       office_name_of_epoch(k->o.store, 77, name, e) &&
                       store_renew_role(k->o.store, e);
    user_list_release(&l);
    buf_release(&b);
    return good;
}

static bool give_role(struct desk *k, struct err *e)
{
    return user_set_role(k->o.store, "bekele", "community-worker", e);
}

static bool read_traces(struct desk *k, struct err *e)
{
    struct audit_line room[3], last;
    struct audit_page p = {.room = room, .room_nr = ARR_NR(room)};
    const struct audit_query all = {.kind = -1};
    const struct audit_query some = {.login = "almaz",
                                     .case_id = &k->case_id,
                                     .since_ms = 1,
                                     .kind = AUDIT_OPEN_CASE,
                                     .word = "selam"};
    bool found;
    return audit_page_load(k->o.store, &all, &p, e) &&
           audit_page_load(k->o.store, &some, &p, e) &&
           audit_last_look(k->o.store, &k->case_id, &last, &found, e);
}

static bool leave_traces(struct desk *k, struct err *e)
{
    return audit_note_case(k->o.store, AUDIT_OPEN_CASE, &k->case_id, e) &&
           audit_note_search(k->o.store, "selam haile", e) &&
           audit_flush(k->o.store, e);
}

static bool list_forms(struct desk *k, struct err *e)
{
    struct formdef_list l;
    return formdef_list_load(k->o.store, k->pool, &l, e);
}

static bool open_case(struct desk *k, struct err *e)
{
    return child(k, 70, "Abebe", e);
}

static bool change_name(struct desk *k, struct err *e)
{
    return child(k, 2, "Chaltu", e);
}

static bool write_visit(struct desk *k, struct err *e)
{
    return visit(k, 71, e);
}

static bool open_again(struct desk *k, struct err *e)
{
    return schema_migrate(store_db(k->o.store), e) &&
           casefile_renew(k->o.store, e);
}

/* ---- and between the two ---- */

static bool read_all(struct feed *f, struct err *e)
{
    struct save save;
    int64_t position;
    bool more = true, good = true;
    while (good && more)
        good = feed_next(f, &save, &position, &more, e);
    feed_free(f);
    return good;
}

static bool send_all(struct desk *k, struct err *e)
{
    return read_all(feed_own(k->o.store, 0), e);
}

static bool send(struct desk *k, struct err *e)
{
    return office_send(&k->o, &k->hub, NULL, e);
}

static bool fetch(struct desk *k, struct err *e)
{
    k->o.cursor = 0;
    return office_fetch(&k->o, &k->hub, NULL, e);
}

static bool measure(struct desk *k, struct err *e)
{
    struct peer_hub h;
    int64_t saves, bytes, position;
    uint8_t mark[HASH_SHORT_BYTES];
    bool found, due;
    return feed_waiting(k->o.store, 0, &saves, &bytes, e) &&
           feed_end(k->o.store, &position, e) &&
           feed_mark(k->o.store, position, mark, &found, e) &&
           feed_reads_due(k->o.store, &due, e) &&
           peer_hub_load(k->o.store, &h, &found, e) &&
           peer_frame_held(k->o.store, 7, mark, &found, e) &&
           peer_frame_held(k->o.store, 0, mark, &found, e);
}

static bool pass_on(struct desk *k, struct err *e)
{
    return read_all(feed_for_site(k->hub.store, k->o.site_no, 0), e);
}

static bool look_at_sites(struct desk *k, struct err *e)
{
    struct peer_site_list l = {0};
    struct peer_site site;
    char name[STORE_NAME_BYTES];
    bool good = peer_site_load(k->hub.store, k->o.site_no, &site, e) &&
                peer_site_list_load(k->hub.store, &l, e) &&
                peer_name_of_epoch(k->hub.store, site.epoch, name, e) &&
                peer_site_renew(k->hub.store, &site, 1234, e);
    peer_site_list_release(&l);
    return good;
}

static bool look_aside(struct desk *k, struct err *e)
{
    struct aside_list l;
    int64_t nr;
    return aside_list_load(k->hub.store, k->pool, &l, e) &&
           aside_judge(k->hub.store, k->o.site_no, &nr, e);
}

/* What the office brought is allowed from now on. */
static bool trust(struct desk *k, struct err *e)
{
    int64_t nr;
    return db_script(store_db(k->hub.store),
                     "UPDATE peer_site SET roles = 'case-manager'", e) &&
           aside_judge(k->hub.store, k->o.site_no, &nr, e) &&
           office_send(&k->o, &k->hub, NULL, e);
}

static bool prove(struct desk *k, struct err *e)
{
    struct verify_count count;
    return verify_all(k->spoilt->store, &count, e);
}

static bool read_head(struct desk *k, struct err *e)
{
    char head[VERIFY_HEAD_BYTES];
    bool holds = false;
    return verify_head(k->spoilt->store, head, e) &&
           verify_against(k->spoilt->store, head, &holds, e);
}

static const struct deed {
    const char *name;
    bool (*run)(struct desk *k, struct err *e);
} deeds[] = {{"proving the file", prove}, /* first: it is asked apart */
             {"the head", read_head},
             {"reading records", read_records},
             {"lists of cases", read_lists},
             {"searching", search},
             {"one case", find_one},
             {"drafts", read_drafts},
             {"keeping a draft", keep_draft},
             {"clashes", read_clashes},
             {"settling a clash", settle},
             {"taking back", undo},
             {"duplicates", look_for_duplicates},
             {"merging", merge},
             {"parting", part},
             {"requests", read_requests},
             {"deciding", grant},
             {"purging", purge_one},
             {"who works on a case", name_worker},
             {"who is here", read_people},
             {"giving a role", give_role},
             {"traces", read_traces},
             {"leaving traces", leave_traces},
             {"forms", list_forms},
             {"opening a case", open_case},
             {"changing a name", change_name},
             {"a visit", write_visit},
             {"opening the office", open_again},
             {"all that was written here", send_all},
             {"sending", send},
             {"fetching", fetch},
             {"what waits", measure},
             {"passing on", pass_on},
             {"sites", look_at_sites},
             {"what was set aside", look_aside},
             {"trusting an office", trust}};

/* ---- spoiling ---- */

/* In place of COLUMN stands its name. */
static const char *const spoilers[] = {
    "NULL",
    "x''",
    "x'04'",
    "x'ff80fe'",
    "'x'",
    "-1",
    "0",
    "4611686018427387904",
    "COLUMN + 1",
    "zeroblob(16)",
    "zeroblob(70000)",
    "CAST(substr(COLUMN, 1, length(COLUMN) - 1) AS BLOB)",
    "CAST(COLUMN || 'y' AS BLOB)",
};

static void put_in(struct buf *b, const char *text, const char *column)
{
    const char *at;
    while ((at = strstr(text, "COLUMN")) != NULL) {
        buf_add(b, text, (size_t)(at - text));
        buf_printf(b, "\"%s\"", column);
        text = at + strlen("COLUMN");
    }
    buf_add_str(b, text);
}

/* False when the engine does not take it, or nothing changed. */
static bool spoil(struct store *s, const char *table, const char *column,
                  const char *with)
{
    struct buf b = BUF_INIT(1000);
    struct err e = ERR_INIT;
    buf_printf(&b, "UPDATE OR IGNORE \"%s\" SET \"%s\" = ", table, column);
    put_in(&b, with, column);
    buf_printf(&b, " WHERE \"%s\" IS NOT ", column);
    put_in(&b, with, column);
    bool good =
        db_script(store_db(s), buf_text(&b), &e) && db_changed(store_db(s)) > 0;
    buf_release(&b);
    return good;
}

/* True when it ended well. */
static bool run(struct desk *k, const struct deed *d, const char *what)
{
    struct err why = ERR_INIT;
    struct store *both[] = {k->o.store, k->hub.store};
    const struct office was[] = {k->o, k->hub};
    for (size_t i = 0; i < ARR_NR(both); i++)
        MUST(db_begin(store_db(both[i]), e));
    bool done = d->run(k, &why);
    if (!done && (why.code == ERR_NONE || why.text[0] == '\0'))
        fail_msg("%s, %s: does not say why", what, d->name);
    if (!done && str_equal(what, "nothing"))
        print_message("# %s: %s\n", d->name, why.text);
    if (!done && why.code == ERR_BUG)
        fail_msg("%s, %s: blames the program: %s", what, d->name, why.text);
    for (size_t i = 0; i < ARR_NR(both); i++)
        db_end(store_db(both[i]), false, &(struct err)ERR_INIT);
    pool_free(k->pool);
    k->pool = pool_new();
    k->o = was[0];
    k->hub = was[1];
    sit_down(&k->o, "almaz", "case-manager");
    return done;
}

/* Columns from which nothing is computed that could be told apart. */
static const struct {
    const char *table, *column, *why;
} quiet[] = {
    {"", "", ""},
};

static bool is_quiet(const char *table, const char *column)
{
    for (size_t i = 0; i < ARR_NR(quiet); i++)
        if (str_equal(quiet[i].table, table) &&
            (quiet[i].column[0] == '\0' || str_equal(quiet[i].column, column)))
            return true;
    return false;
}

static void try_column(struct desk *k, const char *table, const char *column,
                       const char *with)
{
    char what[200];
    snprintf(what, sizeof what, "%s.%s = %s", table, column, with);
    MUST(db_begin(store_db(k->o.store), e));
    MUST(db_begin(store_db(k->hub.store), e));
    if (spoil(k->spoilt->store, table, column, with)) {
        if (run(k, &deeds[0], what) && !is_quiet(table, column))
            print_message("nobody tells: %s\n", what);
        for (size_t i = 1; i < ARR_NR(deeds); i++)
            run(k, &deeds[i], what);
    }
    db_end(store_db(k->o.store), false, &(struct err)ERR_INIT);
    db_end(store_db(k->hub.store), false, &(struct err)ERR_INIT);
    if (db_is_writing(store_db(k->spoilt->store)))
        fail_msg("%s: a transaction is left open", what);
}

/* All columns of the tables of ours, with a blank between table and column. */
static const char columns_sql[] =
    "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
    " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'"
    " AND t.name NOT LIKE 'text\\_%' ESCAPE '\\' ORDER BY 1, c.cid";

struct columns {
    struct {
        const char *table, *name;
    } * items;
    size_t nr, alloc;
};

static void find_columns(struct store *s, struct pool *pool, struct columns *l)
{
    struct err e = ERR_INIT;
    struct rows *q = db_query(store_db(s), columns_sql, DB_NOTHING);
    while (rows_next(q)) {
        (void)ARR_PUSH(l);
        l->items[l->nr - 1].table = pool_str(pool, rows_text(q, 0));
        l->items[l->nr - 1].name = pool_str(pool, rows_text(q, 1));
    }
    if (!rows_end(q, &e))
        fail_msg("%s", e.text);
    assert_true(l->nr > 100);
}

/* Minutes of work: unless LONG is set every so manyeth is tried. */
static void spoil_all(struct desk *k)
{
    size_t step = getenv("LONG") != NULL ? 1 : SANITIZED ? 89 : 17;
    struct columns l = {NULL, 0, 0};
    struct pool *pool = pool_new();
    find_columns(k->spoilt->store, pool, &l);
    for (size_t i = 0; i < ARR_NR(deeds); i++)
        if (!run(k, &deeds[i], "nothing"))
            print_message("fails unspoilt: %s\n", deeds[i].name);
    for (size_t i = 0; i < l.nr * ARR_NR(spoilers); i += step)
        try_column(k, l.items[i / ARR_NR(spoilers)].table,
                   l.items[i / ARR_NR(spoilers)].name,
                   spoilers[i % ARR_NR(spoilers)]);
    for (size_t i = 0; i < ARR_NR(deeds); i++)
        if (!run(k, &deeds[i], "nothing any more"))
            print_message("fails after: %s\n", deeds[i].name);
    ARR_RELEASE(&l);
    pool_free(pool);
}

static void an_office_whose_file_is_spoilt(void **state)
{
    struct desk k;
    (void)state;
    open_desk(&k);
    k.spoilt = &k.o;
    spoil_all(&k);
    close_desk(&k);
}

static void a_hub_whose_file_is_spoilt(void **state)
{
    struct desk k;
    (void)state;
    open_desk(&k);
    k.spoilt = &k.hub;
    spoil_all(&k);
    close_desk(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_office_whose_file_is_spoilt),
        cmocka_unit_test(a_hub_whose_file_is_spoilt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
