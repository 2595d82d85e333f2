"""How people read Hanabi: the fireworks, the others' cards, and what one knows of one's own."""

from __future__ import annotations

import functools
import re
from typing import Any

_COLORS = {"R": "red", "Y": "yellow", "G": "green", "W": "white", "B": "blue"}
_DEALT = re.compile(r"\((Play|Discard) (\d)\)")
_TOLD = re.compile(r"\(Reveal player \+(\d) (color|rank) (\w)\)")
_SLOT = re.compile(r"\W*(play|discard)\s+(?:card\s+|slot\s+)?(\d)\W*")
_HINT = re.compile(
    r"\W*(?:tell|hint|reveal|clue)\s+(?:seat|player)?\s*(\+?)(\d)[\s:,]+"
    r"(?:about\s+)?(?:(?:colou?r|rank|number)\s+)?(\w+?)s?(?:\s+cards?)?\W*"
)


class HanabiView:
    """Cards are numbered from 1, the oldest, and seats from 0: `play 1`, `tell seat 1 red`, `tell seat 1 rank 3`."""

    def text(self, state: Any, seat: int) -> str:
        """The table as `seat` may see it: never its own cards, unless the env itself shows them (`seer`)."""
        game = state.hanabi_env.game_state
        facts, hands = _read(game.observation_string(seat))
        players, kinds = len(hands), _kinds(state._config["ranks"], facts)
        lines = [*_table(state, facts, seat), "Your hand (1 is the oldest card), as far as you know it:"]
        lines += [f"  {slot}: {_own(card, kinds)}" for slot, card in enumerate(hands[0], 1)]
        for offset in range(1, players):
            lines.append(f"Hand of seat {(seat + offset) % players}, and what it knows:")
            lines += [f"  {slot}: {_other(card, kinds)}" for slot, card in enumerate(hands[offset], 1)]
        return "\n".join([*lines, _last_moves(game, players), _standing(state, facts)])

    def name(self, state: Any, action: int) -> str:
        """`play 1`, `discard 2`, `tell seat 1 red` or `tell seat 1 rank 3`, for the seat on move."""
        game = state.hanabi_env.game_state
        return _name(game, max(game.current_player(), 0), int(action))

    def parse(self, state: Any, text: str) -> int:
        """The action of a name, legal or not; `tell +1 red` tells the next seat. Raises ValueError."""
        game = state.hanabi_env.game_state
        seat = max(game.current_player(), 0)
        names = [_name(game, seat, action) for action in range(game.num_distinct_actions())]
        name = _canonical(text, seat, game.num_players())
        if name not in names:
            other = (seat + 1) % game.num_players()
            raise ValueError(
                f"{text.strip()!r} is no action here: write such as play 1, discard 2, tell seat {other} red "
                f"or tell seat {other} rank 1"
            )
        return names.index(name)


def _name(game: Any, seat: int, action: int) -> str:
    """The name of an action of `seat`, whose hints pyspiel addresses by distance."""
    spoken = game.action_to_string(seat, action)
    dealt = _DEALT.fullmatch(spoken)
    if dealt:
        return f"{dealt[1].lower()} {int(dealt[2]) + 1}"
    offset, kind, what = _TOLD.fullmatch(spoken).groups()  # type: ignore[union-attr]  # there is no third kind
    return f"tell seat {(seat + int(offset)) % game.num_players()} {_what(kind, what)}"


def _what(kind: str, what: str) -> str:
    return _COLORS[what] if kind == "color" else f"rank {what}"


def _canonical(text: str, seat: int, players: int) -> str | None:
    """The name that a text means to `seat`; None where it is no play, discard or hint."""
    slot, hint = _SLOT.fullmatch(text.lower()), _HINT.fullmatch(text.lower())
    if slot:
        return f"{slot[1]} {slot[2]}"
    if not hint:
        return None
    other = (seat + int(hint[2])) % players if hint[1] else int(hint[2])
    return f"tell seat {other} {_COLORS.get(hint[3].upper(), f'rank {hint[3]}' if hint[3].isdecimal() else hint[3])}"


