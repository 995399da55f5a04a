"""The one API object: what the capabilities add, behind the same manners."""

from frontline import __version__
from frontline.foundation import manifest
from frontline.foundation.http.api import Api, Caller, StrictJson, install_errors

api = Api(
    title="Frontline",
    version=__version__,
    description="The service desk as a command layer. Errors are RFC 9457 problem details; lists take `cursor` and "
    "`limit`; changes take `If-Match`; writes take `Idempotency-Key`.",
    auth=Caller(),
    parser=StrictJson(),
    urls_namespace="api",
    docs_url="/docs",
    openapi_url="/openapi.json",
)
install_errors(api)
for _capability in manifest.capabilities():
    if _capability.api is not None:
        _capability.api(api)
