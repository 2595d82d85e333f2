"""Measures what the tests cannot, in minutes, and writes docs/results.md: `make results`.

Everything is played through the public functions and commands; nothing here is written by hand.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import arena

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "results.md"
# game, entrant, games: enough to be sure, with as little search as that takes
SEARCH = (
    ("tictactoe", "mcts:simulations=50", 100),
    ("connect_four", "mcts:simulations=30", 30),
    ("chess", "mcts:simulations=20,play_out=10", 12),
    ("go", "mcts:simulations=100", 4),
    ("leduc_holdem", "mcts:simulations=100", 300),
)
CLASSICS = (
    "tictactoe",
    "connect_four",
    "rps",
    "chess",
    "go",
    "leduc_holdem",
    "texas_holdem",
    "texas_holdem:num_players=4",
    "texas_holdem_no_limit",
    "hanabi",
)
ENTRANTS = ("random", "first", "greedy", "mcts:simulations=20")


def command(*arguments: str) -> str:
    """What `arena ARGUMENTS` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "arena.cli.main", *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def table(columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> Iterator[str]:
    """A Markdown table."""
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(map(str, row)) + " |"


def speed() -> Iterator[str]:
    yield "## Speed\n\n`arena bench runner`: both sides by turns in one run; the ratio is ours over theirs.\n"
    rows: list[tuple[object, ...]] = []
    for one in json.loads(command("bench", "runner", "--json")):
        sides = f"{one['ours']:,.1f}", f"{one['theirs']:,.1f}", one["unit"]
        rows.append((one["what"], *sides, f"{one['ratio']:.2f}", f"{one['low']:.2f} .. {one['high']:.2f}"))
    yield from table(("what", "ours", "theirs", "unit", "ratio", "lowest .. highest"), rows)


def search() -> Iterator[str]:
    yield "\n## Search against `random`\n"
    yield "`arena.evaluate(entrant, game, against=['random'], games=N)`, seed 0: a win counts 1, a draw 0.5.\n"
    rows = []
    for game, entrant, games in SEARCH:
        began = time.monotonic()
        [found] = arena.evaluate(entrant, game, against=["random"], games=games)
        interval = f"{found.low:.1%} .. {found.high:.1%}"
        seconds = f"{time.monotonic() - began:.0f}"
        counts = found.wins, found.draws, found.losses
        rows.append((game, entrant, games, *counts, f"{found.score:.1%}", interval, seconds))
    yield from table(("game", "entrant", "games", "+", "=", "-", "score", "95 % interval", "seconds"), rows)


def all_classics() -> Iterator[str]:
    yield "\n## Every classic\n\n`arena play G random random --games 100`, all seats `random`.\n"
    rows = []
    for game in CLASSICS:
        seats = arena.load_game(game).n_players
        began = time.monotonic()
        results = json.loads(command("play", game, *["random"] * seats, "--games", "100", "--json"))["results"]
        moves = sum(len(one["moves"]) for one in results)
        endings = ", ".join(sorted({one["ending"] for one in results}))
        longest = max(len(one["moves"]) for one in results)
        rows.append((game, seats, moves, longest, endings, f"{time.monotonic() - began:.1f}"))
    yield from table(("game", "seats", "moves", "longest", "endings", "seconds"), rows)


def workers() -> Iterator[str]:
    line = f"arena tournament run tictactoe {' '.join(ENTRANTS)} --rounds 50 --workers N"
    yield "\n## The same tournament with 1, 2 and 4 workers\n"
    yield f"`{line}`; `digest` as `arena tournament show --json` has it.\n"
    rows = []
    for number in (1, 2, 4):
        store = ["--store", f"{number}.db"]
        began = time.monotonic()
        options = "--rounds", "50", "--workers", str(number), "--json", *store
        run = command("tournament", "run", "tictactoe", *ENTRANTS, *options)
        seconds = time.monotonic() - began
        shown = json.loads(command("tournament", "show", json.loads(run)["id"], "--json", *store))
        rows.append((number, shown["played"], shown["digest"], f"{seconds:.1f}"))
    yield from table(("workers", "matches", "digest", "seconds, start and table included"), rows)


SECTIONS = {"speed": speed, "workers": workers, "classics": all_classics, "search": search}


def main() -> None:
    """Measures the sections named on the command line, all of them without one; the others stay as they are."""
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    os.environ["PYTHONPATH"] = str(ROOT)
    chosen = sys.argv[1:] or list(SECTIONS)
    before = PAGE.read_text().split("\n## ")[1:] if PAGE.exists() else []
    kept = dict(zip(SECTIONS, (f"## {text}".rstrip() for text in before), strict=False))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        parts = [_measured(name) if name in chosen or name not in kept else kept[name] for name in SECTIONS]
    head = "# Results\n\nWritten by `make results`; what it plays and how stands in `benchmarks/results.py`."
    PAGE.write_text("\n\n".join([head, *parts]) + "\n")


def _measured(name: str) -> str:
    where = f"{dt.date.today().isoformat()}, Python {platform.python_version()}, {os.cpu_count()} cores"
    return "\n".join(SECTIONS[name]()).strip() + f"\n\n({where})"


if __name__ == "__main__":
    main()
