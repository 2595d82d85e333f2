"""Hanabi: PettingZoo's env over OpenSpiel's rules. Everybody gets the team's score."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from arena import Game
from games.hanabi_view import HanabiView

if TYPE_CHECKING:
    import numpy as np
    from pettingzoo import AECEnv

_CHANCE = -1
_OPTIONS: Mapping[str, int] = {
    "players": 2,
    "colors": 5,
    "ranks": 5,
    "hand_size": 5,
    "max_information_tokens": 8,
    "max_life_tokens": 3,
}

Card = int  # colour * ranks + rank, as OpenSpiel deals it


def _make(**options: Any) -> AECEnv[Any, Any, Any]:
    """Raises ValueError for a deck that is too small: OpenSpiel would end the process."""
    from pettingzoo.classic.hanabi import hanabi

    chosen = {**_OPTIONS, **options}
    needed, there = chosen["players"] * chosen["hand_size"], chosen["colors"] * sum(_copies(chosen["ranks"]))
    if needed > there:
        raise ValueError(f"{chosen['players']} hands of {chosen['hand_size']} are {needed} cards, the deck has {there}")
    return hanabi.env(**options)


def _copies(ranks: int) -> list[int]:
    """How often each rank is there in a colour, lowest first: the highest once, whatever their number."""
    return [*(3, 2, 2, 2)[: ranks - 1], 1]


class _Table:
    """A game told again: who holds what, and what each seat was told of its own cards."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.players, self.hand_size = config["players"], config["hand_size"]
        self.colors: int = config["colors"]
        self.ranks: int = config["ranks"]
        self.hands: list[list[int]] = [[] for _ in range(self.players)]  # numbers of the deal, oldest first
        self.dealt: list[Card] = []  # by number of the deal
        self.possible: list[set[Card]] = []  # by number of the deal: what its holder was told of it
        self.to_deal = 0  # who gets the next card

    def deal(self, card: Card) -> None:
        hand = self.hands[self.to_deal]
        hand.append(len(self.dealt))
        self.dealt.append(card)
        self.possible.append(set(range(self.colors * self.ranks)))
        if len(self.dealt) < self.players * self.hand_size and len(hand) == self.hand_size:
            self.to_deal += 1

    def act(self, seat: int, action: int) -> None:
        """OpenSpiel's numbers: discards and plays by slot, then colours and ranks told to each other seat in turn."""
        if action < 2 * self.hand_size:
            self.hands[seat].pop(action % self.hand_size)
            self.to_deal = seat
            return
        told = action - 2 * self.hand_size
        colours = (self.players - 1) * self.colors
        is_colour = told < colours
        offset, value = divmod(told if is_colour else told - colours, self.colors if is_colour else self.ranks)
        for number in self.hands[(seat + 1 + offset) % self.players]:
            touched = self._tell(self.dealt[number], is_colour) == value
            self.possible[number] = {
                card for card in self.possible[number] if (self._tell(card, is_colour) == value) == touched
            }

    def _tell(self, card: Card, is_colour: bool) -> int:
        return card // self.ranks if is_colour else card % self.ranks

    def unseen_by(self, seat: int) -> Counter[Card]:
        """How many copies of each card are in the deck or in the seat's own hand."""
        own = set(self.hands[seat])
        copies = _copies(self.ranks)
        every = Counter(
            {c * self.ranks + r: copies[r] for c, r in itertools.product(range(self.colors), range(self.ranks))}
        )
        every.subtract(Counter(card for number, card in enumerate(self.dealt) if number not in own))
        return +every


def _draw_hand(table: _Table, seat: int, rng: np.random.Generator) -> dict[int, Card]:
    """The seat's cards by number of the deal, each hand that fits what it knows with its true probability.

    Cards are drawn from the oldest on, each from the unseen cards that were not ruled out for it. This is exact: a
    hint is told of all cards held, so that what an older card may be lies within what a newer one may be, or the two
    have nothing in common. Whatever was drawn before, a card has equally many to be drawn from.
    """
    left, hand = table.unseen_by(seat), {}
    for number in table.hands[seat]:
        cards = sorted(card for card in table.possible[number] if left[card])
        hand[number] = cards[_weighted([left[card] for card in cards], rng)]
        left[hand[number]] -= 1
    return hand


def _weighted(weights: list[int], rng: np.random.Generator) -> int:
    place, drawn = 0, int(rng.integers(sum(weights)))
    while drawn >= weights[place]:
        drawn -= weights[place]
        place += 1
    return place


def redraw(env: Any, seat: int, rng: np.random.Generator) -> None:
    """Draws the seat's own hand from what it can be; the deck is drawn when it is dealt from, by a new random state."""
    import pyspiel

    inner = env.hanabi_env
    told = [(step.player, step.action) for step in inner.game_state.full_history()]
    table = _retold(env._config, told)
    hand = _draw_hand(table, seat, rng)
    numbers = itertools.count()
    game = pyspiel.load_game("hanabi", env._config)
    state = game.new_initial_state()
    for player, action in told:
        if player == _CHANCE:
            number = next(numbers)
            action = hand.get(number, action)
        state.apply_action(action)
    inner._env, inner.game_state, inner.np_seed = game, state, None
    inner._update_action_masks()
    inner._update_observations()


def _retold(config: Mapping[str, Any], told: list[tuple[int, int]]) -> _Table:
    table = _Table(config)
    for player, action in told:
        if player == _CHANCE:
            table.deal(action)
        else:
            table.act(player, action)
    return table


def _facts(options: Mapping[str, Any]) -> dict[str, Any]:
    return {"return_range": (0.0, float(options["colors"] * options["ranks"]))}


HANABI = Game(
    "hanabi",
    make=_make,
    version="5",
    env_id="classic/hanabi-v5",
    extra="classic",
    options=_OPTIONS,
    option_ranges={
        "players": (2, 5),
        "colors": (2, 5),
        "ranks": (2, 5),
        "hand_size": (2, 5),
        "max_information_tokens": (0, 50),
        "max_life_tokens": (1, 50),
    },
    facts_of=_facts,
    return_range=(0.0, 25.0),
    stochastic=True,
    cooperative=True,
    max_plies=1000,
    view=HanabiView(),
    redraw=redraw,
)
