"""Plays tournaments: what is planned and not stored yet, match by match, into the store."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from arena.cluster import Executor, Inline, unmarked
from arena.entrants import load_game
from arena.errors import ArenaError, UsageError, did_you_mean
from arena.limits import check_move_time
from tournaments.desk import Desk
from tournaments.facts import Tournament
from tournaments.lineup import Lineup, load_lineup, reload_lineup
from tournaments.player import AT_ONCE, Player, brief, make_player
from tournaments.schedule import RoundRobin, round_robin
from tournaments.standings import leaderboard_of
from tournaments.store import Store
from tournaments.writer import Writer, utc_now

if TYPE_CHECKING:
    from arena.game import Game
    from arena.match import MatchRecord

FORMATS = ("round-robin",)
MAX_WORKERS = 1024
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
    workers: int = 1,
    dry_run: bool = False,
    on_match: OnMatch | None = None,
) -> dict[str, Any]:
    """Plays a whole tournament and returns what `arena tournament run --json` prints.

    With several `workers` matches are played in as many processes; the results are the same.

    `on_match` is called with the record of each match. Raises UsageError or ArenaError, the former always before
    anything is written; after the latter `resume` goes on.
    """
    event = prepare(game, entrants, format=format, rounds=rounds, seed=seed, move_time=move_time, name=name)
    check_workers(event, workers)
    if dry_run:
        event.lineup.close()
        return plan(event)
    with Store.open(store, create=True) as opened:
        return play(event, opened, on_match, workers)


def resume(
    tournament: str, *, store: str | None = None, workers: int = 1, on_match: OnMatch | None = None
) -> dict[str, Any]:
    """Plays what is left of a tournament (nothing, perhaps) and returns what `run` would have.

    Raises UsageError for an unknown tournament, ArenaError when the game or an entrant is not what it was.
    """
    with Store.open(store) as opened:
        known = opened.tournament(tournament, to_resume=True)
        if finished(opened, known):
            return result(opened, known)
        event = reopen(opened, known.id)
        check_workers(event, workers)
        return play(event, opened, on_match, workers)


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
        cooperative=loaded.cooperative,
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


def play(event: Event, store: Store, on_match: OnMatch | None = None, workers: int = 1) -> dict[str, Any]:
    """Plays what the store does not hold yet; returns what `--json` prints.

    Raises ArenaError when the game fails, or when matches could not be played because an agent's service is away.
    """
    try:
        store.add_tournament(event.tournament, event.lineup.stored)
        played = store.played(event.tournament.id)
        left = (pairing for pairing in event.schedule if pairing.ordinal not in played)
        with Writer(store, event.tournament) as writer, _executor(event, workers) as executor:
            desk = Desk(event.tournament, event.game, store, writer, executor, on_match)
            executor.run(left, desk)
        desk.check_complete()
    finally:
        event.lineup.close()
    return result(store, event.tournament)


def _executor(event: Event, workers: int) -> Executor:
    """Where the matches of an event are played: here, or in `workers` processes."""
    player = Player(event.tournament, event.game, event.lineup, unmarked)
    chunk = AT_ONCE if player.asynchronous else None
    if workers == 1:
        return Inline(player, chunk or 1)
    from arena.processes import Processes

    return Processes(make_player, brief(event.tournament, event.lineup), workers, chunk)


def check_workers(event: Event, workers: int) -> None:
    """Raises UsageError for a number of workers that cannot be."""
    if not 1 <= workers <= MAX_WORKERS:
        raise UsageError(f"workers must be from 1 to {MAX_WORKERS}, not {workers}")
    if workers > 1 and event.lineup.interactive:
        raise UsageError("a player at this terminal cannot play in other processes: leave out --workers")


def finished(store: Store, tournament: Tournament) -> bool:
    """Whether nothing is left to play."""
    return len(store.played(tournament.id)) >= tournament.planned


def result(store: Store, tournament: Tournament) -> dict[str, Any]:
    """What `arena tournament run --json` prints of a tournament."""
    return {"id": tournament.id, "game": tournament.game, "table": leaderboard_of(store, tournament).as_json()}
