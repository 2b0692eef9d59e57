/* tables.c - print the tables that manual pages repeat, one row a line, tabs
 * between: "key NAME DEFAULT HELP" and "code NAME". */
#include <stdio.h>

#include "conf.h"
#include "fail.h"

int
main(void)
{
	int i;

	for (i = 0; i < CONF_KEYS; i++)
		printf("key\t%s\t%s\t%s\n", conf_keys[i].name,
		    conf_keys[i].def != NULL ? conf_keys[i].def : "not set",
		    conf_keys[i].help);
	for (i = FAIL_NONE + 1; i < FAIL_CODES; i++)
		printf("code\t%s\n", fail_code_name((enum fail_code)i));
	return 0;
}
