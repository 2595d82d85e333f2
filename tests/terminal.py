"""A terminal for tests: runs a command in a real one (a pty), types keys, and reads what is on the screen."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
ARENA = """
import sys
from arena.cli import main
main.OWN["replay"] = "tournaments.replay_cli:replay"  # also where it is not installed
sys.argv[0] = "arena"
main.main()
"""
KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "page up": "\x1b[5~",
    "page down": "\x1b[6~",
    "enter": "\r",
    "space": " ",
    "escape": "\x1b",
    "ctrl-c": "\x03",
}
_CODE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])")


class Screen:
    """What a terminal shows of the characters it was sent."""

    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.other = None  # the ordinary screen while the alternate one is shown
        self.cursor_shown = True
        self._rest = ""
        self._clear()

    def _clear(self):
        self.cells = [[" "] * self.columns for _ in range(self.rows)]
        self.row = self.column = 0

    @property
    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells).rstrip()

    def feed(self, text):
        text = self._rest + text
        place = 0
        while place < len(text):
            code = _CODE.match(text, place)
            if code:
                self._obey(code[1], code[2])
                place = code.end()
            elif text[place] == "\x1b" and len(text) - place < 12:
                break
            else:
                self._put(text[place])
                place += 1
        self._rest = text[place:]

    def _put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self._next_row()
        elif character >= " ":
            if self.column == self.columns:
                self.column = 0
                self._next_row()
            self.cells[self.row][self.column] = character
            self.column += 1

    def _next_row(self):
        if self.row == self.rows - 1:
            self.cells = [*self.cells[1:], [" "] * self.columns]
        else:
            self.row += 1

    def _obey(self, parameters, letter):
        number = int(parameters) if parameters.isdecimal() else 1
        if letter == "H":
            self.row = self.column = 0
        elif letter == "A":
            self.row = max(0, self.row - number)
        elif letter == "K":
            self.cells[self.row] = [" "] * self.columns
        elif parameters == "?1049":
            self._switch(letter == "h")
        elif parameters == "?25":
            self.cursor_shown = letter == "h"

    def _switch(self, to_other):
        if to_other:
            self.other = (self.cells, self.row, self.column)
            self._clear()
        elif self.other:
            self.cells, self.row, self.column = self.other
            self.other = None


class Terminal:
    """A command in a terminal of its own."""

    def __init__(self, command, *, rows=24, columns=80, cwd=None, **environment):
        self.master, self.slave = pty.openpty()
        self.screen = Screen(rows, columns)
        self.resize(rows, columns)
        self.mode = termios.tcgetattr(self.slave)
        self.seen = ""
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
        self.process = subprocess.Popen(
            command,
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            cwd=cwd,
            env={**kept, "TERM": "xterm-256color", "PYTHONPATH": path, "ARENA_PLUGINS": "", **environment},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )

    def resize(self, rows, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.__init__(rows, columns)

    def press(self, *keys):
        for key in keys:
            os.write(self.master, KEYS.get(key, key).encode())

    def shows(self, *texts, seconds=40, without=()):
        """The screen, once all `texts` and none of `without` are on it."""
        deadline = time.monotonic() + seconds
        while not self._is(texts, without):
            if not self._read(deadline - time.monotonic()) and not self._is(texts, without):
                raise AssertionError(f"the screen never showed {texts} without {without}, but:\n{self.screen.text}")
        return self.screen.text

    def _is(self, texts, without):
        text = self.screen.text
        return all(one in text for one in texts) and not any(one in text for one in without)

    def _read(self, seconds):
        """Takes what the command wrote; False when there is no more."""
        if seconds <= 0 or not select.select([self.master], [], [], min(seconds, 0.5))[0]:
            return seconds > 0 and self.process.poll() is None
        try:
            text = os.read(self.master, 65536).decode(errors="replace")
        except OSError:
            return False
        self.seen += text
        self.screen.feed(text)
        return bool(text)

    def ends(self, seconds=60):
        """The exit code, when the command has ended; the whole of what it wrote is in `seen` then."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            self._read(0.1)
        while select.select([self.master], [], [], 0.05)[0] and self._read(1):
            pass
        return self.process.wait(timeout=1)

    @property
    def is_as_before(self):
        """Whether the terminal's mode, its screen and its cursor are what the command found."""
        return termios.tcgetattr(self.slave) == self.mode and self.screen.other is None and self.screen.cursor_shown

    def signal(self, number):
        self.process.send_signal(number)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for descriptor in (self.master, self.slave):
            with contextlib.suppress(OSError):
                os.close(descriptor)


def arena_in_terminal(*arguments, **options):
    """`arena ARGUMENTS` in a terminal."""
    return Terminal([sys.executable, "-c", ARENA, *map(str, arguments)], **options)


__all__ = ["ARENA", "KEYS", "ROOT", "Screen", "Terminal", "arena_in_terminal", "signal"]
