/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A head on paper: 7 letters for the log position, 13 for 65 bits of H over
 * the heads of all chains as they stood there. Whoever wants to hide that a
 * file was put back would have to find another log with the same 65 bits.
 */
#include <string.h>

#include "base/i18n.h"
#include "base/str.h"
#include "store/db.h"
#include "store/store.h"
#include "store/verify_int.h"

enum { PLACE_LETTERS = 7, STATE_LETTERS = 13, GROUP = 4 };

static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

bool verify_head_state(struct db *db, int64_t *position,
                       uint8_t out[HASH_BYTES], struct err *e)
{
    if (*position == 0 && !db_get_int(db, "SELECT MAX(change_id) FROM change",
                                      DB_NOTHING, 0, position, e))
        return false;
    memset(out, 0, HASH_BYTES);
    /* The last change of a chain is seldom behind the position, so the inner
     * search ends at its first row. */
    struct rows *q =
        db_query(db,
                 "SELECT c.seq, c.head FROM chain h"
                 " JOIN change c ON c.chain_id = h.chain_id AND c.seq ="
                 "  (SELECT d.seq FROM change d WHERE d.chain_id = h.chain_id"
                 "   AND d.change_id <= ? ORDER BY d.seq DESC LIMIT 1)"
                 " ORDER BY h.chain_id",
                 DB_BIND(db_int(*position)));
    struct buf b = BUF_INIT((size_t)1 << 30); /* a row is never larger */
    while (rows_next(q)) {
        buf_clear(&b);
        buf_add(&b, out, HASH_BYTES);
        buf_add_varint(&b, (uint64_t)rows_int(q, 0));
        buf_add(&b, rows_blob(q, 1), rows_size(q, 1));
        hash_buf(out, "heads", &b);
    }
    buf_release(&b);
    return rows_end(q, e);
}

void verify_head_print(int64_t position, const uint8_t state[HASH_BYTES],
                       char out[VERIFY_HEAD_BYTES])
{
    char all[PLACE_LETTERS + STATE_LETTERS];
    for (int i = PLACE_LETTERS; i-- > 0; position /= 32)
        all[i] = letters[position % 32];
    for (int i = 0; i < STATE_LETTERS; i++) {
        int bit = i * 5;
        unsigned two = (unsigned)state[bit / 8] << 8 | state[bit / 8 + 1];
        all[PLACE_LETTERS + i] = letters[two >> (11 - bit % 8) & 31];
    }
    for (size_t i = 0; i < sizeof all; i++) {
        if (i > 0 && i % GROUP == 0)
            *out++ = '-';
        *out++ = all[i];
    }
    *out = '\0';
}

/* To the letters of a printed head, without hyphens; false: no head. */
static bool fold(const char *typed, char out[PLACE_LETTERS + STATE_LETTERS + 1])
{
    size_t n = 0;
    for (; *typed != '\0'; typed++) {
        char c = *typed >= 'a' && *typed <= 'z' ? (char)(*typed - 32) : *typed;
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (c == '-' || c == ' ')
            continue;
        if (n == PLACE_LETTERS + STATE_LETTERS || strchr(letters, c) == NULL)
            return false;
        out[n++] = c;
    }
    out[n] = '\0';
    return n == PLACE_LETTERS + STATE_LETTERS;
}

bool verify_head_holds(struct db *db, const char *head, bool *holds,
                       int64_t *position, struct err *e)
{
    char asked[PLACE_LETTERS + STATE_LETTERS + 1];
    char now[VERIFY_HEAD_BYTES], folded[sizeof asked];
    uint8_t state[HASH_BYTES];
    int64_t end = 0;
    if (!fold(head, asked))
        return err_set(e, ERR_INPUT,
                       _("\"%.40s\" is no head: it has 20 letters and digits, "
                         "as homeward verify --head prints them"),
                       head);
    *position = 0;
    for (int i = 0; i < PLACE_LETTERS; i++)
        *position = *position * 32 + (strchr(letters, asked[i]) - letters);
    if (!db_get_int(db, "SELECT MAX(change_id) FROM change", DB_NOTHING, 0,
                    &end, e))
        return false;
    *holds = *position > 0 && *position <= end;
    if (!*holds)
        return true;
    if (!verify_head_state(db, position, state, e))
        return false;
    verify_head_print(*position, state, now);
    fold(now, folded);
    *holds = str_equal(folded, asked);
    return true;
}

bool verify_head(struct store *s, char out[VERIFY_HEAD_BYTES], struct err *e)
{
    int64_t position = 0;
    uint8_t state[HASH_BYTES];
    if (!verify_head_state(store_db(s), &position, state, e))
        return false;
    verify_head_print(position, state, out);
    return true;
}

bool verify_against(struct store *s, const char *head, bool *holds,
                    struct err *e)
{
    int64_t position = 0;
    return verify_head_holds(store_db(s), head, holds, &position, e);
}
