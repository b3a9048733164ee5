/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ARR_H
#define BASE_ARR_H
/*
 * Growable typed arrays by three fields in any struct: items, nr, alloc.
 *
 *     struct finding_list { struct finding *items; size_t nr, alloc; };
 *     ARR_PUSH(&list) = (struct finding){...};
 *
 * The struct that holds the three fields owns items and frees it with
 * ARR_RELEASE.
 */
#include "base/mem.h"

/* Makes room for one more and is that new, uninitialised item. */
#define ARR_PUSH(a)                                                            \
    (*(((a)->nr == (a)->alloc                                                  \
            ? (void)((a)->alloc = (a)->alloc ? 2 * (a)->alloc : 8,             \
                     (a)->items = mem_resize((a)->items, (a)->alloc,           \
                                             sizeof *(a)->items))              \
            : (void)0),                                                        \
       &(a)->items[(a)->nr++]))

#define ARR_RELEASE(a)                                                         \
    (mem_free((a)->items), (a)->items = NULL, (a)->nr = 0, (a)->alloc = 0)

#define ARR_NR(fixed) (sizeof(fixed) / sizeof *(fixed))

#endif
