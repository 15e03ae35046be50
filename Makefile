# Two commands do everything on a fresh machine: `make demo` and `make test`. Both use one environment, .venv.
# Extra arguments: make demo ARGS="--seed 3", make test ARGS="-k travel".

VENV := .venv
BIN := $(VENV)/bin
export UV_COMPILE_BYTECODE := 1

.PHONY: demo test check lint fmt bench lock screenshots clean

demo: $(VENV)/.ready ## the main job: a whole mission on real ground, written to demo/
	$(BIN)/homeward demo --to demo $(ARGS)

test: $(VENV)/.ready ## all tests
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(ARGS)

check: lint test ## everything CI does

lint: $(VENV)/.ready ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(VENV)/.ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.ready ## benchmarks, side by side, as ratios
	$(BIN)/python -m bench $(ARGS)

screenshots: $(VENV)/.ready ## the pictures in the README; needs Chromium
	$(BIN)/python scripts/screenshots.py

lock: ## requirements.lock from pyproject.toml, for all platforms, without any address
	sh scripts/lock.sh

$(VENV)/.ready: requirements.lock pyproject.toml scripts/setup.sh
	sh scripts/setup.sh $(VENV)
	@touch $@

clean:
	rm -rf $(VENV) .uv demo .numba_cache
