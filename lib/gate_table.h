/* gate_table.h - the words of gate.c: clauses that tell one reading of a
 * question from another, and names of methods. */
#ifndef GATE_TABLE_H
#define GATE_TABLE_H

#include <stddef.h>

/*
 * Where the text holds one of `when`, a rewording holds one of `keep`, and of
 * `never` no more than the text does. Words between blanks, alternatives
 * between bars; a star ends a word's beginning. Comparisons come as "at_least"
 * and "at_most" however they were written (see gate_plainly).
 */
struct clause {
	const char *name, *when, *keep, *never;
};

/* What a step of a chain computes. A rewording says it for as many steps as the
 * text does, see gate_chain.c; there, words of which one mention may hold
 * several stand on either side of a semicolon. */
static const struct clause figures[] = {
    {"the mean", "mean|means|average|averages|averaged",
	"mean|means|average|averages|averaged",
	"median|medians|middle value|middle values"},
    {"the median", "median|medians|middle value", "median|medians|middle value",
	"mean|means|average|averages"},
    {"the total", "total|totals|sum",
	"total|totals|sum|sums|altogether|add up|adds up|combined|together",
	NULL},
    {"the standard deviation", "standard deviation|standard deviations",
	"standard deviation|standard deviations", NULL},
    {"the standard error", "standard error", "standard error", NULL},
    {"the variance", "variance", "variance|variances", NULL},
    {"the coefficient of variation", "coefficient of variation",
	"coefficient of variation|coefficients of variation;relative to "
	"its|relative to the|relative to their|divided by;over mean|over the "
	"mean",
	NULL},
    {"the quantile", "quantile|quantiles|percentile|quartile",
	"quantile*|percentile*|first quartile|third quartile|lower "
	"quartile|upper quartile",
	NULL},
    {"the quartiles", "quartiles", "quartile*|interquartile*|middle half|iqr",
	NULL},
    {"the interquartile_range", "interquartile_range|iqr",
	"interquartile_range|iqr|middle half", NULL},
    {"skewness", "skewness|skew", "skew*|asymmetr*|lopsided*", NULL},
    {"kurtosis", "kurtosis", "kurtosis|tails", NULL},
    {"excess kurtosis", "excess", "excess|minus 3", NULL},
    {"the number (a count)",
	"how many|number of|count of|counts of|count the rows",
	"how many|number of|numbers of|count of|counts of|count the|counting|"
	"counted|the count|count how|how often|tally|size|sizes|frequenc*;"
	"the numbers;counts",
	NULL},
    {"the most frequent value", "most frequent|most common|most often|mode",
	"frequent*|common*|often|mode|modal", "rarest|least frequent"},
    {"the rarest value", "rarest|least frequent|least common|least often",
	"rarest|rare*|least|seldom|fewest", "most frequent|most common"},
    {"the trimmed mean", "trim|trimmed", "trim*|cut*", NULL},
    {"that a cut is rounded down", "rounded down|round the number|ends down",
	"down|floor", NULL},
    {"the z-scores", "z score|z scores|standardise|standardised",
	"z score*|standardi*", NULL},
    {"the logarithm", "logarithm|log", "log|logarithm*|logs|ln|log1p", NULL},
    {"the natural logarithm", "natural", "natural|ln|log1p|base e", "base 10"},
    {"the square root", "square root", "root|roots", NULL},
    {"the square", "squared|the square of",
	"squared|square|squares|r2|explain*|share|variation|variance", NULL},
    {"scaling from 0 to 1", "min max|rescaled|rescale",
	"rescal*|scaled|normali*;scaling;min max;0 to 1;from 0", NULL},
    {"the residual", "residual|residuals",
	"residual*|actual|predict*|off the line|from the "
	"line|deviates|deviation from|deviations from|misses|missed",
	"plus its prediction|plus the predict*"},
    {"that rows which repeat another go",
	"repeat an earlier|repeats an earlier",
	"repeat*|duplicate*|identical|cop*|unique|distinct|twice|once", NULL},
    {"the prediction", "the prediction of",
	"predict*|expect*|estimat*|forecast*|value at|gives at|gives for",
	NULL},
    {"the slope", "slope", "slope|per unit|coefficient|steep*|for each", NULL},
    {"the intercept", "intercept", "intercept|constant", NULL},
    {"the fitted line", "least_squares|regression|regress|fit a|line of",
	"least_squares|regress*|line|linear*|fit|fits|fitted|predict*|model|"
	"explain*|straight",
	NULL},
    {"the adjustment for the number of terms", "adjusted", "adjust*", NULL},
    {"what is held fixed", "held fixed|controlled for|partial",
	"fixed|control*|partial*|constant|account*|held|holding|hold "
	"fixed|hold constant|adjust*",
	NULL},
    {"how strongly they go together", "correlation|correlations|correlated",
	"correlat*|relate*|relation*|together|associat*|link*|rank*|linear*",
	NULL},
    {"the interval", "interval", "interval*|range|bounds|ends|between", NULL},
    {"the normal distribution", "normal|normality", "normal*|bell|gaussian",
	NULL},
    {"the change", "change|changes",
	"change*|differ*|increas*|decreas*|rise*|rose|fall*|fell|drop*|jump*|"
	"grow*|grew|shift*|gain*|loss|lose*|move*|effect",
	NULL},
    {"the characters", "characters", "character*;letter*;length*|long|longest",
	NULL},
    {"the ranks", "rank|ranks", "rank*|place|places|position*", NULL},
    {"what missing values are replaced by", "replaced|replace|fill in|filled",
	"replac*|fill*|imput*|substitut*|instead|set to|put in|stand in", NULL},
    {"the window", "window|windows|rolling",
	"window*|rolling|moving|consecutive|in a row", NULL},
    {"the absolute value", "absolute|regardless of sign|ignoring the sign",
	"absolute|regardless of sign|ignoring the sign|whatever its "
	"sign|either direction|magnitude",
	NULL},
    {"times", "times", "times|product|multipl*", NULL},
    {"plus", "plus", "plus|sum of|added|adding|together|combined|total of",
	NULL},
    {"minus", "minus",
	"minus|subtract*|gap|spread|exceed*|differ*|change*|deviates|"
	"deviation from|deviations from|how much higher|how much lower|how "
	"much larger|how much smaller|how much more|how much less|how far "
	"above|how far below|gini*",
	"plus"},
    {"which group's values are taken", "in that group|outside of that group",
	"that group|within it|inside it|in it|there|its values|its own|"
	"outside|other groups|all others|the rest|that one",
	NULL},
    {"the first word", "first word", "first word*|initial word*", NULL},
    {"small letters and no blanks around", "lower case",
	"case|lowercase*|small letters|tidied|tidy|normali*", NULL},
    {"that texts are read as numbers", "as numbers",
	"as numbers|as a number|numeric*|pars*|read", NULL},
    {"the running total", "running total", "running|cumulat*|so far", NULL},
    {"the range", "largest_to_smallest",
	"largest_to_smallest;range|ranges|spread|gap", "minus|plus"},
    {"divided by", "divided by|divide|ratio",
	"divide*|ratio*|relative to|quotient*", "multipl*|product"},
    {"more than",
	"above|more than|greater than|exceeds|exceed|higher than|larger "
	"than|strictly over",
	"above|more than|greater than|exceed*|higher than|larger "
	"than|over|beyond|heavier than|longer than|older than|taller "
	"than|bigger than",
	"at_least|or more|below|less than|fewer than|under"},
    {"less than",
	"below|less than|smaller than|fewer than|lower than|strictly under",
	"below|less than|smaller than|fewer than|lower than|under|lighter "
	"than|shorter than|younger than",
	"at_most|or less|above|more than|greater than|over"},
    {"at least", "at_least|or more|not below",
	"at_least|or more|not below|or above|or higher|and up|minimum of|or "
	"greater|or larger|from",
	"more than|greater than|above|exceed*|at_most"},
    {"at most", "at_most|or less|not above",
	"at_most|or less|not above|or below|or fewer|up to|or lower|maximum "
	"of|or smaller",
	"less than|below|under|at_least"},
};

