/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TUI_VIEW_SYNC_H
#define TUI_VIEW_SYNC_H
/*
 * A sync beside the screens: `homeward sync` runs as a process of its own,
 * this screen shows what waits, how far it is and how it ended, in plain
 * words. Keys are served meanwhile. Esc stops it, which is always safe: what
 * arrived is kept, the rest waits for the next time. Leaving the screen stops
 * it too.
 */
struct desk;
struct view;

struct view *view_sync_new(struct desk *d);

#endif
