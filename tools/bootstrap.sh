#!/bin/sh
# Makes .venv with the pinned packages. Does nothing when it already matches requirements.lock.
set -eu
cd "$(dirname "$0")/.."

is_3_10() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; }

find_python() {
    for candidate in "${PYTHON:-}" python3.10 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10*/bin/python \
        "${XDG_DATA_HOME:-$HOME/.local/share}"/uv/python/cpython-3.10*/bin/python3.10 \
        /usr/bin/python3.10 /usr/local/bin/python3.10 /opt/homebrew/bin/python3.10 python3 python; do
        if [ -n "$candidate" ] && is_3_10 "$candidate"; then
            echo "$candidate"
            return 0
        fi
    done
    return 1
}

wanted=$(cat requirements.lock pyproject.toml tools/bootstrap.sh | sha256sum | cut -d' ' -f1)
if [ -x .venv/bin/waymark ] && [ "$(cat .venv/.waymark-stamp 2>/dev/null || true)" = "$wanted" ]; then
    exit 0
fi

if ! python=$(find_python); then
    echo "Waymark needs Python 3.10 and found none. Install it (for example 'uv python install 3.10' or 'pyenv install 3.10') and run this again; PYTHON=/path/to/python3.10 names one by hand." >&2
    exit 1
fi

echo "Installing Waymark's packages into .venv with $("$python" --version). The first time takes a few minutes."
rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
echo "$wanted" > .venv/.waymark-stamp
