"""Ctrl-C between two games, not within one."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def interrupt_deferred() -> Iterator[Callable[[], bool]]:
    """Within it the first Ctrl-C only makes the given function answer True; the second one interrupts at once.

    A learner that is stopped in the middle of a game could not be saved: its generator is ahead of its counts. Outside
    the main thread nothing is deferred, since signals do not arrive there.
    """
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # started in the background: it shall not be stopped
    if ignored or threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    came: list[int] = []

    def note(signum: int, _: object) -> None:
        came.append(signum)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(came)
    finally:
        signal.signal(signal.SIGINT, before)
