"""The rules between the keys of the files that people write: a module a group, each rule a function of a model.

A rule yields a `Problem` for each key that has to be changed. It reads no more of the model than it needs, for where a
key could not be read it ends there. `RULES` of a model lists the rules that hold for it.
"""
