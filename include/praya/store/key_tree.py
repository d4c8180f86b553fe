"""Keys by the folder that they lie in, so that those below one folder are found without a look at all others."""

from __future__ import annotations

from collections.abc import Iterator


class KeyTree:
    """A set of keys. Adding, removing and finding cost the depth of a key, and what is found."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._children: dict[str, dict[str, None]] = {}

    def add(self, key: str) -> None:
        """Take a key in; one that is there already is fine."""
        self._keys.add(key)
        while "/" in key:
            folder = key.rpartition("/")[0]
            children = self._children.setdefault(folder, {})
            if key in children:
                return
            children[key] = None
            key = folder

    def remove(self, key: str) -> None:
        """Take a key out, which must be there, and the folders that nothing is left in."""
        self._keys.remove(key)
        while "/" in key and key not in self._keys and key not in self._children:
            folder = key.rpartition("/")[0]
            children = self._children[folder]
            del children[key]
            if not children:
                del self._children[folder]
            key = folder

    def below(self, folder: str) -> Iterator[str]:
        """The keys below a folder; none where it is none."""
        waiting = [folder]
        while waiting:
            for child in self._children.get(waiting.pop(), ()):
                waiting.append(child)
                if child in self._keys:
                    yield child
