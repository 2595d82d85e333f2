"""What the store keeps of tournaments and matches, as plain values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from arena.match import MatchRecord


@dataclass(frozen=True)
class Participant:
    """One place in the list of entrants of a tournament."""

    label: str  # what tables show; numbered where one text was invited twice
    identity: str
    text: str  # what `arena.entrants.load_entrant` reads again


@dataclass(frozen=True)
class StoredEntrant:
    """An entrant as the store knows it, by its identity."""

    identity: str
    label: str
    text: str
    agent: str
    version: str
    settings: Mapping[str, Any]
    checkpoint: str
    reproducible: bool
    move_time: float | None


@dataclass(frozen=True)
class Tournament:
    """What a tournament was drawn up from: with it the schedule can be drawn up again."""

    id: str
    name: str
    game: str  # Game.key
    game_version: str
    stochastic: bool  # whether the seed decides about the game, so that equal moves are not one and the same game
    format: str
    rounds: int
    seed: int
    move_time: float | None
    created: str  # UTC, ISO 8601
    planned: int  # matches
    participants: tuple[Participant, ...]
    simultaneous: bool = False  # whether all move at once, so that nobody has the first move
    cooperative: bool = False  # whether all seats are one team and get its score


@dataclass(frozen=True)
class StoredMatch:
    """A match that was played in a tournament."""

    tournament: str
    ordinal: int
    identities: tuple[str, ...]  # per seat
    record: MatchRecord
    finished: str  # UTC, ISO 8601


@dataclass(frozen=True, slots=True)
class Played:
    """What leaderboards need of a stored match. Sequences have one value per seat."""

    identities: tuple[str, ...]
    ranks: tuple[int, ...]
    returns: tuple[float, ...]
    offenders: tuple[int, ...]  # the seats that forfeited
    ending: str
    story: str  # two matches with equal identities and equal stories are one and the same game
    simultaneous: bool = False  # as in its tournament
    cooperative: bool = False


def match_id(tournament: str, ordinal: int) -> str:
    """The name of a match of the tournament of that id: the same whenever and wherever it is played."""
    return f"{tournament}:{ordinal:06d}"


def facts(tournament: Tournament, played: int) -> dict[str, Any]:
    """One tournament in the list that `arena tournament list --json` prints."""
    return {
        "id": tournament.id,
        "name": tournament.name,
        "game": tournament.game,
        "planned": tournament.planned,
        "played": played,
        "state": state(tournament, played),
    }


def state(tournament: Tournament, played: int) -> str:
    """`finished` or `unfinished`."""
    return "finished" if played >= tournament.planned else "unfinished"


def all_facts(tournament: Tournament, played: int) -> dict[str, Any]:
    """What `arena tournament show --json` prints beside the table."""
    return {
        **facts(tournament, played),
        "format": tournament.format,
        "rounds": tournament.rounds,
        "seed": tournament.seed,
        "move_time": tournament.move_time,
        "created": tournament.created,
        "entrants": [participant.label for participant in tournament.participants],
    }


def digest(played: Iterable[StoredMatch]) -> str:
    """16 hexadecimal digits of what was played and how it ended, in schedule order: who, seed, moves, returns, ranks.

    Equal for equal results, however many workers played them and whatever the tournament is called.
    """
    hashed = hashlib.sha256()
    for match in played:
        record = match.record
        results = [record.moves, record.returns, record.ranks, record.ending, record.offenders]
        hashed.update(json.dumps([match.ordinal, match.identities, record.seed, *results]).encode())
    return hashed.hexdigest()[:16]


def matches(number: int) -> str:
    """`1 match`, `60 matches`."""
    return f"{number:,} match" if number == 1 else f"{number:,} matches"
