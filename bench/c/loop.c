/* The least that a server in C does: epoll, accept, read a line, write the bytes of a file,
 * close. No limits, no deadlines, one thread. Usage: loop FILE. It prints its address and
 * ends when its standard input does. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EVENTS = 256, LINE = 2048 };

static char *answer;
static size_t length;

static void fail(const char *what) {
	perror(what);
	exit(1);
}

static void load(const char *path) {
	struct stat st;
	int fd = open(path, O_RDONLY);
	if (fd < 0 || fstat(fd, &st) < 0) fail(path);
	length = (size_t)st.st_size;
	answer = malloc(length + 1);
	if (!answer || read(fd, answer, length) != (ssize_t)length) fail(path);
	close(fd);
}

static void watch(int epoll, int fd) {
	struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) fail("epoll_ctl");
}

/* serve answers if the line is there. The lines of the benchmark come in one segment. It
 * returns 0 if nothing has come yet. */
static int serve(int fd) {
	char line[LINE];
	ssize_t n = recv(fd, line, sizeof line, 0);
	if (n < 0 && errno == EAGAIN) return 0;
	if (n > 0 && memchr(line, '\n', (size_t)n)) {
		ssize_t sent = send(fd, answer, length, MSG_NOSIGNAL);
		if (sent != (ssize_t)length) fprintf(stderr, "loop.c: an answer was cut\n");
	}
	close(fd);
	return 1;
}

static void accept_all(int epoll, int listener) {
	int fd;
	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
		if (!serve(fd)) watch(epoll, fd);
}

int main(int argc, char **argv) {
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof addr;
	struct epoll_event events[EVENTS];
	int on = 1, listener, epoll;
	if (argc != 2) {
		fprintf(stderr, "usage: loop FILE\n");
		return 2;
	}
	load(argv[1]);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
	    bind(listener, (struct sockaddr *)&addr, size) < 0 || listen(listener, 4096) < 0 ||
	    getsockname(listener, (struct sockaddr *)&addr, &size) < 0)
		fail("listen");
	printf("127.0.0.1:%d\n", ntohs(addr.sin_port));
	fflush(stdout);
	if ((epoll = epoll_create1(EPOLL_CLOEXEC)) < 0) fail("epoll_create1");
	watch(epoll, listener);
	watch(epoll, 0);
	for (;;) {
		int n = epoll_wait(epoll, events, EVENTS, -1);
		for (int i = 0; i < n; i++) {
			int fd = events[i].data.fd;
			if (fd == 0) return 0;
			if (fd == listener) accept_all(epoll, listener);
			else serve(fd);
		}
	}
}
