//! A citizen: opens an account, finds the procedure, fills in, comes back on another device, files, looks it up.

use std::path::{Path, PathBuf};

use motcua::forms::{Form as EForm, Format};
use serde_json::{Value, json};

use super::person::{Jar, Person};
use crate::support::app::{AN, PASSWORD, TestApp};
use crate::support::demo;

pub const PROCEDURE: &str = "1.001193";
pub const PROCEDURE_NAME: &str = "Thủ tục đăng ký khai sinh";

/// What the citizen has in hand after filing.
pub struct Filed {
    pub jar: Jar,
    pub reference: String,
}

/// A file that every paper field takes.
pub fn paper() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("static/demo/giay-to-minh-hoa.pdf")
}

/// From opening an account to the receipt.
pub async fn files(t: &TestApp, one: &Person) -> Filed {
    registers(one).await;
    begins(one).await;
    let form = demo::form_of(&t.app, PROCEDURE).await;
    let example = form.examples()[0].clone();
    first_section(one, &form, &example).await;
    comes_back(one, &form, &example).await;
    sends_papers(one).await;
    let reference = checks_and_files(one).await;
    let jar = one.change(&Jar::default()).await;
    looks_up(one, &reference).await;
    Filed { jar, reference }
}

async fn registers(one: &Person) {
    one.open("/").await;
    one.look("public-home").await;
    one.press_in("header", "Đăng nhập").await;
    one.look("public-sign-in").await;
    one.press("Tạo tài khoản").await;
    one.fill("Số định danh cá nhân", AN.number).await;
    one.fill("Họ, chữ đệm và tên", AN.name).await;
    one.fill("Ngày sinh", "12/05/1990").await;
    one.fill("Số điện thoại", "0912").await;
    one.fill("Thư điện tử", "thu@demo.invalid").await;
    one.fill("Mật khẩu", PASSWORD).await;
    one.choose("Tôi đồng ý").await;
    one.press("Tạo tài khoản").await;
    one.sees("Số điện thoại gồm 10 chữ số, ví dụ 0912 345 678.").await;
    assert!(!one.reads("Ngày sinh chưa đúng").await, "a date typed with its slashes is read");
    one.look("public-register-error").await;
    one.fill("Số điện thoại", AN.phone).await;
    one.fill("Mật khẩu", PASSWORD).await;
    one.choose("Tôi đồng ý").await;
    one.press("Tạo tài khoản").await;
    one.sees("Nhập mã xác nhận").await;
    one.look("public-code").await;
    let code = reads_code(one).await;
    one.fill("Mã xác nhận", &code).await;
    one.press("Xác nhận").await;
    one.sees("Tài khoản đã sẵn sàng").await;
}

/// Looks into the mailbox in a second tab.
async fn reads_code(one: &Person) -> String {
    let here = one.client().window().await.unwrap();
    let tab = one.client().new_window(true).await.unwrap();
    one.client().switch_to_window(tab.handle).await.unwrap();
    one.sit_down().await;
    one.open("/phat-trien/hop-thu").await;
    one.look("dev-mailbox").await;
    let text = one.part(".mail").await.text().await.unwrap();
    one.client().close_window().await.unwrap();
    one.client().switch_to_window(here).await.unwrap();
    let code = text.split(|c: char| !c.is_ascii_digit()).find(|part| part.len() == 6);
    code.unwrap_or_else(|| panic!("no code in «{text}»")).to_owned()
}

/// Signs in on the page that asks for it, or from the beginning.
pub async fn signs_in(one: &Person, who: &str, password: &str) {
    if !one.address().await.starts_with("/dang-nhap") {
        one.open("/dang-nhap").await;
    }
    one.fill("Số định danh, số điện thoại", who).await;
    one.fill("Mật khẩu", password).await;
    one.press("Đăng nhập").await;
}

async fn begins(one: &Person) {
    one.open("/").await;
    one.fill("Bạn cần làm việc gì?", "dang ky khai sinh").await;
    if one.scripts {
        one.wait("suggestions", "return document.querySelectorAll('[role=option]').length > 1", &[]).await;
        one.look("public-suggestions").await;
    } else {
        one.press("Tìm").await;
        one.look("public-catalogue").await;
    }
    one.press(PROCEDURE_NAME).await;
    assert_eq!(one.address().await, format!("/thu-tuc/{PROCEDURE}"));
    for words in ["Miễn phí", "Bạn cần chuẩn bị", "Giấy chứng sinh", "ngày làm việc"] {
        one.sees(words).await;
    }
    one.look("public-procedure").await;
    one.press("Bắt đầu").await;
    one.look("filing-begin").await;
    one.pick("Nơi giải quyết", "Ủy ban nhân dân phường Thuận Hóa").await;
    one.choose("Cho tôi hoặc con tôi").await;
    one.press("Tiếp tục").await;
    // Nothing is done before it was opened.
    one.sees("Điền sẵn, hãy xem lại").await;
    one.sees("Đã xong 0 trên").await;
    one.look("filing-tasks").await;
}

