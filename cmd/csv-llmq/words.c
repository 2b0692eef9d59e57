/* words.c - every text that the model reads. */
#include <string.h>

#include "words.h"

static const char explorer[] =
    "You explore a CSV file and then write questions about it that a data "
    "analyst would find worth asking.\n"
    "\n"
    "# Cells\n"
    "- The file is loaded as the pandas DataFrame `df`; `pd` and `np` are "
    "imported. scipy, statsmodels and sklearn can be imported. There is no "
    "network and no other file.\n"
    "- To look at the data, think briefly and end your reply with exactly one "
    "```python block. It is run as a cell and you are shown what it prints. "
    "Names live on from cell to cell.\n"
    "- Never write what a cell prints: stop after the block and wait.\n"
    "- A cell that fails is shown with its traceback.\n"
    "\n"
    "# Questions\n"
    "When you are asked to, or when you have seen enough, reply with one "
    "```json block: an array of objects with these members and no others.\n"
    "- \"question\": one or two sentences that have exactly one right answer. "
    "Say what happens to missing values, whether limits count, sample or "
    "population, and how ties are broken, wherever it matters. Do not give "
    "the answer away.\n"
    "- \"hint\": how to get there, for a teacher; without the answer.\n"
    "- \"n_steps\": how many steps of analysis it takes, a whole number.\n"
    "- \"difficulty\": EASY (1 to 3 steps), MEDIUM (4 to 6), HARD (7 or 8) or "
    "VERY_HARD (9 or more).\n"
    "- \"concept\": one or two words, such as \"group comparison\".\n"
    "- \"answer_format\": a sentence, such as \"Give the answer as a number "
    "rounded to 2 decimals.\"\n"
    "- \"code\": a Python program that computes the answer from a fresh `df` "
    "and ends with submit(answer). It uses nothing from your cells. Pass a "
    "plain number, text, bool, list or dict, rounded as the format says.\n"
    "Each program is run. A question is refused when its program fails or "
    "gives null, when the answer differs from run to run or with the order of "
    "the rows, and when it repeats an earlier question.\n";

static const char sample[] =
    "\n"
    "```json\n"
    "[{\"question\": \"...\", \"hint\": \"...\", \"n_steps\": 2, "
    "\"difficulty\": \"EASY\", \"concept\": \"...\", \"answer_format\": "
    "\"...\", \"code\": \"x = df['a'].mean()\\nsubmit(round(float(x), 2))\"}]\n"
    "```";

void
words_system(struct buf *b, const char *description, const char *overview,
    long max_turns)
{
	buf_puts(b, explorer);
	buf_printf(b, "You have at most %ld replies in all.\n", max_turns);
	buf_puts(b, "\n# The data\n");
	if (description[0] != '\0')
		buf_printf(b, "%s\n\n", description);
	buf_puts(b, overview);
}

void
words_start(struct buf *b, long min_turns, bool discovery)
{
	buf_printf(b,
	    "Explore the data with at least %ld cells that run without an "
	    "error: relations between columns, groups that differ, odd values, "
	    "missing ones, changes over time. Then write questions that rest "
	    "on what you saw and that use different columns and concepts.",
	    min_turns);
	buf_puts(b,
	    discovery ? " Questions name neither columns nor methods: say what "
			"singles a column out, and what the result is for."
		      : " Questions name columns exactly as they are in the "
			"data, in double quotes, and values in single quotes.");
}

/* A paragraph after what is there. */
static void
paragraph(struct buf *b)
{
	if (b->n > 0)
		buf_puts(b, b->p[b->n - 1] == '\n' ? "\n" : "\n\n");
}

void
words_batch(struct buf *b, const long want[QUESTION_LEVELS])
{
	const char *comma = "";
	int i;

	paragraph(b);
	buf_puts(b, "Write these questions: ");
	for (i = 0; i < QUESTION_LEVELS; i++) {
		if (want[i] == 0)
			continue;
		buf_printf(b, "%s%ld %s (%s)", comma, want[i],
		    question_level_name((enum question_level)i),
		    question_level_steps((enum question_level)i));
		comma = ", ";
	}
	buf_puts(b, ". Reply with one ```json block and nothing else:\n");
	buf_puts(b, sample);
}

