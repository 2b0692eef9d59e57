/* fuzz_zip.c - any bytes as an archive: at most what is allowed is written, and
 * nothing at all where it is refused. */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rec.h"
#include "unzip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX = 1 << 16 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int in = memfd_create("in", MFD_CLOEXEC),
	    out = memfd_create("out", MFD_CLOEXEC), rc;
	struct unzip u;
	struct stat st;
	struct fail f = {0};

	if (in == -1 || out == -1 || rec_write(in, data, size) == -1)
		abort();
	unzip_is_archive(data, size);
	rc = unzip_csv(in, MAX, out, &u, &f);
	if (fstat(out, &st) == -1 || st.st_size > MAX)
		abort();
	if (rc == 0 && (uint64_t)st.st_size != u.bytes)
		abort();
	if (rc == -1 && f.msg[0] == '\0')
		abort();
	if (rc == 0)
		unzip_clear(&u);
	close(in);
	close(out);
	return 0;
}
