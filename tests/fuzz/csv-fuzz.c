/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: a CSV file is read whole or refused with a sentence; no cell of what
 * was read lies outside its text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "forms/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct err e = ERR_INIT;
    struct csv *c = csv_read((const char *)bytes, n, &e);
    if (c == NULL && e.text[0] == '\0')
        abort();
    for (size_t i = 0; c != NULL && i < c->nr; i++)
        for (size_t k = 0; k <= c->items[i].nr; k++) {
            const char *cell = csv_cell(&c->items[i], k);
            if (!utf8_is_clean(cell, strlen(cell)))
                abort();
        }
    csv_free(c);
    return 0;
}
