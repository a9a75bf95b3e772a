/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Lets MN_TEST='pattern' pick the cases of any test program, with * and ? as in a shell: this is
 * how the line that reruns one failed case works. Linked whole, and called before main. */
__attribute__((constructor)) static void pick_tests(void)
{
    const char *pattern = getenv("MN_TEST");
    if (pattern && *pattern)
        cmocka_set_test_filter(pattern);
}
