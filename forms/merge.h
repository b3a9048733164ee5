/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_MERGE_H
#define FORMS_MERGE_H
/*
 * A form that comes back from another tool has lost what that tool does not
 * know: Kobo gives back no column whose name begins with x_, and no choice
 * that its author took off the list. The form that is kept gives them back:
 *
 * - a cell of an x_ column that is blank, or whose column is gone, is the one
 *   of the question with the same path (else the path in x_was), of the choice
 *   with the same list and name, of the settings. What the file does say
 *   counts: "open" in x_access takes "sealed" back, "no" in x_retired offers a
 *   choice again.
 * - a list under a name the kept form does not know is the one that a question
 *   of the same path had: Kobo's builder names lists itself.
 * - a retired choice that vanished stands behind the others of its list,
 *   retired.
 * - the rows of a file with a list (forms/sidefile.h) that the form still asks
 *   for, but that was not beside it.
 *
 * Everything else is as the file says.
 */
#include "forms/book.h"

/* Both books are canonical (forms/canon.h), and so is what comes of them; id
 * as for canon_new. The caller frees it; the two may be freed before it. */
struct book *merge_new(const struct book *kept, const struct book *fresh,
                       const char *id);

#endif
