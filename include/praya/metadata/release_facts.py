"""What all metadata standards say, each in its own words: the facts of one release, read from its manifest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from praya.contract.codes import CATEGORY_NAMES, FREQUENCIES, LANGUAGES
from praya.contract.notes import HONG_KONG
from praya.contract.output_spec import COMPRESSED, OutputSpec, output_specs, spec_of_file
from praya.contract.text import Text
from praya.store.documents import Licence, ManifestFile, ManifestHead
from praya.text.three_languages import Words

Texts = dict[str, str]

DATA, DOCUMENTATION, METADATA = "data", "documentation", "metadata"
SYNTHETIC = Text(en="synthetic data", zh_hant="模擬數據")


class File(NamedTuple):
    """A file of the release; `url` is its permanent address."""

    name: str
    role: str
    sha256: str
    bytes: int
    media_type: str
    url: str
    part: str | None = None
    language: str | None = None

    @property
    def label(self) -> str:
        """What tells it from the other files: `CSV`, `CSV, 2023`, `ICS, zh-Hant`, `JSON, gzip`."""
        words = (self.format, self.part, self.language, "gzip" if self.compressed else None)
        return ", ".join(word for word in words if word)

    @property
    def format(self) -> str:
        """What readers call its format: CSV, JSON …; of a compressed file that of what is in it."""
        spec = self._spec
        return spec.label if spec else self.name.removesuffix(COMPRESSED).rpartition(".")[2].upper()

    @property
    def eu_file_type(self) -> str | None:
        """The same in the EU's authority table of file types, where it has it."""
        return self._spec.eu_file_type if self._spec else None

    @property
    def compressed(self) -> bool:
        return self.name.endswith(COMPRESSED)

    def is_of(self, name: str) -> bool:
        """Whether it is in the output format of that name, compressed or not."""
        return self._spec is not None and self._spec.name == name

    @property
    def _spec(self) -> OutputSpec | None:
        return spec_of_file(self.name)


class Version(NamedTuple):
    """A version of a dataset that is out: its name, its number where it has one, and from when it could show (UTC)."""

    version: str
    number: str | None
    issued: str


class Facts(NamedTuple):
    """One release. Texts are in `en`, `zh-Hant`, `zh-Hans`; moments in UTC; `temporal` is first and last day. Whether
    it has a signed `statement`, and which `versions` of its dataset are out, the catalogue alone knows."""

    dataset: str
    version: str
    provider: str
    title: Texts
    description: Texts
    publisher: Texts
    email: str
    phone: str | None
    keywords: list[Texts]
    category: str
    frequency: str
    licence: Licence
    synthetic: bool
    received_at: str
    issued: str
    temporal: tuple[str, str] | None
    place: Texts
    files: list[File]
    base_url: str
    statement: bool = True
    versions: tuple[Version, ...] = ()

    @property
    def portal_name(self) -> str:
        """The dataset's name on the portal, which lasts; its UUIDs there do not."""
        return f"{self.provider}-{self.dataset}"

    @property
    def dataset_url(self) -> str:
        """What names the dataset for ever, whatever its version: the address of the pointer to the latest release."""
        return f"{self.base_url}/{self.dataset}/latest.json"

    @property
    def version_url(self) -> str:
        """The permanent address of this version: its manifest, from which everything in it can be reached."""
        return self.file_url("manifest.json")

    def url_of(self, version: str) -> str:
        """The permanent address of any version of the dataset."""
        return f"{self.base_url}/{self.dataset}/{version}/manifest.json"

    @property
    def page_url(self) -> str:
        return f"{self.base_url}/index.html#{self.dataset}"

    def file_url(self, name: str) -> str:
        """The permanent address of a file of this version."""
        return f"{self.base_url}/{self.dataset}/{self.version}/{name}"

    def latest_file_url(self, name: str) -> str:
        """The address at which the latest version's file of that name is, where the host has such addresses."""
        return f"{self.base_url}/{self.dataset}/latest/{name}"

    @property
    def data(self) -> list[File]:
        """The data files: whole ones before parts, the CSV first, for readers who look at one only."""
        data = [file for file in self.files if file.role == DATA]
        return sorted(
            data, key=lambda file: (file.part or "", not file.is_of("csv"), file.compressed, file.name)
        )

    def plain_files(self, name: str) -> list[File]:
        """The data files in the output format of that name that are not compressed, in the order of `data`."""
        return [file for file in self.data if file.is_of(name) and not file.compressed]

    def whole_name(self, name: str) -> str:
        """The name of the file with all rows in the output format of that name, or what it would be called."""
        whole = [file.name for file in self.plain_files(name) if not file.part]
        return whole[0] if whole else f"{self.dataset}.{output_specs()[name].suffix}"

    @property
    def category_name(self) -> Texts:
        en, zh_hant = CATEGORY_NAMES[self.category]
        return in_languages(Text(en=en, zh_hant=zh_hant).as_dict())

    @property
    def frequency_name(self) -> Texts:
        update = FREQUENCIES[self.frequency]
        return dict(zip(LANGUAGES, (update.en, update.zh_hant, update.zh_hans), strict=True))


def facts_of(manifest: ManifestHead, files: Sequence[ManifestFile], base_url: str) -> Facts:
    """The facts of the release with this manifest; `files` may still lack what is being made.

    Manifests of releases that were made before there was metadata lack keywords, coverage and roles.
    """
    dataset, version = manifest["dataset"], manifest["version"]
    coverage = manifest.get("coverage")
    temporal = coverage["temporal"] if coverage else None
    keywords = [in_languages(word) for word in manifest.get("keywords", [])]
    if manifest["synthetic"]:
        keywords.append(in_languages(SYNTHETIC.as_dict()))
    return Facts(
        dataset=dataset,
        version=version,
        provider=manifest["provider"],
        title=in_languages(manifest["title"]),
        description=in_languages(manifest["description"]),
        publisher=in_languages(manifest["contact"]["name"]),
        email=manifest["contact"]["email"],
        phone=manifest["contact"].get("phone"),
        keywords=keywords,
        category=manifest["category"],
        frequency=manifest["frequency"],
        licence=manifest["licence"],
        synthetic=manifest["synthetic"],
        received_at=manifest["received_at"],
        issued=manifest.get("issued", manifest["received_at"]),
        temporal=(temporal["from"], temporal["to"]) if temporal else None,
        place=in_languages(coverage["place"] if coverage else HONG_KONG.as_dict()),
        files=_files(files, f"{base_url}/{dataset}/{version}", dataset),
        base_url=base_url,
    )


def in_languages(text: Words) -> Texts:
    """A text of a manifest in its three languages, without the remark on who wrote it."""
    return {language: text[language] for language in LANGUAGES}


def tagged(text: Texts) -> list[dict[str, str]]:
    """A text as JSON-LD has it: each value with its language."""
    return [{"@value": value, "@language": language} for language, value in text.items()]


def _files(listed: Sequence[ManifestFile], folder: str, dataset: str) -> list[File]:
    return [
        File(
            name=file["name"],
            role=file.get("role") or (DATA if file["name"].startswith(f"{dataset}.") else DOCUMENTATION),
            sha256=file["sha256"],
            bytes=file["bytes"],
            media_type=file["media_type"].partition(";")[0],
            url=f"{folder}/{file['name']}",
            part=file.get("part"),
            language=file.get("language"),
        )
        for file in listed
    ]
