/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tool_newer DIR PASSPHRASE: makes an office's file look as if a newer program
 * had made it, for the tests that open it then.
 */
#include <stdio.h>

#include "base/mem.h"
#include "store/db.h"
#include "store/keyfile.h"
#include "store/store.h"

int main(int argc, char **argv)
{
    struct keyfile_unlocked who = {0};
    struct err e = ERR_INIT;
    char path[4096];
    if (argc != 3)
        return 2;
    snprintf(path, sizeof path, "%s/homeward.keys", argv[1]);
    bool good = keyfile_unlock(path, argv[2], &who, &e);
    snprintf(path, sizeof path, "%s/homeward.db", argv[1]);
    struct db *db = good ? db_open(path, who.key, false, &e) : NULL;
    good = db != NULL &&
           db_run(db, "UPDATE setting SET value = ? WHERE name = 'schema'",
                  DB_BIND(db_int(STORE_SCHEMA_VERSION + 1)), &e);
    db_close(db);
    mem_wipe(&who, sizeof who);
    if (!good)
        fprintf(stderr, "%s\n", e.text);
    return good ? 0 : 1;
}
