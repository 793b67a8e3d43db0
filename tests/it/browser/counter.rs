//! The counter: a woman without account or phone files, pays, brings a missing paper, and signs for the result.

use serde_json::{Value, json};

use super::citizen::{PROCEDURE, PROCEDURE_NAME, answers, asked, paper};
use super::office::officer;
use super::person::{Jar, Person};
use crate::support::app::TestApp;
use crate::support::demo;

const NAME: &str = "Hồ Thị Nghèng";

/// From the person at the counter to her signature.
pub async fn serves(t: &TestApp, one: &Person) {
    // The clerk of the other commune: every officer signs in once, for a code of the second factor counts once.
    officer(one, "clerk2").await;
    one.press_in("nav", "Tiếp nhận tại quầy").await;
    one.look("counter-person").await;
    who(one).await;
    one.choose(PROCEDURE_NAME).await;
    one.look("counter-procedure").await;
    one.press("Tiếp tục").await;
    declares(t, one).await;
    one.sees("Giấy tờ nhận tại quầy").await;
    one.look("counter-papers").await;
    one.press("Nộp hồ sơ").await;
    let code = pays(one).await;
    brings_a_paper(one, &code).await;
    let clerk = settled(t, one, &code).await;
    one.change(&clerk).await;
    gets_the_result(one, &code).await;
}

async fn who(one: &Person) {
    one.fill("Quét mã QR trên thẻ căn cước, hoặc gõ số", "046192000099").await;
    one.press("Tìm").await;
    one.sees("Chưa có tài khoản nào khớp.").await;
    one.look("counter-person-new").await;
    one.fill("Số định danh cá nhân", "").await;
    one.press("Tiếp tục").await;
    one.sees("Hãy ghi họ tên như trong giấy tờ.").await;
    one.fill("Họ, chữ đệm và tên", NAME).await;
    one.fill("Ngày sinh", "20/08/1992").await;
    one.choose("Nữ").await;
    one.fill("Nơi cư trú", "Tổ 3, phường Vỹ Dạ").await;
    one.press("Tiếp tục").await;
    one.sees(NAME).await;
}

async fn declares(t: &TestApp, one: &Person) {
    one.look("counter-form").await;
    one.press("Lưu và tiếp tục").await;
    one.sees("chỗ cần sửa").await;
    one.look("counter-form-error").await;
    let form = demo::form_of(&t.app, PROCEDURE).await;
    let mut example = form.examples()[0].clone();
    example["nguoi_yeu_cau"]["nyc_ho_ten"] = json!(NAME);
    if let Value::Object(requester) = &mut example["nguoi_yeu_cau"] {
        // She has neither: nothing may ask for them.
        requester.remove("nyc_email");
        requester.remove("nyc_dien_thoai");
    }
    for section in form.visible_sections(&example) {
        for (name, value) in asked(&form, section, &example) {
            answers(one, &name, &value).await;
        }
    }
    one.press("Lưu và tiếp tục").await;
}

/// Takes the fee for two copies in cash, accepts, prints; the dossier's code.
async fn pays(one: &Person) -> String {
    one.sees("16.000 đ").await;
    one.look("counter-finish").await;
    one.press("Tiếp nhận hồ sơ").await;
    one.sees("Hãy chọn đã thu hay chưa thu.").await;
    one.choose("Tiền mặt, đã thu đủ").await;
    one.sees("Chưa nhận giấy tờ nào của hồ sơ này").await;
    one.choose("Tôi xác nhận tiếp nhận dù còn thiếu giấy tờ").await;
    one.press("Tiếp nhận hồ sơ").await;
    one.sees("Đã tiếp nhận").await;
    one.look("counter-done").await;
    one.pdf("Giấy tiếp nhận hồ sơ và hẹn trả kết quả").await;
    let code = one.part("#ma").await.text().await.unwrap();
    assert!(code.starts_with("H57.32-"), "{code}");
    code
}

async fn brings_a_paper(one: &Person, code: &str) {
    one.press(&format!("Mở hồ sơ {code}")).await;
    one.sees("Đã nộp").await;
    one.touch("Yêu cầu bổ sung").await;
    one.fill_in("#act-request_supplement", "Lý do", "Thiếu Giấy chứng sinh.").await;
    one.choose_in("#act-request_supplement", "Giấy chứng sinh").await;
    one.fill_in("#act-request_supplement", "Ghi chú cho Giấy chứng sinh", "Mang bản chính tới quầy.").await;
    one.press("Yêu cầu bổ sung").await;
    one.sees("Đã ghi nhận: Yêu cầu bổ sung.").await;
    one.press("Nhận giấy tờ bổ sung").await;
    one.look("counter-scan").await;
    one.choose_file_in("[role=group]:has([name=giay_chung_sinh])", "Bản quét", &paper()).await;
    one.press("Lưu và tiếp tục").await;
    if !one.scripts {
        one.touch("Ghi nhận bổ sung tại quầy").await;
    }
    one.press("Ghi nhận bổ sung tại quầy").await;
    one.sees("Đã ghi nhận: Ghi nhận bổ sung tại quầy.").await;
    one.sees("giay-to-minh-hoa.pdf").await;
}

/// Handler and approver of the other commune do their part; the clerk's cookies.
async fn settled(t: &TestApp, one: &Person, code: &str) -> Jar {
    use motcua::dossiers::Step;
    one.touch("Chuyển xử lý").await;
    one.press("Chuyển xử lý").await;
    let clerk = one.change(&Jar::default()).await;
    let handler = demo::officer(&t.app, "handler2").await;
    let approver = demo::officer(&t.app, "approver2").await;
    demo::act(&t.app, &handler, code, (Step::DraftResult, demo::birth_draft())).await;
    demo::act(&t.app, &handler, code, (Step::Forward, json!({}))).await;
    demo::act(&t.app, &approver, code, (Step::Approve, json!({}))).await;
    t.app.sign_result(&approver, code, (None, None)).await.unwrap_or_else(|e| panic!("{e}"));
    clerk
}

async fn gets_the_result(one: &Person, code: &str) {
    super::office::seals(one, code).await;
    one.open("/can-bo?queue=to_hand_over").await;
    one.press(code).await;
    one.touch("Trả kết quả").await;
    one.choose_in("#act-hand_over", "Tại quầy").await;
    let receiver = one.field_in("#act-hand_over", "Người nhận").await;
    assert_eq!(receiver.prop("value").await.unwrap().as_deref(), Some(NAME));
    one.choose_in("#act-hand_over", "Chữ ký").await;
    one.press("Trả kết quả").await;
    one.sees("Đã ghi nhận: Trả kết quả.").await;
    one.sees("Đã trả kết quả").await;
    one.pdf("Giấy khai sinh").await;
    one.look("counter-handed-over").await;
}
