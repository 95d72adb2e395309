"""What is said of each state: sentences put together from the codes of the lists. No prose lives here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from app import review
from app.language import Words
from app.model import State, StateLaw

#: Claims of the 287(g) card that a code rests on: there the sources stand.
AGREEMENT_CLAIMS = {
    "barred": ("287g-barred",),
    "conditions": ("287g-changing",),
    "court_ruling": ("287g-changing",),
    "changing": ("287g-changing",),
    "required": ("287g-texas",),
}
#: Claims that speak of one state by name (state, system): said there too, in full.
SAID = {
    ("CA", "alpr"): "police_searches-el_cajon",
    ("MA", "287g"): "287g-state_agencies",
    ("NM", "dmv"): "dmv-new_mexico",
    ("PR", "dmv"): "dmv-any_status",
    ("VA", "287g"): "287g-state_agencies",
}
#: Claims about what a person may ask Clearview.
RIGHTS = {"CA": ("clearview-california",), "IL": ("clearview-illinois",)}


@dataclass(frozen=True)
class Part:
    """What is said of a state under the name of one system.

    ``urls`` are where it was read; ``survey`` is the date of a list without an address, if that was read too;
    ``claims`` are ids on the sources page.
    """

    system: str
    sentences: tuple[Markup, ...]
    urls: tuple[str, ...] = ()
    survey: str = ""
    claims: tuple[str, ...] = ()


def state_lines(state: State, t: Words, today: date) -> tuple[Part, ...]:
    """Everything said of a state on a day: agreements, plate readers, license files, rights at Clearview."""
    return tuple(with_claim(state.code, part, t) for part in parts(state, t, today))


def with_claim(code: str, part: Part, t: Words) -> Part:
    """The part, and what a claim says of this state by name."""
    if not (id := SAID.get((code, part.system))):
        return part
    sentence = t(id.replace("-", ".claim.", 1))
    return replace(part, sentences=(*part.sentences, sentence), claims=(*part.claims, id))


def parts(state: State, t: Words, today: date) -> Iterator[Part]:
    code, law = state.code, state.law
    claims = AGREEMENT_CLAIMS.get(state.agreement_law, ())
    yield Part("287g", tuple(agreements(state, t, today)), claims=("287g-count", *claims))
    if not law:  # a territory
        yield Part("alpr", (t("place.alpr.missing"),))
        license = () if (code, "dmv") in SAID else (t("place.dmv.license.unknown"),)
        yield Part("dmv", (*license, t("place.dmv.nlets.unknown")))
        yield Part("clearview", (t("place.clearview.unknown"), t("place.clearview.photo")))
        return
    yield Part(
        "alpr",
        tuple(plates(code, law, t)),
        (law.alpr_source_url,) if law.alpr_source_url else (),
        law.alpr_as_of if "survey" in law.alpr_read else "",
        (f"place-broken_{code}",) if law.alpr_broken else (),
    )
    searched = (law.license_source_url, law.nlets_source_url)
    yield Part("dmv", tuple(licenses(law, t)), searched, claims=("dmv-blocks",))
    asked = (law.clearview_source_url,) if law.clearview_source_url else ()
    yield Part("clearview", tuple(photos(law, t)), asked, claims=RIGHTS.get(code, ()))


def agreements(state: State, t: Words, today: date) -> Iterator[Markup]:
    """What ICE's list counts, and what state law says since, each with its date."""
    if state.agreements:
        yield t("place.law_287g.list", date=state.listed, number1=state.agreements, number2=state.agencies)
        if state.counties_listed:
            yield t("place.law_287g.counties", number1=state.counties_listed, number2=state.counties)
        if state.statewide:
            yield t("place.law_287g.statewide", number=state.statewide)
    else:
        yield t("place.law_287g.unlisted", date=state.listed)
    yield t("place.law_287g.grows")
    law, as_of = state.agreement_law, state.agreement_law_as_of
    if law == "required" and review.past(as_of, today):
        law = "required_past"
    yield t(f"place.law_287g.{law}", **({"date": as_of} if as_of else {}))
    if state.agreements and law in ("barred", "conditions", "court_ruling", "changing"):
        yield t("place.law_287g.stale")


def plates(code: str, law: StateLaw, t: Words) -> Iterator[Markup]:
    """The plate reader law: limits, immigration, time, and that such rules have been broken."""
    yield t(f"place.alpr.law.{law.alpr_has_law}", date=law.alpr_as_of)
    has = law.alpr_has_law == "yes"
    if has:
        yield t(f"place.alpr.limits.{law.alpr_limits_sharing}")
        yield t(f"place.alpr.names_immigration.{law.alpr_names_immigration}")
    if law.alpr_kept:
        yield t(f"place.alpr.kept.{law.alpr_kept_by}", time=law.alpr_kept)
    elif has:
        yield t("place.alpr.kept.unknown")
    if law.alpr_broken == "yes":
        yield t("place.alpr.broken")
    if law.alpr_broken:
        yield t(f"place.claim.broken_{code}")
    if has:
        yield t("place.alpr.bought")
    if law.alpr_read == ("survey",):
        yield t("place.alpr.survey")


def licenses(law: StateLaw, t: Words) -> Iterator[Markup]:
    """Who may get a license, and whether ICE can search the files."""
    dated = {"date": law.dmv_as_of}
    yield t(f"place.dmv.license.{law.license_regardless}", **dated)
    if law.license_regardless == "yes":
        yield t("place.dmv.mark")
    yield t(f"place.dmv.nlets.{law.nlets_blocked}", **dated)
    if law.nlets_blocked in ("yes", "in_process"):
        yield t("place.dmv.others")
    yield t("place.dmv.second")


def photos(law: StateLaw, t: Words) -> Iterator[Markup]:
    """What a person in the state may ask of Clearview."""
    rights = (law.clearview_access, law.clearview_delete, law.clearview_opt_out)
    if law.clearview_access:
        yield t("place.clearview.access")
    if law.clearview_delete:
        yield t("place.clearview.delete")
    if law.clearview_opt_out == "yes":
        yield t("place.clearview.opt_out")
    if "yes" in rights:
        yield t("card.as_of", date=law.clearview_as_of)
    if law.clearview_opt_out == "results":
        yield t("place.clearview.results", date=law.clearview_as_of)
    if not any(rights):
        yield t("place.clearview.unknown")
    yield t("place.clearview.photo")
