/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_cases.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/approval.h"
#include "store/audit.h"
#include "store/casefile.h"
#include "tui/desk.h"
#include "tui/fill.h"
#include "tui/list.h"
#include "tui/tui.h"
#include "tui/unseal.h"
#include "tui/view_approvals.h"
#include "tui/view_audit.h"
#include "tui/view_case.h"
#include "tui/view_conflicts.h"
#include "tui/view_drafts.h"
#include "tui/view_people.h"
#include "tui/view_place.h"
#include "tui/view_sync.h"

enum { COLUMNS = 5, CHANGED = 4, PLACE_SHOWN_BYTES = 160 };
enum { DAY_MS = 24 * 60 * 60 * 1000 };

struct cases {
    struct desk *desk;
    struct view *view;
    struct list *list;
    struct list_column columns[COLUMNS]; /* the last names the calendar */
    char *words;                         /* what narrows; "" for all */
    struct casefile_query query;  /* what is shown; kept for the sitting */
    char place[PLACE_CODE_BYTES]; /* of the query */
    int64_t days;                 /* of the query, as they were typed */
    struct casefile_tally tally;
    int64_t requests; /* that wait for a decision */
    struct id fresh;  /* of the case just begun, to stand on; or zero */
    enum action actions[UNSEAL_ACTIONS_MAX];
};

/* ---- the list's source ---- */

/* "Kebele 03, Gasera": whoever reads the list knows the zone. */
static void print_place(const char *code, char out[PLACE_SHOWN_BYTES])
{
    char *comma;

    place_print(code, out, PLACE_SHOWN_BYTES);
    comma = strchr(out, ',');
    if (comma && strchr(code, '/'))
        comma = strchr(comma + 1, ',');
    if (comma)
        *comma = '\0';
}

static void add_row(const struct cases *x, const struct casefile *c,
                    struct list_rows *rows)
{
    const char marks[] = {c->clashes > 0 ? '!' : ' ', c->unsent ? '+' : ' ',
                          '\0'};
    char place[PLACE_SHOWN_BYTES], day[CALENDAR_TEXT_BYTES];
    const char *cells[COLUMNS] = {marks, c->number, c->name, place, day};

    if (c->masked) {
        cells[2] = _("(not yours)");
        place[0] = day[0] = '\0';
    } else {
        print_place(c->place, place);
        desk_print_day(x->desk, c->updated_ms, day);
    }
    /* colour on each row would cost the line as much as the names */
    list_rows_add(rows, c->sort_key, c->clashes > 0 ? ROLE_WARN : ROLE_TEXT,
                  cells, COLUMNS);
}

/* Into page->room. A page that begins with `key` itself begins behind the row
 * before it. */
static bool load_page(const struct cases *x, enum list_from from,
                      const char *key, struct casefile_page *page,
                      struct err *e)
{
    struct casefile before;
    struct casefile_page one = {
        .room = &before, .room_nr = 1, .from = key, .backwards = true};

    page->from = key;
    page->backwards = from == LIST_BEFORE;
    if (from == LIST_AT) {
        if (!casefile_page_load(x->desk->store, &x->query, &one, e))
            return false;
        page->from = one.nr > 0 ? before.sort_key : NULL;
    }
    return casefile_page_load(x->desk->store, &x->query, page, e);
}

static void fetch(void *arg, enum list_from from, const char *key, size_t nr,
                  struct list_rows *rows)
{
    const struct cases *x = arg;
    struct casefile_page page = {.room = mem_alloc(nr * sizeof *page.room),
                                 .room_nr = nr};
    struct err e = ERR_INIT;

    if (load_page(x, from, key, &page, &e))
        for (size_t i = 0; i < page.nr; i++)
            add_row(x, &page.room[i], rows);
    else
        tui_fail(x->desk->tui, &e);
    mem_free(page.room);
}

/* Something but the order and the words narrows the list. */
static bool is_filtered(const struct cases *x)
{
    const struct casefile_query *q = &x->query;

    return q->place || q->worker || q->clashing || q->unsent ||
           q->opened_since_ms > 0 || q->unvisited_since > 0;
}

static int64_t count(void *arg)
{
    const struct cases *x = arg;
    struct err ignored = ERR_INIT;
    int64_t nr = -1;

    if (str_is_blank(x->words) && !is_filtered(x))
        return x->tally.cases + x->tally.masked;
    return casefile_count(x->desk->store, &x->query, &nr, &ignored) ? nr : -1;
}

/* A search leaves its trace once it is over, not with every letter. */
static void note_search(struct cases *x)
{
    struct err ignored = ERR_INIT;

    if (x->desk->store)
        audit_note_search(x->desk->store, x->words, &ignored);
}

