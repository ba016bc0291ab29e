"""What people call the things of a plant."""

from __future__ import annotations

import pytest

import smartfab as sf
from smartfab.errors import PlantError
from smartfab.plant_names import id_of, names_of

PRODUCTS = [
    {"id": "P-1", "name_vi": "Gạch 60"}, {"id": "P-2", "name_vi": "Ngói", "name_en": "Tile"}, {"id": "P-3", "name_en": "Tile"},
]  # fmt: skip
MACHINE = {"id": "Press01", "signals": {"good": {"path": "Press/Good", "role": "good_count"}}}
PLANT = sf.Plant.model_validate(
    {"plant": {"id": "p", "timezone": "Asia/Ho_Chi_Minh"}, "product": PRODUCTS, "line": [{"id": "L1", "machine": [MACHINE]}]}
)


@pytest.mark.parametrize(("said", "product"), [("P-1", "P-1"), ("p1", "P-1"), ("GACH  60", "P-1"), ("ngói", "P-2")])
def test_a_thing_is_found_by_id_or_name_however_it_is_spelled(said, product):
    assert id_of(PLANT, "product_id", said) == product


@pytest.mark.parametrize(("said", "why"), [("Tile", "no product 'Tile'"), ("P-9", "one of P-1, P-2, P-3")])
def test_a_name_of_two_things_or_of_none_is_refused(said, why):
    with pytest.raises(PlantError, match=why):
        id_of(PLANT, "product_id", said)


def test_names_are_what_read_export_takes():
    names = names_of(PLANT)
    assert names["signal_id"] == {"Press01/good": "Press01/good", "Press/Good": "Press01/good"}
    assert names["machine_id"] == {"Press01": "Press01"}
