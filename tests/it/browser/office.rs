//! The officers: a supplement asked for and brought, the dossier accepted, drafted, decided, signed, handed over; and
//! the citizen with the result.

use motcua::accounts::totp;
use motcua::kernel::clock::machine_now;

use super::citizen::{Filed, paper, sends};
use super::person::{Jar, Person};
use crate::support::demo::PASSWORD;

/// The secret of every officer of the demonstration.
const SECRET: &str = "JBSWY3DPEHPK3PXP";

/// An officer of the demonstration sits down and signs in with both factors.
pub async fn officer(one: &Person, name: &str) {
    one.change(&Jar::default()).await;
    one.open("/dang-nhap").await;
    super::citizen::signs_in(one, &format!("{name}@demo.invalid"), PASSWORD).await;
    one.sees("Mã xác thực hai lớp").await;
    one.look("office-second-factor").await;
    one.fill("Mã xác thực", &totp::code_at(SECRET, machine_now()).unwrap()).await;
    one.press("Xác nhận").await;
    assert_eq!(one.address().await, "/can-bo");
}

/// From the work list to the rating.
pub async fn settles(one: &Person, citizen: Filed) {
    let clerk = asks_for_a_supplement(one, &citizen.reference).await;
    let citizen = brings_it(one, citizen).await;
    let (clerk, code) = accepts(one, &clerk, &citizen.reference).await;
    let handler = drafts(one, &code).await;
    let citizen = confirms(one, citizen, &code).await;
    one.change(&handler).await;
    one.open("/can-bo?queue=mine").await;
    one.press(&code).await;
    forwards(one, "Đã đủ căn cứ.").await;
    decides(one, &code).await;
    hands_over(one, &clerk, &code).await;
    takes_the_result(one, &citizen, &code).await;
}

async fn asks_for_a_supplement(one: &Person, reference: &str) -> Jar {
    officer(one, "clerk").await;
    one.look("office-list").await;
    one.press("Mới nộp").await;
    one.sees(reference).await;
    // Filed at nine on a Wednesday: the eight working hours of acceptance have just begun (clocks run on).
    let row = format!("tr:has(a[href$=\"{reference}\"])");
    let left = one.part(&row).await.text().await.unwrap();
    assert!(["Còn 1 ngày", "Còn 8 giờ", "Còn 7 giờ 5"].iter().any(|words| left.contains(words)), "{left}");
    one.press(reference).await;
    one.look("office-dossier-new").await;
    one.touch("Yêu cầu bổ sung").await;
    one.press("Yêu cầu bổ sung").await;
    one.sees("chỗ cần sửa").await;
    one.look("office-supplement-error").await;
    one.fill_in("#act-request_supplement", "Lý do", "Bản chụp Giấy chứng sinh bị mờ.").await;
    one.choose_in("#act-request_supplement", "Giấy chứng sinh").await;
    one.fill_in("#act-request_supplement", "Ghi chú cho Giấy chứng sinh", "Chụp lại rõ cả bốn góc.").await;
    one.press("Yêu cầu bổ sung").await;
    one.sees("Yêu cầu bổ sung giấy tờ").await;
    one.look("office-dossier-supplement").await;
    one.pdf("Phiếu yêu cầu bổ sung").await;
    one.change(&Jar::default()).await
}

async fn brings_it(one: &Person, citizen: Filed) -> Filed {
    one.change(&citizen.jar).await;
    one.open("/ho-so").await;
    one.look("dossier-list").await;
    one.press("Bổ sung ngay").await;
    one.sees("Bản chụp Giấy chứng sinh bị mờ.").await;
    one.sees("Chụp lại rõ cả bốn góc.").await;
    one.look("dossier-supplement").await;
    one.fill("Lời nhắn cho cán bộ", "Tôi đã chụp lại.").await;
    if one.scripts {
        sends(one, "Giấy chứng sinh", &paper()).await;
        one.fill("Lời nhắn cho cán bộ", "Tôi đã chụp lại.").await;
    } else {
        one.choose_file("Giấy chứng sinh", &paper()).await;
    }
    one.press("Gửi bổ sung").await;
    one.sees("Đã gửi bổ sung. Cơ quan sẽ xem tiếp.").await;
    one.look("dossier-page").await;
    Filed { jar: one.change(&Jar::default()).await, ..citizen }
}

/// Accepts and forwards; the code that was minted.
async fn accepts(one: &Person, clerk: &Jar, reference: &str) -> (Jar, String) {
    one.change(clerk).await;
    one.open("/can-bo?queue=new").await;
    one.press(reference).await;
    one.sees("Tôi đã chụp lại.").await;
    one.press("Tiếp nhận").await;
    one.sees("Đã tiếp nhận hồ sơ.").await;
    let code = one.part("h1 .code").await.text().await.unwrap();
    assert!(code.starts_with("H57.31-261118-"), "{code}");
    one.look("office-dossier-accepted").await;
    one.pdf("Giấy tiếp nhận hồ sơ và hẹn trả kết quả").await;
    forwards(one, "Chuyển thụ lý.").await;
    (one.change(&Jar::default()).await, code)
}

