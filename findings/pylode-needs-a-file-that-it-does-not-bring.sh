#!/bin/sh
# pyLODE: the newest release for Python before 3.12 cannot be imported as it is installed.
#
# It reads its version from a pyproject.toml beside its package, which the wheel does
# not have, so that "import pylode" and its command end with a FileNotFoundError. Seen
# on 2026-11-30 with pylode 3.4.1. Way round: a file site-packages/pyproject.toml with
# the version in it; then it makes pages of an ontology.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv venv
venv/bin/pip install -q pylode==3.4.1
if venv/bin/python -c 'import pylode' 2> error; then echo 'it can be imported'; exit 1; fi
tail -n 1 error | sed 's/: .*pyproject.toml/: pyproject.toml/; s/\[Errno 2\] No such file or directory/missing/' > seen
cat seen
site=$(venv/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
printf '[project]\nversion = "3.4.1"\n' > "$site/pyproject.toml"
venv/bin/python -c 'import pylode; print("with the file it can")' >> seen
tail -n 1 seen
grep -q '^FileNotFoundError' seen && grep -q '^with the file it can$' seen
