#!/usr/bin/env python3
# num.t - the numeric kernels against exact values, numpy, pandas, scipy,
# statsmodels and scikit-learn.
import itertools
import math
import os
import subprocess
import sys
import warnings

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "data")
sys.path.insert(0, DATA)
import tap  # noqa: E402

RUN = os.path.join(os.environ.get("B", "build"), "helper", "numrun")
TOL = 1e-10


class Calls:
    """Calls for one run of the helper, and what each should give."""

    def __init__(self):
        self.lines, self.wanted = [], []

    def set(self, letter, values):
        self.lines.append(" ".join(["set", letter] +
                                   [repr(float(x)) for x in values]))

    def want(self, name, args, values, tol=TOL, scale=0.0, take=None):
        """values: numbers, None for what does not matter. take: which of
        the helper's results they are. An error is relative to the value, or
        to scale where that is larger."""
        args = [a if isinstance(a, str) else repr(float(a)) for a in args]
        call = " ".join([name] + args)
        self.lines.append(call)
        values = [values] if not hasattr(values, "__len__") else values
        self.wanted.append((name, call, list(values), tol, scale, take))

    def run(self):
        """Worst error by kernel, and the calls that are off."""
        done = subprocess.run([RUN], input="\n".join(self.lines) + "\n",
                              stdout=subprocess.PIPE, text=True, check=True)
        out = done.stdout.splitlines()
        if len(out) != len(self.wanted):
            return {}, {}, {"": f"{len(out)} lines of {len(self.wanted)}"}
        worst, count, bad = {}, {}, {}
        for line, (name, call, values, tol, scale, take) in zip(
                out, self.wanted):
            got = [float(x) for x in line.split()]
            got = got if take is None else [got[i] for i in take]
            errors = [error(g, w, scale) for g, w in zip(got, values)
                      if w is not None]
            off = max(errors) if len(got) == len(values) else math.inf
            count[name] = count.get(name, 0) + 1
            worst[name] = max(worst.get(name, 0), off)
            if not off <= tol:
                bad.setdefault(name, f"{call}: got {line.strip()[:300]}, "
                               f"want {str(values)[:300]}, off {off:.3g}")
        return worst, count, bad


def error(got, want, scale):
    want = float(want)
    if got == want or (got != got and want != want):
        return 0.0
    if math.isinf(want) or math.isnan(want) or math.isnan(got):
        return math.inf
    return abs(got - want) / max(abs(want), scale, 1e-300)


def report(t, title, calls):
    worst, count, bad = calls.run()
    for name in sorted(worst):
        t.ok(name not in bad,
             f"{title}: {name}, {count[name]} calls, worst {worst[name]:.1e}",
             bad.get(name, ""))
    if not worst or "" in bad:
        t.ok(False, title, bad)


# ---- Exact values: no libraries needed ----

def truth(t):
    calls = Calls()
    with open(os.path.join(DATA, "num", "truth.txt"), encoding="ascii") as f:
        for line in f:
            call, value = line.split(" = ")
            name, *args = call.split()
            calls.want(name, [float(a) for a in args], float(value),
                       tol=1e-11 if name == "ks_sf" else 1e-12)
    report(t, "exact", calls)


def inverses(t):
    """ppf and isf undo cdf and sf, also where scipy's do not."""
    calls = Calls()
    for p in (0.3, 0.5, 0.6, 0.75, 0.9, 0.99, 1 - 1e-9):
        for df in (1, 2.5, 8, 60, 4000):
            calls.want("t_ppf", [p, df], -run_one("t_ppf", 1 - p, df),
                       tol=1e-6, scale=1e-12)
            calls.want("t_cdf", [run_one("t_ppf", p, df), df], p)
            calls.want("beta_cdf", [run_one("beta_ppf", p, df, 3), df, 3], p)
            calls.want("beta_sf", [run_one("beta_isf", p, df, 3), df, 3], p)
    report(t, "inverse", calls)


def run_one(name, *args):
    line = " ".join([name] + [repr(float(a)) for a in args]) + "\n"
    return float(subprocess.run([RUN], input=line, stdout=subprocess.PIPE,
                                text=True, check=True).stdout)


# ---- Against the libraries ----

def samples(np, rng, n, kind):
    return [lambda: rng.normal(size=n),
            lambda: np.round(rng.normal(50, 20, n), 2),
            lambda: rng.integers(0, 10, n).astype(float),
            lambda: rng.lognormal(3, 1, n),
            lambda: -np.round(rng.exponential(3, n), 1),
            lambda: 1e6 + np.round(rng.normal(size=n), 1)][kind % 6]()


