/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_USER_H
#define STORE_USER_H
/*
 * The people of an office. A person is two things joined by the login: a
 * record of kind "user" in the office's own stream (login, role, state), which
 * is signed, kept and synced like every record, and a slot of the key file,
 * which is this PC's alone. A person who has left keeps the record, because the
 * work says who did it, and loses the slot.
 *
 * Who may do what here: roles that manage people (case manager, expert,
 * administrator) and the recovery passphrase may add, remove, give roles and
 * new passphrases; everybody may change the own passphrase. Nobody changes the
 * own role, except who works alone. The last active person who may manage
 * people can be neither removed nor given a role that may not.
 *
 * Lone worker: an office with one active person is marked so (setting
 * office.alone, since when). Two-person steps ask user_is_alone: they are then
 * allowed for the one person, and have to say "alone" in what they record.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/recovery.h"
#include "store/store.h"

enum { USER_STATE_BYTES = 16, USER_NEWS_BYTES = 1024 };

#define USER_ACTIVE "active"
#define USER_LEFT   "left"

struct user {
    char login[STORE_LOGIN_BYTES];
    char role[STORE_LOGIN_BYTES];
    char state[USER_STATE_BYTES]; /* USER_ACTIVE or USER_LEFT */
    int64_t last_ms;              /* last unlock on this PC; 0: not known */
    bool has_slot;                /* a passphrase here opens the office */
};

struct user_list {
    struct user *items; /* by login, those who left last */
    size_t nr, alloc;
};

/* Everybody who is or was a user of this office. The caller releases it. */
bool user_list_load(struct store *s, struct user_list *out, struct err *e);
void user_list_release(struct user_list *l);

/* NULL: there is no such login in it. */
const struct user *user_find(const struct user_list *l, const char *login);

/* Whether a login may be used: a small letter first, then small letters,
 * digits, dot, hyphen and underscore, 32 in all; not "hub" or "recovery". */
bool user_check_login(const char *login, struct err *e);

/* Whether whoever unlocked this store may manage people; false is ERR_DENIED
 * and says who may. */
bool user_may_manage(struct store *s, struct err *e);

/* The ids of the roles there are, those closest to the child first; NULL behind
 * the last. The words for a role, in a language ("am"), or its id. */
const char *user_role_at(size_t index);
const char *user_role_words(const char *role, const char *lang);

/* What user_add refuses, told before anybody types a passphrase. */
bool user_check_new(struct store *s, const char *login, const char *role,
                    struct err *e);

/* Somebody who left may be added again. */
bool user_add(struct store *s, const char *login, const char *role,
              const char *passphrase, struct err *e);
bool user_set_role(struct store *s, const char *login, const char *role,
                   struct err *e);

/* Replaces a passphrase. For the own one `old` must open the own slot
 * (ERR_DENIED); for another person's it is NULL and the role decides. */
bool user_set_passphrase(struct store *s, const char *login, const char *old,
                         const char *passphrase, struct err *e);

/* Takes the slot away, writes that the person left, changes the key of the
 * database. *rotated false: the key could not be changed now (*why says it),
 * and will be at the next unlock; the person is removed all the same. */
bool user_remove(struct store *s, const char *login, bool *rotated,
                 struct err *why, struct err *e);

/* Makes a recovery passphrase; one there was opens nothing any more. Wipe out
 * after use: it is shown once and kept nowhere. */
bool user_make_recovery(struct store *s, char out[RECOVERY_BYTES],
                        struct err *e);

/* Whether one person alone is active here. */
bool user_is_alone(struct store *s, bool *alone, struct err *e);

/* At an unlock: refuses who has left (ERR_DENIED); notes when, and that the
 * recovery passphrase was used. Not being able to note refuses nobody. */
bool user_enter(struct store *s, struct err *e);

/* What this person has to be told at the unlock: that somebody used the
 * recovery passphrase since. "" when there is nothing; told once. */
bool user_news(struct store *s, struct buf *out, struct err *e);

#endif
