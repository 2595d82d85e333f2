"""Copies of PettingZoo envs in mid-game, which `copy.deepcopy` cannot make."""

from __future__ import annotations

import copy
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from gymnasium.utils import EzPickle
from pettingzoo import AECEnv, ParallelEnv

if TYPE_CHECKING:
    Env = TypeVar("Env", AECEnv[Any, Any, Any], ParallelEnv[Any, Any, Any])


def clone_env(env: Env, rng: np.random.Generator | None = None) -> Env:
    """An independent copy of an env in mid-game (made with render_mode=None).

    `copy.deepcopy` gives back a fresh env, because EzPickle keeps nothing but constructor arguments: so envs are
    copied attribute by attribute, those inside others too. Spaces and pygame's surfaces (which some envs make though
    they never draw) hold no state of the game and are shared; all else is copied with one memo, so that aliases
    survive. With `rng` every random state inside the copy is drawn anew, the seed that it remembers too, so that the
    copy knows nothing of the chance to come.
    """
    memo: dict[int, Any] = {}
    twin: Env = _copied(env, memo)
    if rng is not None:
        _redraw_random_states(memo, rng)
    return twin


def _copied(env: Any, memo: dict[int, Any]) -> Any:
    if id(env) in memo:
        return memo[id(env)]
    twin = memo[id(env)] = object.__new__(type(env))
    for name, value in vars(env).items():
        if name.endswith(("_space", "_spaces")) or _is_of_pygame(value):
            vars(twin)[name] = value
        elif isinstance(value, AECEnv | ParallelEnv | EzPickle):
            vars(twin)[name] = _copied(value, memo)
        elif not name.startswith("_ezpickle_"):
            vars(twin)[name] = copy.deepcopy(value, memo)
    return twin


def _is_of_pygame(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "pygame"


def _redraw_random_states(memo: dict[int, Any], rng: np.random.Generator) -> None:
    """Seeds what `deepcopy` noted as copied in `memo`, in the order in which it was copied."""
    for made in list(memo.values()):
        if isinstance(made, np.random.Generator):
            fresh = type(made.bit_generator)(_seed(rng))
            made.bit_generator.__setstate__(fresh.__getstate__())  # type: ignore[attr-defined]  # no stub has it
        elif isinstance(made, np.random.RandomState | Random):
            made.seed(_seed(rng))


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**32))
