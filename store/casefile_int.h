/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CASEFILE_INT_H
#define STORE_CASEFILE_INT_H
/*
 * What the files of casefile share: the words by which a case is found (each
 * word of the name and of the number as written, folded, with its sound), and
 * how a row is read.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/casefile.h"
#include "store/right_int.h"

struct rows;
struct store;

/* Writes the words of one case in place of those that stand; of all cases. */
bool casefile_term_write(struct store *s, int64_t stream_id, const char *name,
                         const char *number, struct err *e);
bool casefile_term_renew(struct store *s, struct err *e);

/* Whether the case of stream s is more than a number to who asks: ?1 how far
 * names are read, ?2 the login, ?3 the office's place. Most are so by their
 * place or by who opened them: that is asked first, for it needs no other
 * table (which epochs are our own is asked once a statement). */
#define CASEFILE_NEAR_BY(stream)                                               \
    "(?1 >= 2 AND (" stream                                                    \
    ".opener IN (SELECT epoch FROM epoch WHERE own = 1)"                       \
    " OR " stream ".place = ?3 OR (" stream ".place > ?3 || '/'"               \
    " AND " stream ".place < ?3 || '0')))"                                     \
    " OR (?1 >= 3 AND " stream ".place > ?3 AND " stream ".place < ?3 || ':'"  \
    " AND ?3 NOT LIKE '%/%')"
#define CASEFILE_SEEN                                                          \
    "(?1 >= 4 OR " CASEFILE_NEAR_BY(                                           \
        "s") " OR (?1 > 0 AND ?1 >= " RIGHT_NEARNESS(2, 3) "))"
/* The same of the case itself, of stream alone: not by those kept under it. */
#define CASEFILE_SEEN_ITSELF(stream)                                           \
    "(?1 >= 4 OR " CASEFILE_NEAR_BY(                                           \
        stream) " OR (?1 > 0 AND ?1 >= " RIGHT_NEARNESS_OF(stream, 2, 3) "))"
#define CASEFILE_BIND_WHO(s)                                                   \
    db_int(right_reach_of_names(store_role(s))), db_text(store_login(s)),      \
        db_text(store_place(s))

/* The key in a list of a case that is only a number. */
void casefile_masked_key(int64_t stream_id, char out[CASEFILE_KEY_BYTES]);

/* Behind "SELECT s.key, c.number, c.name, " and a key: for
 * casefile_read_row. seen: CASEFILE_SEEN with who asks bound, or "1" where only
 * what is seen comes, "0" where nothing of it does. */
#define CASEFILE_COLUMNS(seen)                                                 \
    ", c.place, c.opened_ms, c.updated_ms, c.visited, c.clashes,"              \
    " c.last_change, c.kept, s.stream_id, " seen " FROM casefile c"            \
    " JOIN stream s ON s.stream_id = c.stream_id"
void casefile_read_row(struct rows *q, int64_t sent, struct casefile *c);

#define CASEFILE_LAST "\xF4\x8F\xBF\xBF" /* U+10FFFF, behind every letter */

/* Whether a query asks for some of the cases; then found_load puts them into
 * temp.found(key, stream_id): key is that of the query's order with a digit in
 * front that tells how well the words fit. What stands there already is not
 * looked for again. Who asks is bound, so it holds what may be seen. */
struct casefile_found;
bool casefile_found_wanted(const struct casefile_query *query);
bool casefile_found_load(struct store *s, const struct casefile_query *query,
                         struct err *e);
void casefile_found_free(struct casefile_found *f); /* NULL is fine */

/* How far the hub has this office's log; a hub has nobody to send to. */
bool casefile_sent(struct store *s, int64_t *sent, struct err *e);

#endif
