/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_RIGHT_INT_H
#define STORE_RIGHT_INT_H
/*
 * How near a case or place stands to the unlocked person: the least reach that
 * takes it in. One query for a stream; as a piece of SQL for lists.
 */
#include <stdbool.h>

#include "base/err.h"
#include "forms/right.h"
#include "store/stream.h"

struct store;

/* 1 to 4 (RIGHT_OWN to RIGHT_ALL) for a row of stream, by itself; login and
 * place are the numbers of the parameters with the person's login and the
 * office's place. */
#define RIGHT_NEARNESS_OF(stream, login, place)                                \
    "(CASE WHEN EXISTS(SELECT 1 FROM worker w"                                 \
    " WHERE w.stream_id = " stream ".stream_id AND w.login = ?" #login         \
    " AND w.here = 1 AND w.works = 1) THEN 1"                                  \
    " WHEN " stream ".kind = 1 AND NOT EXISTS(SELECT 1 FROM worker w"          \
    " WHERE w.stream_id = " stream ".stream_id AND w.works = 1"                \
    " AND (w.here = 1 OR w.named = 1)) THEN 1"                                 \
    " WHEN " stream ".place = ?" #place "  OR " stream ".place LIKE ?" #place  \
    " || '/%'"                                                                 \
    " OR EXISTS(SELECT 1 FROM epoch o WHERE o.epoch = " stream ".opener"       \
    " AND o.own = 1) THEN 2"                                                   \
    " WHEN " stream ".place > ?" #place "  AND " stream ".place < ?" #place    \
    " || ':'"                                                                  \
    " AND ?" #place " NOT LIKE '%/%' THEN 3"                                   \
    " ELSE 4 END)"

/* Of stream s, with the cases kept under it: who works with a child by one of
 * its cases must not lose the child when two people make them one. Few cases
 * are said to be another, in most offices none (that is asked once a
 * statement); only for those the rest is asked. */
/* clang-format off */
#define RIGHT_NEARNESS(login, place)                                           \
    "(CASE WHEN EXISTS(SELECT 1 FROM duplicate)"                                \
    " AND EXISTS(SELECT 1 FROM duplicate d WHERE d.says = s.key)"              \
    " THEN MIN(" RIGHT_NEARNESS_OF("s", login, place) ","                      \
    " COALESCE((SELECT MIN(" RIGHT_NEARNESS_OF("u", login, place) ")"         \
    " FROM duplicate d JOIN casefile b ON b.stream_id = d.stream_id"         \
    " JOIN stream u ON u.stream_id = d.stream_id"                            \
    " WHERE b.kept = s.key), 4))"                                            \
    " ELSE " RIGHT_NEARNESS_OF("s", login, place) " END)"
/* clang-format on */

bool right_nearness(struct store *s, const struct stream *stream,
                    enum right_reach *nearness, struct err *e);

/* The table's answer for a record of that kind in a stream of that sort: a
 * record that stands where its kind does not belong is guarded as both. */
enum right_reach right_reach_in(const char *role, const char *kind,
                                enum stream_kind stream, enum right_class class,
                                enum right_action action);

/* Which classes of a record's fields may be shown now. */
struct right_sight {
    bool sees[RIGHT_CLASSES];
};
bool right_sight(struct store *s, const struct stream *stream, const char *kind,
                 struct right_sight *sight, struct err *e);

/* The class of a field of a record: of its form in that version (NULL: not
 * known here, or none), else of the form of its kind. What the program itself
 * writes is RIGHT_CASE in a case, else RIGHT_OPEN. *known false: the form is
 * not known here, and RIGHT_SEALED is a guess. */
struct formdef;
struct right_field {
    const struct formdef *def;
    const char *kind;
    const struct stream *stream;
    const char *path;
};
enum right_class right_class_of(struct store *s, const struct right_field *x,
                                bool *known);

#endif
