#!/usr/bin/env bash
# Makes .venv and installs the arena into it: scripts/setup.sh [EXTRA...]   e.g. scripts/setup.sh dev
# PIP_FIND_LINKS  a folder of wheels to look in first, e.g. one with a CPU build of torch
# TORCH_BACKEND   which torch uv chooses without such a folder: cpu (default), auto, cu128, ...
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
extras=$(IFS=,; echo "$*")
stamp=.venv/.installed-${extras:-core}-$(cat pyproject.toml constraints.txt build-constraints.txt scripts/setup.sh | cksum | cut -d' ' -f1)
if [ -e "$stamp" ]; then exit 0; fi

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    { echo "error: $($python --version) is too old, the arena needs Python 3.11 or newer: make PYTHON=python3.12" >&2; exit 1; }
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    echo "making .venv"
    "$python" -m venv --clear .venv ||
        { echo "error: no virtual environment can be made; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
fi

target=.${extras:+[$extras]}
links=()
if [ -n "${PIP_FIND_LINKS:-}" ]; then links=(--find-links "$PIP_FIND_LINKS"); fi
if .venv/bin/python -m pip install --quiet --disable-pip-version-check uv 2>/dev/null; then
    uv=(.venv/bin/uv pip install --quiet --python .venv/bin/python)
    echo "installing $target with uv"
    if [ -n "${PIP_FIND_LINKS:-}" ]; then
        "${uv[@]}" "${links[@]}" -c constraints.txt -e "$target"
    else
        "${uv[@]}" --torch-backend "${TORCH_BACKEND:-cpu}" -c constraints.txt -e "$target" 2>/dev/null ||
            "${uv[@]}" -c constraints.txt -e "$target"
    fi
    elo=("${uv[@]}" --build-constraints build-constraints.txt --no-deps elo==0.1.1)
else
    echo "installing $target with pip"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "${links[@]}" -c constraints.txt -e "$target"
    elo=(env PIP_CONSTRAINT=build-constraints.txt .venv/bin/python -m pip install --quiet --no-deps elo==0.1.1)
fi
"${elo[@]}" >/dev/null 2>&1 || echo "package elo cannot be built here: the arena's own Elo arithmetic is used (it is equal)"
touch "$stamp"
