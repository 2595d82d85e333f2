"""What all commands share: options with one wording, and the options every command gets."""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

from arena.errors import UsageError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]
Seed = Annotated[int, typer.Option("--seed", help="Everything random follows from it.")]
MoveTime = Annotated[float | None, typer.Option("--move-time", help="Seconds per move; more forfeits the match.")]
_Plugin = Annotated[list[str], typer.Option("--plugin", help="Also load this plugin: FILE.py or module:name.")]
_Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]

debug = False  # whether the running command was given --debug


def at_least(name: str, value: float | None, low: float) -> None:
    """Raises UsageError when an option's value is below `low` or not finite; None passes."""
    if value is not None and not low <= value < float("inf"):
        raise UsageError(f"--{name} must be at least {low:g}, not {value}")


@contextlib.contextmanager
def stdout_for_results() -> Iterator[None]:
    """Within it whatever agents and plugins print goes to stderr, so that stdout holds nothing but results."""
    with contextlib.redirect_stdout(sys.stderr):
        yield


def give_common_options(app: typer.Typer) -> typer.Typer:
    """The app with `--plugin` and `--debug` on each of its commands, whoever wrote them."""
    for command in app.registered_commands:
        if command.callback is not None and not hasattr(command.callback, "__wrapped__"):
            command.callback = _with_common_options(command.callback)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            give_common_options(group.typer_instance)
    return app


def _with_common_options(callback: Callable[..., Any]) -> Callable[..., Any]:
    """A command that loads plugins before it begins."""
    signature = inspect.signature(callback, eval_str=True)
    more = [
        inspect.Parameter("plugin", inspect.Parameter.KEYWORD_ONLY, default=[], annotation=_Plugin),
        inspect.Parameter("debug", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=_Debug),
    ]

    @functools.wraps(callback)
    def command(*args: Any, **kwargs: Any) -> Any:
        _begin(kwargs.pop("plugin"), kwargs.pop("debug"))
        return callback(*args, **kwargs)

    command.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *more])  # type: ignore[attr-defined]  # what inspect reads
    command.__annotations__ = {name: p.annotation for name, p in inspect.signature(command).parameters.items()}
    return command


def _begin(plugins: list[str], wants_debug: bool) -> None:
    global debug
    debug = wants_debug
    if plugins:
        from arena.registry import use_plugins

        use_plugins(plugins)
