# tap.py - what the two test scripts of this directory share.
import os
import sys


def with_pandas():
    """The pandas module, or None. Tries the system's interpreter as well,
    by starting the running script again in it."""
    try:
        import pandas
        return pandas
    except ImportError:
        other = "/usr/bin/python3"
        if "TAP_RESTARTED" not in os.environ and os.access(other, os.X_OK):
            os.environ["TAP_RESTARTED"] = "1"
            os.execv(other, [other] + sys.argv)
        return None


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def ok(self, good, what, *seen):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {what}")
        if not good:
            for line in "\n".join(str(s) for s in seen).split("\n"):
                print("# " + line)

    def skip(self, what, why):
        self.count += 1
        print(f"ok {self.count} - {what} # SKIP {why}")

    def done(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0


def kinds(frame):
    """One letter a column: i, u, f, b, and O for all else."""
    return "".join(t.kind if t.kind in "iufb" else "O" for t in frame.dtypes)
