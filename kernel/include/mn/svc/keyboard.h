/* keyboard.h — the service of keyboards: whoever connects hears every key from then on.
 *
 *     keys ──► hub ──┬──► [ e e e . . ] ──► subscriber
 *                    ├──► [ . . . . . ] ──► subscriber
 *                    └──► [ e e e e e ] ──► one that does not read: the rest is lost to it alone
 *
 * Instance 0 is the keyboard of the machine: ask for no other, unless you want one device by
 * itself. Where there is a keyboard mux (mn/svc/keyboard_mux.h) it serves instance 0; on a machine
 * with a single keyboard the driver below does, and a subscriber sees no difference.
 *
 * Connecting is subscribing, and there are no requests.
 *
 * Ownership  The queue of a subscriber is the subscriber's: it lies, with its slots, in memory of
 *            its own, and the service borrows it from the moment it lets the subscriber in until
 *            mn_keyboard_unsubscribe, or until the service ends, which closes the queue. Neither
 *            allocates.
 * Policy     A queue that is full refuses: its subscriber keeps what was typed first and loses
 *            what comes until it has read, counted in mn_keyboard_subscription::queue.chan.dropped.
 *            Nobody else notices. Behind each event there is a tick in which those whom it woke
 *            have their turn, so a subscriber that reads whenever it is woken loses nothing,
 *            whatever the capacity. Who has lost events may have lost a release: it no longer
 *            knows what is held down.
 * Order      Every subscriber gets the events in the order in which they happened.
 * Context    Tasks only.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SVC_KEYBOARD_H
#define MN_SVC_KEYBOARD_H

#include "mn/chan.h"
#include "mn/hal/keyboard.h"
#include "mn/service.h"

/* ---- messages --------------------------------------------------------------------------- */

struct mn_keyboard_subscription;

struct mn_keyboard_hello {
    struct mn_keyboard_subscription *subscription; /* lent to the service */
};

MN_SERVICE(mn_keyboard, "keyboard",
           MN_UUID(0x524d77b1, 0x499c, 0x440b, 0xbd62, UINT64_C(0xe63c0918efb5)),
           struct mn_none, struct mn_none, struct mn_none, struct mn_keyboard_hello,
           struct mn_none);

/* ---- client ----------------------------------------------------------------------------- */

MN_CHAN_TYPE(mn_key_queue, struct mn_key_event);

/* How many unread events an ordinary reader has room for: a fast typist's second. */
#define MN_KEYBOARD_SLOTS 32u

struct mn_keyboard_subscription { /* stays in place until mn_keyboard_unsubscribe */
    struct mn_key_queue queue;    /* read it with mn_key_queue_recv and mn_key_queue_recv_now */
    struct mn_key_event *slots;   /* [capacity] */
    uint32_t capacity;            /* events, at least 1 */
    struct mn_keyboard_client service;
    struct mn_list link;          /* in mn_keyboard_hub::subscriptions while we are let in */
};

struct mn_keyboard_subscribe { /* frame */
    struct mn_co co;
    struct mn_registry *registry;
    uint32_t instance;
    struct mn_keyboard_subscription *subscription;
    struct mn_keyboard_hello hello;
    struct mn_connect connect;
};

/* Makes a subscription to nothing, so that mn_keyboard_unsubscribe is harmless.
 *
 * Borrows  `slots`, room for `capacity` events, at least 1, as long as the subscription lives. */
void mn_keyboard_subscription_init(struct mn_keyboard_subscription *subscription,
                                   struct mn_key_event *slots, uint32_t capacity);

/* Future: subscribes to keyboard number `instance`, waiting until it exists. The subscription is
 * initialised, and subscribed to nothing or to a service that has ended: what was unread of that
 * one is forgotten now.
 *
 * Borrows    `subscription` until mn_keyboard_unsubscribe.
 * Ends with  MN_OK        each key from now on comes to `subscription->queue`; the caller owes
 *                         mn_keyboard_unsubscribe. When the service ends, a reader gets what is
 *                         inside, then MN_ERR_CLOSED, and may subscribe again
 *            MN_ERR_TYPE  the service was compiled from another declaration
 * Dropped    not subscribed. */
struct mn_co *mn_keyboard_subscribe(struct mn_keyboard_subscribe *frame,
                                    struct mn_registry *registry, uint32_t instance,
                                    struct mn_keyboard_subscription *subscription);

/* Leaves; the queue is closed, and what is unread is still inside. Harmless when not subscribed,
 * and in `drop` also while a future of the queue is under way. */
void mn_keyboard_unsubscribe(struct mn_keyboard_subscription *subscription);

/* ---- server ----------------------------------------------------------------------------- */

struct mn_keyboard_hub { /* the part that all keyboard services share */
    struct mn_service service;
    struct mn_list subscriptions; /* mn_keyboard_subscription::link, oldest first */
    uint64_t events;              /* published so far */
    uint64_t lost;                /* times that a queue was full */
    bool was_just_heard;          /* the latest event: those it woke have their turn first */
    struct mn_keyboard_job job;
    struct mn_service_recv recv;
};

/* Opens a hub as keyboard number `instance`, served by `task`.
 *
 * Returns  MN_OK         the caller owes mn_keyboard_hub_close
 *          MN_ERR_TAKEN  there is such a keyboard already
 *          MN_ERR_FULL   the registry is full */
MN_MUST_USE enum mn_err mn_keyboard_hub_open(struct mn_keyboard_hub *hub,
                                             struct mn_registry *registry, uint32_t instance,
                                             struct mn_task *task);

/* Lets in whoever wants to subscribe. For each poll of the server: `task` is woken for more. */
void mn_keyboard_hub_admit(struct mn_keyboard_hub *hub, struct mn_task *task);

/* Whether the next event may be handed out in this poll of the server. If not, `task` is woken for
 * one in which it may. */
MN_MUST_USE bool mn_keyboard_hub_is_free(struct mn_keyboard_hub *hub, struct mn_task *task);

/* Puts the event in the queue of every subscriber that has room. Never waits. */
void mn_keyboard_hub_publish(struct mn_keyboard_hub *hub, const struct mn_key_event *event);

/* For the `audit` of a server with an open hub (mn/co.h). */
void mn_keyboard_hub_audit(const struct mn_keyboard_hub *hub, struct mn_audit *audit);

/* Sends everybody away. Harmless when the hub is not open, but zeroed. */
void mn_keyboard_hub_close(struct mn_keyboard_hub *hub);

struct mn_keyboard_driver { /* frame */
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_hal_keyboard *keyboard;
    uint32_t instance;
    struct mn_keyboard_hub hub;
    struct mn_wait line;
    struct mn_co pump;
};

/* Future: serves one HAL keyboard by itself, without a mux, until it is dropped. Events that are
 * not valid are skipped with a warning in the log.
 *
 * Borrows    `keyboard` until the future ends.
 * Ends with  MN_ERR_TAKEN  there is a keyboard of this number already
 *            MN_ERR_FULL   the registry is full
 * Dropped    the queues are closed. */
struct mn_co *mn_keyboard_serve(struct mn_keyboard_driver *frame, struct mn_kernel *kernel,
                                struct mn_hal_keyboard *keyboard, uint32_t instance);

#endif
