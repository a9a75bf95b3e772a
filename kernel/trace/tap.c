/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/tap.h"

#include "mn/text.h"

static void set_name(char *name, const char *owner, uint32_t number, const char *way)
{
    struct mn_text text = {.bytes = name, .room = MN_TAP_NAME_BYTES - 1};
    mn_text_str(&text, owner);
    if (number != MN_TAP_NO_NUMBER) {
        mn_text_byte(&text, ' ');
        mn_text_u64(&text, number);
    }
    mn_text_str(&text, way);
    name[text.count] = 0;
}

void mn_tap_open(struct mn_tap *tap, struct mn_kernel *kernel, const struct mn_bidi_end *wire,
                 const char *owner, uint32_t number, const uint64_t *lost_bytes)
{
    MN_ASSERT(!tap->in && wire->bidi);
    tap->id = ++kernel->tap_ids;
    tap->in = wire->out; /* the service's way out is the client's way in */
    tap->out = wire->in;
    tap->lost_bytes = lost_bytes;
    set_name(tap->in_name, owner, number, " in");
    set_name(tap->out_name, owner, number, " out");
    tap->in->name = tap->in_name;
    tap->out->name = tap->out_name;
    mn_list_init(&tap->link);
    mn_list_push(&kernel->taps, &tap->link);
}

void mn_tap_close(struct mn_tap *tap)
{
    if (!tap->in)
        return;
    tap->in->name = tap->out->name = NULL; /* the client may have its end for longer */
    tap->in = tap->out = NULL;
    mn_list_remove(&tap->link);
}
