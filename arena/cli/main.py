"""The command `arena`: finds commands by name, and turns every failure into one line and an exit code.

Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted.
"""

from __future__ import annotations

import errno
import importlib
import importlib.metadata
import os
import sys
import traceback
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from arena.cli import common
from arena.errors import ArenaError

GROUP = "arena.commands"
OWN = {
    "games": "arena.cli.listing:games",
    "agents": "arena.cli.listing:agents",
    "plugins": "arena.cli.listing:plugins",
    "doctor": "arena.cli.doctor:doctor",
    "play": "arena.cli.play:play",
    "ask": "arena.cli.ask:ask",
    "train": "arena.cli.train:train",
    "bench": "arena.cli.bench:bench",
}


class CommandGroup(TyperGroup):
    """Commands from this package and from the entry points of group `arena.commands`, loaded when called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*OWN, *(name for name in _entry_points() if name not in OWN)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.list_commands(ctx):
            return None
        try:
            app = _load(cmd_name)
        except Exception as error:
            return _broken(cmd_name, error)
        command = typer.main.get_command(common.give_common_options(app))
        command.name = cmd_name
        return command


def _entry_points() -> dict[str, importlib.metadata.EntryPoint]:
    return {entry.name: entry for entry in sorted(importlib.metadata.entry_points(group=GROUP))}


def _load(name: str) -> typer.Typer:
    if name in OWN:
        module, _, attribute = OWN[name].partition(":")
        app = getattr(importlib.import_module(module), attribute)
    else:
        app = _entry_points()[name].load()
    if not isinstance(app, typer.Typer):
        raise TypeError(f"{name} is {app!r}, not a typer.Typer")
    return app


def _broken(name: str, error: Exception) -> Any:
    """A command that stands in for one that cannot be loaded, so that the others go on."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)

    @app.command(help=f"(broken: {type(error).__name__}: {error})", context_settings={"ignore_unknown_options": True})
    def broken(arguments: Annotated[list[str] | None, typer.Argument(hidden=True)] = None) -> None:
        del arguments  # taken so that whatever the user typed reaches this error
        raise ArenaError(f"command {name!r} is broken: {type(error).__name__}: {error}") from error

    return typer.main.get_command(app)


app = typer.Typer(
    cls=CommandGroup,
    help="The arena where game-playing agents meet, are trained, and are measured.\n\n"
    "To begin: arena games, arena agents, arena play tictactoe mcts random.",
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def _top(version: bool = typer.Option(False, "--version", help="Print the version and exit.")) -> None:
    if version:
        sys.stdout.write(f"game-ai-arena {importlib.metadata.version('game-ai-arena')}\n")
        raise typer.Exit


def run(arguments: list[str]) -> int:
    """Runs one command and returns its exit code; never raises."""
    common.debug = False
    try:
        code = typer.main.get_command(app)(args=arguments or ["--help"], prog_name="arena", standalone_mode=False)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _report("interrupted", 130)
    except BrokenPipeError:
        return _silent_pipe()
    except ArenaError as error:
        return _report(str(error), error.exit_code)
    except OSError as error:
        return _report(_system(error), 1)
    except Exception as error:
        return _report_unforeseen(error)
    return code if isinstance(code, int) else 0


def _report(text: str, code: int) -> int:
    if common.debug and sys.exc_info()[1] is not None:
        traceback.print_exc()
    sys.stderr.write(f"error: {' '.join(text.split())}\n")
    return code


def _report_unforeseen(error: Exception) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":  # a group of commands named without one of them
        sys.stderr.write(error.format_message() + "\n")  # type: ignore[attr-defined]  # as all of typer's have
        return 2
    if hasattr(error, "format_message"):  # the command line could not be read
        return _report(f"{error.format_message().rstrip('.')}. See 'arena --help' and 'arena COMMAND --help'.", 2)
    if type(error).__name__ == "Abort":
        return _report("interrupted: the input ended", 130)
    hint = "" if common.debug else " Run it again with --debug for the traceback."
    return _report(f"unforeseen {type(error).__name__}: {error}.{hint}", 1)


def _system(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"disk full{f' while writing {error.filename}' if error.filename else ''}: make room and try again"
    return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"


def _silent_pipe() -> int:
    """The reader of our output went away, as in `arena games | head -1`."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def main() -> None:
    """The console script."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # no game needs a window to be played
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
