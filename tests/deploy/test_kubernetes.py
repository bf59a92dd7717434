"""What deploy/kubernetes makes of its overlays: schemas, containment, networks, addresses, settings."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest
import yaml

from bot.settings import PROJECT, variables
from tests.deploy.proxy import locations
from tests.deploy.test_compose import SERVICES
from tests.deploy.tools import tool

FOLDER = PROJECT / "deploy" / "kubernetes"
OVERLAYS = ("city", "school")
WECHAT = {"wechat_token", "wechat_app_id", "wechat_aes_key", "wechat_id_key", "wechat_secret"}

each_overlay = pytest.mark.parametrize("overlay", OVERLAYS)
Manifest = Dict[str, Any]


@cache
def text_of(overlay: str) -> str:
    return subprocess.run(
        [tool("kubectl"), "kustomize", str(FOLDER / overlay)], check=True, capture_output=True, text=True
    ).stdout


def manifests(overlay: str, *kinds: str) -> List[Manifest]:
    found = [one for one in yaml.safe_load_all(text_of(overlay)) if one]
    return [one for one in found if not kinds or one["kind"] in kinds]


def pods(overlay: str) -> Iterator[Tuple[str, Manifest]]:
    """Name and template of everything that runs."""
    for one in manifests(overlay, "Deployment", "StatefulSet", "Job"):
        yield one["metadata"]["name"], one["spec"]["template"]
    for one in manifests(overlay, "CronJob"):
        yield one["metadata"]["name"], one["spec"]["jobTemplate"]["spec"]["template"]


def containers(overlay: str) -> Iterator[Tuple[str, Manifest]]:
    for name, template in pods(overlay):
        yield from ((name, one) for one in template["spec"]["containers"])


def selects(selector: Manifest, template: Manifest) -> bool:
    labels = template["metadata"]["labels"]
    return all(labels.get(key) == value for key, value in selector.items())


@each_overlay
def test_it_keeps_to_the_schemas(overlay: str, tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(text_of(overlay))
    command = [tool("kubernetes-validate"), "--strict", str(tmp_path / "all.yaml")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (done.stdout + done.stderr).count(" passed for resource ") == len(manifests(overlay)) > 20


@each_overlay
def test_no_secret_stands_in_a_manifest(overlay: str) -> None:
    assert manifests(overlay, "Secret") == []
    assert {path.name for path in FOLDER.rglob("*") if "secret" in path.name.lower()} == set()
    secret = {name for name, field in variables().items() if "Secret" in str(field.outer_type_)}
    secret |= {"BOT_DATABASE_URL", "BOT_REDIS_URL", "POSTGRES_PASSWORD"}
    given = {name for one in manifests(overlay, "ConfigMap") for name in one["data"]}
    given |= {each["name"] for _, container in containers(overlay) for each in container.get("env", [])}
    assert given & secret == set()


@each_overlay
def test_settings_are_known_and_their_files_are_mounted(overlay: str) -> None:
    known = set(variables()) | {f"{each}_FILE" for each in variables()}
    maps = {one["metadata"]["name"]: one["data"] for one in manifests(overlay, "ConfigMap")}
    assert {name for data in maps.values() for name in data} - known == {"TZ", "RETENTION"}
    for name, container in containers(overlay):
        data: Dict[str, str] = {}
        for source in container.get("envFrom", []):
            data.update(maps[source["configMapRef"]["name"]])
        data.update({each["name"]: each["value"] for each in container.get("env", [])})
        template = dict(pods(overlay))[name]
        mounted = {
            item["path"] for volume in template["spec"]["volumes"] for item in volume.get("secret", {}).get("items", [])
        }
        shell = " ".join(map(str, container.get("args", [])))
        read = set(re.findall(r"/run/secrets/campus/(\w+)", " ".join(data.values()) + shell))
        assert read == mounted, name
        if "BOT_ENVIRONMENT" in data:
            assert data["BOT_ENVIRONMENT"] == "production"


def test_the_secret_has_the_files_that_the_deployment_page_names() -> None:
    used = {
        item["key"]
        for overlay in OVERLAYS
        for _, template in pods(overlay)
        for volume in template["spec"]["volumes"]
        for item in volume.get("secret", {}).get("items", [])
    }
    page = (PROJECT / "docs" / "deploy.md").read_text("utf-8")
    assert set(re.findall(r"--from-(?:file|literal)=(\w+)", page)) == used
    assert used == {"bot_secret", "database_url", "redis_url", "postgres_password", "redis_password"} | WECHAT


@each_overlay
def test_every_container_is_contained(overlay: str) -> None:
    for name, template in pods(overlay):
        pod = template["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True and pod["securityContext"]["runAsUser"] > 0, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod["automountServiceAccountToken"] is False and not pod.get("hostNetwork"), name
        assert not any("hostPath" in volume for volume in pod["volumes"]), name
    for name, container in containers(overlay):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}
        }, name  # fmt: skip
        assert set(container["resources"]["limits"]) == set(container["resources"]["requests"]) == {"cpu", "memory"}, (
            name
        )


@each_overlay
def test_what_stays_is_probed(overlay: str) -> None:
    probed = {name: container for name, container in containers(overlay) if "livenessProbe" in container}
    assert set(probed) == {one["metadata"]["name"] for one in manifests(overlay, "Deployment", "StatefulSet")}
    assert all({"startupProbe", "readinessProbe"} <= set(container) for container in probed.values())
    assistant = probed["assistant"]
    paths = [assistant[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "readiness", "liveness")]
    assert paths == ["/ready", "/ready", "/health"]
    start = assistant["startupProbe"]
    assert start["periodSeconds"] * start["failureThreshold"] >= 60


@each_overlay
def test_images_are_those_of_the_compose_file(overlay: str) -> None:
    assert {container["image"] for _, container in containers(overlay)} <= {one["image"] for one in SERVICES.values()}


@each_overlay
def test_the_public_paths_are_those_of_the_proxy(overlay: str) -> None:
    found = {
        path["path"]: (path["pathType"], ingress["metadata"]["annotations"])
        for ingress in manifests(overlay, "Ingress")
        for rule in ingress["spec"]["rules"]
        for path in rule["http"]["paths"]
    }
    rules = {path: text for path, text in locations().items() if "proxy_pass" in text}
    assert set(found) == set(rules)
    prefix = "nginx.ingress.kubernetes.io/"
    for path, (kind, notes) in found.items():
        assert kind == "Exact"
        # its log shows query strings and addresses
        assert notes[f"{prefix}enable-access-log"] == "false"
        assert notes[f"{prefix}proxy-body-size"] == "64k"
        again = "non_idempotent" in notes[f"{prefix}proxy-next-upstream"]
        assert again is ("non_idempotent" in rules[path]), path
    by = {path: notes[f"{prefix}upstream-hash-by"] for path, (_, notes) in found.items()}
    assert by["/webhooks/wechat/"] == "$arg_openid" and by["/"] == "$remote_addr"
    assert {by[f"/webhooks/web/{name}"] for name in ("messages", "events", "history", "feedback")} == {
        "$http_authorization"
    }


@each_overlay
def test_a_service_is_spread_by_one_rule_only(overlay: str) -> None:
    # ingress-nginx takes the rule of the first ingress that names a service, for all of them
    spread: Dict[str, set] = {}
    for ingress in manifests(overlay, "Ingress"):
        by = ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/upstream-hash-by"]
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                spread.setdefault(path["backend"]["service"]["name"], set()).add(by)
    assert len(spread) == 3 and all(len(rules) == 1 for rules in spread.values())
    services = {one["metadata"]["name"]: one["spec"]["selector"] for one in manifests(overlay, "Service")}
    assert set(spread) <= set(services)
    assistant = dict(pods(overlay))["assistant"]
    assert all(selects(services[name], assistant) for name in spread)


@each_overlay
def test_names_lead_somewhere(overlay: str) -> None:
    templates = dict(pods(overlay))
    for service in manifests(overlay, "Service"):
        ports = {port["targetPort"] for port in service["spec"]["ports"]}
        chosen = [template for template in templates.values() if selects(service["spec"]["selector"], template)]
        assert chosen, service["metadata"]["name"]
        for template in chosen:
            assert ports <= {port["name"] for one in template["spec"]["containers"] for port in one["ports"]}
    for one in manifests(overlay, "HorizontalPodAutoscaler"):
        assert one["spec"]["scaleTargetRef"]["name"] == "assistant"
    for one in manifests(overlay, "PodDisruptionBudget"):
        assert selects(one["spec"]["selector"]["matchLabels"], templates[one["metadata"]["name"]])


@each_overlay
def test_nothing_talks_unless_it_is_allowed(overlay: str) -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in manifests(overlay, "NetworkPolicy")}
    deny = policies.pop("default-deny")
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    templates = dict(pods(overlay))
    for name, policy in policies.items():
        labels = policy["podSelector"].get("matchLabels", {})
        assert any(selects(labels, template) for template in templates.values()), name
        # an empty rule would allow everything
        for rule in [*policy.get("ingress", []), *policy.get("egress", [])]:
            assert rule.get("ports") and (rule.get("from") or rule.get("to")), name
            for peer in [*rule.get("from", []), *rule.get("to", [])]:
                chosen = peer.get("podSelector", {}).get("matchLabels")
                assert chosen is None or any(selects(chosen, template) for template in templates.values()), name
    outside = [name for name, policy in policies.items() if "0.0.0.0/0" in str(policy)]
    assert outside == (["to-wechat"] if overlay == "city" else [])


@each_overlay
def test_who_reads_the_database_may_reach_it(overlay: str) -> None:
    for name, template in pods(overlay):
        items = str(template["spec"]["volumes"])
        assert ("database_url" in items) is (template["metadata"]["labels"].get("campus-yibao/database") == "yes"), name


def test_the_school_has_its_own_stores_and_the_city_has_them_outside() -> None:
    assert {one["metadata"]["name"] for one in manifests("school", "StatefulSet")} == {"postgres", "redis"}
    assert manifests("city", "StatefulSet") == []
    limits = {overlay: manifests(overlay, "HorizontalPodAutoscaler")[0]["spec"] for overlay in OVERLAYS}
    assert (limits["school"]["minReplicas"], limits["city"]["minReplicas"]) == (2, 6)
