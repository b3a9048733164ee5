/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/typing.h"

#include "base/arr.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "tui/key.h"

static void erase_back(struct typing *t)
{
    size_t at = text_at(t->text);

    text_left(t->text);
    text_erase(t->text, text_at(t->text), at, NULL);
}

static void erase(struct typing *t)
{
    size_t at = text_at(t->text);

    text_right(t->text);
    text_erase(t->text, at, text_at(t->text), NULL);
}

static void erase_word(struct typing *t)
{
    text_erase(t->text, text_word_start(t->text), text_at(t->text), t->clip);
}

/* At the end of a line the newline goes, so that lines can be joined. */
static void cut_end(struct typing *t)
{
    size_t at = text_at(t->text), end = text_line_end(t->text);

    if (end == at && end < text_size(t->text))
        end++;
    text_erase(t->text, at, end, t->clip);
}

static void cut_all(struct typing *t)
{
    text_erase(t->text, text_line_start(t->text), text_at(t->text), t->clip);
}

static void paste(struct typing *t)
{
    if (t->clip)
        text_insert(t->text, buf_text(t->clip), t->clip->size);
}

static void left(struct typing *t)
{
    text_left(t->text);
}

static void right(struct typing *t)
{
    text_right(t->text);
}

static void undo(struct typing *t)
{
    text_undo(t->text);
}

static void redo(struct typing *t)
{
    text_redo(t->text);
}

static void toggle(struct typing *t)
{
    t->ethiopic = !t->ethiopic;
}

static const struct {
    enum action action;
    void (*act)(struct typing *t);
} deeds[] = {
    {ACTION_LEFT, left},
    {ACTION_RIGHT, right},
    {ACTION_ERASE_BACK, erase_back},
    {ACTION_ERASE, erase},
    {ACTION_ERASE_WORD, erase_word},
    {ACTION_CUT_END, cut_end},
    {ACTION_CUT_ALL, cut_all},
    {ACTION_PASTE, paste},
    {ACTION_UNDO, undo},
    {ACTION_REDO, redo},
    {ACTION_ETHIOPIC, toggle},
};

static bool insert_key(struct typing *t, uint32_t key)
{
    char s[4];

    return text_insert(t->text, s, utf8_encode(key, s));
}

static bool type_ethiopic(struct typing *t, uint32_t key)
{
    struct sera_step step = sera_type(&t->sera, key);
    size_t at = text_at(t->text);

    while (step.erase-- > 0)
        text_left(t->text);
    text_erase(t->text, text_at(t->text), at, NULL);
    if (step.text_nr == 0 || text_insert(t->text, step.text, step.text_nr))
        return true;
    sera_end(&t->sera);
    return false;
}

enum edit_answer typing_press(struct typing *t, const struct press *p)
{
    bool ok;

    for (size_t i = 0; i < ARR_NR(deeds); i++)
        if (deeds[i].action == p->action) {
            sera_end(&t->sera);
            deeds[i].act(t);
            return EDIT_DONE;
        }
    if (p->action != ACTION_NONE || !key_is_text(p->key)) {
        sera_end(&t->sera);
        return EDIT_IGNORED;
    }
    ok = t->ethiopic ? type_ethiopic(t, p->key) : insert_key(t, p->key);
    return ok ? EDIT_DONE : EDIT_REFUSED;
}
