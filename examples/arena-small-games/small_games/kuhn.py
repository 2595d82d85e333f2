"""Kuhn poker (Kuhn 1950), the smallest game with secrets worth the name: three cards, one bet, value -1/18.

Each of two seats antes one chip and holds one card of J, Q, K. Seat 0 passes or bets a chip. A bet is answered by a
pass (fold) or a bet (call); after a pass seat 1 may bet in turn. Who did not fold and holds the higher card wins.
"""

from typing import Any, ClassVar

import numpy as np
from arena import Game
from gymnasium.spaces import MultiDiscrete
from numpy.typing import NDArray

from small_games.two_seats import TwoSeatEnv

PASS, BET = 0, 1
CARDS = "JQK"


class KuhnEnv(TwoSeatEnv):
    """A seat observes int64 [3]: its card, then the first two actions (2: none yet). Every action is legal."""

    metadata: ClassVar[dict[str, Any]] = {**TwoSeatEnv.metadata, "name": "kuhn_v1"}

    def __init__(self) -> None:
        super().__init__(2, MultiDiscrete([3, 3, 3]))

    def begin(self) -> None:
        self.cards = self.np_random.permutation(3)[:2].tolist()  # by seat
        self.played: list[int] = []

    def play(self, seat: int, action: int) -> float | None:
        self.played.append(action)
        if self.played in ([PASS], [BET], [PASS, BET]):
            return None
        if action == PASS and BET in self.played:  # a fold
            return 1.0 if seat == 1 else -1.0
        stake = 2.0 if BET in self.played else 1.0
        return stake if self.cards[0] > self.cards[1] else -stake

    def observe(self, agent: str) -> NDArray[np.int64]:
        seen = [self.cards[self.possible_agents.index(agent)], *self.played, 2, 2]
        return np.array(seen[:3], dtype=np.int64)


def redraw(env: KuhnEnv, seat: int, rng: np.random.Generator) -> None:
    """Deals the other seat one of the two cards that `seat` does not hold, both equally likely.

    Search plays in worlds that are drawn like this. They must not depend on the truth in any way: the cards are listed
    in a fixed order, never starting from the one that the other seat really holds.
    """
    unseen = [card for card in range(3) if card != env.cards[seat]]
    env.cards[1 - seat] = unseen[int(rng.integers(2))]


class KuhnView:
    """Cards and actions by name; nothing of the other's card."""

    def text(self, state: KuhnEnv, seat: int) -> str:
        """The seat's own card and what was played."""
        played = ", ".join("bet" if action else "pass" for action in state.played)
        return f"You hold {CARDS[state.cards[seat]]}. Played so far: {played or 'nothing'}."

    def name(self, state: KuhnEnv, action: int) -> str:
        """`pass` (check or fold) or `bet` (bet or call)."""
        return ("pass", "bet")[action]

    def parse(self, state: KuhnEnv, text: str) -> int:
        """The action of a name. Raises ValueError."""
        if text.strip().lower() not in ("pass", "bet"):
            raise ValueError(f"{text!r} is no action: pass or bet")
        return int(text.strip().lower() == "bet")


KUHN = Game(
    "kuhn",
    make=KuhnEnv,
    return_range=(-2.0, 2.0),
    zero_sum=True,
    stochastic=True,  # the seed deals the cards
    max_plies=3,
    view=KuhnView(),
    redraw=redraw,
)