static const struct clause clauses[] = {
    /* how it is computed */
    {"sample, not population (n - 1)",
	"sample standard|sample variance|n 1|ddof 1",
	"sample standard|sample variance*|sample sd|sample form*|sample "
	"version|deviation sample|deviations sample|variance sample|as a "
	"sample|n 1|ddof 1|unbiased",
	"population"},
    {"population, not sample",
	"population standard|population variance|population form|divide by n",
	"population standard|population variance*|population sd|population "
	"form*|population version|deviation population|deviations "
	"population|variance population|as a population|divide by n|divided by "
	"n|ddof 0",
	"sample standard|sample variance|n 1"},
    {"the bias correction", "bias corrected|bias", "bias*|corrected", NULL},
    {"linear interpolation", "interpolat*", "interpolat*", NULL},
    {"ranks (Spearman)", "spearman", "spearman|rank|ranks|ranking", "pearson"},
    {"what rank equal values have", "mean_rank",
	"mean_rank|mean rank*|average rank*|midrank*|mean of their|mean of the "
	"ranks|average of their|average of the ranks",
	"median rank"},
    {"a straight line (Pearson)", "pearson", "pearson|linear*|straight line",
	"spearman|rank"},
    {"whether spreads are taken as equal",
	"welch|equal variances|equal variance|pooled|equal spread|unpooled|"
	"spreads to be equal|spreads are equal",
	"welch|equal variance*|pooled|unpooled|equal spread*|equally "
	"spread|same spread|separate|spreads|unequal*",
	NULL},
    {"that it is two-sided", "two sided",
	"two sided|either direction|both directions|either way", "one sided"},
    {"what is (not) corrected", "correction", "correct*|adjust*|plain", NULL},
    {"drawing with replacement", "replacement", "replacement|put back", NULL},
    {"the split into training and test rows", "training|test rows",
	"train*|held out|held back|test", NULL},
    {"the generator of random numbers", "rng|random",
	"rng|random*|default_rng|seed*", NULL},
    {"the bins", "bin|bins", "bin|bins|range*|interval*|band*|bracket*|class*",
	NULL},
    {"the ranges", "ranges", "range*|bin|bins|interval*|band*|bracket*", NULL},
    {"equal width", "equal width|equally wide|same width",
	"width|wide|equal*|same size", NULL},
    {"what an edge belongs to", "edge|edges|belongs to",
	"edge|edges|boundar*|limit*|border*|belong*|includ*|count*", NULL},
    {"that a bin has its upper edge", "upper edge|lower bin",
	"upper edge*|upper end*|upper limit*|upper bound*|right edge*|right "
	"closed|lower bin|bin below|lower one|lower of the",
	"lower edge|upper bin|left closed"},
    {"that a bin has a number", "numbered|number the bins",
	"number*|bin 1|counted from", NULL},
    {"the unbroken run", "unbroken|consecutive|longest run",
	"unbroken|run|runs|streak|in a row|consecutive|stretch|successive",
	NULL},
    {"that it is repeated until nothing changes", "until",
	"until|again|repeat*|as long as|over and over|no more", NULL},
    {"the outliers", "outlier|outliers", "outlier*|extreme*|unusual*|odd|far",
	NULL},
    {"the fences", "fence|fences",
	"fence|fences|interquartile*|quartile*|beyond|outside|iqr", NULL},
    {"what a value on a fence is", "strictly beyond|on a fence",
	"strictly|on a fence|on the fence|on a limit|on the "
	"limit|outside|below|above|more than|less than|further|farther|past",
	NULL},
    {"the calendar unit", "month|months", "month*", NULL},
    {"the calendar unit", "quarter|quarters",
	"quarter*|fourth*|25 percent|25th", NULL},
    {"the calendar unit", "year|years", "year*|annual*", NULL},
    {"the calendar unit", "day|days|daily", "day|days|daily|date*", NULL},
    {"the calendar unit", "weekday|week", "week*", NULL},
    /* which rows */
    {"what happens to missing values",
	"missing|blank|blanks|empty|lack|lacks|incomplete|filled in|without a "
	"value",
	"missing|blank|blanks|empty|lack*|incomplete|filled|present|absent|"
	"unknown|unrecorded|recorded|available|without a|no value|complete "
	"row*|complete record*|complete case*|complete pair*|has a value|have "
	"a value|gaps|both are|both values|both numbers|both columns hold|both "
	"columns have|both columns are present|have both|with both|all three",
	NULL},
    {"that the value is given", "is given",
	"given|known|present|missing|blank*|empty|recorded|available|has a "
	"value|have a value|lack*|without a|stated",
	NULL},
    {"which rows are left out",
	"left out|leave out|leaves out|without one of|aside|leave them out",
	"left "
	"out|leav*|ignor*|exclud*|drop*|omit*|skip*|without|only|complete|"
	"aside|disregard*|both are|both values|both numbers|both columns "
	"hold|both columns have|both columns are present|have both|with "
	"both|remov*|missing|present|given|count*",
	NULL},
    {"that every figure is of the chosen rows alone",
	"these rows alone|no part in any|limits are of these rows|no other "
	"rows",
	"alone|no part|play no|no other|nothing else|no others|these rows|the "
	"rest|other rows|of them only|from them only|remaining|filtered|subset",
	NULL},
    {"that both columns are present", "both and are present",
	"both|neither|either|lack*|complete", NULL},
    {"that both values are present",
	"both numbers are present|both values are present|both are present",
	"both numbers|both values|both are|both columns hold|both columns "
	"have|both columns are present|both of them|have both|with both|both "
	"present|complete|neither|either|pairwise|one of the two|one of them",
	NULL},
    {"that the values are present", "complete rows|are present",
	"complete|both are|both values|both numbers|both columns hold|both "
	"columns have|both columns are present|have both|with "
	"both|present|missing|blank*|available|recorded|all three",
	NULL},
    {"the repeated rows", "repeats|duplicate|duplicates|copies|repeat|repeated",
	"repeat*|duplicate*|cop*|unique|distinct|once|same|twice|again|until",
	NULL},
    {"the exclusion (is not)", "and is not|other than|except|are not",
	"not|other than|except|excluding|outside|apart from|but|non|isn t|aren "
	"t|without|besides",
	NULL},
    {"otherwise", "otherwise|if not|if none|else a|else run",
	"otherwise|or else|else a|else the|else its|else it|else report|else "
	"give|else take|else use|else run|if not|if it does not|if it is "
	"not|if that is not|does "
	"not hold|doesn t|isn t|instead|other case",
	NULL},
    {"the groups",
	"split the rows by|split by|each group|for each group|groups|per "
	"group|group the",
	"by|each|every|per|across|within|group*|among|which", NULL},
    {"within the group", "within that|inside that|its own group|own group",
	"within|inside|own|in that|in it|that group|of that|there|same", NULL},
    {"over all rows", "overall|over_all|all rows|all values|all columns",
	"overall|over_all|whole|all|entire|every|full|total|any", NULL},
    {"that columns are told by the whole table", "whole table|full table",
	"whole table|whole data*|whole file|whole set|as a whole|full "
	"table|full data*|in full|entire|over_all|overall|original|unfiltered",
	NULL},
    {"that identifiers count", "identifiers|identifier",
	"identifier*|id|ids|every column|all columns|any column", NULL},
    {"that groups need rows of both kinds", "both kinds", "both|each kind",
	NULL},
    {"which sign is the opposite", "opposite|reversed",
	"opposite|reversed|reverses|other sign|flip*|contrary|other way|turns",
	NULL},
    {"that the first row of a combination is kept", "same combination",
	"combination*|duplicate*|repeat*|unique|distinct|only once|each "
	"pair|first of each|first row of|first one|first record",
	NULL},
    {"whether the first of equal rows counts", "set of equal rows",
	"first|extra|repeat*|every|all|each|beyond|further|later|original",
	NULL},
    {"that incomplete periods count",
	"only in part|incomplete periods|not complete",
	"part|partly|partial*|incomplete|not complete|every period|all periods",
	NULL},
    {"that blanks and signs count", "blanks and signs",
	"blanks|spaces|sign|signs|punctuation|every character|all characters",
	NULL},
    {"what the statistic counts", "count the pairs", "pair|pairs|u", NULL},
    {"that a limit belongs to the lower range", "to the lower range",
	"lower range|lower one|lower of|lower bin|lower band|range below|up to "
	"and including|upper limit*|upper end*|upper bound*",
	"upper range"},
    {"that a limit belongs to the upper range", "to the upper range",
	"upper range|upper one|upper of|upper bin|upper band|higher range|"
	"higher one|higher of|range above|lower limit*|lower end*|"
	"lower bound*",
	"lower range"},
    {"the order from the rarest", "with the rarest",
	"rarest first|from rare*|from the rare*|with the rare*|least "
	"frequent first|from the least|ascending|increasing",
	NULL},
    {"the order from the most frequent", "with the most frequent",
	"frequent first|common first|from the most|with the most|from most|"
	"descending|decreasing",
	NULL},
    {"that it occurs in both", "both tables", "both|shared|common|also in",
	NULL},
    {"distinct", "distinct|different|unique",
	"distinct|different|unique|kinds|vary|varies", NULL},
    /* comparisons */
    {"that the limits count", "limits included|inclusive|both limits included",
	"limits included|ends included|bounds included|both "
	"included|inclusive|including|limits count|ends count",
	"excluded|exclusive|not included"},
    {"that the limits do not count",
	"limits not included|limits excluded|exclusive",
	"not included|excluded|exclusive|excluding|strictly between|strictly "
	"inside|strictly within",
	"inclusive"},
    {"between", "between", "between|from", NULL},
    /* which one */
    {"the latest", "latest|later", "latest|later|last|recent|end", "earliest"},
    {"that the later period names a change", "later period",
	"later period|later month|later quarter|later year|later week|later "
	"day|later date|later of|later one|second period|period it ends "
	"in|ends in|ending|into which|up to which|new period",
	"earlier period"},
    {"the row that names a window", "last row", "last|final|end|ends|ending",
	"first row|centre|middle row"},
    {"the earliest", "earliest",
	"earliest|the first|first date|first day|first to|start|starts|oldest",
	"latest"},
    {"ties", "tie|ties|tied", "tie|ties|tied|equal|same|share|several", NULL},
    {"two of them", "which two|two columns|two most|two have",
	"two|pair|pairs|both|2|couple", NULL},
    /* what is reported */
    {"the sign", "with its sign|with their signs|with the sign",
	"sign|signs|signed|negative*|positive*|direction", NULL},
    {"percent", "percentage|percent|per cent", "percentage|percent|per cent",
	NULL},
    {"a share from 0 to 1", "share|fraction|proportion",
	"share|shares|fraction|fractions|proportion|proportions|percentage|"
	"part of",
	NULL},
    {"what a percentage is of", "percentage is of",
	"of the rows with|of rows with|of all rows|of all the rows|of the rows "
	"in|of rows in|of those|of the row|of the column|of that|of the "
	"label|of its|within|among",
	NULL},
    {"whether capitals matter", "exactly this case",
	"case|capital*|spelled|spelling|as written|written", NULL},
    {"that dates as text are text", "stored as text",
	"as text|is text|are text|texts|strings", NULL},
    {"the difference between the two figures",
	"second figure|first minus second|first figure",
	"minus|subtract*|gap|exceed*|differ*|change*|divided|ratio*|how much "
	"higher|how much lower|how much larger|how much smaller|how much "
	"more|how much less",
	NULL},
    {"how much one figure exceeds the other", "by how much does the",
	"exceed*|differ by|difference*|gap|spread|minus|subtract*|change*|how "
	"much higher|how much lower|how much larger|how much smaller|how much "
	"more|how much less|how much above|how much below",
	NULL},
    {"the cumulative share", "cumulative|reach|reached|cover",
	"cumulat*|running|together|reach*|cover*|add up|enough|account*|make "
	"up",
	NULL},
    {"the order from the smallest",
	"ascending|smallest first|lowest first|alphabetical*",
	"ascending|smallest first|alphabetical*|lowest first|from "
	"smallest|from the smallest|from lowest|from the "
	"lowest|increasing|sorted|earliest first|oldest first|low to high",
	"descending|largest first|highest first"},
    {"the order from the largest",
	"descending|largest first|highest first|begin with the highest|begin "
	"with the largest",
	"descending|largest first|highest first|biggest first|latest "
	"first|newest first|from largest|from the largest|from highest|from "
	"the highest|largest to|highest to|largest down|highest down|"
	"decreasing|with the highest first|with the largest first|begin with|"
	"beginning with|start with|starting with|high to low",
	"ascending|smallest first|lowest first"},
    {"the order of the alphabet",
	"alphabet|capital letters|capitals|sorted order",
	"alphabet*|sort|sorted|usual order|a to z|lexicograph*|capital*", NULL},
    {"the order of the former list", "order of the former",
	"former|first list|first of|same order|that order|order", NULL},
    {"the order of the rows or columns",
	"order given|order of the file|in the order|row by row",
	"order*|sequence|sort*|listed|arranged|row by row|as given", NULL},
};

