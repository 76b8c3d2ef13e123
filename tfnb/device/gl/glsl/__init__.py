"""GLSL source of tfnb's own mathematical functions, a file per family; `tfnb.device.gl.functions` is the way in."""
