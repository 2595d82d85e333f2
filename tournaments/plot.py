"""The leaderboard as a picture: ratings, or the mean returns of a team game, with their intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from arena.errors import ArenaError, UsageError
from tournaments.board import BRADLEY_TERRY, NO_GAMES, Board, Standing
from tournaments.facts import matches
from tournaments.report import rating_text
from tournaments.returns import decimals, mean_text

KINDS = ("png", "svg", "pdf")
_REACH = 0.06  # the length of an arrow as a share of the axis


def write_plot(board: Board, path: Path) -> None:
    """Writes `path`, whose ending chooses the kind (png, svg, pdf).

    Raises ArenaError when matplotlib is missing or the file cannot be written, UsageError for an unknown ending.
    """
    check_ending(path)
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ArenaError("--plot needs matplotlib: pip install matplotlib") from error
    figure = Figure(figsize=(8, 1.6 + 0.42 * max(2, len(board.standings))), layout="constrained")
    _draw(figure.add_subplot(), board)
    try:
        figure.savefig(path, dpi=150)
    except OSError as error:
        raise ArenaError(f"cannot write {path}: {error.strerror}") from error


def check_ending(path: Path) -> None:
    """Raises UsageError for a file whose ending names no kind of picture."""
    if path.suffix.removeprefix(".").lower() not in KINDS:
        raise UsageError(f"--plot {path}: the ending must be one of {', '.join(KINDS)}")


def _draw(axes: Any, board: Board) -> None:
    # Pool by pool from the top: the first row of the table is the highest.
    places = {standing.identity: -row for row, standing in enumerate(board.standings)}
    reach, digits = _REACH * _span(board), decimals(board.standings)
    for standing in board.standings:
        if board.team and standing.mean_return is not None:
            _draw_mean(axes, standing, places[standing.identity], digits)
        else:
            _draw_one(axes, standing, places[standing.identity], reach)
    axes.set_yticks(list(places.values()), [_label(standing) for standing in board.standings])
    axes.set_ylim(-len(places) + 0.4, 0.6)
    axes.margins(x=0.1)
    axes.grid(axis="x", color="0.9")
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel(_scale(board))
    axes.set_title(f"{board.game}: {matches(board.matches)}", loc="left", fontweight="bold")


def _scale(board: Board) -> str:
    if board.team:
        return "mean return of the entrant's teams, with 95 % intervals"
    if board.rating != BRADLEY_TERRY:
        return "online Elo"
    bounded = any(one.rating is None and (one.low is not None or one.high is not None) for one in board.standings)
    return "Elo, with 95 % intervals" + ("; arrows: no finite rating, a 95 % bound" if bounded else "")


def _span(board: Board) -> float:
    """The width of all that is drawn, in Elo."""
    known = [x for one in board.standings for x in (one.rating, one.low, one.high) if x is not None]
    return max(max(known) - min(known), 100.0) if known else 100.0


def _label(standing: Standing) -> str:
    group = f" (group {standing.pool + 1})" if standing.pool else ""
    return f"{standing.entrant}{group}"


def _draw_one(axes: Any, standing: Standing, y: int, reach: float) -> None:
    colour = f"C{(standing.pool or 0) % 10}"
    if standing.rating is not None:
        _draw_rating(axes, standing, y, colour)
    elif standing.low is not None or standing.high is not None:
        _draw_bound(axes, standing, y, colour, reach)
    else:
        words = "no game played" if standing.mark == NO_GAMES else standing.mark
        _say(axes, words, (0.02, y), axes.get_yaxis_transform())


def _draw_rating(axes: Any, standing: Standing, y: int, colour: str) -> None:
    assert standing.rating is not None
    words = rating_text(standing) + (f", {standing.mark}" if standing.mark else "")
    _draw_interval(axes, (standing.low, standing.high), y, colour)
    _draw_point(axes, (standing.rating, y), words, colour, "full" if standing.estimated else "none")


def _draw_mean(axes: Any, standing: Standing, y: int, digits: int) -> None:
    assert standing.mean_return is not None
    _draw_interval(axes, (standing.return_low, standing.return_high), y, "C0")
    _draw_point(axes, (standing.mean_return, y), mean_text(standing, digits), "C0", "full")


def _draw_interval(axes: Any, ends: tuple[float | None, float | None], y: int, colour: str) -> None:
    if None not in ends:
        axes.plot(ends, [y, y], color=colour, linewidth=2, solid_capstyle="butt")


def _draw_point(axes: Any, at: tuple[float, int], words: str, colour: str, fill: str) -> None:
    axes.plot(at[:1], at[1:], "o", color=colour, markersize=7, fillstyle=fill)
    axes.annotate(words, at, (0, 7), textcoords="offset points", ha="center", fontsize=8)


def _draw_bound(axes: Any, standing: Standing, y: int, colour: str, reach: float) -> None:
    bound = standing.low if standing.low is not None else standing.high
    assert bound is not None
    tip = bound + reach if standing.low is not None else bound - reach
    axes.plot([bound], [y], "|", color=colour, markersize=12, markeredgewidth=2)
    axes.annotate("", (tip, y), (bound, y), arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 2})
    axes.plot([tip], [y], alpha=0)  # an arrow alone does not widen the axis
    sign = "≥" if standing.low is not None else "≤"
    _say(axes, f"{sign} {bound:.0f}, {standing.mark}", (0.5 * (bound + tip), y), axes.transData, up=7)


def _say(axes: Any, words: str, at: tuple[float, float], system: Any, up: int = 0) -> None:
    side = "center" if up else "left"
    axes.annotate(words, at, (0, up), xycoords=system, textcoords="offset points", ha=side, fontsize=8, color="0.3")
