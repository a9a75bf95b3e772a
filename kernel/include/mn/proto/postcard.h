/* postcard.h — values as bytes, in the order in which both sides agreed to write and read them.
 *
 *     unsigned   7 bits a byte, lowest first, the top bit set on all but the last:  300 = ac 02
 *     signed     zig-zag (0, -1, 1, -2 ... become 0, 1, 2, 3 ...), then as unsigned
 *     u8, bool   one byte; a bool is 0 or 1
 *     f64        8 bytes of the IEEE number, lowest first
 *     str        its length in bytes, then its bytes, which are UTF-8
 *     seq, map   the number of elements, then each; of a map each key before its value
 *     option     0, or 1 and the value
 *     enum       the number of the variant, as u32, then its fields
 *     struct     its fields
 *
 * Errors   The first one stays. After it a writer writes nothing, a reader reads zeros and empty
 *          strings, so that a caller checks once at the end.
 * Memory   The buffer is the caller's. Strings read point into it. An f64 goes by its address, as
 *          bytes: kernels that keep their hands off floating point registers can pass it on.
 * Context  Any.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_PROTO_POSTCARD_H
#define MN_PROTO_POSTCARD_H

#include "mn/str.h"

#define MN_POSTCARD_U16_MAX 3u /* bytes of the longest varint of each width */
#define MN_POSTCARD_U32_MAX 5u
#define MN_POSTCARD_U64_MAX 10u

struct mn_postcard_writer {
    uint8_t *bytes;  /* [room] */
    uint32_t room;   /* bytes */
    uint32_t count;  /* bytes written */
    enum mn_err err; /* the first error: MN_OK, or MN_ERR_FULL when something did not fit */
};

/* Ready to write to `bytes`, which stays borrowed as long as the writer is in use. */
void mn_postcard_writer_init(struct mn_postcard_writer *writer, uint8_t *bytes, uint32_t room);

/* Each of these adds one value, whole or, if it does not fit, not at all. u16, u32, u64, lengths
 * and variants look the same on the wire. In a string, a byte that is no UTF-8 is written as `?`,
 * since readers refuse a whole message for it. */
void mn_postcard_write_u8(struct mn_postcard_writer *writer, uint8_t value);
void mn_postcard_write_u64(struct mn_postcard_writer *writer, uint64_t value);
void mn_postcard_write_i64(struct mn_postcard_writer *writer, int64_t value);
void mn_postcard_write_bool(struct mn_postcard_writer *writer, bool value);
void mn_postcard_write_f64(struct mn_postcard_writer *writer, const double *value);
void mn_postcard_write_str(struct mn_postcard_writer *writer, struct mn_str str);

/* The same by what the number means: elements of a sequence or pairs of a map to follow; whether
 * an option's value follows; which variant's fields follow. */
void mn_postcard_write_length(struct mn_postcard_writer *writer, uint32_t count);
void mn_postcard_write_option(struct mn_postcard_writer *writer, bool is_some);
void mn_postcard_write_variant(struct mn_postcard_writer *writer, uint32_t variant);

struct mn_postcard_reader {
    const uint8_t *bytes; /* [count] */
    uint32_t count;       /* bytes */
    uint32_t at;          /* bytes read */
    enum mn_err err;      /* the first error: MN_OK
                           *   MN_ERR_EMPTY    the bytes end within a value
                           *   MN_ERR_INVALID  a value is not what its type allows */
};

/* Ready to read from `bytes`, which stays borrowed as long as the reader, or a string that it
 * read, is in use. */
void mn_postcard_reader_init(struct mn_postcard_reader *reader, const uint8_t *bytes,
                             uint32_t count);

/* Each of these reads one value; 0, false or "" after an error. A varint may be longer than its
 * value needs, but not longer than its type's greatest, and its value must fit the type. A bool
 * other than 0 and 1 and a string that is no UTF-8 are errors. */
uint8_t mn_postcard_read_u8(struct mn_postcard_reader *reader);
uint16_t mn_postcard_read_u16(struct mn_postcard_reader *reader);
uint32_t mn_postcard_read_u32(struct mn_postcard_reader *reader);
uint64_t mn_postcard_read_u64(struct mn_postcard_reader *reader);
int64_t mn_postcard_read_i64(struct mn_postcard_reader *reader);
bool mn_postcard_read_bool(struct mn_postcard_reader *reader);
void mn_postcard_read_f64(struct mn_postcard_reader *reader, double *value);
struct mn_str mn_postcard_read_str(struct mn_postcard_reader *reader);

/* The number of elements to follow, each of which takes `element_bytes_min` bytes or more: a count
 * that the bytes left cannot hold is MN_ERR_EMPTY at once, so a loop up to it is bounded. */
uint32_t mn_postcard_read_length(struct mn_postcard_reader *reader, uint32_t element_bytes_min);

/* Whether an option's value follows. */
bool mn_postcard_read_option(struct mn_postcard_reader *reader);

/* Which variant's fields follow: below `variants`, or MN_ERR_INVALID. */
uint32_t mn_postcard_read_variant(struct mn_postcard_reader *reader, uint32_t variants);

/* How the reading ended; MN_ERR_INVALID also for bytes left over. */
enum mn_err mn_postcard_read_end(struct mn_postcard_reader *reader) MN_MUST_USE;

#endif
