"""The data program, training and export of sprout."""
