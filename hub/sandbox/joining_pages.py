"""The pages of joining: form, checklist, post, decision, credentials (S21, S22)."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from hub.clock import tokyo_date
from hub.sandbox import joining_words as words
from hub.sandbox.admission import APPROVE, ASK, DECLINE, decide
from hub.sandbox.application_form import CHECKS, FIELDS, sample
from hub.sandbox.applications import Form
from hub.sandbox.company import Company
from hub.sandbox.dossiers import Dossier, applications, dossier
from hub.sandbox.errors import FormError
from hub.sandbox.joining import amend, apply, prepare, send
from hub.sandbox.joining_control import material_answer
from hub.sandbox.papers import MerchantKind
from hub.sandbox.sample_material import MATERIAL
from hub.sandbox.screening_rules import RuleKind
from hub.sandbox.terms import CYCLES, PLANS

_Page = str | tuple[str, int] | BaseResponse


def add_joining_pages(
    pages: Blueprint, company: Company, wire_url: Callable[[], str]
) -> None:
    """Add the pages of joining."""
    _add_reading(pages, company, wire_url)
    _add_forms(pages, company)
    _add_papers(pages, company)
    _add_decision(pages, company)


def _add_reading(
    pages: Blueprint, company: Company, wire_url: Callable[[], str]
) -> None:
    @pages.get("/applications")
    def applications_page() -> str:
        return render_template(
            "sandbox/applications.html",
            page="joining",
            found=applications(company),
            stages=words.STAGES,
            kinds=words.KINDS,
            control_url=request.host_url,
        )

    @pages.get("/applications/<name>")
    def application(name: str) -> str:
        return _application_page(company, dossier(company, name), wire_url())

    @pages.get("/applications/<name>/material/<file>")
    def material(name: str, file: str) -> Response:
        return material_answer(dossier(company, name), file)


def _application_page(company: Company, found: Dossier, wire_url: str) -> str:
    return render_template(
        "sandbox/application.html",
        page="joining",
        dossier=found,
        stages=words.STAGES,
        kinds=words.KINDS,
        paper_states=words.PAPERS,
        history=words.HISTORY,
        paper_names=_paper_names(found),
        material=MATERIAL,
        rules=company.rules,
        wire_url=wire_url,
        control_url=request.host_url,
    )


def _paper_names(found: Dossier) -> Mapping[str, tuple[str, str]]:
    return {
        line.demand.kind.value: (line.demand.ja, line.demand.en)
        for line in found.checklist
    }


def _add_forms(pages: Blueprint, company: Company) -> None:
    @pages.get("/applications/new")
    def new_application() -> str:
        wanted = request.args.get("sample", "")
        is_known = wanted in [kind.value for kind in MerchantKind]
        given = sample(MerchantKind(wanted)) if is_known else {}
        return _form_page(company, {"kind": MerchantKind.CORPORATION.value, **given})

    @pages.post("/applications/new")
    def send_application() -> _Page:
        try:
            made = apply(company, _given())
        except FormError as error:
            return _form_page(company, _given(), faults=error.faults), 422
        return _to(made)

    @pages.get("/applications/<name>/edit")
    def edit_application(name: str) -> str:
        found = dossier(company, name)
        return _form_page(company, _answers(found.application.form), name=name)

    @pages.post("/applications/<name>/edit")
    def correct_application(name: str) -> _Page:
        try:
            changed = amend(company, name, _given())
        except FormError as error:
            page = _form_page(company, _given(), name=name, faults=error.faults)
            return page, 422
        return _to(changed)


def _given() -> dict[str, Any]:
    # A box that is not ticked is not sent at all.
    return {**dict.fromkeys(CHECKS, False), **request.form.to_dict()}


def _answers(form: Form) -> dict[str, Any]:
    names = form.__slots__
    return {name: getattr(form, name) for name in names}


def _to(found: Dossier) -> BaseResponse:
    name = found.application.application_id
    return redirect(url_for("pages.application", name=name), 303)


def _form_page(
    company: Company,
    values: Mapping[str, Any],
    *,
    name: str = "",
    faults: Mapping[str, tuple[str, str]] | None = None,
) -> str:
    return render_template(
        "sandbox/application_form.html",
        page="joining",
        name=name,
        values=values,
        faults=faults or {},
        fields=FIELDS,
        kinds=words.KINDS,
        plans=PLANS,
        cycles=CYCLES,
        today=tokyo_date(company.now()),
        restricted=[
            word
            for rule in company.screening
            if rule.kind is RuleKind.GOODS
            for word in rule.words
        ],
    )


def _add_papers(pages: Blueprint, company: Company) -> None:
    @pages.post("/applications/<name>/papers")
    def prepare_papers(name: str) -> BaseResponse:
        form = request.form
        wanted = {
            "issued_on": form.get("issued_on", ""),
            "is_original": "is_original" in form,
            "papers": form.getlist("papers"),
        }
        return _to(prepare(company, name, wanted))

    @pages.post("/applications/<name>/post")
    def post_papers(name: str) -> BaseResponse:
        return _to(send(company, name, request.form.get("days", type=int)))


def _add_decision(pages: Blueprint, company: Company) -> None:
    @pages.get("/desk/applications/<name>")
    def joining_case(name: str) -> str:
        found = dossier(company, name)
        return render_template(
            "sandbox/joining_case.html",
            page="desk",
            dossier=found,
            stages=words.STAGES,
            kinds=words.KINDS,
            paper_states=words.PAPERS,
            reasons=words.READY_REASONS,
            results=(APPROVE, ASK, DECLINE),
        )

    @pages.post("/desk/applications/<name>")
    def decide_joining(name: str) -> BaseResponse:
        form = request.form
        given = (form.get("ready", "").strip(), form.get("reason", "").strip())
        result = form.get("result", "")
        decide(
            company,
            name,
            result,
            reason=" ".join(text for text in given if text),
            papers=form.getlist("papers"),
        )
        return redirect(url_for("pages.joining_case", name=name), 303)
