"""Finds and starts the command that was installed with this module."""

import os
import shutil
import subprocess
import sys
import sysconfig

NAME = __package__


class CommandError(RuntimeError):
    """The command could not do what was asked; the text is what it said."""

    def __init__(self, status, said):
        super().__init__(said.strip() or "%s ended with status %d" % (NAME, status))
        self.status = status


def find():
    """Returns the path of the command."""
    name = NAME + (sysconfig.get_config_var("EXE") or "")
    folders = [
        sysconfig.get_path("scripts"),
        sysconfig.get_path("scripts", "nt_user" if os.name == "nt" else "posix_user"),
        os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "bin"),  # pip install --target
    ]
    for folder in folders:
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            return path
    path = shutil.which(NAME)
    if path is None:
        raise FileNotFoundError("%s is neither in %s nor in PATH" % (name, ", ".join(folders)))
    return path


def run(*args, input=None, statuses=(0,)):
    """Runs the command and returns what it prints, as bytes."""
    done = subprocess.run([find(), *map(os.fspath, args)], input=input, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in statuses:
        raise CommandError(done.returncode, done.stderr.decode("utf-8", "replace"))
    return done.stdout


def main():
    """Does as the command does, for python -m."""
    path = find()
    if sys.platform == "win32":
        sys.exit(subprocess.run([path, *sys.argv[1:]]).returncode)
    os.execv(path, [path, *sys.argv[1:]])
