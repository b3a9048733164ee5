/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: an enrolment or a hub's key file is read within its bounds or refused
 * with a sentence. */
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "sync/enrol.h"
#include "sync/hubkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char *text = mem_copy_strn((const char *)bytes, n);
    struct peer_site site;
    struct hubkey key;
    struct err e = ERR_INIT;
    if (!enrol_parse(text, &site, &e) && e.text[0] == '\0')
        abort();
    e.text[0] = '\0';
    if (!hubkey_parse(text, &key, &e) && e.text[0] == '\0')
        abort();
    mem_free(text);
    return 0;
}
