#!/usr/bin/env bash
# Trains an agent, lets it meet the others in two tournaments, and shows the leaderboards.
# What is there already is not made again.
set -euo pipefail
cd "$(dirname "$0")/.."
arena=.venv/bin/arena
run=runs/ttt-q

finished() { "$arena" tournament list --json 2>/dev/null | grep -A4 "\"name\": \"$1\"" | grep -q '"state": "finished"'; }

if [ ! -e "$run/checkpoints/latest" ]; then
    echo "== training q-learning at tictactoe by self-play, until no opponent can beat it (NashConv 0)"
    rm -rf "$run"
    "$arena" train q-learning tictactoe --until nash_conv=0 --budget 30s --out "$run"
fi
if ! finished demo-tictactoe; then
    echo "== a tournament at tictactoe"
    "$arena" tournament run tictactoe "$run" minimax mcts greedy first random --rounds 5 --name demo-tictactoe >/dev/null
fi
if ! finished demo-connect-four; then
    echo "== a tournament at connect_four"
    "$arena" tournament run connect_four mcts:simulations=30 minimax:depth=3 greedy random --rounds 3 \
        --name demo-connect-four >/dev/null
fi
"$arena" leaderboard tictactoe
"$arena" leaderboard connect_four
cat <<TEXT

What to type next:
  $arena play tictactoe human $run          play against it yourself
  $arena ask tictactoe $run --moves b2      what would it answer, and is that optimal?
  $arena agents                             who else there is
  $arena --help                             everything else
TEXT
