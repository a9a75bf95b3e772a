/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "hal-sim/record_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the head's counts are kept in place");

static void fail(struct record_file *file, int error)
{
    file->error = error;
    record_put(file->head + RECORD_AT_STATE, 4, RECORD_STOPPED);
    file->quiet = &file->lost[0];
}

static void *map(struct record_file *file, uint64_t at, size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file->file, (off_t)at);
    return memory == MAP_FAILED ? NULL : memory;
}

/* Room on the disk comes first: a mapping that has none behind it would end the program. */
static bool open_window(struct record_file *file)
{
    uint64_t at = file->bytes / RECORD_WINDOW_BYTES * RECORD_WINDOW_BYTES;
    if (file->window)
        munmap(file->window, RECORD_WINDOW_BYTES);
    file->window = NULL;
    int error = posix_fallocate(file->file, (off_t)at, RECORD_WINDOW_BYTES);
    if (error == 0) {
        file->window = map(file, at, RECORD_WINDOW_BYTES);
        file->window_at = at;
        error = errno;
    }
    if (!file->window)
        fail(file, error);
    return file->window;
}

static void put_bytes(struct record_file *file, const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    while (count > 0 && file->error == 0) {
        uint64_t place = file->bytes - file->window_at;
        if (place == RECORD_WINDOW_BYTES) {
            if (!open_window(file))
                return;
            place = 0;
        }
        size_t room = RECORD_WINDOW_BYTES - (size_t)place;
        size_t part = count < room ? count : room;
        memcpy(file->window + place, at, part);
        file->bytes += part;
        at += part;
        count -= part;
    }
}

static void commit(struct record_file *file)
{
    if (file->error == 0)
        record_put(file->head + RECORD_AT_COMMITTED, 8, file->bytes);
}

/* ---- entries ---------------------------------------------------------------------------- */

static void put_entry(struct record_file *file, struct record_entry *entry)
{
    uint8_t head[RECORD_ENTRY_HEAD_MAX];
    entry->quiet = *file->quiet;
    uint32_t count = record_entry_head(entry, head);
    put_bytes(file, head, count);
    put_bytes(file, entry->bytes, entry->count);
    commit(file);
    *file->quiet = 0;
    file->check = record_check(file->check, head, count);
    file->check = record_check(file->check, entry->bytes, entry->count);
    file->check_bytes += count + entry->count;
}

static void put_check(struct record_file *file)
{
    struct record_entry entry = {.kind = RECORD_CHECK, .numbers = {(uint32_t)file->check}};
    put_entry(file, &entry);
    file->check = file->check_bytes = 0;
}

void record_file_put(struct record_file *file, struct record_entry *entry)
{
    if (file->error != 0 || file->file < 0)
        return;
    put_entry(file, entry);
    if (file->check_bytes >= RECORD_CHECK_BYTES)
        put_check(file);
}

/* ---- the file --------------------------------------------------------------------------- */

static void put_texts(struct record_file *file, const struct record_head *head)
{
    uint64_t check = record_check(0, file->head + RECORD_AT_SEED, RECORD_AT_CHECK - RECORD_AT_SEED);
    uint64_t begin = file->bytes;
    for (uint32_t i = 0; i < RECORD_TEXTS; i++) {
        size_t bytes = strlen(head->texts[i]) + 1;
        put_bytes(file, head->texts[i], bytes);
        check = record_check(check, head->texts[i], bytes);
    }
    record_put(file->head + RECORD_AT_TEXTS, 8, file->bytes - begin);
    record_put(file->head + RECORD_AT_CHECK, 4, (uint32_t)check);
}

static void put_head(struct record_file *file, const struct record_head *head)
{
    memcpy(file->head, RECORD_MAGIC, RECORD_MAGIC_BYTES);
    record_put(file->head + RECORD_AT_VERSION, 4, RECORD_VERSION);
    record_put(file->head + RECORD_AT_STATE, 4, RECORD_OPEN);
    record_put(file->head + RECORD_AT_SEED, 8, head->seed);
    record_put(file->head + RECORD_AT_TIME, 4, head->is_virtual + 2u * head->has_choices);
    file->bytes = RECORD_HEAD_BYTES;
    put_texts(file, head);
    commit(file);
}

static bool is_recording(const struct record_file *file)
{
    char magic[RECORD_MAGIC_BYTES];
    return pread(file->file, magic, sizeof magic, 0) == (ssize_t)sizeof magic &&
           memcmp(magic, RECORD_MAGIC, sizeof magic) == 0;
}

/* Only in a file of its own can a recording be kept so; and a slip of the pen is not to cost
 * anybody more than a recording. */
static bool begin(struct record_file *file)
{
    struct stat status;
    if (fstat(file->file, &status) != 0)
        file->error = errno;
    else if (!S_ISREG(status.st_mode))
        file->error = ESPIPE;
    else if (status.st_size > 0 && !is_recording(file))
        file->error = EEXIST;
    else if (ftruncate(file->file, 0) != 0)
        file->error = errno;
    else if (open_window(file)) {
        uint8_t *head = map(file, 0, RECORD_HEAD_BYTES);
        if (!head)
            file->error = errno;
        else
            file->head = head;
    }
    return file->error == 0;
}

static const char *text_of(int error)
{
    return error == ESPIPE   ? "a recording needs a file of its own, not a pipe or a device"
           : error == EEXIST ? "it is there, is no recording, and would be lost; name another file"
                             : strerror(error);
}

bool record_file_open(struct record_file *file, const char *path, const struct record_head *head,
                      struct device_error *error)
{
    *file = (struct record_file){.file = -1};
    file->head = (uint8_t *)file->lost;
    file->quiet = &file->lost[0];
    file->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (file->file < 0)
        file->error = errno;
    if (file->error == 0 && begin(file)) {
        put_head(file, head);
        file->quiet = (uint64_t *)(void *)(file->head + RECORD_AT_QUIET);
        return true;
    }
    snprintf(error->text, sizeof error->text, "%s", text_of(file->error));
    record_file_close(file);
    return false;
}

void record_file_close(struct record_file *file)
{
    if (file->file < 0)
        return;
    if (file->error == 0) {
        put_check(file);
        if (file->error == 0)
            record_put(file->head + RECORD_AT_STATE, 4, RECORD_WHOLE);
    }
    uint64_t bytes = record_get(file->head + RECORD_AT_COMMITTED, 8);
    if (file->window)
        munmap(file->window, RECORD_WINDOW_BYTES);
    if (file->head != (uint8_t *)file->lost)
        munmap(file->head, RECORD_HEAD_BYTES);
    if (bytes > 0 && ftruncate(file->file, (off_t)bytes) != 0)
        file->error = errno; /* longer than it need be, and good all the same */
    close(file->file);
    *file = (struct record_file){.file = -1, .error = file->error};
    file->head = (uint8_t *)file->lost;
    file->quiet = &file->lost[0];
}
