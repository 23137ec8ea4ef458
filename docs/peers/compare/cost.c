/* Runs a program and tells, into a file, the seconds that passed, the seconds of processor time and the most KiB that it had: `cost TOLD COMMAND…`. In C, because a child's
   memory counts from that of its parent on. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double of(struct timeval t) { return (double)t.tv_sec + 1e-6 * (double)t.tv_usec; }

int main(int count, char **words) {
    if (count < 3) return 2;
    double begin = now();
    pid_t child = fork();
    if (child == 0) {
        execvp(words[2], words + 2);
        _exit(127);
    }
    int status;
    struct rusage used;
    if (wait4(child, &status, 0, &used) != child) return 126;
    double wall = now() - begin;
    FILE *told = fopen(words[1], "w");
    if (!told) return 126;
    fprintf(told, "%.6f %.6f %ld\n", wall, of(used.ru_utime) + of(used.ru_stime), used.ru_maxrss);
    fclose(told);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
