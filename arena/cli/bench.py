"""`arena bench`: our speed beside the peers, as ratios in one run."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from arena.cli.common import Json, at_least, stdout_for_results

bench = typer.Typer(
    help="Our speed beside the peers, as ratios measured side by side in one run.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@bench.callback()
def _group() -> None:
    """Keeps `runner` a command of its own name while it is the only one."""


@bench.command()
def runner(
    rounds: Annotated[int, typer.Option("--rounds", help="How often each way is timed, by turns.")] = 7,
    games: Annotated[int, typer.Option("--games", help="Games of tictactoe in one timing.")] = 300,
    as_json: Json = False,
) -> None:
    """Time what playing matches costs: overhead per move, workers, start of the command, the repeated dilemma."""
    from rich.progress import track

    from arena.bench.runner import all_ratios
    from arena.cli.output import print_json, print_table, remark, stderr

    at_least("rounds", rounds, 1)
    at_least("games", games, 1)
    with stdout_for_results():
        found = list(track(all_ratios(rounds, games), "timing", console=stderr(), transient=True, total=5))
    if as_json:
        print_json([dataclasses.asdict(ratio) for ratio in found])
        return
    columns = ("what", ">ours", ">theirs", "unit", ">ratio", ">lowest .. highest")
    rows = [
        (
            one.what,
            _number(one.ours),
            _number(one.theirs),
            one.unit,
            f"{one.ratio:.2f}",
            f"{one.low:.2f} .. {one.high:.2f}",
        )
        for one in found
    ]
    print_table(columns, rows)
    if not any("Axelrod" in one.what for one in found):
        remark("The repeated dilemma was left out: pip install 'game-ai-arena[bench]' brings the Axelrod library.")


def _number(value: float) -> str:
    """Four digits, and no exponent."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"
