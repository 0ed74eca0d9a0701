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
