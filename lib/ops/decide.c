/* decide.c - comparing, branching, combining numbers. */
#include <string.h>

#include "tables.h"

static int
eval_combine(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double a = in[0]->x, b = in[1]->x;

	switch (nd->op->name[0]) {
	case 'd': /* diff */
		out->x = a - b;
		break;
	case 'g': /* gap */
		out->x = fabs(a - b);
		break;
	case 'q': /* quotient */
		if (b == 0)
			return run_undefined(r, "division by zero");
		out->x = a / b;
		break;
	default: /* percent */
		if (b == 0)
			return run_undefined(r, "division by zero");
		out->x = a / b * 100;
	}
	return 0;
}

/* a < b, for a number that must not be near the limit. */
static int
eval_less(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	double limit = nd->arg[0].num;

	(void)r;
	out->x = in[0]->x < limit;
	out->margin = run_lead(in[0]->x, limit);
	return 0;
}

static int
eval_size(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	(void)r;
	(void)nd;
	out->x = fabs(in[0]->x);
	return 0;
}

/* a > b; see eval_less. */
static int
eval_exceeds(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double limit = nd->arg[0].num;

	(void)r;
	out->x = in[0]->x > limit;
	out->margin = limit == 0 ? INFINITY : run_lead(in[0]->x, limit);
	return in[0]->x != 0 ? 0 : run_undefined(r, "a number at the limit");
}

/* Is the first number the greater one? Not when they are all but equal. */
static int
eval_greater(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	(void)r;
	(void)nd;
	out->x = in[0]->x > in[1]->x;
	out->margin = run_lead(in[0]->x, in[1]->x);
	return 0;
}

/* One of three words, by limits that the number must not be near. */
static int
eval_band(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	static const struct tab_span names[] = {
	    {"low", 3}, {"middle", 6}, {"high", 4}};
	static const struct keys bands = {names, 3, KEY_TEXT};
	double low = nd->arg[0].num, high = nd->arg[1].num, x = in[0]->x;

	if (!(low < high))
		return run_undefined(r, "limits out of order");
	out->text = names[x >= high ? 2 : x >= low];
	out->keys = &bands;
	out->margin = fmin(run_lead(x, low), run_lead(x, high));
	return 0;
}

/* p > 0.05, away from the limit. */
static int
eval_passes(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double p = in[0]->x;

	(void)nd;
	if (p > 0.03 && p < 0.07)
		return run_undefined(r, "a p-value near the limit");
	out->x = p > 0.05;
	return 0;
}

static int
eval_both(struct run *r, const struct node *nd, const struct value *const in[],
    struct value *out)
{
	(void)r;
	(void)nd;
	out->x = in[0]->x != 0 && in[1]->x != 0;
	return 0;
}

static int
eval_is_zero(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	(void)r;
	(void)nd;
	out->x = in[0]->x == 0;
	return 0;
}

static int
eval_same_text(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	(void)r;
	(void)nd;
	out->x = in[0]->text.n == in[1]->text.n &&
	    memcmp(in[0]->text.p, in[1]->text.p, in[0]->text.n) == 0;
	return 0;
}

/* One of two numbers or tests. */
static int
eval_branch(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	(void)r;
	(void)nd;
	*out = in[0]->x != 0 ? *in[1] : *in[2];
	return 0;
}

/* p < 0.05, away from both the limit and rounding. */
static int
eval_significant(struct run *r, const struct node *nd,
    const struct value *const in[], struct value *out)
{
	double p = in[0]->x;

	(void)nd;
	if (p > 0.03 && p < 0.07)
		return run_undefined(r, "a p-value near the limit");
	out->x = p < 0.05;
	return 0;
}

#define COMBINE(nm, python, text, variable)                                    \
	{                                                                      \
		.name = nm, .in = {K_SCALAR, K_SCALAR}, .out = K_SCALAR,       \
		.steps = 1, .var = variable, .py = python, .say = text,        \
		.flags = OP_SEEN, .eval = eval_combine                         \
	}

