"""The floor: the same bytes from a bare Starlette `Response`, under the same uvicorn.

    python -m bench.http.bare PORT PATH_OF_PAGE FILE

Serves the gzipped bytes in FILE at PATH_OF_PAGE.
"""

import asyncio
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def main(port: int, path: str, file: str) -> None:
    body = Path(file).read_bytes()

    async def page(_request: Request) -> Response:
        return Response(body, media_type="text/html", headers={"Content-Encoding": "gzip"})

    config = uvicorn.Config(
        Starlette(routes=[Route(path, page)]),
        port=port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="error",
    )
    asyncio.run(uvicorn.Server(config).serve())


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