void
words_more_cells(struct buf *b, long left)
{
	paragraph(b);
	buf_printf(b,
	    "It is too early for questions: explore with %ld more cell%s "
	    "first. "
	    "Reply with one ```python block.",
	    left, left == 1 ? "" : "s");
}

void
words_write_now(struct buf *b)
{
	paragraph(b);
	buf_puts(b, "Stop exploring.");
}

void
words_fake(struct buf *b, const char *what, bool ran)
{
	paragraph(b);
	buf_printf(b,
	    "Your reply held %s that was not executed. It was removed, with "
	    "all that came after it. %s Never write outputs yourself.",
	    what,
	    ran ? "Only what is shown here was printed by your cell."
		: "Nothing was run.");
}

void
words_one_cell(struct buf *b)
{
	paragraph(b);
	buf_puts(b,
	    "Only the first block of your reply was run, and what came after "
	    "it was removed: write one block a reply.");
}

void
words_no_json(struct buf *b, const char *fault, bool cut)
{
	paragraph(b);
	buf_printf(b, "Your questions could not be read: %s.", fault);
	if (cut)
		buf_puts(b,
		    " Your reply was cut off: write fewer questions at a "
		    "time.");
}

void
words_broken_item(struct buf *b, const char *fault)
{
	paragraph(b);
	buf_printf(b,
	    "Only part of your JSON could be read (%s). What could be read was "
	    "taken.",
	    fault);
}

void
words_head(struct buf *b, const char *text, size_t most)
{
	size_t n = strlen(text);

	if (n > most)
		for (n = most; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;
		     n--)
			;
	buf_printf(b, "\"%.*s%s\"", (int)n, text, text[n] != '\0' ? "..." : "");
}

void
words_dropped(struct buf *b, const char *question, const char *why)
{
	buf_puts(b, "- Refused: ");
	words_head(b, question, 100);
	buf_printf(b, ": %s\n", why);
}

/* ---- rewording ---- */

static const char rewriter[] =
    "You put mechanical questions about a data set into the words that people "
    "use, without changing what is asked. Reply with one ```json block and "
    "nothing else: an array of objects {\"question\": \"...\", \"hint\": "
    "\"...\"}.\n"
    "- Each question has at most two sentences and can be answered in one way "
    "only. It asks for the same thing, about the same rows, under the same "
    "conditions.\n"
    "- Each number keeps its comparison (more than is not at least) and what "
    "it is a limit of; what is subtracted from or divided by what stays; names "
    "of groups are written as they are. Bring in no numbers of your own, and "
    "never give an answer.\n"
    "- Definitions stay: how a figure is computed, what happens to missing "
    "values and ties, over which rows, in which order. Steps may be folded "
    "into one phrase, but none may be dropped.\n"
    "- Leave the sentence about the answer's format out: it is added.\n"
    "- The hint tells a teacher which columns and steps are meant, without "
    "the answer.\n"
    "- Let the wordings differ: a plain question, a situation, a request.\n";

void
words_reword_system(struct buf *b, bool discovery)
{
	buf_puts(b, rewriter);
	buf_puts(b,
	    discovery
		? "- Name no column, not even in other spelling, and no method "
		  "(no test, correlation, regression). Say instead what "
		  "singles each column out, so that only it can be meant, and "
		  "what the result is for.\n"
		: "- Name each column once exactly as it is, in double "
		  "quotes.\n");
}

void
words_reword(
    struct buf *b, const struct gate *g, long candidates, const char *overview)
{
	struct buf demands = {0};

	if (overview[0] != '\0')
		buf_printf(b, "The data:\n%s\n\n", overview);
	buf_printf(b,
	    "The question: %s\nThe answer's format: %s\nThe hint: %s\n",
	    g->text, g->format, g->hint);
	gate_demands(g, &demands);
	if (demands.n > 0)
		buf_printf(b, "\nEach wording must keep:\n%s", demands.p);
	buf_clear(&demands);
	buf_printf(b, "\nWrite %ld wording%s.", candidates,
	    candidates == 1 ? "" : "s");
}

void
words_reword_faults(struct buf *b)
{
	paragraph(b);
	buf_puts(b, "Write them again without these faults.");
}
