/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The byte queue against plain models of it: every reachable state of small ones, and a crowd of
 * producers and consumers that come, go and are cut off at random. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "mn/bbq.h"
#include "random.h"

/* Part 1: every state that any sequence of calls can reach, for capacities 1 to 8. */

#define CAPACITY_MAX 8u
#define KEYS_MAX (UINT32_C(1) << 24)

/* What must be so, kept without a ring: where each byte inside is, oldest first. */
struct world {
    struct mn_bbq bbq;
    struct mn_grant write, read;
    uint8_t ring[CAPACITY_MAX];
    uint8_t places[CAPACITY_MAX];
    uint8_t values[CAPACITY_MAX];
    uint32_t count;
    uint8_t next_value;
};

struct explorer {
    struct world world; /* at a fixed place: a queue may not move */
    struct world *todo; /* states whose successors are not known yet */
    uint32_t todo_count, todo_room;
    uint8_t *seen; /* [KEYS_MAX] */
    uint32_t states;
};

static uint32_t key_of(const struct world *world)
{
    const struct mn_bbq *bbq = &world->bbq;
    uint32_t place = world->write.bytes ? (uint32_t)(world->write.bytes - bbq->bytes) : 15;
    return bbq->head | bbq->tail << 4 | bbq->last << 8 | place << 12 | world->write.count << 16 |
           world->read.count << 20;
}

/* The longest exact grant there must be room for, from the places of the bytes alone. */
static uint32_t longest(const struct world *world)
{
    uint32_t capacity = world->bbq.capacity;
    if (world->count == 0)
        return capacity;
    uint32_t oldest = world->places[0];
    uint32_t youngest = world->places[world->count - 1];
    if (youngest < oldest)
        return oldest - youngest - 1;
    uint32_t at_end = capacity - 1 - youngest;
    return oldest > at_end ? oldest : at_end;
}

static void check_write_grant(const struct world *world, uint32_t least, uint32_t most)
{
    const struct mn_bbq *bbq = &world->bbq;
    assert_in_range(world->write.count, least, most);
    assert_true(world->write.bytes >= bbq->bytes);
    assert_true(world->write.bytes + world->write.count <= bbq->bytes + bbq->capacity);
    for (uint32_t i = 0; i < world->count; i++) {
        const uint8_t *byte = bbq->bytes + world->places[i];
        assert_true(byte < world->write.bytes || byte >= world->write.bytes + world->write.count);
    }
}

static void check_read_grant(const struct world *world)
{
    uint32_t run = 1; /* bytes that lie side by side from the oldest on */
    while (run < world->count && world->places[run] == world->places[run - 1] + 1)
        run++;
    assert_int_equal(world->read.count, run);
    assert_ptr_equal(world->read.bytes, world->bbq.bytes + world->places[0]);
    assert_memory_equal(world->read.bytes, world->values, run);
}

static void try_grant(struct world *world, uint32_t least, uint32_t most)
{
    bool is_out = world->write.bytes != NULL;
    struct mn_grant grant;
    enum mn_err err = least == most ? mn_bbq_grant_now(&world->bbq, most, &grant)
                                    : mn_bbq_grant_up_to_now(&world->bbq, most, &grant);
    if (is_out) {
        assert_int_equal(err, MN_ERR_BUSY);
        return;
    }
    assert_int_equal(err, least <= longest(world) ? MN_OK : MN_ERR_FULL);
    if (err != MN_OK)
        return;
    world->write = grant;
    check_write_grant(world, least, most);
    for (uint32_t i = 0; i < grant.count; i++)
        grant.bytes[i] = (uint8_t)(world->next_value + i);
}

static void commit(struct world *world, uint32_t used)
{
    uint32_t place = (uint32_t)(world->write.bytes - world->bbq.bytes);
    mn_bbq_commit(&world->bbq, &world->write, used);
    world->write.count = 0;
    for (uint32_t i = 0; i < used; i++) {
        world->places[world->count] = (uint8_t)(place + i);
        world->values[world->count++] = world->next_value++;
    }
}

static void try_read(struct world *world)
{
    bool is_out = world->read.bytes != NULL;
    struct mn_grant grant;
    enum mn_err err = mn_bbq_read_now(&world->bbq, &grant);
    if (is_out || world->count == 0) {
        assert_int_equal(err, is_out ? MN_ERR_BUSY : MN_ERR_EMPTY);
        return;
    }
    assert_int_equal(err, MN_OK);
    world->read = grant;
    check_read_grant(world);
}

