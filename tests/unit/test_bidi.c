/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "mn/bidi.h"

struct link {
    struct mn_bidi_end left, right;
    struct mn_bidi *freed; /* the block, once it was given back */
    uint32_t frees;
};

static void freed(void *context, struct mn_bidi *bidi)
{
    struct link *link = context;
    link->freed = bidi;
    link->frees++;
    free(bidi); /* a sanitizer sees whoever still touches it */
}

static void link_init(struct link *link)
{
    *link = (struct link){.frees = 0};
    struct mn_bidi_config config = {
        .left_to_right_bytes = 5,
        .right_to_left_bytes = 3,
        .freed = freed,
        .context = link,
    };
    void *block = malloc(mn_bidi_bytes(&config));
    assert_non_null(block);
    mn_bidi_init(block, &config, &link->left, &link->right);
}

static void what_one_end_writes_the_other_reads(void **state)
{
    (void)state;
    struct link link;
    char found[6] = {0};
    link_init(&link);

    assert_int_equal(mn_bbq_write_now(link.left.out, "hello!", 6), 5); /* to the last byte */
    assert_int_equal(mn_bbq_write_now(link.right.out, "hey!", 4), 3);

    assert_int_equal(mn_bbq_read_bytes_now(link.right.in, found, 6), 5);
    assert_string_equal(found, "hello");
    memset(found, 0, sizeof found);
    assert_int_equal(mn_bbq_read_bytes_now(link.left.in, found, 6), 3);
    assert_string_equal(found, "hey");
    mn_bidi_close(&link.left);
    mn_bidi_close(&link.right);
}

static void the_block_goes_back_once_when_both_ends_are_closed(void **state)
{
    (void)state;
    for (uint32_t right_first = 0; right_first < 2; right_first++) {
        struct link link;
        link_init(&link);
        struct mn_bidi *block = link.left.bidi;
        struct mn_bidi_end *first = right_first ? &link.right : &link.left;
        struct mn_bidi_end *second = right_first ? &link.left : &link.right;

        assert_false(mn_bidi_is_alone(second));
        mn_bidi_close(first);
        mn_bidi_close(first); /* harmless */
        assert_int_equal(link.frees, 0);
        assert_true(mn_bidi_is_alone(second));
        mn_bidi_close(second);

        assert_int_equal(link.frees, 1);
        assert_ptr_equal(link.freed, block);
        assert_null(link.left.bidi);
        assert_null(link.right.bidi);
    }
}

static void after_one_end_closed_the_other_reads_what_is_inside(void **state)
{
    (void)state;
    struct link link;
    struct mn_grant grant;
    char found[6] = {0};
    link_init(&link);
    assert_int_equal(mn_bbq_write_now(link.left.out, "bye", 3), 3);

    mn_bidi_close(&link.left);

    assert_int_equal(mn_bbq_grant_now(link.right.out, 1, &grant), MN_ERR_CLOSED);
    assert_int_equal(mn_bbq_read_bytes_now(link.right.in, found, 6), 3);
    assert_string_equal(found, "bye");
    assert_int_equal(mn_bbq_read_now(link.right.in, &grant), MN_ERR_CLOSED);
    mn_bidi_close(&link.right);
}

static void one_direction_can_be_closed_alone(void **state)
{
    (void)state;
    struct link link;
    struct mn_grant grant;
    link_init(&link);

    mn_bbq_close(link.left.out);

    assert_int_equal(mn_bbq_read_now(link.right.in, &grant), MN_ERR_CLOSED);
    assert_int_equal(mn_bbq_write_now(link.right.out, "ok", 2), 2);
    assert_int_equal(mn_bbq_count(link.left.in), 2);
    mn_bidi_close(&link.left);
    mn_bidi_close(&link.right);
}

