/* test_gate.c - what a rewording must keep. */
#include "gate.h"
#include "unit.h"

static const char body[] =
    "Which \"Sex\" has the lowest mean of \"Body Mass (g)\" among the rows "
    "where \"Island\" is 'Biscoe' and \"Beak Length (mm)\" is below 50?";
static const char format[] = "Give the answer as a text.";
static const char good[] =
    "On 'Biscoe' (the \"Island\"), for a \"Beak Length (mm)\" of less than 50, "
    "which \"Sex\" is lightest on average by \"Body Mass (g)\"?";
static const char hidden[] =
    "On 'Biscoe', for bills of less than 50, which kind of bird is lightest "
    "on average?";

static struct gate
gate(bool discovery)
{
	struct gate g = {.text = body,
	    .format = format,
	    .hint = "Filter.",
	    .discovery = discovery};

	g.columns = json_pack(
	    "[s,s,s,s]", "Sex", "Body Mass (g)", "Island", "Beak Length (mm)");
	g.answers = json_pack("[s,f]", "FEMALE", 4321.5);
	return g;
}

static void
gate_end(struct gate *g)
{
	json_decref((json_t *)g->columns);
	json_decref((json_t *)g->answers);
}

/* Candidates, and part of what is wrong with them; NULL: they pass. */
static const struct {
	const char *text, *fault;
	bool discovery;
} cases[] = {
    {good, NULL, false},
    {hidden, NULL, true},
    {"", "empty", false},
    {"One. Two. Three words here.", "3 sentences", false},
    {hidden, "the column \"Sex\"", false},
    {"On Dream, for a \"Beak Length (mm)\" under 50, which \"Sex\" has the "
     "lowest average \"Body Mass (g)\" by \"Island\"?",
	"'Biscoe'", false},
    {"On 'Biscoe' (\"Island\"), for a \"Beak Length (mm)\" of less than 55, "
     "which \"Sex\" is lightest on average by \"Body Mass (g)\"?",
	"number 50", false},
    {"On 'Biscoe' (\"Island\"), for a \"Beak Length (mm)\" of less than 50, "
     "which 1 \"Sex\" is lightest on average by \"Body Mass (g)\"?",
	"number 1 ", false},
    {"On 'Biscoe' (\"Island\"), for a \"Beak Length (mm)\" of less than 50, "
     "which \"Sex\" has the lowest median of \"Body Mass (g)\"?",
	"the mean", false},
    {"On 'Biscoe' (\"Island\"), for a \"Beak Length (mm)\" of at most 50, "
     "which \"Sex\" is lightest on average by \"Body Mass (g)\"?",
	"less than", false},
    {"On 'Biscoe' (\"Island\"), for a \"Beak Length (mm)\" of less than 50, "
     "which \"Sex\" is heaviest on average by \"Body Mass (g)\"?",
	"the low end", false},
    {"On 'Biscoe' (\"Island\"), for a \"Beak Length (mm)\" of less than 50, is "
     "FEMALE the \"Sex\" lightest on average by \"Body Mass (g)\"?",
	"answer away", false},
    {"On 'Biscoe', for bills of less than 50, which sex is lightest on "
     "average?",
	"column \"Sex\"", true},
    {"On 'Biscoe', for a beak length of less than 50, which kind is lightest "
     "on average?",
	"Beak Length", true},
    {"On 'Biscoe', for bills of less than 50, by ANOVA which kind is lightest "
     "on average?",
	"method (\"anova\")", true},
};

START_TEST(candidates)
{
	struct gate g;
	struct fail f;
	size_t i;
	int rc;

	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		g = gate(cases[i].discovery);
		f.msg[0] = '\0';
		rc = gate_text(&g, cases[i].text, &f);
		ck_assert_msg(
		    (rc == 0) == (cases[i].fault == NULL), "%zu: %s", i, f.msg);
		if (cases[i].fault != NULL)
			ck_assert_msg(strstr(f.msg, cases[i].fault) != NULL,
			    "%zu: %s", i, f.msg);
		gate_end(&g);
	}
}
END_TEST

START_TEST(hints)
{
	struct gate g = gate(true);
	struct fail f;

	ck_assert_int_eq(
	    gate_hint(&g, "Average the \"Body Mass (g)\".", &f), 0);
	ck_assert_int_eq(gate_hint(&g, "", &f), -1);
	ck_assert_int_eq(gate_hint(&g, "It is 4321.5 then.", &f), -1);
	ck_assert_int_eq(gate_hint(&g, "The FEMALE ones win.", &f), -1);
	gate_end(&g);
}
END_TEST

START_TEST(names)
{
	ck_assert(gate_names("the body mass of it", "Body Mass (g)"));
	ck_assert(gate_names("its body mass", "bodyMass"));
	ck_assert(gate_names("the islands", "Island"));
	ck_assert(!gate_names("the highlands", "Island"));
	ck_assert(gate_names("by 'x' only", "x"));
	ck_assert(!gate_names("an x", "x"));
	ck_assert(gate_names("flipper length here", "flipper_length"));
}
END_TEST

START_TEST(sentences)
{
	ck_assert_uint_eq(gate_sentences(""), 0);
	ck_assert_uint_eq(gate_sentences("One"), 1);
	ck_assert_uint_eq(gate_sentences("It is 2.5 high. Is it?"), 2);
	ck_assert_uint_eq(gate_sentences("Of \"A. B. C.\" what? "), 1);
}
END_TEST

START_TEST(demands)
{
	struct gate g = gate(false);
	struct buf b = {0};

	gate_demands(&g, &b);
	ck_assert_ptr_nonnull(strstr(b.p, "- the value 'Biscoe'\n"));
	ck_assert_ptr_nonnull(strstr(b.p, "- the column \"Sex\"\n"));
	ck_assert_ptr_nonnull(strstr(b.p, "- the number 50"));
	ck_assert_ptr_nonnull(strstr(b.p, "- the mean\n"));
	ck_assert_ptr_nonnull(strstr(b.p, "- less than\n"));
	ck_assert(gate_score(&g, good) < gate_score(&g, body));
	buf_clear(&b);
	gate_end(&g);
}
END_TEST

UNIT_MAIN("gate", candidates, hints, names, sentences, demands)
