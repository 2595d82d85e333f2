"""One game in progress on a PettingZoo env: the only file that knows PettingZoo's traps.

Seats are numbers here; PettingZoo's seat names, its masks in two places, its dead steps, its rewards that reach
every seat at different moments and its two kinds of ending stay inside.
"""

from __future__ import annotations

import copy
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pettingzoo.utils.wrappers import AssertOutOfBoundsWrapper, OrderEnforcingWrapper, TerminateIllegalWrapper

from arena.game import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pettingzoo import AECEnv

    from arena.game import Game

# They check what `Match` checks already, for four fifths of the time of a step.
_CHECKING_WRAPPERS = (AssertOutOfBoundsWrapper, OrderEnforcingWrapper, TerminateIllegalWrapper)


def bare(env: AECEnv[Any, Any, Any]) -> AECEnv[Any, Any, Any]:
    """The env without PettingZoo's own checking wrappers; any other wrapper changes the game and stays."""
    while type(env) in _CHECKING_WRAPPERS:
        env = env.env
    return env


def clone_env(env: AECEnv[Any, Any, Any]) -> AECEnv[Any, Any, Any]:
    """An independent copy of an env in mid-game (made with render_mode=None).

    `copy.deepcopy` gives back a fresh env, because EzPickle keeps nothing but constructor arguments. Spaces hold no
    state of the game and are shared; all else is copied in one go, so that aliases between attributes survive.
    """
    shared = {name: value for name, value in vars(env).items() if name.endswith(("_space", "_spaces"))}
    inner = {"env": clone_env(vars(env)["env"])} if "env" in vars(env) else {}
    kept = {name for name in vars(env) if name in shared or name in inner or name.startswith("_ezpickle_")}
    twin: AECEnv[Any, Any, Any] = object.__new__(type(env))
    vars(twin).update(copy.deepcopy({name: value for name, value in vars(env).items() if name not in kept}))
    vars(twin).update(shared | inner)
    return twin


