"""What ratings are made from: who met whom, who moved first, who won."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """One finished game of two entrants.

    `first` is the name of the entrant that moved first; `score` is that entrant's score in points: 1 won, 0.5 drew,
    0 lost. Raises ValueError for any other score and for an entrant that met itself.
    """

    first: str
    second: str
    score: float

    def __post_init__(self) -> None:
        if self.score not in (0.0, 0.5, 1.0):
            raise ValueError(f"score must be 1, 0.5 or 0, got {self.score!r}")
        if self.first == self.second:
            raise ValueError(f"an entrant cannot be rated against itself: {self.first!r}")


def pools(outcomes: Iterable[Outcome]) -> list[frozenset[str]]:
    """The groups of entrants that met each other, directly or through others; largest first, then alphabetical.

    These are the weakly connected components of the graph of who played whom. Ratings of entrants in different pools
    cannot be compared: no game says anything about their difference.
    """
    leader: dict[str, str] = {}
    for outcome in outcomes:
        leader[_find(leader, outcome.first)] = _find(leader, outcome.second)
    groups: dict[str, set[str]] = {}
    for name in leader:
        groups.setdefault(_find(leader, name), set()).add(name)
    return sorted(map(frozenset, groups.values()), key=lambda pool: (-len(pool), sorted(pool)))


def _find(leader: dict[str, str], name: str) -> str:
    """The representative of `name`'s group; every step halves the path, so that later look-ups are short."""
    leader.setdefault(name, name)
    while leader[name] != name:
        leader[name] = leader[leader[name]]
        name = leader[name]
    return name
