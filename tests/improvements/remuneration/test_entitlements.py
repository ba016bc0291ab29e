"""What authors are to be paid: the published example to the đồng, sums exact, and what no pack may do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import smartfab as sf
from smartfab.errors import RegisterError
from smartfab.improvements import RulePack, read_rules, reward
from smartfab.improvements.remuneration.whole_sums import at_least, divided, nearest

ON = dt.date(2025, 6, 1)
BENEFIT = Decimal(2_246_400_000)
SHARES = [("E0123", 60), ("E0456", 40)]


def company(**table):
    return RulePack.model_validate(
        {"id": "C", "kind": "company", "title_vi": "Quy chế", "valid_from": dt.date(2025, 1, 1), "reviewer": "HR",
         "reviewed_on": dt.date(2025, 1, 1), "company": table}
    )  # fmt: skip


def codes(table):
    return set(sf.findings_of(table)["code"])


def test_seven_per_cent_of_the_first_year():
    table = reward(BENEFIT, rules="VN-2012-13", year=1, authors=SHARES, applied_on=dt.date(2024, 4, 30), on=ON)
    assert table["gross"].tolist() == [Decimal(94_348_800), Decimal(62_899_200)]
    assert table["gross"].sum() == Decimal(157_248_000)
    assert table["tax"].tolist() == [Decimal(9_434_880), Decimal(6_289_920)]
    assert (table["gross"] - table["tax"] == table["net"]).all()
    assert table["due"].tolist() == [dt.date(2025, 5, 30)] * 2
    assert table["kind"].tolist() == ["decree"] * 2
    assert table["applies"].all()


def test_without_authors_there_is_one_row_for_all():
    table = reward(int(BENEFIT), on=ON)
    assert (len(table), table["author"].iloc[0], table["gross"].iloc[0]) == (1, None, Decimal(157_248_000))


@given(st.integers(0, 10**15), st.lists(st.integers(1, 9999), min_size=1, max_size=12))
def test_parts_are_whole_sum_exactly_and_are_never_a_dong_off(total, weights):
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    parts = divided(Decimal(total), shares)
    assert sum(parts) == total
    assert all(abs(Fraction(int(part)) - total * share) < 1 for part, share in zip(parts, shares, strict=True))
    assert all(part == part.to_integral_value() for part in parts)


@given(st.fractions(0, 10**15))
def test_a_least_sum_is_never_undercut(amount):
    assert 0 <= Fraction(int(at_least(amount))) - amount < 1
    assert abs(Fraction(int(nearest(amount))) - amount) <= Fraction(1, 2)


@given(st.integers(1, 10**14), st.lists(st.integers(1, 99), min_size=2, max_size=6))
def test_whatever_the_shares_gross_is_tax_and_net(benefit, weights):
    whole = [Decimal(weight * 100) / sum(weights) for weight in weights]
    rounded = [share.quantize(Decimal("0.01")) for share in whole[:-1]]
    pairs = [(f"E{n}", share) for n, share in enumerate([*rounded, 100 - sum(rounded)])]
    table = reward(benefit, authors=pairs, on=ON)
    assert table["gross"].sum() == -(-benefit * 7 // 100)
    assert (table["gross"] == table["tax"] + table["net"]).all()


def test_below_zero_pays_nothing_and_says_so():
    table = reward(-5_000_000, on=ON)
    assert (table["gross"].sum(), "benefit_below_zero" in codes(table)) == (0, True)


def test_what_cannot_be_computed_is_five_minimum_wages_of_the_day():
    wages = {dt.date(2014, 1, 1): 1_150_000, dt.date(2024, 6, 30): 1_800_000, dt.date(2024, 7, 1): 2_340_000}
    for day, wage in wages.items():
        table = reward(None, on=day, authors=SHARES)
        assert table["gross"].sum() == 5 * wage
        assert "benefit_not_computable" in codes(table)
    assert "wage_may_be_newer" in codes(reward(None, on=dt.date(2026, 6, 1)))
    assert reward(None, on=ON, year=2)["gross"].sum() == 0


def test_after_three_years_the_decree_pays_nothing_more():
    table = reward(BENEFIT, year=4, on=ON)
    assert (table["gross"].sum(), "beyond_the_paid_years" in codes(table)) == (0, True)


def test_a_small_payment_is_not_taxed():
    table = reward(28_571_428, on=ON)
    assert (table["gross"].iloc[0], table["tax"].iloc[0]) == (2_000_000, 200_000)
    assert reward(28_000_000, on=ON)["tax"].iloc[0] == 0


def test_a_company_pays_by_idea_by_class_and_by_share_within_its_bounds():
    classes = [{"name": "B", "from_benefit": 10_000_000, "amount": 1_000_000},
               {"name": "A", "from_benefit": 100_000_000, "amount": 5_000_000}]  # fmt: skip
    pack = company(per_idea=50_000, classes=classes, share="0.01", cap=20_000_000)
    paid = [reward(benefit, rules=pack, on=ON)["gross"].iloc[0] for benefit in (0, 10_000_000, 100_000_000, 10**12, -1)]
    assert paid == [50_000, 1_150_000, 6_050_000, 20_000_000, 0]
    assert reward(None, rules=pack, on=ON)["gross"].iloc[0] == 50_000
    assert reward(10**9, rules=pack, year=2, on=ON)["gross"].iloc[0] == 0


def test_of_two_packs_the_larger_applies_and_it_is_said():
    rich, poor = company(share="0.20"), company(share="0.01")
    for pack, applying in ((rich, "company"), (poor, "decree")):
        table = reward(BENEFIT, rules=["VN-2012-13", pack], authors=SHARES, on=ON)
        assert set(table.loc[table["applies"], "kind"]) == {applying}
        assert len(table) == 4
        assert "pack_applied" in codes(table)


def test_what_was_agreed_applies_even_if_it_is_less():
    table = reward(BENEFIT, rules=["VN-2012-13", company(share="0.01", agreed=True)], on=ON)
    assert set(table.loc[table["applies"], "kind"]) == {"company"}


def test_it_says_that_it_is_a_computation_and_what_nobody_verified():
    table = reward(BENEFIT, on=ON)
    assert "not legal advice" in table.attrs["notice"]["en"]
    assert "không phải tư vấn pháp lý" in table.attrs["notice"]["vi"]
    found = sf.findings_of(table)
    assert set(found.loc[found["code"] == "unverified_rule", "where"]) == {
        "VN-2012-13.organiser", "VN-2012-13.tax", "VN-2012-13.council",
    }  # fmt: skip
    assert (table["pack"] == "VN-2012-13 (1)").all()


@pytest.mark.parametrize("wrong", [0.5, "100", float("nan"), object(), Decimal("Infinity"), True])
def test_what_is_no_benefit_is_refused(wrong):
    with pytest.raises(RegisterError, match="money"):
        reward(wrong, on=ON)


def test_years_begin_with_one():
    with pytest.raises(RegisterError, match="1, 2, 3"):
        reward(1, year=0, on=ON)


def test_shares_must_sum_to_a_hundred():
    with pytest.raises(RegisterError, match="sum to 90"):
        reward(1, authors=[("a", 50), ("b", 40)], on=ON)


def test_the_pack_that_ships_is_the_decree():
    pack = read_rules("VN-2012-13", on=ON)
    assert (pack.author.share, pack.author.years, pack.author.pay_within_months) == (Fraction(7, 100), 3, 1)
    assert (pack.clocks.request_within_years, pack.clocks.decide_within_months) == (1, 3)
    assert pack.valid_from == dt.date(2012, 4, 25)
    assert all(source.name for source in pack.source)
    assert not pack.organiser.verified
