/* fuzz_gfx.c — nothing that is drawn may differ from the model, or reach beyond the clip.
 *
 * The first byte says whether coordinates stay near the bitmap or are any numbers; the rest is what
 * is drawn. With libFuzzer:
 *
 *     ninja -C build kernel/gfx/font_spleen_6x12.c kernel/gfx/font_spleen_8x16.c
 *     clang -fsanitize=fuzzer,address,undefined -Ikernel/include -Ikernel -Itests/support \
 *         tests/fuzz/fuzz{,_panic,_gfx}.c tests/support/gfx_*.c kernel/{gfx,text}/ *.c \
 *         build/kernel/gfx/font_*.c
 *
 * With fuzz_main.c instead, as `scripts/dev fuzz` does: fuzz_gfx KIND SEED COUNT.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "gfx_check.h"
#include "mn/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *wrong = gfx_check_run(data, size);
    if (wrong) {
        fprintf(stderr, "fuzz_gfx: %s: not what the model drew\n", wrong);
        abort();
    }
    return 0;
}
