"""Usage: terminal.py MARK COMMAND...

Runs a command on a terminal of its own and presses Ctrl-C when MARK has appeared. Fails unless the command then ends with
exit code 130, having ended the line that it had begun, and no more than that.
"""

import os
import pty
import select
import signal
import sys
import time

PATIENCE = 60
CTRL_C = b"\x03"


def start(command):
    """Answers the process and the other end of its terminal."""
    process, terminal = pty.fork()
    if process == 0:
        # What a shell runs in the background ignores it, and so do its children.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.execvp(command[0], command)
    return process, terminal


def read(terminal, deadline):
    """What the terminal shows next; nothing when the process has left it."""
    if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
        raise TimeoutError
    try:
        return os.read(terminal, 65536)
    except OSError:  # EIO is how Linux says so
        return b""


def interrupt(process, terminal, mark):
    """Answers what was shown before Ctrl-C, and what from there on."""
    deadline = time.monotonic() + PATIENCE
    before, after, pressed = b"", b"", False
    try:
        while piece := read(terminal, deadline):
            if pressed:
                after += piece
            else:
                before += piece
                pressed = mark in before
                if pressed:
                    os.write(terminal, CTRL_C)
    except TimeoutError:
        os.kill(process, signal.SIGKILL)
    return before, after


def main():
    mark, command = sys.argv[1].encode(), sys.argv[2:]
    process, terminal = start(command)
    before, after = interrupt(process, terminal, mark)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if code != 130 or not after.endswith(b"\n") or after.count(b"\n") != 1:
        sys.exit(f"exit code {code}, shown before Ctrl-C: {before[-200:]!r}, and then: {after[-200:]!r}")


main()
