/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "fake_uart.h"
#include "mn/svc/serial_port.h"

/* A driver, and a log that counts what it warns of. */
struct scene {
    struct fake_uart uart;
    struct mn_serial_driver driver;
    struct mn_task task;
    struct mn_log_sink sink;
    uint32_t warnings;
};

static void count_warning(struct mn_log_sink *sink, const struct mn_log_record *record)
{
    (void)record;
    ((struct scene *)sink->context)->warnings++;
}

static void start(struct bench *bench, struct scene *scene)
{
    static const struct mn_serial_settings settings = {
        .incoming_bytes = 1024, .outgoing_bytes = 1024};
    scene->sink = (struct mn_log_sink){
        .level = MN_LEVEL_WARN, .context = scene, .event = count_warning};
    mn_log_add_sink(&bench->kernel.log, &scene->sink);
    fake_uart_init(&scene->uart, bench, 3);
    mn_spawn(&bench->kernel, &scene->task, "driver",
             mn_serial_serve(&scene->driver, &bench->kernel, &scene->uart.hal, &settings));
    bench_settle(bench);
}

static void a_driver_with_memory_enough_warns_of_nothing(void **state)
{
    struct scene scene = {0};

    start(*state, &scene);

    assert_int_equal(scene.warnings, 0);
    bench_cancel_all(*state);
}

static void a_driver_that_has_to_wait_for_memory_says_so_and_serves_once_it_has_some(void **state)
{
    struct bench *bench = *state;
    struct scene scene = {0};
    struct mn_heap *heap = &bench->kernel.heap;
    void *hog = mn_heap_try(heap, mn_heap_stats(heap).capacity_bytes - 1024);
    assert_non_null(hog);

    start(bench, &scene);
    assert_int_equal(scene.warnings, 1);
    assert_int_equal(bench->kernel.registry.count, 0);
    mn_heap_free(heap, hog);
    bench_settle(bench);

    assert_int_equal(scene.warnings, 1);
    assert_int_equal(bench->kernel.registry.count, 1);
    bench_cancel_all(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_ON_BENCH(a_driver_with_memory_enough_warns_of_nothing),
        TEST_ON_BENCH(
            a_driver_that_has_to_wait_for_memory_says_so_and_serves_once_it_has_some),
    };
    return cmocka_run_group_tests_name("serial_memory", tests, NULL, NULL);
}
