"""docker-compose.yaml holds what make up holds: loopback only, no secrets, the same settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from praya_airflow.local.addresses import Addresses
from praya_airflow.local.airflow_environment import make_environment
from praya_airflow.local.credentials import read_credentials
from praya_airflow.local.instance import list_components
from praya_airflow.local.places import Places
from praya_airflow.local.scheduler import ALONE

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yaml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LONG_LIVED = sorted(set(SERVICES) - {"airflow-init"})
# What containers need and one machine does not: a health answer over HTTP instead of a parent that watches.
ONLY_HERE = {
    "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_HOST",
}
ONLY_LOCAL = {"AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY"}  # compose keeps Airflow's own five minutes


@pytest.fixture
def local(tmp_path: Path) -> dict[str, str]:
    place = Places(home=tmp_path, store=tmp_path / "store")
    place.make()
    return make_environment(place, read_credentials(place.airflow), Addresses("127.0.0.1", 8080, 8081))


def test_every_component_of_make_up_is_a_service_with_the_same_command(tmp_path: Path) -> None:
    place = Places(home=tmp_path, store=tmp_path / "store")
    components = list_components("up", place, Addresses("127.0.0.1", 8080, 8081), "")
    for name, component in components.items():
        words, command = SERVICES[name]["command"], list(component.command)[1:]
        # With Docker the kernel ends what is left; here the scheduler has to be told that it is alone.
        command = [word for word in command if word != ALONE]
        assert [word for word in words if word not in ("python", "airflow")] == [
            word for word in (command if words[0] == "python" else command[2:]) if word != "python"
        ], name


def test_the_settings_are_those_of_make_up(local: dict[str, str]) -> None:
    here = SERVICES["scheduler"]["environment"]
    keys = {key for key in here if key.startswith("AIRFLOW")}
    assert keys - ONLY_HERE == {key for key in local if key.startswith("AIRFLOW")} - ONLY_LOCAL
    tuned = [
        key for key in keys if re.search("PARALLELISM|SLEEP|HEARTBEAT_INTERVAL|PER_LOOP|USERS|TIMEZONE", key)
    ]
    assert {key: here[key] for key in tuned} == {key: local[key] for key in tuned}


def test_ports_are_published_on_loopback_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(str(port).startswith("127.0.0.1:") for port in published)


def test_secrets_come_from_outside_and_their_absence_is_explained() -> None:
    names = [key for service in SERVICES.values() for key in service.get("environment", {})]
    secret = {key for key in names if re.search("SECRET|PASSWORD$|FERNET|SQL_ALCHEMY_CONN", key)}
    assert secret
    for service in SERVICES.values():
        for key in secret & set(service.get("environment", {})):
            assert re.search(r"\$\{PRAYA_\w+:\?[^}]*compose\.env[^}]*\}", service["environment"][key]), key


@pytest.mark.parametrize("name", LONG_LIVED)
def test_every_service_that_stays_says_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_service_can_gain_rights_or_write_outside_its_volumes(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


def test_nothing_starts_before_what_it_needs() -> None:
    assert SERVICES["airflow-init"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
        need = SERVICES[name]["depends_on"]["airflow-init"]
        assert need == {"condition": "service_completed_successfully"}, name


def test_named_volumes_are_declared_and_no_folder_of_the_host_is_mounted() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    assert {mount.partition(":")[0] for mount in mounts} == set(COMPOSE["volumes"])


def test_the_image_holds_the_locked_versions_and_runs_as_nobody_special() -> None:
    dockerfile = SERVICES["scheduler"]["build"]["dockerfile_inline"]
    assert dockerfile.count("--require-hashes") == 2
    assert dockerfile.rstrip().endswith("USER praya")
    for source in re.findall(r"^COPY (.*) \S+$", dockerfile, re.MULTILINE):
        for name in source.split():
            assert (ROOT / name).exists(), name
