"""From templates to files."""

from pathlib import Path
from string import Template

from new_source.names import SourceName

_TEMPLATES = Path(__file__).parent / "templates"
_FILES = {
    "catalog.yml": "dags/catalog/$source.yml",
    "dag.py": "dags/$source.py",
    "sources.yml": "dbt/models/$source/bronze/_${source}__sources.yml",
    "bronze.sql": "dbt/models/$source/bronze/stg_${source}__$dataset.sql",
    "bronze.yml": "dbt/models/$source/bronze/stg_${source}__$dataset.yml",
    "silver.sql": "dbt/models/$source/silver/${source}__$dataset.sql",
    "silver.yml": "dbt/models/$source/silver/${source}__$dataset.yml",
    "gold.sql": "dbt/models/$source/gold/${source}__daily_$dataset.sql",
    "gold.yml": "dbt/models/$source/gold/${source}__daily_$dataset.yml",
}


class FileExistsAlreadyError(FileExistsError):
    """The source is there already, or a part of it; nothing was written."""


def write(checkout: Path, name: SourceName) -> list[Path]:
    """Write all files of a source and return their paths in the checkout, the catalogue's first.

    Raises:
        FileExistsAlreadyError: one of them exists.
    """
    words = {"source": name.source, "dataset": name.dataset, "title": name.source.replace("_", " ").capitalize()}
    files = {Path(Template(path).substitute(words)): template for template, path in _FILES.items()}
    if there := [str(path) for path in files if (checkout / path).exists()]:
        raise FileExistsAlreadyError(f"{', '.join(there)}: there already; choose another name, or remove what is there")
    for path, template in files.items():
        text = Template((_TEMPLATES / f"{template}.template").read_text()).substitute(words)
        (checkout / path).parent.mkdir(parents=True, exist_ok=True)
        (checkout / path).write_text(text)
    return list(files)
