/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view_place.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/utf8.h"
#include "forms/name_key.h"
#include "tui/list_array.h"
#include "tui/tui.h"

enum { WOREDA_BYTES = 8, NAMES_BYTES = 400, NAME_BYTES = 160 };

struct view_place {
    struct tui *tui;
    const struct view_place_plan *plan; /* the caller's */
    char *code;                         /* so is this */
    bool *chosen;                       /* and this */
    struct list *list;
    struct list_array rows;
    const struct place *places;
    size_t *offered; /* indexes of places, in order of code */
};

/* ---- what words name ---- */

/* Everything a place may be asked by: its names and those above it, folded,
 * so that "gasera bale" finds the one in Bale. */
static void fold_names(const struct place *p, char out[NAME_KEY_BYTES])
{
    struct buf names = BUF_INIT(NAMES_BYTES);

    buf_printf(&names, "%s %s", p->name, p->other_names);
    for (p = place_find(p->parent); p; p = place_find(p->parent))
        buf_printf(&names, " %s", p->name);
    name_key_fold(buf_text(&names), out, NAME_KEY_BYTES);
    buf_release(&names);
}

static bool has_word_start(const char *folded, const char *word, size_t n)
{
    const char *of;
    size_t of_nr;

    while ((of_nr = name_key_word(&folded, &of)) > 0)
        if (of_nr >= n && memcmp(of, word, n) == 0)
            return true;
    return false;
}

/* Each word begins one of the names, or all of it begins the code. */
static bool is_named(const struct place *p, const char *words)
{
    char names[NAME_KEY_BYTES], asked[NAME_KEY_BYTES];
    const char *at = asked, *word;
    size_t n;

    if (strncasecmp(p->code, words, strlen(words)) == 0)
        return true;
    name_key_fold(words, asked, sizeof asked);
    fold_names(p, names);
    while ((n = name_key_word(&at, &word)) > 0)
        if (!has_word_start(names, word, n))
            return false;
    return *asked != '\0';
}

static bool is_wholly_named(const struct place *p, const char *words)
{
    char name[NAME_KEY_BYTES], asked[NAME_KEY_BYTES];

    name_key_fold(p->name, name, sizeof name);
    name_key_fold(words, asked, sizeof asked);
    return *asked && str_equal(name, asked);
}

/* A whole name stands above the start of one. */
size_t view_place_match(const char *words, char code[PLACE_CODE_BYTES])
{
    size_t nr, whole = 0, started = 0;
    const struct place *places = place_list(&nr), *found = NULL;

    if (str_is_blank(words))
        return 0;
    for (size_t i = 0; i < nr; i++) {
        bool wholly = is_wholly_named(&places[i], words);

        if (wholly || (whole == 0 && is_named(&places[i], words)))
            found = &places[i];
        whole += wholly;
        started += is_named(&places[i], words);
    }
    if (whole == 1 || (whole == 0 && started == 1))
        str_copy(code, PLACE_CODE_BYTES, found->code);
    return whole ? whole : started;
}

/* ---- the list ---- */

static const struct place *offered(const struct view_place *v, size_t i)
{
    return &v->places[v->offered[i]];
}

/* The list of places is data; its four levels are words of the screen. */
static const char *level_name(const char *level)
{
    static const char *const names[] = {N_("country"), N_("region"), N_("zone"),
                                        N_("woreda")};

    for (size_t i = 0; i < ARR_NR(names); i++)
        if (str_equal(names[i], level))
            return _(names[i]);
    return level;
}

static void row(void *arg, size_t i, const char *key, struct list_rows *rows)
{
    const struct place *p = offered(arg, i);
    char within[NAME_BYTES];
    const char *cells[] = {p->name, within, level_name(p->level), p->code};

    place_print(p->parent, within, sizeof within);
    list_rows_add(rows, key, ROLE_TEXT, cells, ARR_NR(cells));
}

static bool matches(void *arg, size_t i, const char *words)
{
    return is_named(offered(arg, i), words);
}

static void offer(struct view_place *v)
{
    size_t nr;

    v->places = place_list(&nr);
    v->offered = mem_alloc(nr * sizeof *v->offered);
    v->rows = (struct list_array){.arg = v, .row = row, .matches = matches};
    for (size_t i = 0; i < nr; i++)
        if (!v->plan->within ||
            place_is_within(v->places[i].code, v->plan->within))
            v->offered[v->rows.nr++] = i;
}

/* The cursor on the place chosen so far (its Kebele has no row). */
static void go_to(struct view_place *v, const char *code)
{
    size_t n = strcspn(code, "/");

    for (size_t i = 0; n > 0 && i < v->rows.nr; i++) {
        char key[24];

        if (strncmp(offered(v, i)->code, code, n) != 0 ||
            offered(v, i)->code[n])
            continue;
        snprintf(key, sizeof key, "%zu", i);
        list_choose(v->list, key);
    }
}

