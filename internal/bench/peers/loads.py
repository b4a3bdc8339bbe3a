"""Parses each line of a file and keeps nothing."""
import json
import sys

with open(sys.argv[1], "rb") as lines:
    for line in lines:
        json.loads(line)
