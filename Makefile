# make demo   see the arena at work (the first call installs it into .venv)
# make test   everything that is tested in a few minutes
PYTHON ?= python3
export PYTHON

.PHONY: demo test fast slow gates results clean
.DEFAULT_GOAL := demo

demo:
	@bash scripts/setup.sh plot
	@bash scripts/demo.sh

test:
	@bash scripts/setup.sh dev
	.venv/bin/python -m pytest -n auto -m "not long"

fast:
	@bash scripts/setup.sh dev
	.venv/bin/python -m pytest -n auto -m "not slow and not long"

slow:
	@bash scripts/setup.sh dev
	.venv/bin/python -m pytest -n auto -m slow

gates:
	@bash scripts/setup.sh dev
	bash scripts/gates.sh

results:
	@bash scripts/setup.sh dev bench
	.venv/bin/python benchmarks/results.py

clean:
	rm -rf .venv runs arena.db arena.db-shm arena.db-wal build dist
