"""Plays tournaments: what is planned and not stored yet, match by match, into the store."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arena import registry
from arena.entrants import load_game
from arena.errors import ArenaError, UsageError, did_you_mean
from arena.limits import check_move_time
from arena.playing import play_match
from tournaments.facts import Tournament, match_id
from tournaments.hints import how_to_resume
from tournaments.lineup import Lineup, load_lineup, reload_lineup
from tournaments.schedule import Pairing, RoundRobin, round_robin
from tournaments.standings import leaderboard_of
from tournaments.store import Store
from tournaments.writer import Writer, utc_now

if TYPE_CHECKING:
    from arena.game import Game
    from arena.match import MatchRecord

FORMATS = ("round-robin",)
_COMING = ("gauntlet", "swiss", "knockout", "ladder")

OnMatch = Callable[["MatchRecord"], None]


@dataclass(frozen=True)
class Event:
    """A tournament that is ready to be played: nothing is missing and nothing is written yet."""

    tournament: Tournament
    game: Game
    lineup: Lineup
    schedule: RoundRobin


def run(
    game: str,
    entrants: Sequence[str],
    *,
    format: str = "round-robin",
    rounds: int = 10,
    seed: int = 0,
    move_time: float | None = None,
    store: str | None = None,
    name: str = "",
    dry_run: bool = False,
    on_match: OnMatch | None = None,
) -> dict[str, Any]:
    """Plays a whole tournament and returns what `arena tournament run --json` prints.

    `on_match` is called with the record of each match. Raises UsageError or ArenaError, the former always before
    anything is written; after the latter `resume` goes on.
    """
    event = prepare(game, entrants, format=format, rounds=rounds, seed=seed, move_time=move_time, name=name)
    if dry_run:
        event.lineup.close()
        return plan(event)
    with Store.open(store, create=True) as opened:
        return play(event, opened, on_match)


def resume(tournament: str, *, store: str | None = None, on_match: OnMatch | None = None) -> dict[str, Any]:
    """Plays what is left of a tournament (nothing, perhaps) and returns what `run` would have.

    Raises UsageError for an unknown tournament, ArenaError when the game or an entrant is not what it was.
    """
    with Store.open(store) as opened:
        known = opened.tournament(tournament, to_resume=True)
        if finished(opened, known):
            return result(opened, known)
        return play(reopen(opened, known.id), opened, on_match)


def prepare(
    game: str,
    entrants: Sequence[str],
    *,
    format: str = "round-robin",
    rounds: int = 10,
    seed: int = 0,
    move_time: float | None = None,
    name: str = "",
) -> Event:
    """Checks everything that can be wrong, and loads the entrants. Raises UsageError or ArenaError."""
    _check_format(format)
    check_move_time(move_time)
    loaded = load_game(game)
    schedule = round_robin(loaded, len(entrants), rounds=rounds, seed=seed)
    lineup = load_lineup(loaded, entrants, move_time)
    tournament = Tournament(
        id=secrets.token_hex(4),
        name=name,
        game=loaded.key,
        game_version=loaded.version,
        stochastic=loaded.stochastic,
        format=format,
        rounds=rounds,
        seed=seed,
        move_time=move_time,
        created=utc_now(),
        planned=schedule.planned,
        participants=lineup.participants,
        simultaneous=loaded.simultaneous,
    )
    return Event(tournament, loaded, lineup, schedule)


def _check_format(format: str) -> None:
    if format in FORMATS:
        return
    offer = f"there is: {', '.join(FORMATS)}"
    if format in _COMING:
        raise UsageError(f"the format {format!r} does not exist yet; {offer}")
    raise UsageError(f"no format {format!r}.{did_you_mean(format, FORMATS)} For now {offer}")


def reopen(store: Store, name: str) -> Event:
    """A tournament of the store, ready to go on. Raises as `resume` does."""
    tournament = store.tournament(name)
    game = load_game(tournament.game)
    if game.version != tournament.game_version:
        raise ArenaError(
            f"{game.key} is version {game.version} now, tournament {tournament.id} began with version "
            f"{tournament.game_version}: start a new tournament"
        )
    schedule = round_robin(game, len(tournament.participants), rounds=tournament.rounds, seed=tournament.seed)
    return Event(tournament, game, reload_lineup(game, tournament, store.entrants()), schedule)


def plan(event: Event) -> dict[str, Any]:
    """What would be played: the object that `--dry-run --json` prints."""
    tournament = event.tournament
    labels = [participant.label for participant in tournament.participants]
    return {"id": None, "game": tournament.game, "table": [], "entrants": labels, "planned": tournament.planned}


def play(event: Event, store: Store, on_match: OnMatch | None = None) -> dict[str, Any]:
    """Plays what the store does not hold yet; returns what `--json` prints. Raises ArenaError when the game fails."""
    try:
        store.add_tournament(event.tournament, event.lineup.stored)
        played = store.played(event.tournament.id)
        with Writer(store, event.tournament) as writer:
            for pairing in event.schedule:
                if pairing.ordinal not in played:
                    record = _play(event, pairing, store)
                    writer.add(pairing, record)
                    registry.notify("match_finished", result=record)
                    if on_match:
                        on_match(record)
    finally:
        event.lineup.close()
    return result(store, event.tournament)


def finished(store: Store, tournament: Tournament) -> bool:
    """Whether nothing is left to play."""
    return len(store.played(tournament.id)) >= tournament.planned


def result(store: Store, tournament: Tournament) -> dict[str, Any]:
    """What `arena tournament run --json` prints of a tournament."""
    return {"id": tournament.id, "game": tournament.game, "table": leaderboard_of(store, tournament).as_json()}


def _play(event: Event, pairing: Pairing, store: Store) -> MatchRecord:
    labels = [event.tournament.participants[entrant].label for entrant in pairing.entrants]
    try:
        return play_match(
            event.game,
            [event.lineup.agents[entrant] for entrant in pairing.entrants],
            pairing.seed,
            entrants=labels,
            seats=pairing.seats,
            move_time=event.tournament.move_time,
        )
    except Exception as error:  # an agent's failures are forfeits: whatever comes up to here is the game's
        match = match_id(event.tournament.id, pairing.ordinal)
        cause = " ".join(f"{type(error).__name__}: {error}".split())
        raise ArenaError(
            f"match {match} ({' - '.join(labels)}) was not recorded: {event.game.key} failed ({cause}). "
            + how_to_resume("When that is mended", store, event.tournament.id)
        ) from error
