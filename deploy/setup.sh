#!/bin/sh
# Makes the environment: Python 3.10, the pinned packages, this project. Called by make when something it depends on changed.
set -eu
venv=$1

is_310() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; }

find_python() {
    for candidate in python3 python3.10 "$HOME/.local/bin/python3.10"; do
        if command -v "$candidate" >/dev/null 2>&1 && is_310 "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    # none here: uv can bring one
    if python3 -m venv "$venv-uv" >&2 && "$venv-uv/bin/pip" install --quiet uv >&2; then
        if "$venv-uv/bin/uv" python install --quiet 3.10 >&2; then
            "$venv-uv/bin/uv" python find 3.10
            return
        fi
    fi
    return 1
}

if [ ! -x "$venv/bin/python" ] || ! is_310 "$venv/bin/python"; then
    python=$(find_python) || {
        echo "Python 3.10 is needed (Rasa runs on no newer one) and could not be fetched; install python3.10 and run make again." >&2
        exit 1
    }
    echo "setting up $venv with $python"
    "$python" -m venv --clear "$venv"
fi
echo "installing packages (a few minutes the first time)"
# setuptools below 81 still ships pkg_resources, which Rasa imports
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint constraints.txt 'setuptools<81' wheel
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation --constraint constraints.txt -e '.[dev]'
touch "$venv/.installed"
