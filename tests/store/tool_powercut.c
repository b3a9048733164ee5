/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever moment the power fails at, or a process is killed, the next
 * opening finds every transaction that was acknowledged, and of the one under
 * way all or nothing.
 *
 * Two connections take turns on one device; each looks in while the other is
 * at work. The workload is cut at every event (write, truncate, delete, sync)
 * in each way a device knows; a third of the cuts are followed by another one
 * in the recovery. After a kill the surviving connection rolls the journal
 * back; after a power cut the one that was not writing. Then: integrity, one
 * right content, nothing acknowledged is missing, and the next transaction
 * goes through. When everything was cut once and more cuts are wanted, it
 * begins again with other dice, and with a second cut in every other recovery.
 *
 * The same is done first to SQLite alone: a harness that finds fault with that
 * is at fault itself. So is one that does not find a planted bug: --plant runs
 * until the first thing that is wrong, and fails when nothing is.
 *
 *     tool_powercut [--cuts N] [--seed N] [--only control|sealed]
 *     tool_powercut [--cuts N] [--seed N] --plant sync|lock|peek|lock|peek]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/entropy.h"
#include "base/mem.h"
#include "base/str.h"
#include "store/db_int.h"
#include "store/vfs_int.h"
#include "tests/store/support_device.h"
#include "tests/store/support_plant.h"
#include "tests/store/support_workload.h"

enum {
    STEPS = 14,
    RECOVERY_EVENTS = 40,
    /* a recovery is cut at one of its events in one of three ways, or not */
    RECOVERIES = 1 + RECOVERY_EVENTS * DEVICE_KILL,
};

static const char path[] = "homeward.db";
static const uint8_t key[VFS_KEY_BYTES] = "an invented key for power cuts!";

struct moment {
    uint64_t event; /* counted from 1; 0: never */
    enum device_cut how;
};

struct cut {
    struct moment run, recovery;
};

struct bench {
    struct device *device;
    struct vfs *vfs[DEVICE_PROCESSES];     /* NULL in the control */
    struct plant *plant[DEVICE_PROCESSES]; /* NULL but for a planted bug */
    struct db *db[DEVICE_PROCESSES];
    uint64_t digests[STEPS + 1]; /* right contents after n transactions */
    uint64_t events;             /* of a whole run */
    uint64_t dice;
    uint8_t *seen; /* a byte for each cut there can be: it was made */
    long cuts, points, commits, bad;
};

static uint64_t roll(struct bench *b, uint64_t sides)
{
    struct entropy_source s = entropy_seeded(&b->dice);
    return entropy_u64(&s) % sides;
}

static const char *vfs_of(const struct bench *b, int process)
{
    if (b->plant[process])
        return plant_vfs(b->plant[process]);
    return b->vfs[process] ? vfs_name(b->vfs[process])
                           : device_vfs(b->device, process);
}

static bool connect(struct bench *b, int process, bool create)
{
    struct err e = ERR_INIT;
    b->db[process] = db_open_over(path, vfs_of(b, process), create, &e);
    return b->db[process] && workload_begin(b->db[process], &e);
}

static void disconnect(struct bench *b, int process)
{
    db_close(b->db[process]);
    b->db[process] = NULL;
}

/* One process makes the file, then both have it open. Not part of what is cut:
 * an office is made once, and made again when that was cut short. */
static bool prepare(struct bench *b)
{
    device_clear(b->device, roll(b, UINT64_MAX));
    return connect(b, 0, true) && connect(b, 1, false);
}

static bool report(const struct bench *b, const char *what, const struct err *e)
{
    printf("# cut %ld: %s: %s\n", b->cuts, what, e->text);
    return false;
}

/* What a connection sees that looks in: n transactions, whole; or, where it
 * may have to wait, that somebody is writing. */
static void look(struct bench *b, int process, int n, bool may_wait)
{
    struct err e = ERR_INIT;
    int seen;
    uint64_t digest;
    if (!workload_state(b->db[process], &seen, &digest, &e)) {
        if (!may_wait || e.code != ERR_BUSY)
            b->bad += !report(b, "the other one cannot read", &e);
    } else if (seen != n || digest != b->digests[n]) {
        b->bad += !report(b, "the other one sees something else", &e);
    }
}

