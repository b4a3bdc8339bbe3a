"""Runs a notebook in a new kernel, and prints what its cells give otherwise than it has.

    notebook.py NOTEBOOK FOLDER [write]
"""

import sys

import nbformat
from nbclient import NotebookClient


def results(notebook):
    """The texts that each cell gives."""
    out = []
    for cell in notebook.cells:
        texts = []
        for output in cell.get("outputs", []):
            texts.append(output.get("text") or output.get("data", {}).get("text/plain", ""))
        out.append("".join(texts))
    return out


path, folder, *write = sys.argv[1:]
notebook = nbformat.read(path, as_version=4)
before = results(notebook)
NotebookClient(notebook, timeout=120, resources={"metadata": {"path": folder}}).execute()
for cell in notebook.cells:
    cell.metadata.pop("execution", None)
notebook.metadata["language_info"] = {"name": "python"}
if write:
    nbformat.write(notebook, path)
else:
    for cell, had, gives in zip(notebook.cells, before, results(notebook)):
        if had != gives:
            print(f"{cell.id}: the notebook has\n{had}\nand now gives\n{gives}")
