/* poison.h — tells AddressSanitizer which bytes of an arena may be touched, when it is there.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_HEAP_POISON_H
#define MN_HEAP_POISON_H

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MN_HEAP_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(MN_HEAP_ASAN)
#define MN_HEAP_ASAN 1
#endif

#ifdef MN_HEAP_ASAN

void __asan_poison_memory_region(const volatile void *memory, size_t bytes);
void __asan_unpoison_memory_region(const volatile void *memory, size_t bytes);

#define poison(memory, bytes) __asan_poison_memory_region((memory), (bytes))
#define unpoison(memory, bytes) __asan_unpoison_memory_region((memory), (bytes))

/* Marks a function that reads and writes poisoned headers. */
#define RAW __attribute__((no_sanitize("address")))

#else

#define poison(memory, bytes) ((void)(memory), (void)(bytes))
#define unpoison(memory, bytes) ((void)(memory), (void)(bytes))
#define RAW

#endif
#endif
