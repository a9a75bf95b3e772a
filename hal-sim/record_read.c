/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/record_read.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((format(printf, 2, 3))) static bool refuse(struct device_error *error,
                                                         const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- the head --------------------------------------------------------------------------- */

static bool check_magic(const struct record_reading *reading, struct device_error *error)
{
    if (reading->count < RECORD_HEAD_BYTES ||
        memcmp(reading->bytes, RECORD_MAGIC, RECORD_MAGIC_BYTES) != 0)
        return refuse(error, "this is no recording; melpo --record FILE makes one");
    uint64_t version = record_get(reading->bytes + RECORD_AT_VERSION, 4);
    if (version < 1 || version > RECORD_VERSION)
        return refuse(error, "a recording of format %" PRIu64 "; this melpo reads formats 1 to %u",
                      version, RECORD_VERSION);
    return true;
}

static bool read_texts(struct record_reading *reading, uint64_t count, struct device_error *error)
{
    const uint8_t *bytes = reading->bytes;
    uint64_t check = record_check(0, bytes + RECORD_AT_SEED, RECORD_AT_CHECK - RECORD_AT_SEED);
    const char *text = (const char *)bytes + RECORD_HEAD_BYTES, *end = text + count;
    for (uint32_t i = 0; i < RECORD_TEXTS; i++) {
        size_t length = strnlen(text, (size_t)(end - text));
        if (length == (size_t)(end - text) || length > RECORD_TEXT_MAX)
            return refuse(error, "damaged: its head has no whole text %u", i + 1);
        check = record_check(check, text, length + 1);
        reading->head.texts[i] = text;
        text += length + 1;
    }
    if (text != end || (uint32_t)check != record_get(bytes + RECORD_AT_CHECK, 4))
        return refuse(error, "damaged: its head is not as it was written");
    return true;
}

static bool read_head(struct record_reading *reading, struct device_error *error)
{
    const uint8_t *bytes = reading->bytes;
    if (!check_magic(reading, error))
        return false;
    uint64_t texts = record_get(bytes + RECORD_AT_TEXTS, 8);
    uint64_t committed = record_get(bytes + RECORD_AT_COMMITTED, 8);
    if (texts > reading->count - RECORD_HEAD_BYTES)
        return refuse(error, "cut short: it ends within its head");
    if (committed < RECORD_HEAD_BYTES + texts ||
        record_get(bytes + RECORD_AT_STATE, 4) > RECORD_STOPPED ||
        record_get(bytes + RECORD_AT_TIME, 4) > 3)
        return refuse(error, "damaged: its head is not as it was written");
    reading->state = (enum record_state)record_get(bytes + RECORD_AT_STATE, 4);
    reading->head.seed = record_get(bytes + RECORD_AT_SEED, 8);
    reading->head.is_virtual = record_get(bytes + RECORD_AT_TIME, 4) & 1;
    reading->head.has_choices = record_get(bytes + RECORD_AT_TIME, 4) & 2;
    reading->is_cut = committed > reading->count;
    reading->end_quiet = reading->is_cut ? 0 : record_get(bytes + RECORD_AT_QUIET, 8);
    reading->at = bytes + RECORD_HEAD_BYTES + texts;
    reading->end = bytes + (reading->is_cut ? reading->count : committed);
    return read_texts(reading, texts, error);
}

/* ---- the entries ------------------------------------------------------------------------ */

bool record_read_next(struct record_reading *reading, struct record_entry *entry)
{
    size_t count = record_entry_read(entry, reading->at, (size_t)(reading->end - reading->at));
    reading->at += count;
    return count > 0;
}

/* Walks over all entries once, and leaves off where they end. */
static bool check_entries(struct record_reading *reading, struct device_error *error)
{
    struct record_reading walk = *reading;
    struct record_entry entry;
    uint64_t check = 0;
    const uint8_t *at = walk.at;
    for (; record_read_next(&walk, &entry); at = walk.at) {
        if (entry.kind == RECORD_CHECK && entry.numbers[0] != (uint32_t)check)
            return refuse(error, "damaged: what stands before byte %zu is not as it was written",
                          (size_t)(at - walk.bytes));
        check = record_check(check, at, (size_t)(walk.at - at) - entry.count);
        check = record_check(check, entry.bytes, entry.count);
        if (entry.kind == RECORD_CHECK)
            check = 0;
    }
    if (at != walk.end && !walk.is_cut)
        return refuse(error, "damaged: no entry at byte %zu", (size_t)(at - walk.bytes));
    reading->end = at;
    return true;
}

bool record_read_bytes(struct record_reading *reading, const uint8_t *bytes, size_t count,
                       struct device_error *error)
{
    *reading = (struct record_reading){.bytes = bytes, .count = count};
    return read_head(reading, error) && check_entries(reading, error);
}

/* ---- the file --------------------------------------------------------------------------- */

static const uint8_t *map(int file, size_t *count)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return NULL;
    if (!S_ISREG(status.st_mode) || status.st_size == 0) {
        errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
        return NULL;
    }
    *count = (size_t)status.st_size;
    void *memory = mmap(NULL, *count, PROT_READ, MAP_PRIVATE, file, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

bool record_read_file(struct record_reading *reading, const char *path,
                      struct device_error *error)
{
    size_t count = 0;
    *reading = (struct record_reading){.bytes = NULL};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return refuse(error, "%s", strerror(errno));
    const uint8_t *bytes = map(file, &count);
    int cause = errno;
    close(file);
    if (!bytes)
        return refuse(error, "%s", cause == EINVAL ? "this is no recording; melpo --record FILE "
                                                     "makes one" : strerror(cause));
    bool is_good = record_read_bytes(reading, bytes, count, error);
    reading->is_mapped = true;
    if (!is_good)
        record_read_close(reading);
    return is_good;
}

void record_read_close(struct record_reading *reading)
{
    if (reading->is_mapped)
        munmap((void *)(uintptr_t)reading->bytes, reading->count);
    *reading = (struct record_reading){.bytes = NULL};
}
