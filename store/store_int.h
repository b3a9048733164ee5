/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_INT_H
#define STORE_STORE_INT_H
/*
 * The body of an open office. store_open.c makes, fills and closes it and uses
 * nearly every noun of the room; store.c answers questions about it and uses
 * none, so that each of those nouns can ask it.
 */
#include <sodium.h>

#include "forms/right.h"
#include "store/store.h"
#include "store/stream.h"

struct audit_queue;
struct formdef_cache;

/* What must never be swapped out or dumped; secret.h guards it. */
struct store_secret {
    uint8_t key[32];
    uint8_t sign[crypto_sign_SECRETKEYBYTES];
};

struct store {
    char *dir; /* NULL in memory */
    struct db *db;
    struct store_env env;
    struct store_secret *secret;
    struct formdef_cache *forms;
    struct audit_queue *audit;    /* traces not yet on the disk */
    struct casefile_found *found; /* what was searched last, or NULL */
    uint8_t sign_public[STORE_SIGN_BYTES];
    struct id site_id;
    uint64_t epoch;
    bool is_hub;
    char site_name[STORE_NAME_BYTES];
    char place[PLACE_CODE_BYTES];
    char login[STORE_LOGIN_BYTES];
    char role[STORE_LOGIN_BYTES];
    struct {
        struct stream *items;
        size_t nr, alloc;
    } unsealed; /* cases and places whose sealed answers are open: right.h */
    struct {
        int64_t moment; /* db_moment at which it was asked; else it is old */
        struct stream stream;
        enum right_reach reach;
    } near; /* what right_nearness answered last */
};

struct formdef_cache *store_forms(struct store *s);

#endif
