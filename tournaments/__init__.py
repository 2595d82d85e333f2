"""Formats, runner, store and leaderboard: many matches, kept and rated.

`run`, `resume` and `leaderboard` are what the commands do, from Python; they load nothing heavy before they are called.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from arena.match import MatchRecord

__all__ = ["leaderboard", "resume", "run"]


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
    on_match: Callable[[MatchRecord], None] | None = None,
) -> dict[str, Any]:
    """Plays a tournament and returns `{"id", "game", "table"}`; `store` is a URL or file name (None: arena.db here).

    `workers` processes play, with the same results as one; `on_match` is called with the record of each match, in the
    order in which they end. Raises UsageError before anything is written, or ArenaError, after
    which `resume` goes on.
    """
    from tournaments import runner

    options: dict[str, Any] = {"rounds": rounds, "seed": seed, "move_time": move_time, "store": store, "name": name}
    return runner.run(game, entrants, format=format, workers=workers, dry_run=dry_run, on_match=on_match, **options)


def resume(
    tournament: str,
    *,
    store: str | None = None,
    workers: int = 1,
    on_match: Callable[[MatchRecord], None] | None = None,
) -> dict[str, Any]:
    """Plays what is left of a tournament and returns what `run` would have.

    Raises UsageError for an unknown tournament, ArenaError when the game or an entrant is not what it was.
    """
    from tournaments import runner

    return runner.resume(tournament, store=store, workers=workers, on_match=on_match)


def leaderboard(
    game: str | None = None,
    *,
    store: str | None = None,
    tournament: str | None = None,
    rating: str = "bradley-terry",
    anchor: str | None = None,
) -> list[dict[str, Any]]:
    """The leaderboard of a game, or of one tournament: one dict per entrant, best first.

    `rating` is "bradley-terry" or "elo", `anchor` the label of an entrant that shall be 1500 by definition. Raises
    UsageError for what is not known, ArenaError where nothing was played yet.
    """
    from tournaments import standings

    return standings.leaderboard(game, store=store, tournament=tournament, rating=rating, anchor=anchor)
