"""What stands in front of the service and starts it agrees with the service: bounds, options, headers; so does its guide."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess

import pytest
import typer

from smartfab.cli.application import app
from smartfab.improvements.register.access import MOST_TOKEN_DAYS, SESSION_H
from smartfab.service import Settings
from smartfab.service.login_limit import MOST_OF_A_NAME, MOST_OF_AN_ADDRESS, WINDOW_S
from smartfab.service.plant_side import MOST_DAYS, MOST_DAYS_BACK
from smartfab.service.running import FIRST_TOKEN_DAYS, HEADERS_S, MOST_HEAD
from smartfab.service.settings import KIB, MIB
from tests.tree import ROOT

SCHEDULE = ROOT / "examples" / "schedule"
UNIT, NGINX = SCHEDULE / "smartfab-serve.service", (SCHEDULE / "nginx-smartfab.conf").read_text(encoding="utf-8")
ANALYZE = shutil.which("systemd-analyze")
GUIDE = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")


def test_the_proxy_lets_through_what_the_service_takes_and_says_who_asks():
    settings = Settings(db="")
    assert re.findall(r"client_max_body_size (\d+)m;", NGINX) == [str(settings.upload // MIB)]
    assert re.findall(r"client_(?:header|body)_timeout (\d+)s;", NGINX) == [f"{HEADERS_S:g}", f"{settings.receive_s:g}"]
    served = [block for block in re.findall(r"location [^{]*\{[^}]*\}", NGINX) if "proxy_pass" in block]
    assert len(served) == 3
    for block in served:
        for header in ("Host $http_host;", "X-Forwarded-For $remote_addr;", "X-Forwarded-Proto $scheme;"):
            assert f"proxy_set_header {header}" in block


def test_the_unit_starts_it_with_options_it_has_and_keeps_the_token_out_of_the_journal():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(UNIT, encoding="utf-8")
    _, command, *options = shlex.split(unit["Service"]["ExecStart"])
    known = {name for option in typer.main.get_command(app).commands[command].params for name in option.opts}
    assert {option for option in options if option.startswith("--")} <= known
    assert unit["Service"]["StandardOutput"] == "null"


@pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed")
def test_systemd_reads_the_unit():
    told = subprocess.run([ANALYZE, "verify", UNIT], capture_output=True, text=True, check=False).stderr
    assert not [line for line in told.splitlines() if UNIT.name in line and "is not executable" not in line]


@pytest.mark.parametrize(
    "row",
    [
        f"| {Settings(db='').body // KIB} KiB; {Settings(db='').upload // MIB} MiB (the file 25 MiB) |",
        f"| {MOST_HEAD // KIB} KiB, {HEADERS_S:g} s |", f"| {Settings(db='').receive_s:g} s |",
        f"| {Settings(db='').patience_s:g} s, then 503 |", f"| {WINDOW_S // 60} minutes | {MOST_OF_A_NAME} of a name",
        f"{MOST_OF_AN_ADDRESS} of an address", f"| {SESSION_H} h; {MOST_TOKEN_DAYS} days |", f"| {MOST_DAYS} days |",
        f"| {MOST_DAYS_BACK:,} days |", f"holds up to {Settings(db='').memory_s:g} s longer",
        f"the token holds for {FIRST_TOKEN_DAYS} days",
    ],
)  # fmt: skip
def test_the_guide_tells_the_bounds_there_are(row):
    assert row.replace("| 15 minutes |", "within 15 minutes |") in GUIDE
