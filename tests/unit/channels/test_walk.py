"""What an import finds at a path: every item once, in a stable order, whatever the shape."""

import os
from pathlib import Path

import pytest

from grc.channels.protocol import Found, Unreadable
from grc.channels.walk import lines, messages

LINE = b"From a@b.example Mon Mar  2 10:15:00 2026\n"
MAIL = b"Subject: a\n\nun\n"


def write(path: Path, data: bytes = MAIL) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def content(found: Found) -> bytes:
    with found.open() as stream:
        return stream.read(found.size)


def locators(path: Path) -> list[str]:
    return [found.locator for found in messages(path)]


def test_one_file_goes_by_its_name(tmp_path: Path) -> None:
    (found,) = messages(write(tmp_path / "a.eml"))
    assert (found.locator, content(found)) == ("a.eml", MAIL)


def test_a_folder_is_walked_in_order_whatever_the_extension(tmp_path: Path) -> None:
    for name in ("b.txt", "a.eml", "c/d", "c/.caché", "c/vide", ".git/HEAD", ".DS_Store"):
        write(tmp_path / name, b"" if name == "c/vide" else MAIL)
    assert locators(tmp_path) == ["a.eml", "b.txt", "c/.caché", "c/d", "c/vide"]
    assert [found.size for found in messages(tmp_path)][-1] == 0


def test_an_mbox_gives_its_messages_by_offset(tmp_path: Path) -> None:
    data = LINE + MAIL + b"\n" + LINE + b"Subject: b\n\ndeux\n"
    write(tmp_path / "dossier/boite", data)
    first, second = messages(tmp_path)
    assert (first.locator, content(first)) == (f"dossier/boite@{len(LINE)}", MAIL)
    assert content(second) == b"Subject: b\n\ndeux\n"
    assert locators(tmp_path / "dossier/boite")[0] == f"boite@{len(LINE)}"


def test_a_maildir_gives_base_names_and_skips_tmp(tmp_path: Path) -> None:
    for name in ("cur/2.b:2,S", "new/1.a", "tmp/3.c", "dovecot-uidlist", ".Envoyés/cur/4.d:2,"):
        write(tmp_path / name)
    (tmp_path / ".Envoyés/new").mkdir()
    assert locators(tmp_path) == ["2.b", "1.a", ".Envoyés/4.d"]


def test_reading_a_message_does_not_change_its_locator(tmp_path: Path) -> None:
    new = write(tmp_path / "new/1.a")
    (tmp_path / "cur").mkdir()
    before = locators(tmp_path)
    new.rename(tmp_path / "cur/1.a:2,RS")
    assert locators(tmp_path) == before == ["1.a"]


def test_a_name_that_is_no_text_still_has_a_locator(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xe9t\xe9.eml"
    with open(path, "wb") as stream:  # noqa: PTH123
        stream.write(MAIL)
    (found,) = messages(tmp_path)
    assert found.locator == "\\xe9t\\xe9.eml"
    assert content(found) == MAIL


def test_an_unknown_path(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="n'existe pas"):
        list(messages(tmp_path / "absent"))


def test_a_loop_is_reported_after_everything_readable(tmp_path: Path) -> None:
    write(tmp_path / "a/un.eml")
    write(tmp_path / "z.eml")
    (tmp_path / "a/retour").symlink_to(tmp_path)
    with pytest.raises(Unreadable, match="boucle") as caught:
        list(messages(tmp_path))
    assert caught.value.path == tmp_path / "a/retour"
    assert [item.locator for item in messages_until_error(tmp_path)] == ["a/un.eml", "z.eml"]


def messages_until_error(path: Path) -> list[Found]:
    found: list[Found] = []
    with pytest.raises(Unreadable):
        found.extend(messages(path))  # keeps what comes before the error
    return found


@pytest.mark.parametrize("kind", ["fifo", "dangling link"])
def test_what_is_no_file_is_reported_and_never_opened(tmp_path: Path, kind: str) -> None:
    odd = tmp_path / "a"
    os.mkfifo(odd) if kind == "fifo" else odd.symlink_to(tmp_path / "absent")
    write(tmp_path / "b.eml")
    assert [item.locator for item in messages_until_error(tmp_path)] == ["b.eml"]
    with pytest.raises(Unreadable):
        list(messages(odd))


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.eml").symlink_to("/proc/self/mem")  # opens, and fails to read, even for root
    write(tmp_path / "b.eml")
    assert [item.locator for item in messages_until_error(tmp_path)] == ["b.eml"]


def test_very_deep_folders(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    deepest = 300
    for _ in range(deepest):
        os.mkdir("d", dir_fd=here)
        here, above = os.open("d", os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(os.open("m", os.O_CREAT, dir_fd=here))
    os.close(here)
    assert locators(tmp_path) == ["d/" * deepest + "m"]


def test_a_link_to_a_folder_met_twice_gives_its_items_once(tmp_path: Path) -> None:
    write(tmp_path / "a/un.eml")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert locators(tmp_path) == ["a/un.eml"]


def test_the_lines_of_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grc.channels.walk._PIECE", 4)
    (tmp_path / "b.log").write_bytes(b"From a line that is no mbox\n")
    (tmp_path / "a.log").write_bytes(b"one\r\n\n   \n      \xff\nlast without end")
    found = list(lines(tmp_path))
    assert [item.locator for item in found] == ["a.log@0", "a.log@10", "a.log@18", "b.log@0"]
    texts = []
    for item in found:
        with item.open() as stream:
            texts.append(stream.read(item.size))
    assert texts[:3] == [b"one\r\n", b"      \xff\n", b"last without end"]
    assert texts[3].startswith(b"From a line")
