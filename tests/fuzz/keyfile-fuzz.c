/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claim: a hub's key file with any bytes changed opens with its own key or is
 * refused with a sentence. The input is a list of changes, three bytes each:
 * offset (two) and what is added to the byte there; an input that ends in an
 * odd byte is instead taken as the whole file.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/keyfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static char path[64];
static struct keyfile_unlocked right;
static uint8_t whole[16384];
static size_t whole_bytes;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct err e = ERR_INIT;
    (void)argc;
    (void)argv;
    char folder[] = "/dev/shm/fuzz-XXXXXX";
    if (mkdtemp(folder) == NULL)
        abort();
    snprintf(path, sizeof path, "%s/keys", folder);
    if (!keyfile_create_open(path, &right, &e))
        abort();
    int fd = open(path, O_RDONLY);
    ssize_t got = read(fd, whole, sizeof whole);
    close(fd);
    whole_bytes = got > 0 ? (size_t)got : 0;
    return 0;
}

static void write_file(const uint8_t *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_TRUNC);
    if (fd < 0 || write(fd, bytes, n) != (ssize_t)n)
        abort();
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static uint8_t changed[sizeof whole];
    struct keyfile_unlocked u;
    struct err e = ERR_INIT;
    if (n % 3 != 0) {
        write_file(bytes, n);
    } else {
        memcpy(changed, whole, whole_bytes);
        for (size_t i = 0; i + 2 < n; i += 3) {
            size_t at = (size_t)(bytes[i] << 8 | bytes[i + 1]) % whole_bytes;
            changed[at] = (uint8_t)(changed[at] + bytes[i + 2]);
        }
        write_file(changed, whole_bytes);
    }
    if (keyfile_unlock(path, NULL, &u, &e)) {
        if (memcmp(u.key, right.key, sizeof u.key) != 0)
            abort();
    } else if (e.text[0] == '\0' || e.code == ERR_BUG) {
        abort();
    }
    return 0;
}