/* The list itself is empty, or only what is left of it. */
static void say_why_empty(struct cases *x)
{
    list_set_empty(
        x->list, str_is_blank(x->words) && !is_filtered(x)
                     ? N_("No case yet: n begins one, s fetches them")
                     : N_("No case fits: try fewer words, or y a to show all"));
}

static void narrow(void *arg, const char *text)
{
    struct cases *x = arg;

    if (*text == '\0')
        note_search(x);

    mem_free(x->words);
    x->words = mem_copy_str(text);
    x->query.text = x->words;
    say_why_empty(x);
}

/* ---- what is done here ---- */

static bool chosen_case(struct cases *x, struct casefile *c)
{
    const char *key = list_key(x->list);
    struct err e = ERR_INIT;
    struct casefile_page page = {.room = c, .room_nr = 1};

    if (!key)
        return false;
    if (load_page(x, LIST_AT, key, &page, &e) && page.nr == 1)
        return true;
    if (e.code != ERR_NONE)
        tui_fail(x->desk->tui, &e);
    return false;
}

static void open_case(struct cases *x)
{
    struct casefile c;
    struct err e = ERR_INIT;
    struct view *v;

    if (!chosen_case(x, &c))
        return;
    note_search(x);
    v = view_case_new(x->desk, &c.id, &e);
    if (v)
        tui_push(x->desk->tui, v);
    else
        tui_fail(x->desk->tui, &e);
}

static void new_case(struct cases *x)
{
    if (!fill_new_case(x->desk, &x->fresh))
        x->fresh = (struct id){{0}};
}

/* ---- order and filter ---- */

/* The list begins anew, on the case that was chosen where it still stands. */
static void begin_anew(struct cases *x, const struct id *chosen)
{
    char key[CASEFILE_KEY_BYTES];
    struct err ignored = ERR_INIT;

    if (!chosen || !casefile_key_load(x->desk->store, chosen, x->query.sort,
                                      key, &ignored))
        str_copy(key, sizeof key, "0");
    say_why_empty(x);
    list_choose(x->list, key);
    list_reload(x->list);
}

static void choose_order(struct cases *x)
{
    static const struct ask_option options[CASEFILE_SORTS] = {
        [CASEFILE_BY_NAME] = {N_("n"), N_("Name")},
        [CASEFILE_BY_NUMBER] = {N_("u"), N_("Number")},
        [CASEFILE_BY_CHANGE] = {N_("c"), N_("Last changed")},
        [CASEFILE_BY_OPENED] = {N_("o"), N_("Last opened")},
    };
    struct casefile c;
    bool chosen = list_key(x->list) && chosen_case(x, &c);
    int answer =
        tui_choose(x->desk->tui, _("In which order?"), options, CASEFILE_SORTS);

    if (answer < 0)
        return;
    x->query.sort = (enum casefile_sort)answer;
    begin_anew(x, chosen ? &c.id : NULL);
}

static bool only_all(struct cases *x)
{
    x->query = (struct casefile_query){
        .text = x->words, .notes = true, .sort = x->query.sort};
    return true;
}

static bool only_place(struct cases *x)
{
    static const struct view_place_plan plan = {
        .title = N_("Cases of which place, and below?"), .no_kebele = true};

    if (!*x->place)
        str_copy(x->place, sizeof x->place, store_place(x->desk->store));
    if (!view_place_choose(x->desk->tui, &plan, x->place))
        return false;
    x->query.place = x->place;
    return true;
}

static bool only_mine(struct cases *x)
{
    x->query.worker = store_login(x->desk->store);
    return true;
}

static bool only_unsent(struct cases *x)
{
    x->query.unsent = true;
    return true;
}

static bool only_clashing(struct cases *x)
{
    x->query.clashing = true;
    return true;
}

/* Asks for a number of days, the one typed last first. */
static bool ask_days(struct cases *x, const char *question)
{
    struct buf typed = BUF_INIT(8);
    int64_t days = 0;
    bool good;

    buf_printf(&typed, "%lld", (long long)(x->days > 0 ? x->days : 30));
    good = tui_prompt(x->desk->tui, question, &typed, false);
    if (good && !str_to_int(buf_text(&typed), 1, 36500, &days)) {
        tui_say(x->desk->tui, ROLE_WARN, "%s",
                _("That is no number of days: type one like 30"));
        good = false;
    }
    buf_release(&typed);
    if (good)
        x->days = days;
    return good;
}

static bool only_opened(struct cases *x)
{
    if (!ask_days(x, _("Opened within how many days? ")))
        return false;
    x->query.opened_since_ms = store_now_ms(x->desk->store) - x->days * DAY_MS;
    return true;
}

