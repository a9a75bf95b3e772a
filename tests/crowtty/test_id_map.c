/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "id_map.h"
#include "random.h"

#define IDS 64u

static void what_is_put_in_is_found_until_taken_out(void **state)
{
    (void)state;
    struct id_map map;
    int one, other;
    id_map_init(&map, 2);

    assert_true(id_map_put(&map, 7, &one));
    assert_true(id_map_put(&map, UINT64_MAX, &other));
    assert_ptr_equal(id_map_get(&map, 7), &one);
    assert_ptr_equal(id_map_take(&map, 7), &one);
    assert_null(id_map_get(&map, 7));
    assert_null(id_map_take(&map, 7));
    assert_ptr_equal(id_map_get(&map, UINT64_MAX), &other);
    id_map_finish(&map);
}

static void zero_is_no_id_and_full_is_full(void **state)
{
    (void)state;
    struct id_map map;
    int value;
    id_map_init(&map, 1);

    assert_false(id_map_put(&map, 0, &value));
    assert_null(id_map_get(&map, 0));
    assert_true(id_map_put(&map, 1, &value));
    assert_false(id_map_put(&map, 2, &value));
    id_map_finish(&map);
}

/* Against a plain array. */
static void any_order_of_puts_and_takes_keeps_it_whole(void **state)
{
    (void)state;
    static char values[IDS];
    bool is_in[IDS] = {false};
    struct id_map map;
    uint64_t random = 1;
    id_map_init(&map, IDS);
    for (unsigned round = 0; round < 200000; round++) {
        unsigned at = test_random_below(&random, IDS);
        uint64_t id = 1 + at;
        if (is_in[at]) {
            assert_ptr_equal(id_map_take(&map, id), &values[at]);
        } else {
            assert_true(id_map_put(&map, id, &values[at]));
        }
        is_in[at] = !is_in[at];
        at = (unsigned)(random >> 20) % IDS;
        assert_ptr_equal(id_map_get(&map, 1 + at), is_in[at] ? &values[at] : NULL);
    }
    id_map_finish(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_in_is_found_until_taken_out),
        cmocka_unit_test(zero_is_no_id_and_full_is_full),
        cmocka_unit_test(any_order_of_puts_and_takes_keeps_it_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
