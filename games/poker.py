"""RLCard's poker games in PettingZoo's form: leduc, limit and no-limit Texas hold'em.

Returns are big blinds in leduc and limit hold'em, chips in no limit. The seed draws the cards and who moves first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from arena import Game
from games.poker_views import LeducView, LimitHoldemView, NoLimitHoldemView

if TYPE_CHECKING:
    import numpy as np
    from pettingzoo import AECEnv

MOST_PLAYERS = 10


def _make_leduc(render_mode: str | None = None) -> AECEnv[Any, Any, Any]:
    from pettingzoo.classic.rlcard_envs import leduc_holdem

    return leduc_holdem.env(render_mode=render_mode)


def _make_limit(num_players: int = 2, render_mode: str | None = None) -> AECEnv[Any, Any, Any]:
    from pettingzoo.classic.rlcard_envs import texas_holdem

    return texas_holdem.env(num_players=num_players, render_mode=render_mode)


def _make_no_limit(num_players: int = 2, render_mode: str | None = None) -> AECEnv[Any, Any, Any]:
    import warnings

    from pettingzoo.classic.rlcard_envs import texas_holdem_no_limit

    with warnings.catch_warnings():  # it builds a float32 space from float64 bounds, which is said at each env
        warnings.filterwarnings("ignore", message=".*precision lowered.*")
        return texas_holdem_no_limit.env(num_players=num_players, render_mode=render_mode)


def redraw(env: Any, seat: int, rng: np.random.Generator) -> None:
    """Deals anew what `seat` has not seen: the hands of the others and the deck, all orders equally likely."""
    game = env.env.game
    others = [player for place, player in enumerate(game.players) if place != seat]
    hands = [player.hand if isinstance(player.hand, list) else [player.hand] for player in others]
    unseen = sorted([*game.dealer.deck, *(card for hand in hands for card in hand)], key=lambda card: card.get_index())
    drawn = [unseen[place] for place in rng.permutation(len(unseen))]
    for player, hand in zip(others, hands, strict=True):
        new, drawn = drawn[: len(hand)], drawn[len(hand) :]
        player.hand = new if isinstance(player.hand, list) else new[0]
    game.dealer.deck = drawn
    env._last_obs = None  # what the seat before has seen


def _limit_facts(options: Mapping[str, Any]) -> dict[str, Any]:
    """A seat can lose 25 big blinds: 5 before the flop, 4 on it, 8 on each later street."""
    players = options["num_players"]
    return {"return_range": (-25.0, 25.0 * (players - 1)), "max_plies": 24 * players}


def _no_limit_facts(options: Mapping[str, Any]) -> dict[str, Any]:
    """A seat can lose its stack of 100 chips."""
    players = options["num_players"]
    return {"return_range": (-100.0, 100.0 * (players - 1)), "max_plies": 40 * players}


LEDUC = Game(
    "leduc_holdem",
    make=_make_leduc,
    version="4",
    env_id="classic/leduc_holdem-v4",
    extra="classic",
    return_range=(-7.0, 7.0),
    stochastic=True,
    zero_sum=True,
    max_plies=10,
    view=LeducView(),
    redraw=redraw,
)

TEXAS = Game(
    "texas_holdem",
    make=_make_limit,
    version="4",
    env_id="classic/texas_holdem-v4",
    extra="classic",
    options={"num_players": 2},
    option_ranges={"num_players": (2, MOST_PLAYERS)},
    facts_of=_limit_facts,
    return_range=(-25.0, 25.0),
    stochastic=True,
    zero_sum=True,
    max_plies=48,
    view=LimitHoldemView(),
    redraw=redraw,
)

TEXAS_NO_LIMIT = Game(
    "texas_holdem_no_limit",
    make=_make_no_limit,
    version="6",
    env_id="classic/texas_holdem_no_limit-v6",
    extra="classic",
    options={"num_players": 2},
    option_ranges={"num_players": (2, MOST_PLAYERS)},
    facts_of=_no_limit_facts,
    return_range=(-100.0, 100.0),
    stochastic=True,
    zero_sum=True,
    max_plies=80,
    view=NoLimitHoldemView(),
    redraw=redraw,
)
