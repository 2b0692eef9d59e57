/* nosocket.c - run a program that dies of opening a socket to anywhere but
 * its own machine's processes. usage: nosocket PROGRAM [ARGUMENT...] */
#include <err.h>
#include <seccomp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fail.h"

int
main(int argc, char **argv)
{
	static const int domains[] = {AF_INET, AF_INET6, AF_PACKET, AF_VSOCK};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	size_t i;

	if (argc < 2)
		errx(EXIT_USAGE, "usage: nosocket PROGRAM [ARGUMENT...]");
	if (filter == NULL)
		errx(EXIT_SYSTEM, "seccomp_init");
	for (i = 0; i < sizeof domains / sizeof *domains; i++)
		if (seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS,
			SCMP_SYS(socket), 1,
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)domains[i], 0)) != 0)
			errx(EXIT_SYSTEM, "seccomp_rule_add");
	if (seccomp_load(filter) != 0)
		errx(EXIT_SYSTEM, "seccomp_load");
	seccomp_release(filter);
	execv(argv[1], argv + 1);
	err(EXIT_SYSTEM, "%s", argv[1]);
}
