/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bbq_fixture.h"

static void what_is_committed_is_read_in_place(void **state)
{
    (void)state;
    struct queue queue;
    struct mn_grant grant;
    queue_init(&queue);

    assert_int_equal(mn_bbq_grant_now(&queue.bbq, 5, &grant), MN_OK);
    assert_int_equal(grant.count, 5);
    memcpy(grant.bytes, "hello", 5);
    mn_bbq_commit(&queue.bbq, &grant, 4);
    assert_null(grant.bytes);

    assert_int_equal(mn_bbq_count(&queue.bbq), 4);
    assert_int_equal(mn_bbq_read_now(&queue.bbq, &grant), MN_OK);
    assert_int_equal(grant.count, 4);
    assert_memory_equal(grant.bytes, "hell", 4);
    assert_ptr_equal(grant.bytes, queue.ring);
    mn_bbq_release(&queue.bbq, &grant, 3);
    assert_null(grant.bytes);
    expect_inside(&queue, "l");
    assert_true(mn_bbq_is_empty(&queue.bbq));
}

static void a_commit_of_nothing_and_a_release_of_nothing_change_nothing(void **state)
{
    (void)state;
    struct queue queue;
    struct mn_grant grant;
    queue_init(&queue);
    fill(&queue, "abc");

    assert_int_equal(mn_bbq_grant_now(&queue.bbq, 5, &grant), MN_OK);
    mn_bbq_commit(&queue.bbq, &grant, 0);
    assert_int_equal(mn_bbq_read_now(&queue.bbq, &grant), MN_OK);
    mn_bbq_release(&queue.bbq, &grant, 0);

    expect_quiet(&queue);
    expect_inside(&queue, "abc");
}

static void an_empty_queue_always_grants_its_whole_capacity(void **state)
{
    (void)state;
    struct queue queue;
    struct mn_grant grant;
    queue_init(&queue);

    for (uint32_t offset = 0; offset < RING_BYTES; offset++) {
        fill(&queue, &"0123456"[offset]); /* leaves the indices somewhere in the middle */
        uint8_t drain[RING_BYTES];
        mn_bbq_read_bytes_now(&queue.bbq, drain, sizeof drain);

        assert_int_equal(mn_bbq_room(&queue.bbq), RING_BYTES);
        assert_int_equal(mn_bbq_grant_now(&queue.bbq, RING_BYTES, &grant), MN_OK);
        assert_int_equal(grant.count, RING_BYTES);
        mn_bbq_commit(&queue.bbq, &grant, 0);
    }
}

static void more_than_the_capacity_is_too_big_also_on_a_full_queue(void **state)
{
    (void)state;
    struct queue queue;
    struct mn_grant grant;
    queue_init(&queue);

    assert_int_equal(mn_bbq_grant_now(&queue.bbq, RING_BYTES + 1, &grant), MN_ERR_TOO_BIG);
    fill(&queue, "01234567");
    assert_int_equal(mn_bbq_grant_now(&queue.bbq, RING_BYTES + 1, &grant), MN_ERR_TOO_BIG);
    assert_int_equal(mn_bbq_grant_now(&queue.bbq, 1, &grant), MN_ERR_FULL);
    assert_int_equal(mn_bbq_grant_up_to_now(&queue.bbq, 1, &grant), MN_ERR_FULL);
}

static void one_grant_of_each_kind_is_out_at_a_time(void **state)
{
    (void)state;
    struct queue queue;
    struct mn_grant write, read, other;
    queue_init(&queue);
    fill(&queue, "ab");

    assert_int_equal(mn_bbq_grant_now(&queue.bbq, 1, &write), MN_OK);
    assert_int_equal(mn_bbq_read_now(&queue.bbq, &read), MN_OK);

    assert_int_equal(mn_bbq_grant_now(&queue.bbq, 1, &other), MN_ERR_BUSY);
    assert_int_equal(mn_bbq_grant_up_to_now(&queue.bbq, 1, &other), MN_ERR_BUSY);
    assert_int_equal(mn_bbq_read_now(&queue.bbq, &other), MN_ERR_BUSY);
    assert_int_equal(mn_bbq_write_now(&queue.bbq, "x", 1), 0);
    mn_bbq_commit(&queue.bbq, &write, 0);
    mn_bbq_release(&queue.bbq, &read, 2);
    assert_int_equal(mn_bbq_read_now(&queue.bbq, &other), MN_ERR_EMPTY);
}

