/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_REPORT_H
#define BASE_REPORT_H
/*
 * What a command found, on its way to the person: facts (a name and a value)
 * and tables, written as aligned text or as one JSON object. Commands fill a
 * report; only main.c decides where the bytes go. Tables stream: a row is
 * written when it ends, so a list of 20,000 cases needs no memory.
 *
 *     report_fact_int(r, "sent_changes", N_("changes sent"), 3);
 *     report_table_begin(r, "cases", columns, ARR_NR(columns));
 *     report_cell(r, "4F7K-2M9Q"); ... report_table_end(r);
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct report;

struct report_column {
    const char *key;   /* JSON name, snake_case, never translated */
    const char *title; /* text heading, N_() */
    unsigned width;    /* text columns; 0: what is left (last column) */
};

typedef void report_write_fn(void *arg, const char *bytes, size_t n);

struct report *report_new(bool json, report_write_fn *write, void *arg);

/* Ends the document (closes the JSON object) and frees it; NULL is fine. */
void report_free(struct report *r);

bool report_is_json(const struct report *r);

/* Sentences and the cells of tables go on in the next line where they would
 * pass so many columns. Not called, or 0: a line each, for programs. */
void report_fit(struct report *r, size_t columns);

/* Whether a file or another program takes what is reported, not the terminal
 * of a person: nobody called report_fit with columns. */
bool report_leaves(const struct report *r);

/* A sentence for people; JSON leaves it out. */
void report_line(struct report *r, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Text that is no sentence, a line of n bytes as it stands; JSON leaves it
 * out. */
void report_text(struct report *r, const char *line, size_t n);

/* A fact: text "title: value", JSON "key": value. */
void report_fact(struct report *r, const char *key, const char *title,
                 const char *value);
void report_fact_int(struct report *r, const char *key, const char *title,
                     int64_t value);
void report_fact_bool(struct report *r, const char *key, const char *title,
                      bool value);

/* Rows between begin and end have as many cells as there are columns; the
 * last cell ends the row. Control characters in cells become spaces in text. */
void report_table_begin(struct report *r, const char *key,
                        const struct report_column *columns, size_t nr);
void report_cell(struct report *r, const char *value); /* NULL: null, "" */
void report_cell_int(struct report *r, int64_t value);
void report_table_end(struct report *r);

/* The same for lines that a script takes apart: text without a heading, cells
 * parted by a tab; backslash, tab and newline in them are written \\ \t \n and
 * other control characters \xHH. JSON as ever. Ends with report_table_end. */
void report_rows_begin(struct report *r, const char *key,
                       const struct report_column *columns, size_t nr);

/* Appends a JSON string literal, quotes included, to be used by exports. */
struct buf;
void report_json_string(struct buf *b, const char *s, size_t n);

#endif
