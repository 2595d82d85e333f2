"""A stored match, found by its name and played again move by move. Nothing is shown or timed here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from arena.actions import from_json
from arena.entrants import load_game
from arena.errors import ArenaError, UsageError
from arena.match import Match
from arena.moments import Moment, Move, moment
from tournaments.facts import match_id, matches
from tournaments.hints import hint, how_to_resume

if TYPE_CHECKING:
    from arena.game import Game
    from arena.match import MatchRecord
    from tournaments.facts import StoredMatch, Tournament
    from tournaments.store import Store


def find(store: Store, name: str) -> tuple[Tournament, int | None]:
    """The tournament that `name` means, and which of its matches: `ID:12`, or None where it names no match.

    Raises UsageError where there is no such tournament or none of its matches has that number.
    """
    known = [one for one, _ in store.tournaments()]
    head, colon, tail = name.rpartition(":")
    whole = any(name in (one.id, one.name) for one in known)
    if whole or not colon:
        return store.tournament(name), None
    tournament = store.tournament(head)
    span = f"{matches(tournament.planned)}, {_span(tournament)}"
    if not (tail.isascii() and tail.isdecimal()):
        raise UsageError(f"cannot read {tail!r} in {name!r}: tournament {head} has {span}")
    ordinal = int(tail[-18:]) if not tail[:-18].strip("0") else tournament.planned
    if ordinal >= tournament.planned:
        raise UsageError(f"there is no match {name}: tournament {head} has {span}")
    return tournament, ordinal


def _span(tournament: Tournament) -> str:
    first, last = f"{tournament.id}:0", f"{tournament.id}:{tournament.planned - 1}"
    return first if tournament.planned == 1 else f"{first} to {last}"


def take(store: Store, name: str) -> StoredMatch:
    """The match of that name. Raises UsageError as `find` does and for a tournament, ArenaError for one not played."""
    tournament, ordinal = find(store, name)
    if ordinal is None:
        verify = hint("To check all of them", store, "replay", tournament.id, "--verify")
        raise UsageError(f"{name} is a tournament: name one of its matches, {_span(tournament)}. {verify}")
    found = store.match(tournament.id, ordinal)
    if found is None:
        played = f"{len(store.played(tournament.id))} of {matches(tournament.planned)} were"
        resume = how_to_resume("To play the others", store, tournament.id)
        raise ArenaError(f"match {match_id(tournament.id, ordinal)} was not played yet: {played}. {resume}")
    return found


def game_of(record: MatchRecord | Tournament, what: str) -> Game:
    """The game of a record or a tournament, which messages call `what`.

    Raises ArenaError where the game is not there now, or is there in another version.
    """
    try:
        game = load_game(record.game)
    except ArenaError as error:
        raise ArenaError(
            f"{what} is of {record.game}@{record.game_version}, which cannot be loaded: {error}"
        ) from error
    if (game.key, game.version) != (record.game, record.game_version):
        raise ArenaError(
            f"{what} is of {record.game}@{record.game_version}, and what is here is {game.identity}: its moves may "
            "mean something else there. Install the version it was played with"
        )
    return game


def as_json_object(match: StoredMatch) -> dict[str, Any]:
    """What `arena replay --json` prints: the match as the store has it."""
    record = match.record
    return {
        "id": match_id(match.tournament, match.ordinal),
        "game": record.game,
        "entrants": list(record.entrants),
        **record.as_json(),
        "times": list(record.times),
        "values": list(record.values),
        "notes": [dict(note) for note in record.notes],
    }


class Replay:
    """The positions of a match that is over, by ply. What was told once is kept: going back costs nothing."""

    def __init__(self, record: MatchRecord, game: Game) -> None:
        """Stands before the first move."""
        self.record, self.game = record, game
        self.ply = 0
        self._names: list[str] = []  # of the moves played so far
        self._told: dict[int | None, list[Moment]] = {}  # view -> its moments, from the start as far as it went
        self._begin()

    def _begin(self) -> None:
        record = self.record
        try:
            self._match = Match(self.game, record.seed, record.entrants, record.seats)
        except ValueError as error:
            raise ArenaError(f"the stored match cannot be set up: {error}") from error

    @property
    def plies(self) -> int:
        """The number of moves; the position after the last one has this number."""
        return len(self.record.moves)

    def go(self, ply: int) -> None:
        """Goes to the position after `ply` moves, or the nearest there is."""
        self.ply = min(max(ply, 0), self.plies)

    @property
    def match(self) -> Match:
        """The match as it stood here; going back plays it again. Raises ArenaError for a move that cannot be played."""
        if self.ply < self._match.position.ply:
            self._begin()
        while self._match.position.ply < self.ply:
            self._play(from_json(self.record.moves[self._match.position.ply]))
        return self._match

    def _play(self, action: Any) -> None:
        match, ply = self._match, self._match.position.ply
        if match.over or match.position.accept(action) is None:
            why = "the game is over" if match.over else "it is illegal"
            raise ArenaError(f"stored move {action} at ply {ply} cannot be played: {why}. --verify tells all")
        if len(self._names) == ply:
            self._names.append(match.position.name(action))
        match.play(action)

    def moment(self, view: int | None = None) -> Moment:
        """The position here as `view` sees it (None: the seat on move), and the move that led to it. Raises as `match`.

        All positions before it are told on the way, so that a reader who steps back from the end need not wait.
        """
        told, here = self._told.setdefault(view, []), self.ply
        try:
            for self.ply in range(len(told), here + 1):
                told.append(self._moment(view))
        finally:
            self.ply = here
        return told[here]

    def _moment(self, view: int | None) -> Moment:
        now = moment(self.match, None, view)
        return replace(now, to_move=None if self.ply == self.plies else now.to_move, last=self._last())

    def _last(self) -> Move | None:
        ply, record = self.ply - 1, self.record
        if ply < 0:
            return None
        seat, action = self._match.position.history[ply]
        told = Move(ply, seat, record.seated[seat], action, self._names[ply])
        if not ply < min(len(record.times), len(record.values), len(record.notes)):
            return told  # a damaged match, as --verify says
        return replace(told, seconds=record.times[ply], value=record.values[ply], note=record.notes[ply])
