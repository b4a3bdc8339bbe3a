#!/bin/sh
# maplib: a file of N-Triples that is read and written again has other literals.
#
# A dateTime without a timezone gets the timezone +00:00, which is another value
# (XML Schema 1.1 part 2, section 3.3.7: a timezone is a property of the value), and
# a decimal loses its zeros, so that it is another RDF term. Seen on 2026-11-30 with
# maplib 0.20.26. Whoever compares graphs that went through it compares values of
# decimals, and does not compare dateTimes without a timezone.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv venv
venv/bin/pip install -q maplib==0.20.26
cat > in.nt <<'N'
<http://example.org/s> <http://example.org/at> "2023-05-30T09:45:00"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
<http://example.org/s> <http://example.org/dose> "18.0000"^^<http://www.w3.org/2001/XMLSchema#decimal> .
N
cat > run.py <<'P'
import maplib
m = maplib.Model()
m.read("in.nt")
m.write("out.nt")
P
venv/bin/python run.py
sed -n 's/.*"\(.*\)"^^.*#\([a-zA-Z]*\)>.*/\2 \1/p' out.nt | sort > seen
cat seen
printf '%s\n' 'dateTime 2023-05-30T09:45:00+00:00' 'decimal 18' | diff - seen
