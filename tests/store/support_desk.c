/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/support_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
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
#include "store/erase_int.h"
#include "store/feed.h"
#include "store/fold.h"
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

#define GOAT "the goat was well and the child went to school"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

/* ---- an office with work in it, and its hub ---- */

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

static bool visit(struct desk *k, int n, int day, const char *notes,
                  struct err *e)
{
    char text[400];
    snprintf(text, sizeof text,
             "{\"case\":\"00000001-1111-4111-8111-111111111111\","
             "\"record\":\"%08x-2222-4111-8111-111111111111\","
             "\"form\":\"visit\",\"set\":{\"visit_date\":\"2026-09-%02d\","
             "\"notes\":\"%s\"}}",
             n, day, notes);
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

/* A form of the office's own, with rows. */
static const char home[] =
    "survey\n,type,name,label,calculation\n"
    ",text,head,Head,\n"
    ",begin_repeat,child,Child,\n"
    ",text,given,Given name,\n"
    ",end_repeat,,,\n"
    ",calculate,names,,\"join(' ', ${given})\"\n"
    "settings\n,form_id,form_title,version\n,home,Home,1\n";

static bool fill_rows(struct desk *k, struct err *e)
{
    return line(k, e,
                "{\"case\":\"00000001-1111-4111-8111-111111111111\","
                "\"record\":\"00000008-2222-4111-8111-111111111111\","
                "\"form\":\"home\",\"set\":{\"head\":\"Almaz\",\"child\":["
                "{\"given\":\"Hana\"},{\"given\":\"Dawit\"}]}}");
}

static void use_rows(struct desk *k)
{
    const struct formdef *d;
    MUST((d = formdef_add(k->o.store, home, strlen(home), e)) != NULL &&
         formdef_use(k->o.store, d, e));
    MUST(fill_rows(k, e));
}

static void know_hub(struct desk *k)
{
    static const uint8_t sig[FRAME_SIG_BYTES];
    struct peer_hub h = {.address = "ssh://hub@example.org:22",
                         .host_key = "ssh-ed25519 AAAA",
                         .sign_known = true,
                         .hub_epoch = 5};
    const struct peer_frame f = {7, 1, 0};
    memcpy(h.sign_public, store_sign_public(k->hub.store),
           sizeof h.sign_public);
    MUST(peer_hub_save(k->o.store, &h, e));
    MUST(peer_note_frame(k->o.store, &f, sig, e));
}

/* What is asked for by one person and waits for another. */
static void ask(struct desk *k)
{
    struct stream stream = of_case(k);
    struct id purge;
    sit_down(&k->o, "bekele", "social-worker");
    MUST(hold_request(k->o.store, &stream, true, "a court", &k->hold, e));
    MUST(purge_request(k->o.store, &k->gone, "retention", &purge, e));
    sit_down(&k->o, "almaz", "case-manager");
    MUST(decide(k, &purge, e));
}

void desk_open(struct desk *k)
{
    *k = (struct desk){.pool = pool_new(), .at = &k->o};
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
    MUST(visit(k, 9, 20, GOAT, e));
    MUST(visit(k, 10, 2, "--- !!", e));
    use_rows(k);
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

void desk_close(struct desk *k)
{
    office_close(&k->o);
    office_close(&k->hub);
    pool_free(k->pool);
}

void desk_write_of_place(struct desk *k)
{
    static const uint8_t text[] = "\x04\x05water";
    const struct edit edits[] = {{.op = CHANGE_CREATE, .path = ""},
                                 {.op = CHANGE_SET,
                                  .path = "note",
                                  .value = text,
                                  .value_bytes = sizeof text - 1}};
    const struct save save = {.stream = stream_of_place("ET041114"),
                              .record = id_at(50),
                              .kind = "service",
                              .author = "almaz",
                              .at_ms = 1790000000000,
                              .edits = edits,
                              .edits_nr = ARR_NR(edits)};
    MUST(change_append(k->o.store, &save, e));
}

void desk_sit_down(struct desk *k)
{
    sit_down(&k->o, "almaz", "case-manager");
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

static bool drop_row(struct desk *k, struct err *e)
{
    struct entity x;
    struct id id;
    bool saved, good;
    assert_true(id_parse("00000008-2222-4111-8111-111111111111", &id));
    const struct formdef *f = formdef_current(k->o.store, "home", e);
    if (f == NULL || !entity_load(k->o.store, &id, k->pool, &x, e))
        return false;
    struct record *r =
        record_new(f->form, (struct record_moment){.today = 20000});
    entity_fill(&x, r);
    if (x.rows_nr > 0) {
        size_t row = record_find(r, x.rows[0].path);
        if (row != RECORD_NONE)
            record_row_drop(r, row);
    }
    good = entity_save(
        k->o.store, &(struct entity_edit){.seen = &x, .form = f, .record = r},
        &saved, e);
    record_free(r);
    return good;
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

bool desk_search(struct desk *k, struct err *e)
{
    const struct casefile_query asked[] = {
        {.text = "selam haile"},
        {.text = "1 a b c d e f g h i"},
        {.text = "12"},
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
    return visit(k, 71, 21, GOAT, e);
}

static bool open_again(struct desk *k, struct err *e)
{
    return schema_migrate(store_db(k->o.store), e) &&
           casefile_renew(k->o.store, e);
}

static bool compute_anew(struct desk *k, struct err *e)
{
    return fold_rebuild(k->at->store, e);
}

static bool destroy(struct desk *k, struct err *e)
{
    const struct stream stream = of_case(k);
    return erase_stream(k->at->store, &stream, &(struct erase_keep){0}, e);
}

/* Once more, where a part is gone. */
static bool destroy_rest(struct desk *k, struct err *e)
{
    const struct stream stream = stream_of_id(STREAM_CASE, &k->gone);
    return erase_stream(k->at->store, &stream, &(struct erase_keep){0}, e);
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

/* The traces of reading are due by then. */
static bool send_next_week(struct desk *k, struct err *e)
{
    k->o.now_ms += (int64_t)8 * 24 * 60 * 60 * 1000;
    return read_all(feed_own(k->o.store, 0), e) &&
           office_send(&k->o, &k->hub, NULL, e);
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
    return verify_all(k->at->store, &count, e);
}

static bool read_head(struct desk *k, struct err *e)
{
    char head[VERIFY_HEAD_BYTES];
    bool holds = false;
    return verify_head(k->at->store, head, e) &&
           verify_against(k->at->store, head, &holds, e);
}

const struct desk_deed desk_deeds[] = {{"proving the file", prove},
                                       {"the head", read_head},
                                       {"reading records", read_records},
                                       {"rows", drop_row},
                                       {"more rows", fill_rows},
                                       {"computing all anew", compute_anew},
                                       {"destroying a case", destroy},
                                       {"destroying the rest", destroy_rest},
                                       {"lists of cases", read_lists},
                                       {"searching", desk_search},
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
                                       {"sending next week", send_next_week},
                                       {"fetching", fetch},
                                       {"what waits", measure},
                                       {"passing on", pass_on},
                                       {"sites", look_at_sites},
                                       {"what was set aside", look_aside},
                                       {"trusting an office", trust}};

const size_t desk_deeds_nr = ARR_NR(desk_deeds);
