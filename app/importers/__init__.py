"""Newer lists into ``app/data``, from files that an operator has: one module per publisher.

Everything in such a file is untrusted. An import takes all of it or nothing.
"""