static void a_close_wakes_everybody_at_the_other_end(void **state)
{
    struct bench *bench = *state;
    struct link link;
    struct mn_bbq_write write;
    struct mn_bbq_read read;
    struct mn_grant grant;
    struct mn_task writer, reader;
    link_init(&link);
    mn_spawn(&bench->kernel, &writer, "writer", mn_bbq_write(&write, link.right.out, "full!", 5));
    mn_spawn(&bench->kernel, &reader, "reader", mn_bbq_read(&read, link.right.in, &grant));
    bench_settle(bench);

    mn_bidi_close(&link.left);
    bench_settle(bench);

    assert_int_equal(write.co.err, MN_ERR_CLOSED);
    assert_int_equal(write.written, 3);
    assert_int_equal(read.co.err, MN_ERR_CLOSED);
    mn_bidi_close(&link.right);
    assert_int_equal(link.frees, 1);
}

static void who_was_sent_away_does_not_touch_the_freed_block(void **state)
{
    struct bench *bench = *state;
    struct link link;
    struct mn_bbq_write write;
    struct mn_bbq_read reads[2];
    struct mn_grant grants[2];
    struct mn_task tasks[3];
    link_init(&link);
    mn_spawn(&bench->kernel, &tasks[0], "writer", mn_bbq_write(&write, link.right.out, "full", 4));
    mn_spawn(&bench->kernel, &tasks[1], "read", mn_bbq_read(&reads[0], link.right.in, &grants[0]));
    mn_spawn(&bench->kernel, &tasks[2], "read", mn_bbq_read(&reads[1], link.right.in, &grants[1]));
    bench_settle(bench);

    mn_bidi_close(&link.left);
    mn_bidi_close(&link.right); /* before the others have run */
    assert_int_equal(link.frees, 1);
    mn_task_cancel(&tasks[1]);
    bench_settle(bench);

    assert_int_equal(write.co.err, MN_ERR_CLOSED);
    assert_int_equal(reads[1].co.err, MN_ERR_CLOSED);
}

static void an_end_with_a_grant_or_a_waiter_cannot_be_closed(void **state)
{
    struct bench *bench = *state;
    struct link link;
    struct mn_bbq_read read;
    struct mn_grant grant, read_grant;
    struct mn_task reader;
    link_init(&link);

    assert_int_equal(mn_bbq_grant_now(link.left.out, 1, &grant), MN_OK);
    expect_assert_failure(mn_bidi_close(&link.left));
    mn_bbq_commit(link.left.out, &grant, 0);
    mn_spawn(&bench->kernel, &reader, "reader", mn_bbq_read(&read, link.left.in, &read_grant));
    bench_settle(bench);
    expect_assert_failure(mn_bidi_close(&link.left));
    mn_task_cancel(&reader);

    mn_bidi_close(&link.left);
    mn_bidi_close(&link.right);
}

static void an_end_can_be_moved(void **state)
{
    (void)state;
    struct link link;
    link_init(&link);
    struct mn_bidi_end moved = link.left;

    assert_int_equal(mn_bbq_write_now(moved.out, "x", 1), 1);
    mn_bidi_close(&moved);

    assert_int_equal(mn_bbq_count(link.right.in), 1);
    mn_bidi_close(&link.right);
    assert_int_equal(link.frees, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_one_end_writes_the_other_reads),
        cmocka_unit_test(the_block_goes_back_once_when_both_ends_are_closed),
        cmocka_unit_test(after_one_end_closed_the_other_reads_what_is_inside),
        cmocka_unit_test(one_direction_can_be_closed_alone),
        TEST_ON_BENCH(a_close_wakes_everybody_at_the_other_end),
        TEST_ON_BENCH(who_was_sent_away_does_not_touch_the_freed_block),
        TEST_ON_BENCH(an_end_with_a_grant_or_a_waiter_cannot_be_closed),
        cmocka_unit_test(an_end_can_be_moved),
    };
    return cmocka_run_group_tests_name("bidi", tests, NULL, NULL);
}
