"""Local sites to capture: the review page of fixtures/site, and a hostile one that tries everything."""

from __future__ import annotations

import functools
import gzip
import time
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.evidence.conftest import Quiet

SITE = Path(__file__).parents[2] / "fixtures" / "site"


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def review_site(directory: Path = SITE):
    """Serve the imaginary review site; give its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Files, directory=str(directory)))
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def page(body: str, head: str = "") -> bytes:
    return (
        f'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><title>T</title>{head}</head><body>{body}'.encode()
    )


TRAP = """
<h1>Page piégée</h1><p>{filler}</p>
<img src="http://127.0.0.1:{private}/img"><img src="http://localhost:{private}/localhost">
<img src="http://2130706433:{private}/decimal"><img src="http://[::1]:{private}/six"><img src="http://127.1:{private}/court">
<img src="http://[::ffff:127.0.0.1]:{private}/mapped"><img src="http://169.254.169.254/latest/meta-data/">
<iframe src="http://127.0.0.1:{private}/frame"></iframe><iframe src="file:///etc/passwd"></iframe>
<link rel="stylesheet" href="http://127.0.0.1:{private}/css"><link rel="prefetch" href="http://127.0.0.1:{private}/prefetch">
<img src="/vers?http://127.0.0.1:{private}/redirect">
<script>
  fetch("http://127.0.0.1:{private}/fetch", {{mode: "no-cors"}}).catch(() => 0);
  try {{ new WebSocket("ws://127.0.0.1:{private}/ws"); }} catch (e) {{ document.title = e; }}
  new Worker(URL.createObjectURL(new Blob(["fetch('http://127.0.0.1:{private}/worker', {{mode: 'no-cors'}})"])));
  navigator.sendBeacon("http://127.0.0.1:{private}/beacon", "x");
  new RTCPeerConnection({{iceServers: [{{urls: "stun:127.0.0.1:{private}"}}]}}).createDataChannel("x");
  navigator.serviceWorker?.register("/sw.js").catch(() => 0);
  window.open("http://127.0.0.1:{private}/popup");
  alert("Vous avez gagné");
</script>"""


# Draws each sign beside one that no font has: what looks the same, or like nothing, is a missing glyph.
GLYPHS = r"""
<h1>Signes</h1><p>😡 🤬 👨‍⚕️ 李雷 한국 日本</p>
<p dir="rtl">هذا الطبيب كاذب، لا تذهبوا إليه</p><p dir="rtl">הרופא הזה רמאי</p>
<p id="bilan"></p>
<script>
  const drawn = (sign) => {
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    canvas.width = canvas.height = 60;
    pen.font = "40px sans-serif";
    pen.fillText(sign, 5, 45);
    return canvas.toDataURL();
  };
  const none = [drawn("\u{10FFFD}"), drawn("")];
  const missing = [..."😡🤬李雷한국日本طبيبרופא€œÉ"].filter((sign) => none.includes(drawn(sign)));
  document.getElementById("bilan").textContent = `glyphes manquants : ${missing.length} ${missing.join(" ")}`;
</script>"""


class Hostile(Quiet):
    """A site that redirects inwards, never ends, swells, blocks and disappears."""

    private = 0
    hits: list[str]

    def page(self):
        name, _, query = self.path[1:].partition("?")
        route = getattr(self, f"_{name.replace('.', '_') or 'accueil'}", None)
        return route(query) if route else self.answer(b"", 404)

    def _html(self, body: str, status: int = 200, head: str = "", **headers: str):
        self.answer(page(body, head), status, Content_Type="text/html; charset=utf-8", **headers)

    def _vers(self, target):
        self.answer(b"", 302, Location=target)

    def _piege(self, _):
        self._html(TRAP.format(private=Hostile.private, filler="Texte. " * 300))

    def _sw_js(self, _):
        Hostile.hits.append("service worker")
        self.answer(b"self.onfetch = () => 0", Content_Type="text/javascript")

    def _sans_fin(self, _):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        try:
            self.wfile.write(page("<p>Début de la page sans fin</p>"))
            while True:
                self.wfile.write(b"<p>" + b"encore " * 9000)
                time.sleep(0.02)
        except OSError:
            return

    def _bombe(self, _):
        if not hasattr(Hostile, "bomb"):
            Hostile.bomb = gzip.compress(b"/*" + b" " * 150_000_000, 9)
        self.answer(Hostile.bomb, Content_Type="text/css", Content_Encoding="gzip")

    def _gonflee(self, _):
        self._html("<p>" + "Page à la feuille de style gonflée. " * 60, head='<link rel="stylesheet" href="/bombe">')

    def _entree(self, _):
        self._html("redirection", head='<meta http-equiv="refresh" content="0;url=/haute">')

    def _haute(self, _):
        script = "<script>setInterval(() => fetch('/bruit'), 50)</script>"
        self._html(
            f"<p>haut</p><div style='height:19800px'>{'mot ' * 600}</div><p id=bas>tout en bas 😡 李雷</p>{script}"
        )

    def _signes(self, _):
        self._html(GLYPHS)

    def _bruit(self, _):
        self.answer(b"x")

    def _connexion(self, _):
        self._html("<form><label>Mot de passe <input type=password></label></form>")

    def _prive(self, _):
        self._vers("/login")

    def _login(self, _):
        self._html("Identifiez-vous <input type=password>")

    def _parti(self, _):
        self.answer(b"", 404)

    def _retire(self, _):
        self._html("<h1>Contenu retiré</h1>", 410)

    def _juge(self, _):
        self._html("<h1>Indisponible pour raisons légales</h1>", 451)

    def _disparu(self, _):
        self._html("<h1>Désolé</h1><p>Ce contenu n’est plus disponible.</p>")

    def _robot(self, _):
        self._html("<p>Veuillez confirmer : je ne suis pas un robot</p>", 429)

    def _mur(self, _):
        self._html("<div><p>Nous utilisons des cookies.</p><button>Tout accepter</button></div>")

    def _manque(self, _):
        self._html("<p>120 avis</p>" + "<article>Un avis parmi d’autres, assez long pour être lu.</article>" * 30)
