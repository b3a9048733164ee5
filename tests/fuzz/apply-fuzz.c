/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a line of JSON is applied or refused with a sentence that is the
 * line's fault, never the program's; and what is refused leaves nothing.
 */
#include <stdint.h>
#include <stdlib.h>

#include "store/apply.h"
#include "store/db.h"
#include "store/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct store *office;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const struct store_new made = {.site_name = "Office of the test",
                                   .place = "ET041114",
                                   .login = "almaz",
                                   .role = "case-manager"};
    struct err e = ERR_INIT;
    (void)argc;
    (void)argv;
    office = store_open_memory(&made, store_env_system(), &e);
    if (office == NULL)
        abort();
    return 0;
}

static int64_t changes(void)
{
    struct err e = ERR_INIT;
    int64_t n = 0;
    db_get_int(store_db(office), "SELECT COUNT(*) FROM change", DB_NOTHING, 0,
               &n, &e);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct err e = ERR_INIT, ignored = ERR_INIT;
    bool saved = false;
    int64_t before = changes();
    if (!db_begin(store_db(office), &e))
        abort();
    if (!apply_line(office, (const char *)bytes, n, &saved, &e) &&
        (e.code == ERR_BUG || e.code == ERR_IO || e.code == ERR_CORRUPT ||
         e.text[0] == '\0' || changes() != before))
        abort();
    db_end(store_db(office), false, &ignored);
    return 0;
}
