"""How people read the three poker games: one's own hand, the table, and the betting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_STAGES = {0: "preflop", 3: "flop", 4: "turn", 5: "river"}  # by the number of public cards
_SUITS = "Cards are rank and suit: T ten, J jack, Q queen, K king, A ace; s spades, h hearts, d diamonds, c clubs"


class _PokerView:
    """What the three have in common; no line depends on another seat's hand or on the deck before a showdown."""

    _actions: tuple[str, ...]
    _unit: str  # what the rewards count

    def text(self, state: Any, seat: int) -> str:
        """The table as `seat` may see it; at a showdown with the hands of all who did not fold."""
        game = state.env.game
        lines = [*self._cards(game, seat), *(_seat(game, other, seat) for other in range(game.num_players))]
        lines.append(f"Pot: {_pot(game)}")
        played = ", ".join(f"seat {who} {_word(action)}" for who, action in state.env.action_recorder)
        lines.append(f"Played so far: {played or 'nothing'}")
        return "\n".join([*lines, *(self._ending(state) if game.is_over() else [self._to_act(state)])])

    def name(self, state: Any, action: int) -> str:
        """The word for an action."""
        return self._actions[action]

    def parse(self, state: Any, text: str) -> int:
        """The action of its word, in any case. Raises ValueError."""
        word = _plain(text)
        if word not in self._actions:
            raise _no_action(text, self._actions)
        return self._actions.index(word)

    def _cards(self, game: Any, seat: int) -> list[str]:
        public = game.public_cards
        shown = f"{_shown(public) or 'none yet'} ({_STAGES[len(public)]})"
        return [_SUITS, f"You are seat {seat}. Your hand: {_shown(game.players[seat].hand)}", f"Public cards: {shown}"]

    def _to_act(self, state: Any) -> str:
        """Whose turn it is and what calling and raising cost."""
        game = state.env.game
        left = game.round.allowed_raise_num - game.round.have_raised
        raising = f"a raise is {game.round.raise_amount} on top" if left > 0 else "no further raise in this round"
        return f"Seat {game.game_pointer} to act: {_owed(game) or 'nothing'} to call, {raising}"

    def _ending(self, state: Any) -> list[str]:
        """How the hand ended; who folded keeps the cards hidden."""
        players = state.env.game.players
        alive = [seat for seat, player in enumerate(players) if not _folded(player)]
        hands = [f"seat {seat} {self._reveal(players[seat])}" for seat in alive] if len(alive) > 1 else []
        end = f"Showdown: {', '.join(hands)}" if hands else f"The hand is over: all but seat {alive[0]} folded"
        rewards = [(seat, state.rewards.get(name)) for seat, name in enumerate(state.possible_agents)]
        won = ", ".join(f"seat {seat} {reward:+g}" for seat, reward in rewards if reward is not None)
        return [end, f"Result in {self._unit}: {won}"] if won else [end]

    def _reveal(self, player: Any) -> str:
        return _shown(player.hand)


class LimitHoldemView(_PokerView):
    """Limit Texas hold'em: call, raise, fold, check."""

    _actions = ("call", "raise", "fold", "check")
    _unit = "big blinds"


class LeducView(LimitHoldemView):
    """Leduc hold'em: six cards, one each and one public, where suits mean nothing."""

    def _cards(self, game: Any, seat: int) -> list[str]:
        public = f"{game.public_card.rank} (second round)" if game.public_card else "none yet (first round)"
        return [
            "Two each of J, Q and K (the highest); a pair with the public card beats all else",
            f"You are seat {seat}. Your card: {game.players[seat].hand.rank}",
            f"Public card: {public}",
        ]

    def _reveal(self, player: Any) -> str:
        return str(player.hand.rank)


class NoLimitHoldemView(_PokerView):
    """No-limit Texas hold'em; one action is `check` where there is nothing to call and `call` elsewhere."""

    _actions = ("fold", "call", "raise half pot", "raise pot", "all in")
    _unit = "chips"

    def name(self, state: Any, action: int) -> str:
        """The word for an action in this position."""
        return "check" if action == 1 and not _owed(state.env.game) else self._actions[action]

    def parse(self, state: Any, text: str) -> int:
        """The action of its word; `check` and `call` are one action. Raises ValueError."""
        same = {"check": "call", "half pot": "raise half pot", "pot": "raise pot", "allin": "all in"}
        meant = same.get(_plain(text), _plain(text))
        if meant not in self._actions:
            raise _no_action(text, [self.name(state, action) for action in range(len(self._actions))])
        return self._actions.index(meant)

    def _to_act(self, state: Any) -> str:
        game = state.env.game
        left = game.players[game.game_pointer].remained_chips
        costs = {2: _pot(game) // 2, 3: _pot(game), 4: left}
        offers = [f"{self._actions[action]} puts in {costs[action]}" for action in costs if action in _legal(state)]
        owed = f"{min(_owed(game), left) or 'nothing'} to call"
        return f"Seat {game.game_pointer} to act: {', '.join([owed, *offers])}"


def _legal(state: Any) -> set[int]:
    return {int(action) for action in state.next_legal_moves}


def _plain(text: str) -> str:
    """Lower case, with single spaces for hyphens, underscores and runs of spaces."""
    return " ".join(text.lower().replace("-", " ").replace("_", " ").split())


def _no_action(text: str, names: Sequence[str]) -> ValueError:
    return ValueError(f"{text.strip()!r} is no action: {', '.join(names[:-1])} or {names[-1]}")


def _word(action: Any) -> str:
    """An action as RLCard records it: a word, or in no-limit games a member of an enumeration."""
    if isinstance(action, str):
        return action
    return "check/call" if action.value == 1 else _plain(action.name)


def _seat(game: Any, seat: int, reader: int) -> str:
    player = game.players[seat]
    parts = [f"Seat {seat}{' (you)' if seat == reader else ''}: {player.in_chips} in"]
    if hasattr(player, "remained_chips"):
        parts.append(f"{player.remained_chips} left")
    if getattr(game, "dealer_id", None) == seat:  # the limit games forget who dealt
        parts.append("dealer")
    if _folded(player):
        parts.append("folded")
    return ", ".join(parts)


def _folded(player: Any) -> bool:
    """RLCard's limit games write the status as a text, its no-limit game as a member of an enumeration."""
    return str(player.status).lower().endswith("folded")


def _shown(cards: Sequence[Any]) -> str:
    return " ".join(f"{card.rank}{card.suit.lower()}" for card in cards)


def _pot(game: Any) -> int:
    return int(sum(player.in_chips for player in game.players))


def _owed(game: Any) -> int:
    """Chips between the seat on move and the highest bet of this round."""
    return int(max(game.round.raised) - game.round.raised[game.game_pointer])
