#!/bin/sh
# Runs every check. Each line says what it is about, so that progress shows.
set -eu
venv=$1
step() { printf '\n== %s\n' "$*"; }

step "style and types"
"$venv/bin/ruff" check .
"$venv/bin/mypy" bot actions
step "knowledge"
"$venv/bin/bot" knowledge check
"$venv/bin/bot" knowledge page --check
step "tools"
[ -x .venv-tools/bin/st ] || "$venv/bin/python" -m venv .venv-tools
.venv-tools/bin/python -m pip install --quiet --disable-pip-version-check -r deploy/tools.txt
step "model"
"$venv/bin/bot" train
step "tests"
# the calculator decides about money: no line of it goes untested
exec "$venv/bin/python" -m pytest tests --cov=bot.policy --cov-branch --cov-report=term:skip-covered --cov-fail-under=100
