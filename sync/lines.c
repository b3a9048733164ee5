/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/lines_int.h"

#include <string.h>

#include "base/str.h"

bool lines_take(const char **at, const char *word, char *out, size_t out_bytes)
{
    size_t n = strlen(word);
    if (!str_starts(*at, word) || (*at)[n] != ' ')
        return false;
    const char *value = *at + n + 1;
    size_t size = strcspn(value, "\n");
    if (value[size] != '\n' || size >= out_bytes)
        return false;
    memcpy(out, value, size);
    out[size] = '\0';
    *at = value + size + 1;
    return true;
}
