/* display.h — the service of one screen: pictures sent in chunks, laid over each other, shown.
 *
 *     client          chunk                        display                           HAL
 *     draws into ──► [pixels|mask] ──given──► composites: frame buffer ──push──► glass, window
 *        ▲                                        │    at most once a frame, only what changed
 *        └──────────── handed back ◄──────────────┘
 *
 * A chunk is a rectangle of pixels, a mask as large that says which of them are opaque, and where
 * it goes. A client asks for one once, and then draws into it and sends it as often as it likes.
 *
 * Layers     There are none. Each chunk is laid onto the frame as it comes, and the frame at each
 *            place is what was drawn there last, whoever drew it. A chunk that is dropped, and a
 *            client that leaves, change nothing on the frame.
 * Clipping   A chunk may lie partly or wholly outside the screen, and be larger than it: what lies
 *            outside is left out. One without pixels is allowed and draws nothing.
 * Giving     From mn_screen_draw until it ends, the chunk is the display's. Then it is the client's
 *            again, with every pixel as it was, and the frame has it.
 * Ownership  A chunk belongs to the client that asked for it. It goes by a number, which no other
 *            client's request can use. When the client leaves or dies, its chunks are freed; when
 *            the display ends first, the client may go on drawing into them until it closes.
 * Showing    What changed is shown MN_DISPLAY_GATHER_US later, so that a picture made of several
 *            chunks appears at once, and at least the HAL's frame interval after the last showing.
 *            With nothing changed there is no timer and no push.
 * Queues     Requests are served in order. The one that can wait is a chunk for which there is no
 *            memory yet; as many as the settings say wait at once, and no other request waits
 *            behind them.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SVC_DISPLAY_H
#define MN_SVC_DISPLAY_H

#include "mn/gfx/damage.h"
#include "mn/hal/display.h"
#include "mn/heap.h"
#include "mn/service.h"

/* ---- messages --------------------------------------------------------------------------- */

#define MN_DISPLAY_TEXT_BYTES 32u
#define MN_DISPLAY_WAITING_MAX 1024u
#define MN_DISPLAY_GATHER_US (2 * MN_MS)

enum mn_display_request_kind {
    MN_DISPLAY_GEOMETRY,   /* answered with `geometry` */
    MN_DISPLAY_NEW_CHUNK,  /* answered with `chunk`, all off and transparent; the client owes its
                            * return */
    MN_DISPLAY_DRAW,       /* answered when `chunk` is on the frame at x, y */
    MN_DISPLAY_DROP_CHUNK, /* answered when the memory of `chunk` is free */
};

struct mn_display_request {
    enum mn_display_request_kind kind;
    uint32_t chunk;              /* its number: draw, drop */
    int32_t x, y;                /* of its upper left pixel on the screen, any value: draw */
    int32_t width_px, height_px; /* 0 to MN_SIDE_MAX: new */
    bool waits;                  /* until there is memory, or nobody wants it any more: new */
};

struct mn_display_geometry {
    int32_t width_px, height_px;
    enum mn_pixel_format format;      /* of chunks, too */
    char text[MN_DISPLAY_TEXT_BYTES]; /* for people: "400 x 240, monochrome" */
};

struct mn_display_chunk { /* zeroed: none */
    uint32_t number;         /* the display's name for it, from 1; 0: none */
    bool is_given;           /* to the display, by mn_screen_draw; else the client's to draw into */
    int32_t x, y;            /* where mn_screen_draw puts its upper left pixel; the client's */
    struct mn_bitmap pixels; /* MN_PIXEL_ON and MN_PIXEL_OFF */
    struct mn_bitmap mask;   /* MN_PIXEL_ON is opaque, MN_PIXEL_OFF transparent; monochrome knows
                              * no halves: from 128 on it is opaque */
};

union mn_display_response {
    struct mn_display_geometry geometry;
    struct mn_display_chunk chunk;
};

enum mn_display_error {
    MN_DISPLAY_SIZE,      /* a side is below 0 or above MN_SIDE_MAX */
    MN_DISPLAY_TOO_BIG,   /* not even an empty heap could hold such a chunk */
    MN_DISPLAY_NO_MEMORY, /* none now, and the request does not wait */
    MN_DISPLAY_CROWDED,   /* none now, and as many wait as may */
    MN_DISPLAY_NO_CHUNK,  /* not the number of a chunk of this client's */
    MN_DISPLAY_NO_SUCH,   /* not a kind of request */
};

