/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bench.h"
#include "random.h"

#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#endif

#ifdef HAS_ASAN
#define RAW __attribute__((no_sanitize("address")))
#else
#define RAW
#endif

#define BLOCKS_MAX 400u

struct shadow { /* what the heap ought to hold */
    struct mn_heap heap;
    uint8_t *memory[BLOCKS_MAX];
    uint32_t bytes[BLOCKS_MAX];
    uint32_t count;
    uint32_t asked_bytes; /* sum of bytes[0..count) */
    uint32_t peak_bytes;
    uint64_t random;
    _Alignas(8) uint8_t arena[64 * 1024];
};

static uint32_t random_below(struct shadow *shadow, uint32_t limit)
{
    return test_random_below(&shadow->random, limit);
}

static struct shadow *shadow_create(uint64_t seed)
{
    struct shadow *shadow = calloc(1, sizeof *shadow);
    assert_non_null(shadow);
    shadow->random = seed;
    assert_int_equal(mn_heap_init(&shadow->heap, shadow->arena, sizeof shadow->arena), MN_OK);
    return shadow;
}

static uint8_t mark_of(const struct shadow *shadow, uint32_t index)
{
    return (uint8_t)((uintptr_t)shadow->memory[index] * 31u ^ shadow->bytes[index]);
}

static bool shadow_allocate(struct shadow *shadow, uint32_t bytes)
{
    uint8_t *memory = mn_heap_try(&shadow->heap, bytes);
    if (!memory)
        return false;
    assert_int_equal((uintptr_t)memory % 8, 0);
    assert_true(memory >= shadow->arena);
    assert_true(memory + bytes <= shadow->arena + sizeof shadow->arena);
    uint32_t index = shadow->count++;
    assert_true(index < BLOCKS_MAX);
    shadow->memory[index] = memory;
    shadow->bytes[index] = bytes;
    shadow->asked_bytes += bytes;
    memset(memory, mark_of(shadow, index), bytes);
    return true;
}

static void shadow_free(struct shadow *shadow, uint32_t index)
{
    for (uint32_t i = 0; i < shadow->bytes[index]; i++)
        assert_int_equal(shadow->memory[index][i], mark_of(shadow, index)); /* nobody overlaps */
    mn_heap_free(&shadow->heap, shadow->memory[index]);
    shadow->asked_bytes -= shadow->bytes[index];
    shadow->count--;
    shadow->memory[index] = shadow->memory[shadow->count];
    shadow->bytes[index] = shadow->bytes[shadow->count];
}

static void assert_is_one_block(struct mn_heap *heap)
{
    struct mn_heap_stats stats = mn_heap_stats(heap);
    assert_int_equal(stats.live_blocks, 0);
    assert_int_equal(stats.live_bytes, 0);
    mn_heap_check(heap);
    void *all = mn_heap_try(heap, stats.capacity_bytes - MN_HEAP_HEADER_BYTES);
    assert_non_null(all);
    mn_heap_free(heap, all);
}

static void shadow_destroy(struct shadow *shadow)
{
    while (shadow->count > 0)
        shadow_free(shadow, random_below(shadow, shadow->count));
    assert_is_one_block(&shadow->heap);
    mn_heap_finish(&shadow->heap);
    free(shadow);
}

static void shadow_compare(struct shadow *shadow)
{
    struct mn_heap_stats stats = mn_heap_stats(&shadow->heap);
    if (stats.live_bytes > shadow->peak_bytes)
        shadow->peak_bytes = stats.live_bytes;
    assert_int_equal(stats.live_blocks, shadow->count);
    assert_in_range(stats.live_bytes, shadow->asked_bytes + 4 * shadow->count,
                    shadow->asked_bytes + (4 + 7 + 32 + 12) * shadow->count);
    assert_int_equal(stats.peak_bytes, shadow->peak_bytes);
    mn_heap_check(&shadow->heap); /* live_bytes and live_blocks against a walk, too */
}

