"""Matches on their way into the store: committed in small groups, so that a kill costs no more than an instant."""

from __future__ import annotations

import datetime as dt
import time
from types import TracebackType
from typing import TYPE_CHECKING

from tournaments.facts import StoredMatch
from tournaments.hints import how_to_resume

if TYPE_CHECKING:
    from arena.match import MatchRecord
    from tournaments.facts import Tournament
    from tournaments.schedule import Pairing
    from tournaments.store import Store

GROUP_SECONDS = 0.05  # the shortest time between two commits


def utc_now() -> str:
    """The time as the store keeps it: texts of one length, so that they sort by time."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


class Writer:
    """Takes the finished matches of one tournament; used in a `with` statement, which commits the rest at its end.

    A match is committed with the first one that ends 50 ms or more after the last commit. Where matches are played
    one after the other, a match that waits in the buffer took less than that to play: a kill loses no more work.
    """

    def __init__(self, store: Store, tournament: Tournament) -> None:
        self._store, self._tournament = store, tournament
        self._waiting: list[StoredMatch] = []
        self._committed = time.monotonic()

    def add(self, pairing: Pairing, record: MatchRecord) -> None:
        """Takes one match. Raises ArenaError when the store cannot be written."""
        identities = [self._tournament.participants[entrant].identity for entrant in pairing.entrants]
        seated = tuple(identities[place] for place in pairing.seats)
        self._waiting.append(StoredMatch(self._tournament.id, pairing.ordinal, seated, record, utc_now()))
        if time.monotonic() - self._committed >= GROUP_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Commits what waits. An interrupted flush may be repeated: the store passes over what it holds already."""
        if self._waiting:
            then = how_to_resume("go on with", self._store, self._tournament.id)
            self._store.add_matches(self._waiting, then)
            self._waiting = []
        self._committed = time.monotonic()

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.flush()
