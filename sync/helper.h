/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNC_HELPER_H
#define SYNC_HELPER_H
/*
 * What the program and its SSH helper (helper_ssh.c, a program of its own)
 * say to each other. The helper is started without arguments. Descriptor 0 is
 * a socket: a request comes first, then, with mode "run", the bytes of the
 * conversation both ways; with the other modes the result goes back and the
 * helper ends. Descriptor 1 is a pipe on which it reports, in lines of text,
 * before it ends:
 *
 *     bytes SENT RECEIVED      on the network, as the system counted them
 *     failed REASON DETAIL     a word from below; detail for the log
 *
 * The request is a big-endian length of 4 bytes and then blocks (varint length
 * and bytes), in the order of enum helper_field. Results: "scan": blocks
 * host key line, fingerprint. "keygen": blocks private key (OpenSSH text),
 * public line.
 *
 * Nothing secret stands in arguments or environment; the helper may be killed
 * at any moment.
 */
enum helper_field {
    HELPER_MODE, /* "run", "scan" or "keygen" */
    HELPER_HOST,
    HELPER_PORT,
    HELPER_USER,
    HELPER_HOST_KEY,    /* pinned: "ssh-ed25519 AAAA..." */
    HELPER_PRIVATE_KEY, /* OpenSSH text */
    HELPER_COMMAND,     /* the exec request */
    HELPER_FIELDS,
};

enum {
    HELPER_REQUEST_MAX = 16 * 1024,
    HELPER_RESULT_MAX = 16 * 1024,
    HELPER_CONNECT_S = 30, /* to reach the hub and greet it */
    HELPER_SETUP_S = 90,   /* until the exec request is answered */
    HELPER_IDLE_S = 60,
};

#define HELPER_PROGRAM "homeward-ssh"

/* Reasons of a failure; line_ssh.c has the sentence of each. */
#define HELPER_BAD_SETUP   "setup"
#define HELPER_UNREACHABLE "unreachable"
#define HELPER_WRONG_HOST  "host-key"
#define HELPER_NO_ACCESS   "auth"
#define HELPER_NOT_STARTED "exec"
#define HELPER_BAD_KEY     "key"
#define HELPER_SILENT      "silent"
#define HELPER_LOST        "lost"

#endif
