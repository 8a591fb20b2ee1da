"""Runs a command on a terminal of its own. What it prints goes to stdout; JSON lines on stdin are typed, or resize it."""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios


def resize(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def obey(terminal: int, line: bytes) -> None:
    order = json.loads(line)
    if "type" in order:
        os.write(terminal, order["type"].encode())
    if "columns" in order:
        resize(terminal, order["columns"], 24)


def relay(terminal: int) -> None:
    rest = b""
    while True:
        ready, _, _ = select.select([terminal, 0], [], [])
        if terminal in ready:
            try:
                printed = os.read(terminal, 65536)
            except OSError:  # The command has ended, which Linux tells as an error.
                return
            if not printed:
                return
            os.write(1, printed)
        if 0 in ready:
            orders = os.read(0, 65536)
            if not orders:
                return
            *lines, rest = (rest + orders).split(b"\n")
            for line in lines:
                obey(terminal, line)


def main() -> int:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    resize(terminal, 80, 24)
    relay(terminal)
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


sys.exit(main())
