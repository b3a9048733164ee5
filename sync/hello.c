/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/hello.h"

#include <string.h>

#include "base/i18n.h"
#include "base/reader.h"
#include "sync/msg.h"

/* ---- base64url (RFC 4648, section 5), without padding ---- */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789-_";

static void print_base64(struct buf *text, const struct buf *bytes)
{
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < bytes->size; i++) {
        bits = bits << 8 | (uint8_t)bytes->data[i];
        for (have += 8; have >= 6; have -= 6)
            buf_add_byte(text, (uint8_t)alphabet[bits >> (have - 6) & 63]);
    }
    if (have > 0)
        buf_add_byte(text, (uint8_t)alphabet[bits << (6 - have) & 63]);
}

/* False on another letter, on a length no encoder gives, and when the last
 * letter carries bits that belong to no byte. */
static bool parse_base64(const char *text, struct buf *bytes)
{
    uint32_t bits = 0;
    unsigned have = 0;
    for (; *text != '\0'; text++) {
        const char *at = strchr(alphabet, *text);
        if (at == NULL)
            return false;
        bits = (bits << 6 | (uint32_t)(at - alphabet)) & 0xffff;
        have += 6;
        if (have >= 8) {
            have -= 8;
            buf_add_byte(bytes, (uint8_t)(bits >> have));
        }
    }
    return have < 6 && (bits & ((1u << have) - 1)) == 0 && !buf_failed(bytes);
}

/* ---- the fields ---- */

void hello_print(const struct hello *h, struct buf *text)
{
    struct buf b = BUF_INIT(HELLO_BYTES_MAX);
    buf_add_varint(&b, h->protocol_min);
    buf_add_varint(&b, h->protocol_max);
    buf_add_be64(&b, h->epoch);
    buf_add_be64(&b, h->hub_epoch);
    buf_add_varint(&b, (uint64_t)h->cursor);
    buf_add(&b, h->mark, sizeof h->mark);
    buf_add_varint(&b, h->next_frame);
    buf_add(&b, h->forms, sizeof h->forms);
    buf_add_varint(&b, h->dictionary);
    print_base64(text, &b);
    buf_release(&b);
}

static void get_bytes(struct reader *r, uint8_t *to, size_t n)
{
    const uint8_t *bytes = reader_bytes(r, n);
    if (bytes != NULL)
        memcpy(to, bytes, n);
}

static bool read_fields(struct reader *r, struct hello *h)
{
    h->protocol_min = reader_varint(r);
    h->protocol_max = reader_varint(r);
    h->epoch = reader_be64(r);
    h->hub_epoch = reader_be64(r);
    uint64_t cursor = reader_varint(r);
    get_bytes(r, h->mark, sizeof h->mark);
    h->next_frame = reader_varint(r);
    get_bytes(r, h->forms, sizeof h->forms);
    h->dictionary = reader_varint(r);
    h->cursor = (int64_t)cursor;
    if (reader_failed(r) || cursor > INT64_MAX || h->protocol_min == 0 ||
        h->protocol_min > h->protocol_max)
        return false;
    return reader_done(r) || h->protocol_max > MSG_PROTOCOL_MAX;
}

bool hello_parse(const char *text, struct hello *h, struct err *e)
{
    struct buf bytes = BUF_INIT(HELLO_BYTES_MAX);
    bool good = strnlen(text, HELLO_TEXT_MAX) < HELLO_TEXT_MAX &&
                parse_base64(text, &bytes);
    *h = (struct hello){0};
    if (good) {
        struct reader r = reader_of(bytes.data, bytes.size);
        good = read_fields(&r, h);
    }
    buf_release(&bytes);
    return good || err_set(e, ERR_PROTOCOL,
                           _("The office's request is not well formed"));
}
