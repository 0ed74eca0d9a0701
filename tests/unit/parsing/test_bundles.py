"""A folder of pages as one container: what it may not hold."""

import io
import warnings
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from grc.parsing import bundles
from grc.parsing.scans import BadScan, ScanLimits


def tiff(shade: int) -> bytes:
    kept = io.BytesIO()
    Image.new("L", (20, 30), shade).save(kept, "TIFF")
    return kept.getvalue()


def container(path: Path, *names: str) -> Path:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as kept:
        warnings.simplefilter("ignore")  # two entries of one name
        for number, name in enumerate(names):
            kept.writestr(name, tiff(10 + number))
    return path


def flagged(path: Path, name: str, bits: int) -> Path:
    """The container, where this entry says it is encrypted (1), or patched (32)."""
    raw = bytearray(path.read_bytes())
    for magic, flags, named in ((b"PK\3\4", 6, 30), (b"PK\1\2", 8, 46)):
        at = raw.find(magic)
        while at >= 0:
            if raw[at + named :].startswith(name.encode()):
                raw[at + flags] |= bits
            at = raw.find(magic, at + 4)
    path.write_bytes(raw)
    return path


def test_a_file_with_a_password_is_refused_by_name_and_the_others_are_seen(tmp_path: Path) -> None:
    path = flagged(container(tmp_path / "lot.zip", "a.tif", "b.tif"), "b.tif", 1)
    with pytest.raises(BadScan) as refused, bundles.opened(path, ScanLimits()):
        pass
    assert (refused.value.code, refused.value.params) == ("encrypted", {"name": "b.tif"})
    assert "mot de passe" in refused.value.detail
    assert [scan.pages for scan in bundles.readable(path, ScanLimits())] == [1]


@pytest.mark.parametrize("bits", [0x20, 0x40])
def test_what_only_other_programs_write_is_refused_in_words(tmp_path: Path, bits: int) -> None:
    path = flagged(container(tmp_path / "lot.zip", "a.tif", "b.tif"), "b.tif", bits)
    with pytest.raises(BadScan) as refused, bundles.opened(path, ScanLimits()):
        pass
    assert "sans compression" in refused.value.detail
    assert [scan.pages for scan in bundles.readable(path, ScanLimits())] == [1]


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """By its name only one of them would be read, twice."""
    path = container(tmp_path / "lot.zip", "a.tif", "b.tif", "a.tif")
    with pytest.raises(BadScan) as refused, bundles.opened(path, ScanLimits()):
        pass
    assert "même nom" in refused.value.detail


def test_each_page_is_its_own(tmp_path: Path) -> None:
    path = container(tmp_path / "lot.zip", "a.tif", "b.tif")
    with bundles.opened(path, ScanLimits()) as scan:
        shades = [scan.picture(number, 72).getpixel((1, 1)) for number in range(scan.pages)]
    assert shades == [10, 11]
