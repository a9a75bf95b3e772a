/* registry.h — finding services.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_REGISTRY_H
#define MN_REGISTRY_H

#include "mn/wait.h"

struct mn_registry {
    struct mn_list services;
    uint32_t count, max;
};

void mn_registry_init(struct mn_registry *registry, uint32_t services_max);

#endif
