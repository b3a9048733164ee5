/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/unseal.h"

#include "base/buf.h"
#include "base/i18n.h"
#include "tui/tui.h"

enum { REASON_BYTES = 200 };

bool unseal_ask(struct tui *t, struct store *s, const struct stream *stream)
{
    struct buf reason = BUF_INIT(REASON_BYTES);
    struct err e = ERR_INIT;
    bool asked = tui_prompt(t, _("Why do you need to see it?"), &reason, false);
    bool good = asked && right_unseal(s, stream, buf_text(&reason), &e);

    if (asked && !good)
        tui_fail(t, &e);
    buf_release(&reason);
    return good;
}

bool unseal_may(const struct store *s)
{
    return right_has(s, RIGHT_READ, "case", RIGHT_SEALED);
}

const char *unseal_words(const struct store *s)
{
    return unseal_may(s) ? _("(sealed: u opens it with a reason)")
                         : _("(sealed)");
}

const char *unseal_hint(const struct store *s)
{
    return unseal_may(s) ? _("Sealed: u opens it with a reason, which is kept. "
                             "What stands here stays as it is")
                         : _("Sealed, and not for your role. What stands here "
                             "stays as it is");
}

static bool is_offered(const struct store *s, enum action a,
                       const struct unseal_need *needs, size_t nr)
{
    for (size_t i = 0; i < nr; i++)
        if (needs[i].action == a)
            return right_has(s, needs[i].right, needs[i].kind, needs[i].class);
    return true;
}

void unseal_offer(const struct store *s, const enum action *all,
                  const struct unseal_need *needs, size_t needs_nr,
                  enum action out[UNSEAL_ACTIONS_MAX])
{
    size_t nr = 0;

    for (; *all != ACTION_NONE && nr < UNSEAL_ACTIONS_MAX - 1; all++)
        if (is_offered(s, *all, needs, needs_nr))
            out[nr++] = *all;
    out[nr] = ACTION_NONE;
}
