/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/place.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/str.h"

enum {
    COUNTRY_BYTES = 2,
    LEVEL_BYTES = 2, /* each level adds so many digits to its parent's code */
    WOREDA_BYTES = 8,
    NAMES_BYTES_MAX = 512,
};

#define KEBELE_LETTERS                                                         \
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"

static const struct place places[] = {
#define ROW(code, parent, level, name, other_names)                            \
    {code, parent, level, name, other_names},
#include "forms/pack/places.inc"
#undef ROW
};

const struct place *place_list(size_t *nr)
{
    *nr = ARR_NR(places);
    return places;
}

const struct place *place_find(const char *code)
{
    size_t low = 0, high = ARR_NR(places);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(code, places[middle].code);
        if (order == 0)
            return &places[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* The Kebele part of a code, behind the slash; NULL when it has none. */
static const char *kebele_of(const char *code)
{
    const char *slash = strchr(code, '/');
    return slash ? slash + 1 : NULL;
}

bool place_is_code(const char *code)
{
    size_t published = strcspn(code, "/");
    if (strncmp(code, "ET", COUNTRY_BYTES) != 0 || published > WOREDA_BYTES ||
        published % LEVEL_BYTES != 0)
        return false;
    size_t digits = strspn(code + COUNTRY_BYTES, "0123456789");
    if (digits != published - COUNTRY_BYTES)
        return false;
    const char *kebele = kebele_of(code);
    if (kebele == NULL)
        return true;
    size_t n = strspn(kebele, KEBELE_LETTERS);
    return published == WOREDA_BYTES && n > 0 && n <= PLACE_KEBELE_BYTES &&
           kebele[n] == '\0';
}

bool place_is_within(const char *inner, const char *outer)
{
    if (str_equal(inner, outer))
        return true;
    return place_is_code(inner) && place_is_code(outer) &&
           kebele_of(outer) == NULL && str_starts(inner, outer);
}

bool place_parent(const char *code, char out[PLACE_CODE_BYTES])
{
    if (!place_is_code(code) || code[COUNTRY_BYTES] == '\0')
        return false;
    size_t n = strcspn(code, "/");
    if (code[n] == '\0')
        n -= LEVEL_BYTES;
    memcpy(out, code, n);
    out[n] = '\0';
    return true;
}

/* A woreda is told apart by its zone, a zone by its region; a region needs
 * nothing more, and neither does a place whose parent the pack does not know.
 */
static void names_add(struct buf *b, const char *code)
{
    char above[PLACE_CODE_BYTES];
    const struct place *p = place_find(code);
    buf_add_str(b, p ? p->name : code);
    if (!place_parent(code, above) || above[COUNTRY_BYTES] == '\0')
        return;
    const struct place *parent = place_find(above);
    if (parent)
        buf_printf(b, ", %s", parent->name);
}

void place_print(const char *code, char *out, size_t out_bytes)
{
    struct buf b = BUF_INIT(NAMES_BYTES_MAX);
    char woreda[PLACE_CODE_BYTES];
    const char *kebele = place_is_code(code) ? kebele_of(code) : NULL;
    if (kebele && place_parent(code, woreda)) {
        buf_printf(&b, _("Kebele %s"), kebele);
        buf_add_str(&b, ", ");
        names_add(&b, woreda);
    } else {
        names_add(&b, code);
    }
    str_copy(out, out_bytes, buf_failed(&b) ? code : buf_text(&b));
    buf_release(&b);
}
