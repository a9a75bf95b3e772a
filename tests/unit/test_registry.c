/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "echo_service.h"

#include <stdio.h>

MN_SERVICE(clock, "clock", MN_UUID(0xf06aac01, 0x2773, 0x4266, 0x8681, 0x583ffe756554),
           struct mn_none, struct echo_response, struct mn_none, struct mn_none, struct mn_none);

static struct mn_registry *registry_of(void **state)
{
    struct bench *bench = *state;
    return &bench->kernel.registry;
}

static void a_uuid_is_the_bytes_of_its_text_in_order(void **state)
{
    (void)state;
    const uint8_t bytes[16] = {0xf0, 0x6a, 0xac, 0x01, 0x27, 0x73, 0x42, 0x66,
                               0x86, 0x81, 0x58, 0x3f, 0xfe, 0x75, 0x65, 0x54};

    assert_memory_equal(clock_type()->uuid.bytes, bytes, sizeof bytes);
}

static void a_type_says_its_name_and_the_size_of_each_of_its_five(void **state)
{
    (void)state;
    const struct mn_service_type *type = echo_type();

    assert_string_equal(type->name, "echo");
    assert_int_equal(type->request_bytes, sizeof(struct echo_request));
    assert_int_equal(type->response_bytes, sizeof(struct echo_response));
    assert_int_equal(type->error_bytes, sizeof(struct echo_error));
    assert_int_equal(type->hello_bytes, sizeof(struct echo_hello));
    assert_int_equal(type->refusal_bytes, sizeof(struct echo_refusal));
}

static void nothing_is_found_in_an_empty_registry(void **state)
{
    assert_null(mn_registry_find(registry_of(state), &echo_type()->uuid, 0));
}

static void a_bound_service_is_found_until_it_is_unbound(void **state)
{
    struct mn_registry *registry = registry_of(state);
    struct mn_service service = {0};

    assert_int_equal(echo_bind(&service, registry, 0, NULL), MN_OK);
    assert_ptr_equal(mn_registry_find(registry, &echo_type()->uuid, 0), &service);
    assert_int_equal(registry->count, 1);

    mn_service_unbind(&service);
    assert_null(mn_registry_find(registry, &echo_type()->uuid, 0));
    assert_int_equal(registry->count, 0);
}

static void services_and_their_instances_are_told_apart(void **state)
{
    struct mn_registry *registry = registry_of(state);
    struct mn_service echo_0 = {0}, echo_7 = {0}, clock_0 = {0};

    assert_int_equal(echo_bind(&echo_0, registry, 0, NULL), MN_OK);
    assert_int_equal(echo_bind(&echo_7, registry, 7, NULL), MN_OK);
    assert_int_equal(clock_bind(&clock_0, registry, 0, NULL), MN_OK);

    assert_ptr_equal(mn_registry_find(registry, &echo_type()->uuid, 0), &echo_0);
    assert_ptr_equal(mn_registry_find(registry, &echo_type()->uuid, 7), &echo_7);
    assert_null(mn_registry_find(registry, &echo_type()->uuid, 1));
    assert_ptr_equal(mn_registry_find(registry, &clock_type()->uuid, 0), &clock_0);
    assert_null(mn_registry_find(registry, &clock_type()->uuid, 7));

    mn_service_unbind(&echo_0);
    assert_ptr_equal(mn_registry_find(registry, &echo_type()->uuid, 7), &echo_7);
    mn_service_unbind(&echo_7);
    mn_service_unbind(&clock_0);
}

static void a_second_binding_of_the_same_instance_is_taken(void **state)
{
    struct mn_registry *registry = registry_of(state);
    struct mn_service first = {0}, second = {0};
    assert_int_equal(echo_bind(&first, registry, 3, NULL), MN_OK);

    assert_int_equal(echo_bind(&second, registry, 3, NULL), MN_ERR_TAKEN);
    assert_int_equal(registry->count, 1);
    mn_service_unbind(&second); /* harmless */
    assert_ptr_equal(mn_registry_find(registry, &echo_type()->uuid, 3), &first);

    mn_service_unbind(&first);
    assert_int_equal(echo_bind(&second, registry, 3, NULL), MN_OK);
    mn_service_unbind(&second);
}

static void another_type_under_a_bound_uuid_is_taken_too(void **state)
{
    struct mn_registry *registry = registry_of(state);
    struct mn_service first = {0}, second = {0};
    struct mn_service_type other = *echo_type();
    other.request_bytes++;
    assert_int_equal(echo_bind(&first, registry, 0, NULL), MN_OK);

    assert_int_equal(mn_service_bind(&second, registry, &other, 0, NULL), MN_ERR_TAKEN);

    mn_service_unbind(&first);
}

