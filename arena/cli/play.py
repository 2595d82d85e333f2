"""`arena play`: matches between entrants, with the seats taken in turn."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from arena.cli.common import Json, MoveTime, Seed, at_least, stdout_for_results
from arena.limits import check_move_time, check_seed

if TYPE_CHECKING:
    from arena.agent import Agent
    from arena.cli.render import Watch
    from arena.game import Game
    from arena.match import MatchRecord

play = typer.Typer(add_completion=False, rich_markup_mode=None)

MAX_GAMES = 1_000_000


@play.command()
def play_matches(
    game: Annotated[str, typer.Argument(help="A game: see 'arena games'.")],
    entrants: Annotated[list[str], typer.Argument(help="One per seat: mcts, mcts:simulations=200, runs/ttt-q, human.")],
    games: Annotated[int, typer.Option("--games", help="Matches; each seed is played from every seat.")] = 1,
    seed: Seed = 0,
    render: Annotated[bool, typer.Option("--render", help="Show every position.")] = False,
    pause: Annotated[
        float | None,
        typer.Option("--pause", metavar="SECONDS", help="With --render: how long each stays (a terminal: 0.5)."),
    ] = None,
    move_time: MoveTime = None,
    as_json: Json = False,
) -> None:
    """Play matches between entrants."""
    from arena.cli.output import print_json, remark
    from arena.cli.render import check_pause, show_match

    at_least("games", games, 1)
    check_seed(seed)
    check_move_time(move_time)
    check_pause(pause, render)
    if games > MAX_GAMES:
        from arena.errors import UsageError

        raise UsageError(f"--games must be at most {MAX_GAMES:,}, not {games}; a tournament keeps its results on disk")
    with stdout_for_results():
        loaded, labels, agents, people = _load(game, entrants, move_time)
    show = functools.partial(_boards, people, pause) if render else None
    with stdout_for_results():
        records = _play(loaded, labels, agents, games, seed, move_time, show)
    if as_json:
        results = [record.as_json() for record in records]
        print_json({"game": loaded.key, "entrants": labels, "results": results})
    elif games == 1 and records:
        show_match(loaded, records[0])
    elif records and loaded.cooperative:
        _show_team(loaded, labels, records)
    elif records:
        _show_score(loaded, labels, records)
    if len(records) < games:
        remark(f"stopped after {len(records)} of {games} games")
        raise typer.Exit(130)


def _load(
    game: str, entrants: list[str], move_time: float | None
) -> tuple[Game, list[str], list[Agent], frozenset[int]]:
    """The game, the entrants' labels and agents, and which of them are people at this terminal."""
    from arena.entrants import load_entrant, load_game, number_duplicates
    from arena.errors import UsageError
    from arena.registry import registry

    loaded = load_game(game)
    if len(entrants) != loaded.n_players:
        raise UsageError(
            f"{loaded.key} is played by {loaded.n_players}: name {loaded.n_players} entrants, not {len(entrants)}"
        )
    made = [load_entrant(text, loaded, move_time=move_time) for text in entrants]
    tags = [registry().agent(entrant.agent).offer.tags for entrant, _ in made]
    people = frozenset(index for index, own in enumerate(tags) if "interactive" in own)
    return loaded, number_duplicates(entrants), [agent for _, agent in made], people


def _boards(people: frozenset[int], pause: float | None, seats: list[int]) -> AbstractContextManager[Watch]:
    """What shows a match in which the entrants sit so."""
    from arena.cli.render import boards

    return boards(pause, [seat for seat, index in enumerate(seats) if index in people])


