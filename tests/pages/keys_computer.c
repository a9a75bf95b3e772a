/* keys_computer.c — the computer around the task of docs/ui.md: a keyboard, typed on by itself.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include "examples/keys.h"
#include "hal-sim/sim_keyboard.h"
#include "mn/kernel.h"

struct computer {
    uv_loop_t loop;
    struct sim_machine machine;
    struct keys keys;
    struct sim_keyboard keyboard;
    struct mn_kernel kernel;
    uint8_t arena[16 * 1024];
    struct mn_keyboard_driver driver;
    struct key_namer namer;
    struct mn_task driver_task, namer_task;
};

static int run(struct computer *computer)
{
    static const char text[] = "1 \xc3\xa9\n\x1b[1;2A\x03";
    struct mn_kernel *kernel = &computer->kernel;
    struct mn_kernel_config config = {computer->arena, sizeof computer->arena, 0};
    if (mn_kernel_init(kernel, &computer->machine.hal, &config) != MN_OK)
        return 1;
    mn_spawn(kernel, &computer->driver_task, "keyboard",
             mn_keyboard_serve(&computer->driver, kernel, &computer->keyboard.hal, 0));
    mn_spawn(kernel, &computer->namer_task, "namer", key_namer(&computer->namer, kernel));
    while (mn_tick(kernel).is_ready)
        continue; /* the task has subscribed: what is typed before that is heard by nobody */
    int code = sim_keyboard_type(&computer->keyboard, text, sizeof text - 1) == MN_OK
                   ? mn_run(kernel)
                   : 1;
    mn_kernel_finish(kernel);
    return code;
}

int main(void)
{
    static struct computer computer;
    struct sim_machine_settings settings = {.is_virtual = true};
    if (uv_loop_init(&computer.loop) != 0)
        return 1;
    sim_machine_open(&computer.machine, &computer.loop, &settings);
    keys_init(&computer.keys, sim_keyboard_raised, &computer.keyboard);
    sim_keyboard_init(&computer.keyboard, &computer.machine, &computer.keys, "keyboard");
    int code = run(&computer);
    sim_keyboard_finish(&computer.keyboard);
    sim_machine_close(&computer.machine);
    while (uv_loop_close(&computer.loop) == UV_EBUSY)
        uv_run(&computer.loop, UV_RUN_ONCE);
    return code;
}
