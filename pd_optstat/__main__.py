"""``python -m pd_optstat``."""

import sys

from .cli import main

sys.exit(main())
