"""`arena play`: matches between entrants, with the seats taken in turn."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from arena.cli.common import Json, MoveTime, Seed, at_least, stdout_for_results
from arena.limits import check_move_time, check_seed

if TYPE_CHECKING:
    from arena.agent import Agent
    from arena.game import Game
    from arena.match import Match, MatchRecord

play = typer.Typer(add_completion=False, rich_markup_mode=None)

MAX_GAMES = 1_000_000


@play.command()
def play_matches(
    game: Annotated[str, typer.Argument(help="A game: see 'arena games'.")],
    entrants: Annotated[list[str], typer.Argument(help="One per seat: mcts, mcts:simulations=200, runs/ttt-q, human.")],
    games: Annotated[int, typer.Option("--games", help="Matches; each seed is played from every seat.")] = 1,
    seed: Seed = 0,
    render: Annotated[bool, typer.Option("--render", help="Show every position.")] = False,
    move_time: MoveTime = None,
    as_json: Json = False,
) -> None:
    """Play matches between entrants."""
    from arena.cli.output import print_json, remark

    at_least("games", games, 1)
    check_seed(seed)
    check_move_time(move_time)
    if games > MAX_GAMES:
        from arena.errors import UsageError

        raise UsageError(f"--games must be at most {MAX_GAMES:,}, not {games}; a tournament keeps its results on disk")
    with stdout_for_results():
        loaded, labels, agents = _load(game, entrants, move_time)
    with stdout_for_results():
        records = _play(loaded, labels, agents, games, seed, move_time, render)
    if as_json:
        results = [record.as_json() for record in records]
        print_json({"game": loaded.key, "entrants": labels, "results": results})
    elif games == 1 and records:
        _show_match(loaded, records[0])
    elif records and loaded.cooperative:
        _show_team(loaded, labels, records)
    elif records:
        _show_score(loaded, labels, records)
    if len(records) < games:
        remark(f"stopped after {len(records)} of {games} games")
        raise typer.Exit(130)


def _load(game: str, entrants: list[str], move_time: float | None) -> tuple[Game, list[str], list[Agent]]:
    from arena.entrants import load_entrant, load_game, number_duplicates
    from arena.errors import UsageError

    loaded = load_game(game)
    if len(entrants) != loaded.n_players:
        raise UsageError(
            f"{loaded.key} is played by {loaded.n_players}: name {loaded.n_players} entrants, not {len(entrants)}"
        )
    return (
        loaded,
        number_duplicates(entrants),
        [load_entrant(text, loaded, move_time=move_time)[1] for text in entrants],
    )


def _play(
    game: Game,
    labels: list[str],
    agents: list[Agent],
    games: int,
    seed: int,
    move_time: float | None,
    render: bool,
) -> list[MatchRecord]:
    from rich.progress import track

    from arena.cli.output import stderr
    from arena.playing import play_match
    from arena.registry import notify
    from arena.seeding import derive

    records: list[MatchRecord] = []
    quiet = render or games < 5 or not sys.stderr.isatty()
    watch = _show if render else None
    with contextlib.suppress(KeyboardInterrupt):  # what was played until then is shown
        for number in track(range(games), "playing", console=stderr(), disable=quiet, transient=True):
            seats = [(number + seat) % len(agents) for seat in range(len(agents))]
            own = derive(seed, "play", number // len(agents))
            record = play_match(game, agents, own, entrants=labels, seats=seats, move_time=move_time, watch=watch)
            records.append(record)
            notify("match_finished", result=record)
    return records


def _show(match: Match) -> None:
    from arena.cli.output import remark

    position = match.position
    if position.history:
        seat, action = position.history[-1]
        remark(f"{match.entrants[match.seats[seat]]} (seat {seat}) played {position.name(action)} ({action})")
    remark(position.text(0) + "\n")


def _show_match(game: Game, record: MatchRecord) -> None:
    """One match: who played what, and how it ended."""
    from arena.cli.output import print_table
    from arena.match import Match

    match, rows = Match(game, record.seed, record.entrants, record.seats), []
    for ply, action in enumerate(record.moves):
        turn, value = match.turn, record.values[ply]
        thought = "" if value is None else f"{value:+.2f}"
        rows.append(
            (ply, record.seated[turn.seat], f"{turn.name(action)} ({action})", thought, f"{record.times[ply]:.3f}")
        )
        match.play(action)
    print_table([">ply", "entrant", "move", ">expects", ">seconds"], rows, f"{game.key}, seed {record.seed}")
    typer.echo(match.position.text(0))
    typer.echo(_ending(record))


def _ending(record: MatchRecord) -> str:
    result = f"{record.winner} wins" if record.winner else "drawn"
    returns = ", ".join(f"{name} {value:+g}" for name, value in zip(record.seated, record.returns, strict=True))
    if not record.offenders:
        return f"{result} ({record.ending}): {returns}"
    offenders = ", ".join(record.seated[seat] for seat in record.offenders)
    return f"{result} by forfeit ({record.ending} of {offenders}: {record.cause}): {returns}"


def _show_score(game: Game, labels: list[str], records: list[MatchRecord]) -> None:
    """Many matches: wins, draws and losses of each entrant, and the share of points with its interval."""
    from arena.cli.output import print_table
    from arena.evaluation import wilson

    rows = []
    for index, label in enumerate(labels):
        own = [record.ranks[record.seats.index(index)] for record in records]
        best = [
            min(record.ranks) == rank and record.ranks.count(rank) == 1
            for record, rank in zip(records, own, strict=True)
        ]
        shared = [rank == 1 and record.ranks.count(1) > 1 for record, rank in zip(records, own, strict=True)]
        wins, draws = sum(best), sum(shared)
        score = (wins + draws / 2) / len(records)
        low, high = wilson(score, len(records))
        forfeits = sum(record.seats.index(index) in record.offenders for record in records)
        mean = sum(record.returns[record.seats.index(index)] for record in records) / len(records)
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
        f"{game.key}, {len(records)} games",
    )
    _show_doubts(records)


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
    _show_doubts(records)


def _show_doubts(records: list[MatchRecord]) -> None:
    """Why there were forfeits, and whether the games were too few."""
    from arena.cli.output import remark

    for cause in sorted({record.cause for record in records if record.cause})[:5]:
        remark(f"forfeit: {cause}")
    distinct = len({(record.seats, record.moves) for record in records})
    if distinct < min(len(records), 30):
        remark(f"only {distinct} distinct games of {len(records)}: the interval is too narrow")