/* What a client brings: the list of its chunks, in memory of its own that stays in place while it
 * is connected. struct mn_screen has one. */
struct mn_display_session {
    struct mn_list chunks; /* the display's */
    struct mn_heap *heap;  /* where they come from; NULL: never connected */
};

struct mn_display_hello {
    struct mn_display_session *session;
};

enum mn_display_refusal {
    MN_DISPLAY_BAD_SESSION, /* none, or one with chunks of a former connection */
};

MN_SERVICE(mn_display, "display",
           MN_UUID(0xaa6a2af8, 0xafd8, 0x40e3, 0x83c2, UINT64_C(0x2c501c698aa8)),
           struct mn_display_request, union mn_display_response, enum mn_display_error,
           struct mn_display_hello, enum mn_display_refusal);

/* ---- client ----------------------------------------------------------------------------- */

struct mn_screen { /* a client's handle to a display; stays in place while open */
    struct mn_display_client service;
    struct mn_display_session session;
    struct mn_display_geometry geometry; /* valid while open */
};

/* Makes `screen` one that is not open, so that mn_screen_close is harmless. */
void mn_screen_init(struct mn_screen *screen);

struct mn_screen_open { /* frame */
    struct mn_co co;
    struct mn_registry *registry;
    uint32_t instance;
    struct mn_screen *screen;
    bool waits;
    struct mn_display_hello hello;
    enum mn_display_refusal refusal;
    struct mn_display_request request;
    union mn_display_response response;
    union {
        struct mn_connect connect;
        struct mn_call call;
    } on;
};

/* Future: connects to display number `instance`. mn_screen_open waits until it exists,
 * mn_screen_try_open does not. `screen` must not be open.
 *
 * Ends with  MN_OK             `screen->geometry` is known; the caller owes mn_screen_close
 *            MN_ERR_NOT_FOUND  mn_screen_try_open only: there is none
 *            MN_ERR_CLOSED     the display ended before it answered
 *            MN_ERR_TYPE       the display was compiled from another declaration
 * Dropped    not open. */
struct mn_co *mn_screen_open(struct mn_screen_open *frame, struct mn_registry *registry,
                             uint32_t instance, struct mn_screen *screen);
struct mn_co *mn_screen_try_open(struct mn_screen_open *frame, struct mn_registry *registry,
                                 uint32_t instance, struct mn_screen *screen);

/* Leaves, and frees every chunk of this client's, also after the display has ended. Harmless when
 * not open. The futures below are dropped before this; a client's `drop` owes the call. */
void mn_screen_close(struct mn_screen *screen);

struct mn_screen_chunk { /* frame; `error` is valid after MN_ERR_FAILED */
    struct mn_co co;
    struct mn_screen *screen;
    struct mn_display_chunk *chunk;
    uint64_t deadline_us;
    struct mn_display_request request;
    union mn_display_response response;
    enum mn_display_error error;
    struct mn_call call;
};

/* Future: a chunk of this size, all off and transparent, at 0, 0. mn_screen_chunk waits for memory,
 * but no longer than until `deadline_us` (MN_TIME_NEVER: whenever); mn_screen_try_chunk does not.
 *
 * Borrows    `chunk` until the future ends.
 * Ends with  MN_OK           `chunk` is the client's, which owes mn_screen_drop_chunk, or
 *                            mn_screen_close
 *            MN_ERR_FAILED   `frame->error` says why
 *            MN_ERR_TIMEOUT  the deadline came first
 *            MN_ERR_CLOSED   the screen is not open, or the display has ended
 * Dropped    no chunk. */
struct mn_co *mn_screen_chunk(struct mn_screen_chunk *frame, struct mn_screen *screen,
                              struct mn_display_chunk *chunk, int32_t width_px,
                              int32_t height_px, uint64_t deadline_us);
struct mn_co *mn_screen_try_chunk(struct mn_screen_chunk *frame, struct mn_screen *screen,
                                  struct mn_display_chunk *chunk, int32_t width_px,
                                  int32_t height_px);

