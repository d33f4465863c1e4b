"""Family STR: is the document complete, readable and of one piece.

The only family that also sees the template's manifest and the blocks of the document.
"""
