"""One match: who sat where, what was played, how it ended.

`Match` does no input or output, starts no process and knows no clock: whoever drives it (runner, web page,
notebook, test) brings agents and time.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from arena.agent import Decision
from arena.errors import ArenaError
from arena.turn import Turn
from arena.turn_source import Source, enter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from arena.game import Game

FINISHED = "finished"
VOID = "void"  # called off: it counts for nobody
ENDINGS = (
    FINISHED,
    "illegal move",
    "error",
    "timeout",
    "ply cap",
    "crash",
    "adjudicated",
    "resigned",
    VOID,
    "memory",
)
_LONGEST = 200  # characters of somebody else's text


@dataclass(frozen=True)
class MatchRecord:
    """A match that is over. Sequences with one value per seat are in seat order, those per move in move order."""

    game: str  # Game.key
    game_version: str
    entrants: tuple[str, ...]  # as they were invited
    seats: tuple[int, ...]  # seats[s] = which of the entrants sat in seat s
    seed: int
    moves: tuple[Any, ...]  # numbers, or nested tuples of them where actions are not numbered
    times: tuple[float, ...]  # seconds per move
    values: tuple[float | None, ...]  # what the mover expected, per move
    notes: tuple[Mapping[str, Any], ...]  # what the mover remarked, per move
    returns: tuple[float, ...]  # per seat
    ranks: tuple[int, ...]  # per seat, 1 is best, equals share
    ending: str  # one of ENDINGS
    offenders: tuple[int, ...] = ()  # the seats that caused an ending by forfeit
    cause: str = ""  # one line for people: what the offender did

    @property
    def seated(self) -> tuple[str, ...]:
        """The entrant in each seat."""
        return tuple(self.entrants[index] for index in self.seats)

    @property
    def winner(self) -> str | None:
        """The only entrant ranked first, None when several are."""
        best = [name for name, rank in zip(self.seated, self.ranks, strict=True) if rank == 1]
        return best[0] if len(best) == 1 else None

    def as_json(self) -> dict[str, Any]:
        """The object that `arena play --json` prints for one match."""
        return {
            "seed": self.seed,
            "seats": list(self.seated),
            "moves": list(self.moves),
            "returns": list(self.returns),
            "ranks": list(self.ranks),
            "winner": self.winner,
            "ending": self.ending,
            "offenders": list(self.offenders),
            "cause": self.cause,
        }


@dataclass
class _Log:
    times: list[float] = field(default_factory=list)
    values: list[float | None] = field(default_factory=list)
    notes: list[Mapping[str, Any]] = field(default_factory=list)


class Match:
    """A match in progress: read `turn`, call `play`, until `over`; then read `record`."""

    def __init__(self, game: Game, seed: int, entrants: Sequence[str] = (), seats: Sequence[int] = ()) -> None:
        """`seats[s]` says which of the entrants sits in seat s; by default they sit in the order given."""
        from arena.pettingzoo_env import begin

        self.game, self.seed = game, seed
        self.position = begin(game, seed)
        self._ticket = enter(self.position)
        self.entrants = tuple(entrants) or tuple(f"seat {seat}" for seat in range(game.n_players))
        self.seats = tuple(seats) or tuple(range(game.n_players))
        if len(self.entrants) != game.n_players or sorted(self.seats) != list(range(game.n_players)):
            raise ValueError(f"{game.key} seats {game.n_players}, not entrants {self.entrants} in seats {self.seats}")
        self._log = _Log()
        self._policy: tuple[float, ...] | None = None
        self._ending = FINISHED if self.position.over else ""
        self._offenders: tuple[int, ...] = ()
        self._cause = ""

    @property
    def over(self) -> bool:
        """Whether the match has ended, by the rules or by a forfeit."""
        return bool(self._ending)

    @property
    def offenders(self) -> tuple[int, ...]:
        """The seats that forfeited, none while the match goes on."""
        return self._offenders

    @property
    def turn(self) -> Turn:
        """What the seat on move sees. Raises ArenaError when the match is over."""
        return self.turn_of(None)

    def turn_of(self, time_left: float | None) -> Turn:
        """`turn` with a clock: `time_left` seconds for this move."""
        if self.over:
            raise ArenaError(f"the match is over ({self._ending}): nobody is on move")
        position = self.position
        seat, ply = position.to_move, len(position.history)
        return Turn(
            position.observe(seat),
            position.legal,
            seat,
            ply,
            position.known_history(seat),
            time_left,
            Source(self._ticket, ply, seat),
        )

    def play(self, move: Any, seconds: float = 0.0) -> None:
        """Plays an action or a `Decision` for the seat on move; an illegal one forfeits, None resigns."""
        if self.over:
            raise ArenaError(f"the match is over ({self._ending}): nobody is on move")
        position = self.position
        decision = move if isinstance(move, Decision) else None
        action = position.accept(decision.action if decision else move)
        if action is None:
            return self._refuse(move)
        value: float | None = None
        policy: tuple[float, ...] | None = None
        note: Mapping[str, Any] = {}
        if decision:
            try:
                value, policy, note = _thoughts(decision, position.legal)
            except Exception as error:
                cause = f"a decision that cannot be stored at ply {position.ply}: {described(error)}"
                return self.forfeit("error", (position.to_move,), cause)
        log = self._log
        log.times.append(seconds)
        log.values.append(value)
        log.notes.append(note)
        self._policy = policy
        position.step(action)
        if position.over:
            self._ending = FINISHED
        elif len(position.history) >= self.game.max_plies:
            self._ending = "ply cap"
        return None

    def _refuse(self, move: Any) -> None:
        """Ends the match against the seat on move, which played `move`: nothing, None, or no legal action."""
        seat, place = self.position.to_move, f"at ply {self.position.ply}"
        if move is None:
            return self.forfeit("error", (seat,), f"act returned nothing {place} (to resign: Decision(None))")
        action = move.action if isinstance(move, Decision) else move
        if action is None:
            return self.forfeit("resigned", (seat,), f"resigned {place}")
        return self.forfeit("illegal move", (seat,), f"played {shown(action)} {place}")

    def forfeit(self, ending: str, offenders: tuple[int, ...], cause: str) -> None:
        """Ends the match against `offenders`, whatever the env would have said."""
        if ending not in ENDINGS:
            raise ValueError(f"unknown ending {ending!r}; one of {', '.join(ENDINGS)}")
        self._ending, self._offenders, self._cause = ending, offenders, " ".join(cause.split())

    def call_off(self, cause: str) -> None:
        """Ends the match without a result: nobody's fault, to be played again."""
        self._ending, self._offenders, self._cause = VOID, (), " ".join(cause.split())

    @property
    def cause(self) -> str:
        """What the offenders did, in one line; empty where nobody forfeited."""
        return self._cause

    @property
    def last_thoughts(self) -> tuple[float | None, Mapping[str, Any]]:
        """Value and note of the move played last."""
        return self._log.values[-1], self._log.notes[-1]

    @property
    def last_policy(self) -> tuple[float, ...] | None:
        """The shares [A] that the mover gave its actions at the move played last, None where it gave none."""
        return self._policy

    @property
    def last_seconds(self) -> float:
        """How long the move played last took."""
        return self._log.times[-1]

    @property
    def record(self) -> MatchRecord:
        """The finished match. Raises ArenaError while it goes on."""
        if not self.over:
            raise ArenaError("the match is not over yet: it has no record")
        game = self.game
        returns = self.position.returns.tolist()
        if self._offenders:
            returns = forfeit_returns(game, self._offenders)
        elif self._ending == VOID:
            returns = [0.0] * game.n_players
        return MatchRecord(
            game=game.key,
            game_version=game.version,
            entrants=self.entrants,
            seats=self.seats,
            seed=self.seed,
            moves=tuple(action for _, action in self.position.history),
            times=tuple(self._log.times),
            values=tuple(self._log.values),
            notes=tuple(self._log.notes),
            returns=tuple(returns),
            ranks=ranks(returns),
            ending=self._ending,
            offenders=self._offenders,
            cause=self._cause,
        )


