/* record_file.h — a recording being written: memory that is the file's.
 *
 *     entry ──put──► [ window, mapped ] ──► file          no call of the system but once a window
 *                    [ head, mapped   ]  how much of it counts
 *
 * Bytes are in the file as soon as they are in memory: a program that is killed, or crashes,
 * leaves everything up to its last call. A disk that is full is noticed when a window is opened,
 * never later; the file is then marked, and good up to there.
 *
 * Memory   Two mappings, together less than RECORD_WINDOW_BYTES and a page more.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HAL_SIM_RECORD_FILE_H
#define HAL_SIM_RECORD_FILE_H

#include "devices/device_log.h"
#include "hal-sim/record_form.h"

#define RECORD_WINDOW_BYTES (256u * 1024u)

struct record_file {
    int file;             /* -1: closed */
    uint8_t *head;        /* mapped, or `lost` */
    uint8_t *window;      /* mapped, or NULL */
    uint64_t window_at;   /* of the file */
    uint64_t bytes;       /* of the file, written so far */
    uint64_t *quiet;      /* in the head: calls answered as expected since the last entry */
    uint64_t check;       /* of the entries since the last check */
    uint64_t check_bytes; /* their number */
    int error;            /* why it cannot be written on, an errno; 0: it can */
    uint64_t lost[RECORD_HEAD_BYTES / 8]; /* a head that is no file's */
};

/* Makes the file, with its head, in place of another recording if need be. False: `error` says why
 * not, in half a sentence. */
bool record_file_open(struct record_file *file, const char *path, const struct record_head *head,
                      struct device_error *error);

/* Writes an entry; its `quiet` is filled in. Nothing once the file has failed. */
void record_file_put(struct record_file *file, struct record_entry *entry);

/* Ends the file, marked whole unless it has failed. */
void record_file_close(struct record_file *file);

#endif
