/* SPDX-License-Identifier: BSD-2-Clause */
/* sqlite.h - counters in a file, for the workers of one host: they outlive kills, crashes and restarts.
 *
 *      struct store *store = store_sqlite_new(&conf->counters);       in each worker, after the fork
 *      store->class->charge(store, charges, count);
 *      store->class->free(store);
 *
 * What is promised:
 * - A charge is one transaction over all its keys and all processes. What was answered is not lost when processes are killed. When the
 *   machine itself crashes, about the last second is: a thread in the background has the system write everything to the disk once a second
 *   (SQLite's write-ahead log, synchronous=NORMAL). No call waits for the disk, but for one header that begins a
 *   log anew, once a second at most.
 * - No call takes longer than timeout_ms, waiting for threads and processes included, unless the system itself does not
 *   return from a read or write.
 * - A file that is missing is made, readable and writable for its owner alone; its folder must be there and writable, as SQLite keeps two more
 *   files in it, NAME-wal and NAME-shm. A file of another application, of a newer version, or a damaged one is refused and left as it is. One that was
 *   removed or replaced is opened anew within a second.
 * - When the disk is full or the file cannot be written, calls return false at once, and work again when the disk does: it is tried every 100 ms
 *   at first, then less and less often, every 5 s in the end.
 *
 * Time is the system's clock, as the counts must mean the same after a restart. Counters that expired are deleted a few hundred a second, an hour after
 * their time: a clock that was wrong for some minutes takes nothing with it. The file does not shrink, its room is used again. */
#ifndef POSTERN_MILTER_STORES_SQLITE_H
#define POSTERN_MILTER_STORES_SQLITE_H

#include "conf/conf.h"
#include "milter/stores/store.h"

/* NULL when the system refuses memory or a thread. The file need not be there or fit: then calls fail, and `healthy` says why. What is in *conf is
 * copied. */
struct store *store_sqlite_new(const struct counters_conf *conf);

/* Another clock, in microseconds, for tests; before the first call. */
void store_sqlite_set_clock(struct store *store, int64_t (*clock_us)(void));

#endif
