#!/usr/bin/python3
"""barefork.py - what the kernel asks for a trace: the floor of bench_box.

usage: barefork.py CSV N

A Python with the sandbox's libraries and df forks children that run the cells
of boxbench's traces and end: no sandbox, protocol or output.  Prints one JSON
object: {"single": S, "double": D}, one child and two at a time; each is
{"p50", "per_second", "cpu", "faults"} (ms, 1/s, ms and minor faults a child);
and "start", the p50 in ms of a child that does nothing.
"""

import gc
import json
import os
import statistics
import sys
import time

import numpy
import pandas
import scipy.stats
import sklearn.cluster
import sklearn.linear_model
import sklearn.preprocessing
import statsmodels.api

LOADED = (numpy, scipy.stats, sklearn, statsmodels.api)


def cells(df):
    """As `three` in boxbench.c."""
    repr(df.head())
    g = df.groupby(df.columns[0]).mean(numeric_only=True)
    str(g.head())
    g.describe()        # for hook()'s summary
    return float(g.iloc[0, 0])


def children(job, n, inflight):
    started, at, ms, cpu, faults = 0, {}, [], [], []
    begin = time.perf_counter()
    while len(ms) < n:
        while started < n and len(at) < inflight:
            now = time.perf_counter()
            pid = os.fork()
            if pid == 0:
                job()
                os._exit(0)
            at[pid] = now
            started += 1
        pid, status, use = os.wait3(0)
        if status != 0:
            sys.exit("barefork.py: a child failed")
        ms.append((time.perf_counter() - at.pop(pid)) * 1e3)
        cpu.append((use.ru_utime + use.ru_stime) * 1e3)
        faults.append(use.ru_minflt)
    return {"p50": statistics.median(ms),
            "per_second": n / (time.perf_counter() - begin),
            "cpu": statistics.mean(cpu), "faults": statistics.mean(faults)}


def main():
    df = pandas.read_csv(sys.argv[1])
    n = int(sys.argv[2])
    for _ in range(3):
        cells(df)
    gc.collect()
    gc.freeze()
    print(json.dumps({
        "start": children(lambda: None, n, 1)["p50"],
        "single": children(lambda: cells(df), n, 1),
        "double": children(lambda: cells(df), n, 2)}))


main()
