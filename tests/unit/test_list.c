/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/list.h"

#include "panic.h"

struct item {
    struct mn_list link;
    int value;
};

static void make_items(struct item *items, int count)
{
    for (int i = 0; i < count; i++) {
        items[i].value = i;
        mn_list_init(&items[i].link);
    }
}

/* Walks the list both ways and asserts that it holds `count` items with these values. */
static void assert_holds(struct mn_list *list, const int *values, int count)
{
    int at = 0;
    MN_LIST_EACH (node, list) {
        assert_true(at < count);
        assert_int_equal(MN_CONTAINER(node, struct item, link)->value, values[at]);
        assert_ptr_equal(node->next->prev, node);
        at++;
    }
    assert_int_equal(at, count);
    for (struct mn_list *node = list->prev; node != list; node = node->prev)
        assert_int_equal(MN_CONTAINER(node, struct item, link)->value, values[--at]);
    assert_int_equal(at, 0);
}

static void a_node_on_no_list_points_at_itself(void **state)
{
    (void)state;
    struct mn_list node;

    mn_list_init(&node);

    assert_ptr_equal(node.next, &node);
    assert_ptr_equal(node.prev, &node);
    assert_false(mn_list_is_linked(&node));
    assert_true(mn_list_is_empty(&node));
}

static void nodes_come_out_in_the_order_they_went_in(void **state)
{
    (void)state;
    struct mn_list list;
    struct item items[3];
    mn_list_init(&list);
    make_items(items, 3);

    for (int i = 0; i < 3; i++)
        mn_list_push(&list, &items[i].link);
    assert_holds(&list, (int[]){0, 1, 2}, 3);

    for (int i = 0; i < 3; i++) {
        assert_ptr_equal(mn_list_pop(&list), &items[i].link);
        assert_false(mn_list_is_linked(&items[i].link));
    }
    assert_null(mn_list_pop(&list));
    assert_true(mn_list_is_empty(&list));
}

static void a_node_can_be_removed_from_any_place(void **state)
{
    (void)state;
    for (int gone = 0; gone < 3; gone++) {
        struct mn_list list;
        struct item items[3];
        mn_list_init(&list);
        make_items(items, 3);
        for (int i = 0; i < 3; i++)
            mn_list_push(&list, &items[i].link);

        mn_list_remove(&items[gone].link);

        assert_false(mn_list_is_linked(&items[gone].link));
        assert_holds(&list, (int[]){gone == 0, gone == 2 ? 1 : 2}, 2);
    }
}

static void removing_a_node_twice_is_harmless(void **state)
{
    (void)state;
    struct mn_list list;
    struct item items[2];
    mn_list_init(&list);
    make_items(items, 2);
    mn_list_push(&list, &items[0].link);
    mn_list_push(&list, &items[1].link);

    mn_list_remove(&items[0].link);
    mn_list_remove(&items[0].link);

    assert_holds(&list, (int[]){1}, 1);
}

static void pushing_a_linked_node_panics_and_leaves_the_list_whole(void **state)
{
    (void)state;
    struct mn_list list, other;
    struct item items[2];
    mn_list_init(&list);
    mn_list_init(&other);
    make_items(items, 2);
    mn_list_push(&list, &items[0].link);
    mn_list_push(&list, &items[1].link);

    assert_panics("!mn_list_is_linked(node)", mn_list_push(&list, &items[0].link));
    assert_panics("!mn_list_is_linked(node)", mn_list_push(&other, &items[1].link));

    assert_holds(&list, (int[]){0, 1}, 2);
    assert_true(mn_list_is_empty(&other));
}

static void a_node_goes_in_before_any_place(void **state)
{
    (void)state;
    struct mn_list list;
    struct item items[3];
    mn_list_init(&list);
    make_items(items, 3);

    mn_list_push(&list, &items[1].link);
    mn_list_insert_before(&items[1].link, &items[0].link);
    mn_list_insert_before(&list, &items[2].link);

    assert_holds(&list, (int[]){0, 1, 2}, 3);
}

static void move_all_appends_in_order_and_leaves_the_source_empty(void **state)
{
    (void)state;
    for (int held = 0; held <= 3; held++) {
        struct mn_list to, from;
        struct item items[3];
        mn_list_init(&to);
        mn_list_init(&from);
        make_items(items, 3);
        for (int i = 0; i < 3; i++)
            mn_list_push(i < held ? &to : &from, &items[i].link);

        mn_list_move_all(&to, &from);

        assert_holds(&to, (int[]){0, 1, 2}, 3);
        assert_holds(&from, NULL, 0);
        mn_list_remove(&items[1].link); /* the moved nodes are ordinary members */
        assert_holds(&to, (int[]){0, 2}, 2);
    }
}

static void moving_a_list_into_itself_panics(void **state)
{
    (void)state;
    struct mn_list list;
    struct item items[2];
    mn_list_init(&list);
    make_items(items, 2);
    mn_list_push(&list, &items[0].link);
    mn_list_push(&list, &items[1].link);

    assert_panics("to != from", mn_list_move_all(&list, &list));

    assert_holds(&list, (int[]){0, 1}, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_on_no_list_points_at_itself),
        cmocka_unit_test(nodes_come_out_in_the_order_they_went_in),
        cmocka_unit_test(a_node_can_be_removed_from_any_place),
        cmocka_unit_test(removing_a_node_twice_is_harmless),
        cmocka_unit_test(pushing_a_linked_node_panics_and_leaves_the_list_whole),
        cmocka_unit_test(a_node_goes_in_before_any_place),
        cmocka_unit_test(move_all_appends_in_order_and_leaves_the_source_empty),
        cmocka_unit_test(moving_a_list_into_itself_panics),
    };
    return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
