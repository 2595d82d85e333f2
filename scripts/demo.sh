#!/usr/bin/env bash
# Trains an agent, lets it meet the others in two tournaments, and shows the leaderboards.
# What is there already is not made again.
set -euo pipefail
cd "$(dirname "$0")/.."
arena=.venv/bin/arena
run=runs/ttt-q

unset ARENA_STORE ARENA_PLUGINS  # what the demo makes lies here

known=$([ ! -e arena.db ] || "$arena" tournament list --json)
# the state of a tournament: finished, unfinished, or nothing where there is none
state() {
    .venv/bin/python -c 'import json, sys
print(*(t["state"] for t in json.loads(sys.argv[2] or "[]") if t["name"] == sys.argv[1]))' "$1" "$known"
}
tournament() { # NAME GAME ENTRANT...
    local name=$1 game=$2
    case $(state "$name") in
    finished) return ;;
    unfinished) echo "== going on with the tournament at $game" && "$arena" tournament resume "$name" --json >/dev/null ;;
    *) echo "== a tournament at $game" && "$arena" tournament run "$game" "${@:3}" --name "$name" --json >/dev/null ;;
    esac
}

if [ ! -e "$run/checkpoints/latest" ]; then
    echo "== training q-learning at tictactoe by self-play, until no opponent can beat it (NashConv 0)"
    rm -rf "$run"
    "$arena" train q-learning tictactoe --until nash_conv=0 --budget 30s --out "$run"
fi
tournament demo-tictactoe tictactoe "$run" minimax mcts greedy first random --rounds 5
tournament demo-connect-four connect_four mcts:simulations=30 minimax:depth=3 greedy random --rounds 3
"$arena" leaderboard tictactoe
"$arena" leaderboard connect_four
cat <<TEXT

What to type next:
  $arena play tictactoe human $run        play against it yourself
  $arena ask tictactoe $run --moves b2    what would it answer, and is that optimal?
  $arena agents                                 who else there is
  $arena --help                                 everything else
TEXT
