"""One small file a kind of rule: rules of a field, guards, and expectations that scan and reports know."""
