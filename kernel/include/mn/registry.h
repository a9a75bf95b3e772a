/* registry.h — where services are found: by UUID, and by number where there are several.
 *
 * A service is a UUID and five types: request, response, error, hello (what a client sends to
 * connect) and refusal (why it was not let in). mn/service.h declares, serves and calls one; this
 * is the table in between, and a client and a server need only that one.
 *
 * Memory   Nothing allocates: the table links the servers' own structs.
 * Context  Tasks only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_REGISTRY_H
#define MN_REGISTRY_H

#include "mn/list.h"

struct mn_uuid {
    uint8_t bytes[16]; /* in the order in which they are written */
};

/* What makes a service this service. Two sides agree when all of it is equal. */
struct mn_service_type {
    struct mn_uuid uuid;
    const char *name;      /* "simple serial port"; for people, not compared */
    const char *signature; /* the names of the five types */
    uint32_t request_bytes, response_bytes, error_bytes, hello_bytes, refusal_bytes;
};

struct mn_service;
struct mn_kernel;

struct mn_registry {
    struct mn_list services; /* mn_service::link, first bound first */
    struct mn_list waiting;  /* mn_connect::link: the service they want is not bound yet */
    uint32_t count, count_max;
    struct mn_kernel *kernel; /* whose registry it is */
};

void mn_registry_init(struct mn_registry *registry, struct mn_kernel *kernel,
                      uint32_t services_max);

/* The bound service, or NULL. Does not compare types. */
struct mn_service *mn_registry_find(const struct mn_registry *registry,
                                    const struct mn_uuid *uuid, uint32_t instance);

/* MN_OK, or MN_ERR_TYPE when the two were compiled from different declarations. */
enum mn_err mn_service_type_match(const struct mn_service_type *left,
                                  const struct mn_service_type *right);

#endif
