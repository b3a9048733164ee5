/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: whatever a form file holds, it is read into a form that can be filled,
 * or refused with findings; an answer in every field never breaks it.
 */
#include <stdint.h>
#include <stdlib.h>

#include "forms/form.h"
#include "forms/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct finding_list list = {0};
    struct err e = ERR_INIT;
    struct form *f = form_read((const char *)bytes, n, &list, &e);
    if (f == NULL && (e.code == ERR_NONE || e.text[0] == '\0'))
        abort(); /* a refusal says why */
    if (f != NULL) {
        struct record *r =
            record_new(f, (struct record_moment){.today = 20000});
        for (size_t i = 0; i < f->fields_nr && i < 64; i++)
            if (field_holds_value(&f->fields[i]))
                record_set(r, i, "1");
        for (size_t i = 0; i < f->fields_nr && i < 64; i++) {
            struct err problem = ERR_INIT;
            if (record_is_relevant(r, i))
                record_problem(r, i, 0, true, &problem);
        }
        record_free(r);
    }
    form_free(f);
    finding_list_release(&list);
    return 0;
}
