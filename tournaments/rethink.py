"""Agents asked again: would they play now what they played in a stored match?

An agent whose moves follow from the seed must. Each is asked at every one of its turns, in order, seeded and reset as
in the match, and the stored moves are played whatever it answers: so that what an agent carries from turn to turn is
what it was.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from arena.actions import as_index, as_numbers, from_json
from arena.agent import Agent, Decision
from arena.entrants import load_entrant
from arena.errors import ArenaError, Unavailable
from arena.match import VOID, described, shown
from arena.playing import is_async, play_match
from tournaments.lineup import as_entrant, difference

if TYPE_CHECKING:
    from arena.game import Game
    from arena.match import MatchRecord
    from arena.turn import Turn
    from tournaments.facts import StoredEntrant, StoredMatch


_ASKED_ENDINGS = ("resigned", "illegal move", "error")  # forfeits that an agent would repeat: no clock, no other cause


@dataclass(frozen=True)
class Change:
    """A move that an entrant would not play again."""

    ply: int
    seat: int
    entrant: str
    stored: str  # the move by name and number; how the match ended, where it ended by forfeit at this ply
    now: str  # the same, or what the agent does instead of playing


@dataclass
class Rethought:
    """What came of asking."""

    asked: dict[str, int] = field(default_factory=dict)  # entrant -> how often it was asked
    skipped: dict[str, str] = field(default_factory=dict)  # entrant -> a sentence that says why it was not asked
    changes: list[Change] = field(default_factory=list)


def rethink(match: StoredMatch, game: Game, known: Mapping[str, StoredEntrant]) -> Rethought:
    """Asks the reproducible entrants of a match again; `known` are the store's entrants by identity.

    The match must be one whose moves give its result (`tournaments.recheck`). Raises ArenaError where a service that an
    agent depends on does not answer.
    """
    record, found = match.record, Rethought()
    identities = dict(zip(record.seats, match.identities, strict=True))
    agents = []
    for index, label in enumerate(record.entrants):
        stored = known.get(identities[index])
        agent, reason = _load(label, stored, game)
        if reason:
            found.skipped[label] = reason
        else:
            found.asked[label] = 0
        kind = _AgainLater if agent is not None and is_async(agent) else _Again
        agents.append(kind(agent, label, match, game, stored.move_time if stored else None, found))
    try:
        again = play_match(game, agents, record.seed, entrants=record.entrants, seats=record.seats)
    finally:
        for one in agents:
            one.close()
    if again.ending == VOID:
        raise ArenaError(f"nothing can be said of the match: {again.cause}. Try again when that is mended")
    _take_end(record, again, agents, found)
    return found


def _load(label: str, stored: StoredEntrant | None, game: Game) -> tuple[Agent | None, str]:
    """The agent of an entrant, or why there is none to be asked."""
    if stored is None:
        return None, f"{label} is not among the entrants that the store knows"
    if not stored.reproducible:
        return None, f"{label} is not reproducible: it may play otherwise each time"
    try:
        now, agent = load_entrant(stored.text, game, move_time=stored.move_time)
    except ArenaError as error:
        return None, f"{label} cannot be loaded: {error}"
    before = as_entrant(stored)
    if now.identity == before.identity:
        return agent, ""
    with contextlib.suppress(Exception):
        agent.close()
    return None, f"{difference(label, before, now)} since"


class _Again(Agent):
    """Sits in for an agent: asks it, notes where it answers otherwise, and plays what is stored."""

    def __init__(
        self,
        agent: Agent | None,
        label: str,
        match: StoredMatch,
        game: Game,
        move_time: float | None,
        found: Rethought,
    ) -> None:
        self._agent, self._label, self._record, self._game = agent, label, match.record, game
        self._move_time, self._found = move_time, found
        self.last_words: str | None = None  # its answer where the stored moves end, if it was asked there

    def reset(self, *, seat: int, seed: int) -> None:
        self.seat = seat
        if self._agent is not None:
            self._agent.reset(seat=seat, seed=seed)

    def act(self, turn: Turn) -> Any:
        if not self._is_asked(turn):
            return self._stored(turn)
        try:
            answer = self._ask(turn)
        except (KeyboardInterrupt, Unavailable):
            raise
        except BaseException as error:  # as in a match, where it would be a forfeit
            return self._hear_failure(turn, error)
        return self._hear(turn, answer)

    def _is_asked(self, turn: Turn) -> bool:
        """Whether the agent is asked here: at each stored move, and where it ended the match itself."""
        last = len(self._record.moves)
        ends = turn.ply == last and self._record.ending in _ASKED_ENDINGS
        return self._agent is not None and (turn.ply < last or ends)

    def _stored(self, turn: Turn) -> Any:
        """The stored move; where there is none, whoever is on move resigns, which ends the match."""
        moves = self._record.moves
        return from_json(moves[turn.ply]) if turn.ply < len(moves) else Decision(None)

    def _ask(self, turn: Turn) -> Any:
        """What the agent answers to the turn as it had it: the clock is shown to it, though nobody looks at it."""
        assert self._agent is not None
        self._found.asked[self._label] += 1
        return self._agent.act(replace(turn, time_left=self._move_time))

    def _hear(self, turn: Turn, answer: Any) -> Any:
        """Takes an answer; gives the stored move, or where there is none lets the answer end the match."""
        told = self._told(turn, answer)
        if turn.ply < len(self._record.moves):
            return self._compare(turn, told)
        self.last_words = told
        return answer

    def _hear_failure(self, turn: Turn, error: BaseException) -> Any:
        """`_hear` of an agent that raised."""
        if turn.ply < len(self._record.moves):
            return self._compare(turn, described(error))
        self.last_words = described(error)
        raise error

    def _compare(self, turn: Turn, now: str) -> Any:
        """The stored move; notes the change where the answer was another."""
        action = from_json(self._record.moves[turn.ply])
        stored = _named(turn, action)
        if now != stored:
            self._found.changes.append(Change(turn.ply, turn.seat, self._label, stored, now))
        return action

    def _told(self, turn: Turn, answer: Any) -> str:
        """An answer as a change tells it."""
        move = answer.action if isinstance(answer, Decision) else answer
        if move is None:
            return "resigns" if isinstance(answer, Decision) else "returns nothing"
        if turn.numbered:
            action = as_index(move)
            legal = action is not None and 0 <= action < len(turn.legal) and turn.legal[action]
        else:
            action = as_numbers(self._game.action_spaces[turn.seat], move)
            legal = action is not None
        return _named(turn, action) if legal else f"plays {shown(move)}, which is illegal"

    def close(self) -> None:
        with contextlib.suppress(Exception):
            if self._agent is not None:
                self._agent.close()


class _AgainLater(_Again):
    """Sits in for an asynchronous agent."""

    async def act(self, turn: Turn) -> Any:
        if not self._is_asked(turn):
            return self._stored(turn)
        try:
            answer = await self._ask(turn)
        except Unavailable:
            raise
        except Exception as error:
            return self._hear_failure(turn, error)
        return self._hear(turn, answer)


def _named(turn: Turn, action: Any) -> str:
    return f"{turn.name(action)} ({action})"


def _take_end(record: MatchRecord, again: MatchRecord, agents: list[_Again], found: Rethought) -> None:
    """Notes an agent that ended the match and would not do so again, or that does not come as far."""
    ply = len(record.moves)
    if len(again.moves) < ply:  # nothing but a failing reset ends it before
        seat, now = again.offenders[0], again.cause
        ply = len(again.moves)
        stored = f"({record.moves[ply]})"
    else:
        asked = [seat for seat, index in enumerate(record.seats) if agents[index].last_words is not None]
        same = (again.ending, again.offenders, len(again.moves)) == (record.ending, record.offenders, ply)
        if not asked or same:
            return
        seat = asked[0]
        stored, now = record.cause, agents[record.seats[seat]].last_words or again.cause
    found.changes.append(Change(ply, seat, record.seated[seat], stored, now))
