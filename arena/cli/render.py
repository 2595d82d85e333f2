"""Matches as people read them in a terminal: one position after the other, live or as text, and how it ended."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any

import typer

from arena.errors import UsageError
from arena.match import VOID
from arena.moments import Follower, moment

if TYPE_CHECKING:
    from arena.game import Game
    from arena.match import Match, MatchRecord
    from arena.moments import Moment, Move

PAUSE = 0.5  # seconds that a position stays on a terminal, where the user says nothing else
LONGEST_PAUSE = 3600.0  # seconds
_BAR = 20  # characters of a share of 100 %
_NOTE = 300  # characters of a note

Line = tuple[str, str]  # a text and its style
Watch = Callable[["Match"], None]


def is_screen(stream: IO[str]) -> bool:
    """Whether what is written to `stream` can be written over: a terminal, and not one of TERM=dumb."""
    return stream.isatty() and os.environ.get("TERM", "").lower() not in ("dumb", "unknown")


def check_pause(pause: float | None, render: bool) -> None:
    """Raises UsageError for a pause below 0 or above an hour, and for one where nothing is rendered."""
    if pause is None:
        return
    if not 0 <= pause <= LONGEST_PAUSE:
        raise UsageError(f"--pause must be from 0 to {LONGEST_PAUSE:g} seconds, not {pause:g}")
    if not render:
        raise UsageError("--pause goes with --render: without it no position is shown")


@contextlib.contextmanager
def boards(pause: float | None, humans: Collection[int] = ()) -> Iterator[Watch]:
    """Shows one match on stderr while it is played; gives the function to be called at its start and each move.

    On a terminal each position replaces the one before, unless somebody plays there: `humans` are their seats, and
    what is shown is no more than they may know. `pause` is the seconds that each position stays.
    """
    live = is_screen(sys.stderr) and not humans
    seconds = (PAUSE if live else 0.0) if pause is None else pause
    with _live(seconds) if live else _plain(seconds, humans) as watch:
        yield watch


@contextlib.contextmanager
def _live(pause: float) -> Iterator[Watch]:
    from rich.live import Live

    from arena.cli.output import stderr

    follower = Follower()
    with Live(console=stderr(), auto_refresh=False) as screen:

        def watch(match: Match) -> None:
            moves = follower.follow(match)
            now = moment(match, moves[-1] if moves else None)
            screen.update(picture([(f"{now.game}, ply {now.ply}", "bold"), *scene(now), *_end(match)]), refresh=True)
            time.sleep(pause)

        yield watch


@contextlib.contextmanager
def _plain(pause: float, humans: Collection[int]) -> Iterator[Watch]:
    from arena.cli.output import remark

    follower, told = Follower(), 0

    def watch(match: Match) -> None:
        nonlocal told
        moves = follower.follow(match)
        known = len(moves) if match.over else _known(match, humans)
        news = [line for move in moves[told:known] for line in move_lines(move, _thinks_aloud(match, humans))]
        told = max(told, known)
        lines = [*news, *_board_for(match, humans), *_end(match)]
        if lines:
            remark("\n".join([*(text for text, _ in lines), ""]))
            time.sleep(pause)

    yield watch


def _known(match: Match, humans: Collection[int]) -> int:
    """How many of the moves the people who play may know; all of them where nobody does."""
    position = match.position
    return min((len(position.known_history(seat)) for seat in humans), default=position.ply)


def _thinks_aloud(match: Match, humans: Collection[int]) -> bool:
    """Whether thoughts are shown: not to people whom they might tell what is hidden."""
    return not humans or match.game.perfect_information


def _board_for(match: Match, humans: Collection[int]) -> list[Line]:
    """The position, for people as one of them sees it; nothing where the one on move is shown it anyway."""
    if not humans:
        return board_lines(moment(match))
    if not match.over and match.position.to_move in humans:
        return []
    if len(humans) > 1 and not match.over and not match.game.perfect_information:
        return []  # they look at one screen
    return board_lines(moment(match, view=min(humans)))


def _end(match: Match) -> list[Line]:
    return [(ending(match.record), "bold")] if match.over else []


def scene(now: Moment) -> list[Line]:
    """A position above the move that led to it, so that the board stays in its place however much the mover says."""
    return [*board_lines(now), ("", ""), *(move_lines(now.last) if now.last else [])]


def move_lines(move: Move, thoughts: bool = True) -> list[Line]:
    """Who played what, and what the mover thought of it."""
    lines = [(f"{move.entrant} (seat {move.seat}) played {move.name} ({move.action}){_briefly(move, thoughts)}", "")]
    if not thoughts:
        return lines
    width = max((len(name) for name, _ in move.shares), default=0)
    lines += [(f"  {name:{width}} {share:6.1%} {'#' * round(_BAR * share)}", "cyan") for name, share in move.shares]
    note = ", ".join(f"{printable(word)} {printable(value)}" for word, value in move.note.items())
    return [*lines, (f"  {note if len(note) <= _NOTE else note[:_NOTE] + '...'}", "dim")] if note else lines


def _briefly(move: Move, thoughts: bool) -> str:
    seconds = "" if move.seconds is None else f" in {move.seconds:.3f} s"
    return seconds + ("" if move.value is None or not thoughts else f", expecting {move.value:+.2f}")


def printable(value: object) -> str:
    """A stranger's text in one line, without the codes by which it could control the terminal."""
    return "".join(character if character.isprintable() else " " for character in str(value))