static bool only_unvisited(struct cases *x)
{
    if (!ask_days(x, _("Not visited for how many days? ")))
        return false;
    x->query.unvisited_since =
        stamp_local_day(store_now_ms(x->desk->store)) - x->days + 1;
    return true;
}

/* Each narrows what is narrowed already; the first shows all again. */
static void choose_only(struct cases *x)
{
    static const struct ask_option options[] = {
        {N_("a"), N_("All")},      {N_("p"), N_("Place")},
        {N_("m"), N_("Mine")},     {N_("u"), N_("Unsent")},
        {N_("c"), N_("Clashes")},  {N_("o"), N_("Opened")},
        {N_("v"), N_("No visit")},
    };
    static bool (*const ways[])(struct cases * x) = {
        only_all,      only_place,  only_mine,     only_unsent,
        only_clashing, only_opened, only_unvisited};
    int answer = tui_choose(x->desk->tui, _("Only?"), options, ARR_NR(options));

    if (answer >= 0 && ways[answer](x))
        begin_anew(x, NULL);
}

/* "Only: Berbere, Bale; mine; not visited for 30 days" */
static void print_filter(const struct cases *x, struct buf *out)
{
    const struct casefile_query *q = &x->query;
    char place[PLACE_SHOWN_BYTES];

    buf_add_str(out, _("Only:"));
    if (q->place) {
        place_print(q->place, place, sizeof place);
        buf_printf(out, " %s;", place);
    }
    if (q->worker)
        buf_printf(out, " %s;", _("mine"));
    if (q->unsent)
        buf_printf(out, " %s;", _("not sent yet"));
    if (q->clashing)
        buf_printf(out, " %s;", _("with clashes"));
    if (q->opened_since_ms > 0) {
        char day[CALENDAR_TEXT_BYTES];

        desk_print_day(x->desk, q->opened_since_ms, day);
        buf_printf(out, _(" opened since %s;"), day);
    }
    if (q->unvisited_since > 0)
        buf_printf(out,
                   P_(" not visited for %d day;", " not visited for %d days;",
                      (unsigned long)x->days),
                   (int)x->days);
    buf_add_str(out, _(" y changes it"));
}

static void place_facts(struct cases *x)
{
    fill_of_place(x->desk, store_place(x->desk->store));
}

static void drafts(struct cases *x)
{
    struct view *v = view_drafts_new(x->desk);

    if (v)
        tui_push(x->desk->tui, v);
}

static void conflicts(struct cases *x)
{
    tui_push(x->desk->tui, view_conflicts_new(x->desk, NULL));
}

static void requests(struct cases *x)
{
    tui_push(x->desk->tui, view_approvals_new(x->desk));
}

static void people(struct cases *x)
{
    tui_push(x->desk->tui, view_people_new(x->desk));
}

static void traces(struct cases *x)
{
    struct err e = ERR_INIT;
    struct view *v = view_audit_new(x->desk, NULL, &e);

    if (v)
        tui_push(x->desk->tui, v);
    else
        tui_fail(x->desk->tui, &e);
}

static void sync(struct cases *x)
{
    tui_push(x->desk->tui, view_sync_new(x->desk));
}

static const struct {
    enum action action;
    void (*act)(struct cases *x);
} deeds[] = {
    {ACTION_OPEN, open_case},
    {ACTION_NEW, new_case},
    {ACTION_SYNC, sync},
    {ACTION_CONFLICTS, conflicts},
    {ACTION_PLACE_FACTS, place_facts},
    {ACTION_DRAFTS, drafts},
    {ACTION_ORDER, choose_order},
    {ACTION_ONLY, choose_only},
    {ACTION_REQUESTS, requests},
    {ACTION_PEOPLE, people},
    {ACTION_TRACES, traces},
};

/* ---- the view ---- */

static void load_tally(struct cases *x)
{
    struct err e = ERR_INIT;

    if (!casefile_tally_load(x->desk->store, &x->tally, &e) ||
        !approval_count_open(x->desk->store, &x->requests, &e))
        tui_fail(x->desk->tui, &e);
    x->columns[CHANGED].title = x->desk->calendar == CALENDAR_ETHIOPIAN
                                    ? N_("Last (E.C.)")
                                    : N_("Last (G.C.)");
}

static void choose_fresh(struct cases *x)
{
    struct err ignored = ERR_INIT;
    char key[CASEFILE_KEY_BYTES];

    if (!id_is_zero(&x->fresh) &&
        casefile_key_load(x->desk->store, &x->fresh, x->query.sort, key,
                          &ignored))
        list_choose(x->list, key);
    x->fresh = (struct id){{0}};
}

static void cases_shown(void *self)
{
    struct cases *x = self;

    load_tally(x);
    list_reload(x->list);
    choose_fresh(x);
}

