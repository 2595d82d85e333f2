#!/usr/bin/env bash
# What a change must pass beside the tests: style, types, layers, and the wheel from an empty folder.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin

"$bin/ruff" format --check .
"$bin/ruff" check .
"$bin/mypy"
MYPYPATH=examples/arena-small-games "$bin/mypy" -p small_games
"$bin/lint-imports" --no-logo 2>/dev/null || "$bin/lint-imports"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$bin/python" -m build --wheel --outdir "$work/dist" . >/dev/null
"$bin/python" -m venv "$work/venv"
wheel=("$work"/dist/*.whl)
links=()
if [ -n "${PIP_FIND_LINKS:-}" ]; then links=(--find-links "$PIP_FIND_LINKS"); fi
if [ -x "$bin/uv" ]; then
    "$bin/uv" pip install --quiet --python "$work/venv/bin/python" "${links[@]}" -c constraints.txt "${wheel[@]}"
else
    "$work/venv/bin/python" -m pip install --quiet "${links[@]}" -c constraints.txt "${wheel[@]}"
fi
mkdir "$work/empty"
cd "$work/empty"
"$work/venv/bin/arena" doctor
"$work/venv/bin/arena" games  # without the extras: what is missing is said, the rest is listed
"$work/venv/bin/arena" tournament run tictactoe random first greedy --rounds 2 --workers 2
"$work/venv/bin/arena" leaderboard tictactoe
echo "gates passed"
