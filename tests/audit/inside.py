"""What runs in a network namespace of its own: the site behind the shipped nginx, and who looks at it.

Called with the build, a folder for results, and paths of node, the Observatory, Lighthouse and Chromium.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.deployed import deployed

HOST = "on-file.example"
#: Pages that Lighthouse opens, as phones do: by the name of the site.
PAGES = ("/en/", "/en/help")


def main(built: Path, folder: Path, node: str, observatory: str, lighthouse: str, chromium: str) -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    hosts = folder / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {HOST}\n", "utf-8")
    subprocess.run(["mount", "--bind", str(hosts), "/etc/hosts"], check=True)
    nginx = folder / "nginx"
    nginx.mkdir()
    with deployed(built, nginx, ports=(443, 80)):
        if observatory:
            trust = {**os.environ, "NODE_EXTRA_CA_CERTS": str(nginx / "on-file.pem")}
            done = subprocess.run([node, observatory, HOST], env=trust, capture_output=True, text=True)
            (folder / "observatory.json").write_text(
                done.stdout or json.dumps({"error": done.stderr}), "utf-8"
            )
        for page in PAGES if lighthouse else ():
            flags = "--headless=new --no-sandbox --disable-background-networking --ignore-certificate-errors"
            result = folder / f"lighthouse{page.replace('/', '-')}.json"
            subprocess.run(
                [node, lighthouse, f"https://{HOST}{page}", "--quiet", "--output=json",
                 f"--output-path={result}", f"--chrome-flags={flags}"],
                env={**os.environ, "CHROME_PATH": chromium}, check=False,
            )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
