/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include <stdio.h>
#include <unistd.h>
#include <uv.h>

#include "devices/window.h"

#ifndef WINDOW_FILE
#error "WINDOW_FILE: the library's file name"
#endif

/* Never closed once it is good: what SDL2 leaves behind, such as threads of a driver, may still use
 * it. */
static const struct window_ops *open_library(const char *path, struct device_error *error)
{
    uv_lib_t library;
    void *ops = NULL;
    if (uv_dlopen(path, &library) == 0 && uv_dlsym(&library, WINDOW_SYMBOL, &ops) == 0)
        return ops;
    snprintf(error->text, sizeof error->text, "%s", uv_dlerror(&library));
    uv_dlclose(&library);
    return NULL;
}

const struct window_ops *window_load(const char *const *folders, struct device_error *error)
{
    char path[4096];
    for (; *folders; folders++) {
        int count = snprintf(path, sizeof path, "%s/%s", *folders, WINDOW_FILE);
        if (count > 0 && (size_t)count < sizeof path && access(path, F_OK) == 0)
            return open_library(path, error);
    }
    snprintf(error->text, sizeof error->text, "%s, the part that needs SDL2, is not installed",
             WINDOW_FILE);
    return NULL;
}