def sums(t, np, pd):
    rng = np.random.default_rng(1)
    bits = Calls()
    sizes = (1, 2, 3, 7, 8, 9, 25, 100, 127, 128, 129, 137, 640, 1000, 8191,
             8192, 8193, 20000)
    for kind, n in itertools.product(range(6), sizes):
        v = samples(np, rng, n, kind)
        s = pd.Series(v)
        g = s.groupby(np.zeros(n, int))
        bits.set("v", v)
        for name in ("sum", "mean", "min", "max", "median"):
            bits.want(name, "v", getattr(s, name)(), tol=0)
        bits.want("group_sum", "v", g.sum()[0], tol=0)
        bits.want("group_mean", "v", g.mean()[0], tol=0)
        for d in (0, 1):
            bits.want("var", ["v", d], s.var(ddof=d), tol=0)
            bits.want("sd", ["v", d], s.std(ddof=d), tol=0)
            bits.want("sem", ["v", d], s.sem(ddof=d), tol=0)
            bits.want("group_var", ["v", d], g.var(ddof=d)[0], tol=0)
        bits.want("skew", "v", s.skew(), tol=1e-15)
        bits.want("kurt", "v", s.kurt(), tol=1e-15)
        bits.set("s", np.sort(v))
        bits.want("median_sorted", "s", s.median(), tol=0)
        bits.want("iqr_sorted", "s", s.quantile(.75) - s.quantile(.25), tol=0)
        for q in list(rng.integers(0, 1001, 12) / 1000) + [.25, .9, 0, 1]:
            bits.want("quantile", ["v", q], s.quantile(q), tol=0)
            bits.want("quantile_sorted", ["s", q], s.quantile(q), tol=0)
            bits.want("percentile_sorted", ["s", q * 100],
                      np.percentile(v, q * 100), tol=0)
            bits.want("group_quantile_sorted", ["s", q], g.quantile(q)[0],
                      tol=0)
        modes = s.mode()
        bits.want("mode", "s", [s.value_counts().max()] + list(modes), tol=0)
        if n <= 1000:
            bits.want("sort", "v", np.sort(v), tol=0)
            bits.want("argsort", "v", np.argsort(v, kind="stable"), tol=0)
            c = s.value_counts().to_numpy(float)
            bits.want("rank", "v", [(c ** 3 - c).sum()] + list(s.rank()),
                      tol=1e-15)
    report(t, "pandas", bits)
    rounds = Calls()
    for x in itertools.chain(rng.normal(0, 100, 500),
                             rng.integers(-999, 999, 500) / 200 + 0.005):
        for d in (0, 1, 2, 3, 4):
            y = abs(float(x)) * 10.0 ** d
            rounds.want("round", [x, d], [round(float(x), d) + 0.0,
                        abs(y - math.floor(y) - 0.5) >= 1e-6], tol=0)
    report(t, "python", rounds)


