"""Audits the pinned packages with pip-audit and the widget's with npm: `python deploy/audit.py`, see docs/security.md.

Needs the network: pip-audit asks PyPI (or `--service osv`) for each package, npm its registry. Findings that
deploy/accepted.yml has a reason for are passed over; any other, and a package that could not be looked up, is exit code 1.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import yaml

PROJECT = Path(__file__).resolve().parents[1]
ACCEPTED = PROJECT / "deploy" / "accepted.yml"
PIP_AUDIT = PROJECT / ".venv-tools" / "bin" / "pip-audit"


def accepted() -> List[Dict[str, Any]]:
    """What is accepted: package, version, held_by, ids, because."""
    return list(yaml.safe_load(ACCEPTED.read_text("utf-8")))


def command(requirements: Path, service: str) -> List[str]:
    """pip-audit over a file of pinned versions.

    `--strict`: without it a package that the index does not answer for is skipped, and the end is "no known
    vulnerabilities" with exit code 0.
    """
    ignored = [part for entry in accepted() for one in entry["ids"] for part in ("--ignore-vuln", one)]
    options = ["--strict", "--no-deps", "--disable-pip", "--progress-spinner", "off", "--vulnerability-service", service]
    return [str(PIP_AUDIT), *options, *ignored, "--requirement", str(requirements)]


def main() -> int:
    """Run both audits; 0 when neither found anything new."""
    parser = argparse.ArgumentParser(description="Audits constraints.txt, deploy/tools.txt and web/package-lock.json.")
    parser.add_argument("--service", choices=("pypi", "osv"), default="pypi", help="where pip-audit looks (default: pypi)")
    service = parser.parse_args().service
    if not PIP_AUDIT.exists():
        print(f"audit: {PIP_AUDIT} is not there; `make test` installs it (deploy/tools.txt)", file=sys.stderr)
        return 1
    codes = [
        subprocess.run(command(PROJECT / name, service)).returncode for name in ("constraints.txt", "deploy/tools.txt")
    ]
    npm = shutil.which("npm")
    if npm is None:
        print("audit: no npm here: the widget's packages were not looked at", file=sys.stderr)
        return 1
    codes.append(subprocess.run([npm, "audit"], cwd=PROJECT / "web").returncode)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main())