struct mn_screen_draw { /* frame; `error` is valid after MN_ERR_FAILED */
    struct mn_co co;
    struct mn_screen *screen;
    struct mn_display_chunk *chunk;
    bool gave; /* `chunk` is with the display because of us */
    struct mn_display_request request;
    enum mn_display_error error;
    struct mn_call call;
};

/* Future: puts `chunk` on the frame at chunk->x, chunk->y.
 *
 * Gives      `chunk`, which is handed back as the future ends.
 * Ends with  MN_OK          it is on the frame, and will be shown
 *            MN_ERR_BUSY    it is given already, by another future, which will hand it back
 *            MN_ERR_FAILED  it is not one of this screen's (MN_DISPLAY_NO_CHUNK)
 *            MN_ERR_CLOSED  the screen is not open, or the display has ended
 * Dropped    the chunk is back; whether it is on the frame is not known. */
struct mn_co *mn_screen_draw(struct mn_screen_draw *frame, struct mn_screen *screen,
                             struct mn_display_chunk *chunk);

/* Frees a chunk at once, also after the display has ended; `chunk` is zeroed. It must not be given
 * (asserted). Harmless when it is none, or not one of this screen's. */
void mn_screen_drop_chunk(struct mn_screen *screen, struct mn_display_chunk *chunk);

/* ---- server ----------------------------------------------------------------------------- */

struct mn_display_settings {
    uint32_t instance;
    uint32_t waiting_max; /* requests waiting for memory, 1 to MN_DISPLAY_WAITING_MAX */
};

struct mn_display_counts {
    uint64_t frames_shown; /* pushes to the HAL */
    uint64_t chunks_drawn; /* requests to draw that were carried out */
    uint32_t chunks_live;  /* of clients that are connected */
    uint32_t waiting;      /* requests that wait for memory now */
};

struct mn_display_slot;

struct mn_display { /* frame; read it through the functions below */
    struct mn_co co;
    struct mn_kernel *kernel;
    struct mn_hal_display *hal;
    struct mn_display_settings settings;
    struct mn_display_counts counts; /* chunks_live is counted when asked */
    struct mn_service service;
    bool is_serving;
    void *memory;                   /* the frame's pixels, then `slots`; or NULL */
    struct mn_bitmap frame;
    struct mn_display_slot *slots;  /* [settings.waiting_max + 1], one for each job in hand */
    struct mn_display_slot *taking; /* being received into; the others wait for memory, or free */
    uint32_t numbers;               /* latest given to a chunk */
    struct mn_damage damage;        /* not shown yet */
    uint64_t due_us;                /* when it will be; valid while there is damage */
    uint64_t shown_us;              /* the latest push; valid if there was one */
    struct mn_timer timer;          /* armed while there is damage */
    struct mn_service_recv recv;
    struct mn_heap_alloc alloc;
    struct mn_co pump;
};

/* Future: serves `hal` as display number settings->instance, until it is dropped. Takes the memory
 * of its frame from the kernel's heap first; without enough it logs a warning and waits for some.
 * `hal` shows MN_PIXEL_MONO8 (asserted). The frame begins all off, and is shown once somebody
 * draws.
 *
 * Borrows    `hal` until the future ends.
 * Ends with  MN_ERR_TOO_BIG  the frame could never fit in the heap
 *            MN_ERR_TAKEN    the instance is served already
 *            MN_ERR_FULL     the registry is full
 * Dropped    every client's requests end with MN_ERR_CLOSED; what was not shown yet is not. */
struct mn_co *mn_display_serve(struct mn_display *frame, struct mn_kernel *kernel,
                               struct mn_hal_display *hal,
                               const struct mn_display_settings *settings);

/* So much of the heap does mn_display_serve take for itself. */
uint32_t mn_display_bytes(const struct mn_hal_display *hal,
                          const struct mn_display_settings *settings);

/* The whole picture as it is now, shown or not; NULL while the display does not serve. For the
 * platform, between ticks. */
const struct mn_bitmap *mn_display_frame(const struct mn_display *display);

/* What has happened so far, at this moment. */
struct mn_display_counts mn_display_counts(const struct mn_display *display);

#endif
