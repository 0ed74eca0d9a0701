"""A scan is in the ledger before its file leaves the folder: killed anywhere, nothing is lost,
nothing is doubled."""

from pathlib import Path

from tests.faults.ground import KILLED, Ground
from tests.rig.waiting import eventually

POINTS = ("before-commit", "after-commit", "fetch:acknowledged")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_killed_at_each_point_a_file_is_stored_once_then_put_away(ground: Ground) -> None:
    folder = ground.var / "scans"
    folder.mkdir()
    command = ("fetch", "post", "--folder", str(folder))
    for number, point in enumerate(POINTS, start=1):
        (folder / "lot.pdf").write_bytes(b"%%PDF- %d" % number)
        died = ground.run(*command, **ground.crash_at(point))
        assert died.returncode == KILLED, (point, died)
        assert ground.crashed(point)
        is_stored = point in ("after-commit", "fetch:acknowledged")
        assert ground.count("item") == (number if is_stored else number - 1)
        assert names(folder) == ([] if point == "fetch:acknowledged" else ["lot.pdf"])
        ground.command(*command)
        assert names(folder) == []
        assert len(names(folder / "done")) == number
    assert ground.outcomes() == {"waiting": len(POINTS)}


def test_who_stays_takes_what_arrives_and_waits_for_a_folder_that_is_away(ground: Ground) -> None:
    folder = ground.var / "scans"
    watching = ground.supervised(
        "fetch", "post", "--folder", str(folder), "--watch", "--every", "1"
    )
    folder.mkdir()
    (folder / "lot.pdf.part").write_bytes(b"%PDF-")
    (folder / "lot.pdf.part").rename(folder / "lot.pdf")
    eventually(lambda: (folder / "done" / "lot.pdf").exists(), "the scan is put away")
    assert ground.count("item") == 1
    assert watching.stop() == 0
