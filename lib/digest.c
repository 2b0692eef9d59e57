/* digest.c - SHA-256 as lower-case hex text. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "mem.h"

/* An EVP context by our name: the type is never defined. */
struct digest *
digest_new(void)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();

	if (c == NULL || EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1)
		mem_fail();
	return (struct digest *)c;
}

void
digest_put(struct digest *d, const void *p, size_t n)
{
	if (EVP_DigestUpdate((EVP_MD_CTX *)d, p, n) != 1)
		mem_fail();
}

void
digest_end(struct digest *d, char hex[DIGEST_HEX])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned n = 0, i;

	if (EVP_DigestFinal_ex((EVP_MD_CTX *)d, md, &n) != 1)
		mem_fail();
	EVP_MD_CTX_free((EVP_MD_CTX *)d);
	for (i = 0; i < 32; i++) {
		hex[2 * i] = digits[md[i] >> 4];
		hex[2 * i + 1] = digits[md[i] & 15];
	}
	hex[64] = '\0';
}

void
digest_mem(const void *p, size_t n, char hex[DIGEST_HEX])
{
	struct digest *d = digest_new();

	digest_put(d, p, n);
	digest_end(d, hex);
}

void
digest_id(const void *p, size_t n, char id[DIGEST_ID])
{
	char hex[DIGEST_HEX];

	digest_mem(p, n, hex);
	memcpy(id, hex, DIGEST_ID - 1);
	id[DIGEST_ID - 1] = '\0';
}

int
digest_file(const char *path, char hex[DIGEST_HEX], struct fail *f)
{
	char block[65536];
	struct digest *d;
	ssize_t n;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) == -1)
		return fail_set(f, FAIL_IO, "%s: %s", path, strerror(errno));
	d = digest_new();
	while ((n = read(fd, block, sizeof block)) > 0 ||
	    (n == -1 && errno == EINTR))
		if (n > 0)
			digest_put(d, block, (size_t)n);
	if (n == -1)
		fail_set(f, FAIL_IO, "%s: %s", path, strerror(errno));
	close(fd);
	digest_end(d, hex);
	return n == -1 ? -1 : 0;
}
