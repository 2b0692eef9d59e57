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

/* Other texts, candidates, and part of what is wrong. */
static const struct {
	const char *text, *candidate, *fault;
} pairs[] = {
    {"How many rows have \"a\" above 3 and \"b\" above 50?",
	"In how many rows is \"a\" over 3 while \"b\" is over 50?", NULL},
    {"How many rows have \"a\" above 3 and \"b\" above 50?",
	"How many rows go beyond 3 in \"a\" and beyond 50 in \"b\"?", NULL},
    {"How many rows have \"a\" above 3 and \"b\" above 50?",
	"In how many rows is \"a\" over 50 while \"b\" is over 3?",
	"said of another column"},
    {"How many rows have \"a\" above 3 and \"b\" above 50?",
	"How many rows go beyond 50 in \"a\" and beyond 3 in \"b\"?",
	"said of another column"},
    {"How many rows have \"a\" is 'x' and \"b\" is 'y'?",
	"How many rows have \"a\" equal to 'y' and \"b\" equal to 'x'?",
	"said of another column"},
    {"How many rows have \"a\" above 3 and \"b\" below 50?",
	"How many rows have \"a\" below 3 and \"b\" above 50?",
	"3 is not compared as before"},
    {"How many rows have \"a\" above 3 and \"b\" above 50?",
	"How many rows have \"a\" above 3 and \"b\" of 50?",
	"50 is not compared as before"},
    {"How many rows have \"a\" greater than or equal to 3?",
	"How many rows have \"a\" of at least 3?", NULL},
    {"How many rows have \"a\" greater than or equal to 3?",
	"How many rows have \"a\" of 3 or more?", NULL},
    {"How many rows have \"a\" greater than or equal to 3?",
	"How many rows have \"a\" greater than 3?", "at least"},
    {"How many rows have \"a\" no more than 3?",
	"How many rows have \"a\" of more than 3?", "at most"},
    {"How many rows have \"a\" equal to 'b'?",
	"Tell how many rows have b for \"a\".", "'b' is missing"},
    {"How many rows have \"Sex\" equal to 'MALE'?",
	"How many rows are FEMALE by \"Sex\"?", "'MALE' is missing"},
    {"How many rows have \"Sex\" equal to 'MALE'?",
	"How many rows are 'MALE' by \"Sex\" and on 'Dream'?",
	"'Dream' is not in the question"},
    {"How many rows have \"Sex\" equal to 'MALE'?",
	"How many rows are 'MALE' by \"Sex\" and \"Island\"?",
	"\"Island\" is not in the question"},
    {"What are the 3 highest values of \"a\"?",
	"Which three values of \"a\" are highest?", NULL},
    {"Which three values of \"a\" are highest?",
	"Which values of \"a\" are highest?", "number 3 is missing"},
    {"Which values of \"a\" are highest?",
	"Which four values of \"a\" are highest?",
	"number 4 is not in the question"},
    {"Run an ANOVA of \"a\" by \"b\" at the 5 % level.",
	"Test at the 5 % level whether \"a\" varies with \"b\".", "anova"},
    {"What is the highest mean of \"a\" and the highest of \"b\"?",
	"What are the mean of \"a\" and the highest of \"b\"?", "the high end"},
    {"How many rows have \"a\" above -3?", "How many rows have \"a\" above 3?",
	"number -3 is missing"},
    {"How many rows have \"a\" above -3?",
	"How many rows have \"a\" greater than negative 3?", NULL},
    {"How many rows have \"a\" above 3?", "How many rows have \"a\" above -3?",
	"number 3 is missing"},
    {"What is the mean of \"a\" minus \"b\"?",
	"What is the mean of \"b\" minus \"a\"?", "changed places"},
    {"What is the mean of \"a\" minus \"b\"?",
	"On average, by how much does \"a\" exceed \"b\"?", NULL},
    {"What is the mean of \"a\" for 'x' divided by that for 'y'?",
	"What is the mean of \"a\" for 'y' divided by the one for 'x'?",
	"'y' and 'x' have changed places"},
    {"Where is \"a\" greater than \"b\" by row?",
	"Where, by row, is \"b\" greater than \"a\"?", "changed places"},
    {"Call the sum of \"a\" P, that of \"b\" Q; give P minus Q.",
	"Give Q minus P, P the sum of \"a\" and Q the sum of \"b\".",
	"Q and P have changed places"},
    {"How much larger is the mean of \"a\" for 'x' (first) than 'y' (second)?",
	"By how much is the mean of \"a\" for 'y' larger than for 'x'?",
	"'y' comes before 'x'"},
    {"How much larger is the mean of \"a\" for 'x' (first) than 'y' (second)?",
	"Next to 'y' (second), how much larger is the mean \"a\" of 'x' "
	"(first)?",
	NULL},
    {"What is the mean of \"a\" minus \"b\"?",
	"On average, by how much does \"b\" exceed \"a\"?", "changed places"},
    {"What is the mean of \"a\" minus \"b\"?",
	"How high is the average difference of \"a\" and \"b\"?",
	"which is subtracted from which"},
    {"Take the mean of \"a\", called P. Of \"a\", keep those where \"b\" is "
     "above 3; call them Q. Take the mean of Q, called R. Give R minus P.",
	"Call the mean of \"a\" P; what is the mean of \"a\" where \"b\" is "
	"above "
	"3 minus the mean over all rows?",
	"P is there once only"},
    {"Take the mean of \"a\", called P. Of \"a\", keep those where \"b\" is "
     "above 3; call them Q. Take the mean of Q, called R. Give R minus P.",
	"What is the mean of \"a\" where \"b\" is above 3 minus \"a\"?",
	"2 steps say the mean"},
    {"Take the mean of \"a\", called P. Of \"a\", keep those where \"b\" is "
     "above 3; call them Q. Take the mean of Q, called R. Give R minus P.",
	"What is P's mean of \"a\" where \"b\" is above 3, minus P, the mean "
	"of "
	"\"a\" over all rows?",
	NULL},
    {"How many are in group B, and what is the mean of \"a\" in group B?",
	"What is the mean of \"a\" in group B, and how many are there?", NULL},
    {"Where \"a\" is 'x', for each row take \"b\" plus \"c\", called P. Of P, "
     "keep those where \"a\" is 'x'; call them Q. Give the sum of Q.",
	"Give the sum of \"b\" and \"c\" where \"a\" is 'x'.", "a sum is gone"},
    {"Where \"a\" is 'xyz', for each row take \"b\" plus \"c\", called P. Of "
     "P, "
     "keep those where \"a\" is 'xyz'; call them Q. Give the sum of Q.",
	"Give the total of \"b\" plus \"c\" where \"a\" is 'xyz'.",
	"a step with 'xyz' is gone"},
    {"Drop the rows where \"a\" is missing. Drop the rows where \"b\" is "
     "missing. How many rows are left out?",
	"How many rows are left out, those with \"b\" and with \"a\" missing?",
	"which values have to be present"},
    {"Drop the rows where \"a\" is missing. Drop the rows where \"b\" is "
     "missing. How many rows are left out?",
	"How many rows are left out, those with \"a\" or \"b\" (either) "
	"missing?",
	NULL},
    {"How many rows have \"a\" above 3, and \"b\" above 4 or \"a\" above 4?",
	"How many have \"a\" above 3, and \"a\" above 4 or \"b\" above 4?",
	NULL},
};

