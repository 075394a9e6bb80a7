"""`python -m benchmarks.load.served PORT [BYTES]`: server and worker together; with BYTES no file can grow beyond them."""

import resource
import signal
import sys

from epigrid.interfaces import cli

if __name__ == "__main__":
    if len(sys.argv) > 2:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    sys.argv = ["epigrid", "serve", "--port", sys.argv[1]]
    sys.exit(cli.main())