def distributions(t, np, st, sp):
    """Where scipy itself is good to 1e-10."""
    calls = Calls()
    for z in np.linspace(-37, 37, 500):
        calls.want("norm_cdf", [z], st.norm.cdf(z))
        calls.want("norm_sf", [z], st.norm.sf(z))
        calls.want("norm_pdf", [z], st.norm.pdf(z))
    ps = np.concatenate([10. ** np.linspace(-290, -1, 200),
                         np.linspace(.001, .999, 400)])
    for p in ps:
        calls.want("norm_ppf", [p], st.norm.ppf(p), scale=1e-6)
    dfs = (1, 2, 2.5, 3, 5, 10, 27, 100, 1000, 1e4)
    for x, df in itertools.product(np.linspace(-30, 30, 81), dfs):
        calls.want("t_sf", [x, df], st.t.sf(x, df))
        calls.want("t_cdf", [x, df], st.t.cdf(x, df))
        calls.want("t_two", [x, df], 2 * st.t.sf(abs(x), df))
    for p, df in itertools.product(np.linspace(.01, .99, 25), dfs[2:7]):
        # scipy 1.10 stops early; "exact" and "inverse" ask for more.
        calls.want("t_ppf", [p, df], st.t.ppf(p, df), tol=2e-8, scale=1e-3)
    for x, a, b in itertools.product(np.geomspace(.01, 100, 25),
                                     (1, 2, 3, 8, 40), (3, 7, 30, 200)):
        calls.want("f_sf", [x, a, b], st.f.sf(x, a, b))
        calls.want("f_cdf", [x, a, b], st.f.cdf(x, a, b))
    for r, df in itertools.product(np.geomspace(.01, 30, 40),
                                   (1, 2, 3, 6, 15, 60, 400)):
        calls.want("chi2_sf", [r * df, df], st.chi2.sf(r * df, df))
        calls.want("chi2_cdf", [r * df, df], st.chi2.cdf(r * df, df))
    ab = (.5, 1, 2, 5.5, 20, 90)
    for a, b, x in itertools.product(ab, ab, np.linspace(.02, .98, 25)):
        calls.want("beta_cdf", [x, a, b], st.beta.cdf(x, a, b))
        calls.want("beta_sf", [x, a, b], sp.betainc(b, a, 1 - x))
        if a >= 1 and b >= 1:
            calls.want("beta_ppf", [x, a, b], st.beta.ppf(x, a, b), tol=1e-9)
    for n, p in itertools.product((1, 2, 5, 12, 60, 500, 10000),
                                  (.01, .1, .3, .5, .62, .97)):
        for share in (0, .1, .3, .5, .62, .8, 1):
            k = int(n * share)
            b = st.binom(n, p)
            test = getattr(st, "binomtest", None)
            calls.want("binom", [k, n, p],
                       [b.pmf(k), b.cdf(k), b.sf(k),
                        test(k, n, p).pvalue if test else None])
    for n in (1, 2, 4, 9, 20, 50, 100, 140):
        for d in np.linspace(.5 / n + .001, .999, 30):
            calls.want("ks_sf", [d, n], st.kstwo.sf(d, n))
            calls.want("smirnov_sf", [d, n], sp.smirnov(n, d))
    for n in (501, 800, 3000, 10000):
        for x in (.4, .6, .9, 1.3, 1.6):
            calls.want("ks_sf_fast", [x / n ** .5, n],
                       run_one("ks_sf", x / n ** .5, n), tol=3e-7, scale=1)
    for x in np.linspace(.05, 15, 100):
        calls.want("kolmogorov_sf", [x], sp.kolmogorov(x))
    report(t, "scipy", calls)


def two_samples(calls, np, st, a, b):
    calls.set("a", a)
    calls.set("b", b)
    s = [st.ttest_ind(a, b), st.ttest_ind(a, b, equal_var=False),
         st.ttest_1samp(a, 1.5)]
    calls.want("ttest", "ab", [x for r in s for x in r],
               take=[0, 1, 7, 8, 14, 15])
    s = st.mannwhitneyu(a, b)
    calls.want("mannwhitney", "ab", [s[0], s[1]], take=[0, 1])
    mean, sem = a.mean(), st.sem(a)
    calls.want("interval", ["a", .95], st.t.interval(.95, len(a) - 1, mean,
                                                     sem), scale=sem, tol=2e-8)


def paired(calls, np, st, a, c):
    calls.set("c", c)
    d = a - c
    s = list(st.ttest_rel(a, c))
    w = [None, None]
    ties = len(set(abs(d))) < len(d) or (d == 0).any()
    if (d != 0).any() and (len(d) > 50 or not ties):
        w = list(st.wilcoxon(a, c))
    m = int((d != 0).sum())
    sign = st.binomtest(int((d > 0).sum()), m).pvalue if m else math.nan
    calls.want("pairs", "ac", s + w + [sign], take=[0, 1, 7, 8, 15])


def correlated(calls, np, st, a, y, z):
    for letter, v in zip("xyz", (a, y, z)):
        calls.set(letter, v)
    if len(set(a)) < 2 or len(set(y)) < 2 or len(a) < 4:
        return
    r = st.pearsonr(a, y)
    calls.want("pearson", "xy", r[0], scale=.01)
    calls.want("corr_p", [r[0], len(a), 0], r[1])
    calls.want("spearman", "xy", st.spearmanr(a, y)[0], scale=.01)
    calls.want("kendall", "xy", list(st.kendalltau(a, y)), scale=1e-290)
    s = st.linregress(a, y)
    calls.want("line", "xy", [s.slope, s.intercept, s.rvalue, s.pvalue,
                              s.stderr, s.intercept_stderr],
               take=range(6), tol=1e-8 if abs(r[0]) > .999 else TOL,
               scale=1e-3 * abs(s.stderr))
    one = np.column_stack([np.ones(len(a)), z])

    def rest(v):
        v = v - v.mean()
        return v - one @ np.linalg.lstsq(one, v, rcond=None)[0]
    if len(set(z)) > 2 and np.abs(rest(y)).max() > 1e-6:
        calls.want("partial", "xyz", np.corrcoef(rest(a), rest(y))[0, 1],
                   scale=.01)