def _play(
    game: Game,
    labels: list[str],
    agents: list[Agent],
    games: int,
    seed: int,
    move_time: float | None,
    show: Callable[[list[int]], AbstractContextManager[Watch]] | None,
) -> list[MatchRecord]:
    from rich.progress import track

    from arena.cli.output import stderr
    from arena.playing import play_match
    from arena.registry import notify
    from arena.seeding import derive

    records: list[MatchRecord] = []
    quiet = show is not None or games < 5 or not sys.stderr.isatty()
    with contextlib.suppress(KeyboardInterrupt):  # what was played until then is shown
        for number in track(range(games), "playing", console=stderr(), disable=quiet, transient=True):
            seats = [(number + seat) % len(agents) for seat in range(len(agents))]
            own = derive(seed, "play", number // len(agents))
            with show(seats) if show else contextlib.nullcontext() as watch:
                record = play_match(game, agents, own, entrants=labels, seats=seats, move_time=move_time, watch=watch)
            records.append(record)
            notify("match_finished", result=record)
    return records


def _show_score(game: Game, labels: list[str], records: list[MatchRecord]) -> None:
    """Many matches: wins, draws and losses of each entrant, and the share of points with its interval."""
    from arena.cli.output import print_table
    from arena.evaluation import wilson
    from arena.match import VOID

    every, records = records, [record for record in records if record.ending != VOID]
    rows = []
    for index, label in enumerate(labels):
        own = [record.ranks[record.seats.index(index)] for record in records]
        best = [
            min(record.ranks) == rank and record.ranks.count(rank) == 1
            for record, rank in zip(records, own, strict=True)
        ]
        shared = [rank == 1 and record.ranks.count(1) > 1 for record, rank in zip(records, own, strict=True)]
        wins, draws = sum(best), sum(shared)
        score = (wins + draws / 2) / max(1, len(records))
        low, high = wilson(score, len(records)) if records else (0.0, 1.0)
        forfeits = sum(record.seats.index(index) in record.offenders for record in records)
        mean = sum(record.returns[record.seats.index(index)] for record in records) / max(1, len(records))
        rows.append(
            (
                label,
                wins,
                draws,
                len(records) - wins - draws,
                f"{score:.1%}",
                f"{low:.1%} .. {high:.1%}",
                f"{mean:+.3f}",
                forfeits or "",
            )
        )
    print_table(
        ["entrant", ">wins", ">draws", ">losses", ">score", ">95 % interval", ">mean return", ">forfeits"],
        rows,
        f"{game.key}, {len(every)} games",
    )
    _show_doubts(game, every)


def _show_team(game: Game, labels: list[str], records: list[MatchRecord]) -> None:
    """Many matches of a team game: the score of the team, with the interval of its mean."""
    from arena.cli.output import print_table
    from arena.evaluation import margin
    from arena.match import VOID

    scores = [min(record.returns) for record in records if record.ending != VOID]  # a forfeit is the whole team's
    mean, half = (sum(scores) / len(scores) if scores else None), margin(scores)
    cells = (
        ("team", ", ".join(labels)),
        (">mean score", None if mean is None else f"{mean:.2f}"),
        (">95 % interval", None if mean is None or half is None else f"{mean - half:.2f} .. {mean + half:.2f}"),
        (">lowest", f"{min(scores):g}" if scores else None),
        (">highest", f"{max(scores):g}" if scores else None),
        (">forfeits", sum(bool(record.offenders) for record in records) or None),
    )
    print_table([name for name, _ in cells], [[cell for _, cell in cells]], f"{game.key}, {len(records)} games")
    _show_doubts(game, records)


def _show_doubts(game: Game, records: list[MatchRecord]) -> None:
    """Why there were forfeits or void matches, and whether the games were too few."""
    from arena.cli.output import remark
    from arena.match import VOID

    for word, cause in sorted(
        {("void" if one.ending == VOID else "forfeit", one.cause) for one in records if one.cause}
    )[:5]:
        remark(f"{word}: {cause}")
    distinct = len({(one.seats, one.moves, one.seed if game.stochastic else 0) for one in records})
    if distinct < min(len(records), 30):
        remark(f"only {distinct} distinct games of {len(records)}: the interval is too narrow")
