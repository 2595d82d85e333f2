"""What an object leads to: the oracle of all tests that ask whether somebody could read what he must not know."""

from __future__ import annotations

import random
import types
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyspiel
from gymnasium.spaces import Space

from arena import Game

# The same for everybody and for every match.
_COMMON = (Game, Space, type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)
_LEAVES = (int, float, str, bytes, np.ndarray, np.generic, type(None))


def reachable(thing: Any) -> Iterator[tuple[str, Any]]:
    """(path, value) of all that attributes, slots, containers and random states lead to, each object once."""
    found: dict[int, Any] = {}  # keeps what it names alive, so that no number is given out twice
    todo = [("model", thing)]
    while todo:
        path, value = todo.pop()
        if isinstance(value, _COMMON) or id(value) in found:
            continue
        if isinstance(value, _LEAVES):
            yield path, value
            continue
        found[id(value)] = value
        yield path, value
        todo += [(path + step, part) for step, part in reversed(list(_parts(value)))]


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield ".key", name
            yield f"[{name!r}]", part
    elif isinstance(value, list | tuple):
        yield from ((f"[{place}]", part) for place, part in enumerate(value))
    elif isinstance(value, set | frozenset):
        yield from ((".element", part) for part in sorted(value, key=repr))
    yield from _parts_behind_c(value)
    for kind in type(value).__mro__:
        names = vars(kind).get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            if not name.startswith("__") and hasattr(value, name):
                yield f".{name}", getattr(value, name)
    if hasattr(value, "__dict__"):
        yield from ((f".{name}", part) for name, part in vars(value).items())


def _parts_behind_c(value: Any) -> Iterator[tuple[str, Any]]:
    """What objects written in C hand out though it is in no `__dict__`."""
    if isinstance(value, np.random.Generator):
        yield ".bit_generator", value.bit_generator
    elif isinstance(value, np.random.BitGenerator):
        yield ".state", value.state
        yield ".seed_seq", getattr(value, "seed_seq", None)  # the legacy one of MT19937 has none
    elif isinstance(value, np.random.SeedSequence):
        yield ".entropy", value.entropy
        yield ".spawn_key", value.spawn_key
    elif isinstance(value, np.random.RandomState):
        yield ".state", value.get_state()
    elif isinstance(value, random.Random):
        yield ".state", value.getstate()
    elif isinstance(value, pyspiel.State):
        yield ".history", [(step.player, step.action) for step in value.full_history()]
        yield ".game", value.get_game()
    elif isinstance(value, pyspiel.Game):
        yield ".parameters", value.get_parameters()


def fingerprint(thing: Any) -> list[tuple[str, Any]]:
    """All that can be read out of `thing`, in a form that two of them can be compared by."""
    return [(path, _written(value)) for path, value in reachable(thing)]


def _written(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes()
    return value if isinstance(value, _LEAVES) else type(value).__name__
