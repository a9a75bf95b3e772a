/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/proto/postcard.h"

#include "mn/mem.h"
#include "mn/utf8.h"

void mn_postcard_writer_init(struct mn_postcard_writer *writer, uint8_t *bytes, uint32_t room)
{
    MN_ASSERT(bytes != NULL);
    *writer = (struct mn_postcard_writer){.bytes = bytes, .room = room, .err = MN_OK};
}

/* Where the next `count` bytes go, or NULL. */
static uint8_t *take_room(struct mn_postcard_writer *writer, uint32_t count)
{
    if (writer->err == MN_OK && count > writer->room - writer->count)
        writer->err = MN_ERR_FULL;
    if (writer->err != MN_OK)
        return NULL;
    writer->count += count;
    return writer->bytes + writer->count - count;
}

static void write_bytes(struct mn_postcard_writer *writer, const uint8_t *bytes, uint32_t count)
{
    uint8_t *out = take_room(writer, count);
    if (out)
        memcpy(out, bytes, count);
}

static uint32_t put_varint(uint8_t *out, uint64_t value)
{
    uint32_t count = 0;
    for (; value >= 0x80; value >>= 7)
        out[count++] = (uint8_t)(value | 0x80);
    out[count++] = (uint8_t)value;
    return count;
}

void mn_postcard_write_u8(struct mn_postcard_writer *writer, uint8_t value)
{
    write_bytes(writer, &value, 1);
}

void mn_postcard_write_u64(struct mn_postcard_writer *writer, uint64_t value)
{
    uint8_t varint[MN_POSTCARD_U64_MAX];
    write_bytes(writer, varint, put_varint(varint, value));
}

void mn_postcard_write_i64(struct mn_postcard_writer *writer, int64_t value)
{
    uint64_t doubled = (uint64_t)value << 1;
    mn_postcard_write_u64(writer, value < 0 ? ~doubled : doubled);
}

void mn_postcard_write_bool(struct mn_postcard_writer *writer, bool value)
{
    mn_postcard_write_u8(writer, value);
}

void mn_postcard_write_f64(struct mn_postcard_writer *writer, const double *value)
{
    uint64_t bits;
    uint8_t bytes[8];
    _Static_assert(sizeof *value == sizeof bits, "a double is an IEEE number of 64 bits");
    memcpy(&bits, value, sizeof bits);
    for (uint32_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(bits >> 8 * i);
    write_bytes(writer, bytes, sizeof bytes);
}

static void copy_utf8(uint8_t *out, const uint8_t *bytes, uint32_t count)
{
    for (uint32_t at = 0; at < count;) {
        if (bytes[at] < 0x80) { /* nearly all: no call for it */
            out[at] = bytes[at];
            at++;
            continue;
        }
        uint32_t length = mn_utf8_length(bytes + at, count - at);
        if (length)
            memcpy(out + at, bytes + at, length);
        else
            out[at] = '?';
        at += length ? length : 1;
    }
}

void mn_postcard_write_str(struct mn_postcard_writer *writer, struct mn_str str)
{
    uint8_t varint[MN_POSTCARD_U64_MAX];
    uint32_t varint_bytes = put_varint(varint, str.count);
    uint8_t *out = NULL;
    if (str.count <= UINT32_MAX - varint_bytes)
        out = take_room(writer, varint_bytes + str.count);
    else if (writer->err == MN_OK)
        writer->err = MN_ERR_FULL;
    if (!out)
        return;
    memcpy(out, varint, varint_bytes);
    copy_utf8(out + varint_bytes, (const uint8_t *)str.bytes, str.count);
}

void mn_postcard_write_length(struct mn_postcard_writer *writer, uint32_t count)
{
    mn_postcard_write_u64(writer, count);
}

void mn_postcard_write_option(struct mn_postcard_writer *writer, bool is_some)
{
    mn_postcard_write_bool(writer, is_some);
}

void mn_postcard_write_variant(struct mn_postcard_writer *writer, uint32_t variant)
{
    mn_postcard_write_u64(writer, variant);
}