async fn forwards(one: &Person, note: &str) {
    one.touch("Chuyển xử lý").await;
    one.fill_in("#act-forward", "Ghi chú", note).await;
    one.press("Chuyển xử lý").await;
    one.sees("Đã ghi nhận: Chuyển xử lý.").await;
}

async fn drafts(one: &Person, code: &str) -> Jar {
    officer(one, "handler").await;
    one.press("Chờ tôi").await;
    one.press(code).await;
    one.press("Soạn dự thảo kết quả").await;
    one.look("office-draft").await;
    one.choose("Đồng ý giải quyết").await;
    one.fill("Số định danh cá nhân", "046326000019").await;
    one.choose("Cho người dân xem và xác nhận dự thảo").await;
    one.press("Lưu dự thảo").await;
    one.sees("Đã lưu dự thảo kết quả.").await;
    one.look("office-dossier-draft").await;
    one.change(&Jar::default()).await
}

async fn confirms(one: &Person, citizen: Filed, code: &str) -> Filed {
    one.change(&citizen.jar).await;
    one.open("/ho-so").await;
    one.press("Xem trước kết quả").await;
    one.sees(code).await;
    one.sees("Nguyễn Thị Mai Thử").await;
    one.look("dossier-draft-result").await;
    one.press("Đúng, tôi đồng ý").await;
    one.sees("Cảm ơn bạn đã xem.").await;
    Filed { jar: one.change(&Jar::default()).await, ..citizen }
}

async fn decides(one: &Person, code: &str) {
    officer(one, "approver").await;
    one.press(code).await;
    one.look("office-dossier-decide").await;
    one.touch("Phê duyệt").await;
    one.press("Phê duyệt").await;
    one.sees("Đã ghi nhận: Phê duyệt.").await;
    one.press_in("nav", "Chờ ký").await;
    one.look("office-to-sign").await;
    one.press(code).await;
    one.touch("Ký số").await;
    one.press("Ký số").await;
    one.sees("Đã ghi nhận: Ký số.").await;
    one.look("office-dossier-signed").await;
}

async fn hands_over(one: &Person, clerk: &Jar, code: &str) {
    one.change(clerk).await;
    seals(one, code).await;
    // The copies are paid for when they are taken.
    one.touch("Thu phí, lệ phí").await;
    one.press("Thu phí, lệ phí").await;
    one.sees("Đã ghi nhận: Thu phí, lệ phí.").await;
    one.press_in("nav", "Trả kết quả").await;
    one.press(code).await;
    one.touch("Trả kết quả").await;
    one.choose_in("#act-hand_over", "Bản điện tử").await;
    one.press("Trả kết quả").await;
    one.sees("Đã ghi nhận: Trả kết quả.").await;
    one.look("office-dossier-handed-over").await;
}

/// The agency's seal under what the approver has signed: the clerk's, who hands over.
pub async fn seals(one: &Person, code: &str) {
    one.open("/can-bo").await;
    // Where who hands over looks for work, not among what waits for the approver.
    one.press_in("nav", "Trả kết quả").await;
    one.sees("Chưa đóng dấu").await;
    one.press(code).await;
    one.look("office-dossier-to-seal").await;
    one.touch("Đóng dấu").await;
    one.press("Đóng dấu").await;
    one.sees("Đã đóng dấu cơ quan vào kết quả.").await;
}

async fn takes_the_result(one: &Person, citizen: &Filed, code: &str) {
    one.change(&citizen.jar).await;
    one.open("/ho-so?xong=1").await;
    one.look("dossier-list-done").await;
    one.press_in(&format!("li:has(a[href$=\"{code}\"])"), "Thủ tục đăng ký khai sinh").await;
    one.sees("Đã trả kết quả").await;
    one.look("dossier-page-done").await;
    one.pdf("Tải về").await;
    let verify = one.link("Kiểm tra tính xác thực").await;
    one.choose("Rất hài lòng").await;
    one.press("Gửi đánh giá").await;
    one.sees("Cảm ơn bạn đã đánh giá").await;
    one.open("/nhat-ky-truy-cap").await;
    one.sees("Lê Thị Một Cửa").await;
    one.look("account-access-log").await;
    one.change(&Jar::default()).await;
    one.open(&verify).await;
    one.sees("Kết quả này là thật").await;
    one.sees(code).await;
    assert!(!one.reads("Nguyễn Thị Mai Thử").await, "the holder's name is masked");
    one.look("public-verify").await;
}