/// The first section: what the account knows is there; a mistake is told and mended.
async fn first_section(one: &Person, form: &EForm, example: &Value) {
    one.press("Người yêu cầu").await;
    let known = [("nyc_ho_ten", AN.name), ("nyc_ngay_sinh", "12/05/1990"), ("nyc_so_giay_to", AN.number)];
    for (field, value) in known {
        let shown = value_of(one, &format!("nguoi_yeu_cau.{field}")).await;
        assert_eq!(shown.replace(' ', ""), value.replace(' ', ""), "{field} comes from the account");
    }
    one.look("filing-section").await;
    let mine = |name: &str| known.iter().any(|(field, _)| name.ends_with(field));
    for (name, value) in asked(form, "nguoi_yeu_cau", example) {
        if !mine(&name) {
            answers(one, &name, &value).await;
        }
    }
    one.answer("nguoi_yeu_cau.nyc_so_giay_to", "123").await;
    one.press("Lưu và tiếp tục").await;
    one.sees("Có 1 chỗ cần sửa").await;
    one.sees("12 chữ số").await;
    assert_eq!(value_of(one, "nguoi_yeu_cau.nyc_so_giay_to").await, "123", "what was typed stays");
    one.look("filing-section-error").await;
    one.answer("nguoi_yeu_cau.nyc_so_giay_to", AN.number).await;
    one.press("Lưu và tiếp tục").await;
}

async fn value_of(one: &Person, name: &str) -> String {
    let script = "return document.getElementsByName(arguments[0])[0]?.value ?? null";
    one.wait(name, script, &[json!(name)]).await.as_str().unwrap().to_owned()
}

/// Types half a section, goes away, and finds it on another device; then fills in the rest.
async fn comes_back(one: &Person, form: &EForm, example: &Value) {
    let sections: Vec<String> = form.visible_sections(example).into_iter().map(str::to_owned).collect();
    assert!(one.address().await.ends_with(&format!("/to-khai/{}", sections[1])));
    for (name, value) in asked(form, &sections[1], example) {
        answers(one, &name, &value).await;
    }
    one.press("Lưu và tiếp tục").await;
    one.answer("nguoi_duoc_khai_sinh.nks_ho_ten", "Nguyễn Thị Mai Thử").await;
    if one.scripts {
        let saved = "return document.querySelector('[data-saved]').dataset.state === 'saved'";
        one.wait("autosave", saved, &[]).await;
        one.look("filing-autosaved").await;
    } else {
        one.press("Lưu, làm tiếp sau").await;
    }
    let _first_device = one.change(&Jar::default()).await;
    one.open("/ho-so").await;
    signs_in(one, AN.phone, PASSWORD).await;
    one.sees(PROCEDURE_NAME).await;
    one.look("dossier-list-draft").await;
    one.press("Làm tiếp").await;
    one.press("Người được khai sinh").await;
    assert_eq!(value_of(one, "nguoi_duoc_khai_sinh.nks_ho_ten").await, "Nguyễn Thị Mai Thử");
    for section in &sections[2..] {
        assert!(one.address().await.contains(&format!("/to-khai/{section}")), "{}", one.address().await);
        for (name, value) in asked(form, section, example) {
            if !name.ends_with("nks_ho_ten") {
                answers(one, &name, &value).await;
            }
        }
        one.look(&format!("filing-section-{section}")).await;
        one.press("Lưu và tiếp tục").await;
    }
    one.sees("Giấy tờ kèm theo").await;
    one.press("Giấy tờ kèm theo").await;
}

/// The questions of a section with the example's answers, as names of the page and what a person types.
pub fn asked(form: &EForm, section: &str, data: &Value) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    flatten(&data[section], section, &mut pairs);
    // What is computed is not asked; a commune that stands alone is asked as an address.
    pairs.retain(|(name, _)| !name.ends_with("_bang_chu"));
    let alone = |name: &str| {
        let field = form.field(&format!("/{}", name.replace('.', "/")));
        field.is_some_and(|f| f.format == Some(Format::VnCommune)) && !name.ends_with(".commune")
    };
    if let Some(at) = pairs.iter().position(|(name, _)| alone(name)) {
        let (name, value) = pairs[at].clone();
        let parts = [(format!("{name}.province"), "46".to_owned()), (format!("{name}.commune"), value)];
        pairs.splice(at..=at, parts);
    }
    pairs
}

