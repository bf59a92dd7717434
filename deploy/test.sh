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
step "widget"
if command -v npm >/dev/null 2>&1; then
    (cd web && npm ci --silent --no-audit --no-fund && npm run --silent check && npm test --silent)
else
    echo "no Node here: the widget's own tests are left out, its built file is still held to its sources"
fi
if ! command -v chromedriver >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && apt-get install -y -qq chromium chromium-driver >/dev/null
fi
if ! command -v nginx >/dev/null 2>&1 && [ ! -x /usr/sbin/nginx ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && apt-get install -y -qq nginx-light >/dev/null
fi
step "tests"
# the calculator decides about money: no line of it goes untested
exec "$venv/bin/python" -m pytest -n 2 tests --cov=bot.policy --cov-branch --cov-report=term:skip-covered --cov-fail-under=100
