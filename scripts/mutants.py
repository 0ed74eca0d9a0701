"""Plant known mistakes in a copy of the program; each must make a fault test fail.

    python -m scripts.mutants [M3 …]

A test that cannot fail proves nothing. Mutants are exact replacements of source text: when
the text is no longer there, this script fails and asks to be brought up to date.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APART = (".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis", "node_modules")
ALL_PASSED, SOME_FAILED = 0, 1  # of pytest
FAULTS = "tests/faults"


@dataclass(frozen=True)
class Edit:
    """Exact text of one file, and what the mistake makes of it."""

    path: str
    before: str
    after: str


@dataclass(frozen=True)
class Mutant:
    """A mistake somebody could make, and the test that must see it."""

    name: str
    mistake: str
    test: str
    edits: tuple[Edit, ...]


MUTANTS = (
    Mutant(
        "M1",
        "no sweeper: workers wait to be rung",
        f"{FAULTS}/test_steps.py::test_a_worker_killed_while_understanding_starts_again[sqlite]",
        (
            Edit(
                "grc/jobs/lanes.py",
                "                self._woken.wait(self._sweep(Tools(reader=reader)))\n",
                "                self._woken.wait()\n"
                "                self._sweep(Tools(reader=reader))\n",
            ),
        ),
    ),
    Mutant(
        "M2",
        "no unique key on items",  # SQLite has one writer at a time: the race needs PostgreSQL
        f"{FAULTS}/test_races.py::test_the_same_mail_at_once_is_one_case[postgresql]",
        (
            Edit(
                "migrations/versions/0001_first.py",
                '            "channel",\n'
                '            "source",\n'
                '            "locator_hash",\n'
                '            "sha256",\n'
                '            name=op.f("uq_item_channel_source_locator_hash_sha256"),\n',
                '            "id", name="uq_item_id"\n',
            ),
        ),
    ),
    Mutant(
        "M3",
        "acknowledged before the commit",
        f"{FAULTS}/test_intake.py::test_a_listener_killed_at_each_point_loses_nothing[sqlite]",
        (
            Edit(
                "grc/jobs/listener.py",
                "                answer = store_one(channel, source, stream, size)\n",
                "                raw = stream.read(size)\n"
                "                connection.sendall(handover.answer(OK))\n"
                '                stored = __import__("io").BytesIO(raw)\n'
                "                answer = store_one(channel, source, stored, size)\n",
            ),
        ),
    ),
    Mutant(
        "M4",
        "marked as sent before it is sent",
        f"{FAULTS}/test_steps.py::test_a_worker_killed_around_sending_sends_once[sqlite]",
        (
            Edit(
                "grc/outbox/sending.py",
                '        crash("J2")\n',
                "        from grc.core import clock, db\n"
                "        from grc.outbox.service import mark_sent\n\n"
                "        with db.transaction():\n"
                "            mark_sent(outgoing_id, now=clock.now())\n"
                '        crash("J2")\n',
            ),
            Edit(
                "grc/pipeline.py",
                "        outbox.mark_sent(outgoing_id, now=now)\n",
                "        pass\n",
            ),
        ),
    ),
    Mutant(
        "M5",
        "the case in one transaction, the outcome in another",
        f"{FAULTS}/test_steps.py::"
        "test_an_import_killed_while_understanding_is_run_again[sqlite-understand:worked]",
        (
            Edit(
                "grc/intake/understanding.py",
                "    case_id = opening.open_case(new, message, actor=actor, now=now)\n",
                "    case_id = opening.open_case(new, message, actor=actor, now=now)\n"
                "    session().commit()\n",
            ),
        ),
    ),
    Mutant(
        "M6",
        "acknowledged although the disk is full",
        f"{FAULTS}/test_disk.py::test_mail_waits_while_there_is_no_room_for_files[sqlite]",
        (
            Edit(
                "grc/jobs/listener.py",
                '        return TRY_AGAIN, f"4.3.0 {error}"\n',
                '        return OK, ""\n',
            ),
            Edit(
                "grc/jobs/listener.py",
                '        return TRY_AGAIN, f"4.3.0 {_said(error)}"\n',
                '        return OK, ""\n',
            ),
        ),
    ),
    Mutant(
        "M7",
        "the mailbox is told before the commit",
        f"{FAULTS}/test_fetch.py::test_killed_at_each_point_nothing_is_lost_or_doubled[sqlite]",
        (
            Edit(
                "grc/jobs/fetching.py",
                "    with transaction():\n        done = service.store(\n",
                "    folder.acknowledge(list(arrivals))\n"
                "    with transaction():\n        done = service.store(\n",
            ),
        ),
    ),
)


def main(names: list[str]) -> int:
    """Try the mutants named, or all; 1 when one survives."""
    chosen = [mutant for mutant in MUTANTS if not names or mutant.name in names]
    with tempfile.TemporaryDirectory(prefix="grc-mutants-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*APART))
        if run(copy, *(mutant.test for mutant in chosen)) != ALL_PASSED:
            print("The tests fail without any mutant: nothing is proved.", file=sys.stderr)
            return 1
        caught = [is_caught(mutant, copy) for mutant in chosen]
    return 0 if all(caught) else 1


def is_caught(mutant: Mutant, copy: Path) -> bool:
    """Plant one mutant, run its test, take it out again."""
    originals = {edit.path: (copy / edit.path).read_text("utf-8") for edit in mutant.edits}
    began = time.monotonic()
    try:
        for edit in mutant.edits:
            plant(edit, copy)
        code = run(copy, mutant.test)
    finally:
        for path, text in originals.items():
            (copy / path).write_text(text, "utf-8")
    verdict = {SOME_FAILED: "caught", ALL_PASSED: "SURVIVED"}.get(code, f"NOT RUN ({code})")
    seconds = time.monotonic() - began
    print(f"{mutant.name}  {verdict:<10} {seconds:4.0f} s  {mutant.mistake}", flush=True)
    return code == SOME_FAILED


def plant(edit: Edit, copy: Path) -> None:
    """Replace the one occurrence. Raises ValueError when there is not exactly one."""
    path = copy / edit.path
    text = path.read_text("utf-8")
    if text.count(edit.before) != 1:
        raise ValueError(f"{edit.path} has not exactly one:\n{edit.before}")
    path.write_text(text.replace(edit.before, edit.after), "utf-8")


def run(copy: Path, *tests: str) -> int:
    """Run tests in the copy, by the programs of the copy; pytest's exit code."""
    argv = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-n0", *tests]
    given = {name: value for name, value in os.environ.items() if name != "CI"}
    env = given | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(argv, cwd=copy, env=env, capture_output=True, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
