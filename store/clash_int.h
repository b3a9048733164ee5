/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CLASH_INT_H
#define STORE_CLASH_INT_H
/*
 * When the values that stand for a field clash, as a condition on a row g of
 * (record_id, field_id): two of them differ. Offices that gave the same answer
 * without knowing of each other agree: both changes stand, with who said so,
 * and there is nothing to settle. The same bytes under two versions of a form
 * may be two answers, so those count as different. Calculations
 * never clash: they follow from answers that may, and from the next save. Rows
 * that were added and dropped (5, 6) hold no values that could differ. entity.c
 * marks values by the same rule.
 */

/* "SELECT COUNT(*) FROM " CLASH_FROM "cell l" CLASH_WHERE: rows of a table g.
 * Few fields have more than one value, and only those are compared. */
#define CLASH_FROM "(SELECT l.record_id, l.field_id FROM "
#define CLASH_WHERE                                                            \
    " GROUP BY l.record_id, l.field_id HAVING COUNT(*) > 1) g WHERE"           \
    " (SELECT COUNT(DISTINCT v.value) > 1"                                     \
    "  OR COUNT(DISTINCT COALESCE(v.form_id, 0)) > 1"                          \
    "  OR (COUNT(v.value) > 0 AND COUNT(v.value) < COUNT(*)) FROM cell w"      \
    "  JOIN change v ON v.change_id = w.change_id"                             \
    "  WHERE w.record_id = g.record_id AND w.field_id = g.field_id"            \
    "  AND v.op NOT IN (5, 6))"                                                \
    " AND NOT (SELECT f.computed FROM field f"                                 \
    "  WHERE f.field_id = g.field_id)"

#endif
