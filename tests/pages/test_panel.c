/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "host.h"

#include "panel.h"
#include "picture.h"

static void the_panel_of_the_page_looks_as_the_page_shows_it(void **state)
{
    uint8_t levels[32];
    (void)state;
    for (uint32_t i = 0; i < MN_COUNT_OF(levels); i++)
        levels[i] = (uint8_t)(i < 12 ? 20 * i : 250 - 7 * (i - 11) + i % 3 * 9);
#include "examples/panel_use.inc"
    assert_picture("panel", &bitmap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_panel_of_the_page_looks_as_the_page_shows_it),
    };
    return cmocka_run_group_tests_name("page_panel", tests, NULL, NULL);
}
