"""Who meets whom: round robins, drawn up in full before the first match."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from arena.errors import UsageError
from arena.limits import check_seed
from arena.seeding import derive

if TYPE_CHECKING:
    from arena.game import Game

MAX_MATCHES = 10**6


@dataclass(frozen=True, slots=True)
class Pairing:
    """One planned match: the entrants by their number, and `seats[s]` = which of them sits in seat s."""

    ordinal: int  # 0, 1, ... in schedule order; with the tournament's id it names the match
    round: int
    entrants: tuple[int, ...]
    seats: tuple[int, ...]
    seed: int


@dataclass(frozen=True)
class RoundRobin:
    """Each round every group of `n_players` entrants forms a block: its cyclic rotations, all on one seed.

    With two players a block is the pair with its seats swapped. The seed of a block depends on the tournament's seed,
    the round and the group alone: more rounds, or entrants added behind the others, change no match drawn before.
    """

    entrants: int
    n_players: int
    rounds: int
    seed: int

    @property
    def planned(self) -> int:
        """The number of matches."""
        return self.rounds * math.comb(self.entrants, self.n_players) * self.n_players

    def __iter__(self) -> Iterator[Pairing]:
        ordinals = itertools.count()
        for number in range(self.rounds):
            for group in itertools.combinations(range(self.entrants), self.n_players):
                seed = derive(self.seed, "round", number, "pair", *group)
                for seats in _rotations(self.n_players):
                    yield Pairing(next(ordinals), number, group, seats, seed)


def _rotations(n_players: int) -> list[tuple[int, ...]]:
    return [tuple((seat + turn) % n_players for seat in range(n_players)) for turn in range(n_players)]


def round_robin(game: Game, entrants: int, *, rounds: int, seed: int) -> RoundRobin:
    """The schedule of a tournament.

    Raises UsageError for too few entrants, rounds < 1, a seed out of range, or more than MAX_MATCHES.
    """
    if rounds < 1:
        raise UsageError(f"rounds must be at least 1, not {rounds}")
    check_seed(seed)
    if entrants < game.n_players:
        raise UsageError(f"a tournament of {game.key} needs at least {game.n_players} entrants, {entrants} given")
    schedule = RoundRobin(entrants, game.n_players, rounds, seed)
    if schedule.planned > MAX_MATCHES:
        raise UsageError(f"this plans {schedule.planned:,} matches, more than {MAX_MATCHES:,}: ask for fewer rounds")
    return schedule
