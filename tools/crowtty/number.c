/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "number.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#define DIGITS "0123456789"
#define DIGITS_MAX 9u /* always within 32 bits */
#define BIT_MAX 63u

/* As many digits as there are; their number, or 0. */
static size_t parse_digits(const char *text, uint32_t max, uint32_t *value)
{
    size_t count = strspn(text, DIGITS);
    if (count == 0 || count > DIGITS_MAX)
        return 0;
    unsigned long number = strtoul(text, NULL, 10);
    if (number > max)
        return 0;
    *value = (uint32_t)number;
    return count;
}

bool number_parse(const char *text, uint32_t max, uint32_t *value)
{
    uint32_t number;
    size_t count = parse_digits(text, max, &number);
    if (count == 0 || text[count])
        return false;
    *value = number;
    return true;
}

bool number_list_parse(const char *text, uint64_t *bits)
{
    uint64_t found = 0;
    bool is_none = strcmp(text, "none") == 0;
    while (!is_none) {
        uint32_t first, last;
        size_t count = parse_digits(text, BIT_MAX, &first);
        last = first;
        if (count == 0)
            return false;
        text += count;
        if (*text == '-') {
            count = parse_digits(++text, BIT_MAX, &last);
            text += count;
            if (count == 0 || last < first)
                return false;
        }
        for (uint32_t bit = first; bit <= last; bit++)
            found |= UINT64_C(1) << bit;
        if (!*text)
            break;
        if (*text++ != ',')
            return false;
    }
    *bits = found;
    return true;
}

unsigned number_baud(uint32_t baud)
{
    static const struct {
        uint32_t baud;
        speed_t speed;
    } rates[] = {
        {1200, B1200}, {2400, B2400}, {4800, B4800}, {9600, B9600}, {19200, B19200},
        {38400, B38400}, {57600, B57600}, {115200, B115200}, {230400, B230400},
        {460800, B460800}, {500000, B500000}, {576000, B576000}, {921600, B921600},
        {1000000, B1000000}, {1152000, B1152000}, {1500000, B1500000}, {2000000, B2000000},
        {2500000, B2500000}, {3000000, B3000000}, {3500000, B3500000}, {4000000, B4000000},
    };
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        if (rates[i].baud == baud)
            return rates[i].speed;
    }
    return 0;
}

bool number_is_baud(uint32_t baud)
{
    return number_baud(baud) != 0;
}
