"""Single defects put into clean designs: which does the review find, and what else does it say?"""