static void blocks_are_aligned_apart_and_keep_their_content(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct shadow *shadow = shadow_create(seed);

        for (uint32_t step = 0; step < 4000; step++) {
            bool grows = random_below(shadow, 100) < (step / 500 % 2 ? 35u : 65u);
            uint32_t limit = random_below(shadow, 8) == 0 ? 4000 : 300;
            if (grows && shadow->count < BLOCKS_MAX)
                shadow_allocate(shadow, random_below(shadow, limit));
            else if (shadow->count > 0)
                shadow_free(shadow, random_below(shadow, shadow->count));
            shadow_compare(shadow);
        }

        shadow_destroy(shadow);
    }
}

static void freeing_in_any_order_leaves_one_block(void **state)
{
    (void)state;
    for (uint32_t stride = 1; stride < 101; stride++) { /* 101 is prime: each is visited once */
        struct shadow *shadow = shadow_create(stride);
        void *memory[101];
        for (uint32_t i = 0; i < 101; i++)
            memory[i] = mn_heap_try(&shadow->heap, random_below(shadow, 500));

        for (uint32_t i = 0, index = 0; i < 101; i++, index = (index + stride) % 101)
            mn_heap_free(&shadow->heap, memory[index]);

        assert_is_one_block(&shadow->heap);
        shadow_destroy(shadow);
    }
}

static void two_neighbors_freed_give_what_both_held(void **state)
{
    struct mn_heap *heap = &((struct bench *)*state)->kernel.heap;
    void *memory[1000];
    uint32_t count = 0;
    while (count < 1000 && (memory[count] = mn_heap_try(heap, 116)) != NULL)
        count++;

    mn_heap_free(heap, memory[10]);
    mn_heap_free(heap, memory[12]);
    assert_null(mn_heap_try(heap, 236));
    mn_heap_free(heap, memory[13]);
    void *both = mn_heap_try(heap, 236);
    assert_ptr_equal(both, memory[12]);

    memory[10] = memory[12] = NULL;
    memory[13] = both;
    for (uint32_t i = 0; i < count; i++)
        mn_heap_free(heap, memory[i]);
    assert_is_one_block(heap);
}

static void the_whole_of_any_arena_can_be_had_and_no_byte_more(void **state)
{
    static _Alignas(16) uint8_t memory[1300];
    (void)state;
    for (uint32_t skip = 0; skip < 16; skip++) {
        for (uint32_t bytes = MN_HEAP_ARENA_MIN; bytes + skip <= 1200; bytes++) {
            struct mn_heap heap;
            memset(memory, 0xa5, sizeof memory);
            assert_int_equal(mn_heap_init(&heap, memory + skip, bytes), MN_OK);

            uint32_t most = mn_heap_stats(&heap).capacity_bytes - MN_HEAP_HEADER_BYTES;
            uint8_t *all = mn_heap_try(&heap, most);
            assert_non_null(all);
            memset(all, 0, most);
            assert_null(mn_heap_try(&heap, 0));
            mn_heap_free(&heap, all);
            assert_null(mn_heap_try(&heap, most + 1));
            assert_null(mn_heap_try(&heap, UINT32_MAX));

            assert_is_one_block(&heap);
            mn_heap_finish(&heap);
            for (uint32_t i = 0; i < skip; i++)
                assert_int_equal(memory[i], 0xa5);
            for (uint32_t i = skip + bytes; i < sizeof memory; i++)
                assert_int_equal(memory[i], 0xa5);
        }
    }
}

static void an_arena_below_the_minimum_is_refused_and_gives_nothing(void **state)
{
    uint8_t memory[MN_HEAP_ARENA_MIN];
    struct mn_heap heap;
    (void)state;

    assert_int_equal(mn_heap_init(&heap, memory, MN_HEAP_ARENA_MIN - 1), MN_ERR_NO_MEMORY);

    assert_null(mn_heap_try(&heap, 0));
    assert_int_equal(mn_heap_stats(&heap).capacity_bytes, 0);
    assert_int_equal(mn_heap_stats(&heap).largest_bytes, 0);
    mn_heap_check(&heap);
    mn_heap_finish(&heap);
}

