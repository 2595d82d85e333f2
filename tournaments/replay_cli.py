"""`arena replay`: a stored match seen again, checked, asked about, or made into a GIF."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from arena.cli.common import Json, stdout_for_results
from tournaments.cli import StoreOption

if TYPE_CHECKING:
    from arena.game import Game
    from tournaments.facts import StoredMatch, Tournament
    from tournaments.replay import Replay
    from tournaments.rethink import Rethought
    from tournaments.store import Store

replay = typer.Typer(add_completion=False, rich_markup_mode=None)

Item = TypeVar("Item")

_MATCH = "A match: the id or name of a tournament and a number from 0 on, as in ID:12."
_VERIFY = "Check that the moves give the result; with a tournament's ID, of all its matches."
_RETHINK = "Ask the reproducible entrants again: would they play the same moves?"


@replay.command()
def replay_match(
    match: Annotated[str, typer.Argument(metavar="MATCH", help=_MATCH)],
    verify: Annotated[bool, typer.Option("--verify", help=_VERIFY)] = False,
    rethink: Annotated[bool, typer.Option("--rethink", help=_RETHINK)] = False,
    gif: Annotated[Path | None, typer.Option("--gif", metavar="FILE", help="Write it as an animated GIF.")] = None,
    frame_time: Annotated[float, typer.Option("--frame-time", help="Seconds per position of the GIF.")] = 0.8,
    width: Annotated[int, typer.Option("--width", help="Greatest width of the GIF in pixels.")] = 400,
    store: StoreOption = None,
    as_json: Json = False,
) -> None:
    """See a stored match again; on a terminal step through it with the keys."""
    from tournaments.connection import check_lasting
    from tournaments.store import Store

    _check_one_task(verify, rethink, gif)
    if gif is not None:
        from tournaments.gif import check_gif

        check_gif(gif, frame_time, width)
    check_lasting(store)
    with Store.open(store) as opened:
        if verify:
            _verify(opened, match, as_json)
        elif rethink:
            _rethink(opened, match, as_json)
        elif gif is not None:
            _write_gif(opened, match, gif, frame_time, width, as_json)
        else:
            _show(opened, match, as_json)


def _check_one_task(verify: bool, rethink: bool, gif: Path | None) -> None:
    if verify + rethink + (gif is not None) > 1:
        from arena.errors import UsageError

        raise UsageError("--verify, --rethink and --gif are different things to do: ask for one at a time")


def _load(store: Store, name: str) -> tuple[StoredMatch, str, Game]:
    """A match, its id and its game."""
    from tournaments.facts import match_id
    from tournaments.replay import game_of, take

    found = take(store, name)
    id = match_id(found.tournament, found.ordinal)
    with stdout_for_results():
        return found, id, game_of(found.record, f"match {id}")


def _show(store: Store, name: str, as_json: bool) -> None:
    from arena.cli.output import print_json, stdout
    from arena.cli.render import is_screen
    from tournaments.replay import Replay, as_json_object, take

    if as_json:
        return print_json(as_json_object(take(store, name)))
    found, id, game = _load(store, name)
    replay = Replay(found.record, game)
    if not (sys.stdin.isatty() and is_screen(sys.stdout)):
        return _tell(replay, id)
    from arena.cli.keys import Keyboard
    from tournaments.stepper import step_through

    with Keyboard() as keyboard:
        step_through(replay, stdout(), keyboard)
    return None


def _tell(replay: Replay, id: str) -> None:
    """The whole match on stdout, one position after the other."""
    from arena.cli.render import board_lines, ending, move_lines

    record = replay.record
    seats = ", ".join(f"seat {seat} {entrant}" for seat, entrant in enumerate(record.seated))
    typer.echo(f"match {id} of {record.game}, seed {record.seed}: {seats}")
    for ply in range(replay.plies + 1):
        replay.go(ply)
        now = replay.moment()
        lines = [*(move_lines(now.last) if now.last else []), *board_lines(now)]
        typer.echo("\n".join(["", f"ply {ply}", *(text for text, _ in lines)]))
    typer.echo(f"\n{ending(record)}")


def _verify(store: Store, name: str, as_json: bool) -> None:
    from tournaments.replay import find

    tournament, ordinal = find(store, name)
    if ordinal is None:
        _verify_all(store, tournament, as_json)
    else:
        _verify_one(store, name, as_json)


def _verify_one(store: Store, name: str, as_json: bool) -> None:
    from arena.cli.output import print_json
    from tournaments.recheck import Verdict, differences

    found, id, game = _load(store, name)
    with stdout_for_results():
        verdict = Verdict(id, differences(found.record, game))
    if as_json:
        print_json(verdict.as_json())
    elif verdict.differences:
        typer.echo("\n".join(verdict.lines))
    else:
        typer.echo(f"verified: the {len(found.record.moves)} moves of {id} ({game.key}) give the stored result")
    if verdict.differences:
        raise typer.Exit(1)


def _verify_all(store: Store, tournament: Tournament, as_json: bool) -> None:
    from arena.cli.output import print_json
    from arena.errors import ArenaError
    from tournaments.facts import matches
    from tournaments.recheck import verdicts

    played = len(store.played(tournament.id))
    if not played:
        raise ArenaError(f"tournament {tournament.id} has no match to verify: none was played yet")
    with stdout_for_results():
        made = list(_tracked(verdicts(store, tournament), "verifying", played))
    wrong = [verdict for verdict in made if verdict.differences]
    if as_json:
        counts = {"matches": len(made), "verified": len(made) - len(wrong)}
        told = {"tournament": tournament.id, "game": tournament.game, **counts}
        print_json({**told, "differing": [verdict.as_json() for verdict in wrong]})
    elif wrong:
        lines = [line for verdict in wrong for line in verdict.lines]
        typer.echo("\n".join([*lines, f"{len(wrong):,} of {matches(len(made))} of tournament {tournament.id} differ"]))
    else:
        what = f"{matches(len(made))} of tournament {tournament.id} ({tournament.game})"
        typer.echo(f"verified: in {what} the moves give the stored results")
    if wrong:
        raise typer.Exit(1)


def _rethink(store: Store, name: str, as_json: bool) -> None:
    from arena.cli.output import print_json
    from arena.errors import ArenaError
    from tournaments.recheck import differences
    from tournaments.rethink import rethink

    found, id, game = _load(store, name)
    with stdout_for_results():
        wrong = differences(found.record, game)
        if wrong:
            raise ArenaError(f"match {id} cannot be thought over, for its moves do not give its result: {wrong[0]}")
        result = rethink(found, game, store.entrants())
    if as_json:
        print_json({"id": id, **dataclasses.asdict(result)})
    else:
        _print_rethought(result, id)
    if result.changes:
        raise typer.Exit(1)


def _print_rethought(result: Rethought, id: str) -> None:
    for label, questions in result.asked.items():
        typer.echo(f"asked {label} for {questions} move{'' if questions == 1 else 's'}")
    for reason in result.skipped.values():
        typer.echo(f"not asked: {reason}")
    for change in result.changes:
        typer.echo(f"ply {change.ply}: {change.entrant} (seat {change.seat}) then {change.stored}, now {change.now}")
    total = sum(result.asked.values())
    if not result.asked:
        typer.echo(f"nothing is known of {id}: no entrant could be asked")
    elif result.changes:
        typer.echo(f"{len(result.changes)} of {total} moves of {id} would be others now")
    else:
        typer.echo(f"the same again: all {total} moves of {id} that were asked for")


def _write_gif(store: Store, name: str, path: Path, frame_time: float, width: int, as_json: bool) -> None:
    from arena.cli.output import print_json
    from tournaments.gif import write_gif

    found, _, game = _load(store, name)
    with stdout_for_results():
        frames = lambda plies: _tracked(plies, "drawing", len(found.record.moves) + 1)  # noqa: E731  # as track wants it
        made = write_gif(found.record, game, path, frame_time=frame_time, width=width, track=frames)
    if as_json:
        print_json(dataclasses.asdict(made))
    else:
        size = f"{made.width} x {made.height} pixels, {made.bytes / 1000:,.0f} kB"
        typer.echo(f"wrote {made.file}: {made.frames} frames, {size}")


def _tracked(items: Iterable[Item], what: str, total: int) -> Iterable[Item]:
    """The items, with a bar on stderr where that is a terminal."""
    from rich.progress import track

    from arena.cli.output import stderr

    return track(items, what, total=total, console=stderr(), disable=not sys.stderr.isatty(), transient=True)
