/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mn/registry.h"

#include "mn/mem.h"
#include "mn/service.h"

void mn_registry_init(struct mn_registry *registry, struct mn_kernel *kernel,
                      uint32_t services_max)
{
    registry->kernel = kernel;
    registry->count = 0;
    registry->count_max = services_max;
    mn_list_init(&registry->services);
    mn_list_init(&registry->waiting);
}

struct mn_service *mn_registry_find(const struct mn_registry *registry,
                                    const struct mn_uuid *uuid, uint32_t instance)
{
    MN_LIST_EACH (node, &registry->services) {
        struct mn_service *service = MN_CONTAINER(node, struct mn_service, link);
        if (service->instance == instance && memcmp(&service->type->uuid, uuid, sizeof *uuid) == 0)
            return service;
    }
    return NULL;
}

static bool text_is_equal(const char *left, const char *right)
{
    while (*left && *left == *right)
        left++, right++;
    return *left == *right;
}

enum mn_err mn_service_type_match(const struct mn_service_type *left,
                                  const struct mn_service_type *right)
{
    bool same = memcmp(&left->uuid, &right->uuid, sizeof left->uuid) == 0 &&
                left->request_bytes == right->request_bytes &&
                left->response_bytes == right->response_bytes &&
                left->error_bytes == right->error_bytes &&
                left->hello_bytes == right->hello_bytes &&
                left->refusal_bytes == right->refusal_bytes &&
                text_is_equal(left->signature, right->signature);
    return same ? MN_OK : MN_ERR_TYPE;
}
