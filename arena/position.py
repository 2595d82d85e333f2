"""A game in progress, with seats as numbers: what `Match` plays and what models are clones of."""

from __future__ import annotations

import copy
import functools
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium.spaces import Discrete

from arena.actions import as_index, as_numbers, from_text
from arena.cloning import clone_env
from arena.env_model import EnvModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from arena.game import Game
    from arena.turn import Model

Action = Any  # an int where actions are numbered, else nested tuples of numbers


class Position(ABC):
    """What the two kinds of PettingZoo envs have in common once they are under way."""

    __slots__ = (
        "__weakref__",
        "_finished",
        "_known",
        "_legal",
        "_names",
        "_rewards",
        "_seats",
        "_seen",
        "_spaces",
        "env",
        "game",
        "history",
        "over",
        "seed",
        "to_move",
    )

    def __init__(self, game: Game, env: Any, seed: int) -> None:
        self.game, self.env, self.seed = game, env, seed
        self._names: tuple[Any, ...] = tuple(env.possible_agents)
        self._seats = {name: seat for seat, name in enumerate(self._names)}
        self._spaces = game.action_spaces
        self._rewards = [0.0] * len(self._names)
        self.history: list[tuple[int, Action]] = []  # all that was played, moves of an unfinished round too
        self._known: tuple[tuple[int, Action], ...] = ()  # what all seats may know of it
        self.over = False
        self.to_move = -1
        self._forget()

    @abstractmethod
    def step(self, action: Action) -> None:
        """Plays a legal `action` for `to_move`."""

    @abstractmethod
    def _read(self, seat: int) -> tuple[Any, Any]:
        """The env's observation of `seat` and its mask, None where it has none; the mask counts for the mover only."""

    @property
    def ply(self) -> int:
        """Actions played so far."""
        return len(self.history)

    @property
    def returns(self) -> NDArray[np.float64]:
        """float64 [N]: the rewards of each seat summed since the start."""
        return np.array(self._rewards, dtype=np.float64)

    def clone(self, rng: np.random.Generator | None = None) -> Position:
        """An independent copy for models; with `rng` its random states are drawn anew."""
        twin = object.__new__(type(self))
        twin.seed = 0  # who had the match's own could play it through, with all that others draw in it
        for name in ("game", "over", "to_move", "_names", "_seats", "_spaces", "_known"):
            setattr(twin, name, getattr(self, name))
        twin.env = clone_env(self.env, rng)
        twin._rewards, twin.history = self._rewards.copy(), self.history.copy()
        twin._forget()
        return twin

    def imagined(self, seat: int, rng: np.random.Generator) -> Position:
        """A copy in which all that `seat` cannot know is drawn anew."""
        if self.game.perfect_information and self.game.deterministic:
            return self.clone()
        twin = self.clone(rng)
        if self.game.redraw:
            self.game.redraw(twin.env.unwrapped, seat, rng)
        return twin

    def _forget(self) -> None:
        """Drops what was read from the env."""
        self._seen: tuple[int, Any, Any] | None = None
        self._legal: NDArray[np.bool_] | None = None

    def observe(self, seat: int) -> Any:
        """The observation of `seat` without its mask; an array is read-only."""
        seen = self._seen
        if seen is None or seen[0] != seat:  # many envs build it anew whenever they are asked
            seen = self._seen = (seat, *self._read(seat))
        return _frozen(seen[1])

    @property
    def numbered(self) -> bool:
        """Whether the seat on move chooses among numbered actions."""
        return self.game.numbered or isinstance(self._spaces[self.to_move], Discrete)

    @property
    def legal(self) -> NDArray[np.bool_]:
        """bool [A], True = legal for `to_move`, read-only; all True where the env has no mask, all False at the end.

        None, whatever the type says, where the mover's actions are not numbered.
        """
        if self._legal is None and self.numbered:
            self._legal = self._read_mask()
        return self._legal  # type: ignore[return-value]  # as the docstring says

    def _read_mask(self) -> NDArray[np.bool_]:
        """Only the mover's mask is ever read: some envs give every seat the mover's."""
        seat, mask = self.to_move, None
        if not self.over:
            if self._seen is None or self._seen[0] != seat:
                self._seen = (seat, *self._read(seat))
            mask = self._seen[2]
        if mask is None:
            return _uniform_mask(int(self._spaces[seat].n), not self.over)  # type: ignore[attr-defined]  # Discrete
        legal = np.array(mask, dtype=np.bool_)
        legal.setflags(write=False)
        return legal

    def accept(self, move: Any) -> Action | None:
        """The action that `move` means for `to_move`, None where it is not legal or no action at all."""
        if not self.numbered:
            return as_numbers(self._spaces[self.to_move], move)
        legal = self.legal
        action = move if type(move) is int else as_index(move)
        return action if action is not None and 0 <= action < len(legal) and legal[action] else None

    def known_history(self, seat: int) -> Sequence[tuple[int, Action]]:
        """The (seat, action) pairs that `seat` may know: where seats move at once, those of finished rounds."""
        if self.game.history_of:
            return tuple(self.game.history_of(self.env.unwrapped, seat))
        if len(self._known) != len(self.history) and not self.game.simultaneous:
            self._known = tuple(self.history)
        return self._known

    def text(self, seat: int) -> str:
        """The position as text for `seat`."""
        return self.game.view.text(self.env.unwrapped, seat) if self.game.view else str(self.observe(seat))

    def name(self, action: Action) -> str:
        """The name of an action; its number where the game has no names."""
        return self._view_name(action) if self.game.view else str(action)

    def parse(self, text: str) -> Action:
        """The action a name or number means. Raises ValueError when it means none."""
        if not self.numbered:
            return from_text(self._spaces[self.to_move], text)
        legal = self.legal
        if text.strip().isdecimal() and int(text) < len(legal):
            return int(text)
        if self.game.view:
            return self._view_parse(text)
        raise ValueError(f"{text!r} is no action number from 0 to {len(legal) - 1}")

    @abstractmethod
    def _view_name(self, action: Action) -> str:
        """What the game's view calls an action of the seat on move."""

    @abstractmethod
    def _view_parse(self, text: str) -> Action:
        """The action of the seat on move that the game's view reads in a text. Raises ValueError."""

    def model(self, seat: int) -> Model | None:
        """A model for `seat` in which all that it cannot know is drawn from the match's seed, None without one."""
        if not self.game.has_model:
            return None
        if self.game.model_maker:
            return self.game.model_maker(self.env.unwrapped, seat)
        from arena.seeding import generator

        return EnvModel(self.imagined(seat, generator(self.seed, "model", self.ply)))


@functools.cache
def _uniform_mask(size: int, legal: bool) -> NDArray[np.bool_]:
    """bool [size], read-only, all the same."""
    mask = np.full(size, legal)
    mask.setflags(write=False)
    return mask


def _frozen(seen: Any) -> Any:
    if not isinstance(seen, np.ndarray):
        return copy.deepcopy(seen)
    if seen.base is None and not seen.flags.writeable:  # nobody can change it: the env made it so
        return seen
    array = seen.copy()
    array.setflags(write=False)
    return array
