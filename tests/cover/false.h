/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_COVER_FALSE_H
#define TESTS_COVER_FALSE_H
/*
 * For make cover alone, in front of every file of the store: setting an error
 * always gives false, and so does db_fail. Said here, so that in `return good
 * || err_set(...)` no branch is counted for an err_set that gave true.
 */
#include "base/err.h"

#define err_set(...)   (err_set(__VA_ARGS__), false)
#define err_wrap(...)  (err_wrap(__VA_ARGS__), false)
#define err_errno(...) (err_errno(__VA_ARGS__), false)
#define db_fail(...)   (db_fail(__VA_ARGS__), false)

#endif
