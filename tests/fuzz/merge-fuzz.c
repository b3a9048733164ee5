/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever a form file holds, its canonical text is stable, and merged
 * with a form that is kept, or with itself, it stays a file that can be read.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "forms/canon.h"
#include "forms/merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char kept_text[] =
    "survey\n,type,name,label,x_access,x_was\n,begin group,g,G,,\n"
    ",select_one l,s,S,sealed,old\n,end group,,,,\n,text,t,T,case,\n"
    "choices\n,list_name,name,label,x_retired\n,l,a,A,\n,l,b,B,yes\n"
    "settings\n,form_id,version,x_title::Amharic (am)\n,f,1,F\n";

static struct book *read_book(const char *bytes, size_t n)
{
    struct finding_list l = {0};
    struct err e = ERR_INIT;
    struct book *raw = book_read(bytes, n, &l, &e), *b = NULL;

    if (raw != NULL)
        b = canon_new(raw, "f");
    book_free(raw);
    finding_list_release(&l);
    return b;
}

/* What is written can be read, and written again is the same. */
static void check_stable(const struct book *b)
{
    struct buf once = BUF_INIT(CSV_BYTES_MAX), twice = BUF_INIT(CSV_BYTES_MAX);
    struct book *again;

    book_write_csv(b, &once);
    again = buf_failed(&once) ? NULL : read_book(buf_text(&once), once.size);
    if (again != NULL) {
        book_write_csv(again, &twice);
        if (strcmp(buf_text(&once), buf_text(&twice)) != 0)
            abort();
    }
    book_free(again);
    buf_release(&once);
    buf_release(&twice);
}

static void merge_and_check(const struct book *kept, const struct book *fresh)
{
    struct book *m = merge_new(kept, fresh, "f");

    check_stable(m);
    book_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct book *kept, *fresh = read_book((const char *)bytes, n);

    if (fresh == NULL)
        return 0;
    kept = read_book(kept_text, sizeof kept_text - 1);
    check_stable(fresh);
    merge_and_check(kept, fresh);
    merge_and_check(fresh, kept);
    merge_and_check(fresh, fresh);
    book_free(kept);
    book_free(fresh);
    return 0;
}