static void release(struct world *world, uint32_t taken)
{
    assert_memory_equal(world->read.bytes, world->values, world->read.count); /* untouched */
    mn_bbq_release(&world->bbq, &world->read, taken);
    world->read.count = 0;
    world->count -= taken;
    memmove(world->places, world->places + taken, world->count);
    memmove(world->values, world->values + taken, world->count);
}

/* Remembers the state reached, unless it is known, and goes back to `from`. */
static void note(struct explorer *explorer, const struct world *from)
{
    struct world *world = &explorer->world;
    assert_int_equal(mn_bbq_count(&world->bbq), world->count);
    assert_int_equal(mn_bbq_is_empty(&world->bbq), world->count == 0);
    assert_int_equal(mn_bbq_room(&world->bbq), longest(world));
    uint32_t key = key_of(world);
    if (!explorer->seen[key]) {
        explorer->seen[key] = 1;
        explorer->states++;
        if (explorer->todo_count == explorer->todo_room) {
            explorer->todo_room = explorer->todo_room * 2 + 64;
            explorer->todo = realloc(explorer->todo, explorer->todo_room * sizeof *world);
            assert_non_null(explorer->todo);
        }
        explorer->todo[explorer->todo_count++] = *world;
    }
    *world = *from;
}

static void expand(struct explorer *explorer, const struct world *from)
{
    struct world *world = &explorer->world;
    *world = *from;
    for (uint32_t count = 1; count <= world->bbq.capacity; count++) {
        try_grant(world, count, count);
        note(explorer, from);
        try_grant(world, 1, count + 1);
        note(explorer, from);
    }
    for (uint32_t used = 0; from->write.bytes && used <= from->write.count; used++) {
        commit(world, used);
        note(explorer, from);
    }
    try_read(world);
    note(explorer, from);
    for (uint32_t taken = 0; from->read.bytes && taken <= from->read.count; taken++) {
        release(world, taken);
        note(explorer, from);
    }
}

static uint32_t explore(uint32_t capacity)
{
    struct explorer *explorer = calloc(1, sizeof *explorer);
    assert_non_null(explorer);
    explorer->seen = calloc(1, KEYS_MAX);
    assert_non_null(explorer->seen);
    mn_bbq_init(&explorer->world.bbq, explorer->world.ring, capacity);
    struct world from = explorer->world;
    note(explorer, &from);

    while (explorer->todo_count > 0) {
        from = explorer->todo[--explorer->todo_count];
        expand(explorer, &from);
    }

    uint32_t states = explorer->states;
    free(explorer->todo);
    free(explorer->seen);
    free(explorer);
    return states;
}

static void no_sequence_of_calls_breaks_a_small_queue(void **state)
{
    (void)state;
    uint32_t before = 0;

    for (uint32_t capacity = 1; capacity <= CAPACITY_MAX; capacity++) {
        uint32_t states = explore(capacity);
        assert_true(states > before); /* each larger one can be in more states */
        before = states;
    }

    assert_true(before > 1000);
}

/* Part 2: a crowd. Bytes carry nothing but their value; the order of all of them is what counts. */

#define STEPS 40000u
#define LOG_BYTES (1u << 20)
#define PRODUCERS 4u
#define CONSUMERS 3u
#define PIECE_MAX 40u

struct crowd {
    struct bench *bench;
    struct mn_bbq bbq;
    uint8_t ring[29];
    uint64_t random;
    uint8_t put[LOG_BYTES], taken[LOG_BYTES]; /* all bytes ever committed, and ever released */
    uint32_t put_count, taken_count;
    uint32_t cuts; /* how many lives were cut off */
};

static uint32_t pick(struct crowd *crowd, uint32_t below)
{
    return test_random_below(&crowd->random, below);
}

struct producer {
    struct mn_co co;
    struct crowd *crowd;
    struct mn_task task;
    struct mn_grant grant;
    uint8_t data[PIECE_MAX];
    uint32_t logged; /* bytes of `data` that the present write has put in the log */
    bool is_writing;
    union {
        struct mn_bbq_grant grant;
        struct mn_bbq_write write;
        struct mn_yield yield;
    } on;
};