static void a_registry_is_full_at_its_limit_and_has_room_after_an_unbinding(void **state)
{
    struct mn_registry *registry = registry_of(state);
    struct mn_service services[17] = {0};
    for (uint32_t i = 0; i < 16; i++)
        assert_int_equal(echo_bind(&services[i], registry, i, NULL), MN_OK);

    assert_int_equal(echo_bind(&services[16], registry, 16, NULL), MN_ERR_FULL);
    assert_int_equal(echo_bind(&services[16], registry, 5, NULL), MN_ERR_TAKEN);
    assert_null(mn_registry_find(registry, &echo_type()->uuid, 16));
    mn_service_unbind(&services[5]);
    assert_int_equal(echo_bind(&services[16], registry, 16, NULL), MN_OK);

    for (uint32_t i = 0; i < 17; i++)
        mn_service_unbind(&services[i]);
    assert_int_equal(registry->count, 0);
}

static void a_service_that_is_bound_cannot_be_bound_again(void **state)
{
    struct mn_registry *registry = registry_of(state);
    struct mn_service service = {0};
    assert_int_equal(echo_bind(&service, registry, 0, NULL), MN_OK);

    expect_assert_failure((void)!echo_bind(&service, registry, 1, NULL));

    mn_service_unbind(&service);
}

static void unbinding_twice_and_unbinding_what_was_never_bound_are_harmless(void **state)
{
    struct mn_service service = {0};

    mn_service_unbind(&service);
    assert_int_equal(echo_bind(&service, registry_of(state), 0, NULL), MN_OK);
    mn_service_unbind(&service);
    mn_service_unbind(&service);
    assert_int_equal(registry_of(state)->count, 0);
}

static void a_kernel_cannot_finish_while_a_service_is_bound(void **state)
{
    struct bench *bench = *state;
    struct mn_service service = {0};
    assert_int_equal(echo_bind(&service, &bench->kernel.registry, 0, NULL), MN_OK);

    expect_assert_failure(mn_kernel_finish(&bench->kernel));

    mn_service_unbind(&service);
}

static void types_match_when_all_but_the_name_is_equal(void **state)
{
    (void)state;
    struct mn_service_type same = *echo_type();
    char signature[160];
    snprintf(signature, sizeof signature, "%s", same.signature); /* equal, at another address */
    same.signature = signature;
    same.name = "whatever";

    assert_int_equal(mn_service_type_match(echo_type(), &same), MN_OK);
    assert_int_equal(mn_service_type_match(&same, echo_type()), MN_OK);
    assert_int_equal(mn_service_type_match(echo_type(), clock_type()), MN_ERR_TYPE);
}

static void assert_differs(const struct mn_service_type *other)
{
    assert_int_equal(mn_service_type_match(echo_type(), other), MN_ERR_TYPE);
    assert_int_equal(mn_service_type_match(other, echo_type()), MN_ERR_TYPE);
}

static void types_differ_when_any_size_differs(void **state)
{
    (void)state;
    const size_t sizes[] = {
        offsetof(struct mn_service_type, request_bytes),
        offsetof(struct mn_service_type, response_bytes),
        offsetof(struct mn_service_type, error_bytes),
        offsetof(struct mn_service_type, hello_bytes),
        offsetof(struct mn_service_type, refusal_bytes),
    };

    for (size_t i = 0; i < MN_COUNT_OF(sizes); i++) {
        struct mn_service_type other = *echo_type();
        ++*(uint32_t *)(void *)((char *)&other + sizes[i]);
        assert_differs(&other);
    }
}

static void types_differ_when_the_signature_or_a_byte_of_the_uuid_differs(void **state)
{
    (void)state;
    struct mn_service_type other = *echo_type();

    other.signature = "";
    assert_differs(&other);
    other.signature = "struct echo_request";
    assert_differs(&other);
    for (uint32_t i = 0; i < 16; i++) {
        other = *echo_type();
        other.uuid.bytes[i] ^= 1;
        assert_differs(&other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_uuid_is_the_bytes_of_its_text_in_order),
        cmocka_unit_test(a_type_says_its_name_and_the_size_of_each_of_its_five),
        TEST_ON_BENCH(nothing_is_found_in_an_empty_registry),
        TEST_ON_BENCH(a_bound_service_is_found_until_it_is_unbound),
        TEST_ON_BENCH(services_and_their_instances_are_told_apart),
        TEST_ON_BENCH(a_second_binding_of_the_same_instance_is_taken),
        TEST_ON_BENCH(another_type_under_a_bound_uuid_is_taken_too),
        TEST_ON_BENCH(a_registry_is_full_at_its_limit_and_has_room_after_an_unbinding),
        TEST_ON_BENCH(a_service_that_is_bound_cannot_be_bound_again),
        TEST_ON_BENCH(unbinding_twice_and_unbinding_what_was_never_bound_are_harmless),
        TEST_ON_BENCH(a_kernel_cannot_finish_while_a_service_is_bound),
        cmocka_unit_test(types_match_when_all_but_the_name_is_equal),
        cmocka_unit_test(types_differ_when_any_size_differs),
        cmocka_unit_test(types_differ_when_the_signature_or_a_byte_of_the_uuid_differs),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
