/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/arr.h"
#include "base/mem.h"
#include "sync/pack_int.h"

enum { CHAIN_KEY_BYTES_MAX = 64 };

static void add_shared(struct pack_tables *t)
{
    for (size_t i = 0; i < ARR_NR(t->shared->epochs); i++)
        roster_add(t->epochs, &t->shared->epochs[i],
                   sizeof t->shared->epochs[i]);
    for (size_t i = 0; i < t->shared->forms_nr; i++) {
        const struct pack_form *f = &t->shared->forms[i];
        struct buf b = BUF_INIT(HASH_BYTES + PACK_FORM_ID_BYTES_MAX);
        buf_add(&b, f->hash, HASH_BYTES);
        buf_add_str(&b, f->id);
        roster_add(t->forms, b.data, b.size);
        buf_release(&b);
    }
}

void pack_tables_init(struct pack_tables *t, const struct pack_shared *shared)
{
    *t = (struct pack_tables){
        .shared = shared,
        .epochs = roster_new(),
        .streams = roster_new(),
        .chains = roster_new(),
        .records = roster_new(),
        .authors = roster_new(),
        .kinds = roster_new(),
        .forms = roster_new(),
        .chain = PACK_NO_CHAIN,
        .author = "",
        .kind = "",
        .form = PACK_NO_FORM,
        .at_ms = PACK_TIME_START,
    };
    add_shared(t);
}

void pack_tables_release(struct pack_tables *t)
{
    roster_free(t->epochs);
    roster_free(t->streams);
    roster_free(t->chains);
    roster_free(t->records);
    roster_free(t->authors);
    roster_free(t->kinds);
    roster_free(t->forms);
    mem_free(t->last_seq);
}

bool pack_has_seed(uint8_t flags, uint64_t first_seq)
{
    if (flags & (PACK_ERASED | PACK_SALTS))
        return false;
    return first_seq == 1 || (flags & PACK_SEED) != 0;
}

void pack_chain_key(struct buf *b, uint64_t epoch, const struct stream *stream)
{
    b->max = CHAIN_KEY_BYTES_MAX;
    buf_add_be64(b, epoch);
    stream_encode(b, stream);
}

uint64_t pack_chain_next(const struct pack_tables *t, size_t chain)
{
    return chain == PACK_NO_CHAIN ? 1 : t->last_seq[chain] + 1;
}

void pack_chain_note(struct pack_tables *t, size_t chain, uint64_t last_seq)
{
    if (chain != PACK_NO_CHAIN)
        t->last_seq[chain] = last_seq;
}

size_t pack_chain_add(struct pack_tables *t, uint64_t epoch,
                      const struct stream *stream)
{
    size_t number = roster_nr(t->chains);
    struct buf key = BUF_INIT(0);
    if (number == ROSTER_ITEMS_MAX)
        return PACK_NO_CHAIN;
    pack_chain_key(&key, epoch, stream);
    roster_add(t->chains, key.data, key.size);
    buf_release(&key);
    if ((number & (number - 1)) == 0) /* room doubles at powers of two */
        t->last_seq = mem_resize(t->last_seq, number ? 2 * number : 1,
                                 sizeof *t->last_seq);
    t->last_seq[number] = 0;
    return number;
}

const struct form *pack_form_of(const struct pack_tables *t, size_t form)
{
    return form < t->shared->forms_nr ? t->shared->forms[form].form : NULL;
}