static void cases_draw(void *self, struct canvas *c, struct area a)
{
    struct cases *x = self;
    struct buf line = BUF_INIT(1024);

    if (is_filtered(x)) {
        a.rows--;
        print_filter(x, &line);
        canvas_put(c, SPAN(a.row + a.rows, a.col, a.cols), ROLE_HINT,
                   buf_text(&line));
    }
    buf_release(&line);
    list_draw(x->list, c, a, true);
}

static enum view_answer cases_press(void *self, const struct press *p)
{
    struct cases *x = self;

    if (list_press(x->list, p))
        return VIEW_HANDLED;
    for (size_t i = 0; i < ARR_NR(deeds); i++)
        if (deeds[i].action == p->action) {
            deeds[i].act(x);
            return VIEW_HANDLED;
        }
    return VIEW_IGNORED;
}

static void cases_status(void *self, struct buf *out)
{
    const struct cases *x = self;
    const struct casefile_tally *t = &x->tally;

    if (*list_narrowed(x->list) || is_filtered(x)) {
        list_status(x->list, out);
        return;
    }
    buf_printf(out, P_("%d case", "%d cases", (unsigned long)t->cases),
               (int)t->cases);
    if (t->masked > 0)
        buf_printf(
            out,
            P_(", %d not yours", ", %d not yours", (unsigned long)t->masked),
            (int)t->masked);
    if (t->unsent > 0)
        buf_printf(
            out,
            P_(", %d only here", ", %d only here", (unsigned long)t->unsent),
            (int)t->unsent);
    if (t->clashes > 0)
        buf_printf(out,
                   P_(", %d clash", ", %d clashes", (unsigned long)t->clashes),
                   (int)t->clashes);
    if (x->requests > 0)
        buf_printf(
            out,
            P_(", %d request", ", %d requests", (unsigned long)x->requests),
            (int)x->requests);
}

static bool cases_typing(const void *self)
{
    return list_typing(((const struct cases *)self)->list);
}

static const enum action cases_actions[] = {
    ACTION_OPEN,      ACTION_FIND,  ACTION_NEW,         ACTION_SYNC,
    ACTION_CONFLICTS, ACTION_LOCK,  ACTION_PLACE_FACTS, ACTION_DRAFTS,
    ACTION_ORDER,     ACTION_ONLY,  ACTION_REQUESTS,    ACTION_PEOPLE,
    ACTION_TRACES,    LIST_ACTIONS, ACTION_NONE};

static const struct unseal_need needs[] = {
    {ACTION_NEW, RIGHT_CREATE, "case", RIGHT_OPEN},
    {ACTION_PLACE_FACTS, RIGHT_CREATE, RIGHT_OF_PLACE, RIGHT_OPEN},
};

static const enum action *cases_actions_now(const void *self)
{
    const struct cases *x = self;

    return cases_typing(self) ? list_find_actions() : x->actions;
}

static void cases_tick(void *self)
{
    view_drafts_offer(((struct cases *)self)->desk);
}

static void cases_free(void *self)
{
    struct cases *x = self;

    note_search(x);
    list_free(x->list);
    mem_free(x->words);
    mem_free(x);
}

static const struct view_ops cases_ops = {
    .title = N_("Cases"),
    .help = N_("The children whose cases this office holds. The mark ! says "
               "that two people wrote different things about one question, + "
               "that something is only on this PC until the next sync. Find "
               "takes any spelling of a name, in Ethiopic or Latin letters: "
               "names spelt as typed come first, then those that sound "
               "alike, then cases with an answer that holds the words. o puts "
               "the list in another order, y shows only some of it. A case "
               "that is not yours is a number, behind the others."),
    .draw = cases_draw,
    .press = cases_press,
    .typing = cases_typing,
    .actions_now = cases_actions_now,
    .status = cases_status,
    .shown = cases_shown,
    .tick = cases_tick,
    .free = cases_free,
};

static const struct list_column columns[COLUMNS] = {
    {"", 2, false},           {N_("Number"), 9, false}, {N_("Name"), 0, false},
    {N_("Place"), 22, false}, {NULL, 11, false},
};

struct view *view_cases_new(struct desk *d)
{
    struct cases *x = mem_alloc(sizeof *x);

    x->desk = d;
    x->words = mem_copy_str("");
    only_all(x);
    unseal_offer(d->store, cases_actions, needs, ARR_NR(needs), x->actions);
    for (size_t i = 0; i < COLUMNS; i++)
        x->columns[i] = columns[i];
    load_tally(x);
    x->list = list_new(x->columns, COLUMNS,
                       (struct list_source){fetch, count, narrow, x});
    say_why_empty(x);
    x->view = view_new(&cases_ops, x);
    x->view->tick_ms = 1;
    return x->view;
}