START_TEST(readings)
{
	struct fail f;
	size_t i;
	int rc;

	for (i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct gate g = {
		    .text = pairs[i].text, .format = format, .hint = ""};

		f.msg[0] = '\0';
		rc = gate_text(&g, pairs[i].candidate, &f);
		ck_assert_msg(
		    (rc == 0) == (pairs[i].fault == NULL), "%zu: %s", i, f.msg);
		if (pairs[i].fault != NULL)
			ck_assert_msg(strstr(f.msg, pairs[i].fault) != NULL,
			    "%zu: %s", i, f.msg);
	}
}
END_TEST

/* Answers of every shape. */
START_TEST(answers)
{
	static const struct {
		const char *answer, *candidate;
		bool passes;
	} table[] = {{"[7]", "Are there seven rows with \"a\" over 3?", false},
	    {"[{\"n\": 12.5}]", "Is it 12.5 where \"a\" is over 3?", false},
	    {"[[\"Dream\"]]", "Is it Dream where \"a\" is over 3?", false},
	    {"[3]", "How many rows have \"a\" over 3?", true},
	    {"[true, null, \"\"]", "How many rows have \"a\" over 3?", true}};
	struct fail f;
	size_t i;

	for (i = 0; i < sizeof table / sizeof *table; i++) {
		json_t *a = json_loads(table[i].answer, 0, NULL);
		struct gate g = {.text = "How many rows have \"a\" above 3?",
		    .format = format,
		    .hint = "",
		    .answers = a};

		ck_assert_int_eq(gate_text(&g, table[i].candidate, &f) == 0,
		    table[i].passes);
		json_decref(a);
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
	ck_assert_ptr_nonnull(
	    strstr(b.p, "- the value 'Biscoe', of \"Island\"\n"));
	ck_assert_ptr_nonnull(strstr(b.p, "- the column \"Sex\"\n"));
	ck_assert_ptr_nonnull(
	    strstr(b.p, "- less than 50, of \"Beak Length (mm)\"\n"));
	ck_assert_ptr_nonnull(strstr(b.p, "- the mean\n"));
	ck_assert_ptr_nonnull(strstr(b.p, "- less than\n"));
	buf_clear(&b);
	g.discovery = true;
	gate_demands(&g, &b);
	ck_assert_ptr_nonnull(strstr(b.p, "- less than 50\n"));
	ck_assert_ptr_null(strchr(b.p, '"'));
	buf_clear(&b);
	g.text = "Of \"a\", how many are above -1.5?";
	gate_demands(&g, &b);
	ck_assert_ptr_nonnull(strstr(b.p, "- more than -1.5\n"));
	g.text = body;
	ck_assert(gate_score(&g, good) < gate_score(&g, body));
	buf_clear(&b);
	g.text =
	    "Take the mean of \"a\", called P. Take the mean of \"b\", called "
	    "Q. Give P divided by Q.";
	gate_demands(&g, &b);
	ck_assert_ptr_nonnull(strstr(b.p, "- the mean, in each of 2 steps\n"));
	ck_assert_ptr_nonnull(strstr(b.p, "- what each letter stands for"));
	buf_clear(&b);
	gate_end(&g);
}
END_TEST

UNIT_MAIN(
    "gate", candidates, readings, answers, hints, names, sentences, demands)
