/* picture.h — pictures of what the display shows, kept where the platform keeps such things.
 *
 *     client ──► picture service (the platform's) ──► a file, whose name is the answer
 *
 * The simulator writes PNG files beside where it was started. A board may write to a card, or have
 * no such service.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#ifndef MN_SVC_PICTURE_H
#define MN_SVC_PICTURE_H

#include "mn/service.h"

#define MN_PICTURE_TEXT_BYTES 96u

struct mn_picture_request {
    uint32_t display; /* its instance */
};

struct mn_picture_response {
    char name[MN_PICTURE_TEXT_BYTES]; /* of the file; ends with 0 */
};

struct mn_picture_error {
    char why[MN_PICTURE_TEXT_BYTES]; /* for people; ends with 0 */
};

MN_SERVICE(mn_picture, "picture",
           MN_UUID(0x84f2f5ab, 0xc02f, 0x4489, 0xb014, UINT64_C(0x3875d390307d)),
           struct mn_picture_request, struct mn_picture_response, struct mn_picture_error,
           struct mn_none, struct mn_none);

struct mn_take_picture { /* frame; `response` is valid after MN_OK, `error` after MN_ERR_FAILED */
    struct mn_co co;
    struct mn_registry *registry;
    struct mn_picture_client client;
    struct mn_picture_request request;
    struct mn_picture_response response;
    struct mn_picture_error error;
    union {
        struct mn_connect connect;
        struct mn_call call;
    } on;
};

/* Future: a picture of the whole display number `display` as it is now, shown or not.
 *
 * Ends with  MN_OK             it is in the file `response.name`
 *            MN_ERR_NOT_FOUND  this machine keeps no pictures
 *            MN_ERR_FAILED     `error.why` says why not
 *            MN_ERR_CLOSED     the service ended
 *            MN_ERR_TYPE       it was compiled from another declaration
 * Dropped    the picture may have been taken. */
struct mn_co *mn_take_picture(struct mn_take_picture *frame, struct mn_registry *registry,
                              uint32_t display);

#endif