def several(calls, np, st, groups):
    calls.set("g", np.concatenate(groups))
    calls.set("l", [len(g) for g in groups])
    f, h, w = st.f_oneway(*groups), st.kruskal(*groups), st.levene(*groups)
    # Distances that are equal but for rounding: a quotient of dust.
    want = [x if abs(s[0]) < 1e20 else None for s in (f, h, w) for x in s]
    calls.want("groups", "gl", want, take=[0, 1, 7, 8, 14, 15],
               scale=1e-3)


def normality(calls, np, st, a):
    s, m, sd = np.sort(a), a.mean(), a.std(ddof=1)
    if not sd > 0 or len(a) < 4:
        return
    calls.set("s", s)
    ks = st.kstest((a - m) / sd, "norm")
    exact = ks[1] if len(a) <= 140 else None
    calls.want("normality", ["s", m, sd], [ks[0], exact], take=[0, 1])
    # scipy up to 1.11 works in single precision here.
    calls.want("normality", ["s", m, sd], [st.shapiro(a)[0]], take=[7],
               tol=2e-5)


def tables(calls, np, st):
    rng = np.random.default_rng(5)
    for _ in range(150):
        rows, cols = (int(x) for x in rng.integers(2, 6, 2))
        c = rng.integers(0, int(rng.choice([9, 50, 2000])), (rows, cols))
        if not ((c.sum(0) > 0).all() and (c.sum(1) > 0).all()):
            continue
        calls.set("t", c.ravel())
        for yates in (True, False):
            s = st.chi2_contingency(c, correction=yates)
            v = None if yates else st.contingency.association(c, "cramer")
            calls.want("chi2_table", ["t", rows, cols, yates],
                       [s[0], s[1], s[2], v, s[3].min()],
                       take=[0, 1, 2, 4, 7])
        e = c.ravel().mean() * np.ones(c.size)
        calls.set("e", e)
        calls.want("chi2_fit", ["t", "e", 1],
                   list(st.chisquare(c.ravel(), e, 1)), take=[0, 1])
        p = rng.dirichlet(np.ones(7))
        calls.set("p", p)
        calls.want("entropy", ["p", 2], st.entropy(p, base=2))
        calls.want("gini_simpson", "p", 1 - (p ** 2).sum())
        a = np.sort(rng.normal(size=int(rng.integers(3, 90))))
        calls.set("a", a)
        calls.want("trimmed_mean_sorted", ["a", .1], st.trim_mean(a, .1),
                   scale=.01)


def tests(t, np, st):
    rng = np.random.default_rng(2)
    calls = Calls()
    tables(calls, np, st)
    sizes = (2, 3, 4, 5, 7, 8, 9, 12, 20, 33, 34, 50, 51, 120, 600)
    for i in range(330):
        na, nb = (int(x) for x in rng.choice(sizes, 2))
        if min(na, nb) <= 8:  # scipy's exact law is slow for large samples
            na, nb = min(na, 60), min(nb, 60)
        a = samples(np, rng, na, i)
        sd = max(a.std(), .1)
        two_samples(calls, np, st, a, samples(np, rng, nb, i) +
                    sd * rng.choice([0, 0, .3, 2]))
        paired(calls, np, st, a, samples(np, rng, na, i))
        y = np.round(a * rng.choice([0, .5, -1]) + sd * rng.normal(size=na),
                     int(rng.integers(0, 8)))
        correlated(calls, np, st, a, y, samples(np, rng, na, 0) +
                   .3 * (a - a.mean()) / sd)
        several(calls, np, st, [samples(np, rng, int(n), i) for n in
                                rng.choice([2, 3, 9, 30, 150],
                                           int(rng.integers(2, 7)))])
        normality(calls, np, st, a)
    report(t, "scipy", calls)


