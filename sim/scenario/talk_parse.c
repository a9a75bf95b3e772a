/* talk_parse.c — the lines in which somebody talks to the machine.
 *
 * Who is connected is known while reading: a scenario is a straight line. So talking to nobody is
 * an error of the file, not of the machine.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "tools/common/nearest.h"
#include "tools/common/quote.h"
#include "step.h"

static struct scenario_peer *find_peer(struct scenario *scenario, const char *name)
{
    for (uint32_t i = 0; i < scenario->peer_count; i++)
        if (strcmp(scenario->peers[i].name, name) == 0)
            return &scenario->peers[i];
    return NULL;
}

/* ---- who comes -------------------------------------------------------------------------- */

/* "console", or "mux:10" where ports are allowed. */
static bool take_target(struct words *words, bool with_port, struct scenario_peer *peer)
{
    static const char uart[] = "the name of a UART";
    static const char any[] = "a UART, or a port of it such as mux:10";
    char word[WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    uint64_t port = 0;
    const char *at = words_next(words);
    if (!words_take(words, word, with_port ? any : uart))
        return false;
    host_quote_short(word, quoted);
    char *colon = with_port ? strchr(word, ':') : NULL;
    if (colon)
        *colon = '\0';
    bool is_port = colon && melpo_parse_u64(colon + 1, &port) && port <= UINT16_MAX;
    if (!melpo_name_is_valid(word) || (colon && !is_port))
        return words_refuse(words, at, "expected %s, got %s", with_port ? any : uart, quoted);
    strcpy(peer->uart_name, word);
    peer->port = colon ? (int32_t)port : -1;
    peer->line = words->line;
    peer->column = (uint32_t)(at - words->begin) + 1;
    snprintf(peer->name, sizeof peer->name, peer->port < 0 ? "%s" : "%s:%d", word, peer->port);
    return true;
}

static bool take_name(struct words *words, struct scenario_peer *peer)
{
    char word[WORD_BYTES], quoted[HOST_QUOTE_SHORT_BYTES];
    if (!words_skip(words, "as"))
        return true;
    const char *at = words_next(words);
    if (!words_take(words, word, "a name for the peer"))
        return false;
    host_quote_short(word, quoted);
    if (!melpo_name_is_valid(word))
        return words_refuse(words, at, "expected a name of 1 to %u of a-z 0-9 _ -, got %s",
                            MELPO_NAME_CHARS, quoted);
    strcpy(peer->name, word);
    return true;
}

/* Whoever has said the last byte on that UART is parted with as the next one comes. */
static void make_way(struct scenario *scenario, const char *uart_name)
{
    for (uint32_t i = 0; i < scenario->peer_count; i++) {
        struct scenario_peer *other = &scenario->peers[i];
        if (other->is_finished && strcmp(other->uart_name, uart_name) == 0)
            other->is_connected = other->is_finished = false;
    }
}

/* Whether the peer can be connected there and now: a UART as it is has one peer at a time. */
static bool is_free(struct step_parsing *parsing, const char *at, const struct scenario_peer *peer)
{
    const struct scenario *scenario = parsing->scenario;
    for (uint32_t i = 0; i < scenario->peer_count; i++) {
        const struct scenario_peer *other = &scenario->peers[i];
        if (!other->is_connected || strcmp(other->uart_name, peer->uart_name) != 0)
            continue;
        if (peer->port < 0 || other->port < 0 || peer->port == other->port)
            return words_refuse(&parsing->words, at,
                                "\"%s\" is connected there since line %u; `busy %s` says that one "
                                "more is turned away", other->name, other->line, peer->uart_name);
    }
    return true;
}

/* The peer of that name, or room for a new one; NULL after saying why not. */
static struct scenario_peer *make_peer(struct step_parsing *parsing, const char *at,
                                       const char *name)
{
    struct scenario *scenario = parsing->scenario;
    struct scenario_peer *known = find_peer(scenario, name);
    if (known == &scenario->peers[SCENARIO_LOG]) {
        words_refuse(&parsing->words, at, "\"log\" is the machine's log; give the peer another "
                                          "name with `as NAME`");
        return NULL;
    }
    if (known && known->is_connected) {
        words_refuse(&parsing->words, at, "\"%s\" is connected since line %u", name, known->line);
        return NULL;
    }
    if (known || scenario->peer_count < SCENARIO_PEERS_MAX)
        return known ? known : &scenario->peers[scenario->peer_count++];
    words_refuse(&parsing->words, at, "more than %u peers", SCENARIO_PEERS_MAX - 1);
    return NULL;
}

bool connect_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    struct scenario *scenario = parsing->scenario;
    struct scenario_peer peer = {.is_connected = true};
    const char *at = words_next(&parsing->words);
    bool is_doubtful = scenario->is_doubtful;
    scenario->is_doubtful = true;
    if (!take_target(&parsing->words, true, &peer) || !take_name(&parsing->words, &peer))
        return false;
    make_way(scenario, peer.uart_name);
    if (!is_free(parsing, at, &peer))
        return false;
    struct scenario_peer *place = make_peer(parsing, at, peer.name);
    if (!place)
        return false;
    if (place->line > 0 && (place->port != peer.port ||
                            strcmp(place->uart_name, peer.uart_name) != 0))
        return words_refuse(&parsing->words, at, "\"%s\" was connected elsewhere in line %u; take "
                                                 "another name", peer.name, place->line);
    scenario->is_doubtful = is_doubtful;
    *place = peer;
    step->peer = (uint32_t)(place - scenario->peers);
    step->limit_us = STEP_LIMIT_US;
    return true;
}

