"""The server's end of the line: the app on the loopback, nginx with TLS 1.3 before it.

nginx has the app page as a file, and sends it with the headers that the app gives it. All else is passed on.
"""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from app import BUILD, ROOT
from tests.bench.slow import SERVER

MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
HOST, PORT = "127.0.0.1", "8000"
#: nginx keeps idle connections on the one port, and closes them on the other before the person has answered:
#: the one that was used, and the spare one that Chromium opens where the first takes longer than 250 ms.
KEEPING, CLOSING = 8443, 8444
IDLE = {KEEPING: 75, CLOSING: 2}
#: Headers that nginx writes itself.
OWN = {"date", "server", "connection", "content-length", "content-type", "content-encoding", "etag", "vary"}
#: The least page that does what is measured: a button, and a script that has run.
FLOOR = "/floor"
FLOOR_SIZE = 1024
FLOOR_PAGE = """<!doctype html><meta name=viewport content="width=device-width"><link rel=icon href=data:,>
<title>Floor</title><p id=start><button class=main>Start</button>
<script>document.documentElement.className = "js"</script>
"""

CONFIG = """
load_module {module};
daemon off; master_process off; pid nginx.pid; error_log stderr crit; events {{ worker_connections 64; }}
http {{
  access_log off; server_tokens off; types {{ text/html html; }} charset utf-8;
  gzip off; gzip_static on; brotli_static on; gzip_vary on;
  client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  client_max_body_size 16k; client_body_buffer_size 16k; client_body_in_single_buffer on;
  proxy_max_temp_file_size 0; proxy_buffers 8 16k; proxy_http_version 1.1;
  ssl_protocols TLSv1.3; ssl_certificate cert.pem; ssl_certificate_key key.pem;
  ssl_session_tickets off; ssl_buffer_size 4k;
  {servers}
}}
"""
LISTEN = """
  server {{
    listen {server}:{port} ssl http2; keepalive_timeout {idle}; client_header_timeout {idle};
    location = {floor} {{ root {folder}; try_files {floor}.html =404; }}
    location = /{lang}/ {{ root {site}; try_files /{lang}/index.html =404; {headers} }}
    location / {{ proxy_pass http://{app}; proxy_set_header Connection ""; proxy_set_header Host $host; }}
  }}
"""


def certify(folder: Path) -> str:
    """Write a certificate of our own into ``folder``; the hash by which the browser shall know its key."""
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout key.pem"
    name = ["-out", "cert.pem", "-subj", f"/CN={SERVER}", "-addext", f"subjectAltName=IP:{SERVER}"]
    subprocess.run([*make.split(), *name], cwd=folder, check=True, capture_output=True)
    read = "openssl x509 -in cert.pem -noout -pubkey"
    pem = subprocess.run(read.split(), cwd=folder, check=True, capture_output=True, text=True).stdout
    key = base64.b64decode("".join(line for line in pem.splitlines() if "-----" not in line))
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


def start_app(lang: str) -> dict[str, str]:
    """Start the app as it is served; the headers of its page. Its first and longest answer is behind it."""
    command = [sys.executable, "-B", "-m", "flask", "--app", "app", "serve"]
    address = os.environ | {"HOST": HOST, "PORT": PORT}
    process = subprocess.Popen(command, cwd=ROOT, env=address, stderr=subprocess.DEVNULL)
    page = f"http://{HOST}:{PORT}/{lang}/"
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"{page}results", b"tax=itin").close()
            break
        except urllib.error.URLError:
            time.sleep(0.1)
    with urllib.request.urlopen(page) as answer:
        return {name: value for name, value in answer.headers.items() if name.lower() not in OWN}


def configure(folder: Path, lang: str, headers: dict[str, str]) -> None:
    """Write nginx's configuration and the floor's page into ``folder``."""
    lines = " ".join(f'add_header {name} "{value}";' for name, value in headers.items())
    place = {"server": SERVER, "app": f"{HOST}:{PORT}", "floor": FLOOR, "site": BUILD / "site"}
    servers = "".join(
        LISTEN.format(port=port, idle=idle, folder=folder, lang=lang, headers=lines, **place)
        for port, idle in IDLE.items()
    )
    (folder / "nginx.conf").write_text(CONFIG.format(module=MODULE, servers=servers), "utf-8")
    (folder / f"{FLOOR}.html".lstrip("/")).write_text(FLOOR_PAGE.ljust(FLOOR_SIZE), "utf-8")


def main(folder: str, lang: str) -> None:
    """Serve until ended; print a line when ready."""
    configure(Path(folder), lang, start_app(lang))
    nginx = subprocess.Popen(["nginx", "-p", folder, "-e", "stderr", "-c", "nginx.conf"])
    while nginx.poll() is None and socket.socket().connect_ex((SERVER, KEEPING)):
        time.sleep(0.05)
    if nginx.poll() is None:
        print("ready", flush=True)
    raise SystemExit(nginx.wait())


if __name__ == "__main__":
    main(*sys.argv[1:])
