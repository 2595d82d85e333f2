"""PettingZoo's two kinds of envs as positions: the only file that knows their traps.

Seats are numbers here; PettingZoo's seat names, its masks in two places, its dead steps, its rewards that reach
every seat at different moments and its two kinds of ending stay inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pettingzoo import AECEnv
from pettingzoo.utils.wrappers import AssertOutOfBoundsWrapper, OrderEnforcingWrapper, TerminateIllegalWrapper

from arena.actions import to_env
from arena.position import Action, Position

if TYPE_CHECKING:
    import numpy as np

    from arena.game import Game

# They check what `Match` checks already, for four fifths of the time of a step.
_CHECKING_WRAPPERS = (AssertOutOfBoundsWrapper, OrderEnforcingWrapper, TerminateIllegalWrapper)


SEEDS = 2**31  # envs take seeds below it: OpenSpiel's hanabi reads one as a C int


def begin(game: Game, seed: int) -> Position:
    """The first position of a game. Raises as `Game.make_native` does."""
    env = game.new_env()
    return AecPosition(game, env, seed) if isinstance(env, AECEnv) else ParallelPosition(game, env, seed)


def bare(env: AECEnv[Any, Any, Any]) -> AECEnv[Any, Any, Any]:
    """The env without PettingZoo's own checking wrappers; any other wrapper changes the game and stays."""
    while type(env) in _CHECKING_WRAPPERS:
        env = env.env
    return env


def _without_mask(seen: Any, info: Any) -> tuple[Any, Any]:
    """(observation, mask or None): the mask lies in the observation, or in the info."""
    if isinstance(seen, dict) and "action_mask" in seen:
        rest = {name: value for name, value in seen.items() if name != "action_mask"}
        return rest["observation"] if set(rest) == {"observation"} else rest, seen["action_mask"]
    return seen, info.get("action_mask")


class AecPosition(Position):
    """An env in which seats move one at a time."""

    __slots__ = ()

    def __init__(self, game: Game, env: AECEnv[Any, Any, Any], seed: int) -> None:
        super().__init__(game, bare(env), seed)
        self.env.reset(seed=seed % SEEDS)
        self._settle()

    def step(self, action: Action) -> None:
        mover = self.to_move
        self.history.append((mover, action))
        self.env.step(to_env(self._spaces[mover], action))
        # After a live step `rewards` holds that step's reward of every seat, the ones not on move included.
        for name, reward in self.env.rewards.items():
            self._rewards[self._seats[name]] += reward
        self._settle()
        if self.game.simultaneous and (self.over or self.to_move <= mover):  # seats answer in order: a round is over
            self._known = tuple(self.history)

    def _settle(self) -> None:
        """Takes the dead steps PettingZoo asks for, then finds who is on move or that the game is over."""
        env = self.env
        while env.agents and (env.terminations[env.agent_selection] or env.truncations[env.agent_selection]):
            if all(env.terminations[name] or env.truncations[name] for name in env.agents):
                break
            env.step(None)
        ended = not env.agents or env.terminations[env.agent_selection] or env.truncations[env.agent_selection]
        self._forget()
        self.over = bool(ended)
        self.to_move = -1 if ended else self._seats[env.agent_selection]

    def _read(self, seat: int) -> tuple[Any, Any]:
        name = self._names[seat]
        return _without_mask(self.env.observe(name), self.env.infos.get(name, {}))

    def _view_name(self, action: Action) -> str:
        view: Any = self.game.view
        return str(view.name(self.env.unwrapped, action))

    def _view_parse(self, text: str) -> Action:
        view: Any = self.game.view
        return view.parse(self.env.unwrapped, text)


class ParallelPosition(Position):
    """An env in which all seats move at once; it is asked for a whole round, and nothing of one that is not whole."""

    __slots__ = ("_infos", "_observations", "_pending")

    def __init__(self, game: Game, env: Any, seed: int) -> None:
        super().__init__(game, env, seed)
        self._observations, self._infos = env.reset(seed=seed % SEEDS)
        self._pending: dict[Any, Action] = {}
        self._next()

    def clone(self, rng: np.random.Generator | None = None) -> ParallelPosition:
        twin = super().clone(rng)
        assert isinstance(twin, ParallelPosition)
        twin._observations, twin._infos = self._observations, self._infos
        twin._pending = self._pending.copy()
        return twin

    def imagined(self, seat: int, rng: np.random.Generator) -> Position:
        """As for all games; what others have played in this round already is drawn anew, legal or not."""
        twin = super().imagined(seat, rng)
        assert isinstance(twin, ParallelPosition)
        for place, (other, _) in enumerate(twin.history[len(twin._known) :], len(twin._known)):
            if other != seat:
                mask = _without_mask(twin._observations[self._names[other]], twin._infos.get(self._names[other], {}))[1]
                legal = range(int(self._spaces[other].n)) if mask is None else mask.nonzero()[0]  # type: ignore[attr-defined]  # a model has numbered actions
                drawn = int(legal[rng.integers(len(legal))])
                twin.history[place] = (other, drawn)
                twin._pending[self._names[other]] = drawn
        return twin

    def step(self, action: Action) -> None:
        mover = self.to_move
        self.history.append((mover, action))
        self._pending[self._names[mover]] = action
        if len(self._pending) == len(self.env.agents):
            self._play_round()
        self._next()

    def _play_round(self) -> None:
        actions, seats = self._pending, self._seats
        if not self.game.numbered:
            actions = {name: to_env(self._spaces[seats[name]], action) for name, action in actions.items()}
        self._observations, rewards, _, _, self._infos = self.env.step(actions)
        for name, reward in rewards.items():
            self._rewards[seats[name]] += reward
        self._pending = {}
        self._known = tuple(self.history)

    def _next(self) -> None:
        """Finds who is on move, in the order of seats, or that the game is over."""
        self._seen = self._legal = None
        agents, answered = self.env.agents, len(self._pending)
        self.over = not agents
        self.to_move = self._seats[agents[answered]] if agents else -1

    def _read(self, seat: int) -> tuple[Any, Any]:
        name = self._names[seat]
        return _without_mask(self._observations.get(name), self._infos.get(name, {}))

    def _view_name(self, action: Action) -> str:
        view: Any = self.game.view
        return str(view.name(self.env.unwrapped, action, self.to_move))

    def _view_parse(self, text: str) -> Action:
        view: Any = self.game.view
        return view.parse(self.env.unwrapped, text, self.to_move)
