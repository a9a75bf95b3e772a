/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bench.h"

#include "gfx_check.h"
#include "random.h"

#define ROUNDS 4000u /* fuzz_gfx goes on */
#define INPUT_BYTES 400u

static void draw_at_random(uint8_t kind)
{
    uint64_t seed = kind;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint8_t input[INPUT_BYTES];
        for (uint32_t i = 0; i < INPUT_BYTES; i++)
            input[i] = (uint8_t)test_random(&seed);
        input[0] = kind;
        const char *wrong = gfx_check_run(input, sizeof input);
        if (wrong)
            fail_msg("round %u: %s", round, wrong);
    }
}

static void each_pixel_is_as_the_model_has_it_and_nothing_else_is_touched(void **state)
{
    (void)state;
    draw_at_random(0);
}

static void the_same_holds_for_any_coordinates_and_sizes(void **state)
{
    (void)state;
    draw_at_random(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_pixel_is_as_the_model_has_it_and_nothing_else_is_touched),
        cmocka_unit_test(the_same_holds_for_any_coordinates_and_sizes),
    };
    return cmocka_run_group_tests_name("gfx_model", tests, NULL, NULL);
}
