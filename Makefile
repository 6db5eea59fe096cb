.PHONY: run test lint install browser lock

install:
	@tools/bootstrap.sh

run: install
	@.venv/bin/waymark run

lint: install
	.venv/bin/ruff check .
	.venv/bin/mypy

test: install browser
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/waymark directory check
	@.venv/bin/waymark train
	@.venv/bin/python -m pytest --numprocesses 2 --dist loadfile --max-worker-restart 1

# The widget's tests drive a real Chromium.
browser:
	@tools/browser.sh

# After a change of pyproject.toml. Needs uv; nothing else does.
lock:
	uv pip compile pyproject.toml --extra test --python-version 3.10 --generate-hashes --no-header --no-annotate -o requirements.lock