class Position:
    """A game in progress. The env is stepped through here and nowhere else."""

    __slots__ = ("_legal", "_names", "_rewards", "_seats", "env", "game", "history", "over", "to_move")

    def __init__(self, game: Game, seed: int) -> None:
        self.game = game
        self.env = bare(game.make_env())
        self.env.reset(seed=seed % 2**32)
        self._names: tuple[Any, ...] = tuple(self.env.possible_agents)
        self._seats = {name: seat for seat, name in enumerate(self._names)}
        self._rewards = [0.0] * len(self._names)
        self.history: list[tuple[int, int]] = []
        self.over = False
        self._settle()

    def clone(self) -> Position:
        """An independent copy."""
        twin = object.__new__(Position)
        twin.game, twin.env, twin._names, twin._seats = self.game, clone_env(self.env), self._names, self._seats
        twin._rewards, twin.history = self._rewards.copy(), self.history.copy()
        twin.over, twin.to_move, twin._legal = self.over, self.to_move, self._legal
        return twin

    @property
    def ply(self) -> int:
        """Actions played so far."""
        return len(self.history)

    @property
    def returns(self) -> NDArray[np.float64]:
        """float64 [N]: the rewards of each seat summed since the start."""
        return np.array(self._rewards, dtype=np.float64)

    def step(self, action: int) -> None:
        """Plays a legal `action` for `to_move`."""
        self.history.append((self.to_move, action))
        self.env.step(action)
        # After a live step `rewards` holds that step's reward of every seat, the ones not on move included.
        for name, reward in self.env.rewards.items():
            self._rewards[self._seats[name]] += reward
        self._settle()

    def _settle(self) -> None:
        """Takes the dead steps PettingZoo asks for, then finds who is on move or that the game is over."""
        env = self.env
        while env.agents and (env.terminations[env.agent_selection] or env.truncations[env.agent_selection]):
            if all(env.terminations[name] or env.truncations[name] for name in env.agents):
                break
            env.step(None)
        ended = not env.agents or env.terminations[env.agent_selection] or env.truncations[env.agent_selection]
        self._legal: NDArray[np.bool_] | None = None
        self.over = bool(ended)
        self.to_move = -1 if ended else self._seats[env.agent_selection]

    def observe(self, seat: int) -> Any:
        """The observation of `seat` without its mask; an array is a read-only copy."""
        seen = self.env.observe(self._names[seat])
        if isinstance(seen, dict) and "action_mask" in seen:
            rest = {name: value for name, value in seen.items() if name != "action_mask"}
            seen = rest["observation"] if set(rest) == {"observation"} else rest
        return _frozen(seen)

    @property
    def legal(self) -> NDArray[np.bool_]:
        """bool [A], True = legal for `to_move`, read-only; all True where the env has no mask, all False at the end."""
        if self._legal is None:
            self._legal = self._read_mask()
            self._legal.setflags(write=False)
        return self._legal

    def _read_mask(self) -> NDArray[np.bool_]:
        """Only the mover's mask is ever read: some envs give every seat the mover's."""
        if self.over:
            return np.zeros(self.game.n_actions, dtype=np.bool_)
        name = self._names[self.to_move]
        seen = self.env.observe(name)
        mask = seen.get("action_mask") if isinstance(seen, dict) else None
        if mask is None:
            mask = self.env.infos[name].get("action_mask")
        if mask is None:
            return np.ones(self.game.n_actions, dtype=np.bool_)
        return np.array(mask, dtype=np.bool_)

    def known_history(self) -> Sequence[tuple[int, int]]:
        """The (seat, action) pairs that the mover may know: in a simultaneous game only finished rounds."""
        pending = len(self.history) % len(self._names) if self.game.simultaneous else 0
        return tuple(self.history[: len(self.history) - pending])

    def text(self, seat: int) -> str:
        """The position as text for `seat`."""
        return self.game.view.text(self.env, seat) if self.game.view else str(self.observe(seat))

    def name(self, action: int) -> str:
        """The name of an action; its number where the game has no names."""
        return self.game.view.name(self.env, action) if self.game.view else str(action)

    def parse(self, text: str) -> int:
        """The action a name or number means. Raises ValueError when it means none."""
        if text.strip().isdecimal() and int(text) < self.game.n_actions:
            return int(text)
        if self.game.view:
            return self.game.view.parse(self.env, text)
        raise ValueError(f"{text!r} is no action number from 0 to {self.game.n_actions - 1}")

    def model(self, seat: int) -> Model | None:
        """A model for `seat`, where nothing is hidden from it."""
        return EnvModel(self.clone()) if self.game.has_model else None


def _frozen(seen: Any) -> Any:
    if not isinstance(seen, np.ndarray):
        return copy.deepcopy(seen)
    array = seen.copy()
    array.setflags(write=False)
    return array


class EnvModel(Model):
    """A clone of the env as a model: right only where nothing is hidden and nothing is left to chance."""

    __slots__ = ("position",)

    def __init__(self, position: Position) -> None:
        self.position = position

    def clone(self) -> EnvModel:
        return EnvModel(self.position.clone())

    @property
    def legal(self) -> NDArray[np.bool_]:
        return self.position.legal

    def apply(self, action: int) -> None:
        self.position.step(action)

    @property
    def to_move(self) -> int:
        return self.position.to_move

    @property
    def terminal(self) -> bool:
        return self.position.over

    @property
    def returns(self) -> NDArray[np.float64]:
        return self.position.returns

    def observe(self, seat: int) -> Any:
        return self.position.observe(seat)

    def key(self, seat: int) -> Hashable:
        """The game's own key of the position where it has one, else the whole history (which never merges)."""
        key = self.position.game.position_key
        return key(self.position.env) if key else tuple(self.position.history)

    def sample(self, rng: np.random.Generator) -> EnvModel:
        return self.clone()
