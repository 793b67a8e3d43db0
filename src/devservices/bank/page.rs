//! The pages of the stand-in bank. Plain HTML: no bank looks like this, and none should.

use super::{Behaviour, Sent};
use crate::payments::vietqr::Said;

/// Asks for a code.
pub fn scan(is_wrong: bool, back: &str) -> String {
    let wrong = if is_wrong { "<p>Đây không phải mã VietQR, hoặc mã có lỗi.</p>" } else { "" };
    frame(&format!(
        "{wrong}<form method=\"get\"><p><label for=\"qr\">Nội dung mã VietQR</label><br>\
         <textarea id=\"qr\" name=\"qr\" rows=\"4\" cols=\"40\"></textarea></p>\
         <input type=\"hidden\" name=\"back\" value=\"{}\"><p><button>Đọc mã</button></p></form>",
        escape(back)
    ))
}

/// What the code says, and what may become of the transfer.
pub fn transfer(code: &Said, (qr, back): (&str, &str), sent: &[Sent]) -> String {
    let buttons: String = Behaviour::ALL
        .iter()
        .map(|b| format!("<p><button name=\"behaviour\" value=\"{}\">{}</button></p>", b.as_str(), b.words()))
        .collect();
    let amount = code.amount.map_or_else(|| "(để trống)".to_owned(), |amount| amount.to_string());
    frame(&format!(
        "<dl><dt>Ngân hàng</dt><dd>{}</dd><dt>Số tài khoản</dt><dd>{}</dd><dt>Số tiền</dt><dd>{amount}</dd>\
         <dt>Nội dung</dt><dd>{}</dd></dl><form method=\"post\"><input type=\"hidden\" name=\"qr\" value=\"{}\">\
         <input type=\"hidden\" name=\"back\" value=\"{}\">{buttons}</form>{}{}",
        escape(&code.bin),
        escape(&code.number),
        escape(code.purpose.as_deref().unwrap_or("(để trống)")),
        escape(qr),
        escape(back),
        notices(sent),
        way_back(back),
    ))
}

/// What was done.
pub fn done(back: &str, behaviour: Behaviour, sent: &[Sent]) -> String {
    frame(&format!("<p>Đã làm: {}.</p>{}{}", behaviour.words(), notices(sent), way_back(back)))
}

fn notices(sent: &[Sent]) -> String {
    if sent.is_empty() {
        return "<p>Chưa gửi báo có nào.</p>".to_owned();
    }
    let rows: String = sent
        .iter()
        .rev()
        .take(10)
        .map(|s| format!("<li><code>{}</code><br>{} {}</li>", escape(&s.body), s.status, escape(&s.answer)))
        .collect();
    format!("<h2>Báo có đã gửi</h2><ol>{rows}</ol>")
}

/// Only to a page of the portal beside it.
fn way_back(back: &str) -> String {
    let is_own = back.starts_with('/') && !back.starts_with("//");
    if is_own { format!("<p><a href=\"{}\">Quay lại</a></p>", escape(back)) } else { String::new() }
}

fn frame(body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Ngân hàng thử nghiệm</title></head>\
         <body><main><h1>Ngân hàng thử nghiệm</h1>\
         <p>Chỉ dùng khi phát triển. Không có tiền thật, không phải ngân hàng.</p>{body}</main></body></html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
