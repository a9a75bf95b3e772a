/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/proto/postcard.h"

#include "mn/mem.h"

void mn_postcard_reader_init(struct mn_postcard_reader *reader, const uint8_t *bytes,
                             uint32_t count)
{
    MN_ASSERT(bytes || count == 0);
    *reader = (struct mn_postcard_reader){.bytes = bytes, .count = count, .err = MN_OK};
}

static void fail(struct mn_postcard_reader *reader, enum mn_err err)
{
    if (reader->err == MN_OK)
        reader->err = err;
}

/* The next `count` bytes, or NULL. */
static const uint8_t *take(struct mn_postcard_reader *reader, uint32_t count)
{
    if (count > reader->count - reader->at)
        fail(reader, MN_ERR_EMPTY);
    if (reader->err != MN_OK)
        return NULL;
    reader->at += count;
    return reader->bytes + reader->at - count;
}

/* An unsigned number of `bits` bits. Bits of the last byte beyond them must be 0. */
static uint64_t read_varint(struct mn_postcard_reader *reader, uint32_t bits)
{
    uint64_t value = 0;
    for (uint32_t shift = 0; shift < bits; shift += 7) {
        uint8_t byte = mn_postcard_read_u8(reader);
        if (bits - shift < 7 && byte >> (bits - shift))
            break;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return reader->err == MN_OK ? value : 0;
    }
    fail(reader, MN_ERR_INVALID);
    return 0;
}

uint8_t mn_postcard_read_u8(struct mn_postcard_reader *reader)
{
    const uint8_t *byte = take(reader, 1);
    return byte ? *byte : 0;
}

uint16_t mn_postcard_read_u16(struct mn_postcard_reader *reader)
{
    return (uint16_t)read_varint(reader, 16);
}

uint32_t mn_postcard_read_u32(struct mn_postcard_reader *reader)
{
    return (uint32_t)read_varint(reader, 32);
}

uint64_t mn_postcard_read_u64(struct mn_postcard_reader *reader)
{
    return read_varint(reader, 64);
}

int64_t mn_postcard_read_i64(struct mn_postcard_reader *reader)
{
    uint64_t folded = read_varint(reader, 64);
    int64_t half = (int64_t)(folded >> 1);
    return folded & 1 ? -half - 1 : half;
}

bool mn_postcard_read_bool(struct mn_postcard_reader *reader)
{
    uint8_t byte = mn_postcard_read_u8(reader);
    if (byte > 1)
        fail(reader, MN_ERR_INVALID);
    return byte == 1;
}

void mn_postcard_read_f64(struct mn_postcard_reader *reader, double *value)
{
    uint64_t bits = 0;
    const uint8_t *bytes = take(reader, sizeof bits);
    for (uint32_t i = 0; bytes && i < sizeof bits; i++)
        bits |= (uint64_t)bytes[i] << 8 * i;
    memcpy(value, &bits, sizeof bits);
}

struct mn_str mn_postcard_read_str(struct mn_postcard_reader *reader)
{
    uint32_t count = mn_postcard_read_length(reader, 1);
    const uint8_t *bytes = take(reader, count);
    struct mn_str str = {.bytes = (const char *)bytes, .count = bytes ? count : 0};
    if (mn_str_is_utf8(str))
        return str;
    fail(reader, MN_ERR_INVALID);
    return (struct mn_str){0};
}

/* A length is as wide as the writer's pointers: more than 32 bits are no mistake in themselves,
 * only more than there can be. */
uint32_t mn_postcard_read_length(struct mn_postcard_reader *reader, uint32_t element_bytes_min)
{
    uint64_t count = read_varint(reader, 64);
    uint32_t left = reader->count - reader->at;
    MN_ASSERT(element_bytes_min > 0);
    if (count > left || count * element_bytes_min > left)
        fail(reader, MN_ERR_EMPTY);
    return reader->err == MN_OK ? (uint32_t)count : 0;
}

bool mn_postcard_read_option(struct mn_postcard_reader *reader)
{
    return mn_postcard_read_bool(reader);
}

uint32_t mn_postcard_read_variant(struct mn_postcard_reader *reader, uint32_t variants)
{
    uint32_t variant = mn_postcard_read_u32(reader);
    if (variant < variants)
        return variant;
    fail(reader, MN_ERR_INVALID);
    return 0;
}

enum mn_err mn_postcard_read_end(struct mn_postcard_reader *reader)
{
    if (reader->at < reader->count)
        fail(reader, MN_ERR_INVALID);
    return reader->err;
}
