#!/usr/bin/env python3
"""num_truth.py >tests/data/num/truth.txt - distributions to 50 digits.

Needs mpmath. Each line is a call as tests/helper/numrun takes it, "=", and
its exact value rounded to 20 digits. Integrals are continued fractions and
series in 50-digit arithmetic, from the textbook forms rather than those of
lib/num_dist.c; inverses are found by bracketing.
"""
import itertools

import mpmath as mp

mp.mp.dps = 50
TINY = mp.mpf(10) ** -2000
DONE = mp.mpf(10) ** -42


def beta_fraction(a, b, x):
    """I_x(a,b) without its factor x^a (1-x)^b / (a B(a,b)), by Lentz."""
    c, d = mp.mpf(1), 1 / (1 - (a + b) * x / (a + 1) or TINY)
    f, m = d, 1
    while True:
        for e in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                  -(a + m) * (a + b + m) * x /
                  ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / (1 + e * d or TINY)
            c = 1 + e / c or TINY
            f *= c * d
        if abs(c * d - 1) < DONE:
            return f
        m += 1


def beta(a, b, x):
    """I_x(a,b) and its complement."""
    a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
    if x <= 0:
        return mp.mpf(0), mp.mpf(1)
    if x > (a + 1) / (a + b + 2):
        return beta(b, a, 1 - x)[::-1]
    log = (a * mp.log(x) + b * mp.log(1 - x) - mp.loggamma(a) -
           mp.loggamma(b) + mp.loggamma(a + b))
    p = mp.exp(log) * beta_fraction(a, b, x) / a
    return p, 1 - p


def gamma(a, x):
    """P(a,x) and Q(a,x)."""
    a, x = mp.mpf(a), mp.mpf(x)
    log = a * mp.log(x) - x - mp.loggamma(a + 1)
    if x < a + 1:
        term = total = mp.mpf(1)
        i = 1
        while term > total * DONE:
            term *= x / (a + i)
            total += term
            i += 1
        p = mp.exp(log) * total
        return p, 1 - p
    b, c = x + 1 - a, 1 / TINY
    d = 1 / b
    f, i = d, 1
    while True:
        e, b = -i * (i - a), b + 2
        d = 1 / (e * d + b)
        c = b + e / c
        f *= c * d
        if abs(c * d - 1) < DONE:
            break
        i += 1
    q = mp.exp(log) * a * f
    return 1 - q, q


