"""`arena train`: trains a learner by self-play in a folder that is an entrant ever after."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena.cli.common import Json, Seed
from arena.errors import UsageError

if TYPE_CHECKING:
    from arena.selfplay.training import Training

train = typer.Typer(add_completion=False, rich_markup_mode=None)


@train.command()
def train_agent(
    agent: Annotated[str | None, typer.Argument(help="A learner: see 'arena agents'.")] = None,
    game: Annotated[str | None, typer.Argument(help="A game: see 'arena games'.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="A setting of the learner: key=value.")] = None,
    budget: Annotated[str, typer.Option("--budget", help="60s, 10m, 100000steps or 5000games.")] = "60s",
    until: Annotated[str | None, typer.Option("--until", help="Stop early: nash_conv=0 or score>=0.95.")] = None,
    seed: Seed = 0,
    out: Annotated[Path | None, typer.Option("--out", help="The run's folder; runs/GAME-AGENT if not given.")] = None,
    resume: Annotated[Path | None, typer.Option("--resume", help="Go on with this run.")] = None,
    as_json: Json = False,
) -> None:
    """Train a learner by self-play."""
    from arena.cli.output import print_json

    result = (
        _resume(resume, agent, game, settings, out, budget, until)
        if resume
        else _begin(agent, game, settings or [], budget, until, seed, out)
    )
    if as_json:
        return print_json(result.as_json())
    return _show(result, until)


def _begin(
    agent: str | None,
    game: str | None,
    settings: list[str],
    budget: str,
    until: str | None,
    seed: int,
    out: Path | None,
) -> Training:
    from arena.selfplay import training

    if agent is None or game is None:
        raise UsageError("name a learner and a game: arena train q-learning tictactoe (or --resume DIR)")
    chosen = dict(_pair(text) for text in settings)
    folder = out or Path("runs") / f"{game.replace(':', '-').replace('/', '-')}-{agent}"
    with _Display() as display:
        return training.train(
            agent, game, budget=budget, out=folder, settings=chosen, seed=seed, until=until, watch=display.show
        )


def _resume(
    run: Path,
    agent: str | None,
    game: str | None,
    settings: list[str] | None,
    out: Path | None,
    budget: str,
    until: str | None,
) -> Training:
    from arena.selfplay import training
    from arena.selfplay.run_folder import RunFolder

    if settings or out:
        raise UsageError("a run goes on with its own settings in its own folder: leave --set and --out away")
    info = RunFolder.open(run).info
    if (agent or info.agent, game or info.game) != (info.agent, info.game):
        raise UsageError(f"{run} trains {info.agent} at {info.game}, not {agent} at {game or info.game}")
    with _Display() as display:
        return training.resume(run, budget=budget, until=until, watch=display.show)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals or not value:
        raise UsageError(f"--set {text!r} cannot be read: expected key=value")
    return name, value


class _Display:
    """A progress bar on stderr, where stderr is a terminal; a line per evaluation elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None
        self._last: dict[str, float] = {}

    def __enter__(self) -> _Display:
        if sys.stderr.isatty():
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            from arena.cli.output import stderr

            columns = (BarColumn(20), TextColumn("{task.percentage:>3.0f}%"), TextColumn("{task.description}"))
            self._bar = Progress(*columns, TimeElapsedColumn(), console=stderr(), transient=True)
            self._task = self._bar.add_task("starting", total=1.0)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, now: Training) -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=now.share, description=_line(now))
        elif now.metrics and now.metrics is not self._last:
            sys.stderr.write(_line(now) + "\n")
            self._last = now.metrics


def _line(now: Training) -> str:
    rate = f"{now.games:,} games"
    return "  ".join([rate, *(f"{name} {value:.4g}" for name, value in now.metrics.items())])


def _show(result: Training, until: str | None) -> None:
    metrics = ", ".join(f"{name} {value:.4g}" for name, value in result.metrics.items())
    typer.echo(f"{result.agent} at {result.game}: {result.games:,} games, {result.steps:,} moves; {metrics}")
    if until:
        typer.echo(f"target {until}: {'reached' if result.reached else 'NOT reached within the budget'}")
    sys.stderr.write(
        f"next: arena play {result.game} {result.run} random --games 100\n"
        f"      arena ask {result.game} {result.run}\n"
        f"      arena train --resume {result.run} --budget ...\n"
    )
