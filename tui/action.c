/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/action.h"

#include <assert.h>

#include "base/str.h"

static const struct action_info infos[ACTION_NR] = {
    [ACTION_NONE] = {"", "", "", ""},
#define ACTION_ROW(symbol, name, keys, label, help)                            \
    [ACTION_##symbol] = {name, keys, label, help},
    ACTION_TABLE(ACTION_ROW)
#undef ACTION_ROW
};

const struct action_info *action_info(enum action a)
{
    assert(a >= 0 && a < ACTION_NR);
    return &infos[a];
}

enum action action_find(const char *name)
{
    for (int a = ACTION_NONE + 1; a < ACTION_NR; a++)
        if (str_equal(infos[a].name, name))
            return (enum action)a;
    return ACTION_NONE;
}
