"""Drives one match: asks the agents, keeps the clock, and turns their failures into forfeits."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import signal
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from arena.errors import ArenaError, Unavailable
from arena.limits import check_move_time
from arena.match import Match, MatchRecord, described
from arena.seeding import derive
from arena.waiting import marked

if TYPE_CHECKING:
    from arena.agent import Agent
    from arena.game import Game
    from arena.turn import Turn
    from arena.waiting import Mark

T = TypeVar("T")

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
    mark: Mark | None = None,
) -> MatchRecord:
    """Plays one match to its end and returns its record.

    `agents` come in the order of `entrants`, and `seats[s]` says which of them sits in seat s. An agent that plays
    an illegal move, raises, or takes more than `move_time` seconds for a move loses by forfeit. In the main thread
    of a Unix process a move is interrupted when its time is up; elsewhere the clock is read when the agent answers.
    An agent that is determined to hang needs a process of its own. One that raises `Unavailable` makes the match void.
    `watch` is called with the match at its start and after every move, `mark` with (seat, ply) before an agent
    computes and with (-1, ply) after it. Raises UsageError for an absurd `move_time`, ArenaError where an agent is
    asynchronous and an event loop runs already (use `play_match_async` there).
    """
    coroutine = play_match_async(
        game, agents, seed, entrants=entrants, seats=seats, move_time=move_time, watch=watch, mark=mark
    )
    return _in_a_loop(coroutine) if any(map(is_async, agents)) else _at_once(coroutine)


def is_async(agent: Agent) -> bool:
    """Whether an agent's `act` is asynchronous, so that a worker may play many of its matches at once."""
    return inspect.iscoroutinefunction(agent.act)


def _at_once(coroutine: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    coroutine.close()
    raise AssertionError("nothing waits in a match without asynchronous agents")


def _in_a_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    with contextlib.suppress(RuntimeError):
        asyncio.get_running_loop()
        coroutine.close()
        raise ArenaError("an event loop runs already: await play_match_async instead of calling play_match")
    return asyncio.run(coroutine)


async def play_match_async(
    game: Game,
    agents: Sequence[Agent],
    seed: int,
    *,
    entrants: Sequence[str] = (),
    seats: Sequence[int] = (),
    move_time: float | None = None,
    watch: Callable[[Match], None] | None = None,
    mark: Mark | None = None,
) -> MatchRecord:
    """`play_match` where others may go on while an asynchronous agent waits. No two matches may share an agent."""
    check_move_time(move_time)
    match = Match(game, seed, entrants, seats)
    seated = [agents[index] for index in match.seats]
    waits = [is_async(agent) for agent in seated]
    _reset(match, seated, mark)
    while not match.over:
        if watch:
            watch(match)
        turn = match.turn_of(move_time)
        began = time.perf_counter()
        try:
            move = _act(seated[turn.seat], turn, mark)
            if waits[turn.seat]:
                move = await _answer(move, turn, mark)
        except BaseException as error:
            if isinstance(error, GeneratorExit) and waits[turn.seat]:  # the match itself is thrown away
                raise
            _failed(match, turn, error)
            continue
        seconds = time.perf_counter() - began
        if move_time is not None and seconds > move_time:
            match.forfeit("timeout", (turn.seat,), f"{seconds:.2f} s for the move at ply {turn.ply}")
        else:
            match.play(move, seconds)
    if watch:
        watch(match)
    return match.record


def _reset(match: Match, seated: Sequence[Agent], mark: Mark | None) -> None:
    for seat, agent in enumerate(seated):
        try:
            if mark:
                mark(seat, 0)
            agent.reset(seat=seat, seed=derive(match.seed, "agent", seat))
        except KeyboardInterrupt:
            raise
        except Unavailable as error:
            return match.call_off(f"{described(error)} in reset")
        except BaseException as error:  # an agent may raise anything at all
            return match.forfeit("error", (seat,), f"{described(error)} in reset")
        finally:
            if mark:
                mark(-1, 0)
    return None


def _act(agent: Agent, turn: Turn, mark: Mark | None) -> Any:
    """What `act` returns, whatever that is; a coroutine where it is asynchronous."""
    if mark:
        mark(turn.seat, turn.ply)
    if turn.time_left is None:
        move = agent.act(turn)
    else:
        with _interrupted_after(turn.time_left):
            move = agent.act(turn)
    if mark:
        mark(-1, turn.ply)
    return move


async def _answer(move: Any, turn: Turn, mark: Mark | None) -> Any:
    """What an asynchronous `act` answers in time."""
    if mark:
        move = marked(move, mark, turn.seat, turn.ply)
    try:
        async with asyncio.timeout(turn.time_left) as clock:
            return await move
    except TimeoutError as error:
        if clock.expired():
            raise _OutOfTime from error
        raise  # the agent's own


def _failed(match: Match, turn: Turn, error: BaseException) -> None:
    """Ends the match after an agent raised; raises where it was not the agent that wanted to stop."""
    task = asyncio.current_task() if isinstance(error, asyncio.CancelledError) else None
    if isinstance(error, KeyboardInterrupt) or (task is not None and task.cancelling()):
        raise error
    if isinstance(error, _OutOfTime):
        match.forfeit("timeout", (turn.seat,), f"no move within {turn.time_left:g} s at ply {turn.ply}")
    elif isinstance(error, Unavailable):
        match.call_off(f"{described(error)} at ply {turn.ply}")
    else:
        match.forfeit("error", (turn.seat,), f"{described(error)} at ply {turn.ply}")


@contextlib.contextmanager
def _interrupted_after(seconds: float) -> Iterator[None]:
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
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
