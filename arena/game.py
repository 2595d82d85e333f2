"""What can be played: games, the turns that agents see, and the models they may think with.

Batch letters used throughout: B turns, N players, A actions. Masks: True means legal.
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from arena.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from gymnasium import Space
    from numpy.typing import NDArray
    from pettingzoo import AECEnv

    from arena.trees import Tree

_NO_OPTIONS: Mapping[str, Any] = MappingProxyType({})


class Model(ABC):
    """A state of a game to think with: a copy that search may change without touching the match."""

    @abstractmethod
    def clone(self) -> Model:
        """An independent copy."""

    @property
    @abstractmethod
    def legal(self) -> NDArray[np.bool_]:
        """bool [A], True = legal, for the seat to move; all False at the end."""

    @abstractmethod
    def apply(self, action: int) -> None:
        """Plays a legal `action` for the seat to move."""

    @property
    @abstractmethod
    def to_move(self) -> int:
        """The seat to move; meaningless at the end."""

    @property
    @abstractmethod
    def terminal(self) -> bool:
        """Whether the game is over."""

    @property
    @abstractmethod
    def returns(self) -> NDArray[np.float64]:
        """float64 [N]: the rewards of each seat summed since the start."""

    @property
    def chance(self) -> tuple[NDArray[np.int64], NDArray[np.float64]] | None:
        """(actions, probabilities) at a chance node, None where a seat is to move."""
        return None

    @abstractmethod
    def observe(self, seat: int) -> Any:
        """What `Turn.observation` would show to `seat`."""

    @abstractmethod
    def key(self, seat: int) -> Hashable:
        """What `seat` knows; in games of perfect information equal keys mean the same position."""

    @abstractmethod
    def sample(self, rng: np.random.Generator) -> Model:
        """A copy in which all that the seat to move cannot know is drawn anew (perfect information: a clone)."""

    @property
    def state(self) -> NDArray[Any] | None:
        """The flat state array, where the game has compiled rules."""
        return None


class View(Protocol):
    """How people read a game. `state` is the bare env of a PettingZoo game."""

    def text(self, state: Any, seat: int) -> str:
        """The position as `seat` may see it."""

    def name(self, state: Any, action: int) -> str:
        """The name of an action in this position."""

    def parse(self, state: Any, text: str) -> int:
        """The action of a name or number. Raises ValueError when the text means no action."""


@dataclass(frozen=True)
class Symmetry:
    """A relabelling under which a game is the same game; a game that has any shows each mover its whole position.

    `image.flat[i] == observation.flat[self.observation[i]]`, and action `a` becomes `self.actions[a]`.
    """

    observation: NDArray[np.intp]  # [size of one observation]
    actions: NDArray[np.intp]  # [A]


class TurnSource(Protocol):
    """Where a turn gets what is made only when asked for."""

    def model(self, seat: int) -> Model | None: ...
    def text(self, seat: int) -> str: ...
    def name(self, action: int) -> str: ...
    def parse(self, text: str) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """What an agent sees when it must act."""

    observation: Any  # the env's own, mask taken out, arrays read-only
    legal: NDArray[np.bool_]  # [A], True = legal
    seat: int
    ply: int  # actions played before this one
    history: Sequence[tuple[int, int]]  # (seat, action) pairs this seat may know, oldest first
    time_left: float | None = None  # seconds for this move
    source: TurnSource | None = field(default=None, repr=False)  # not for agents: use the members below

    @property
    def model(self) -> Model | None:
        """A model of this position, None where the game offers none."""
        return self.source.model(self.seat) if self.source else None

    @property
    def text(self) -> str:
        """The position in words and characters."""
        return self.source.text(self.seat) if self.source else str(self.observation)

    def name(self, action: int) -> str:
        """The name of `action` here."""
        return self.source.name(action) if self.source else str(action)

    def parse(self, text: str) -> int:
        """The action that a name or number means here. Raises ValueError when it means none."""
        return self.source.parse(text) if self.source else int(text)


@dataclass(frozen=True, eq=False)
class Game:
    """A PettingZoo environment and what the arena knows of it.

    Facts that the env states (players, spaces) are read from it once; the others are claims of the author, and
    `arena.testing.check_game` holds each of them against many seeded games.
    """

    id: str
    make: Callable[..., AECEnv[Any, Any, Any]]  # make(**options)
    version: str = "1"
    options: Mapping[str, Any] = field(default_factory=lambda: _NO_OPTIONS)  # name -> default; `go:size=9`
    option_ranges: Mapping[str, tuple[float, float]] = field(default_factory=lambda: _NO_OPTIONS)  # inclusive
    chosen: Mapping[str, Any] = field(default_factory=lambda: _NO_OPTIONS)  # the options that differ from them
    facts_of: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None  # options -> facts that follow from them
    return_range: tuple[float, float] = (-1.0, 1.0)  # lowest and highest return of a seat
    perfect_information: bool = False
    simultaneous: bool = False
    stochastic: bool = False
    zero_sum: bool = False
    cooperative: bool = False
    max_plies: int = 1000  # a match that reaches it ends with "ply cap"
    tree_maker: Callable[[Game], Tree] | None = None
    symmetries: Sequence[Symmetry] = ()
    view: View | None = None
    position_key: Callable[[Any], Hashable] | None = None  # bare env -> key that equal positions share

    @property
    def key(self) -> str:
        """`id` with the chosen options: what the user would type."""
        chosen = ",".join(f"{name}={value}" for name, value in sorted(self.chosen.items()))
        return f"{self.id}:{chosen}" if chosen else self.id

    @property
    def identity(self) -> str:
        """Key and version: ratings of different identities never mix."""
        return f"{self.key}@{self.version}"

    def with_options(self, chosen: Mapping[str, Any]) -> Game:
        """This game with other options. Raises UsageError for an unknown one or a value of another type."""
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
        facts = self.facts_of(dict(self.options) | chosen) if self.facts_of else {}
        return replace(self, chosen=chosen, **facts)

    def make_env(self) -> AECEnv[Any, Any, Any]:
        """A new env with the chosen options; a parallel env is converted. Raises UsageError when it refuses them."""
        try:
            return _as_aec(self.make(**self.chosen))
        except (AssertionError, ValueError, TypeError) as error:
            if not self.chosen:
                raise
            raise UsageError(f"game {self.key!r} cannot be made: {error}") from error

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
    def discrete(self) -> bool:
        """Whether all seats share one Discrete action space that starts at 0."""
        from gymnasium.spaces import Discrete

        first = self.action_spaces[0]
        return isinstance(first, Discrete) and first.start == 0 and all(space == first for space in self.action_spaces)

    @functools.cached_property
    def tree(self) -> Tree | None:
        """The game compiled to arrays, made at the first call; None where the game is not small enough."""
        return self.tree_maker(self) if self.tree_maker else None

    @property
    def has_model(self) -> bool:
        """Whether turns carry a `Model`: a clone of the env is one where nothing is hidden."""
        return self.perfect_information and not self.simultaneous and not self.stochastic

    @functools.cached_property
    def _spaces(self) -> tuple[tuple[Space[Any], ...], tuple[Space[Any], ...]]:
        env = self.make_env()
        seats = env.possible_agents
        spaces = tuple(map(env.action_space, seats)), tuple(map(env.observation_space, seats))
        env.close()
        return spaces


def _as_aec(env: Any) -> AECEnv[Any, Any, Any]:
    """The env as one in which seats move one at a time. Raises TypeError for what is no PettingZoo env."""
    from pettingzoo import AECEnv, ParallelEnv
    from pettingzoo.utils.conversions import parallel_to_aec

    if isinstance(env, AECEnv):
        return env
    if isinstance(env, ParallelEnv):
        return parallel_to_aec(env)
    raise TypeError(f"make returned a {type(env).__name__}, which is no PettingZoo env")