/* One transaction; the other connection looks in before its commit and after
 * it, as screens do. */
static bool step(struct bench *b, int n)
{
    struct err e = ERR_INIT;
    struct db *db = b->db[n % 2];
    if (!db_begin(db, &e))
        return false;
    bool good = workload_fill(db, n, &e);
    if (good)
        look(b, 1 - n % 2, n - 1, true);
    if (!db_end(db, good, &e))
        return false;
    look(b, 1 - n % 2, n, false);
    return true;
}

/* Transactions from first on, by turns, until one fails; returns the last that
 * was acknowledged. */
static int run(struct bench *b, int first, int last)
{
    for (int n = first; n <= last; n++)
        if (!step(b, n))
            return n - 1;
    return last;
}

/* A run without a cut, for the right contents and the number of events. */
static bool rehearse(struct bench *b)
{
    struct err e = ERR_INIT;
    int seen;
    bool ok = prepare(b);
    uint64_t before = device_events(b->device);
    ok = ok && workload_state(b->db[0], &seen, &b->digests[0], &e);
    for (int n = 1; ok && n <= STEPS; n++)
        ok = workload_step(b->db[n % 2], n, &e) &&
             workload_state(b->db[n % 2], &seen, &b->digests[n], &e) &&
             seen == n;
    b->events = device_events(b->device) - before;
    disconnect(b, 0);
    disconnect(b, 1);
    return ok;
}

/* The database as process sees it: whole, right, and nothing lost. */
static bool examine(struct bench *b, int process, int acknowledged, int *last)
{
    struct err e = ERR_INIT;
    uint64_t digest;
    struct db *db = b->db[process];
    if (!workload_state(db, last, &digest, &e))
        return report(b, "unreadable", &e);
    if (*last < acknowledged)
        return report(b, "an acknowledged transaction is lost", &e);
    if (*last > acknowledged + 1 || digest != b->digests[*last])
        return report(b, "half a transaction is there", &e);
    if (!db_check(db, &e))
        return report(b, "not whole", &e);
    return true;
}

/* After the cut: the dead are buried, power is back, the healer opens (or,
 * living still, goes on). True: it came through without another cut. */
static bool recover(struct bench *b, int healer, bool killed,
                    const struct moment *again)
{
    int seen;
    uint64_t digest;
    struct err e = ERR_INIT;
    int victim = device_victim(b->device);
    disconnect(b, victim);
    if (!killed)
        disconnect(b, 1 - victim);
    device_boot(b->device);
    device_plan_cut(b->device, again->event, again->how);
    bool ok = b->db[healer] || connect(b, healer, false);
    if (ok)
        workload_state(b->db[healer], &seen, &digest, &e);
    if (device_is_cut(b->device))
        return false;
    device_plan_cut(b->device, 0, again->how);
    return true;
}

/* Notes that this cut was made; many recoveries end before their own. */
static void note(struct bench *b, struct cut c)
{
    size_t at = ((c.run.event - 1) * DEVICE_CUTS + c.run.how) * RECOVERIES;
    if (c.recovery.event > 0)
        at += 1 + (c.recovery.event - 1) * DEVICE_KILL + c.recovery.how;
    b->points += !b->seen[at];
    b->seen[at] = 1;
}

static void cut_once(struct bench *b, struct cut c)
{
    static const struct moment never = {0, DEVICE_SUBSET};
    int last = 0;
    long bad = b->bad;
    b->cuts++;
    if (!prepare(b)) {
        b->bad++;
        return;
    }
    device_plan_cut(b->device, c.run.event, c.run.how);
    int acknowledged = run(b, 1, STEPS);
    if (device_is_cut(b->device)) {
        int healer = 1 - device_victim(b->device);
        if (recover(b, healer, c.run.how == DEVICE_KILL, &c.recovery))
            c.recovery.event = 0;
        else
            recover(b, 1 - device_victim(b->device), false, &never);
        note(b, c);
    }
    for (int i = 0; i < DEVICE_PROCESSES; i++)
        if (!b->db[i])
            connect(b, i, false);
    bool good = b->db[0] && b->db[1] &&
                examine(b, c.run.event % 2, acknowledged, &last) &&
                (last == STEPS || run(b, last + 1, last + 1) == last + 1);
    b->commits += acknowledged;
    b->bad = bad + (!good || b->bad > bad); /* one cut, one fault */
    disconnect(b, 0);
    disconnect(b, 1);
}

