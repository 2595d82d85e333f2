"""Commands that messages tell the user to type: complete, so that they can be pasted into a shell."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from arena.registry import extra_plugins

if TYPE_CHECKING:
    from tournaments.store import Store


def hint(lead: str, store: Store, *words: str) -> str:
    """`lead: arena WORDS --store ... --plugin ...`, with the store and the plugins that this process was given.

    A store whose URL holds a password is not named: the line says that it must be.
    """
    where = store.options
    plugins = [option for name in extra_plugins() for option in ("--plugin", name)]
    command = shlex.join(["arena", *words, *(where or ()), *plugins])
    return f"{lead}{' (with the same --store)' if where is None else ''}: {command}"


def how_to_resume(lead: str, store: Store, tournament: str) -> str:
    """The command that plays what is left of a tournament."""
    return hint(lead, store, "tournament", "resume", tournament)
