/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "shown.h"

#include "text.h"

void shown_init(struct shown *shown, FILE *out, uint64_t ports, bool is_colored)
{
    *shown = (struct shown){.out = out, .ports = ports, .is_colored = is_colored};
}

static void put_line(struct shown *shown, uint16_t port)
{
    uint32_t count = shown->lines[port].count;
    const char *bytes = shown->lines[port].bytes;
    if (count > 0 && bytes[count - 1] == '\r')
        count--;
    fprintf(shown->out, "%sport %u:%s ", shown->is_colored ? "\033[36m" : "", port,
            shown->is_colored ? "\033[0m" : "");
    text_put(shown->out, (struct mn_str){bytes, count});
    fputc('\n', shown->out);
    shown->lines[port].count = 0;
}

void shown_take(struct shown *shown, uint16_t port, const uint8_t *data, uint32_t count)
{
    if (port >= MUX_PORTS_MAX || !(shown->ports >> port & 1))
        return;
    for (uint32_t i = 0; i < count; i++) {
        if (data[i] == '\n' || shown->lines[port].count == SHOWN_LINE_BYTES)
            put_line(shown, port);
        if (data[i] != '\n')
            shown->lines[port].bytes[shown->lines[port].count++] = (char)data[i];
    }
}

void shown_flush(struct shown *shown)
{
    for (uint16_t port = 0; port < MUX_PORTS_MAX; port++) {
        if (shown->lines[port].count > 0)
            put_line(shown, port);
    }
}
