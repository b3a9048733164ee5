/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_CANON_H
#define FORMS_CANON_H
/*
 * The canonical file of a form: what is kept, compared and hashed, however the
 * author's tool laid it out. One question a line, columns in a fixed order
 * under XLSForm's own names, languages as "Amharic (am)", straight quotation
 * marks in expressions, line breaks as \n in texts and as blanks elsewhere,
 * external choices among the choices. Rows keep their order, for it is
 * meaning; columns nobody here knows are kept as they are, behind the others,
 * but for what Kobo notes for itself (columns $... and kobo--..., and the
 * calculation __version__), which is another one at each download.
 * The canonical file of a canonical file is the same.
 */
#include "forms/book.h"

/* The sheets survey, choices, settings and entities, then those of files
 * (sidefile.h), in this order, as far as the book has them. id is put in as
 * form_id when the book gives none; NULL leaves that out. The caller frees it.
 */
struct book *canon_new(const struct book *b, const char *id);

#endif
