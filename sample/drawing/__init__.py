"""The illustrations of the sample newsroom, drawn with Pillow and nothing else.

`canvas` is the paper and the brushes, `palette` the colours, the other modules
hold one function a picture.  `sample/draw.py` runs them.
"""
