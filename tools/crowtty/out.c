/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "out.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#define RETRY_MS 10u
#define FAREWELL_MS 200 /* at the end somebody who reads slowly gets so long for each piece */

/* So much is taken without waiting when a pipe or a terminal says that it can be written to. */
static ssize_t write_piece(const char *bytes, size_t count, int wait_ms)
{
    struct pollfd stream = {.fd = STDOUT_FILENO, .events = POLLOUT};
    if (poll(&stream, 1, wait_ms) <= 0)
        return 0;
    ssize_t written = write(STDOUT_FILENO, bytes, count < PIPE_BUF ? count : PIPE_BUF);
    if (written < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    return written;
}

static void flush(struct out *out, int wait_ms)
{
    size_t done = 0;
    ssize_t written = 1;
    while (done < out->count && written > 0) {
        written = write_piece(out->bytes + done, out->count - done, wait_ms);
        done += written > 0 ? (size_t)written : 0;
    }
    memmove(out->bytes, out->bytes + done, out->count - done);
    out->count -= done;
    if (written < 0 && !out->is_broken) {
        out->is_broken = true;
        out->count = 0;
        out->broken(out->context);
    }
}

static void timer_came(uv_timer_t *timer)
{
    struct out *out = timer->data;
    flush(out, 0);
    if (out->count > 0)
        return;
    uv_timer_stop(timer);
    if (out->lost_lines)
        out->lost(out->context, out->lost_lines);
    out->lost_lines = 0;
}

static void drop(struct out *out, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        out->lost_lines += bytes[i] == '\n';
}

static ssize_t take(void *cookie, const char *bytes, size_t count)
{
    struct out *out = cookie;
    if (out->is_broken || out->count + count > sizeof out->bytes) {
        drop(out, bytes, count);
        return (ssize_t)count;
    }
    memcpy(out->bytes + out->count, bytes, count);
    out->count += count;
    if (out->count == count)
        flush(out, 0);
    if (out->count > 0 && !uv_is_active((uv_handle_t *)&out->timer))
        uv_timer_start(&out->timer, timer_came, RETRY_MS, RETRY_MS);
    return (ssize_t)count;
}

void out_init(struct out *out, uv_loop_t *loop, void *context, void (*broken)(void *context),
              void (*lost)(void *context, uint64_t lines))
{
    const cookie_io_functions_t functions = {.write = take};
    out->context = context;
    out->broken = broken;
    out->lost = lost;
    out->count = 0;
    out->lost_lines = 0;
    out->is_broken = false;
    uv_timer_init(loop, &out->timer);
    out->timer.data = out;
    out->file = fopencookie(out, "w", functions);
    setvbuf(out->file, out->line, _IOLBF, sizeof out->line);
}

void out_close(struct out *out)
{
    fclose(out->file);
    flush(out, FAREWELL_MS);
    uv_close((uv_handle_t *)&out->timer, NULL);
}
