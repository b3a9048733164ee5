/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes: type, then by type nothing; zigzag number; scale and zigzag
 * number; varint length and text; varint count and varints; number and text.
 * Everything has one spelling only, so equal bytes and equal values are the
 * same thing and a hash over them can be trusted.
 */
#include "forms/value.h"

#include <string.h>

#include "base/utf8.h"

enum { SCALE_MAX = 18, MS_OF_DAY = 86400000 };

/* Which parts follow the type byte, in this order. */
struct layout {
    bool known, scale, number, text, choices;
};

static const struct layout layouts[] = {
    [VALUE_NONE] = {.known = true},
    [VALUE_INTEGER] = {.known = true, .number = true},
    [VALUE_DECIMAL] = {.known = true, .scale = true, .number = true},
    [VALUE_DATE] = {.known = true, .number = true},
    [VALUE_TEXT] = {.known = true, .text = true},
    [VALUE_CHOICES] = {.known = true, .choices = true},
    [VALUE_TOKENS] = {.known = true, .text = true},
    [VALUE_TIME] = {.known = true, .number = true},
    [VALUE_MOMENT] = {.known = true, .number = true, .text = true},
};

static const struct layout *layout_of(unsigned type)
{
    static const struct layout none;

    return type < sizeof layouts / sizeof *layouts ? &layouts[type] : &none;
}

/* 1.50 and 1.5 are one number: the shorter spelling is kept. */
static struct value shortest(const struct value *v)
{
    struct value s = *v;

    if (s.type == VALUE_DECIMAL && s.number == 0)
        s.scale = 0;
    while (s.type == VALUE_DECIMAL && s.scale > 0 && s.number % 10 == 0) {
        s.number /= 10;
        s.scale--;
    }
    return s;
}

void value_encode(struct buf *b, const struct value *v)
{
    struct value s = shortest(v);
    const struct layout *l = layout_of(s.type);

    buf_add_byte(b, (uint8_t)s.type);
    if (l->scale)
        buf_add_byte(b, (uint8_t)s.scale);
    if (l->number)
        buf_add_zigzag(b, s.number);
    if (l->text)
        buf_add_block(b, s.text, s.text_bytes);
    if (!l->choices)
        return;
    buf_add_varint(b, s.choices_nr);
    for (size_t i = 0; i < s.choices_nr; i++)
        buf_add_varint(b, s.choices[i]);
}

static bool decode_choices(struct reader *r, uint32_t *room, size_t room_nr,
                           struct value *v)
{
    uint64_t nr = reader_varint(r);

    if (nr > VALUE_CHOICES_MAX || nr > room_nr)
        return false;
    for (size_t i = 0; i < nr; i++) {
        uint64_t index = reader_varint(r);
        if (index > UINT32_MAX)
            return false;
        room[i] = (uint32_t)index;
    }
    v->choices = room;
    v->choices_nr = (size_t)nr;
    return true;
}

static bool is_canonical(const struct value *v)
{
    struct value s = shortest(v);

    if (s.scale != v->scale || v->scale > SCALE_MAX)
        return false;
    if (v->type == VALUE_TIME && (v->number < 0 || v->number >= MS_OF_DAY))
        return false;
    return v->text_bytes == 0 || utf8_is_valid(v->text, v->text_bytes);
}

bool value_decode(const void *bytes, size_t n, uint32_t *room, size_t room_nr,
                  struct value *v)
{
    struct reader r = reader_of(bytes, n);
    struct value got = {.type = VALUE_NONE};
    unsigned type = reader_byte(&r);
    const struct layout *l = layout_of(type);

    if (!l->known)
        return false;
    got.type = (enum value_type)type;
    if (l->scale)
        got.scale = reader_byte(&r);
    if (l->number)
        got.number = reader_zigzag(&r);
    if (l->text)
        got.text = (const char *)reader_block(&r, VALUE_TEXT_BYTES_MAX,
                                              &got.text_bytes);
    if (l->choices && !decode_choices(&r, room, room_nr, &got))
        return false;
    if (!reader_done(&r) || !is_canonical(&got))
        return false;
    *v = got;
    return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
    struct value x = shortest(a), y = shortest(b);

    if (x.type != y.type || x.number != y.number || x.scale != y.scale ||
        x.text_bytes != y.text_bytes || x.choices_nr != y.choices_nr)
        return false;
    if (x.text_bytes != 0 && memcmp(x.text, y.text, x.text_bytes) != 0)
        return false;
    return x.choices_nr == 0 ||
           memcmp(x.choices, y.choices, x.choices_nr * sizeof *x.choices) == 0;
}