bool busy_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    struct scenario *scenario = parsing->scenario;
    struct scenario_peer wanted = {.port = -1};
    const char *at = words_next(&parsing->words);
    if (!take_target(&parsing->words, false, &wanted))
        return false;
    for (uint32_t i = 0; i < scenario->peer_count; i++) {
        if (scenario->peers[i].is_connected &&
            strcmp(scenario->peers[i].uart_name, wanted.uart_name) == 0) {
            step->peer = i;
            return true;
        }
    }
    return scenario->is_doubtful ||
           words_refuse(&parsing->words, at, "nobody is connected to %s here: `connect %s` comes "
                                             "first", wanted.uart_name, wanted.uart_name);
}

/* ---- who talks -------------------------------------------------------------------------- */

static bool refuse_peer(struct step_parsing *parsing, const char *at, const char *name)
{
    const char *names[SCENARIO_PEERS_MAX];
    char quoted[HOST_QUOTE_SHORT_BYTES];
    struct scenario *scenario = parsing->scenario;
    for (uint32_t i = 0; i < scenario->peer_count; i++)
        names[i] = scenario->peers[i].name;
    host_quote_short(name, quoted);
    const char *nearest = host_nearest(name, names, scenario->peer_count);
    if (scenario->is_doubtful)
        return true; /* there may be one, and what is wrong behind its name is told as well */
    if (nearest)
        return words_refuse(&parsing->words, at, "no peer %s; did you mean \"%s\"?", quoted,
                            nearest);
    return words_refuse(&parsing->words, at, "no peer %s: `connect` comes first", quoted);
}

/* Takes the name of one who has been connected, and is still where it has to be. */
static bool take_peer(struct step_parsing *parsing, struct scenario_step *step, bool has_to_be)
{
    char name[WORD_BYTES];
    struct scenario *scenario = parsing->scenario;
    const char *at = words_next(&parsing->words);
    if (!words_take(&parsing->words, name, "the name of a peer"))
        return false;
    struct scenario_peer *peer = find_peer(scenario, name);
    if (!peer)
        return refuse_peer(parsing, at, name);
    step->peer = (uint32_t)(peer - scenario->peers);
    if (!has_to_be || peer->is_connected)
        return true;
    if (step->peer == SCENARIO_LOG)
        return words_refuse(&parsing->words, at, "\"log\" can only be read");
    return words_refuse(&parsing->words, at, "\"%s\" is not connected any more", name);
}

bool send_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    step->limit_us = STEP_LIMIT_US;
    if (!take_peer(parsing, step, true))
        return false;
    step->is_slow = words_skip(&parsing->words, "slowly");
    if (!words_take_text(&parsing->words, &step->pattern.text))
        return false;
    if (step->is_slow)
        step->limit_us += step->pattern.text.count * STEP_KEY_US;
    return words_take_limit(&parsing->words, "within", &step->limit_us);
}

bool paste_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    char name[WORD_BYTES];
    step->limit_us = STEP_LIMIT_US;
    if (!take_peer(parsing, step, true) || !words_take(&parsing->words, name, "a file"))
        return false;
    step->file = scenario_path(parsing->scenario, name);
    step->sends_file = step->file != NULL;
    return words_take_limit(&parsing->words, "within", &step->limit_us);
}

bool expect_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    step->limit_us = STEP_LIMIT_US;
    if (!take_peer(parsing, step, false))
        return false;
    step->is_next = words_skip(&parsing->words, "next");
    return words_take_pattern(&parsing->words, &step->pattern) &&
           words_take_limit(&parsing->words, "within", &step->limit_us);
}

bool refuse_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    return take_peer(parsing, step, false) &&
           words_take_pattern(&parsing->words, &step->pattern) &&
           words_take_limit(&parsing->words, "for", &step->limit_us);
}

bool finish_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    const char *at = words_next(&parsing->words);
    if (!take_peer(parsing, step, true))
        return false;
    if (parsing->scenario->peers[step->peer].port >= 0)
        return words_refuse(&parsing->words, at, "a port of the mux has no end of its own");
    parsing->scenario->peers[step->peer].is_finished = true;
    return true;
}

bool gone_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    step->limit_us = STEP_LIMIT_US;
    const char *at = words_next(&parsing->words);
    if (!take_peer(parsing, step, true) ||
        !words_take_limit(&parsing->words, "within", &step->limit_us))
        return false;
    if (parsing->scenario->peers[step->peer].port >= 0)
        return words_refuse(&parsing->words, at, "a port of the mux has no end of its own");
    parsing->scenario->peers[step->peer].is_connected = false;
    return true;
}

bool cut_parse(struct step_parsing *parsing, struct scenario_step *step)
{
    if (!take_peer(parsing, step, true))
        return false;
    parsing->scenario->peers[step->peer].is_connected = false;
    return true;
}
