/* SPDX-License-Identifier: Apache-2.0 */
#include "forms/pack.h"

#include "base/str.h"

const struct pack_file *pack_file_find(const char *name)
{
    for (size_t i = 0; i < pack_files_nr; i++)
        if (str_equal(pack_files[i].name, name))
            return &pack_files[i];
    return NULL;
}
