"""`python -m handbook` is the command `handbook`."""

import sys

from handbook.cli import main

sys.exit(main())
