/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/key.h"

#include <stdio.h>
#include <string.h>

#include "base/arr.h"
#include "base/str.h"
#include "base/utf8.h"

static const struct {
    uint32_t key;
    const char *name;
} names[] = {{K_TAB, "Tab"},        {K_ENTER, "Enter"},
             {K_ESC, "Esc"},        {' ', "Space"},
             {K_UP, "Up"},          {K_DOWN, "Down"},
             {K_LEFT, "Left"},      {K_RIGHT, "Right"},
             {K_HOME, "Home"},      {K_END, "End"},
             {K_PGUP, "PgUp"},      {K_PGDN, "PgDn"},
             {K_INSERT, "Ins"},     {K_DELETE, "Del"},
             {K_BACKTAB, "S-Tab"},  {K_BACKSPACE, "Backspace"},
             {K_RESIZE, "Resize"},  {K_HANGUP, "Hangup"},
             {K_TIMEOUT, "Timeout"}};

bool key_is_text(uint32_t key)
{
    char s[4];

    if (key < 0x20 || key > 0x10FFFF || (key >= 0xD800 && key <= 0xDFFF))
        return false;
    return utf8_is_clean(s, utf8_encode(key, s));
}

void key_print(uint32_t key, char out[KEY_NAME_BYTES])
{
    for (size_t i = 0; i < ARR_NR(names); i++)
        if (names[i].key == key) {
            str_copy(out, KEY_NAME_BYTES, names[i].name);
            return;
        }
    if (key >= K_F1 && key <= K_F12)
        snprintf(out, KEY_NAME_BYTES, "F%u", (unsigned)(key - K_F1 + 1));
    else if (key < 0x20)
        snprintf(out, KEY_NAME_BYTES, "^%c", (char)(key + '@'));
    else
        out[key_is_text(key) ? utf8_encode(key, out) : 0] = '\0';
}

static uint32_t parse_function_key(const char *name)
{
    int64_t nr;

    if (name[0] != 'F' || !str_to_int(name + 1, 1, 12, &nr))
        return K_NONE;
    return K_F1 + (uint32_t)nr - 1;
}

uint32_t key_parse(const char *name, size_t n)
{
    char s[KEY_NAME_BYTES];
    size_t len;
    uint32_t c;

    if (n == 0 || n >= sizeof s)
        return K_NONE;
    memcpy(s, name, n);
    s[n] = '\0';
    for (size_t i = 0; i < ARR_NR(names); i++)
        if (str_equal(names[i].name, s))
            return names[i].key;
    if (n == 2 && s[0] == '^' && s[1] >= '@' && s[1] <= '_')
        return K_CTRL(s[1]);
    c = utf8_decode(s, n, &len);
    if (len == n && key_is_text(c))
        return c;
    return parse_function_key(s);
}
