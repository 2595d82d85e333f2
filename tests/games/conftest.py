"""What the tests of all views share: seeded random games on bare envs, and what holds for every view."""

import random
from collections.abc import Callable, Collection, Iterator
from typing import Any

import pytest

from arena.game import View


def legal_actions(env: Any) -> list[int]:
    """The legal actions of the seat on move."""
    mask = env.observe(env.agent_selection)["action_mask"]
    return [action for action, legal in enumerate(mask) if legal]


def random_positions(env: Any, seed: int, plies: int = 10_000, rarely: Collection[int] = ()) -> Iterator[bool]:
    """Plays a random game on `env`; yields before each ply and at the end whether the game is over.

    The actions in `rarely` end games early; they are taken in one of ten turns at most.
    """
    env.reset(seed=seed)
    rng = random.Random(seed)
    for _ in range(plies):
        over = all(env.terminations.values()) or all(env.truncations.values())
        yield over
        if over:
            return
        legal = legal_actions(env)
        often = [action for action in legal if action not in rarely]
        env.step(rng.choice(often if often and rng.random() < 0.9 else legal))


def check_view(view: View, env: Any, seed: int, any_case: bool = True, rarely: Collection[int] = ()) -> None:
    """What every view promises, at every position of one random game."""
    seats, n_actions = range(len(env.possible_agents)), int(env.action_space(env.possible_agents[0]).n)
    for ply, over in enumerate(random_positions(env, seed, rarely=rarely)):
        assert all(view.text(env, seat).strip() for seat in seats)
        legal = [] if over else legal_actions(env)
        names = {action: view.name(env, action) for action in legal}
        assert len(set(names.values())) == len(legal)
        assert [view.parse(env, name) for name in names.values()] == legal
        if any_case:
            assert [view.parse(env, f"  {name.upper()} ") for name in names.values()] == legal
        for action in range(0, n_actions, 1 + n_actions // 50):
            assert view.name(env, action).strip()
        for nonsense in ("", " ", "--", "0000", "xyzzy", "½", "-1") if over or ply % 10 == 0 else ():
            with pytest.raises(ValueError, match=r"is no .{10}"):
                view.parse(env, nonsense)


@pytest.fixture(scope="session")
def holds_for_a_random_game() -> Callable[..., None]:
    return check_view


@pytest.fixture(scope="session")
def positions() -> Callable[..., Iterator[bool]]:
    return random_positions


@pytest.fixture(scope="session")
def legal() -> Callable[[Any], list[int]]:
    return legal_actions
