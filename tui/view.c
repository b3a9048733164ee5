/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/view.h"

#include "base/mem.h"

struct view *view_new(const struct view_ops *ops, void *self)
{
    struct view *v = mem_alloc(sizeof *v);

    v->ops = ops;
    v->self = self;
    return v;
}

void view_free(struct view *v)
{
    if (!v)
        return;
    v->ops->free(v->self);
    mem_free(v->title);
    mem_free(v);
}

void view_set_title(struct view *v, const char *title)
{
    char *copy = mem_copy_str(title);

    mem_free(v->title);
    v->title = copy;
}

const char *view_title(const struct view *v)
{
    if (v->title)
        return v->title;
    return v->ops->title ? _(v->ops->title) : "";
}

const enum action *view_actions(const struct view *v)
{
    static const enum action none[] = {ACTION_NONE};
    const enum action *actions =
        v->ops->actions_now ? v->ops->actions_now(v->self) : v->ops->actions;

    return actions ? actions : none;
}

bool view_typing(const struct view *v)
{
    return v->ops->typing && v->ops->typing(v->self);
}

bool view_may_close(struct view *v)
{
    return !v->ops->may_close || v->ops->may_close(v->self);
}

enum view_answer view_press(struct view *v, const struct press *p)
{
    return v->ops->press ? v->ops->press(v->self, p) : VIEW_IGNORED;
}
