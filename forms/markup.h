/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMS_MARKUP_H
#define FORMS_MARKUP_H
/*
 * Labels written for a telephone may hold signs of Markdown and HTML for bold
 * words, colours and links. The form keeps them, for it goes back to Kobo as it
 * came; a person at a screen of letters is shown the words alone.
 */
struct pool;

/* The words of a text, in the pool; the text itself when there is nothing to
 * take away. A line break (<br>, the end of a paragraph) is one, several blank
 * lines are one, a link keeps its address behind its words. */
const char *markup_strip(const char *text, struct pool *pool);

#endif
