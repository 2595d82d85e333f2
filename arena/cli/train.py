"""`arena train`: trains a learner by self-play in a folder that is an entrant ever after."""

from __future__ import annotations

import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena.cli.common import Json
from arena.errors import UsageError

if TYPE_CHECKING:
    from arena.selfplay.training import Training

_BUDGET = "60s, 10m, 100000steps or 5000games; a resumed run counts games and steps from its start."
SAY_EVERY = 2.0  # seconds between two lines where stderr is no terminal

train = typer.Typer(add_completion=False, rich_markup_mode=None)


@train.command()
def train_agent(
    agent: Annotated[str | None, typer.Argument(help="A learner: see 'arena agents'.")] = None,
    game: Annotated[str | None, typer.Argument(help="A game: see 'arena games'.")] = None,
    settings: Annotated[list[str] | None, typer.Option("--set", help="A setting of the learner: key=value.")] = None,
    budget: Annotated[
        str,
        typer.Option(
            "--budget", help="60s, 10m, 100000steps or 5000games; a resumed run counts games and steps from its start."
        ),
    ] = "60s",
    until: Annotated[str | None, typer.Option("--until", help="Stop early: nash_conv=0 or score>=0.95.")] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Everything random follows from it; 0 if not given.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="The run's folder; runs/GAME-AGENT if not given.")] = None,
    resume: Annotated[Path | None, typer.Option("--resume", help="Go on with this run.")] = None,
    as_json: Json = False,
) -> None:
    """Train a learner by self-play."""
    from arena.cli.output import print_json

    result = (
        _resume(resume, agent, game, {"--set": settings, "--out": out, "--seed": seed}, budget, until)
        if resume
        else _begin(agent, game, settings or [], budget, until, seed or 0, out)
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
    with _Display(folder) as display:
        return training.train(
            agent, game, budget=budget, out=folder, settings=chosen, seed=seed, until=until, watch=display.show
        )


def _resume(
    run: Path,
    agent: str | None,
    game: str | None,
    fixed: dict[str, object],
    budget: str,
    until: str | None,
) -> Training:
    from arena.selfplay import training
    from arena.selfplay.run_folder import RunFolder

    given = [option for option, value in fixed.items() if value is not None and value != []]
    if given:
        raise UsageError(f"a run goes on with its own settings, seed and folder: leave {' and '.join(given)} away")
    info = RunFolder.open(run).info
    if (agent or info.agent, game or info.game) != (info.agent, info.game):
        raise UsageError(f"{run} trains {info.agent} at {info.game}, not {agent} at {game or info.game}")
    with _Display(run) as display:
        return training.resume(run, budget=budget, until=until, watch=display.show)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals or not value:
        raise UsageError(f"--set {text!r} cannot be read: expected key=value")
    return name, value


class _Display:
    """A progress bar on stderr, where stderr is a terminal; a line now and then elsewhere. Explains an interrupt."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bar: Any = None
        self._task: Any = None
        self._said = time.monotonic()
        self._since = (0, 0.0)  # games and seconds at the first record: what came before was preparation

    def __enter__(self) -> _Display:
        if sys.stderr.isatty():
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            from arena.cli.output import stderr

            columns = (BarColumn(20), TextColumn("{task.percentage:>3.0f}%"), TextColumn("{task.description}"))
            self._bar = Progress(*columns, TimeElapsedColumn(), console=stderr(), transient=True)
            self._task = self._bar.add_task("starting", total=1.0)
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            again = _command("train", "--resume", str(self._folder))
            sys.stderr.write(f"stopped and saved; go on with: {again} --budget ...\n")
            raise typer.Exit(130)

    def show(self, now: Training) -> None:
        if not self._since[1]:
            self._since = (now.games, now.seconds)
        if self._bar is not None:
            self._bar.update(self._task, completed=now.share, description=self._line(now))
        elif time.monotonic() - self._said >= SAY_EVERY:
            sys.stderr.write(self._line(now) + "\n")
            self._said = time.monotonic()

    def _line(self, now: Training) -> str:
        since = self._since
        rate = (now.games - since[0]) / (now.seconds - since[1]) if now.seconds > since[1] else 0.0
        metrics = (f"{name} {value:.4g}" for name, value in now.metrics.items())
        speed = [f"{rate:,.0f} games/s"] if rate else []
        return "  ".join([f"{now.games:,} games", *speed, *metrics])


def _show(result: Training, until: str | None) -> None:
    metrics = ", ".join(f"{name} {value:.4g}" for name, value in result.metrics.items())
    typer.echo(f"{result.agent} at {result.game}: {result.games:,} games, {result.steps:,} moves")
    typer.echo(metrics)
    if result.seconds == 0:
        typer.echo("nothing was played: the budget was spent before")
    if until:
        typer.echo(f"target {until}: {'reached' if result.reached else 'NOT reached within the budget'}")
    sys.stderr.write(
        f"next: {_command('play', result.game, result.run, 'random', '--games', '100')}\n"
        f"      {_command('ask', result.game, result.run)}\n"
        f"      {_command('train', '--resume', result.run)} --budget ...\n"
    )


def _command(*words: str) -> str:
    """A command that can be pasted, with the plugins that this process was given."""
    from arena.registry import extra_plugins

    plugins = [option for name in extra_plugins() for option in ("--plugin", name)]
    return shlex.join(["arena", *words, *plugins])