static void find(struct view_place *v, const char *words)
{
    size_t n = strlen(words), len;

    for (size_t at = 0; at < n; at += len) {
        struct press p = {utf8_decode(words + at, n - at, &len), ACTION_NONE};

        list_press(v->list, &p);
    }
}

/* ---- taking one ---- */

/* False when the person went back from the question. Blank is no Kebele. */
static bool ask_kebele(struct view_place *v, char code[PLACE_CODE_BYTES])
{
    struct buf typed = BUF_INIT(PLACE_KEBELE_BYTES);
    char whole[PLACE_CODE_BYTES];
    bool good = false;

    if (strncmp(v->code, code, WOREDA_BYTES) == 0 && v->code[WOREDA_BYTES])
        buf_add_str(&typed, v->code + WOREDA_BYTES + 1);
    while (!good &&
           tui_prompt(v->tui, _("Kebele, such as 03 (blank: not known)"),
                      &typed, false)) {
        snprintf(whole, sizeof whole, "%s%s%s", code, typed.size ? "/" : "",
                 buf_text(&typed));
        good = place_is_code(whole);
        if (!good)
            tui_say(v->tui, ROLE_ERROR,
                    _("A Kebele is written with letters, digits and hyphens"));
    }
    if (good)
        str_copy(code, PLACE_CODE_BYTES, whole);
    buf_release(&typed);
    return good;
}

static enum view_answer take(struct view_place *v)
{
    const char *key = list_key(v->list);
    char code[PLACE_CODE_BYTES];

    if (!key)
        return VIEW_HANDLED;
    str_copy(code, sizeof code, offered(v, list_array_index(key))->code);
    if (!v->plan->no_kebele && strlen(code) == WOREDA_BYTES &&
        !ask_kebele(v, code))
        return VIEW_HANDLED;
    str_copy(v->code, PLACE_CODE_BYTES, code);
    *v->chosen = true;
    return VIEW_CLOSE;
}

/* ---- the view ---- */

static void view_place_draw(void *self, struct canvas *c, struct area a)
{
    list_draw(((struct view_place *)self)->list, c, a, true);
}

static enum view_answer view_place_press(void *self, const struct press *p)
{
    struct view_place *v = self;
    bool opens = p->action == ACTION_OPEN;

    if (p->action == ACTION_BACK && !*list_narrowed(v->list))
        return VIEW_CLOSE;
    if (!opens && list_press(v->list, p)) {
        list_find(v->list); /* letters are always typed: one chose a place */
        return VIEW_HANDLED;
    }
    if (opens)
        return take(v);
    return p->action == ACTION_PICK ? VIEW_CLOSE : VIEW_IGNORED;
}

static bool view_place_typing(const void *self)
{
    return list_typing(((const struct view_place *)self)->list);
}

static const enum action *view_place_actions(const void *self)
{
    static const enum action actions[] = {
        ACTION_OPEN, ACTION_FIND, LIST_ACTIONS, ACTION_PICK, ACTION_NONE};

    return view_place_typing(self) ? list_find_actions() : actions;
}

static void view_place_status(void *self, struct buf *out)
{
    list_status(((struct view_place *)self)->list, out);
}

static void view_place_free(void *self)
{
    struct view_place *v = self;

    list_free(v->list);
    list_array_release(&v->rows);
    mem_free(v->offered);
    mem_free(v);
}

static const struct view_ops view_place_ops = {
    .title = N_("Place"),
    .help = N_("Type some letters of a name or a code, also of the zone above "
               "(\"gas bale\"); Enter takes the chosen line. Behind a woreda "
               "the Kebele is asked for: leave it blank if nobody knows it."),
    .draw = view_place_draw,
    .press = view_place_press,
    .typing = view_place_typing,
    .actions_now = view_place_actions,
    .status = view_place_status,
    .free = view_place_free,
};

bool view_place_choose(struct tui *t, const struct view_place_plan *plan,
                       char code[PLACE_CODE_BYTES])
{
    static const struct list_column columns[] = {{N_("Place"), 24, false},
                                                 {N_("In"), 0, false},
                                                 {N_("Level"), 8, false},
                                                 {N_("Code"), 9, false}};
    struct view_place *v = mem_alloc(sizeof *v);
    struct view *view = view_new(&view_place_ops, v);
    bool chosen = false;

    v->tui = t;
    v->plan = plan;
    v->code = code;
    v->chosen = &chosen;
    offer(v);
    v->list = list_new(columns, ARR_NR(columns), list_array_source(&v->rows));
    list_set_empty(v->list, N_("No place has such a name or code"));
    list_find(v->list);
    if (plan->words)
        find(v, plan->words);
    else
        go_to(v, code);
    if (plan->title)
        view_set_title(view, _(plan->title));
    return tui_modal(t, view) && chosen;
}
