"""peer_trace.py - a trace of three cells without csv-agent.

peer_trace.py fresh CSV: imports, read_csv and three cells. peer_trace.py start
CSV: without the cells. peer_trace.py jupyter CSV N: a kernel a trace, N times; a
line of JSON, the medians in seconds of the start (to the end of a first cell
that imports and loads) and of the whole trace.
"""
import json
import statistics
import sys
import time

LOAD = ("import pandas as pd, numpy as np, scipy.stats, statsmodels.api, "
        "sklearn\ndf = pd.read_csv(%r)\n")
CELLS = ("print(df.shape)",
         "means = df.mean(numeric_only=True)\nprint(means)",
         "print(round(float(means.max()), 2))")


def ask(client, code):
    reply = client.execute_interactive(code, timeout=120,
                                       output_hook=lambda message: None)
    assert reply["content"]["status"] == "ok", reply["content"]


def kernel(csv):
    from jupyter_client.manager import start_new_kernel
    begin = time.monotonic()
    manager, client = start_new_kernel(startup_timeout=120)
    try:
        ask(client, LOAD % csv)
        started = time.monotonic() - begin
        for code in CELLS:
            ask(client, code)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return started, time.monotonic() - begin


def main():
    what, csv = sys.argv[1:3]
    if what == "jupyter":
        runs = [kernel(csv) for _ in range(int(sys.argv[3]))]
        print(json.dumps({
            "start": statistics.median(r[0] for r in runs),
            "trace": statistics.median(r[1] for r in runs)}))
        return
    names = {}
    exec(LOAD % csv, names)
    for code in CELLS if what == "fresh" else ():
        exec(code, names)


main()
