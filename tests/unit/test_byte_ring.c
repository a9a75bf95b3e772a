/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include "devices/byte_ring.h"

static uint32_t write_in_place(struct byte_ring *ring, uint8_t *next, uint32_t most)
{
    struct iovec spans[2];
    uint32_t written = 0;
    int span_count = byte_ring_room(ring, spans);
    for (int i = 0; i < span_count; i++)
        for (size_t at = 0; at < spans[i].iov_len && written < most; at++, written++)
            ((uint8_t *)spans[i].iov_base)[at] = (*next)++;
    byte_ring_commit(ring, written);
    return written;
}

/* Every capacity, every amount in, every amount out: all positions of head and tail come up. */
static void bytes_come_out_in_order_however_they_went_in(void **state)
{
    (void)state;
    for (uint32_t capacity = 1; capacity <= 9; capacity++) {
        struct byte_ring ring;
        uint8_t next_in = 0, next_out = 0, taken[9];
        assert_true(byte_ring_create(&ring, capacity));
        for (uint32_t step = 0; step < 1000; step++) {
            uint32_t room = capacity - ring.count, most = step * 7 % 5 + 1;
            uint32_t written = write_in_place(&ring, &next_in, most);
            assert_int_equal(written, most < room ? most : room);
            uint32_t count = byte_ring_take(&ring, taken, step * 5 % 4);
            for (uint32_t i = 0; i < count; i++)
                assert_int_equal(taken[i], next_out++);
        }
        byte_ring_destroy(&ring);
    }
}

static void put_takes_what_fits(void **state)
{
    struct byte_ring ring;
    uint8_t out[6] = {0};
    struct iovec spans[2];
    (void)state;
    assert_true(byte_ring_create(&ring, 5));

    assert_int_equal(byte_ring_put(&ring, (const uint8_t *)"abc", 3), 3);
    assert_int_equal(byte_ring_take(&ring, out, 2), 2);
    assert_int_equal(byte_ring_put(&ring, (const uint8_t *)"defghi", 6), 4);

    assert_int_equal(byte_ring_room(&ring, spans), 0);
    assert_int_equal(byte_ring_take(&ring, out, sizeof out), 5);
    assert_memory_equal(out, "cdefg", 5);
    assert_int_equal(byte_ring_take(&ring, out, sizeof out), 0);
    byte_ring_destroy(&ring);
}

static void an_empty_ring_offers_one_span(void **state)
{
    struct byte_ring ring;
    uint8_t out[3];
    struct iovec spans[2];
    (void)state;
    assert_true(byte_ring_create(&ring, 8));

    byte_ring_put(&ring, (const uint8_t *)"abc", 3);
    byte_ring_take(&ring, out, 3);

    assert_int_equal(byte_ring_room(&ring, spans), 1);
    assert_int_equal(spans[0].iov_len, 8);
    byte_ring_destroy(&ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_out_in_order_however_they_went_in),
        cmocka_unit_test(put_takes_what_fits),
        cmocka_unit_test(an_empty_ring_offers_one_span),
    };
    return cmocka_run_group_tests_name("byte_ring", tests, NULL, NULL);
}
