"""What an answer cost inside the process: server time and queries, told in headers. Only the benchmark installs it."""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

MILLISECONDS = "X-Bench-Ms"
QUERIES = "X-Bench-Queries"


class CostHeaders:
    """Outermost of all, so that its time is the whole of Django's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = 0

        def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            nonlocal asked
            asked += 1
            return execute(sql, params, many, context)

        began = time.perf_counter()
        with connection.execute_wrapper(count):
            response = self.get_response(request)
        response.headers[MILLISECONDS] = f"{(time.perf_counter() - began) * 1000:.3f}"
        response.headers[QUERIES] = str(asked)
        return response
