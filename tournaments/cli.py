"""`arena tournament` and `arena leaderboard`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena.cli.common import Json, MoveTime, Seed, stdout_for_results

if TYPE_CHECKING:
    from tournaments.board import Board
    from tournaments.facts import Tournament
    from tournaments.runner import Event
    from tournaments.store import Store

tournament = typer.Typer(
    help="Many matches by a plan: run one, see what was run, go on with one.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
leaderboard = typer.Typer(add_completion=False, rich_markup_mode=None)

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        envvar="ARENA_STORE",
        help="Where results are kept: an SQLite file or a database URL; sqlite:///arena.db by default.",
    ),
]
Workers = Annotated[int, typer.Option("--workers", help="Processes that play; the results are the same.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="A tournament's id or name: see 'arena tournament list'.")]


@tournament.command()
def run(
    game: Annotated[str, typer.Argument(help="A game: see 'arena games'.")],
    entrants: Annotated[list[str], typer.Argument(help="Two or more: mcts, mcts:simulations=200, runs/ttt-q.")],
    format: Annotated[str, typer.Option("--format", help="Who meets whom: round-robin.")] = "round-robin",
    rounds: Annotated[int, typer.Option("--rounds", help="How often each pair meets in each seat.")] = 10,
    seed: Seed = 0,
    move_time: MoveTime = None,
    store: StoreOption = None,
    name: Annotated[str, typer.Option("--name", help="A name of your own for it.")] = "",
    workers: Workers = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, say what would be played.")] = False,
    as_json: Json = False,
) -> None:
    """Play a tournament and keep every match; what was interrupted can be resumed."""
    from arena.cluster import one_thread_each
    from tournaments.connection import check_lasting
    from tournaments.runner import check_workers, plan, prepare
    from tournaments.store import Store

    check_lasting(store)
    one_thread_each()
    with stdout_for_results():
        event = prepare(game, entrants, format=format, rounds=rounds, seed=seed, move_time=move_time, name=name)
        check_workers(event, workers)
    if dry_run:
        event.lineup.close()
        _print_plan(event, plan(event), as_json)
        return
    with Store.open(store, create=True) as opened:
        _play(event, opened, as_json, workers)


@tournament.command()
def resume(id: Id, workers: Workers = 1, store: StoreOption = None, as_json: Json = False) -> None:
    """Play what is left of a tournament that was interrupted."""
    from arena.cli.output import remark
    from arena.cluster import one_thread_each
    from tournaments.runner import check_workers, finished, reopen

    one_thread_each()

    with _open(store) as opened:
        known = opened.tournament(id, to_resume=True)
        if finished(opened, known):
            remark(f"tournament {known.id} is finished: nothing left to play")
            _print_result(opened, known, as_json)
        else:
            event = reopen(opened, known.id)
            check_workers(event, workers)
            _play(event, opened, as_json, workers)


@tournament.command("list")
def list_tournaments(store: StoreOption = None, as_json: Json = False) -> None:
    """List the tournaments of a store, oldest first."""
    from arena.cli.output import print_json, print_table
    from tournaments.facts import facts

    with _open(store) as opened:
        rows = [facts(one, played) for one, played in opened.tournaments()]
    if as_json:
        print_json(rows)
    else:
        columns = ("id", "name", "game", ">planned", ">played", "state")
        print_table(columns, [[row[column.removeprefix(">")] for column in columns] for row in rows])


@tournament.command()
def show(id: Id, store: StoreOption = None, as_json: Json = False) -> None:
    """Show a tournament: what it was drawn up from, and its table."""
    from arena.cli.output import print_json
    from tournaments.facts import all_facts, digest
    from tournaments.report import print_board, print_facts
    from tournaments.standings import leaderboard_of

    with _open(store) as opened:
        known = opened.tournament(id)
        played = opened.matches(known.id)
        told = {**all_facts(known, len(played)), "digest": digest(played)}
        board = leaderboard_of(opened, known)
    if as_json:
        print_json({**told, "table": board.as_json()})
    else:
        print_facts(told)
        print_board(board)


@leaderboard.command()
def show_leaderboard(
    game: Annotated[str | None, typer.Argument(help="A game; may be left out where only one was played.")] = None,
    rating: Annotated[str, typer.Option("--rating", help="bradley-terry or elo.")] = "bradley-terry",
    tournament: Annotated[str | None, typer.Option("--tournament", metavar="ID", help="This tournament only.")] = None,
    anchor: Annotated[str | None, typer.Option("--anchor", metavar="ENTRANT", help="Is 1500 by definition.")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Also draw it: ratings.png.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Also write it as CSV.")] = None,
    store: StoreOption = None,
    as_json: Json = False,
) -> None:
    """Show the ratings of all stored matches of a game, with intervals."""
    from tournaments.standings import board

    if plot is not None:
        from tournaments.plot import check_ending

        check_ending(plot)
    with _open(store) as opened:
        made = board(opened, game, tournament=tournament, rating=rating, anchor=anchor)
    _write_files(made, plot, csv)
    if as_json:
        from arena.cli.output import print_json

        print_json(made.as_json())
    else:
        from tournaments.report import print_board

        print_board(made)


def _open(store: str | None) -> Store:
    """A store that is there already."""
    from tournaments.connection import check_lasting
    from tournaments.store import Store

    check_lasting(store)
    return Store.open(store)


def _write_files(board: Board, plot: Path | None, csv: Path | None) -> None:
    if csv is not None:
        from tournaments.report import write_csv

        write_csv(board, csv)
    if plot is not None:
        from tournaments.plot import write_plot

        write_plot(board, plot)


def _play(event: Event, store: Store, as_json: bool, workers: int) -> None:
    """Plays and shows; an interrupt and a failure leave all that was played in the store."""
    from arena.cli.output import remark
    from tournaments.hints import hint, how_to_resume
    from tournaments.live import shown
    from tournaments.runner import play

    known = event.tournament
    earlier = store.results(known.game, known.game_version, known.id)
    try:
        with stdout_for_results(), shown(event, earlier) as on_match:
            play(event, store, on_match, workers)
    except KeyboardInterrupt:
        played = len(store.played(known.id))
        done = f"stopped after {played} of {known.planned} matches"
        remark(how_to_resume(f"{done}; go on with", store, known.id))
        raise typer.Exit(130) from None
    _print_result(store, known, as_json)
    if not as_json:
        remark(hint("All ratings of this game", store, "leaderboard", known.game))
        remark(hint("This table again", store, "tournament", "show", known.id))


def _print_result(store: Store, tournament: Tournament, as_json: bool) -> None:
    from arena.cli.output import print_json
    from tournaments.report import print_board
    from tournaments.runner import result
    from tournaments.standings import leaderboard_of

    if as_json:
        print_json(result(store, tournament))
    else:
        print_board(leaderboard_of(store, tournament))


def _print_plan(event: Event, planned: dict[str, Any], as_json: bool) -> None:
    from arena.cli.output import print_json, print_table, stdout
    from tournaments.facts import matches

    if as_json:
        print_json(planned)
        return
    entrants = list(zip(planned["entrants"], event.lineup.participants, strict=True))
    rounds = f"{event.tournament.rounds} round{'s' if event.tournament.rounds > 1 else ''}"
    stdout().print(f"{matches(planned['planned'])} of {event.tournament.game} in {rounds}; nothing was played yet")
    print_table(("entrant", "identity"), [(label, one.identity) for label, one in entrants])
