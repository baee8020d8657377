"""The shop as a WSGI application."""

from ipaddress import ip_address

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException, SecurityError

from hub.clock import Clock
from hub.contract.secret import Secret

from . import callbacks, guard, order_pages, shopkeeper, storefront, words
from .book import Book
from .sender import Sender

EXPLANATIONS = {
    403: (
        "この操作は受け付けられませんでした",
        "画面を開いてから時間がたったか、別の場所からの送信でした。ご注文もお支払いも発生していません。",
        "前の画面を開き直して、もう一度ボタンを押してください。",
    ),
    404: (
        "ページが見つかりません",
        "アドレスが途中で切れているか、古いものです。ご注文の内容に変わりはありません。",
        "注文のページは、ご注文完了の画面にあるリンクから開けます。",
    ),
}
OTHERWISE = (
    "ページを表示できませんでした",
    "ご注文が確定していれば、お店の帳簿に残っています。",
    "トップページから開き直してください。",
)


def create_shop(
    book: Book,
    sender: Sender,
    *,
    callback_secret: Secret,
    host: str,
    clock: Clock,
    tag_url: str = "",
) -> Flask:
    """Return the shop's application."""
    app = Flask(__name__, static_url_path="/static")
    app.config.update(
        SECRET_KEY=book.cookie_key(),
        # Ports share cookies, and the hub and the sandbox stand on the same host.
        SESSION_COOKIE_NAME="mihon_chaho",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=callbacks.LONGEST_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=300,
        TRUSTED_HOSTS=_trusted_hosts(host),
    )
    guard.protect(app, exempt=(callbacks.ADDRESS,), scripts=tag_url)
    app.register_blueprint(storefront.Storefront(book, sender, clock).blueprint())
    app.register_blueprint(order_pages.OrderPages(book, sender, clock).blueprint())
    app.register_blueprint(shopkeeper.Shopkeeper(book, sender, clock).blueprint())
    app.register_blueprint(callbacks.blueprint(book, callback_secret, clock))
    app.register_error_handler(HTTPException, _explain)
    app.add_template_global(storefront.count, "cart_count")
    app.jinja_env.globals["tag_url"] = tag_url
    for name in ("day", "full", "clock_time", "second", "yen"):
        app.add_template_filter(getattr(words, name), name)
    return app


def _trusted_hosts(host: str) -> list[str] | None:
    # A page elsewhere may point its own name at this machine; only our names count.
    try:
        is_local = ip_address(host).is_loopback
    except ValueError:
        is_local = host == "localhost"
    return ["127.0.0.1", "localhost", "[::1]"] if is_local else None


def _explain(error: HTTPException) -> tuple[str, int]:
    if isinstance(error, SecurityError):
        # Flask knows no address under a strange host name, so no page can be drawn.
        return "このホスト名では開けません。127.0.0.1 で開いてください。", 400
    code = error.code or 500
    title, meaning, remedy = EXPLANATIONS.get(code, OTHERWISE)
    page = render_template(
        "problem.html", code=code, title=title, meaning=meaning, remedy=remedy
    )
    return page, code
