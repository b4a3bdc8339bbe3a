"""A linter for API descriptions: calls the command triallint.

    import triallint
    report = triallint.lint("openapi.yaml")
"""

import json

from ._command import CommandError, find, run

__all__ = ["CommandError", "find", "lint", "run"]


def lint(*paths, ruleset=None):
    """Lints files or folders, and returns the report of the command, read from JSON.

    A report with findings, or of what could not be checked, is returned like one
    without; CommandError is raised where there is no report.
    """
    args = ["--format=json"]
    if ruleset is not None:
        args.append("--ruleset=" + ruleset)
    done = run("lint", *args, "--", *(paths or ["."]), statuses=(0, 1, 2))
    if not done.strip():
        raise CommandError(2, "triallint made no report")
    return json.loads(done)
