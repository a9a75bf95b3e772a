/* gfx_check.h — random drawing, on a bitmap and on a model of it.
 *
 *     bytes ──► operations ──┬──► mn_canvas_...  ──► memory ──┐
 *                            └──► gfx_model_...  ──► memory ──┴──► the same, byte for byte
 *
 * The memory around the bitmap, and between its rows, is compared as well: whoever writes there is
 * found out.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef GFX_CHECK_H
#define GFX_CHECK_H

#include <stddef.h>
#include <stdint.h>

/* Draws what the bytes say. Returns NULL if all is well, else which operation was not. The first
 * byte says whether coordinates stay near the bitmap (even) or are any numbers (odd). */
const char *gfx_check_run(const uint8_t *data, size_t count);

#endif