def fits(t, np, sm):
    rng = np.random.default_rng(3)
    calls = Calls()
    for i in range(150):
        n, k = int(rng.choice([15, 60, 400])), int(rng.integers(1, 6))
        x = np.stack([samples(np, rng, n, i + j * (i % 3))
                      for j in range(k)])
        # Columns of scale 1: conditioned so that 1e-10 can be asked for.
        x = (x - x.mean(1)[:, None]) / x.std(1)[:, None] + 1
        y = x.T @ rng.normal(size=k) + rng.normal(size=n) * (.1, 1, 10)[i % 3]
        calls.set("y", y)
        for letter, row in zip("abcdef", x):
            calls.set(letter, row)
        for one in (True, False):
            m = np.column_stack([np.ones(n)] * one + [x.T])
            f = sm.OLS(y, m, hasconst=one).fit()
            want = [0, f.rsquared, f.rsquared_adj, f.fvalue, f.f_pvalue,
                    f.ssr, np.linalg.cond(m)]
            for row in zip(f.params, f.bse, f.tvalues, f.pvalues):
                want += row
            calls.want("ols", ["y", one] + list("abcdef"[:k]), want,
                       tol=1e-9, scale=1e-3)
    report(t, "statsmodels", calls)


def proportions(t, sp):
    calls = Calls()
    for x1, n1, x2, n2 in ((3, 10, 5, 12), (45, 90, 40, 95), (0, 20, 7, 30),
                           (300, 1000, 250, 1000), (1, 400, 9, 350)):
        z, p = sp.proportions_ztest([x1, x2], [n1, n2])
        ci = sp.confint_proportions_2indep(x1, n1, x2, n2, method="wald")
        calls.want("prop_z", [x1, n1, x2, n2, .95], [z, p, *ci],
                   take=[0, 1, 7, 8])
    report(t, "statsmodels", calls)


def generators(t, np, pd):
    calls = Calls()
    seeds = [0, 1, 7, 42, 2021, 2 ** 32 - 1]
    for seed in seeds:
        for top in (0, 1, 5, 99, 2 ** 31, 2 ** 32 - 2, 2 ** 40):
            r = np.random.RandomState(seed)
            draws = r.randint(0, top + 1, 700, dtype=np.int64)
            calls.want("mt", [seed, top, 700],
                       list(draws) + [r.random_sample()], tol=0)
        for n in (1, 2, 13, 1000, 20011):
            frame = pd.DataFrame({"a": range(n)})
            k = (n + 2) // 3
            calls.want("sample_rows", [seed, n, k],
                       list(frame.sample(k, random_state=seed).index), tol=0)
    for seed in seeds + [2 ** 32, 2 ** 52 + 1]:
        for n in (1, 2, 3, 1000, 2 ** 31 + 1, 2 ** 32 - 1, 2 ** 32,
                  2 ** 32 + 1, 2 ** 50):
            r = np.random.default_rng(seed)
            draws = r.choice(n, 51) if n < 2000 else r.integers(0, n, 51)
            calls.want("pcg", [seed, n, 51], list(draws) + [r.random()],
                       tol=0)
        v = np.random.RandomState(5).lognormal(size=83)
        r = np.random.default_rng(seed)
        m = [r.choice(v, 83, replace=True).mean() for _ in range(150)]
        calls.set("v", v)
        calls.want("bootstrap", ["v", seed, 150, 2.5, 97.5],
                   list(np.percentile(m, [2.5, 97.5])), tol=0)
    report(t, "numpy", calls)


def splits(t, split):
    calls = Calls()
    for seed, n, part in itertools.product(
            (0, 42, 99), (5, 10, 101, 2000), (.2, .25, .3, .33)):
        train, test = split(range(n), test_size=part, random_state=seed)
        calls.want("train_test", [seed, n, part],
                   [len(test), *test, *train], tol=0)
    report(t, "sklearn", calls)


def main():
    t = tap.Tap()
    pd = tap.with_pandas()
    warnings.simplefilter("ignore")
    truth(t)
    inverses(t)
    if pd is None:
        t.skip("sums, generators", "no pandas")
    else:
        import numpy as np
        np.seterr(all="ignore")
        sums(t, np, pd)
        generators(t, np, pd)
    try:
        import numpy as np
        from scipy import special, stats
        distributions(t, np, stats, special)
        tests(t, np, stats)
    except ImportError:
        t.skip("distributions, tests", "no scipy")
    try:
        import numpy as np
        import statsmodels.api
        import statsmodels.stats.proportion
        fits(t, np, statsmodels.api)
        proportions(t, statsmodels.stats.proportion)
    except ImportError:
        t.skip("least squares", "no statsmodels")
    try:
        from sklearn.model_selection import train_test_split
        splits(t, train_test_split)
    except ImportError:
        t.skip("splits", "no scikit-learn")
    return t.done()


sys.exit(main())
