"""How people read a matrix game: payoffs from their own seat, and actions by name."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from games.payoffs import Stage

_MOST_SHOWN = 400  # the payoffs of more joint actions than this help nobody


class MatrixView:
    """What was played last, what there is to win, and actions by name. `state` is the parallel env."""

    def text(self, state: Any, seat: int) -> str:
        """The round, what everybody really played in the last one, and the payoffs as `seat` looks at them."""
        env = state.unwrapped
        lines = [f"{_progress(env)} {_last_round(env, seat)}"]
        if env.noise:
            lines.append(f"Each action is replaced by another with probability {env.noise:g}.")
        if env.continuation < 1 and env.rounds > 1:
            lines.append(f"After each round the game goes on with probability {env.continuation:g}.")
        return "\n".join([*lines, _payoff_text(env.stage, seat)])

    def name(self, state: Any, action: int, seat: int) -> str:
        """What `seat` calls an action."""
        return str(state.unwrapped.stage.actions[seat][action])

    def parse(self, state: Any, text: str, seat: int) -> int:
        """The action that `seat` calls so. Raises ValueError."""
        names = list(state.unwrapped.stage.actions[seat])
        lowered = [name.lower() for name in names]
        if text.strip().lower() not in lowered:
            raise ValueError(f"{text!r} is no action: {', '.join(names)}")
        return lowered.index(text.strip().lower())


def _progress(env: Any) -> str:
    if not env.agents:
        return f"The game is over after {len(env.played)} of {env.rounds} rounds."
    most = "at most " if env.continuation < 1 and env.rounds > 1 else ""
    return f"Round {len(env.played) + 1} of {most}{env.rounds}."


def _last_round(env: Any, seat: int) -> str:
    if not env.played:
        return "The first round."
    words = [
        f"{'you' if other == seat else f'seat {other}'} played {env.stage.actions[other][action]}"
        for other, action in enumerate(env.played[-1])
    ]
    told = ", ".join(_round_the_table(words, seat))
    return f"Last round {told}."


def _round_the_table(values: Any, seat: int) -> list[Any]:
    """The values of all seats, that of `seat` first."""
    return [*values[seat:], *values[:seat]]


@functools.lru_cache(maxsize=64)
def _payoff_text(stage: Stage, seat: int) -> str:
    """The payoffs, own action and own payoff first: a table for two seats, a list for more."""
    counts = stage.payoffs.shape[1:]
    if stage.payoffs[0].size > _MOST_SHOWN:
        return f"Payoffs of {' x '.join(map(str, counts))} actions."
    rows: dict[tuple[str, ...], list[str]] = {}
    for joint in itertools.product(*map(range, _round_the_table(counts, seat))):
        place = tuple(_round_the_table(joint, len(counts) - seat))
        paid = _round_the_table([float(table[place]) for table in stage.payoffs], seat)
        names = _round_the_table([stage.actions[other][action] for other, action in enumerate(place)], seat)
        row = names[:1] if len(counts) == 2 else names
        rows.setdefault(tuple(row), []).append(", ".join(f"{payoff:.12g}" for payoff in paid))
    if len(counts) > 2:
        listed = [f"{', '.join(names)}: {paid[0]}" for names, paid in rows.items()]
        return "\n".join(["Actions and payoffs, yours first, then those of the seats after you:", *listed])
    other = stage.actions[1 - seat]
    lines = [["", *other], *([*names, *cells] for names, cells in rows.items())]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join(["Payoffs (yours, theirs); rows are your actions, columns theirs:", *shown])
