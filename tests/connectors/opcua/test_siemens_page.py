"""The page on the Siemens S7-1500: what it shows can be typed."""

import re
from pathlib import Path

from asyncua import ua
from smartfab.connectors.opcua.nodes import node_id

from smartfab.plant_file import parse_plant

PAGE = (Path(__file__).parents[3] / "docs" / "siemens-s7-1500.md").read_text(encoding="utf-8")
HEAD = '[plant]\nid = "vinh-phuc"\ntimezone = "Asia/Ho_Chi_Minh"\n'


def test_the_plant_on_the_page_is_one_and_its_ids_keep_their_quotes():
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (endpoint,) = parse_plant(HEAD + example).line("press-1").endpoints()
    told = {name: node_id(signal.node, lambda _: 3) for name, signal in endpoint.signals.items()}
    assert told["Press01/zone"] == ua.NodeId('"DB_Press"."Zone"[1]."Temp"', 3)
    assert endpoint.security.mode == "SignAndEncrypt"