static void an_arena_of_256_mib_works_to_its_end(void **state)
{
    const uint32_t arena_bytes = 256u << 20;
    struct mn_heap heap;
    (void)state;
    void *arena = malloc(arena_bytes);
    assert_non_null(arena);
    assert_int_equal(mn_heap_init(&heap, arena, arena_bytes), MN_OK);

    void *half = mn_heap_try(&heap, 128u << 20);
    void *small = mn_heap_try(&heap, 16);
    void *rest = mn_heap_try(&heap, mn_heap_stats(&heap).largest_bytes);
    assert_true(half && small && rest);
    assert_in_range(mn_heap_stats(&heap).live_bytes, 240u << 20, arena_bytes);
    mn_heap_free(&heap, half);
    mn_heap_free(&heap, rest);
    mn_heap_free(&heap, small);

    assert_is_one_block(&heap);
    mn_heap_finish(&heap);
    free(arena);
}

static void what_the_statistics_call_largest_can_be_had(void **state)
{
    (void)state;
    struct shadow *shadow = shadow_create(7);
    for (uint32_t step = 0; step < 2000; step++) {
        if (random_below(shadow, 2) && shadow->count < BLOCKS_MAX)
            shadow_allocate(shadow, random_below(shadow, 600));
        else if (shadow->count > 0)
            shadow_free(shadow, random_below(shadow, shadow->count));

        uint32_t largest = mn_heap_stats(&shadow->heap).largest_bytes;
        void *memory = largest ? mn_heap_try(&shadow->heap, largest) : NULL;
        assert_true(memory || !largest);
        mn_heap_free(&shadow->heap, memory);
        assert_null(mn_heap_try(&shadow->heap, largest + largest / 8 + 16));
    }
    shadow_destroy(shadow);
}

static void exhaustion_is_null_counted_and_undone_by_a_free(void **state)
{
    (void)state;
    struct shadow *shadow = shadow_create(1);
    while (shadow_allocate(shadow, 1020))
        ;

    assert_null(mn_heap_try(&shadow->heap, 1020));
    assert_int_equal(mn_heap_stats(&shadow->heap).failed_tries, 2);
    shadow_free(shadow, 5);
    assert_true(shadow_allocate(shadow, 1020));
    assert_int_equal(mn_heap_stats(&shadow->heap).failed_tries, 2);

    shadow_destroy(shadow);
}

static void at_least_85_percent_is_live_when_a_mixed_load_first_fails(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct shadow *shadow = shadow_create(seed);

        bool fits = true;
        while (fits) {
            if (shadow->count > 0 && random_below(shadow, 3) == 0)
                shadow_free(shadow, random_below(shadow, shadow->count));
            else
                fits = shadow_allocate(shadow, 16 + random_below(shadow, 497));
        }

        assert_true(shadow->asked_bytes * 100 >= sizeof shadow->arena * 85);
        shadow_destroy(shadow);
    }
}

/* ---- broken promises ---- */

RAW static void smash(void *memory, ptrdiff_t offset)
{
    volatile uint8_t *bytes = memory;
    for (uint32_t i = 0; i < 4; i++)
        bytes[offset + i] ^= 0xf8;
}

static void freeing_twice_panics_also_when_merged(void **state)
{
    struct mn_heap *heap = &((struct bench *)*state)->kernel.heap;
    void *first = mn_heap_try(heap, 40);
    void *second = mn_heap_try(heap, 40);
    void *third = mn_heap_try(heap, 40);

    mn_heap_free(heap, first);
    expect_assert_failure(mn_heap_free(heap, first));
    mn_heap_free(heap, second);
    expect_assert_failure(mn_heap_free(heap, second));
    mn_heap_free(heap, third);
    expect_assert_failure(mn_heap_free(heap, third));

    mn_heap_check(heap);
}

