/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whichever call to the database fails under whatever a worker does with
 * cases, the worker is told, nothing is half saved, the office stays whole, and
 * the same thing works the next time. Nothing that is shown is silently short.
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
#include "store/apply.h"
#include "store/approval.h"
#include "store/assign.h"
#include "store/audit.h"
#include "store/casefile.h"
#include "store/conflict.h"
#include "store/db.h"
#include "store/draft.h"
#include "store/duplicate.h"
#include "store/entity.h"
#include "store/feed.h"
#include "store/fold.h"
#include "store/fulltext.h"
#include "store/hold.h"
#include "store/office.h"
#include "store/publish.h"
#include "store/retain.h"
#include "store/right.h"
#include "store/setting.h"
#include "store/store_int.h"
#include "store/user.h"
#include "store/verdict.h"
#include "store/verify.h"
#include "store/worker.h"
#include "tests/store/nth.h"
#include "tests/store/outside.h"
#include "tests/store/support_office.h"

#define MUST(call)                                                             \
    do {                                                                       \
        struct err e_ = ERR_INIT, *e = &e_;                                    \
        if (!(call))                                                           \
            fail_msg("%s: %s", #call, e_.text);                                \
    } while (0)

struct desk {
    struct nth_ground ground; /* first: nth.h */
    struct office o;
    struct pool *pool;
    struct id case_id, twin; /* two children with one name */
    struct id request;       /* the one that is open */
    int serial;              /* of what is made on the way */
};

static bool line(struct desk *k, struct err *e, const char *text)
{
    bool saved = false;
    return apply_line(k->o.store, text, strlen(text), &saved, e);
}

static struct id id_at(int n)
{
    char text[ID_TEXT_BYTES];
    struct id id;
    snprintf(text, sizeof text, "%08x-1111-4111-8111-111111111111", n);
    assert_true(id_parse(text, &id));
    return id;
}

static void child_text(char out[600], int n, const char *given)
{
    snprintf(out, 600,
             "{\"case\":\"%08x-1111-4111-8111-111111111111\","
             "\"form\":\"registration\",\"place\":\"ET041114/03\",\"set\":{"
             "\"given_name\":\"%s\",\"father_name\":\"Haile\","
             "\"grandfather_name\":\"Gebre\",\"sex\":\"female\","
             "\"birth_precision\":\"age\",\"age_years\":\"12\"}}",
             n, given);
}

static bool child(struct desk *k, int n, const char *given, struct err *e)
{
    char text[600];
    child_text(text, n, given);
    return line(k, e, text);
}

static void sit_down(struct desk *k, const char *login, const char *role)
{
    str_copy(k->o.store->login, sizeof k->o.store->login, login);
    str_copy(k->o.store->role, sizeof k->o.store->role, role);
}

static struct stream of_case(const struct desk *k)
{
    return stream_of_id(STREAM_CASE, &k->case_id);
}

/* A field with two values, as two offices leave it that do not know of each
 * other: the second cites nothing. */
static void make_clash(struct desk *k)
{
    char name[40];
    snprintf(name, sizeof name, "Tesfaye %d", k->serial++);
    sit_down(k, "almaz", "case-manager");
    office_set(&k->o, &k->case_id, "father_name", name, false);
}

static void open_desk(struct desk *k)
{
    *k = (struct desk){.pool = pool_new(), .serial = 100};
    office_open(&k->o, "Gasera", "ET041114", 3);
    k->ground.store = k->o.store;
    MUST(office_write_user(k->o.store, "almaz", "case-manager", e));
    sit_down(k, "almaz", "case-manager");
    MUST(office_write_user(k->o.store, "bekele", "social-worker", e));
    k->case_id = id_at(1);
    k->twin = id_at(2);
    MUST(child(k, 1, "Selam", e));
    MUST(child(k, 2, "Selam", e));
    MUST(child(k, 3, "Hirut", e));
    MUST(
        line(k, e,
             "{\"case\":\"00000001-1111-4111-8111-111111111111\","
             "\"record\":\"00000009-2222-4111-8111-111111111111\","
             "\"form\":\"visit\",\"set\":{\"visit_date\":\"2026-09-20\","
             "\"notes\":\"the goat was well and the child went to school\"}}"));
    make_clash(k);
}

static int begin(void **state)
{
    static struct desk k;
    open_desk(&k);
    *state = &k;
    return 0;
}

static int end(void **state)
{
    struct desk *k = *state;
    outside_plan(0, OUTSIDE_ONCE);
    office_close(&k->o);
    pool_free(k->pool);
    return 0;
}

/* For deeds that leave ever more behind. */
static void anew(void *ground)
{
    struct desk *k = ground;
    office_close(&k->o);
    pool_free(k->pool);
    open_desk(k);
}

/* ---- cases are opened, filled, read ---- */

static bool open_case(void *ground, struct err *e)
{
    struct desk *k = ground;
    return child(k, k->serial++, "Abebe", e);
}

static bool change_name(void *ground, struct err *e)
{
    struct desk *k = ground;
    char text[300];
    snprintf(text, sizeof text,
             "{\"case\":\"00000003-1111-4111-8111-111111111111\","
             "\"record\":\"00000003-1111-4111-8111-111111111111\","
             "\"form\":\"registration\",\"set\":{\"given_name\":\"Hirut %d\"}}",
             k->serial++);
    return line(k, e, text);
}

static bool load_entity(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct entity x;
    return entity_load(k->o.store, &k->case_id, k->pool, &x, e) &&
           entity_load_last(k->o.store, "case", &k->twin, k->pool, &x, e);
}

static bool load_entities(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct stream stream = of_case(k);
    struct entity_list l;
    return entity_list_load(k->o.store, &stream, k->pool, &l, e);
}

static bool see_change(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct dot_set dots;
    return change_seen(k->o.store, &k->case_id, "registration", "given_name",
                       &dots, e);
}

static void case_and_form(void **state)
{
    static const struct nth_deed deeds[] = {
        {"opening a case", open_case, NULL, NTH_STRICT},
        {"changing a name", change_name, NULL, NTH_STRICT},
        {"reading a record", load_entity, NULL, NTH_STRICT},
        {"reading a case", load_entities, NULL, NTH_STRICT},
        {"what stands", see_change, NULL, NTH_STRICT},
    };
    nth_try(*state, deeds, ARR_NR(deeds));
}

/* ---- lists ---- */

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

static bool load_lists(void *ground, struct err *e)
{
    struct casefile_query query = {.sort = CASEFILE_BY_NAME};
    for (int i = 0; i < CASEFILE_SORTS; i++) {
        query.sort = (enum casefile_sort)i;
        if (!page(ground, &query, e))
            return false;
    }
    return true;
}

static bool search(void *ground, struct err *e)
{
    const struct casefile_query names = {.text = "selam haile"};
    const struct casefile_query notes = {.text = "goat school", .notes = true};
    const struct casefile_query few = {.place = "ET041114",
                                       .worker = "almaz",
                                       .opened_since_ms = 1,
                                       .unvisited_since = 100000,
                                       .unsent = true,
                                       .clashing = true,
                                       .merged = true};
    return page(ground, &names, e) && page(ground, &notes, e) &&
           page(ground, &few, e);
}

static bool find_one(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct casefile c, same;
    struct casefile_tally t;
    char key[CASEFILE_KEY_BYTES];
    return casefile_load(k->o.store, &k->case_id, &c, e) &&
           casefile_resolve(k->o.store, c.number, &same, e) &&
           casefile_tally_load(k->o.store, &t, e) &&
           casefile_key_load(k->o.store, &c.id, CASEFILE_BY_CHANGE, key, e);
}

static bool compute_anew(void *ground, struct err *e)
{
    struct desk *k = ground;
    return fold_rebuild(k->o.store, e);
}

static bool compute_words(void *ground, struct err *e)
{
    struct desk *k = ground;
    return casefile_renew(k->o.store, e);
}

static void other_program(void *ground)
{
    struct desk *k = ground;
    MUST(setting_set_int(k->o.store, "casefile.version", 0, e));
}

static bool compute_notes(void *ground, struct err *e)
{
    struct desk *k = ground;
    return fulltext_renew(k->o.store, e);
}

static void lists_and_searches(void **state)
{
    static const struct nth_deed deeds[] = {
        {"pages in every order", load_lists, NULL, NTH_STRICT},
        {"searching", search, NULL, NTH_STRICT},
        {"one case", find_one, NULL, NTH_STRICT},
        {"computing all anew", compute_anew, NULL, NTH_STRICT},
        {"computing the lists anew", compute_words, other_program, NTH_STRICT},
        {"computing the words anew", compute_notes, NULL, NTH_STRICT},
    };
    nth_try(*state, deeds, ARR_NR(deeds));
}

/* ---- drafts, clashes, duplicates ---- */

static bool keep_draft(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct draft d = {.record = k->case_id, .stream = of_case(k)};
    struct draft_list l;
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
    bool good = draft_save(k->o.store, &d, r, e) &&
                draft_list_load(k->o.store, k->pool, &l, e) &&
                draft_delete(k->o.store, &k->case_id, e);
    record_free(r);
    return good;
}

static bool settle(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct conflict_list l;
    int64_t nr;
    if (!conflict_count(k->o.store, &nr, e) ||
        !conflict_list_load(k->o.store, NULL, k->pool, &l, e) ||
        !conflict_list_load(k->o.store, &k->case_id, k->pool, &l, e))
        return false;
    return l.nr > 0 ? conflict_settle(k->o.store, &l.items[0], 0, e)
                    : err_set(e, ERR_NOT_FOUND, "there is no clash");
}

static bool see(void *arg, const struct casefile *c, const struct duplicate *d,
                struct err *e)
{
    (void)c, (void)d, (void)e;
    ++*(int *)arg;
    return true;
}

static bool look_for_duplicates(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct alike_person who;
    struct duplicate_list l;
    int seen = 0;
    return duplicate_person_load(k->o.store, &k->case_id, &who, e) &&
           duplicate_list_load(k->o.store, &who, &k->case_id, k->pool, &l, e) &&
           duplicate_walk(k->o.store, see, &seen, e);
}

static bool merge(void *ground, struct err *e)
{
    struct desk *k = ground;
    return duplicate_merge(k->o.store, &k->twin, &k->case_id, &k->case_id, e);
}

static bool part(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct id_list l;
    return duplicate_under(k->o.store, &k->case_id, k->pool, &l, e) &&
           duplicate_part(k->o.store, &k->twin, &k->case_id, e);
}

static void make_parted(void *ground)
{
    struct desk *k = ground;
    struct err ignored = ERR_INIT;
    duplicate_part(k->o.store, &k->twin, &k->case_id, &ignored);
}

static void make_merged(void *ground)
{
    make_parted(ground);
    MUST(merge(ground, e));
}

static void before_settle(void *ground)
{
    make_clash(ground);
}

static void drafts_clashes_duplicates(void **state)
{
    static const struct nth_deed deeds[] = {
        {"keeping a draft", keep_draft, NULL, NTH_STRICT},
        {"settling a clash", settle, before_settle, NTH_STRICT},
        {"looking for duplicates", look_for_duplicates, NULL, NTH_STRICT},
        {"merging", merge, make_parted, NTH_STRICT},
        {"parting", part, make_merged, NTH_STRICT},
    };
    nth_try(*state, deeds, ARR_NR(deeds));
}

/* ---- two people ---- */

static void as_asker(void *ground)
{
    anew(ground);
    sit_down(ground, "bekele", "social-worker");
}

static bool ask(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct stream stream = of_case(k);
    return hold_request(k->o.store, &stream, true, "a court asks", &k->request,
                        e);
}

static void have_asked(void *ground)
{
    struct desk *k = ground;
    struct stream stream = of_case(k);
    as_asker(ground);
    MUST(hold_request(k->o.store, &stream, true, "a court", &k->request, e));
    sit_down(k, "almaz", "case-manager");
}

static bool decide(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct approval a;
    char number[ID_NUMBER_BYTES];
    bool alone;
    id_print_number(&k->request, number);
    return approval_resolve(k->o.store, number, k->pool, &a, e) &&
           approval_load(k->o.store, &k->request, k->pool, &a, e) &&
           approval_may_decide(k->o.store, &a, &alone, e) &&
           verdict_give(k->o.store, &a, APPROVAL_APPROVED, NULL, e);
}

static bool read_requests(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct stream stream = of_case(k);
    struct approval_query query = {&stream, false};
    struct approval_list l;
    struct retain r;
    struct retain_list due;
    struct hold h;
    int64_t nr;
    return approval_list_load(k->o.store, &query, k->pool, &l, e) &&
           approval_count_open(k->o.store, &nr, e) &&
           hold_load(k->o.store, &stream, k->pool, &h, e) &&
           retain_load(k->o.store, &k->case_id, k->pool, &r, e) &&
           retain_due_load(k->o.store, k->pool, &due, e);
}

static void requests(void **state)
{
    static const struct nth_deed deeds[] = {
        {"asking for a hold", ask, as_asker, NTH_STRICT},
        {"deciding", decide, have_asked, NTH_STRICT},
        {"reading requests", read_requests, NULL, NTH_STRICT},
    };
    nth_try(*state, deeds, ARR_NR(deeds));
}

/* ---- people, traces, forms ---- */

static bool name_worker(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct stream stream = of_case(k);
    struct worker_list l;
    return assign_worker(k->o.store, &k->case_id, "bekele", k->serial++ % 2,
                         e) &&
           worker_list_load(k->o.store, &stream, k->pool, &l, e);
}

static void as_manager(void *ground)
{
    sit_down(ground, "almaz", "case-manager");
}

static bool give_role(void *ground, struct err *e)
{
    struct desk *k = ground;
    bool alone;
    return user_set_role(k->o.store, "bekele",
                         k->serial++ % 2 ? "social-worker" : "community-worker",
                         e) &&
           user_is_alone(k->o.store, &alone, e);
}

static bool read_people(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct user_list l = {NULL, 0, 0};
    char name[STORE_NAME_BYTES];
    struct buf b = BUF_INIT(1000);
    bool good = user_list_load(k->o.store, &l, e) &&
                user_may_manage(k->o.store, e) &&
                store_renew_role(k->o.store, e) &&
                office_user_logins(k->o.store, &b, e) &&
                office_name_of_epoch(k->o.store, 77, name, e);
    user_list_release(&l);
    buf_release(&b);
    return good;
}

static bool leave_traces(void *ground, struct err *e)
{
    struct desk *k = ground;
    return audit_note_case(k->o.store, AUDIT_OPEN_CASE, &k->case_id, e) &&
           audit_note_search(k->o.store, "selam haile", e) &&
           audit_flush(k->o.store, e);
}

static void no_traces(void *ground)
{
    struct desk *k = ground;
    MUST(audit_flush(k->o.store, e));
    MUST(db_run(store_db(k->o.store),
                "DELETE FROM setting WHERE name = 'audit.search_key'",
                DB_NOTHING, e));
    as_manager(ground);
}

static bool read_traces(void *ground, struct err *e)
{
    struct desk *k = ground;
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

static bool unseal(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct stream stream = of_case(k);
    return right_unseal(k->o.store, &stream, "the doctor asks", e);
}

static bool publish_one(void *ground, struct err *e)
{
    struct desk *k = ground;
    char csv[300];
    struct finding_list l = {0};
    struct publish p = {.def = NULL};
    snprintf(csv, sizeof csv,
             "survey\n,type,name,label\n,integer,rooms,Rooms %d\n"
             "settings\n,form_id,form_title,version\n,water,Home,%d\n",
             k->serial, k->serial);
    k->serial++;
    struct book *b = book_read(csv, strlen(csv), &l, e);
    bool good = b != NULL && publish_form(k->o.store, b, "f", &p, e);
    publish_clear(&p);
    book_free(b);
    finding_list_release(&l);
    return good;
}

static bool read_forms(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct formdef_list l;
    return formdef_list_load(k->o.store, k->pool, &l, e);
}

static void people_traces_forms(void **state)
{
    static const struct nth_deed deeds[] = {
        {"naming who works on a case", name_worker, as_manager, NTH_IN_STEPS},
        {"giving a role", give_role, as_manager, NTH_IN_STEPS},
        {"reading who is here", read_people, as_manager, NTH_STRICT},
        {"leaving traces", leave_traces, no_traces, NTH_IN_STEPS},
        {"reading traces", read_traces, NULL, NTH_STRICT},
        {"opening sealed answers", unseal, as_manager, NTH_STRICT},
        {"taking a form", publish_one, as_manager, NTH_STRICT},
        {"listing forms", read_forms, NULL, NTH_STRICT},
    };
    nth_try(*state, deeds, ARR_NR(deeds));
}

/* ---- proof ---- */

static bool prove(void *ground, struct err *e)
{
    struct desk *k = ground;
    struct verify_count count;
    return verify_all(k->o.store, &count, e);
}

static bool prove_new(void *ground, struct err *e)
{
    struct desk *k = ground;
    bool done = false, good = true;
    struct verify_new *v = verify_new_begin(k->o.store, e);
    while (v != NULL && good && !done)
        good = verify_new_step(v, 2, &done, e);
    good = good && v != NULL;
    verify_new_free(v);
    return good;
}

static void something_new(void *ground)
{
    anew(ground);
    MUST(change_name(ground, e));
}

static bool read_head(void *ground, struct err *e)
{
    struct desk *k = ground;
    char head[VERIFY_HEAD_BYTES];
    bool holds = false;
    return verify_head(k->o.store, head, e) &&
           verify_against(k->o.store, head, &holds, e);
}

static void proof(void **state)
{
    static const struct nth_deed deeds[] = {
        /* a proof that cannot be noted is a proof */
        {"proving the file", prove, anew, NTH_SHRUGS},
        {"proving what is new", prove_new, something_new, NTH_STRICT},
        {"the head", read_head, NULL, NTH_STRICT},
    };
    nth_try(*state, deeds, ARR_NR(deeds));
}

#define PROOF(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROOF(case_and_form),
        PROOF(lists_and_searches),
        PROOF(drafts_clashes_duplicates),
        PROOF(requests),
        PROOF(people_traces_forms),
        PROOF(proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
