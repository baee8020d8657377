"""The control port's JSON for joining: applications, papers, decisions (S21)."""

from typing import Any

from flask import Blueprint, Response, request

from hub.clock import tokyo_date
from hub.sandbox.admission import decide
from hub.sandbox.application_form import NAMES, sample
from hub.sandbox.company import Company
from hub.sandbox.dossiers import Dossier, applications, dossier
from hub.sandbox.errors import DeskError, UnknownTransactionError
from hub.sandbox.joining import amend, apply, prepare, send
from hub.sandbox.json_port import answer_json, json_body, number, only
from hub.sandbox.papers import MerchantKind
from hub.sandbox.sample_material import MATERIAL


def add_joining(control: Blueprint, company: Company) -> None:
    """Add the routes of joining."""
    _add_applications(control, company)
    _add_papers(control, company)
    _add_decision(control, company)


def _add_applications(control: Blueprint, company: Company) -> None:
    @control.get("/applications")
    def all_applications() -> Response:
        found = [one.as_json() for one in applications(company)]
        for one in found:
            del one["credentials"], one["history"]
        return answer_json({"applications": found})

    @control.post("/applications")
    def new_application() -> Response:
        return answer_json(apply(company, json_body()).as_json(), 201)

    @control.get("/applications/example")
    def application_example() -> Response:
        only(request.args, *NAMES)
        today = tokyo_date(company.now()).isoformat()
        return answer_json({**_sample(), "contacted_on": today, **request.args})

    @control.get("/applications/<name>")
    def application(name: str) -> Response:
        return answer_json(dossier(company, name).as_json())

    @control.post("/applications/<name>")
    def correct(name: str) -> Response:
        return answer_json(amend(company, name, json_body()).as_json())

    @control.get("/applications/<name>/material/<file>")
    def material(name: str, file: str) -> Response:
        return material_answer(dossier(company, name), file)


def _sample() -> dict[str, Any]:
    try:
        kind = MerchantKind(request.args.get("kind", MerchantKind.CORPORATION))
    except ValueError as error:
        kinds = [str(one) for one in MerchantKind]
        raise DeskError(f"kind is one of {kinds}. No example was made.") from error
    return sample(kind)


def material_answer(found: Dossier, file: str) -> Response:
    """Return a file of the sample material; raises UnknownTransactionError."""
    material = MATERIAL.get(file)
    if not found.merchant or not material:
        raise UnknownTransactionError(
            f"There is no {file}. Files are {sorted(MATERIAL)}, made on approval.",
            ja="この資料はありません。資料は承認のあとに作られます。",
        )
    content = material.write(found.merchant)
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(content, mimetype=material.mimetype, headers=headers)


def _add_papers(control: Blueprint, company: Company) -> None:
    @control.post("/applications/<name>/papers")
    def papers(name: str) -> Response:
        wanted = json_body("papers", "issued_on", "is_original")
        return answer_json(prepare(company, name, wanted).as_json())

    @control.post("/applications/<name>/post")
    def post(name: str) -> Response:
        wanted = json_body("days")
        days = int(number(wanted, "days")) if "days" in wanted else None
        return answer_json(send(company, name, days).as_json())


def _add_decision(control: Blueprint, company: Company) -> None:
    @control.post("/applications/<name>/decision")
    def decide_joining(name: str) -> Response:
        wanted = json_body("result", "reason", "papers")
        papers = wanted.get("papers") or []
        if not isinstance(papers, list):
            raise DeskError("papers must be a list. Nothing was changed.")
        decided = decide(
            company,
            name,
            str(wanted.get("result")),
            reason=str(wanted.get("reason") or ""),
            papers=[str(one) for one in papers],
        )
        return answer_json(decided.as_json())
