"""The kind `warn` through `homeward solve`: files, the worked cases, sentences for what cannot be."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from homeward.desk.solver_door import solve
from homeward.errors import BadFile
from homeward.exchange.solver_files import door

MONTH: dict[str, Any] = {
    "kind": "warn",
    "said_at": "2026-03-01T12:00:00Z",
    "now": "2026-03-06T12:00:00Z",
    "quantiles_d": {"0.1": 7, "0.5": 30},
}
LOGNORMAL = {"families": ["lognormal"], "widen": 1}


def solved(tmp_path: Path, *without: str, **fields: Any) -> dict[str, Any]:
    problem = {name: value for name, value in (MONTH | fields).items() if name not in without}
    path = tmp_path / "p.json"
    path.write_text(json.dumps(problem))
    data = solve(path).data
    assert isinstance(data, dict)
    door("warn").solution.model_validate(data, strict=True)
    json.dumps(data, allow_nan=False)
    return data


def cases(shared: Path) -> dict[str, Any]:
    file = json.loads((shared / "readiness" / "d_warning.json").read_text())
    return {case["id"]: case for case in file["cases"]}


@pytest.mark.shared
def test_fits_return_what_made_them(shared: Path, tmp_path: Path) -> None:
    ends = {"shift": "lower_d", "lower": "lower_d", "upper": "upper_d", "df": "df"}
    for case in cases(shared)["D01"]["input"]["fits"]:
        quantiles = {repr(p): v for p, v in zip(case["probs"], case["values"], strict=True)}
        known = {ends[name]: value for name, value in case["params"].items() if name in ends}
        for more in ({}, known):
            found = solved(tmp_path, quantiles_d=quantiles, families=[case["family"]], widen=1, **more)
            (family,) = found["by_family"].values()
            assert case["params"] == pytest.approx(
                {name: family["parameters"][name] for name in case["params"]}, rel=1e-3, abs=1e-9
            )


@pytest.mark.shared
def test_month_said_five_days_ago(shared: Path, tmp_path: Path) -> None:
    known = cases(shared)
    expected = known["D02"]["expected"]
    levels = [int(name[1:]) / 100 for name in expected["cond_remaining_days"]]
    horizons = [float(h) for h in expected["P_event_within_next"]]
    found = solved(tmp_path, **LOGNORMAL, levels=[*levels, 0.95], horizons_d=horizons)
    for name, days in expected["cond_remaining_days"].items():
        assert found["quantiles_d"][f"{int(name[1:]) / 100:g}"] == pytest.approx(days, rel=1e-6)
    for name, days in expected["uncond"].items():
        assert found["as_said_d"][f"{int(name[1:]) / 100:g}"] == pytest.approx(days, rel=1e-6)
    assert found["within"] == pytest.approx(expected["P_event_within_next"], rel=1e-6)
    assert found["already"] == pytest.approx(expected["P_already_by_day5"], rel=1e-6)
    assert found["ready_by"] == known["D10"]["expected"]["ready_by"]
    assert found["ready_by_d"] == pytest.approx(known["D10"]["expected"]["days_from_now"], rel=1e-6)


@pytest.mark.shared
def test_silence_and_laws(shared: Path, tmp_path: Path) -> None:
    case = cases(shared)["D04"]
    laws = {
        "exponential": {"family": "exponential", "mean": 30},
        "uniform": {"family": "uniform", "lower": 0, "upper": 60},
        "weibull_k2": {"family": "weibull", "shape": 2, "scale": 30},
        "weibull_k05": {"family": "weibull", "shape": 0.5, "scale": 30},
    }
    for name, law in laws.items():
        found = solved(tmp_path, "quantiles_d", distribution=law, horizons_d=[10])
        assert found["value"] == pytest.approx(case["expected"][name], rel=1e-12)


@pytest.mark.shared
def test_reports_and_pools(shared: Path, tmp_path: Path) -> None:
    known = cases(shared)
    given, expected = known["D07"]["input"], known["D07"]["expected"]
    report = {"id": "r", "likelihood": given["report_likelihood_if_reliable"], "reliability": given["reliability"]}
    bins = {"edges_d": given["bins_days"][:-1], "p": given["prior"]}
    found = solved(
        tmp_path, "quantiles_d", histogram=bins, reports=[report], now=MONTH["said_at"], horizons_d=[7, 14, 30]
    )
    assert found["histogram"]["p"] == pytest.approx(expected["posterior"], rel=1e-9)
    assert found["within"]["14"] == pytest.approx(expected["P_within_14"], rel=1e-9)
    a, b = known["D08"]["input"]["A"], known["D08"]["input"]["B"]
    law = {"family": "lognormal", "mean_log": math.log(a["median"]), "sd_log": a["sd_log"]}
    other = {
        "id": "B",
        "distribution": {"family": "lognormal", "mean_log": math.log(b["median"]), "sd_log": b["sd_log"]},
    }
    expected = known["D08"]["expected"]
    for pool, median in (
        ("log", "log_pool"),
        ("linear", "linear_pool_median"),
        ("product", "bayes_product_median"),
    ):
        found = solved(tmp_path, "quantiles_d", distribution=law, reports=[other], pool=pool, now=MONTH["said_at"])
        want = expected[median] if pool != "log" else expected[median]["median"]
        assert found["median_d"] == pytest.approx(want, rel=1e-6)
        if pool == "log":
            assert found["by_family"]["lognormal"]["log_sd"] == pytest.approx(expected[median]["sd_log"], rel=1e-6)
        if pool == "product":
            assert found["by_family"]["lognormal"]["log_sd"] == pytest.approx(
                expected["bayes_product_sd_log"], rel=1e-6
            )


@pytest.mark.shared
def test_readiness_scores_and_words(shared: Path, tmp_path: Path) -> None:
    known = cases(shared)
    given, expected = known["D11"]["input"], known["D11"]["expected"]
    stakes = {name: given[name] for name in ("cost", "loss", "cost_per_day", "loss_if_unready")}
    law = {"family": "exponential", "mean": given["exponential_mean_days"]}
    found = solved(tmp_path, "quantiles_d", distribution=law, readiness=stakes)["readiness"]
    assert found["protect_if_p_above"] == expected["protect_if_p_above"]
    assert {name: found[name] for name in expected["exponential"]} == pytest.approx(expected["exponential"], rel=1e-12)
    ramp = {"loss_if_unready": 1, "ramp_d": 10, "starts_d": [0, 5]}
    found = solved(tmp_path, **LOGNORMAL, readiness=ramp)["readiness"]["expected_loss"]
    expected = known["D16"]["expected"]
    assert found["0"] == pytest.approx(expected["expected_loss_if_start_now"], rel=1e-6)
    assert found["5"] == pytest.approx(expected["expected_loss_if_start_in_5_days"], rel=1e-6)
    found = solved(tmp_path, **LOGNORMAL, happened_d=9)["score"]
    expected = known["D14"]["expected"]
    assert found["pinball"] == pytest.approx(expected["pinball"], rel=1e-6)
    assert found["mean_pinball"] == pytest.approx(expected["mean"], rel=1e-6)
    assert found["inside_90"] is expected["inside_90"]
    for days, crps in known["D13"]["expected"]["lognormal"].items():
        found = solved(tmp_path, **LOGNORMAL, now=MONTH["said_at"], happened_d=float(days))
        assert found["score"]["crps"] == pytest.approx(crps, rel=1e-6)
    found = solved(tmp_path, **LOGNORMAL, horizons_d=[30, 25, 7])["cap"]
    assert found == {"certainty": {"30": "Likely", "25": "Possible", "7": "Possible"}, "urgency": "Future"}


def test_widening_from_hit_rates(tmp_path: Path) -> None:
    """Stated 80 % that held 68.1 %: 1.2816 / 0.9966 (Speirs-Bridge et al. 2010)."""
    assert solved(tmp_path, widen={"stated": 0.8, "hit": 0.681})["widen"] == pytest.approx(1.286, abs=5e-4)
    assert solved(tmp_path)["widen"] == 1.29
    assert solved(tmp_path, "quantiles_d", p_within={"3": 0.2, "7": 0.5})["widen"] == 1


def test_false_alarm_and_hold(tmp_path: Path) -> None:
    found = solved(
        tmp_path, **LOGNORMAL, never=0.3, readiness={"cost_per_day": 0.025, "loss": 1}, days=[0, 5, 10, 20], risks=[0.9]
    )
    assert found["still_coming"] == pytest.approx(0.687, abs=5e-4)
    assert found["ready_by"] == {"0.9": None}
    assert found["within"]["30"] == pytest.approx(0.5268801561925924 * found["still_coming"], rel=1e-9)
    sure = solved(tmp_path, **LOGNORMAL, readiness={"cost_per_day": 0.025, "loss": 1}, days=[0, 5, 10, 20])
    assert sure["readiness"]["hold"] == {"0": False, "5": True, "10": True, "20": False}


def test_forecast_by_lead_time_is_met_at_its_lead_times(tmp_path: Path) -> None:
    found = solved(
        tmp_path,
        "quantiles_d",
        p_within={"1": 0.05, "3": 0.3, "7": 0.6},
        never=0.25,
        now=MONTH["said_at"],
        horizons_d=[1, 3, 7],
    )
    assert found["within"] == pytest.approx({"1": 0.05, "3": 0.3, "7": 0.6})
    assert found["still_coming"] == pytest.approx(0.75)


def test_several_warnings_and_targets(tmp_path: Path) -> None:
    first = {name: MONTH[name] for name in ("said_at", "quantiles_d")}
    two = [{"id": "flood", **first}, {"id": "storm", **first, "never": 0.5}]
    found = solved(tmp_path, "said_at", "quantiles_d", warnings=two, targets={"hut": 0.5}, **LOGNORMAL)
    alone = found["warnings"]
    left = math.prod(1 - one["within"]["7"] for one in alone.values())
    assert found["within"]["7"] == pytest.approx(1 - left)
    assert found["by_target"]["hut"]["7"] == pytest.approx(0.5 * found["within"]["7"])
    assert alone["storm"]["still_coming"] < alone["flood"]["still_coming"] == 1


def test_numbers_said_twice_count_once(tmp_path: Path) -> None:
    twice = {name: [0.5, 0.25, 0.5] for name in ("horizons_d", "risks", "levels", "days")}
    found = solved(tmp_path, **twice, happened_d=3, readiness={"cost_per_day": 1, "loss": 9, "starts_d": [1, 1]})
    assert list(found["within"]) == list(found["quantiles_d"]) == list(found["hazard_per_day"]) == ["0.5", "0.25"]
    assert found["value"] == found["within"]["0.25"]


def test_probabilities_are_read_by_any_of_their_names(tmp_path: Path) -> None:
    plain = solved(tmp_path)["within"]
    for low, middle in (("10%", "q50"), ("q0.1", "p0.5"), ("p10", "50 %")):
        assert solved(tmp_path, quantiles_d={low: 7, middle: 30})["within"] == pytest.approx(plain)


def test_what_nothing_uses_is_found(tmp_path: Path) -> None:
    spans = {"edges_d": [0, 10, 20], "p": [0.5, 0.3, 0.2]}
    found = solved(tmp_path, "quantiles_d", histogram=spans, widen=2, families=["gamma"])
    assert found["widen"] == 1
    assert [f.split(" was left aside")[0] for f in found["findings"]] == ["the warning: widen", "families"]
    again = solved(tmp_path, "quantiles_d", histogram=spans)
    assert again["findings"] == []
    assert again["within"] == found["within"]
    (said,) = solved(tmp_path, reports=[{"id": "r", "quantiles_d": {"0.1": 3, "0.5": 4}, "reliability": 0.5}])[
        "findings"
    ]
    assert said == "r: reliability was left aside: dates count by `weight`."


def test_later_dates_of_the_same_source_stand_instead(tmp_path: Path) -> None:
    """As if they had been the warning: in the forecast, in what was said, in what should have come by now."""
    later = {"id": "r", "source": "Kim", "said_at": "2026-03-03T12:00:00Z", "quantiles_d": {"0.1": 3, "0.5": 40}}
    found = solved(tmp_path, source="Kim", reports=[later])
    alone = solved(tmp_path, said_at="2026-03-03T12:00:00Z", quantiles_d={"0.1": 3, "0.5": 40})
    assert found["within"] == pytest.approx(alone["within"])
    assert found["already"] == pytest.approx(alone["already"])
    assert found["as_said_d"]["0.5"] == pytest.approx(alone["as_said_d"]["0.5"] + 2)
    assert found["why"][-1] == "What was said first was left aside: its source said other dates later (r)."


def test_why_says_when_to_be_ready(tmp_path: Path) -> None:
    found = solved(tmp_path, **LOGNORMAL, readiness={"cost_per_day": 0.025, "loss": 1})
    ready, gone, raised = found["why"][2:]
    assert ready == "Ready by, at a risk of 5 %: 2026-03-08 16:48 UTC, in 2.2 days."
    assert gone == "As it was said, it should have come by now with 5.7 %."
    spans = "raise it 2026-03-08 23:40 UTC, lower it 2026-03-24 20:28 UTC"
    assert raised == f"Readiness: {spans}. With the loss left that costs 0.9856, never raised 1."
    never = solved(tmp_path, **LOGNORMAL, readiness={"cost_per_day": 0.5, "loss": 1})["why"][-1]
    assert never.startswith("Readiness: never raise it")


def test_family_that_the_silence_excludes_is_not_among_those_that_differ(tmp_path: Path) -> None:
    found = solved(tmp_path, now="2026-06-06T12:00Z", quantiles_d={"0.1": 3, "0.5": 5, "0.9": 8})
    assert min(one["share"] for one in found["by_family"].values()) < 0.001
    assert found["spread"]["median_d"] == pytest.approx([found["median_d"]] * 2, rel=0.01)
    assert "by family" not in found["why"][0]


def test_dates_beyond_the_calendar_are_said_to_be(tmp_path: Path) -> None:
    found = solved(tmp_path, families=["loglogistic"], widen=30, risks=[0.05, 0.49])
    assert found["ready_by"]["0.49"] is None
    assert found["ready_by_d"]["0.49"] is None or found["ready_by_d"]["0.49"] > 3e6
    wide = solved(tmp_path, quantiles_d={"0.1": 300000, "0.5": 900000}, risks=[0.5, 0.95])
    assert wide["ready_by_d"]["0.95"] > 3e6
    assert "At a risk of 0.95 the date is after the year 9999: `ready_by` is null there." in wide["why"]
    assert wide["why"][0].startswith("Median more than 100 years")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"quantiles_d": {"0.1": 30, "0.5": 7}}, "out of order"),
        ({"quantiles_d": {"about": 30, "0.5": 7}}, "quantiles_d has 'about'"),
        ({"quantiles_d": {"10%": 7, "0.1": 8}}, "0.1 twice"),
        ({"quantiles_d": {}}, "nothing says when"),
        ({"now": "2026-02-01T12:00:00Z"}, "given after now"),
        ({"now": "2026-03-06T12:00:00"}, "without a time zone"),
        ({"now": "soon"}, "no time"),
        ({"families": ["lognorm"]}, "no family 'lognorm'"),
        ({"families": ["gamma", "gamma"]}, "twice"),
        ({"families": ["lognormal", "log_normal"]}, "twice"),
        ({"lower_d": 5, "reports": [{"id": "r", "quantiles_d": {"0.1": 3, "0.5": 20}}]}, "r: A quantile of 3 days"),
        ({"never": 1}, "never is 1"),
        ({"histogram": {"edges_d": [0, 3], "p": [0.5, 0.5]}}, "side by side"),
        ({"reports": [{"id": "r"}]}, "nothing says when"),
        ({"reports": [{"id": "r", "within_d": 3}, {"id": "r", "within_d": 3}]}, "Two reports"),
        ({"reports": [{"id": "r", "within_d": 3, "said_at": "2026-02-01T12:00Z"}]}, "before the warning"),
        ({"reports": [{"id": "r", "within_d": 3, "quantiles_d": {"0.5": 3}}]}, "Give one of them"),
        ({"happened_at": "2026-03-02T12:00Z"}, "before now"),
        ({"targets": {"a": 0.6, "b": 0.6}}, "sum to 1.2"),
        ({"readiness": {"cost_per_day": 1}}, "no loss"),
    ],
)
def test_one_sentence_for_what_cannot_be(tmp_path: Path, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(BadFile, match=said) as caught:
        solved(tmp_path, **fields)
    assert str(caught.value).startswith("p.json: ")
