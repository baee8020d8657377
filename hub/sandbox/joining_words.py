"""What the pages of joining say, Japanese and English side by side."""

from typing import Final

from hub.sandbox.applications import Stage
from hub.sandbox.papers import MerchantKind, PaperState

KINDS: Final = {
    MerchantKind.CORPORATION: ("法人", "corporation"),
    MerchantKind.SOLE_PROPRIETOR: ("個人事業主", "sole proprietor"),
}
# Stage: Japanese, English, colour, what the applicant does next in both languages.
STAGES: Final = {
    Stage.PAPERS: (
        "書類待ち",
        "Waiting for papers",
        "wait",
        "下の書類をそろえて郵送してください。すべて受領すると加盟審査に進みます。",
        "Get the papers below and post them; the review begins when all have arrived.",
    ),
    Stage.REVIEW: (
        "加盟審査中",
        "Under review",
        "info",
        "書類はすべて受領しました。審査デスクの判定を待っています。",
        "All papers have arrived. Waiting for the reviewer.",
    ),
    Stage.ASKED: (
        "書類の再提出待ち",
        "Papers asked for",
        "wait",
        "審査担当者が書類の出し直しを求めています。",
        "The reviewer asks for papers again.",
    ),
    Stage.DECLINED: (
        "加盟見送り",
        "Declined",
        "stop",
        "この申込では加盟できません。",
        "This applicant cannot join.",
    ),
    Stage.APPROVED: (
        "加盟承認・開始日待ち",
        "Approved, not started",
        "ok",
        "接続情報を発行しました。利用開始日までは呼び出しを受け付けません(er900023)。",
        "Credentials are made. Until the first day calls are refused (er900023).",
    ),
    Stage.STARTED: (
        "利用中",
        "In use",
        "ok",
        "接続情報で呼び出せます。",
        "Calls with these credentials are taken.",
    ),
}
PAPERS: Final = {
    PaperState.MISSING: ("未用意", "missing", "calm"),
    PaperState.READY: ("手元にあり(未郵送)", "in hand, not posted", "info"),
    PaperState.STALE: (
        "手元で期限切れ・取り直しが必要",
        "too old in hand: get a new one",
        "stop",
    ),
    PaperState.UNDERWAY: ("郵送中", "in the post", "info"),
    PaperState.ACCEPTED: ("受領", "accepted", "ok"),
    PaperState.TOO_OLD: (
        "受領時に3か月超・取り直しが必要",
        "over three months on arrival: get a new one",
        "stop",
    ),
    PaperState.NOT_ORIGINAL: (
        "写しは不可・原本が必要",
        "a copy does not count: send the original",
        "stop",
    ),
}
HISTORY: Final = {
    "applied": ("申込を受付", "Applied", "info"),
    "form_changed": ("申込内容を修正", "Form corrected", "info"),
    "papers_prepared": ("書類を用意", "Papers prepared", "info"),
    "papers_posted": ("書類を郵送", "Papers posted", "info"),
    "papers_arrived": ("書類が到着", "Papers arrived", "ok"),
    "papers_asked": ("書類の出し直しを依頼", "Papers asked for", "wait"),
    "joining_declined": ("加盟を見送り", "Declined", "stop"),
    "joining_approved": ("加盟を承認", "Approved", "ok"),
    "merchant_started": ("利用開始", "First day", "ok"),
}
READY_REASONS: Final = (
    "（例）発行から3か月を過ぎています。取り直して原本をお送りください",
    "（例）写しのため受け付けられません。原本をお送りください",
    "（例）記名・押印がありません",
    "（例）取扱商品が当社の取扱対象外です",
    "（例）ショップのURLで販売の内容を確認できません",
)
