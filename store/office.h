/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_OFFICE_H
#define STORE_OFFICE_H
/*
 * Records the program itself writes about offices and their people: an
 * office's card (name, place, epochs it writes under) in the hub's shared
 * stream, so that every receiver can say which office a change came from; a
 * user (login, role) in the office's own stream.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/id.h"
#include "store/store.h"

/* At a hub: writes or renews the card of an office. */
bool office_write_card(struct store *s, const struct id *site_id,
                       const char *name, const char *place, uint64_t epoch,
                       struct err *e);

/* "" when no card names the epoch; this office's own name for its own. */
bool office_name_of_epoch(struct store *s, uint64_t epoch,
                          char out[STORE_NAME_BYTES], struct err *e);

bool office_write_user(struct store *s, const char *login, const char *role,
                       struct err *e);
/* The same with a state (user.h). */
bool office_write_person(struct store *s, const char *login, const char *role,
                         const char *state, struct err *e);
/* A field of a user's record ("role", "state"); "" when there is no such user
 * or the field was never written. */
bool office_user_text(struct store *s, const char *login, const char *path,
                      char *out, size_t out_bytes, struct err *e);
/* The logins of all who are or were users of this office, one a line. */
bool office_user_logins(struct store *s, struct buf *out, struct err *e);
/* "" when there is no such user. _at: of another office, as far as its records
 * are here. */
bool office_role_of(struct store *s, const char *login, char *out,
                    size_t out_bytes, struct err *e);
bool office_role_at(struct store *s, const struct id *site_id,
                    const char *login, char *out, size_t out_bytes,
                    struct err *e);

/* Says in a case that a person of this office works on it, or no longer. */
bool office_write_worker(struct store *s, const struct id *case_id,
                         const char *login, bool works, struct err *e);

/* How many people the records of this office name. */
bool office_users_nr(struct store *s, int64_t *nr, struct err *e);

#endif
