/* memo.c - what is derived of a value and kept while it lives. */
#include <string.h>

#include "op.h"

enum {
	MEMO_ROWS = 1 << 17, /* of longer columns nothing is kept */
};

/* Sorted numbers without one of them. */
static double *
without(struct run *r, const double *sorted, size_t n, double x)
{
	double *out = run_keep(r, n, sizeof *out);
	size_t lo = 0, hi = n, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (sorted[mid] < x)
			lo = mid + 1;
		else
			hi = mid;
	}
	memcpy(out, sorted, lo * sizeof *out);
	memcpy(out + lo, sorted + lo + 1, (n - lo - 1) * sizeof *out);
	return out;
}

static double *
sorted_of(struct memo *m, size_t *n)
{
	if (m->sorted == NULL && m->whole != NULL) {
		m->sorted = sorted_of(m->whole, &m->n);
		if (!isnan(m->lost))
			m->sorted = without(m->run, m->sorted, m->n--, m->lost);
	} else if (m->sorted == NULL) {
		m->sorted = run_keep(m->run, m->of->n + 1, sizeof *m->sorted);
		m->n = run_sort(m->run, m->of, m->sorted);
	}
	*n = m->n;
	return m->sorted;
}

double *
run_sorted(struct run *r, const struct value *v, size_t *n)
{
	double *out;

	if (v->memo != NULL && v->n <= MEMO_ROWS)
		return sorted_of(v->memo, n);
	out = run_alloc(r, v->n + 1, sizeof *out);
	*n = run_sort(r, v, out);
	return out;
}
