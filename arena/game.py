"""What can be played: a PettingZoo environment and what the arena knows of it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from arena.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from gymnasium import Space
    from numpy.typing import NDArray
    from pettingzoo import AECEnv, ParallelEnv

    from arena.trees import Tree
    from arena.turn import Model

_NO_OPTIONS: Mapping[str, Any] = MappingProxyType({})


class View(Protocol):
    """How people read a game. `state` is the env without any wrapper (PettingZoo's `unwrapped`)."""

    def text(self, state: Any, seat: int) -> str:
        """The position as `seat` may see it."""

    def name(self, state: Any, action: int) -> str:
        """The name of an action in this position."""

    def parse(self, state: Any, text: str) -> int:
        """The action of a name or number. Raises ValueError when the text means no action."""


class ParallelView(Protocol):
    """How people read a game made as a parallel env, which does not say whose action is meant."""

    def text(self, state: Any, seat: int) -> str:
        """As in `View`."""

    def name(self, state: Any, action: int, seat: int) -> str:
        """What `seat` calls an action."""

    def parse(self, state: Any, text: str, seat: int) -> int:
        """The action that `seat` calls so, or a number. Raises ValueError when the text means no action."""


@dataclass(frozen=True)
class Symmetry:
    """A relabelling under which a game is the same game; a game that has any shows each mover its whole position.

    `image.flat[i] == observation.flat[self.observation[i]]`, and action `a` becomes `self.actions[a]`.
    """

    observation: NDArray[np.intp]  # [size of one observation]
    actions: NDArray[np.intp]  # [A]


@dataclass(frozen=True, eq=False)
class Game:
    """A PettingZoo environment and what the arena knows of it.

    Facts that the env states (players, spaces) are read from it once; the others are claims of the author, and
    `arena.testing.check_game` holds each of them against many seeded games.
    """

    id: str
    make: Callable[..., AECEnv[Any, Any, Any] | ParallelEnv[Any, Any, Any]]  # make(**options)
    version: str = "1"
    env_id: str = ""  # the full id by which PettingZoo knows this very env: `classic/chess-v6`
    extra: str = ""  # the extra of this distribution that brings what `make` imports
    options: Mapping[str, Any] = field(default_factory=lambda: _NO_OPTIONS)  # name -> default; `go:size=9`
    option_ranges: Mapping[str, tuple[float, float]] = field(default_factory=lambda: _NO_OPTIONS)  # inclusive
    chosen: Mapping[str, Any] = field(default_factory=lambda: _NO_OPTIONS)  # the options that differ from them
    facts_of: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None  # options -> facts that follow from them
    return_range: tuple[float, float] = (-1.0, 1.0)  # lowest and highest return of a seat; infinite where unknown
    perfect_information: bool = False
    simultaneous: bool = False
    stochastic: bool = False
    zero_sum: bool = False
    cooperative: bool = False
    max_plies: int = 1000  # a match that reaches it ends with "ply cap"
    tree_maker: Callable[[Game], Tree] | None = None
    symmetries: Sequence[Symmetry] = ()
    view: View | ParallelView | None = None
    # What follows takes the env without any wrapper, as `View` does.
    position_key: Callable[[Any], Hashable] | None = None  # env -> key that equal positions share
    model_maker: Callable[[Any, int], Model] | None = None  # env, seat -> a model that is no clone of the env
    redraw: Callable[[Any, int, np.random.Generator], None] | None = None  # see `arena.env_model`
    history_of: Callable[[Any, int], Sequence[tuple[int, int]]] | None = None  # env, seat -> what that seat knows of it
    payoffs: NDArray[np.float64] | None = None  # [N, A_0, .., A_N-1] what one round of a matrix game pays

    @property
    def key(self) -> str:
        """`id` with the chosen options: what the user would type."""
        chosen = ",".join(f"{name}={_typed(value)}" for name, value in sorted(self.chosen.items()))
        return f"{self.id}:{chosen}" if chosen else self.id

    @property
    def identity(self) -> str:
        """Key and version: ratings of different identities never mix."""
        return f"{self.key}@{self.version}"

    def option(self, name: str) -> Any:
        """The value of an option, chosen or default. Raises KeyError for one that there is not."""
        return self.chosen.get(name, self.options[name])

    def with_options(self, chosen: Mapping[str, Any]) -> Game:
        """This game with other options. Raises UsageError for an unknown one or a value that is refused."""
        from arena.config import convert
        from arena.errors import did_you_mean

        values = dict(self.chosen)
        for name, value in chosen.items():
            if name not in self.options:
                offer = ", ".join(self.options) or "none"
                known = did_you_mean(name, self.options)
                raise UsageError(f"game {self.id!r} has no option {name!r}.{known} Its options: {offer}")
            where = f"game {self.id!r}: option {name!r}"
            values[name] = convert(value, type(self.options[name]), where)
            low, high = self.option_ranges.get(name, (float("-inf"), float("inf")))
            if not isinstance(values[name], str) and not low <= values[name] <= high:
                raise UsageError(f"{where} must be from {low:g} to {high:g}, not {values[name]}")
        chosen = {name: value for name, value in values.items() if value != self.options[name]}
        try:
            facts = self.facts_of(dict(self.options) | chosen) if self.facts_of else {}
        except ValueError as error:
            raise UsageError(f"game {replace(self, chosen=chosen).key!r} cannot be made: {error}") from error
        return replace(self, chosen=chosen, **facts)

    def drawn(self, render_mode: str) -> Game:
        """This game with envs that draw themselves, in one of PettingZoo's render modes such as "rgb_array".

        Raises UsageError where the env has no such mode or `make` takes no `render_mode`.
        """
        env = self.make_native()
        modes = env.metadata.get("render_modes") or ()
        env.close()
        if render_mode not in modes:
            offer = f" (it has: {', '.join(modes)})" if modes else ""
            raise UsageError(f"game {self.key!r} cannot be drawn: its env has no render mode {render_mode!r}{offer}")
        takes = inspect.signature(self.make).parameters
        if "render_mode" not in takes and not any(one.kind is one.VAR_KEYWORD for one in takes.values()):
            raise UsageError(f"game {self.key!r} cannot be drawn: the function that makes its env takes no render_mode")
        return replace(self, make=functools.partial(self.make, render_mode=render_mode))

    def make_native(self) -> AECEnv[Any, Any, Any] | ParallelEnv[Any, Any, Any]:
        """A new env with the chosen options, as its author made it.

        Raises UsageError when it refuses the options or a package is missing, TypeError for what is no PettingZoo env.
        """
        try:
            env = self.make(**self.chosen)
        except ImportError as error:
            if not self.extra:
                raise
            install = f"pip install 'game-ai-arena[{self.extra}]'"
            raise UsageError(f"game {self.id!r} needs packages that are not here ({error}): {install}") from error
        except (AssertionError, ValueError, TypeError) as error:
            if not self.chosen:
                raise
            raise UsageError(f"game {self.key!r} cannot be made: {error}") from error
        from pettingzoo import AECEnv, ParallelEnv

        if not isinstance(env, AECEnv | ParallelEnv):
            raise TypeError(f"make returned a {type(env).__name__}, which is no PettingZoo env")
        return env

    def new_env(self) -> AECEnv[Any, Any, Any] | ParallelEnv[Any, Any, Any]:
        """A new env for a match. Raises as `make_native` does.

        Where copies are known to be sound, since turns carry models, it is a copy of one that was never played on: a
        tenth of the work of building all spaces again.
        """
        if not self.has_model:
            return self.make_native()
        from arena.cloning import clone_env

        return clone_env(self._never_played)

    @functools.cached_property
    def _never_played(self) -> AECEnv[Any, Any, Any] | ParallelEnv[Any, Any, Any]:
        return self.make_native()

    def make_env(self) -> AECEnv[Any, Any, Any]:
        """A new env in which seats move one at a time: a parallel env is converted. Raises as `make_native` does."""
        from pettingzoo import AECEnv
        from pettingzoo.utils.conversions import parallel_to_aec

        env = self.make_native()
        return env if isinstance(env, AECEnv) else parallel_to_aec(env)

    @functools.cached_property
    def action_spaces(self) -> tuple[Space[Any], ...]:
        """The action space of each seat."""
        return self._spaces[0]

    @functools.cached_property
    def observation_spaces(self) -> tuple[Space[Any], ...]:
        """The observation space of each seat, as the env gives it (with the mask where it has one)."""
        return self._spaces[1]

    @functools.cached_property
    def n_players(self) -> int:
        """The number of seats."""
        return len(self.action_spaces)

    @functools.cached_property
    def n_actions(self) -> int:
        """The number of actions, where all seats share one Discrete space. Raises ValueError otherwise."""
        if not self.discrete:
            raise ValueError(f"game {self.key!r} has no single set of actions: {self.action_spaces}")
        return int(self.action_spaces[0].n)  # type: ignore[attr-defined]  # Discrete, as `discrete` says

    @functools.cached_property
    def numbered(self) -> bool:
        """Whether every seat has a Discrete action space that starts at 0; their sizes may differ."""
        from gymnasium.spaces import Discrete

        return all(isinstance(space, Discrete) and space.start == 0 for space in self.action_spaces)

    @functools.cached_property
    def discrete(self) -> bool:
        """Whether all seats share one Discrete action space that starts at 0."""
        return self.numbered and all(space == self.action_spaces[0] for space in self.action_spaces)

    @functools.cached_property
    def tree(self) -> Tree | None:
        """The game compiled to arrays, made at the first call; None where the game is not small enough."""
        return self.tree_maker(self) if self.tree_maker else None

    @property
    def deterministic(self) -> bool:
        """Whether an action in a position leads to one position only: no chance, and nobody moves at the same time."""
        return not self.simultaneous and not self.stochastic

    @property
    def has_model(self) -> bool:
        """Whether turns carry a `Model`: the game's own, a clone of the env, or one whose secrets are redrawn.

        An AEC env of a game whose seats choose at once has none: the choices that it holds cannot be drawn anew.
        """
        alone = self.perfect_information and not self.simultaneous
        drawn = self.redraw is not None and (not self.simultaneous or self._spaces[2])
        return self.numbered and (alone or self.model_maker is not None or drawn)

    @functools.cached_property
    def _spaces(self) -> tuple[tuple[Space[Any], ...], tuple[Space[Any], ...], bool]:
        """The spaces of each seat, and whether the env is a parallel one."""
        from pettingzoo import ParallelEnv

        env = self.make_native()
        seats, parallel = env.possible_agents, isinstance(env, ParallelEnv)
        spaces = tuple(map(env.action_space, seats)), tuple(map(env.observation_space, seats)), parallel
        env.close()
        return spaces


def _typed(value: Any) -> str:
    """A value as a user types it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
