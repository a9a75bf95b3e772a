/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "program.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

_Noreturn static void run_child(const char *const arguments[], const int pipe_ends[2])
{
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(pipe_ends[1], STDERR_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    execv(arguments[0], (char **)arguments); /* which does not write there */
    _exit(127);
}

bool program_start(struct program *program, const char *const arguments[])
{
    int pipe_ends[2];
    if (pipe(pipe_ends) != 0)
        return false;
    program->pid = fork();
    if (program->pid == 0)
        run_child(arguments, pipe_ends);
    close(pipe_ends[1]);
    program->log = pipe_ends[0];
    return program->pid > 0;
}

/* The ports that a log names so far, in order; returns how many of `count`. */
static unsigned ports_in(const char *text, uint16_t *ports, unsigned count)
{
    static const char mark[] = "listening address=127.0.0.1:";
    unsigned found = 0;
    const char *at = text;
    while (found < count && (at = strstr(at, mark)) != NULL && strchr(at, '\n')) {
        at += sizeof mark - 1;
        ports[found++] = (uint16_t)atoi(at);
    }
    return found;
}

bool program_ports(struct program *program, uint16_t *ports, unsigned count)
{
    char text[4096];
    size_t bytes = 0;
    while (bytes + 1 < sizeof text) {
        ssize_t got = read(program->log, text + bytes, sizeof text - 1 - bytes);
        if (got <= 0)
            return false;
        bytes += (size_t)got;
        text[bytes] = '\0';
        if (ports_in(text, ports, count) == count)
            return true;
    }
    return false;
}

uint16_t program_port(struct program *program)
{
    uint16_t port;
    return program_ports(program, &port, 1) ? port : 0;
}

int program_wait(struct program *program)
{
    int status;
    close(program->log);
    if (waitpid(program->pid, &status, 0) != program->pid || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

void program_stop(struct program *program)
{
    kill(program->pid, SIGTERM);
    program_wait(program);
}

bool program_boot(struct program *program)
{
    static const char *const arguments[] = {
        MELPO_PROGRAM, "--config", "headless.json",
        "--set", "platform.uarts.0.address=127.0.0.1:0",
        "--set", "platform.uarts.0.attach=loopback",
        "--set", "platform.uarts.0.incoming_size=65536",
        "--set", "platform.uarts.0.outgoing_size=65536",
        NULL,
    };
    return program_start(program, arguments);
}

bool program_boot_mux(struct program *program)
{
    static const char *const arguments[] = {
        MELPO_PROGRAM, "--config", "headless.json",
        "--set", "platform.uarts=[{\"address\": \"127.0.0.1:0\", \"incoming_size\": 65536, "
                 "\"outgoing_size\": 65536}, {\"name\": \"mux\", \"attach\": \"serial_mux\", "
                 "\"address\": \"127.0.0.1:0\", \"incoming_size\": 65536, "
                 "\"outgoing_size\": 65536}]",
        "--set", "services.serial_mux.enabled=true",
        "--set", "services.sermux_loopback={\"enabled\": true, \"buffer_size\": 65536}",
        NULL,
    };
    return program_start(program, arguments);
}
