"""The site as plain files for any host: the pages the app serves, precompressed, and the headers to send."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app import reference, site
from app.catalog import DATA
from app.model import NAMES, SOURCE
from app.pages import Pages
from app.privacy import CLEAR, LEAVING, content_security_policy, headers

NGINX = """\
# Inside a server block. The folder below root has the name of the path that the export was made for, if any.
# brotli_static needs its module; leave that line out where there is none.
root %(folder)s;
gzip_static on; gzip_vary on; brotli_static on;
error_page 404 %(root)s/404.html;
%(headers)s
location = %(root)s/ { return 302 %(root)s/%(first)s/; }
location %(root)s/ { try_files $uri $uri.html $uri/index.html =404; }
"""
CADDY = """\
# Inside a site block.
root * %(folder)s
try_files {path} {path}.html {path}/index.html
file_server {
  precompressed br gzip
}
header {
%(headers)s
}
"""


def policy(pages: Pages) -> str:
    return content_security_policy(pages.assets.styles, pages.assets.scripts)


def header_files(pages: Pages, root: str) -> Iterator[tuple[str, str]]:
    """(name, text) of the headers as nginx, Caddy and hosts with a ``_headers`` file read them."""
    table = {**headers(policy(pages)), "Cache-Control": "no-cache"}
    nginx = "\n".join(f'add_header {name} "{value}" always;' for name, value in table.items())
    leave = f"location ~ ^{root}/[^/]+/({'|'.join(LEAVING)})$ {{ # a header more, and so each of them again\n"
    leave += f"try_files $uri.html =404;\n{nginx}\nadd_header Clear-Site-Data '{CLEAR}' always;\n}}\n"
    values = {"folder": "/srv/www" if root else "/srv/on-file", "root": root, "first": SOURCE}
    yield "headers.nginx.conf", NGINX % {**values, "headers": nginx} + leave
    caddy = "\n".join(f"  {name} `{value}`" for name, value in table.items())
    yield (
        "Caddyfile",
        CADDY % {**values, "headers": caddy}
        + "".join(f"header /*/{name} Clear-Site-Data `{CLEAR}`\n" for name in LEAVING),
    )
    plain = "\n".join(f"  {name}: {value}" for name, value in table.items())
    away = "".join(f"{root}/{tag}/{name}\n  Clear-Site-Data: {CLEAR}\n" for tag in NAMES for name in LEAVING)
    yield "_headers", f"{root}/*\n{plain}\n{away}"


def write(pages: Pages, folder: Path, built: Path, root: str = "") -> None:
    """Write the whole site into ``folder``; what ``built`` holds already is not compressed again."""
    lists = folder / "reference.db"
    folder.mkdir(parents=True, exist_ok=True)
    reference.bake(pages.words[SOURCE], DATA, lists)
    for name, body in site.files(pages, lists):
        site.compress(folder / name, body, built / name)
    for name, page in (("index.html", pages.choose()), ("404.html", pages.error(SOURCE, "404"))):
        site.compress(folder / name, page.encode(), built / name)
    for name, text in header_files(pages, root):
        site.save(folder / name, text.encode())
