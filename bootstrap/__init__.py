"""What stands between a bare Python and the installed project: `./run` starts here.

Standard library only, since nothing is installed yet.
"""