def t_sf(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    with mp.workdps(50 + int(abs(mp.log10(t * t + 1)))):
        return beta(df / 2, mp.mpf(1) / 2, df / (df + t * t))[0] / 2


def f_tails(f, a, b):
    f, a, b = mp.mpf(f), mp.mpf(a), mp.mpf(b)
    return beta(a / 2, b / 2, a * f / (a * f + b))


def solve(fun, lo, hi):
    """Where fun, rising from lo to hi, is 0."""
    return mp.findroot(fun, (mp.mpf(lo), mp.mpf(hi)), solver="illinois",
                       tol=mp.mpf(10) ** -60, maxsteps=400, verify=False)


def t_isf(p, df):
    return mp.exp(solve(lambda u: mp.log(mp.mpf(p)) -
                        mp.log(t_sf(mp.exp(u), df)), -12, 700 / df + 12))


def beta_ppf(p, a, b):
    """By the logit, on the smaller tail."""
    if p <= 0.5:
        w = solve(lambda u: mp.log(beta(a, b, 1 / (1 + mp.exp(-u)))[0]) -
                  mp.log(mp.mpf(p)), -60, 30)
    else:
        w = solve(lambda u: mp.log(1 - mp.mpf(p)) -
                  mp.log(beta(a, b, 1 / (1 + mp.exp(-u)))[1]), -30, 30)
    return 1 / (1 + mp.exp(-w))


def ks_sf(d, n):
    """Durbin's matrix, all of it."""
    nd = mp.mpf(d) * n
    k = int(nd) + 1
    m, h = 2 * k - 1, k - nd
    fact = [mp.factorial(i) for i in range(m + 2)]
    rows = []
    for i in range(m):
        row = [mp.mpf(1) if i - j + 1 >= 0 else mp.mpf(0) for j in range(m)]
        row[0] -= h ** (i + 1)
        if i == m - 1:
            for j in range(m):
                row[j] -= h ** (m - j)
            row[0] += (2 * h - 1) ** m if h > 0.5 else 0
        rows.append([row[j] / fact[max(i - j + 1, 0)] for j in range(m)])
    v = [mp.mpf(i == k - 1) for i in range(m)]
    for _ in range(n):
        v = [mp.fdot(r[:i + 2], v[:i + 2]) for i, r in enumerate(rows)]
    return 1 - v[k - 1] * mp.factorial(n) / mp.mpf(n) ** n


def show(name, args, value):
    if value == 1 or value > mp.mpf(10) ** -300:
        print(name, *(repr(float(a)) for a in args), "=",
              mp.nstr(value, 20, strip_zeros=False))


def some(step, *lists):
    """Every step-th combination."""
    return itertools.islice(itertools.product(*lists), 0, None, step)


def main():
    root = mp.sqrt(2)
    for z in [i / 4 for i in range(0, 149)]:
        show("norm_sf", [z], mp.erfc(mp.mpf(z) / root) / 2)
        if z < 9:
            show("norm_cdf", [z], 1 - mp.erfc(mp.mpf(z) / root) / 2)
    for p in [1e-300, 1e-100, 1e-30, 1e-12, 1e-6, 1e-3, 0.01, 0.025, 0.1,
              0.2, 0.249, 0.25, 0.251, 0.3, 0.4, 0.49, 0.4999, 0.49999999]:
        show("norm_isf", [p], solve(
            lambda z, p=p: mp.log(mp.mpf(p)) - mp.log(mp.erfc(z / root) / 2),
            0, 40))
    dfs = [1, 1.5, 2, 3, 4.7, 7, 10, 29, 100, 500, 12345, 1e5, 1e6]
    ts = [1e-8, 1e-3, 0.1, 0.5, 0.9, 1.3, 1.96, 2.5, 3, 4, 6, 9, 15, 25, 37,
          100, 1e4, 1e9, 1e60]
    for t, df in itertools.product(ts, dfs):
        show("t_sf", [t, df], t_sf(t, df))
    for p, df in itertools.product(
            [1e-290, 1e-50, 1e-10, 1e-4, 0.005, 0.025, 0.1, 0.2, 0.3, 0.45],
            [1, 2, 3, 4.7, 10, 29, 500, 1e5]):
        show("t_isf", [p, df], t_isf(p, df))
    fs = [1e-6, 0.01, 0.1, 0.5, 0.8, 1, 1.1, 1.5, 2, 3, 5, 10, 40, 300, 3000]
    for f, a, b in some(3, fs, [1, 2, 3, 5, 10, 31, 100, 999],
                        [1, 2, 3, 7, 20, 37, 101, 1000, 5003, 1e5, 1e6]):
        p, q = f_tails(f, a, b)
        show("f_cdf", [f, a, b], p)
        show("f_sf", [f, a, b], q)
    ab = [0.5, 1, 2.5, 7, 30, 100, 1000, 3e4, 5e5]
    for a, b, x in some(2, ab, ab, [1e-10, 1e-4, 0.01, 0.1, 0.3, 0.45, 0.5,
                                    0.53, 0.7, 0.9, 0.99]):
        p, q = beta(a, b, x)
        show("betainc", [a, b, x], p)
        show("betaincc", [a, b, x], q)
    ab = [0.5, 1, 2.5, 7, 30, 300]
    for p, a, b in some(2, [1e-12, 1e-3, 0.025, 0.1, 0.4, 0.6, 0.9, 0.975,
                            0.9999], ab, ab):
        show("beta_ppf", [p, a, b], beta_ppf(p, a, b))
    for a in [0.1, 0.5, 1, 2.5, 10, 50, 500, 5000, 1e5, 5e5]:
        for r in [1e-4, 0.1, 0.5, 0.9, 0.99, 1, 1.01, 1.1, 2, 5, 30]:
            x = float(a * r)
            p, q = gamma(a, x)
            show("gammainc", [a, x], p)
            show("gammaincc", [a, x], q)
    for n in (1, 2, 3, 5, 10, 31, 77, 141, 300):
        for x in (0.4, 0.7, 0.9, 1.2, 1.5, 1.9, 2.1):
            d = x / n ** 0.5
            if 0.5 / n < d < 1:
                show("ks_sf", [d, n], ks_sf(d, n))


main()
