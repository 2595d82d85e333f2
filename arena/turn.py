"""What an agent sees when it must act, and the models it may think with.

Batch letters used throughout: B turns, N players, A actions. Masks: True means legal.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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


class TurnSource(Protocol):
    """Where a turn gets what is made only when asked for."""

    def model(self) -> Model | None: ...
    def text(self) -> str: ...
    def name(self, action: Any) -> str: ...
    def parse(self, text: str) -> Any: ...


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Turn:
    """What an agent sees when it must act."""

    observation: Any  # the env's own, mask taken out, arrays read-only
    legal: NDArray[np.bool_]  # [A], True = legal; None, whatever the type says, where actions are not numbered
    seat: int
    ply: int  # actions played before this one
    history: Sequence[tuple[int, Any]]  # (seat, action) pairs this seat may know, oldest first
    time_left: float | None = None  # seconds for this move
    source: TurnSource | None = field(default=None, repr=False)  # not for agents: use the members below

    def __init__(
        self,
        observation: Any,
        legal: NDArray[np.bool_],
        seat: int,
        ply: int,
        history: Sequence[tuple[int, Any]],
        time_left: float | None = None,
        source: TurnSource | None = None,
    ) -> None:
        # What a frozen dataclass does by itself takes twice as long, and every move begins with a turn.
        _SET_OBSERVATION(self, observation)
        _SET_LEGAL(self, legal)
        _SET_SEAT(self, seat)
        _SET_PLY(self, ply)
        _SET_HISTORY(self, history)
        _SET_TIME_LEFT(self, time_left)
        _SET_SOURCE(self, source)

    @property
    def numbered(self) -> bool:
        """Whether the seat chooses among numbered actions; where it does not, `legal` is None."""
        return self.legal is not None

    @property
    def model(self) -> Model | None:
        """A model of this position, None where the game offers none; what this seat cannot know is drawn at random."""
        return self.source.model() if self.source else None

    @property
    def text(self) -> str:
        """The position in words and characters."""
        return self.source.text() if self.source else str(self.observation)

    def name(self, action: Any) -> str:
        """The name of `action` here."""
        return self.source.name(action) if self.source else str(action)

    def parse(self, text: str) -> Any:
        """The action that a name or number means here. Raises ValueError when it means none."""
        return self.source.parse(text) if self.source else int(text)


_SET_OBSERVATION, _SET_LEGAL, _SET_SEAT, _SET_PLY, _SET_HISTORY, _SET_TIME_LEFT, _SET_SOURCE = (
    getattr(Turn, name).__set__ for name in ("observation", "legal", "seat", "ply", "history", "time_left", "source")
)
