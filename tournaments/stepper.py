"""Stepping through a stored match at a terminal: what the keys do, what the screen shows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from arena.cli.render import Line, ending, scene

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from arena.cli.keys import Keyboard
    from tournaments.replay import Replay

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # plies per second
_START_SPEED = 2  # place among them
_FAR = 10  # plies
_STEPS = {
    **dict.fromkeys(("right", "space", "n", "enter"), 1),
    **dict.fromkeys(("left", "p", "b", "backspace"), -1),
    **dict.fromkeys(("down", "page down"), _FAR),
    **dict.fromkeys(("up", "page up"), -_FAR),
}
_QUIT = ("q", "escape", "ctrl-d")
_TICK = 0.25  # seconds between two looks at the size of the window


class Stepper:
    """Where the reader of a match stands. Keys come in, nothing is read or drawn here."""

    def __init__(self, replay: Replay) -> None:
        self.replay = replay
        self.view: int | None = None  # whose view is shown; None: that of the seat on move
        self.playing = False
        self.done = False
        self.typed = ""  # digits of the ply to go to
        self._speed = _START_SPEED

    @property
    def speed(self) -> float:
        """Plies per second of the autoplay."""
        return SPEEDS[self._speed]

    def press(self, key: str) -> None:
        """Does what a key stands for; a key that stands for nothing changes nothing."""
        typed, self.typed = self.typed, ""
        if len(key) == 1 and key in "0123456789":
            self.typed = (typed + key)[:9]
        elif typed and key == "enter":
            self.replay.go(int(typed))
        elif typed and key == "backspace":
            self.typed = typed[:-1]
        elif not (typed and key == "escape"):
            self._command(key)

    def _command(self, key: str) -> None:
        replay = self.replay
        if key in _STEPS:
            replay.go(replay.ply + _STEPS[key])
        elif key in ("home", "g"):
            replay.go(0)
        elif key in ("end", "G"):
            replay.go(replay.plies)
        elif key in ("+", "="):
            self._speed = min(self._speed + 1, len(SPEEDS) - 1)
        elif key in ("-", "_"):
            self._speed = max(self._speed - 1, 0)
        elif key == "a":
            self._play_or_stop()
        elif key == "v" and not replay.game.perfect_information:
            seats = [None, *range(replay.game.n_players)]
            self.view = seats[(seats.index(self.view) + 1) % len(seats)]
        elif key in _QUIT:
            self.done = True

    def _play_or_stop(self) -> None:
        """Autoplay on or off; from the end it begins again at the start."""
        self.playing = not self.playing
        if self.playing and self.replay.ply == self.replay.plies:
            self.replay.go(0)

    def tick(self) -> None:
        """One ply of the autoplay, which stops at the end."""
        if self.playing:
            self.replay.go(self.replay.ply + 1)
            self.playing = self.replay.ply < self.replay.plies

    def lines(self) -> list[Line]:
        """The screen from top to bottom."""
        replay = self.replay
        now = replay.moment(self.view)
        title = f"{now.game}, seed {replay.record.seed}: {' - '.join(now.seated)}"
        end = [(ending(replay.record), "bold")] if replay.ply == replay.plies else []
        return [(self._place(), "bold cyan"), (title, "bold"), ("", ""), *scene(now), *end]

    def _place(self) -> str:
        """Which position it is, and what else is going on."""
        replay = self.replay
        parts = [f"ply {replay.ply} of {replay.plies}"]
        if self.view is not None:
            parts.append(f"always as seat {self.view} sees it")
        if self.playing:
            parts.append(f"autoplay, {self.speed:g} plies a second")
        if self.typed:
            parts.append(f"go to ply {self.typed}_ (enter)")
        return "; ".join(parts)

    @property
    def help(self) -> str:
        """What the keys do, in one line."""
        view = "" if self.replay.game.perfect_information else "v view, "
        return f"q quit, right/left 1 ply, down/up 10, g first, G last, 12 enter ply 12, {view}a autoplay, +/- speed"


def step_through(replay: Replay, console: Console, keyboard: Keyboard) -> None:
    """Shows a match on the console's whole screen until the reader quits; `keyboard` is open already."""
    from rich.live import Live

    stepper = Stepper(replay)
    with Live(console=console, screen=True, auto_refresh=False) as live:
        _run(stepper, keyboard, lambda: live.update(_screen(stepper, console), refresh=True), lambda: console.size)


def _run(stepper: Stepper, keyboard: Keyboard, draw: Callable[[], None], size: Callable[[], object]) -> None:
    """Keys in, screens out; a change of the window's size is seen at the next tick."""
    due, drawn_for = time.monotonic(), None
    while not stepper.done:
        if drawn_for != (now := size()):
            draw()
            drawn_for = now
        try:
            key = keyboard.read(_patience(stepper, due))
        except EOFError:
            return
        if key:
            was = stepper.playing, stepper.speed
            stepper.press(key)
            if (stepper.playing, stepper.speed) != was:
                due = time.monotonic() + 1 / stepper.speed
        elif stepper.playing and time.monotonic() >= due:
            stepper.tick()
            due = time.monotonic() + 1 / stepper.speed
        else:
            continue
        drawn_for = None


def _patience(stepper: Stepper, due: float) -> float:
    """Seconds to wait for a key."""
    return min(_TICK, max(0.0, due - time.monotonic())) if stepper.playing else _TICK


def _screen(stepper: Stepper, console: Console) -> Any:
    """The stepper's lines, and the keys at the bottom of the window; lines for which it is too low are counted."""
    from rich.console import Group
    from rich.text import Text

    width, height = console.size
    foot = list(Text(stepper.help, style="dim").wrap(console, width))[: max(height // 6, 1)]
    rows = [
        row
        for text, style in stepper.lines()
        for row in Text(text, style=style).wrap(console, width, overflow="fold") or [Text("")]
    ]
    room = max(height - len(foot), 2)
    if len(rows) > room:
        hidden = len(rows) - room + 1
        more = Text(f"... {hidden} more lines: make the window taller", "yellow", no_wrap=True, overflow="crop")
        rows = [*rows[: room - 1], more]
    return Group(*rows, *[Text("")] * (room - len(rows)), *foot)
