/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/registry.h"

void mn_registry_init(struct mn_registry *registry, uint32_t services_max)
{
    *registry = (struct mn_registry){.max = services_max};
    mn_list_init(&registry->services);
}
