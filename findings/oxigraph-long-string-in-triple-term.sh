#!/bin/sh
# Oxigraph: a triple term of Turtle may not have a string in three quotation marks.
#
# RDF 1.2 Turtle lets the object of a triple term be any literal (production
# ttObject). Seen on 2026-11-30 with pyoxigraph 0.5.13: with a string in one
# quotation mark and an escape the triple is read, with the same text in three it
# is a syntax error; outside of triple terms both are read. Whoever writes triple
# terms writes strings with escapes in them.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
python3 -m venv venv
venv/bin/pip install -q pyoxigraph==0.5.13
cat > run.py <<'P'
import pyoxigraph as ox
for name, literal in (("short", r'"x\ny"'), ("long", '"""x\ny"""')):
    for place, text in (("object", "ex:s ex:p %s ."), ("triple term", "ex:s ex:p <<( ex:a ex:b %s )>> .")):
        turtle = "@prefix ex: <http://example.org/> . " + text % literal
        try:
            n = len(list(ox.parse(turtle, format=ox.RdfFormat.TURTLE)))
            print(name, place, n)
        except SyntaxError:
            print(name, place, "syntax error")
P
venv/bin/python run.py > seen
cat seen
printf '%s\n' 'short object 1' 'short triple term 1' 'long object 1' 'long triple term syntax error' | diff - seen
