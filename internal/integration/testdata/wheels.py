# Calls both commands as the modules of their wheels do.
import trialweave
import triallint

trialweave.run("sample", "-n", "30", "-o", "cohort.zip")

lines = trialweave.convert("cohort.zip", format="nquads")
assert lines.count(b"\n") > 10000, lines[:200]
assert trialweave.convert("cohort.zip", output="cohort.nq.gz") is None

rows = trialweave.query("SELECT ?s ?n ?none { ?s ctg:enrollment_count ?n . OPTIONAL { ?s ctg:no ?none } }", "cohort.nq.gz")
assert len(rows) == 30 and isinstance(rows[0]["n"], int) and rows[0]["none"] is None, rows[:2]
assert trialweave.query("ASK { ?s a ctg:Study }", "cohort.zip") is True
assert b"Study" in trialweave.query("CONSTRUCT { ?s a ctg:Study } WHERE { ?s a ctg:Study }", "cohort.zip")
narrow = trialweave.query("01", "cohort.zip", params={"country": ["USA", "CAN"]})
assert isinstance(narrow, list)
trialweave.validate("cohort.zip")
try:
    trialweave.convert("nothing.json")
except trialweave.CommandError as e:
    assert e.status == 2 and "nothing.json" in str(e), e
else:
    raise AssertionError("a file that is not there was converted")

with open("openapi.yaml", "w") as f:
    f.write("openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n")
assert "info-contact" in str(triallint.lint("openapi.yaml"))
