/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/bidi.h"

#define CAPACITY_MAX (UINT32_C(1) << 30)

uint32_t mn_bidi_bytes(const struct mn_bidi_config *config)
{
    MN_ASSERT(config->left_to_right_bytes <= CAPACITY_MAX);
    MN_ASSERT(config->right_to_left_bytes <= CAPACITY_MAX);
    return (uint32_t)sizeof(struct mn_bidi) + config->left_to_right_bytes +
           config->right_to_left_bytes;
}

void mn_bidi_init(void *block, const struct mn_bidi_config *config, struct mn_bidi_end *left,
                  struct mn_bidi_end *right)
{
    MN_ASSERT((uintptr_t)block % _Alignof(struct mn_bidi) == 0);
    struct mn_bidi *bidi = block;
    uint8_t *second = bidi->bytes + config->left_to_right_bytes;
    mn_bbq_init(&bidi->left_to_right, bidi->bytes, config->left_to_right_bytes);
    mn_bbq_init(&bidi->right_to_left, second, config->right_to_left_bytes);
    bidi->freed = config->freed;
    bidi->context = config->context;
    bidi->ends_open = 2;
    *left = (struct mn_bidi_end){bidi, &bidi->left_to_right, &bidi->right_to_left};
    *right = (struct mn_bidi_end){bidi, &bidi->right_to_left, &bidi->left_to_right};
}

void mn_bidi_close(struct mn_bidi_end *end)
{
    struct mn_bidi *bidi = end->bidi;
    if (!bidi)
        return;
    MN_ASSERT(!end->out->writing && mn_turnq_is_empty(&end->out->writers));
    MN_ASSERT(!end->in->reading && mn_turnq_is_empty(&end->in->readers));
    mn_bbq_close(end->out);
    mn_bbq_close(end->in);
    *end = (struct mn_bidi_end){0};
    MN_ASSERT(bidi->ends_open > 0);
    if (--bidi->ends_open == 0 && bidi->freed)
        bidi->freed(bidi->context, bidi);
}
