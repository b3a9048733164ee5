/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_INT_H
#define STORE_STORE_INT_H
/* What the store keeps for other nouns of this room. */

struct store;
struct formdef_cache;

struct formdef_cache *store_forms(struct store *s);

#endif