/* Ends: a rewording holds as many as the text. */
static const struct clause ends[] = {
    {"the high end",
	"highest|largest|greatest|maximum|strongest|longest|furthest|the "
	"most|biggest",
	"highest|largest|greatest|maximum|strongest|most|biggest|top|the "
	"max|max "
	"of|heaviest|longest|tallest|oldest|peak*|leads|best|furthest|farthest|"
	"latest",
	"lowest|smallest|minimum|weakest|least|fewest|worst|lightest|shortest"},
    {"the low end",
	"lowest|smallest|minimum|weakest|least|fewest|shortest|closest",
	"lowest|smallest|minimum|weakest|least|fewest|the min|min "
	"of|lightest|shortest|youngest|bottom|worst|closest|nearest|earliest",
	"highest|largest|greatest|maximum|strongest|most|biggest|top|best|"
	"heaviest|longest"},
};

/* Methods that discovery style does not name. */
static const char methods[] =
    "t test|t tests|ttest|anova|welch|mann whitney|kruskal*|wilcoxon|chi "
    "square*|chi squared|fisher|levene|shapiro*|kolmogorov|ks test|pearson|"
    "spearman|kendall|correlat*|regress*|ols|least squares|iqr|interquartile|"
    "z score|z scores|bootstrap*|p value|p values|cramer*|eta squared|gini|"
    "entropy|r squared|null hypothesis|hypothesis test|groupby|pandas";

/* Of these, those that no other words stand for: direct style keeps them. */
static const char tests[] =
    "t test|sign test|anova|mann whitney|kruskal*|wilcoxon|chi square*|levene|"
    "shapiro*|"
    "kolmogorov|kendall|bootstrap*|cramer*|eta squared|gini|entropy|p value";

#endif
