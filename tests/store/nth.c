/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/nth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/db.h"
#include "store/store.h"
#include "store/verify.h"
#include "tests/store/outside.h"

enum { TURNS_MAX = 3000 };

#ifdef HOMEWARD_SANITIZED
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

static struct store *store_of(void *ground)
{
    return ((struct nth_ground *)ground)->store;
}

/* How many changes the log holds; -1 without a store. */
static int64_t log_nr(void *ground)
{
    struct err e = ERR_INIT;
    int64_t nr = -1;
    struct store *s = store_of(ground);
    if (s != NULL && !db_get_int(store_db(s), "SELECT COUNT(*) FROM change",
                                 DB_NOTHING, 0, &nr, &e))
        fail_msg("%s", e.text);
    return nr;
}

static void judge(void *ground, const struct nth_deed *d, bool done,
                  int64_t before, const struct err *e)
{
    const char *what = outside_what();
    struct store *s = store_of(ground);
    if (done && d->manner != NTH_SHRUGS)
        fail_msg("%s: says it is done, though this failed: %s", d->name, what);
    if (!done && (e->code == ERR_NONE || e->text[0] == '\0'))
        fail_msg("%s: does not say why: %s", d->name, what);
    if (!done && e->code == ERR_BUG)
        fail_msg("%s: blames the program: %s (%s)", d->name, e->text, what);
    if (s != NULL && db_is_writing(store_db(s)))
        fail_msg("%s: a transaction is left open: %s", d->name, what);
    if (!done && d->manner == NTH_STRICT && log_nr(ground) != before)
        fail_msg("%s: a part of it is in the log: %s", d->name, what);
}

static void make_ready(void *ground, const struct nth_deed *d)
{
    outside_plan(0, OUTSIDE_ONCE);
    if (d->before != NULL)
        d->before(ground);
}

/* False when there was no such call any more. */
static bool turn(void *ground, const struct nth_deed *d, uint64_t nth,
                 enum outside_way way)
{
    struct err e = ERR_INIT;
    make_ready(ground, d);
    int64_t before = log_nr(ground);
    outside_plan(nth, way);
    bool done = d->run(ground, &e), failed = outside_has_failed();
    outside_plan(0, OUTSIDE_ONCE);
    if (failed)
        judge(ground, d, done, before, &e);
    else if (!done)
        fail_msg("%s: fails though nothing did: %s", d->name, e.text);
    if (!failed || done || d->manner == NTH_SHRUGS)
        return failed;
    if (d->before != NULL && !((struct nth_ground *)ground)->anew)
        d->before(ground);
    if (!d->run(ground, &e))
        fail_msg("%s: works no more after %s: %s", d->name, outside_what(),
                 e.text);
    return true;
}

static void is_whole(void *ground, const struct nth_deed *d)
{
    struct err e = ERR_INIT;
    struct verify_count count;
    struct store *s = store_of(ground);
    if (s != NULL && !verify_all(s, &count, &e))
        fail_msg("%s: the office is not whole after it: %s", d->name, e.text);
}

/* The other ways only differ in what is taken back: every fifth call will do.
 * That is minutes of work: unless LONG is set a few of these are tried, and
 * fewer by the sanitizers, which are slow and look for other faults. */
void nth_try(void *ground, const struct nth_deed *deeds, size_t nr)
{
    uint64_t step = getenv("LONG") != NULL ? 1 : SANITIZED ? 29 : 5;
    for (size_t i = 0; i < nr; i++)
        for (int way = 0; way < OUTSIDE_WAYS; way++) {
            uint64_t nth = ((struct nth_ground *)ground)->skip + 1;
            while (turn(ground, &deeds[i], nth, (enum outside_way)way))
                if ((nth += way == OUTSIDE_ONCE ? step : 5 * step) > TURNS_MAX)
                    fail_msg("%s: never ends", deeds[i].name);
            is_whole(ground, &deeds[i]);
            print_message("# %s: %u calls\n", deeds[i].name, (unsigned)nth - 1);
        }
}
