/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "serial.h"

#include <errno.h>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "number.h"

static int make_raw(int file, uint32_t baud)
{
    struct termios line;
    if (tcgetattr(file, &line) != 0)
        return -1;
    cfmakeraw(&line);
    line.c_cflag |= CLOCAL | CREAD; /* a target without modem lines */
    line.c_cflag &= ~(tcflag_t)(CRTSCTS | CSTOPB);
    cfsetispeed(&line, number_baud(baud));
    cfsetospeed(&line, number_baud(baud));
    if (tcsetattr(file, TCSANOW, &line) != 0)
        return -1;
    return tcflush(file, TCIFLUSH);
}

int serial_open(const char *path, uint32_t baud)
{
    int file = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return -errno;
    if (make_raw(file, baud) == 0)
        return file;
    int error = errno;
    close(file);
    return -error;
}