static void log_put(struct crowd *crowd, const uint8_t *bytes, uint32_t count)
{
    assert_true(crowd->put_count + count <= LOG_BYTES);
    memcpy(crowd->put + crowd->put_count, bytes, count);
    crowd->put_count += count;
}

/* A write goes in by and by, and holds the line meanwhile: nobody can commit in between. */
static void log_write(struct producer *producer)
{
    if (!producer->is_writing)
        return;
    uint32_t written = producer->on.write.written;
    log_put(producer->crowd, producer->data + producer->logged, written - producer->logged);
    producer->logged = written;
}

static void fill_at_random(struct crowd *crowd, uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        bytes[i] = (uint8_t)pick(crowd, 256);
}

static struct mn_co *begin_write(struct producer *producer)
{
    struct crowd *crowd = producer->crowd;
    uint32_t count = pick(crowd, PIECE_MAX + 1);
    fill_at_random(crowd, producer->data, count);
    producer->logged = 0;
    producer->is_writing = true;
    return mn_bbq_write(&producer->on.write, &crowd->bbq, producer->data, count);
}

static struct mn_co *begin_grant(struct producer *producer)
{
    struct crowd *crowd = producer->crowd;
    uint32_t count = 1 + pick(crowd, sizeof crowd->ring);
    if (pick(crowd, 2) == 0)
        return mn_bbq_grant(&producer->on.grant, &crowd->bbq, count, &producer->grant);
    return mn_bbq_grant_up_to(&producer->on.grant, &crowd->bbq, count, &producer->grant);
}

static void commit_some(struct producer *producer)
{
    struct crowd *crowd = producer->crowd;
    uint32_t used = pick(crowd, producer->grant.count + 1);
    fill_at_random(crowd, producer->grant.bytes, producer->grant.count);
    log_put(crowd, producer->grant.bytes, used);
    mn_bbq_commit(&crowd->bbq, &producer->grant, used);
}

static enum mn_poll producer_poll(struct mn_co *co, struct mn_task *task)
{
    struct producer *producer = MN_FRAME(co, struct producer);

    MN_CO_BEGIN;
    for (;;) {
        if (pick(producer->crowd, 3) == 0) {
            MN_TRY(begin_write(producer));
            log_write(producer);
            producer->is_writing = false;
        } else {
            MN_TRY(begin_grant(producer));
            while (pick(producer->crowd, 2) == 0)
                MN_AWAIT(mn_yield(&producer->on.yield));
            commit_some(producer);
        }
        while (pick(producer->crowd, 2) == 0)
            MN_AWAIT(mn_yield(&producer->on.yield));
    }
    MN_CO_END;
}

static void producer_drop(struct mn_co *co)
{
    struct producer *producer = MN_FRAME(co, struct producer);
    log_write(producer);
    if (producer->grant.bytes)
        mn_bbq_commit(&producer->crowd->bbq, &producer->grant, 0);
}

static const struct mn_co_type producer_type = {
    .name = "producer",
    .poll = producer_poll,
    .drop = producer_drop,
};

struct consumer {
    struct mn_co co;
    struct crowd *crowd;
    struct mn_task task;
    struct mn_grant grant;
    union {
        struct mn_bbq_read read;
        struct mn_yield yield;
    } on;
};

static void release_some(struct consumer *consumer)
{
    struct crowd *crowd = consumer->crowd;
    uint32_t taken = pick(crowd, consumer->grant.count + 1);
    assert_true(crowd->taken_count + taken <= LOG_BYTES);
    memcpy(crowd->taken + crowd->taken_count, consumer->grant.bytes, taken);
    crowd->taken_count += taken;
    mn_bbq_release(&crowd->bbq, &consumer->grant, taken);
}

static enum mn_poll consumer_poll(struct mn_co *co, struct mn_task *task)
{
    struct consumer *consumer = MN_FRAME(co, struct consumer);

    MN_CO_BEGIN;
    for (;;) {
        MN_TRY(mn_bbq_read(&consumer->on.read, &consumer->crowd->bbq, &consumer->grant));
        while (pick(consumer->crowd, 2) == 0)
            MN_AWAIT(mn_yield(&consumer->on.yield));
        release_some(consumer);
        while (pick(consumer->crowd, 4) == 0)
            MN_AWAIT(mn_yield(&consumer->on.yield));
    }
    MN_CO_END;
}