def board_lines(now: Moment) -> list[Line]:
    """The position, whose view it is where that matters, and who is on move."""
    seen = [] if now.view is None else [(f"As {_who(now, now.view)} sees it:", "italic")]
    rows = [(row, "") for row in now.text.splitlines()]
    on_move = [] if now.to_move is None else [(f"{_who(now, now.to_move)} is on move", "dim")]
    return [*seen, *rows, *on_move]


def _who(now: Moment, seat: int) -> str:
    return f"seat {seat} ({now.seated[seat]})"


def picture(lines: Sequence[Line]) -> Any:
    """Lines for rich; what is too long for the terminal is folded."""
    from rich.console import Group
    from rich.text import Text

    return Group(*(Text(text, style=style, overflow="fold") for text, style in lines))


def ending(record: MatchRecord) -> str:
    """How a match ended, in one line."""
    if record.ending == VOID:
        return f"called off, it counts for nobody: {printable(record.cause)}"
    result = f"{record.winner} wins" if record.winner else "drawn"
    returns = ", ".join(f"{name} {value:+g}" for name, value in zip(record.seated, record.returns, strict=True))
    if not record.offenders:
        return f"{result} ({record.ending}): {returns}"
    offenders = ", ".join(record.seated[seat] for seat in record.offenders)
    return f"{result} by forfeit ({record.ending} of {offenders}: {printable(record.cause)}): {returns}"


def show_match(game: Game, record: MatchRecord) -> None:
    """One match on stdout: a table of who played what, the last position, and how it ended."""
    from arena.cli.output import print_table
    from arena.match import Match

    match, rows = Match(game, record.seed, record.entrants, record.seats), []
    for ply, action in enumerate(record.moves):
        turn, value = match.turn, record.values[ply]
        thought = "" if value is None else f"{value:+.2f}"
        rows.append(
            (ply, record.seated[turn.seat], f"{turn.name(action)} ({action})", thought, f"{record.times[ply]:.3f}")
        )
        match.play(action)
    print_table([">ply", "entrant", "move", ">expects", ">seconds"], rows, f"{game.key}, seed {record.seed}")
    last = board_lines(replace(moment(match), to_move=None))  # nobody is on move after a forfeit either
    typer.echo("\n".join([*(text for text, _ in last), ending(record)]))
