"""Who plays and who learns: two different types, so that what is rated never learns or explores."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from arena.game import Game
    from arena.selfplay import Budget, Pool
    from arena.turn import Turn

NEEDS = (
    "deterministic",
    "discrete",
    "model",
    "numbered",
    "perfect_information",
    "simultaneous",
    "tree",
    "two_players",
    "zero_sum",
)


@dataclass(frozen=True)
class Decision:
    """An action with what the agent thought of it."""

    action: Any  # a number; nested sequences of numbers where actions are not numbered; None resigns
    value: float | None = None  # expected return of the mover
    policy: Sequence[float] | None = None  # [A]
    note: Mapping[str, Any] = field(default_factory=dict)  # JSON: shown and stored


class Agent(ABC):
    """Chooses the actions of one seat. Nothing is remembered across `reset`, and acting changes no weights."""

    seat: int
    rng: np.random.Generator

    def reset(self, *, seat: int, seed: int) -> None:
        """Begins a match: the same seed gives the same moves."""
        from arena.seeding import generator

        self.seat = seat
        self.rng = generator(seed)

    @abstractmethod
    def act(self, turn: Turn) -> Any:
        """The action for this turn, or a `Decision`; may be `async def`: a worker then plays many matches at once."""

    def twin(self) -> Agent:
        """An agent that plays another match at the same time and shares what is costly, such as a network.

        A shallow copy: what changes during a match must be made anew in `reset`, not emptied there.
        """
        return copy.copy(self)

    def close(self) -> None:
        """Frees what the agent holds."""
        return


@runtime_checkable
class HasPolicy(Protocol):
    """An agent whose choice is a distribution: a pure function of the turns."""

    def policy(self, turns: Sequence[Turn]) -> NDArray[np.float64]:
        """float64 [B, A]: the probability of each action, 0 where illegal, rows sum to 1."""


@runtime_checkable
class HasValues(Protocol):
    """An agent that can say what each action is worth."""

    def values(self, turn: Turn) -> NDArray[np.float64]:
        """float64 [A]: the expected return of the mover for each action, nan where illegal."""


@dataclass(frozen=True)
class State:
    """What a learner or an agent writes down: arrays and JSON, nothing else."""

    arrays: Mapping[str, NDArray[Any]]
    data: Mapping[str, Any]


@runtime_checkable
class HasState(Protocol):
    """An agent that was trained: it can be written to a checkpoint and read back."""

    def state(self) -> State:
        """The weights."""

    def load(self, state: State) -> None:
        """Takes over the weights. Raises ValueError when they do not fit."""


@dataclass(frozen=True)
class Progress:
    """How far a learner has come."""

    games: int
    steps: int
    metrics: Mapping[str, float] = field(default_factory=dict)


class Learner(ABC):
    """Trains, and hands out frozen agents. The caller logs, saves and stops.

    Between two records of `train` everything that the rest of the training depends on is in `state()` and in the
    `rng` that the caller passed: this is what makes a resumed run equal to an undisturbed one.
    """

    games: int = 0  # played so far, over all calls and resumes
    steps: int = 0  # moves seen so far

    @abstractmethod
    def __init__(self, game: Game, config: Any, start: Agent | None = None) -> None:
        """A learner of `game`; `start` is an agent whose policy it begins from, where it can."""

    @abstractmethod
    def train(self, budget: Budget, pool: Pool, rng: np.random.Generator) -> Iterator[Progress]:
        """Plays and learns until `budget` is spent; yields now and then."""

    @abstractmethod
    def agent(self) -> Agent:
        """The present policy, frozen."""

    @abstractmethod
    def state(self) -> State:
        """All that is needed to go on, the random state excepted."""

    @abstractmethod
    def load(self, state: State) -> None:
        """Goes on from `state`. Raises ValueError when it does not fit."""


@dataclass(frozen=True)
class AgentSpec:
    """What a plugin registers: an agent, its settings and what it needs.

    `make`, `config` and `learner` may be texts `module:name`, imported when first used, so that listing agents
    imports none of them.
    """

    id: str
    make: Callable[[Game, Any], Agent] | str
    config: type | str
    learner: type[Learner] | str | None = None
    needs: tuple[str, ...] = ("discrete",)  # of NEEDS
    supports: Callable[[Game], str | None] | None = None  # why it cannot play a game, or None
    summary: str = ""
    tags: tuple[str, ...] = ()
    exact: bool = False  # `values` are the truth
    reproducible: bool = True  # same seed, same moves

    def __post_init__(self) -> None:
        unknown = set(self.needs) - set(NEEDS)
        if unknown:
            raise ValueError(f"agent {self.id!r} needs {sorted(unknown)[0]!r}, which is none of {', '.join(NEEDS)}")


_REASONS = {
    "deterministic": "it needs a game without chance and without moves at the same time",
    "numbered": "it needs numbered actions, and some seat chooses otherwise (a Box, say)",
    "simultaneous": "it needs a game in which all seats choose at once",
    "discrete": "it needs one set of numbered actions shared by all seats",
    "model": "it needs a model to search, and the game offers none",
    "perfect_information": "it needs perfect information",
    "tree": "it needs a game small enough to be compiled to a tree",
    "two_players": "it needs exactly two players",
    "zero_sum": "it needs a zero-sum game",
}


def why_not(spec: AgentSpec, game: Game) -> str | None:
    """Why an agent of `spec` cannot play `game`, in words for the user; None when it can.

    Raises whatever the game's `make` or the agent's `supports` raises.
    """
    offers = {
        "deterministic": lambda: game.deterministic,
        "discrete": lambda: game.discrete,
        "numbered": lambda: game.numbered,
        "simultaneous": lambda: game.simultaneous,
        "model": lambda: game.has_model,
        "perfect_information": lambda: game.perfect_information,
        "tree": lambda: game.tree_maker is not None,
        "two_players": lambda: game.n_players == 2,
        "zero_sum": lambda: game.zero_sum,
    }
    missing = next((need for need in spec.needs if not offers[need]()), None)
    if missing:
        return _REASONS[missing]
    return spec.supports(game) if spec.supports else None
