/* record_read.h — a recording being read: checked as a whole, then entry by entry.
 *
 * A file that was cut short, or whose program ended without a word, is good up to its last whole
 * entry. One that was changed is refused, before anything is done with it.
 *
 * Memory   The bytes are the caller's, or mapped by record_read_file.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_RECORD_READ_H
#define HAL_SIM_RECORD_READ_H

#include "devices/device_log.h"
#include "hal-sim/record_form.h"

struct record_reading {
    struct record_head head;  /* its texts are borrowed from the bytes */
    enum record_state state;
    bool is_cut;              /* bytes are missing that were there once */
    uint64_t end_quiet;       /* calls answered as expected behind the last entry */
    const uint8_t *at, *end;  /* the next entry, and behind the last */
    const uint8_t *bytes;     /* all */
    size_t count;
    bool is_mapped;
};

/* Looks through `count` bytes. False: `error` says what is wrong with them, in half a sentence. */
bool record_read_bytes(struct record_reading *reading, const uint8_t *bytes, size_t count,
                       struct device_error *error);

/* Likewise the file `path`; record_read_close it. */
bool record_read_file(struct record_reading *reading, const char *path,
                      struct device_error *error);

/* Reads the next entry. False: there is none. */
bool record_read_next(struct record_reading *reading, struct record_entry *entry);

/* Lets go of the file. Harmless for one that was read from bytes. */
void record_read_close(struct record_reading *reading);

#endif
