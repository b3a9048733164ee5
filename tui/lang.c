/* SPDX-License-Identifier: Apache-2.0 */
#include "tui/lang.h"

#include <stddef.h>

#include "base/arr.h"
#include "base/str.h"

static const struct {
    const char *code, *name;
} names[] = {
    {"en", "English"},   {"am", "አማርኛ"},         {"om", "Afaan Oromoo"},
    {"ti", "ትግርኛ"},      {"so", "Soomaali"},     {"aa", "Qafar af"},
    {"sid", "Sidaamu"},  {"wal", "Wolayttatto"}, {"ar", "العربية"},
    {"fr", "français"},  {"es", "español"},      {"pt", "português"},
    {"sw", "Kiswahili"},
};

const char *lang_name(const char *code)
{
    if (code == NULL || *code == '\0')
        return "...";
    for (size_t i = 0; i < ARR_NR(names); i++)
        if (str_equal(names[i].code, code))
            return names[i].name;
    return code;
}
