"""What a leaderboard is: its rows, and what holds for all of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from arena.ratings import Interval

BRADLEY_TERRY, ELO, MEAN_RETURN = "bradley-terry", "elo", "mean return"
FEW_GAMES = 30
NO_GAMES, TEAM_GAME = "no games", "team game"
ZERO = 1500.0  # the rating of the anchor, else the mean


@dataclass(frozen=True)
class Standing:
    """One row of a leaderboard, as `--json` prints it."""

    rank: int  # within its pool
    entrant: str
    rating: float | None  # None: no finite one fits best
    low: float | None  # 95 % interval, or the one bound that the mark leaves
    high: float | None
    games: int
    wins: int
    draws: int
    losses: int
    score: float  # points per game, from 0 to 1
    mark: str  # of `arena.ratings.Rating`, or "no games", or "team game"
    pool: int | None  # entrants of different pools never met: their ratings do not compare; None without a rating
    distinct_games: int
    few_games: bool  # fewer distinct games than an interval can be trusted with
    forfeits: int
    identity: str
    estimated: bool = True  # False: `rating` is missing, or a convention that holds the scale of its pool
    mean_return: float | None = None  # per game, None without one
    return_low: float | None = None  # 95 % interval, None for fewer than two independent games
    return_high: float | None = None


@dataclass(frozen=True)
class Board:
    """A leaderboard and what holds for all of it."""

    game: str
    version: str
    matches: int
    rating: str  # what entrants are ranked by: BRADLEY_TERRY, ELO, or MEAN_RETURN where all seats are one team
    standings: tuple[Standing, ...]  # pool by pool, best first
    first_mover: Interval | None = None  # what the first move is worth in Elo
    anchor: str | None = None  # the label of the entrant that is 1500 by definition, where one was asked for
    anchored: bool = False  # whether it could be
    payoffs: bool = False  # whether returns say more than who got more

    @property
    def team(self) -> bool:
        """Whether all seats are one team, so that nobody is rated."""
        return self.rating == MEAN_RETURN

    def as_json(self) -> list[dict[str, Any]]:
        """The list that `arena leaderboard --json` prints.

        A `rating` with `"estimated": false` is no estimate: its entrant holds the scale of a pool in which no two could
        be rated against each other. It has neither `low` nor `high`.
        """
        return [dataclasses.asdict(standing) for standing in self.standings]
