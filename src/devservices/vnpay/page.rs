//! The pay page of the stand-in, and what it says instead. Plain HTML: no bank looks like this, and none should.

use super::books::{Behaviour, Order};

/// The page where the payer says what is to happen.
pub fn pay(order: &Order, query: &str) -> String {
    let buttons: String = Behaviour::ALL
        .iter()
        .map(|b| format!("<p><button name=\"behaviour\" value=\"{}\">{}</button></p>", b.as_str(), b.words()))
        .collect();
    frame(&format!(
        "<p>Đơn hàng {}: <strong>{}</strong></p><p>{}</p>\
         <form method=\"post\"><input type=\"hidden\" name=\"order\" value=\"{}\">{buttons}</form>",
        escape(&order.reference),
        order.amount,
        escape(&order.info),
        escape(query),
    ))
}

/// An order that was settled before, with the way back.
pub fn settled(order: &Order, back: &str) -> String {
    frame(&format!("<p>Đơn hàng {} đã được xử lý; không trừ tiền lần nữa.</p>{}", escape(&order.reference), home(back)))
}

/// An order whose time is over.
pub fn over(order: &Order, back: &str) -> String {
    frame(&format!("<p>Đơn hàng {} đã hết hạn thanh toán.</p>{}", escape(&order.reference), home(back)))
}

/// No order at all.
pub fn refused(code: &str) -> String {
    frame(&format!("<p>Yêu cầu không hợp lệ (mã {}).</p>", escape(code)))
}

fn home(back: &str) -> String {
    format!("<p><a href=\"{}\">Quay lại</a></p>", escape(back))
}

fn frame(body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Cổng thanh toán thử nghiệm</title></head>\
         <body><main><h1>Cổng thanh toán thử nghiệm</h1>\
         <p>Chỉ dùng khi phát triển. Không có tiền thật, không phải ngân hàng.</p>{body}</main></body></html>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
