"""peer_profile.py - the facts of csv-synthq --profile, by pandas.

usage: peer_profile.py FILE: a line of JSON: CPU and wall-clock seconds from the
start of read_csv, imports left out, and the CPU seconds of reading and of the
correlations in it.
"""
import json
import resource
import sys
import time

import numpy as np
import pandas as pd


def cpu():
    return time.process_time()


def column(s):
    top = s.value_counts().head(5)
    out = {"dtype": str(s.dtype), "missing": int(s.isna().sum()),
           "unique": int(s.nunique()), "top": [list(top.index),
                                               top.tolist()]}
    if s.dtype.kind in "if":
        out.update(mean=s.mean(), std=s.std(), min=s.min(), max=s.max(),
                   skew=s.skew(),
                   quartiles=s.quantile([.25, .5, .75]).tolist())
    return out


def main():
    wall, start = time.monotonic(), cpu()
    df = pd.read_csv(sys.argv[1])
    read = cpu() - start
    facts = {"rows": len(df), "duplicates": int(df.duplicated().sum()),
             "columns": {str(name): column(df[name]) for name in df}}
    before = cpu()
    facts["corr"] = df.select_dtypes(np.number).corr().values.tolist()
    end = cpu()
    print(json.dumps({
        "cpu": end - start, "wall": time.monotonic() - wall, "read": read,
        "corr": end - before,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "version": pd.__version__}))


main()
