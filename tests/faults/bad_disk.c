/* A bad disk for one process, by LD_PRELOAD: writing and syncing regular files is slow, or fails now and then.
 *
 * BAD_DISK_US microseconds before each; every BAD_DISK_EVERY-th fails with errno BAD_DISK_ERRNO (0: none does), as
 * long as the file BAD_DISK_WHILE is there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_ulong calls;

static long setting(const char *name) {
    const char *value = getenv(name);
    return value ? atol(value) : 0;
}

static int fails(int fd) {
    struct stat about;
    const char *on = getenv("BAD_DISK_WHILE");
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode) || !on || access(on, F_OK) != 0)
        return 0;
    long every = setting("BAD_DISK_EVERY");
    if (setting("BAD_DISK_US"))
        usleep((useconds_t)setting("BAD_DISK_US"));
    if (every && atomic_fetch_add(&calls, 1) % (unsigned long)every == (unsigned long)every - 1) {
        errno = (int)setting("BAD_DISK_ERRNO");
        return 1;
    }
    return 0;
}

#define REAL(type, name) \
    static type (*real)(); \
    if (!real) real = (type (*)())dlsym(RTLD_NEXT, #name)

int fsync(int fd) { REAL(int, fsync); return fails(fd) ? -1 : real(fd); }
int fdatasync(int fd) { REAL(int, fdatasync); return fails(fd) ? -1 : real(fd); }
ssize_t write(int fd, const void *data, size_t size) {
    REAL(ssize_t, write);
    return fails(fd) ? -1 : real(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    REAL(ssize_t, pwrite);
    return fails(fd) ? -1 : real(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REAL(ssize_t, pwrite64);
    return fails(fd) ? -1 : real(fd, data, size, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(ssize_t, writev);
    return fails(fd) ? -1 : real(fd, parts, count);
}
