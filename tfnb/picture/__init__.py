"""Pictures of tensors, ops and memory, made of small parts and lowered to text, HTML or SVG.

A picture is a tree of `parts`. Three modules lower the same tree: `lower_text` draws it with characters, `lower_html`
with tables and inline CSS (all that an untrusted notebook shows), `lower_svg` with presentation attributes (all that
GitHub shows). What a picture says is decided once, where it is built; how it looks, once per lowering. Markup is made
in `markup` alone, so that nothing can be forgotten to be escaped.

The modules take plain values and NumPy arrays, and know neither tensors nor IPython: a repr works in any Python.
"""
