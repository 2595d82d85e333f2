"""`arena doctor`: checks the installation and shows why a plugin is broken."""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from arena.cli import common

doctor = typer.Typer(add_completion=False, rich_markup_mode=None)

_PACKAGES = (
    "pettingzoo",
    "pygame-ce",
    "gymnasium",
    "numpy",
    "torch",
    "pluggy",
    "typer",
    "rich",
    "sqlalchemy",
    "numba",
    "scipy",
    "safetensors",
    "platformdirs",
)
_OPTIONAL = {
    "elo": "elo",
    "matplotlib": "plot",
    "rlcard": "classic",
    "pymunk": "butterfly",
    "box2d": "sisl",
    "mpe2": "mpe2",
    "axelrod": "bench",
}
_OURS = ("arena", "agents", "games", "tournaments")


@doctor.command()
def examine() -> None:
    """Check the installation; print the traceback of each broken plugin. Exit 1 when something is wrong."""
    from arena.registry import registry

    lines = [*_versions(), *_optional()]
    for line in lines:
        sys.stdout.write(line + "\n")
    problems = [*_missing(), *_overwritten()]
    infos = registry().plugins.infos.values()
    _try_every_offer()
    for info in infos:
        sys.stdout.write(f"plugin {info.label}: {info.state}{f' ({info.error})' if info.error else ''}\n")
    for info in infos:
        if info.state == "broken":
            problems.append(f"plugin {info.label} is broken: {info.error}")
            sys.stdout.write(f"\n--- {info.label}\n{info.trace}")
    for problem in problems:
        sys.stdout.write(f"PROBLEM {problem}\n")
    sys.stdout.write("all is well\n" if not problems else f"{len(problems)} problem(s)\n")
    if problems:
        raise typer.Exit(1)


def _try_every_offer() -> None:
    """Imports every agent and makes every game once, so that what fails late fails here."""
    from arena.errors import ArenaError
    from arena.registry import registry, usable

    found = registry()
    for registered in found.agents.values():
        for part in ("make", "config", "learner"):
            with contextlib.suppress(ArenaError), common.stdout_for_results():
                found.resolve(registered, part)
    for game in found.games.values():
        with contextlib.suppress(ArenaError), common.stdout_for_results():
            usable(game.offer)


def _versions() -> Iterator[str]:
    yield f"python {sys.version.split()[0]} at {sys.executable}"
    for name in ("game-ai-arena", *_PACKAGES):
        yield f"{name} {_version(name) or 'is missing'}"


def _optional() -> Iterator[str]:
    for name, extra in _OPTIONAL.items():
        yield f"{name} {_version(name) or f'is not installed (optional: extra [{extra}])'}"


def _missing() -> Iterator[str]:
    for name in _PACKAGES:
        if _version(name) is None:
            yield f"package {name} is missing: pip install {name}"


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _overwritten() -> Iterator[str]:
    """Other distributions also install top-level packages `agents` or `games`; pip overwrites without a word."""
    owners = importlib.metadata.packages_distributions()
    home = Path(importlib.import_module("arena").__file__ or "").parent.parent
    for name in _OURS:
        others = sorted(set(owners.get(name, ())) - {"game-ai-arena"})
        if others:
            yield f"package {name!r} is also installed by {', '.join(others)}, which may have overwritten ours"
        yield from _elsewhere(name, home)
    yield from _changed()


def _elsewhere(name: str, home: Path) -> Iterator[str]:
    try:
        found = Path(importlib.import_module(name).__file__ or "").parent.parent
    except ImportError as error:
        yield f"package {name!r} cannot be imported: {error}"
        return
    if found != home:
        yield f"package {name!r} is taken from {found}, not from {home}: another one hides ours"


def _changed() -> Iterator[str]:
    """Compares the installed files with the RECORD of the installation."""
    import base64
    import hashlib

    try:
        files = importlib.metadata.distribution("game-ai-arena").files or []
    except importlib.metadata.PackageNotFoundError:
        yield "game-ai-arena itself is not installed: pip install game-ai-arena"
        return
    for file in files:
        if file.hash is None or file.parts[0] not in _OURS or not file.name.endswith(".py"):
            continue
        path = Path(str(file.locate()))
        content = path.read_bytes() if path.is_file() else b""
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        if digest != file.hash.value:
            yield f"{file} is not the file that was installed: reinstall game-ai-arena"