static void a_grant_that_is_not_out_cannot_be_given_back(void **state)
{
    (void)state;
    struct queue queue;
    struct mn_grant none = {0}, grant, stale;
    queue_init(&queue);

    expect_assert_failure(mn_bbq_commit(&queue.bbq, &none, 0));
    expect_assert_failure(mn_bbq_release(&queue.bbq, &none, 0));

    assert_int_equal(mn_bbq_grant_now(&queue.bbq, 2, &grant), MN_OK);
    stale = grant;
    expect_assert_failure(mn_bbq_release(&queue.bbq, &stale, 0));
    expect_assert_failure(mn_bbq_commit(&queue.bbq, &grant, 3));
    mn_bbq_commit(&queue.bbq, &grant, 2);
    expect_assert_failure(mn_bbq_commit(&queue.bbq, &grant, 0));
    expect_assert_failure(mn_bbq_commit(&queue.bbq, &stale, 0));

    assert_int_equal(mn_bbq_read_now(&queue.bbq, &grant), MN_OK);
    stale = grant;
    expect_assert_failure(mn_bbq_release(&queue.bbq, &grant, 3));
    mn_bbq_release(&queue.bbq, &grant, 1);
    expect_assert_failure(mn_bbq_release(&queue.bbq, &stale, 1));
}

static void copying_goes_around_the_end(void **state)
{
    (void)state;
    struct queue queue;
    char found[RING_BYTES + 1] = {0};
    queue_init(&queue);
    fill(&queue, "abcdef");
    assert_int_equal(mn_bbq_read_bytes_now(&queue.bbq, found, 5), 5);

    assert_int_equal(mn_bbq_write_now(&queue.bbq, "ghijklmnop", 10), 7);

    assert_int_equal(mn_bbq_count(&queue.bbq), RING_BYTES);
    expect_inside(&queue, "fghijklm");
}

static void closing_lets_out_what_is_inside_and_nothing_in(void **state)
{
    (void)state;
    struct queue queue;
    struct mn_grant grant;
    queue_init(&queue);
    fill(&queue, "ab");

    mn_bbq_close(&queue.bbq);

    assert_true(mn_bbq_is_closed(&queue.bbq));
    assert_int_equal(mn_bbq_grant_now(&queue.bbq, 1, &grant), MN_ERR_CLOSED);
    assert_int_equal(mn_bbq_grant_up_to_now(&queue.bbq, 1, &grant), MN_ERR_CLOSED);
    assert_int_equal(mn_bbq_write_now(&queue.bbq, "x", 1), 0);
    expect_inside(&queue, "ab");
    assert_int_equal(mn_bbq_read_now(&queue.bbq, &grant), MN_ERR_CLOSED);
}

static void what_is_committed_after_the_close_goes_nowhere(void **state)
{
    (void)state;
    struct queue queue;
    struct mn_grant grant, read;
    queue_init(&queue);
    assert_int_equal(mn_bbq_grant_now(&queue.bbq, 2, &grant), MN_OK);

    mn_bbq_close(&queue.bbq);
    assert_int_equal(mn_bbq_read_now(&queue.bbq, &read), MN_ERR_CLOSED);
    mn_bbq_commit(&queue.bbq, &grant, 2);

    assert_int_equal(mn_bbq_read_now(&queue.bbq, &read), MN_ERR_CLOSED);
}

static void a_reset_empties_and_reopens(void **state)
{
    (void)state;
    struct queue queue;
    struct mn_grant grant;
    queue_init(&queue);
    fill(&queue, "abc");
    mn_bbq_close(&queue.bbq);

    mn_bbq_reset(&queue.bbq);

    assert_false(mn_bbq_is_closed(&queue.bbq));
    assert_true(mn_bbq_is_empty(&queue.bbq));
    assert_int_equal(mn_bbq_grant_now(&queue.bbq, RING_BYTES, &grant), MN_OK);
    expect_assert_failure(mn_bbq_reset(&queue.bbq));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_committed_is_read_in_place),
        cmocka_unit_test(a_commit_of_nothing_and_a_release_of_nothing_change_nothing),
        cmocka_unit_test(an_empty_queue_always_grants_its_whole_capacity),
        cmocka_unit_test(more_than_the_capacity_is_too_big_also_on_a_full_queue),
        cmocka_unit_test(one_grant_of_each_kind_is_out_at_a_time),
        cmocka_unit_test(a_grant_that_is_not_out_cannot_be_given_back),
        cmocka_unit_test(copying_goes_around_the_end),
        cmocka_unit_test(closing_lets_out_what_is_inside_and_nothing_in),
        cmocka_unit_test(what_is_committed_after_the_close_goes_nowhere),
        cmocka_unit_test(a_reset_empties_and_reopens),
    };
    return cmocka_run_group_tests_name("bbq", tests, NULL, NULL);
}
