"""The keys of a terminal, one at a time and without waiting for the end of a line."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import sys
import termios
import threading
import time
import tty
from types import FrameType, TracebackType
from typing import Any, NoReturn

_NAMES = {"\r": "enter", "\n": "enter", " ": "space", "\x7f": "backspace", "\x08": "backspace"} | {
    "\t": "tab",
    "\x04": "ctrl-d",
    "\x1b": "escape",
}
_LETTERS = {"A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end"}
_NUMBERS = {"1": "home", "7": "home", "4": "end", "8": "end", "5": "page up", "6": "page down"}
_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])")
_BEGUN = re.compile(r"\x1b(?:\[[0-9;]*|O)?")  # what may still become a sequence
_REST = 0.1  # seconds within which a terminal sends all of a sequence
_DEADLY = (signal.SIGTERM, signal.SIGHUP)


class Keyboard:
    """Reads keys within a `with` statement, which gives the terminal back as it was, whatever happens.

    Ctrl-C interrupts as ever. SIGTERM and SIGHUP end the process in order, through SystemExit. Ctrl-Z is no key: a
    process that slept would leave the shell without an echo.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        """`descriptor` is that of a terminal, by default stdin's."""
        self._descriptor = sys.stdin.fileno() if descriptor is None else descriptor
        self._read = ""  # what was read and is no key yet

    def __enter__(self) -> Keyboard:
        self._handlers: dict[signal.Signals, Any] = {}
        self._before = termios.tcgetattr(self._descriptor)
        if threading.current_thread() is threading.main_thread():
            self._handlers = {number: signal.signal(number, _leave) for number in _DEADLY}
        tty.setcbreak(self._descriptor)
        mode = termios.tcgetattr(self._descriptor)
        mode[6][termios.VSUSP] = bytes([os.fpathconf(self._descriptor, "PC_VDISABLE") & 0xFF])
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, mode)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def read(self, timeout: float | None = None) -> str:
        """The next key: its character, or a name such as `left`, `page up`, `enter`, `escape`.

        Empty after `timeout` seconds without a key (None: never), and for a key that has no name. Raises EOFError when
        the terminal is gone.
        """
        if not self._read and not self._more(timeout):
            return ""
        deadline = time.monotonic() + _REST
        while _BEGUN.fullmatch(self._read) and self._more(max(0.0, deadline - time.monotonic())):
            pass
        key, self._read = first_key(self._read)
        return key

    def _more(self, timeout: float | None) -> bool:
        """Waits for input; whether there was any."""
        if not select.select([self._descriptor], [], [], timeout)[0]:
            return False
        try:
            found = os.read(self._descriptor, 1024)
        except OSError:  # what Linux says of a terminal that was closed
            found = b""
        if not found:
            raise EOFError
        self._read += found.decode(errors="replace")
        return True


def first_key(text: str) -> tuple[str, str]:
    """The first key of what a terminal sent, and the rest."""
    sequence = _SEQUENCE.match(text)
    if sequence is None:
        begun = _BEGUN.fullmatch(text)
        if begun and len(text) > 1:
            return "", ""  # a sequence whose end never came
        return _NAMES.get(text[0], text[0]), text[1:]
    code = sequence.group()
    name = _NUMBERS.get(code[2:-1], "") if code.endswith("~") else _LETTERS.get(code[-1], "")
    return name, text[sequence.end() :]


def _leave(number: int, _: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
