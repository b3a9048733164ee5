/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/sync.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/str.h"
#include "store/conflict.h"
#include "store/feed.h"
#include "store/peer.h"
#include "store/store.h"
#include "sync/line_ssh.h"
#include "sync/lock.h"
#include "sync/pump.h"

enum { KEY_TEXT_MAX = 4096 };

#define LOCK_NAME "sync.lock"

static struct line *open_line(struct store *s, const struct session *session,
                              struct err *e)
{
    struct peer_hub hub;
    struct address address;
    struct line *l = NULL;
    struct buf private_key = BUF_INIT(KEY_TEXT_MAX);
    struct buf public_key = BUF_INIT(KEY_TEXT_MAX);
    bool found = false;
    if (peer_hub_load(s, &hub, &found, e) &&
        address_parse(hub.address, &address, e) &&
        peer_ssh_key_get(s, &private_key, &public_key, e)) {
        const struct line_ssh_to to = {.address = &address,
                                       .host_key = hub.host_key,
                                       .private_key = buf_text(&private_key),
                                       .command = session_hello(session)};
        l = line_ssh_open(&to, e);
    }
    buf_wipe(&private_key);
    buf_release(&public_key);
    return l;
}

/* The line has ended; what is true now, whether it went well or not. */
static bool take_stock(struct store *s, const struct session *session,
                       struct sync_result *r, struct err *e)
{
    struct peer_hub hub;
    bool found = false;
    r->count = *session_count(session);
    if (r->network_sent == 0) {
        r->network_sent = r->count.bytes_sent;
        r->network_received = r->count.bytes_received;
    }
    return peer_hub_load(s, &hub, &found, e) &&
           feed_waiting(s, hub.sent, &r->waiting_saves, &r->waiting_bytes, e) &&
           conflict_count(s, &r->conflicts, e);
}

static bool talk(struct store *s, struct session *session,
                 const struct sync_watch *watch, struct sync_result *r,
                 struct err *e)
{
    struct err later = ERR_INIT;
    const struct pump_watch pump = {watch != NULL ? watch->told : NULL,
                                    watch != NULL ? watch->arg : NULL};
    struct line *l = open_line(s, session, e);
    if (l == NULL)
        return false;
    bool good = pump_office(session, l, &pump, e);
    line_end(l);
    line_bytes(l, &r->network_sent, &r->network_received);
    line_close(l);
    bool counted = take_stock(s, session, r, &later);
    if (good &&
        !(counted && peer_note_sync(s, store_now_ms(s),
                                    session_sent_to(session), &later))) {
        *e = later;
        return false;
    }
    return good;
}

bool sync_run(struct store *s, const struct sync_watch *watch,
              struct sync_result *r, struct err *e)
{
    *r = (struct sync_result){0};
    struct lock *lock = lock_take(store_dir(s), LOCK_NAME, e);
    if (lock == NULL)
        return false;
    struct session *session = session_new_office(s, e);
    bool good = session != NULL && talk(s, session, watch, r, e);
    session_free(session);
    lock_release(lock);
    return good;
}

/* ---- progress lines ---- */

#define PROGRESS "progress "

void sync_progress_print(const struct session_count *count,
                         char out[SYNC_PROGRESS_BYTES])
{
    snprintf(out, SYNC_PROGRESS_BYTES,
             PROGRESS "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
             count->changes_sent, count->changes_received, count->bytes_sent,
             count->bytes_received);
}

bool sync_progress_read(const char *line, struct sync_progress *p)
{
    return str_starts(line, PROGRESS) &&
           sscanf(line, PROGRESS "%" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64,
                  &p->sent_changes, &p->received_changes, &p->sent_bytes,
                  &p->received_bytes) == 4;
}
