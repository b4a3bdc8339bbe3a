"""Prints the terms that do not stand in the file of a package, of a list of files and terms."""

import re
import sys
import sysconfig
from pathlib import Path

packages = Path(sysconfig.get_paths()["purelib"])
for line in Path(sys.argv[1]).read_text().splitlines():
    name, term = line.split("\t")
    text = (packages / name).read_text(encoding="utf-8")
    if not re.search(rf"^ +{re.escape(term)}: ", text, re.MULTILINE):
        print(f"{name}: {term}")
