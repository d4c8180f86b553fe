"""One module each of what the entry points `praya.rule_kinds` find."""
