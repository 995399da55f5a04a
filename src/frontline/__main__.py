"""`python -m frontline` is the `frontline` command."""

import sys

from frontline.config.cli import main

sys.exit(main())