static void consumer_drop(struct mn_co *co)
{
    struct consumer *consumer = MN_FRAME(co, struct consumer);
    if (consumer->grant.bytes)
        mn_bbq_release(&consumer->crowd->bbq, &consumer->grant, 0);
}

static const struct mn_co_type consumer_type = {
    .name = "consumer",
    .poll = consumer_poll,
    .drop = consumer_drop,
};

static void start_producer(struct crowd *crowd, struct producer *producer)
{
    *producer = (struct producer){.crowd = crowd};
    mn_spawn(&crowd->bench->kernel, &producer->task, "producer",
             mn_co_init(&producer->co, &producer_type));
}

static void start_consumer(struct crowd *crowd, struct consumer *consumer)
{
    *consumer = (struct consumer){.crowd = crowd};
    mn_spawn(&crowd->bench->kernel, &consumer->task, "consumer",
             mn_co_init(&consumer->co, &consumer_type));
}

/* Now and then cuts a life off, wherever it is, and begins it anew. */
static void cut_somebody(struct crowd *crowd, struct producer *producers,
                         struct consumer *consumers)
{
    uint32_t who = pick(crowd, (PRODUCERS + CONSUMERS) * 4);
    if (who >= PRODUCERS + CONSUMERS)
        return;
    crowd->cuts++;
    if (who < PRODUCERS) {
        mn_task_cancel(&producers[who].task);
        start_producer(crowd, &producers[who]);
    } else {
        mn_task_cancel(&consumers[who - PRODUCERS].task);
        start_consumer(crowd, &consumers[who - PRODUCERS]);
    }
}

static void check_logs(struct crowd *crowd, struct producer *producers, uint32_t *checked)
{
    for (uint32_t i = 0; i < PRODUCERS; i++)
        log_write(&producers[i]);
    assert_true(crowd->taken_count <= crowd->put_count);
    assert_int_equal(mn_bbq_count(&crowd->bbq), crowd->put_count - crowd->taken_count);
    assert_memory_equal(crowd->put + *checked, crowd->taken + *checked,
                        crowd->taken_count - *checked);
    *checked = crowd->taken_count;
    bool has_writers = !mn_turnq_is_empty(&crowd->bbq.writers);
    bool has_readers = !mn_turnq_is_empty(&crowd->bbq.readers);
    assert_int_equal(crowd->bbq.special, (has_writers ? MN_BBQ_WRITERS_ : 0) |
                                             (has_readers ? MN_BBQ_READERS_ : 0));
}

static void a_crowd_that_is_cut_off_at_random_loses_and_mixes_no_byte(void **state)
{
    struct crowd *crowd = calloc(1, sizeof *crowd);
    struct producer producers[PRODUCERS];
    struct consumer consumers[CONSUMERS];
    uint32_t checked = 0;
    assert_non_null(crowd);
    crowd->bench = *state;
    crowd->random = 20240229;
    mn_bbq_init(&crowd->bbq, crowd->ring, sizeof crowd->ring);
    for (uint32_t i = 0; i < PRODUCERS; i++)
        start_producer(crowd, &producers[i]);
    for (uint32_t i = 0; i < CONSUMERS; i++)
        start_consumer(crowd, &consumers[i]);

    for (uint32_t step = 0; step < STEPS; step++) {
        struct mn_tick tick = mn_tick(&crowd->bench->kernel);
        check_logs(crowd, producers, &checked);
        assert_true(tick.is_ready); /* somebody can always go on */
        cut_somebody(crowd, producers, consumers);
    }

    for (uint32_t i = 0; i < PRODUCERS; i++)
        mn_task_cancel(&producers[i].task);
    for (uint32_t i = 0; i < CONSUMERS; i++)
        mn_task_cancel(&consumers[i].task);
    assert_int_equal(crowd->bbq.special, 0);
    assert_null(crowd->bbq.writing);
    assert_null(crowd->bbq.reading);
    assert_true(crowd->taken_count > STEPS);
    assert_true(crowd->cuts > STEPS / 8);
    free(crowd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_sequence_of_calls_breaks_a_small_queue),
        TEST_ON_BENCH(a_crowd_that_is_cut_off_at_random_loses_and_mixes_no_byte),
    };
    return cmocka_run_group_tests_name("bbq_model", tests, NULL, NULL);
}