static void freeing_what_is_not_ours_panics(void **state)
{
    struct bench *bench = *state;
    struct mn_heap *heap = &bench->kernel.heap;
    uint64_t elsewhere[4] = {0};
    uint8_t *memory = mn_heap_try(heap, 64);
    memset(memory, 0, 64);

    expect_assert_failure(mn_heap_free(heap, &elsewhere[1]));
    expect_assert_failure(mn_heap_free(heap, bench->arena));
    expect_assert_failure(mn_heap_free(heap, bench->arena + sizeof bench->arena));
    expect_assert_failure(mn_heap_free(heap, memory + 4));
    expect_assert_failure(mn_heap_free(heap, memory + 16));

    mn_heap_free(heap, memory);
    mn_heap_free(heap, NULL);
}

static void an_overwritten_header_or_link_panics(void **state)
{
    struct mn_heap *heap = &((struct bench *)*state)->kernel.heap;
    void *memory = mn_heap_try(heap, 64);

    smash(memory, -4);
    expect_assert_failure(mn_heap_free(heap, memory));
    expect_assert_failure(mn_heap_check(heap));
    smash(memory, -4); /* as it was */
    mn_heap_free(heap, memory);
    smash(memory, sizeof(void *));
    expect_assert_failure(mn_heap_check(heap));
    expect_assert_failure(memory = mn_heap_try(heap, 64));
    smash(memory, sizeof(void *));

    mn_heap_check(heap);
}

#ifdef HAS_ASAN
int __asan_address_is_poisoned(const volatile void *address);

static void one_byte_too_many_is_poisoned(void **state)
{
    struct mn_heap *heap = &((struct bench *)*state)->kernel.heap;
    for (uint32_t bytes = 1; bytes < 100; bytes++) {
        uint8_t *memory = mn_heap_try(heap, bytes);
        uint8_t *neighbor = mn_heap_try(heap, bytes);

        assert_true(__asan_address_is_poisoned(memory - 1));
        assert_false(__asan_address_is_poisoned(memory));
        assert_false(__asan_address_is_poisoned(memory + bytes - 1));
        assert_true(__asan_address_is_poisoned(memory + bytes));
        mn_heap_free(heap, memory);
        assert_true(__asan_address_is_poisoned(memory));
        assert_true(__asan_address_is_poisoned(memory + bytes - 1));
        assert_false(__asan_address_is_poisoned(neighbor));
        mn_heap_free(heap, neighbor);
    }
}

static void an_arena_given_back_may_be_touched_again(void **state)
{
    static uint8_t arena[2001];
    struct mn_heap heap;
    (void)state;
    assert_int_equal(mn_heap_init(&heap, arena + 1, sizeof arena - 1), MN_OK);
    assert_true(__asan_address_is_poisoned(arena + 1000));

    mn_heap_finish(&heap);

    for (uint32_t i = 0; i < sizeof arena; i++)
        assert_false(__asan_address_is_poisoned(arena + i));
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_apart_and_keep_their_content),
        cmocka_unit_test(freeing_in_any_order_leaves_one_block),
        TEST_ON_BENCH(two_neighbors_freed_give_what_both_held),
        cmocka_unit_test(the_whole_of_any_arena_can_be_had_and_no_byte_more),
        cmocka_unit_test(an_arena_below_the_minimum_is_refused_and_gives_nothing),
        cmocka_unit_test(an_arena_of_256_mib_works_to_its_end),
        cmocka_unit_test(what_the_statistics_call_largest_can_be_had),
        cmocka_unit_test(exhaustion_is_null_counted_and_undone_by_a_free),
        cmocka_unit_test(at_least_85_percent_is_live_when_a_mixed_load_first_fails),
        TEST_ON_BENCH(freeing_twice_panics_also_when_merged),
        TEST_ON_BENCH(freeing_what_is_not_ours_panics),
        TEST_ON_BENCH(an_overwritten_header_or_link_panics),
#ifdef HAS_ASAN
        TEST_ON_BENCH(one_byte_too_many_is_poisoned),
        cmocka_unit_test(an_arena_given_back_may_be_touched_again),
#endif
    };
    return cmocka_run_group_tests_name("heap", tests, NULL, NULL);
}
