/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/tui/support_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "store/apply.h"
#include "store/change.h"
#include "store/entity.h"

static void must(bool good, const struct err *e)
{
    if (!good)
        fail_msg("%s", e->text);
}

void desk_play_begin(struct desk_play *p, const char *script)
{
    static const struct store_new office = {.site_name = "Gasera WSA",
                                            .place = "ET041114",
                                            .login = "almaz",
                                            .role = "social-worker"};
    struct err e = ERR_INIT;

    *p = (struct desk_play){.seed = 7};
    must(stamp_parse_iso("2026-11-21T12:00:00Z", &p->now_ms), &e);
    play_begin(&p->play, script);
    p->desk = (struct desk){
        .tui = p->play.tui,
        .dir = "/nowhere",
        .program = "/nowhere/homeward",
        .env = {stamp_fixed(&p->now_ms), entropy_seeded(&p->seed)},
        .lang = "en",
        .calendar = CALENDAR_ETHIOPIAN};
    p->desk.store = store_open_memory(&office, p->desk.env, &e);
    must(p->desk.store != NULL, &e);
}

void desk_play_run(struct desk_play *p, struct view *v)
{
    assert_non_null(v);
    tui_push(p->play.tui, v);
    play_run(&p->play);
}

void desk_play_end(struct desk_play *p)
{
    play_end(&p->play); /* views hold what the store owns */
    desk_lock(&p->desk);
}

void desk_play_apply(struct desk_play *p, const char *fmt, ...)
{
    char line[2000];
    struct err e = ERR_INIT;
    bool saved;
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    must(apply_line(p->desk.store, line, strlen(line), &saved, &e), &e);
}

struct id desk_play_open_case(struct desk_play *p)
{
    struct id id;

    desk_play_apply(
        p,
        "{\"case\":\"%s\",\"place\":\"ET041114/03\","
        "\"form\":\"registration\",\"set\":{\"given_name\":\"Selam\","
        "\"father_name\":\"Tesfaye\",\"grandfather_name\":\"Wolde\","
        "\"sex\":\"female\",\"birth_precision\":\"day\","
        "\"birth_date\":\"2014-03-05\",\"risk_level\":\"high\","
        "\"risk_reason\":\"The uncle threatens her\"}}",
        DESK_PLAY_CASE);
    assert_true(id_parse(DESK_PLAY_CASE, &id));
    return id;
}

void desk_play_clash(struct desk_play *p, const char *record, const char *path,
                     const char *text)
{
    struct pool *pool = pool_new();
    struct value v = {
        .type = VALUE_TEXT, .text = text, .text_bytes = strlen(text)};
    struct buf b = BUF_INIT(1000);
    struct err e = ERR_INIT;
    struct id id;
    struct entity x;

    assert_true(id_parse(record, &id));
    must(entity_load(p->desk.store, &id, pool, &x, &e), &e);
    value_encode(&b, &v);
    struct edit edit = {
        .op = CHANGE_SET, .path = path, .value = b.data, .value_bytes = b.size};
    struct save save = {.stream = x.stream,
                        .record = id,
                        .kind = x.kind,
                        .form =
                            formdef_current(p->desk.store, x.form_id, &e)->hash,
                        .form_id = x.form_id,
                        .author = "dawit",
                        .at_ms = p->now_ms - 86400000,
                        .edits = &edit,
                        .edits_nr = 1};
    must(change_append(p->desk.store, &save, &e), &e);
    buf_release(&b);
    pool_free(pool);
}
