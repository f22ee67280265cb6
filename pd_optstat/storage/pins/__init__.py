"""Pin files: recorded loads, and which pin is active."""
