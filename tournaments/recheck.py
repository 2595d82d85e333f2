"""Stored matches held against the rules: do the moves give the results?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arena.errors import ArenaError
from arena.match import described, verify
from tournaments.facts import match_id
from tournaments.replay import game_of

if TYPE_CHECKING:
    from arena.game import Game
    from arena.match import MatchRecord
    from tournaments.facts import Tournament
    from tournaments.store import Store


@dataclass(frozen=True)
class Verdict:
    """What was found about one match."""

    id: str
    differences: tuple[str, ...]  # none where the moves give the result

    @property
    def lines(self) -> list[str]:
        """The differences for people, one a line."""
        return [f"{self.id}: {difference}" for difference in self.differences]

    def as_json(self) -> dict[str, Any]:
        """The object that `arena replay MATCH --verify --json` prints."""
        return {"id": self.id, "verified": not self.differences, "differences": list(self.differences)}


def differences(record: MatchRecord, game: Game) -> tuple[str, ...]:
    """What replaying a record shows to be wrong with it; nothing where the moves give the result, exactly."""
    try:
        return (*_odd_lengths(record), *verify(record, game))
    except Exception as error:  # of the game, or of a record that is none
        return (f"it cannot be replayed ({described(error)})",)


def _odd_lengths(record: MatchRecord) -> list[str]:
    moves, lengths = len(record.moves), {"times": record.times, "values": record.values, "notes": record.notes}
    return [f"{name}: {len(each)} for {moves} moves" for name, each in lengths.items() if len(each) != moves]


def verdicts(store: Store, tournament: Tournament) -> Iterator[Verdict]:
    """Replays every stored match of a tournament, in schedule order.

    Raises ArenaError where the game is not there or is there in another version.
    """
    game = game_of(tournament, f"tournament {tournament.id}")
    for ordinal in sorted(store.played(tournament.id)):
        yield Verdict(match_id(tournament.id, ordinal), _differences(store, tournament, ordinal, game))


def _differences(store: Store, tournament: Tournament, ordinal: int, game: Game) -> tuple[str, ...]:
    try:
        match = store.match(tournament.id, ordinal)
    except ArenaError as error:
        return (str(error),)
    assert match is not None, "it was listed"
    return differences(match.record, game)
