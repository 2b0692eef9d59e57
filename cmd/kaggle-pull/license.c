/* license.c - Kaggle's names of licences. */
#include <string.h>
#include <strings.h>

#include "mem.h"
#include "opt.h"
#include "pull.h"

/* Short identifiers of the metadata and long names of the lists. spdx NULL:
 * a licence that is known but has no identifier. */
static const struct {
	const char *name, *spdx;
} names[] = {
    {"CC0-1.0", "CC0-1.0"},
    {"CC0: Public Domain", "CC0-1.0"},
    {"CC-BY-3.0", "CC-BY-3.0"},
    {"Attribution 3.0 Unported (CC BY 3.0)", "CC-BY-3.0"},
    {"CC-BY-4.0", "CC-BY-4.0"},
    {"Attribution 4.0 International (CC BY 4.0)", "CC-BY-4.0"},
    {"CC-BY-SA-3.0", "CC-BY-SA-3.0"},
    {"CC BY-SA 3.0", "CC-BY-SA-3.0"},
    {"CC-BY-SA-4.0", "CC-BY-SA-4.0"},
    {"CC BY-SA 4.0", "CC-BY-SA-4.0"},
    {"CC-BY-NC-4.0", "CC-BY-NC-4.0"},
    {"CC-BY-NC-SA-4.0", "CC-BY-NC-SA-4.0"},
    {"CC BY-NC-SA 4.0", "CC-BY-NC-SA-4.0"},
    {"CC-BY-ND-4.0", "CC-BY-ND-4.0"},
    {"Attribution-NoDerivatives 4.0 International (CC BY-ND 4.0)",
	"CC-BY-ND-4.0"},
    {"CC-BY-NC-ND-4.0", "CC-BY-NC-ND-4.0"},
    {"Attribution-NonCommercial-NoDerivatives 4.0 International "
     "(CC BY-NC-ND 4.0)",
	"CC-BY-NC-ND-4.0"},
    {"Attribution-NonCommercial 4.0 International (CC BY-NC 4.0)",
	"CC-BY-NC-4.0"},
    {"ODbL-1.0", "ODbL-1.0"},
    {"Database: Open Database, Contents: (c) Original Authors", "ODbL-1.0"},
    {"Database: Open Database, Contents: \xc2\xa9 Original Authors",
	"ODbL-1.0"},
    {"DbCL-1.0", NULL},
    {"Database: Open Database, Contents: Database Contents", NULL},
    {"ODC-BY-1.0", "ODC-By-1.0"},
    {"ODC Attribution License (ODC-By)", "ODC-By-1.0"},
    {"PDDL", "PDDL-1.0"},
    {"ODC Public Domain Dedication and Licence (PDDL)", "PDDL-1.0"},
    {"GPL-2.0", "GPL-2.0-only"},
    {"GPL 2", "GPL-2.0-only"},
    {"GPL-3.0", "GPL-3.0-only"},
    {"LGPL-3.0", "LGPL-3.0-only"},
    {"GNU Lesser General Public License 3.0", "LGPL-3.0-only"},
    {"AGPL-3.0", "AGPL-3.0-only"},
    {"GNU Affero General Public License 3.0", "AGPL-3.0-only"},
    {"FDL-1.3", "GFDL-1.3-only"},
    {"GNU Free Documentation License 1.3", "GFDL-1.3-only"},
    {"apache-2.0", "Apache-2.0"},
    {"Apache 2.0", "Apache-2.0"},
    {"MIT", "MIT"},
    {"CDLA-Permissive-1.0", "CDLA-Permissive-1.0"},
    {"Community Data License Agreement - Permissive - Version 1.0",
	"CDLA-Permissive-1.0"},
    {"CDLA-Sharing-1.0", "CDLA-Sharing-1.0"},
    {"Community Data License Agreement - Sharing - Version 1.0",
	"CDLA-Sharing-1.0"},
    {"US-Government-Works", NULL},
    {"U.S. Government Works", NULL},
    {"EU-ODP-Legal-Notice", NULL},
    {"EU ODP Legal Notice", NULL},
    {"World-Bank", NULL},
    {"World Bank Dataset Terms of Use", NULL},
};

static int
find(const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < sizeof names / sizeof *names; i++)
		if (strcasecmp(names[i].name, name) == 0)
			return (int)i;
	return -1;
}

const char *
license_spdx(const char *name)
{
	int i = find(name);

	return i >= 0 ? names[i].spdx : NULL;
}

/* Is word in the list, in any case? */
static bool
listed(const char *list, const char *word)
{
	size_t n = strlen(word), k;

	for (; *list != '\0'; list += k + (list[k] == ',')) {
		k = strcspn(list, ",");
		if (k == n && strncasecmp(list, word, n) == 0)
			return true;
	}
	return false;
}

bool
license_allowed(const char *list, const char *name)
{
	const char *spdx = license_spdx(name);

	if (list == NULL)
		return find(name) >= 0;
	if (listed(list, "any") || (name != NULL && listed(list, name)) ||
	    (spdx != NULL && listed(list, spdx)))
		return true;
	return find(name) == -1 && listed(list, "unknown");
}