/* All events in all ways, or, when more than the wanted cuts, a fair share of
 * the events, begun at a place of the seed's choosing; again and again until
 * there are so many. A planted bug needs to be found but once. */
static void cut_everywhere(struct bench *b, long cuts)
{
    uint64_t all = b->events * DEVICE_CUTS, wanted = (uint64_t)cuts;
    uint64_t stride = (all + wanted - 1) / wanted;
    for (uint64_t sides = 3; b->cuts < cuts; sides = 2)
        for (uint64_t n = 1 + roll(b, stride); n <= b->events; n += stride)
            for (int how = 0; how < DEVICE_CUTS && b->cuts < cuts; how++) {
                struct cut c = {.run = {n, (enum device_cut)how}};
                if (roll(b, sides) == 0) {
                    c.recovery.event = 1 + roll(b, RECOVERY_EVENTS);
                    c.recovery.how = (enum device_cut)roll(b, DEVICE_KILL);
                }
                cut_once(b, c);
                if (b->plant[0] && b->bad > 0)
                    return;
            }
}

static bool set_up(struct bench *b, bool sealed, enum plant_kind kind)
{
    struct err e = ERR_INIT;
    for (int i = 0; i < DEVICE_PROCESSES; i++) {
        if (sealed &&
            !(b->vfs[i] = vfs_new_over(key, device_vfs(b->device, i), &e)))
            return false;
        if (kind != PLANT_NONE &&
            !(b->plant[i] = plant_new(kind, vfs_name(b->vfs[i]), &e)))
            return false;
    }
    if (!rehearse(b))
        return false;
    b->seen = mem_alloc(b->events * DEVICE_CUTS * RECOVERIES);
    return true;
}

/* What is to be cut, and how often. */
struct plan {
    const char *name;
    bool sealed;
    enum plant_kind plant;
    long cuts;
    uint64_t seed;
};

static long simulate(const struct plan *p)
{
    struct bench b = {.device = device_new(p->seed), .dice = p->seed};
    if (set_up(&b, p->sealed, p->plant))
        cut_everywhere(&b, p->cuts);
    else
        b.bad++;
    printf("%s: %ld cuts at %ld distinct points, %ld commits checked, "
           "%ld bad\n",
           p->name, b.cuts, b.points, b.commits, b.bad);
    fflush(stdout);
    for (int i = 0; i < DEVICE_PROCESSES; i++) {
        plant_free(b.plant[i]);
        vfs_free(b.vfs[i]);
    }
    device_free(b.device);
    mem_free(b.seen);
    return b.bad;
}

struct options {
    int64_t cuts, seed;
    const char *plant, *only; /* NULL: none, and both */
};

static bool options_read(struct options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        bool known =
            (str_equal(argv[i], "--cuts") &&
             str_to_int(value, 1, INT32_MAX, &o->cuts)) ||
            (str_equal(argv[i], "--seed") &&
             str_to_int(value, 0, INT64_MAX, &o->seed)) ||
            (str_equal(argv[i], "--only") && (o->only = value)) ||
            (str_equal(argv[i], "--plant") && plant_kind_of(o->plant = value));
        if (!known)
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options o = {.cuts = 100000, .seed = 1};
    if (!options_read(&o, argc, argv)) {
        fputs("usage: tool_powercut [--cuts N] [--seed N] "
              "[--only control|sealed] [--plant sync|lock|peek]\n",
              stderr);
        return 2;
    }
    const struct plan plans[] = {
        {"control", false, PLANT_NONE, (long)o.cuts, (uint64_t)o.seed},
        {"sealed", true, PLANT_NONE, (long)o.cuts, (uint64_t)o.seed},
    };
    struct plan planted = plans[1];
    long bad = 0;
    if (o.plant) {
        planted.name = o.plant;
        planted.plant = plant_kind_of(o.plant);
        return simulate(&planted) == 0;
    }
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (!o.only || str_equal(o.only, plans[i].name))
            bad += simulate(&plans[i]);
    return bad != 0;
}
