"""Serve the gallery on port 5050, or take its pictures."""

import argparse
from pathlib import Path

from . import create_gallery
from .shots import take

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--shots", type=Path, metavar="FOLDER")
parser.add_argument(
    "--full", action="store_true", help="the whole page, not only what a screen shows"
)
parser.add_argument("names", nargs="*")
options = parser.parse_args()

if options.shots:
    take(options.shots, options.names, options.full)
else:
    create_gallery().run(port=5050)
