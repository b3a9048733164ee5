/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/wire.h"

#include "base/arr.h"
#include "base/i18n.h"
#include "base/reader.h"

static const struct {
    enum msg_type type;
    const char *name;
    size_t max;
} types[] = {
#define ROW(number, name, since, max) {MSG_##name, #name, (max)},
    MSG_LIST(ROW)
#undef ROW
};

enum { VARINT_BYTES_MAX = 10 };

void wire_put(struct buf *out, enum msg_type type, const void *payload,
              size_t size)
{
    buf_add_byte(out, (uint8_t)type);
    buf_add_block(out, payload, size);
}

static bool max_of(uint8_t number, size_t *max)
{
    for (size_t i = 0; i < ARR_NR(types); i++)
        if ((uint8_t)types[i].type == number) {
            *max = types[i].max;
            return true;
        }
    return false;
}

bool wire_look(const struct buf *in, struct wire_msg *m, bool *whole,
               struct err *e)
{
    struct reader r = reader_of(in->data, in->size);
    *whole = false;
    if (in->size == 0)
        return true;
    uint8_t number = reader_byte(&r);
    size_t max = 0;
    if (!max_of(number, &max))
        return err_set(e, ERR_PROTOCOL,
                       _("The other side sent a message this program does not "
                         "know (%u)"),
                       number);
    uint64_t size = reader_varint(&r);
    if (reader_failed(&r) && in->size <= VARINT_BYTES_MAX)
        return true; /* the length itself is not all there */
    if (reader_failed(&r) || size > max)
        return err_set(e, ERR_PROTOCOL,
                       _("The other side sent a message longer than may be "
                         "(%s)"),
                       wire_name((enum msg_type)number));
    if (r.left < size)
        return true;
    *m = (struct wire_msg){.type = (enum msg_type)number,
                           .payload = r.at,
                           .size = (size_t)size,
                           .whole = in->size - r.left + (size_t)size};
    *whole = true;
    return true;
}

const char *wire_name(enum msg_type type)
{
    for (size_t i = 0; i < ARR_NR(types); i++)
        if (types[i].type == type)
            return types[i].name;
    return "unknown";
}
