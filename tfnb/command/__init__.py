"""What can be typed in a terminal: `tfnb lab`, `tfnb doctor`, `tfnb demo`."""
