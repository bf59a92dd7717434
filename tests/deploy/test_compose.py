"""docker-compose.yml and what stands around it, held without a Docker engine."""

from __future__ import annotations

import re
import stat
import subprocess
from pathlib import Path
from typing import Any, Dict, Iterator, Tuple

import pytest
import yaml

from bot.settings import PROJECT, variables
from tests.deploy.tools import image_files, tool

TEXT = (PROJECT / "docker-compose.yml").read_text("utf-8")
COMPOSE: Dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: Dict[str, Dict[str, Any]] = COMPOSE["services"]
EXAMPLE = (PROJECT / ".env.example").read_text("utf-8")
DOCKERFILES = sorted((PROJECT / "deploy" / "docker").glob("*.Dockerfile"))
RESTART = {"migrate": "on-failure:5", "backup": "no"}
"""They end: whether it went well is their exit code, and there is nothing to check in between."""
WRITTEN = {"postgres": ["postgres:/var/lib/postgresql/data"], "backup": ["backups:/backups"]}

each_service = pytest.mark.parametrize("name", sorted(SERVICES))
each_dockerfile = pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.stem)


def settings_of(service: Dict[str, Any]) -> Dict[str, str]:
    environment: Dict[str, str] = service.get("environment", {})
    return {name: value for name, value in environment.items() if name.startswith("BOT_")}


def test_it_keeps_to_the_compose_specification() -> None:
    command = [tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_proxy_publishes_ports() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    assert SERVICES["proxy"]["ports"] == ["${HTTP_PORT:-80}:8080", "${HTTPS_PORT:-443}:8443"]
    assert not any("network_mode" in service for service in SERVICES.values())


def test_only_the_proxy_stands_in_a_network_with_a_way_out() -> None:
    networks = COMPOSE["networks"]
    closed = {name for name, network in networks.items() if (network or {}).get("internal")}
    assert set(networks) - closed == {"edge"}
    assert networks["back"]["internal"] is True and networks["front"]["internal"] == "${ASSISTANTS_OFFLINE:-true}"
    assert {name for name, service in SERVICES.items() if "edge" in service["networks"]} == {"proxy"}
    assert "back" not in SERVICES["proxy"]["networks"]


@each_service
def test_a_service_is_contained(name: str) -> None:
    service = SERVICES[name]
    user, _, group = service["user"].partition(":")
    assert int(user) > 0 and int(group) > 0
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"] and "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"] and "privileged" not in service
    assert "/tmp" in service["tmpfs"]
    limits = service["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory", "pids"} and float(limits["cpus"]) <= 2
    assert service["restart"] == RESTART.get(name, "unless-stopped")
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert ("healthcheck" in service) is (name not in RESTART)


@each_service
def test_nothing_but_the_database_and_its_backups_has_a_volume_to_write(name: str) -> None:
    writable = [one for one in SERVICES[name].get("volumes", []) if not one.endswith(":ro")]
    assert writable == WRITTEN.get(name, [])


def test_the_light_services_have_the_light_image_and_the_assistant_its_own() -> None:
    light = {name for name, s in SERVICES.items() if s.get("image", "").startswith("campus-yibao-actions:")}
    assert light == {"actions", "backup", "migrate", "retention"}
    assert SERVICES["assistant"]["build"]["dockerfile"] == "deploy/docker/assistant.Dockerfile"
    assert all(SERVICES[name]["build"]["dockerfile"] == "deploy/docker/actions.Dockerfile" for name in light)


@each_service
def test_an_image_is_pinned(name: str) -> None:
    image, _, tag = SERVICES[name]["image"].partition(":")
    assert "/" not in image, "a plain name, without a registry's host"
    assert re.match(r"\d+\.\d+", tag), f"{image}:{tag} names no version"


def test_the_tools_for_backups_are_those_of_the_database() -> None:
    # Debian 12 has PostgreSQL 15; an older pg_dump refuses a newer server
    text = (PROJECT / "deploy" / "docker" / "actions.Dockerfile").read_text("utf-8")
    assert "slim-bookworm" in text and "postgresql-client " in text
    assert re.fullmatch(r"postgres:15\.\d+-bookworm", SERVICES["postgres"]["image"])


def test_own_images_have_the_version_of_the_project() -> None:
    version = re.search(r'^version = "(.+)"', (PROJECT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    own = {s["image"].partition(":")[2] for s in SERVICES.values() if s["image"].startswith("campus-yibao-")}
    assert version and own == {version[1]}


@each_service
def test_settings_are_known_to_the_program(name: str) -> None:
    known = set(variables()) | {f"{each}_FILE" for each in variables()}
    assert set(settings_of(SERVICES[name])) - known == set()


@each_service
def test_a_secret_that_is_read_is_given_and_one_that_is_given_is_read(name: str) -> None:
    service = SERVICES[name]
    given = set(service.get("secrets", []))
    read = set(re.findall(r"/run/secrets/(\w+)", yaml.safe_dump(service)))
    if name == "proxy":
        read |= set(re.findall(r"/run/secrets/(\w+)", (PROJECT / "deploy" / "nginx" / "listen.conf").read_text()))
    assert given == read


def test_no_secret_has_a_value_here() -> None:
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    secret = {name for name, field in variables().items() if "Secret" in str(field.outer_type_)}
    # addresses that hold a password
    secret |= {"BOT_DATABASE_URL", "BOT_REDIS_URL"}
    assert {"BOT_SECRET", "BOT_WECHAT_SECRET", "BOT_WECHAT_TOKEN", "BOT_WECHAT_AES_KEY"} <= secret
    named = {name for service in SERVICES.values() for name in service.get("environment", {})}
    assert named & secret == set()
    assert "POSTGRES_PASSWORD" not in named
    assert not secret & set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE))


def test_production_is_what_runs() -> None:
    ours = [s for s in SERVICES.values() if settings_of(s)]
    assert len(ours) == 5 and all(settings_of(s)["BOT_ENVIRONMENT"] == "production" for s in ours)


def test_the_example_names_every_variable_and_no_other() -> None:
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", TEXT))
    assert used == set(re.findall(r"^(\w+)=", EXAMPLE, re.MULTILINE))


def test_the_defaults_here_are_those_of_the_example() -> None:
    example = dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    faults = [
        f"{name}: {default!r} in docker-compose.yml, {example[name]!r} in .env.example"
        for name, default in re.findall(r"(?<!\$)\$\{(\w+):-([^}]*)\}", TEXT)
        if default != example[name] and name != "DOCUMENTS"
    ]
    assert faults == []


def interpolated(values: Dict[str, str]) -> Iterator[Tuple[str, str]]:
    """The settings of the assistant with ${NAME:-default} and ${NAME:+other} put in, as Compose does."""

    def put(match: re.Match[str]) -> str:
        name, kind, other = match.groups()
        value = values.get(name, "")
        return (other if value else "") if kind == "+" else (value or other)

    for name, value in settings_of(SERVICES["assistant"]).items():
        yield name, re.sub(r"\$\{(\w+):([-+])([^}]*)\}", put, value)


def test_the_settings_of_the_example_are_accepted(environment: Any, tmp_path: Path) -> None:
    made = make_secrets(tmp_path)
    example = dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE, re.MULTILINE))
    values = {name: value.replace("/run/secrets", str(made)) for name, value in interpolated(example)}
    settings = environment(**values, BOT_DATABASE_URL=None)
    password = (made / "postgres_password").read_text()
    assert len(password) == 64 and settings.database_url == f"postgresql://campus:{password}@postgres:5432/campus"
    assert settings.redis_url == f"redis://:{(made / 'redis_password').read_text()}@redis:6379/0"
    assert (settings.environment, settings.proxies, settings.wechat_token) == ("production", 1, None)