const struct op decide_ops[] = {
    COMBINE("diff", "$0 - $1", "$0 minus $1", "difference"),
    COMBINE("gap", "abs($0 - $1)", "absolute difference of $0 and $1", "gap"),
    COMBINE("quotient", "$0 / $1", "$0 divided by $1", "quotient"),
    COMBINE(
	"percent", "$0 / $1 * 100", "$0 as a percentage of $1", "percentage"),
    {.name = "size",
	.in = {K_SCALAR},
	.out = K_SCALAR,
	.var = "size",
	.py = "abs($0)",
	.say = "absolute value of $0",
	.eval = eval_size},
    {.name = "less",
	.in = {K_SCALAR},
	.out = K_BOOL,
	.arg = {{"limit", ARG_NUM, NULL}},
	.steps = 1,
	.var = "decision",
	.py = "bool($0 < @limit)",
	.say = "whether $0 is below @limit",
	.eval = eval_less},
    {.name = "significant",
	.in = {K_SCALAR},
	.out = K_BOOL,
	.steps = 1,
	.var = "significant",
	.py = "bool($0 < 0.05)",
	.say = "whether $0 is below 0.05",
	.eval = eval_significant},
    {.name = "exceeds",
	.in = {K_SCALAR},
	.out = K_BOOL,
	.arg = {{"limit", ARG_NUM, NULL}},
	.steps = 1,
	.var = "condition",
	.py = "bool($0 > @limit)",
	.say = "$0 is above @limit",
	.note = "whether $0 is above @limit",
	.eval = eval_exceeds},
    {.name = "passes",
	.in = {K_SCALAR},
	.out = K_BOOL,
	.steps = 1,
	.var = "passes",
	.py = "bool($0 > 0.05)",
	.say = "whether $0 is above 0.05",
	.eval = eval_passes},
    {.name = "both",
	.in = {K_BOOL, K_BOOL},
	.out = K_BOOL,
	.steps = 1,
	.flags = OP_COMMUTES,
	.var = "both",
	.py = "$0 and $1",
	.say = "whether both hold",
	.eval = eval_both},
    {.name = "is_zero",
	.in = {K_SCALAR},
	.out = K_BOOL,
	.var = "none",
	.py = "$0 == 0",
	.say = "whether $0 is 0",
	.eval = eval_is_zero},
    {.name = "same_text",
	.in = {K_TEXT, K_TEXT},
	.out = K_BOOL,
	.steps = 1,
	.flags = OP_COMMUTES,
	.var = "same",
	.py = "bool($0 == $1)",
	.say = "whether both are the same",
	.eval = eval_same_text},
    {.name = "branch",
	.in = {K_BOOL, K_SCALAR, K_SCALAR},
	.out = K_SCALAR,
	.steps = 1,
	.var = "reported",
	.py = "$1 if $0 else $2",
	.say = "$1 if it holds, else $2",
	.eval = eval_branch},
    {.name = "branch_test",
	.in = {K_BOOL, K_FIELDS, K_FIELDS},
	.out = K_FIELDS,
	.steps = 1,
	.var = "chosen",
	.py = "$1 if $0 else $2",
	.say = "$1 if it holds, else $2",
	.note = "the test that the condition chooses",
	.eval = eval_branch},
    {.name = "greater",
	.in = {K_SCALAR, K_SCALAR},
	.out = K_BOOL,
	.steps = 1,
	.var = "greater",
	.py = "bool($0 > $1)",
	.say = "$0 is greater than $1",
	.note = "whether $0 is greater than $1",
	.eval = eval_greater},
    {.name = "band",
	.in = {K_SCALAR},
	.out = K_TEXT,
	.arg = {{"low", ARG_NUM, NULL}, {"high", ARG_NUM, NULL}},
	.steps = 1,
	.var = "band",
	.py = "\"low\" if $0 < @low else \"high\" if $0 >= @high else "
	      "\"middle\"",
	.say = "band of $0",
	.note = "\"low\" below @low, \"high\" from @high on, else \"middle\"",
	.eval = eval_band},
    {0}};
