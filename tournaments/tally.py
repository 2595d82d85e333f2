"""From matches to counts and outcomes: pure functions of what was played."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from arena.match import VOID
from arena.ratings import Outcome
from tournaments.facts import Played


@dataclass
class Tally:
    """What one entrant has done."""

    games: int = 0
    wins: int = 0  # ranked first alone
    draws: int = 0  # shared the first rank
    losses: int = 0
    points: float = 0.0  # per game: the share of the others left behind, equals count half
    returns: float = 0.0  # their sum
    forfeits: int = 0
    stories: set[tuple[tuple[str, ...], str]] = field(default_factory=set)  # its games, each counted once

    @property
    def score(self) -> float:
        """Points per game, from 0 to 1."""
        return self.points / self.games if self.games else 0.0

    @property
    def mean_return(self) -> float | None:
        """The return per game, None without a game."""
        return self.returns / self.games if self.games else None

    def add(self, seat: int, match: Played) -> None:
        """Counts a match that it played in `seat`."""
        ranks = match.ranks
        shared = ranks.count(1) > 1
        self.games += 1
        self.wins += ranks[seat] == 1 and not shared
        self.draws += ranks[seat] == 1 and shared
        self.losses += ranks[seat] != 1
        others = [_score(ranks[seat], rank) for other, rank in enumerate(ranks) if other != seat]
        self.points += sum(others) / len(others) if others else 0.0
        self.returns += match.returns[seat]
        self.forfeits += seat in match.offenders
        self.stories.add((match.identities, match.story))


def tally(matches: Iterable[Played]) -> dict[str, Tally]:
    """The counts of each identity. A match that was called off (void) counts for nobody."""
    counts: dict[str, Tally] = {}
    for match in counted(matches):
        for seat, identity in enumerate(match.identities):
            counts.setdefault(identity, Tally()).add(seat, match)
    return counts


def counted(matches: Iterable[Played]) -> Iterator[Played]:
    """The matches that count."""
    return (match for match in matches if match.ending != VOID)


def independent(matches: Iterable[Played]) -> list[Played]:
    """The matches without repetitions: a seating whose games were all one and the same counts as one observation.

    Two entrants that leave nothing to chance repeat one game for ever; more of it is not more evidence.
    """
    seatings: dict[tuple[str, ...], list[Played]] = {}
    for match in matches:
        seatings.setdefault(match.identities, []).append(match)
    return [match for played in seatings.values() for match in (played[:1] if _all_one(played) else played)]


def _all_one(played: list[Played]) -> bool:
    return len({match.story for match in played}) == 1


def outcomes(matches: Iterable[Played]) -> list[Outcome]:
    """The games of pairs: a match of more than two is one for each two of its seats, by their ranks.

    These are not independent of each other, so that intervals for more than two seats are somewhat too narrow.
    """
    return [
        Outcome(match.identities[one], match.identities[other], _score(match.ranks[one], match.ranks[other]))
        for match in matches
        for one, other in itertools.combinations(range(len(match.ranks)), 2)
    ]


def _score(own: int, other: int) -> float:
    return 0.5 if own == other else float(own < other)
