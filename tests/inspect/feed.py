# feed.py - many records that differ in a number, and what they take.
import fcntl
import re
import struct
import subprocess
import tempfile
import termios
import time


def run(argv, parts, n):
    """Feed the program n lines, each the parts with its number between them;
    its output, the most memory that it had (KiB) and its status. The memory is
    read before its input ends: what a parent had would count else."""
    with tempfile.TemporaryFile() as out:
        p = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=out)
        for i in range(0, n, 1000):
            p.stdin.write(b"".join((b"%d" % k).join(parts)
                                   for k in range(i, i + 1000)))
        p.stdin.flush()
        left = 1
        while left and p.poll() is None:
            left, = struct.unpack("i", fcntl.ioctl(p.stdin, termios.FIONREAD,
                                                   b"    "))
            time.sleep(0.1)
        with open(f"/proc/{p.pid}/status", encoding="ascii") as f:
            kib = int(re.search(r"VmHWM:\s+(\d+) kB", f.read())[1])
        p.stdin.close()
        p.wait()
        out.seek(0)
        return out.read().decode(), kib, p.returncode