def _read(observation: str) -> tuple[dict[str, str], list[list[str]]]:
    """The facts of pyspiel's observation by their labels, and the hands, the reader's own first."""
    head, _, rest = observation.partition("Hands:\n")
    hands, deck, tail = rest.partition("Deck size:")
    labelled = (line.partition(":") for line in (head + deck + tail).splitlines())
    facts = {label: value.strip() for label, _, value in labelled}
    return facts, [[line for line in hand.splitlines() if "||" in line] for hand in hands.split("-----\n")]


def _kinds(ranks: int, facts: dict[str, str]) -> str:
    """The colours and ranks of this game, written as pyspiel writes what is possible: `RYGWB12345`."""
    return "".join(pile[0] for pile in facts["Fireworks"].split()) + "12345"[:ranks]


def _table(state: Any, facts: dict[str, str], seat: int) -> list[str]:
    """What lies open for all seats."""
    most, ranks = state._config, state._config["ranks"]
    piles = ", ".join(map(_card, facts["Fireworks"].split()))
    return [
        f"You are seat {seat}; all seats, 0 to {most['players'] - 1}, win or lose together",
        f"Fireworks, each built up from 1 to {ranks}: {piles}",
        f"Score: {_score(facts)} of {ranks * most['colors']} (0 once all lives are lost)",
        f"Life tokens: {facts['Life tokens']} of {most['max_life_tokens']} (a wrong play costs one)",
        f"Information tokens: {facts['Info tokens']} of {most['max_information_tokens']} "
        "(telling costs one, discarding brings one back)",
        f"Cards in the deck: {facts['Deck size']}",
        f"Discards: {', '.join(map(_card, facts['Discards'].split())) or 'none'}",
    ]


def _score(facts: dict[str, str]) -> int:
    lost = facts["Life tokens"] == "0"
    return 0 if lost else sum(int(pile[1:]) for pile in facts["Fireworks"].split())


def _card(card: str) -> str:
    return f"{_COLORS[card[0]]} {card[1]}"


def _own(line: str, kinds: str) -> str:
    card, _, known = line.partition(" || ")
    return _known(known, kinds) if card == "XX" else _card(card)


def _other(line: str, kinds: str) -> str:
    card, _, known = line.partition(" || ")
    return f"{_card(card)} ({_known(known, kinds)})"


@functools.lru_cache(maxsize=4096)  # texts of hidden games are made at every turn, and most cards stay as they were
def _known(known: str, kinds: str) -> str:
    """What the hints leave open, in words: pyspiel writes `X2|RYG2` for a 2 that is red, yellow or green."""
    left = known.partition("|")[2]
    parts = []
    for mark, belongs in (("", str.isalpha), ("rank ", str.isdecimal)):
        possible = [sign for sign in left if belongs(sign)]
        if len(possible) < sum(map(belongs, kinds)):
            parts.append(mark + "/".join(_COLORS.get(sign, sign) for sign in possible))
    return ", ".join(parts) or "nothing known"


def _last_moves(game: Any, players: int) -> str:
    """The last round of moves, which all seats saw; the deals between them are chance and stay out."""
    moves = [past for past in game.full_history() if past.player >= 0][-players:]
    told = "; ".join(f"seat {past.player}: {_name(game, past.player, past.action)}" for past in moves)
    return f"Last moves: {told or 'none'}"


def _standing(state: Any, facts: dict[str, str]) -> str:
    """Who is on move, or that the game is over; PettingZoo stops some long games before pyspiel would."""
    game = state.hanabi_env.game_state
    if game.is_terminal():
        return "The game is over" + (": all lives are lost" if facts["Life tokens"] == "0" else "")
    if not state.agents or any(state.truncations.values()):
        return "The game is over: it reached its limit of moves"
    return f"Seat {game.current_player()} to move"
