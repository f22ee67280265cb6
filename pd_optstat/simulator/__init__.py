"""A simulator of OpenD that serves synthetic daily totals of the option markets."""
