"""Drives one match: asks the agents, keeps the clock, and turns their failures into forfeits."""

from __future__ import annotations

import contextlib
import inspect
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from arena.limits import check_move_time
from arena.match import Match, MatchRecord, described
from arena.seeding import derive

if TYPE_CHECKING:
    from arena.agent import Agent
    from arena.game import Game


_AGAIN = 0.05  # seconds after which an alarm that the agent swallowed rings once more


class _OutOfTime(BaseException):
    """Raised inside `act` when its time is up; not an Exception, so that an agent's own handlers let it pass."""


def play_match(
    game: Game,
    agents: Sequence[Agent],
    seed: int,
    *,
    entrants: Sequence[str] = (),
    seats: Sequence[int] = (),
    move_time: float | None = None,
    watch: Callable[[Match], None] | None = None,
) -> MatchRecord:
    """Plays one match to its end and returns its record.

    `agents` come in the order of `entrants`, and `seats[s]` says which of them sits in seat s. An agent that plays
    an illegal move, raises, or takes more than `move_time` seconds for a move loses by forfeit. In the main thread
    of a Unix process a move is interrupted when its time is up; elsewhere the clock is read when the agent answers.
    An agent that is determined to hang needs a process of its own. Raises UsageError for an absurd `move_time`.
    `watch` is called with the match at its start and after every move.
    """
    check_move_time(move_time)
    match = Match(game, seed, entrants, seats)
    seated = [agents[index] for index in match.seats]
    for seat, agent in enumerate(seated):
        try:
            agent.reset(seat=seat, seed=derive(seed, "agent", seat))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # an agent may raise anything at all; only the user stops the match
            match.forfeit("error", (seat,), f"{described(error)} in reset")
            return match.record
    while not match.over:
        if watch:
            watch(match)
        _move(match, seated, move_time)
    if watch:
        watch(match)
    return match.record


def _move(match: Match, seated: Sequence[Agent], move_time: float | None) -> None:
    turn = match.turn_of(move_time)
    began = time.perf_counter()
    move: Any  # whatever an agent returns, whatever its types say
    try:
        with _interrupted_after(move_time):
            move = seated[turn.seat].act(turn)
    except _OutOfTime:
        return match.forfeit("timeout", (turn.seat,), f"no move within {move_time:g} s at ply {turn.ply}")
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return match.forfeit("error", (turn.seat,), f"{described(error)} at ply {turn.ply}")
    seconds = time.perf_counter() - began
    if move_time is not None and seconds > move_time:
        return match.forfeit("timeout", (turn.seat,), f"{seconds:.2f} s for the move at ply {turn.ply}")
    if inspect.iscoroutine(move):
        move.close()
        return match.forfeit("error", (turn.seat,), "act is asynchronous, which is not supported yet")
    return match.play(move, seconds)


@contextlib.contextmanager
def _interrupted_after(seconds: float | None) -> Iterator[None]:
    if seconds is None or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    armed = [True]

    def ring(*_: object) -> None:
        if armed:
            raise _OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    others = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)  # an alarm that somebody else has set
    try:
        try:
            yield
        finally:
            armed.clear()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if others[0]:
            signal.setitimer(signal.ITIMER_REAL, *others)
