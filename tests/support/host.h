/* host.h — what a test of the host's side includes, in the order that CMocka wants.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef HOST_H
#define HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
