/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames that came, as evidence: the leaves each one signed, in order. Numbers
 * count up from 1 within one epoch of a site, and within one conversation of a
 * hub; each frame signs the hash of the signature before it, so a frame taken
 * out of the middle breaks the next one.
 */
#include <string.h>

#include "base/i18n.h"
#include "store/column_int.h"
#include "store/db.h"
#include "store/frame.h"
#include "store/peer.h"
#include "store/store.h"
#include "store/verify_int.h"

struct signer {
    int64_t site_no;
    bool known;
    uint8_t key[STORE_SIGN_BYTES];
    uint64_t number;
    uint8_t prev[HASH_BYTES];
};

static bool load_signer(struct store *s, struct signer *g, struct err *e)
{
    struct peer_hub hub;
    struct peer_site site;
    bool found = false;
    if (g->site_no != 0 || store_is_hub(s)) {
        if (!peer_site_load(s, g->site_no, &site, e))
            return false;
        memcpy(g->key, site.sign_public, sizeof g->key);
        g->known = true;
        return true;
    }
    if (!peer_hub_load(s, &hub, &found, e))
        return false;
    g->known = hub.sign_known;
    memcpy(g->key, hub.sign_public, sizeof g->key);
    return true;
}

static bool broken(const struct signer *g, uint64_t number, struct err *e)
{
    if (g->site_no == 0)
        return err_set(e, ERR_CORRUPT,
                       _("The signature of frame %llu from the hub does not "
                         "fit what was received with it: keep this file, "
                         "restore the last backup and sync"),
                       (unsigned long long)number);
    return err_set(e, ERR_CORRUPT,
                   _("The signature of frame %llu of site %lld does not fit "
                     "what was received with it: keep this file and restore "
                     "the last backup"),
                   (unsigned long long)number, (long long)g->site_no);
}

static bool check_frame(struct signer *g, struct rows *q, struct err *e)
{
    uint8_t digest[HASH_BYTES], sig[FRAME_SIG_BYTES];
    uint64_t number = (uint64_t)rows_int(q, 1);
    if (number == 1) {
        memset(g->prev, 0, sizeof g->prev);
        g->number = 0;
    }
    if (number != g->number + 1 || !column_bytes(q, 3, sig, sizeof sig))
        return broken(g, number, e);
    frame_digest_of(digest, number, g->prev, rows_blob(q, 2), rows_size(q, 2));
    if (g->known && !store_check_sign(g->key, digest, sizeof digest, sig))
        return broken(g, number, e);
    frame_sig_hash(g->prev, sig);
    g->number = number;
    return true;
}

bool verify_frames(struct store *s, int64_t *frames, struct err *e)
{
    struct signer g = {.site_no = 0};
    bool good = true;
    struct rows *q = db_query(store_db(s),
                              "SELECT site_no, number, leaves, signature"
                              " FROM evidence ORDER BY site_no, evidence_id",
                              DB_NOTHING);
    *frames = 0;
    while (good && rows_next(q)) {
        if (*frames == 0 || rows_int(q, 0) != g.site_no) {
            g = (struct signer){.site_no = rows_int(q, 0)};
            good = load_signer(s, &g, e);
        }
        good = good && check_frame(&g, q, e);
        *frames += good;
    }
    return rows_leave(q, good, e);
}
