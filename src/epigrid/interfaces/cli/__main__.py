"""`python -m epigrid.interfaces.cli`: the command line where no script is installed."""

from epigrid.interfaces.cli import main

raise SystemExit(main())
