/* SPDX-License-Identifier: Apache-2.0 */
/* Claim: the text of an exec request is refused or is just what hello_print
 * writes for the fields read from it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sync/hello.h"
#include "sync/msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    char *text = mem_copy_strn((const char *)bytes, n);
    struct buf again = BUF_INIT(HELLO_TEXT_MAX);
    struct err e = ERR_INIT;
    struct hello h;
    if (hello_parse(text, &h, &e)) {
        hello_print(&h, &again);
        if (h.protocol_max <= MSG_PROTOCOL_MAX &&
            strcmp(buf_text(&again), text) != 0)
            abort();
    }
    buf_release(&again);
    mem_free(text);
    return 0;
}
