"""How lessons are written: the readable sources, the notebooks made from them, and the rules that they keep.

`docs/lessons.md` tells how to use it. Users of tfnb never need this package.
"""