def shown(thing: object) -> str:
    """`repr`, cut short; for objects of strangers, whose `__repr__` may raise."""
    try:
        return repr(thing)[:_LONGEST]
    except Exception:
        return f"a {type(thing).__name__}"


def described(error: BaseException) -> str:
    """Type and message of an exception in one line; for exceptions of strangers, whose `__str__` may raise."""
    try:
        text = " ".join(str(error).split())[:_LONGEST]
    except Exception:
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _thoughts(
    decision: Decision, legal: NDArray[np.bool_] | None
) -> tuple[float | None, tuple[float, ...] | None, dict[str, Any]]:
    """Value, policy and note of a decision as plain values. Raises whatever reading them raises."""
    value = None if decision.value is None else float(decision.value)
    if value is not None and not math.isfinite(value):
        raise ValueError(f"its value is {value}")
    policy = None if decision.policy is None else tuple(float(share) for share in decision.policy)
    if policy is not None:
        n_actions = 0 if legal is None else len(legal)
        if len(policy) != n_actions or not all(map(math.isfinite, policy)):
            raise ValueError(f"its policy is no list of {n_actions} numbers")
    return value, policy, json.loads(json.dumps(dict(decision.note), allow_nan=False)) if decision.note else {}


def forfeit_returns(game: Game, offenders: Sequence[int]) -> list[float]:
    """Offenders get the lowest return (-1 where unknown); the others share the opposite in zero-sum games, else 0."""
    lowest = game.return_range[0] if math.isfinite(game.return_range[0]) else -1.0
    others = game.n_players - len(offenders)
    share = -lowest * len(offenders) / others if game.zero_sum and others else 0.0
    return [lowest if seat in offenders else share for seat in range(game.n_players)]


def ranks(returns: Sequence[float] | NDArray[np.float64]) -> tuple[int, ...]:
    """The rank of each seat by its return: 1 is best, equals share the better rank (1, 1, 3)."""
    return tuple(1 + sum(other > own for other in returns) for own in returns)


def verify(record: MatchRecord, game: Game) -> list[str]:
    """Replays the stored moves through the rules; the differences found, an empty list when there are none."""
    if (record.game, record.game_version) != (game.key, game.version):
        return [f"the record is of {record.game}@{record.game_version}, not of {game.identity}"]
    match = Match(game, record.seed, record.entrants, record.seats)
    for ply, action in enumerate(record.moves):
        if match.over:
            return [f"the game is over at ply {ply}, but the record goes on"]
        match.play(action)
        if match.offenders:
            return [f"move {action} at ply {ply} is illegal"]
    if record.offenders:
        if match.over:
            return [f"the game ended by its rules, but the record says {record.ending!r}"]
        match.forfeit(record.ending, record.offenders, record.cause)
    if record.ending == VOID and not match.over:
        match.call_off(record.cause)
    if not match.over:
        return [f"the game is not over after {len(record.moves)} moves"]
    replayed = match.record
    return [
        f"{name}: recorded {getattr(record, name)}, replayed {getattr(replayed, name)}"
        for name in ("returns", "ranks", "ending")
        if getattr(record, name) != getattr(replayed, name)
    ]
