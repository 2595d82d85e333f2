"""Takes what workers report: keeps results, has lost and void matches played again, charges who ended a process."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from arena import registry
from arena.cluster import NOBODY, Died, Done, Event, Executor
from arena.errors import ArenaError
from arena.match import VOID, Match, MatchRecord
from tournaments.facts import Tournament, match_id, matches
from tournaments.hints import how_to_resume
from tournaments.player import Failed

if TYPE_CHECKING:
    from arena.game import Game
    from tournaments.schedule import Pairing
    from tournaments.store import Store
    from tournaments.writer import Writer

_TRIES = 3  # of a match that is void, or whose worker dies


class Desk:
    """Hears what happens to the matches of one tournament.

    A match whose worker died is played again. It is charged to the seat on move if that seat was computing, and the
    process ended itself (a crash, `os._exit`) or was killed for the third time: a single kill may come from outside.
    """

    def __init__(
        self,
        tournament: Tournament,
        game: Game,
        store: Store,
        writer: Writer,
        executor: Executor,
        on_match: Callable[[MatchRecord], None] | None,
    ) -> None:
        self.tournament, self.game, self.store = tournament, game, store
        self.writer, self.executor, self.on_match = writer, executor, on_match
        self._void: Counter[int] = Counter()
        self._deaths: Counter[int] = Counter()  # by ordinal; NOBODY: at no match, one after the other
        self._given_up: dict[int, str] = {}  # causes by ordinal

    def __call__(self, event: Event) -> None:
        """Raises ArenaError where the game fails, or a match ends its worker again and again and no agent is at it."""
        if isinstance(event, Died):
            self._died(event)
            return
        self._deaths[NOBODY] = 0  # there is progress
        if isinstance(event.result, Failed):
            raise self._error(event.task, f"{self.game.key} failed ({event.result.cause})")
        if event.result.ending == VOID:
            self._called_off(event)
        else:
            self._keep(event.task, event.result)

    def check_complete(self) -> None:
        """Raises ArenaError where matches were given up."""
        if self._given_up:
            cause = next(iter(self._given_up.values()))
            left = how_to_resume("When that is mended", self.store, self.tournament.id)
            raise ArenaError(f"{matches(len(self._given_up))} could not be played ({cause}). {left}")

    def _keep(self, pairing: Pairing, record: MatchRecord) -> None:
        self.writer.add(pairing, record)
        registry.notify("match_finished", result=record)
        if self.on_match:
            self.on_match(record)

    def _called_off(self, event: Done) -> None:
        self._void[event.task.ordinal] += 1
        if self._void[event.task.ordinal] < _TRIES:
            self.executor.again(event.task)
        else:
            self._given_up[event.task.ordinal] = event.result.cause

    def _died(self, event: Died) -> None:
        at: Pairing | None = event.task
        ordinal = at.ordinal if at else NOBODY
        self._deaths[ordinal] += 1
        killed = event.exit_code == -signal.SIGKILL
        charged = at if event.who != NOBODY and (not killed or self._deaths[ordinal] >= _TRIES) else None
        for pairing in event.unfinished:
            if pairing is not charged:
                self.executor.again(pairing)
        if charged:
            self._keep(charged, self._crash(charged, event))
        elif self._deaths[ordinal] >= _TRIES:
            ended = f"its worker's process ended {_TRIES} times ({_how(event)}) while no agent was computing"
            raise self._error(at or event.unfinished[0], ended)

    def _crash(self, pairing: Pairing, event: Died) -> MatchRecord:
        labels = [self.tournament.participants[entrant].label for entrant in pairing.entrants]
        match = Match(self.game, pairing.seed, labels, pairing.seats)
        match.forfeit("crash", (event.who,), f"its process ended ({_how(event)}) at ply {event.detail}")
        return match.record

    def _error(self, pairing: Pairing, what: str) -> ArenaError:
        names = " - ".join(self.tournament.participants[entrant].label for entrant in pairing.entrants)
        match = match_id(self.tournament.id, pairing.ordinal)
        left = how_to_resume("When that is mended", self.store, self.tournament.id)
        return ArenaError(f"match {match} ({names}) was not recorded: {what}. {left}")


def _how(event: Died) -> str:
    """How a process ended, in words."""
    code = event.exit_code
    if code is None or code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
