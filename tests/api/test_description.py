"""The description is right: a standard says so, and so does a program that tries it out."""

import http.client
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from grc.staff.tokens import Scope
from tests.api import signing
from tests.faults.ground import is_open
from tests.integration.conftest import mail
from tests.rig.processes import Process
from tests.rig.smtp import free_port
from tests.rig.waiting import PATIENCE
from tests.web.conftest import Filled, Site

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def test_the_description_is_openapi(site: Site) -> None:
    told = site.app.test_client().get("/api/v1/openapi.json").json
    assert told["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(told).validate()
    assert set(told["paths"]) == {
        "/raw/{channel}",
        "/requests",
        "/items/{reference}",
        "/cases",
        "/cases/{reference}",
        "/phone/events",
    }
    event = told["paths"]["/phone/events"]["post"]
    assert event["security"] == [{"signature": []}]
    assert set(event["responses"]) == {"200", "401", "404", "413", "422", "503"}
    assert "X-GRC-Timestamp" in {one["name"] for one in event["parameters"]}
    kinds = told["components"]["schemas"]["PostedRequest"]["properties"]["request_type"]
    assert "apa" in kinds["anyOf"][0]["enum"]


@pytest.fixture(scope="module")
def server(
    filled_sqlite: Filled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """The filled back-office on a real web server: its address, and a token for everything."""
    var, port = tmp_path_factory.mktemp("api"), free_port()
    shutil.copy(filled_sqlite.url, var / "grc.db")
    shutil.copytree(filled_sqlite.var / "blobs", var / "blobs")
    url = f"http://127.0.0.1:{port}"
    env = {"GRC_ENV": "test", "GRC_VAR": str(var), "GRC_REDIS_URL": "none"}
    env |= {"GRC_BASE_URL": url, "GRC_API_RATE": "100000", "GRC_PHONE_SECRETS": signing.SECRET}
    made = [BIN / "grc", "token", "add", "all", "--all-units", "--json"]
    for scope in Scope:
        made += ["--scope", scope]
    told = subprocess.run(made, env=os.environ | env, cwd=ROOT, capture_output=True, check=True)
    argv: list[str | Path] = [BIN / "gunicorn", "wsgi:app", "-b", f"127.0.0.1:{port}"]
    argv += ["-c", ROOT / "deploy" / "gunicorn.conf.py"]
    web = Process(argv, env=env, cwd=ROOT, ready=lambda _: is_open(port))
    web.start()
    yield url, json.loads(told.stdout)["secret"]
    web.close()


def test_nothing_contradicts_the_description(server: tuple[str, str], tmp_path: Path) -> None:
    url, secret = server
    argv = [BIN / "schemathesis", "run", f"{url}/api/v1/openapi.json", "--checks", "all"]
    argv += ["--max-examples", "4", "--seed", "2", "--no-color"]
    argv += ["--phases", "coverage,fuzzing,stateful", "--header", f"Authorization: Bearer {secret}"]
    env = os.environ | {"SCHEMATHESIS_HOOKS": signing.__name__, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(argv, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    page = (ROOT / "docs" / "telephone.md").read_text("utf-8")
    (example,) = re.findall(r"^```sh\n(body=.*?)^```$", page, re.S | re.M)
    script = f"set -eu; GRC={url}; SECRET={signing.SECRET}\n{example}"
    told = subprocess.run(["bash", "-c", script], capture_output=True, check=True)
    assert json.loads(told.stdout)["already_known"] is False


def test_every_example_of_the_page_works(server: tuple[str, str], tmp_path: Path) -> None:
    """docs/api.md, read by a shell from the first example to the last."""
    url, secret = server
    (tmp_path / "message.eml").write_bytes(mail("Un dossier d'APA.", message_id="docs@x.example"))
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    examples = re.findall(r"^```sh\n(.*?)^```$", page, re.S | re.M)
    for example in examples:
        if "curl" in example:
            script = f"set -eu; GRC={url}; TOKEN={secret}\n{example}"
            done = subprocess.run(
                ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True
            )
            assert done.returncode == 0, (example, done.stdout, done.stderr)
            told = json.loads(done.stdout)
            is_refusal = "title" in told
            assert is_refusal == ("# refused" in example), (example, told)
    assert len(examples) > 5


def test_bodies_over_the_limit_on_a_real_server(server: tuple[str, str]) -> None:
    """Announced, nothing is read; in chunks without a length, reading ends at the limit. The
    server answers the next as before."""
    url, secret = server
    host = url.removeprefix("http://")
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "1"}
    headers["Content-Type"] = "application/octet-stream"

    def chunks(number: int) -> Iterator[bytes]:
        return (b"x" * (1 << 20) for _ in range(number))

    def send(body: Iterator[bytes] | None, **more: str) -> int:
        connection = http.client.HTTPConnection(host, timeout=PATIENCE)
        with closing(connection):
            with suppress(BrokenPipeError, ConnectionResetError):  # it answers before it has all
                chunked = body is not None
                connection.request(
                    "POST", "/api/v1/raw/email", body, headers | more, encode_chunked=chunked
                )
            return connection.getresponse().status

    assert send(None, **{"Content-Length": str(200 << 20)}) == 413
    assert send(chunks(81), **{"Transfer-Encoding": "chunked"}) == 413
    assert send(chunks(2), **{"Transfer-Encoding": "chunked"}) == 201
