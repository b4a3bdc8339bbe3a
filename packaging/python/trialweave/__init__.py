"""ClinicalTrials.gov as linked data: calls the command trialweave.

    import trialweave
    trialweave.convert("studies.zip", output="all.nq.zst")
    rows = trialweave.query("10", "studies.zip")   # pandas.DataFrame(rows)

Inputs are paths of files or folders of studies or RDF, as the command takes them.
"""

import json
import subprocess

from ._command import CommandError, find, run

__all__ = ["CommandError", "convert", "find", "query", "run", "serve", "validate"]


def _inputs(inputs):
    if not inputs:
        raise ValueError("no input, expected paths of studies or RDF")
    return ["--", *inputs]


def convert(*inputs, output=None, format=None, skip_rejected=True):
    """Turns studies into RDF: into the file output, or returned as bytes.

    With skip_rejected=False records that are rejected raise CommandError.
    """
    args = ["convert"]
    if output is not None:
        args += ["--output", output]
    if format is not None:
        args += ["--format", format]
    out = run(*args, *_inputs(inputs), statuses=(0, 1) if skip_rejected else (0,))
    return None if output is not None else out


_INTEGERS = {"integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "negativeInteger", "nonPositiveInteger"}
_FLOATS = {"decimal", "double", "float"}
_XSD = "http://www.w3.org/2001/XMLSchema#"


def _value(term):
    value, datatype = term["value"], term.get("datatype", "")
    if not isinstance(value, str) or not datatype.startswith(_XSD):
        return value
    kind = datatype[len(_XSD):]
    try:
        if kind in _INTEGERS:
            return int(value)
        if kind in _FLOATS:
            return float(value)
    except ValueError:  # of a text that is not of its type
        return value
    if kind == "boolean" and value in ("true", "false", "1", "0"):
        return value in ("true", "1")
    return value


def query(question, *inputs, params=None):
    """Asks SPARQL, or a bundled question by its number or name.

    SELECT returns a list of dicts, one a row, in which numbers and booleans are those
    of Python and what is not bound is None; ASK returns a bool; CONSTRUCT and DESCRIBE
    return the graph as N-Triples, in bytes. params maps a parameter of the question to
    a value or a list of them.
    """
    args = ["query"]
    for name, values in (params or {}).items():
        for value in values if isinstance(values, (list, tuple)) else [values]:
            args.append("--param=%s=%s" % (name, value))
    rest = ["--", question, *_inputs(inputs)[1:]]
    try:
        out = run(*args, "--format=json", *rest, statuses=(0, 1))
    except CommandError as e:
        if "cannot write a graph as" not in str(e):
            raise
        return run(*args, "--format=ntriples", *rest, statuses=(0, 1))
    answer = json.loads(out)
    if "boolean" in answer:
        return answer["boolean"]
    names = answer["head"]["vars"]
    return [{n: _value(row[n]) if n in row else None for n in names} for row in answer["results"]["bindings"]]


def validate(*inputs):
    """Checks studies or RDF, and returns the report of the command, read from JSON."""
    return json.loads(run("validate", "--format=json", *_inputs(inputs), statuses=(0, 1)))


def serve(*inputs, listen="127.0.0.1:7878"):
    """Starts the explorer and the SPARQL service, and returns the process."""
    return subprocess.Popen([find(), "serve", "--listen=" + listen, *_inputs(inputs)])
