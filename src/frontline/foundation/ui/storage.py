"""Static files under names that carry their content's hash, so that browsers may keep them for ever."""

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Also rewrites the `import` lines of our ES modules; compresses beside the originals."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        """Only what our pages load: `django_htmx` ships a copy of htmx that names a map it does not bring."""
        ours = {name: place for name, place in paths.items() if not name.startswith("django_htmx/")}
        yield from super().post_process(ours, *args, **options)