def make_secrets(folder: Path) -> Path:
    """Run a copy of deploy/secrets.sh in a folder; the folder with what it made."""
    script = folder / "secrets.sh"
    script.write_bytes((PROJECT / "deploy" / "secrets.sh").read_bytes())
    subprocess.run(["sh", str(script)], check=True, stdout=subprocess.DEVNULL)
    return folder / "secrets"


def test_the_script_makes_every_secret_once(tmp_path: Path) -> None:
    made = make_secrets(tmp_path)
    files = {Path(secret["file"].split(":-")[-1].rstrip("}")).name for secret in COMPOSE["secrets"].values()}
    assert {path.name for path in made.iterdir()} == files
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    # the containers' users read them: a file that only its owner may read would stop every service
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.iterdir()} == {0o644}
    (made / "wechat_token").write_text("Token123")
    before = {path.name: path.read_bytes() for path in made.iterdir()}
    assert make_secrets(tmp_path) == made
    assert {path.name: path.read_bytes() for path in made.iterdir()} == before
    assert "deploy/secrets/" in (PROJECT / ".gitignore").read_text().splitlines()


@each_dockerfile
def test_an_image_is_of_our_python_and_runs_as_nobody_of_consequence(path: Path) -> None:
    text = path.read_text("utf-8")
    python = (PROJECT / ".python-version").read_text().strip()
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert len(bases) > 1, "one stage would keep what only the build needs"
    for base in set(bases) - set(re.findall(r" AS (\w+)$", text, re.MULTILINE)):
        assert re.fullmatch(rf"python:{re.escape(python)}\.\d+-slim-bookworm", base)
    assert re.findall(r"^USER (\S+)", text, re.MULTILINE) == ["10001:10001"]
    assert "BOT_ENVIRONMENT=production" in text


@each_dockerfile
def test_an_image_takes_its_versions_from_the_constraints(path: Path) -> None:
    text = path.read_text("utf-8")
    installs = [line for line in re.split(r"&&|\n(?=RUN)", text) if "pip install" in line]
    assert len(installs) >= 3
    for line in installs:
        assert "--constraint constraints.txt" in line or "--no-deps" in line, line
    setup = (PROJECT / "deploy" / "setup.sh").read_text("utf-8")
    assert "'setuptools<81' wheel" in text and "'setuptools<81' wheel" in setup


def test_names_of_the_light_image_stand_in_the_constraints() -> None:
    listed = (PROJECT / "deploy" / "docker" / "actions-requirements.txt").read_text("utf-8").splitlines()
    names = [line for line in listed if line and not line.startswith("#")]
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (PROJECT / "constraints.txt").read_text("utf-8").splitlines()
    }
    assert names == sorted(names) and all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)
    assert set(names) <= pinned
    assert not {"rasa", "tensorflow"} & set(names)


@each_dockerfile
def test_the_build_gets_what_it_copies_and_nothing_that_is_secret(path: Path) -> None:
    ignored = (PROJECT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    assert ignored[1] == "*"
    copied = set(image_files(path))
    assert copied <= let_in and all((PROJECT / name).exists() for name in copied)
    assert not any(name.startswith((".", "deploy/secrets", "models", "tests")) for name in let_in)
