/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever an admitted office sends behind a good request, and whatever
 * a hub answers, the other end ends with a sentence and its store is as it was:
 * without the right signature nothing is kept. The first byte says which end is
 * attacked, the second how many bytes come at a time.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/db.h"
#include "store/peer.h"
#include "store/store.h"
#include "sync/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct store *hub, *office;
static int64_t site_no;

static struct store *made(const char *name, bool is_hub)
{
    const struct store_new n = {.site_name = name,
                                .place = "ET",
                                .login = "almaz",
                                .role = "administrator",
                                .is_hub = is_hub};
    struct err e = ERR_INIT;
    struct store *s = store_open_memory(&n, store_env_system(), &e);
    if (s == NULL)
        abort();
    return s;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct err e = ERR_INIT;
    struct peer_site site = {.name = "Office",
                             .place = "ET",
                             .roles = "case-manager",
                             .ssh_key = "ssh-ed25519 AAAA",
                             .state = PEER_ACTIVE};
    struct peer_hub at = {.address = "ssh://a@b:1", .sign_known = true};
    (void)argc;
    (void)argv;
    hub = made("Hub", true);
    office = made("Office", false);
    site.id = *store_site_id(office);
    site.epoch = store_epoch(office);
    memcpy(site.sign_public, store_sign_public(office), STORE_SIGN_BYTES);
    memcpy(at.sign_public, store_sign_public(hub), STORE_SIGN_BYTES);
    if (!peer_site_add(hub, &site, &e) || !peer_hub_save(office, &at, &e))
        abort();
    site_no = site.no;
    return 0;
}

static int64_t changes(struct store *s)
{
    struct err e = ERR_INIT;
    int64_t n = 0;
    db_get_int(store_db(s), "SELECT COUNT(*) FROM change", DB_NOTHING, 0, &n,
               &e);
    return n;
}

static void feed_bytes(struct session *s, const uint8_t *bytes, size_t n,
                       size_t step)
{
    struct buf out = BUF_INIT(1 << 22);
    struct err e = ERR_INIT;
    bool good = session_give(s, &out, &e);
    while (good && n > 0) {
        size_t now = n < step ? n : step;
        good = session_take(s, bytes, now, &e) && session_give(s, &out, &e);
        if (!good && (e.text[0] == '\0' || e.code == ERR_BUG))
            abort();
        buf_clear(&out);
        bytes += now;
        n -= now;
    }
    buf_release(&out);
}

/* Everything is taken back afterwards, so that each input starts alike. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct err e = ERR_INIT;
    if (n < 2)
        return 0;
    struct store *attacked = bytes[0] & 1 ? hub : office;
    int64_t before = changes(attacked);
    struct session *o = session_new_office(office, &e);
    struct session *h =
        session_new_hub(hub, site_no, o != NULL ? session_hello(o) : "");
    if (o == NULL || !db_begin(store_db(attacked), &e))
        abort();
    feed_bytes(bytes[0] & 1 ? h : o, bytes + 2, n - 2, bytes[1] + 1u);
    if (changes(attacked) != before)
        abort();
    session_free(o);
    session_free(h);
    db_end(store_db(attacked), false, &e);
    return 0;
}
