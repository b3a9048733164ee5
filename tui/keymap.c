/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/keymap.h"

#include <string.h>

#include "base/arr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/str.h"
#include "tui/key.h"

enum { KEYS_MAX = 6, SHOWN_MAX = 96 };

static const enum action globals[] = {ACTION_GLOBALS, ACTION_NONE};

struct binding {
    uint32_t keys[KEYS_MAX];
    size_t nr;
    char *shown;        /* for people: "F2, ^O" */
    char *shown_typing; /* those that work while text is typed */
};

struct keymap {
    struct binding bindings[ACTION_NR];
};

static bool works(uint32_t key, bool typing)
{
    return !typing || !key_is_text(key);
}

static char *show(const struct binding *b, bool typing)
{
    struct buf out = BUF_INIT(SHOWN_MAX);
    char *shown;

    for (size_t i = 0; i < b->nr; i++) {
        char name[KEY_NAME_BYTES];

        if (!works(b->keys[i], typing))
            continue;
        key_print(b->keys[i], name);
        buf_printf(&out, "%s%s", out.size ? ", " : "", name);
    }
    shown = mem_copy_str(buf_text(&out));
    buf_release(&out);
    return shown;
}

bool keymap_bind(struct keymap *k, enum action a, const char *keys,
                 struct err *e)
{
    struct binding b = {{0}, 0, NULL, NULL};

    for (;;) {
        size_t n;
        uint32_t key;

        keys += strspn(keys, " \t");
        n = strcspn(keys, " \t\r");
        if (n == 0)
            break;
        key = key_parse(keys, n);
        if (key == K_NONE)
            return err_set(e, ERR_INPUT, _("There is no key called %.*s"),
                           (int)n, keys);
        if (b.nr == KEYS_MAX)
            return err_set(e, ERR_INPUT, _("An action takes at most %d keys"),
                           KEYS_MAX);
        b.keys[b.nr++] = key;
        keys += n;
    }
    b.shown = show(&b, false);
    b.shown_typing = show(&b, true);
    mem_free(k->bindings[a].shown);
    mem_free(k->bindings[a].shown_typing);
    k->bindings[a] = b;
    return true;
}

struct keymap *keymap_new(void)
{
    struct keymap *k = mem_alloc(sizeof *k);
    struct err e = ERR_INIT;

    for (int a = ACTION_NONE; a < ACTION_NR; a++)
        keymap_bind(k, (enum action)a, action_info((enum action)a)->keys, &e);
    return k;
}

void keymap_free(struct keymap *k)
{
    if (!k)
        return;
    for (size_t i = 0; i < ARR_NR(k->bindings); i++) {
        mem_free(k->bindings[i].shown);
        mem_free(k->bindings[i].shown_typing);
    }
    mem_free(k);
}

static bool read_line(struct keymap *k, const char *line, struct err *e)
{
    char name[64];
    const char *equals = strchr(line, '=');
    const char *s = line;
    size_t n = str_trim(&s);
    enum action a;

    if (n == 0 || *s == '#')
        return true;
    if (!equals)
        return err_set(e, ERR_INPUT, _("A line of keys is: action = keys"));
    n = strcspn(s, " \t=");
    if (n >= sizeof name)
        n = sizeof name - 1;
    memcpy(name, s, n);
    name[n] = '\0';
    a = action_find(name);
    if (a == ACTION_NONE)
        return err_set(e, ERR_INPUT, _("There is no action called %s"), name);
    return keymap_bind(k, a, equals + 1, e);
}

bool keymap_read(struct keymap *k, const char *text, struct err *e)
{
    for (unsigned nr = 1; *text; nr++) {
        size_t n = strcspn(text, "\n");
        char *line = mem_copy_strn(text, n);
        bool ok = read_line(k, line, e);

        mem_free(line);
        if (!ok)
            return err_wrap(e, _("Line %u of the keys"), nr);
        text += n + (text[n] == '\n');
    }
    return true;
}

static bool has_key(const struct keymap *k, enum action a, uint32_t key)
{
    for (size_t i = 0; i < k->bindings[a].nr; i++)
        if (k->bindings[a].keys[i] == key)
            return true;
    return false;
}

enum action keymap_action(const struct keymap *k, const enum action *actions,
                          bool typing, uint32_t key)
{
    if (!works(key, typing))
        return ACTION_NONE;
    for (; actions && *actions != ACTION_NONE; actions++)
        if (has_key(k, *actions, key))
            return *actions;
    for (actions = globals; *actions != ACTION_NONE; actions++)
        if (has_key(k, *actions, key))
            return *actions;
    return ACTION_NONE;
}

const char *keymap_keys(const struct keymap *k, enum action a, bool typing)
{
    return typing ? k->bindings[a].shown_typing : k->bindings[a].shown;
}

uint32_t keymap_first(const struct keymap *k, enum action a, bool typing)
{
    for (size_t i = 0; i < k->bindings[a].nr; i++)
        if (works(k->bindings[a].keys[i], typing))
            return k->bindings[a].keys[i];
    return K_NONE;
}