fn flatten(value: &Value, name: &str, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            // The province first: the communes to choose from follow it.
            let (first, rest): (Vec<_>, Vec<_>) = map.iter().partition(|(key, _)| *key == "province");
            for (key, value) in first.into_iter().chain(rest) {
                flatten(value, &format!("{name}.{key}"), pairs);
            }
        }
        Value::String(text) => pairs.push((name.to_owned(), as_typed(text))),
        Value::Null => {}
        other => pairs.push((name.to_owned(), other.to_string())),
    }
}

/// A day as people write it.
fn as_typed(text: &str) -> String {
    match text.parse::<jiff::civil::Date>() {
        Ok(day) if text.len() == 10 => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        _ => text.to_owned(),
    }
}

/// Answers one question; without scripts the communes of a province, and what an answer brings up, are asked for.
pub async fn answers(one: &Person, name: &str, value: &str) {
    if !one.scripts {
        let hidden = "const e = document.getElementsByName(arguments[0])[0]; return !e || !e.checkVisibility()";
        let hidden = one.client().execute(hidden, vec![json!(name)]).await.unwrap();
        if hidden == json!(true) {
            one.press("Cập nhật câu hỏi theo lựa chọn này").await;
        }
    }
    one.answer(name, value).await;
    if !one.scripts && name.ends_with(".province") {
        one.press_in(&format!("fieldset:has([name=\"{name}\"])"), "Chọn").await;
    }
}

async fn sends_papers(one: &Person) {
    one.look("filing-papers").await;
    one.press("Lưu và tiếp tục").await;
    one.sees("Hãy gửi kèm: Giấy chứng sinh").await;
    let program = tempfile::Builder::new().suffix(".pdf").tempfile().unwrap();
    std::fs::write(program.path(), demo::PROGRAM).unwrap();
    let words = "Tệp này là một chương trình, không phải giấy tờ.";
    sends_in_vain(one, "Giấy chứng sinh", program.path(), words).await;
    one.look("filing-papers-refused").await;
    sends(one, "Giấy chứng sinh", &paper()).await;
    if one.scripts {
        one.press("Lưu và tiếp tục").await;
    }
    one.sees("Bạn muốn nhận kết quả thế nào?").await;
}

/// Chooses a file that is taken: with scripts it is on its way at once, without them the page's button sends it.
pub async fn sends(one: &Person, label: &str, file: &Path) {
    one.ask("window.motcuaOld = true").await;
    one.choose_file(label, file).await;
    if one.scripts {
        one.wait("the page with the file", "return !window.motcuaOld && document.readyState === 'complete'", &[]).await;
        one.settled().await;
    } else {
        one.press("Lưu và tiếp tục").await;
    }
}

/// Chooses a file that is not taken: what is wrong stands beside it.
pub async fn sends_in_vain(one: &Person, label: &str, file: &Path, words: &str) {
    one.choose_file(label, file).await;
    if !one.scripts {
        one.press("Lưu và tiếp tục").await;
    }
    one.sees(words).await;
}

async fn checks_and_files(one: &Person) -> String {
    one.choose("Bản điện tử trong Kho dữ liệu").await;
    one.look("filing-delivery").await;
    one.press("Lưu và tiếp tục").await;
    one.sees("Phí, lệ phí").await;
    one.look("filing-fees").await;
    one.press("Tiếp tục").await;
    for words in ["Kiểm tra và nộp", AN.name, "Nguyễn Thị Mai Thử", "Bản điện tử trong Kho dữ liệu"]
    {
        one.sees(words).await;
    }
    one.look("filing-check").await;
    one.press("Nộp hồ sơ").await;
    one.sees("Đã nộp hồ sơ").await;
    one.look("filing-confirmation").await;
    let reference = one.part("#ma-nop").await.text().await.unwrap();
    assert!(one.part(".qr svg, figure svg").await.is_displayed().await.unwrap(), "a QR code");
    one.pdf("Tải giấy xác nhận (PDF)").await;
    reference
}

/// Anybody who has the reference sees where the dossier is, and nothing about the person.
async fn looks_up(one: &Person, reference: &str) {
    one.open("/").await;
    one.fill("Mã hồ sơ hoặc mã nộp", reference).await;
    one.press("Tra cứu").await;
    one.sees("Mới đăng ký").await;
    one.sees(reference).await;
    one.look("public-tracking").await;
    let page = one.client().source().await.unwrap();
    for private in [AN.name, "Nguyễn Thị Mai Thử", AN.number, AN.phone] {
        assert!(!page.contains(private), "{private} is not for everybody");
    }
}
