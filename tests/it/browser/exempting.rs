//! A citizen says on the fee page that they are poor, sends the paper and files; the clerk looks at it and says no, so
//! that what is owed is there to be paid.

use super::citizen::{paper, sends, signs_in};
use super::office::officer;
use super::person::{Jar, Person};
use crate::exemptions::{POOR, draft, file, reference};
use crate::support::api;
use crate::support::app::TestApp;
use crate::support::demo::{AN, PASSWORD};

/// From the fee page to what the citizen is told.
pub async fn claims(t: &TestApp, one: &Person) {
    let an = api::Person::citizen(t, AN).await;
    let id = draft(t, &an).await;
    one.open("/dang-nhap").await;
    signs_in(one, AN, PASSWORD).await;
    one.open(&format!("/ho-so/{id}/phi")).await;
    one.look("exempt-fees").await;
    one.choose("Tôi thuộc diện được miễn: Hộ nghèo").await;
    one.press("Lưu và tiếp tục").await;
    one.sees(&format!("Để được miễn, hãy gửi kèm: {POOR}")).await;
    one.look("exempt-papers").await;
    sends(one, POOR, &paper()).await;
    one.open(&format!("/ho-so/{id}/kiem-tra")).await;
    one.sees("Đề nghị miễn (Hộ nghèo), chờ cán bộ kiểm tra giấy tờ").await;
    one.look("exempt-check").await;
    let name = reference(&file(&an, &id).await);
    one.open(&format!("/ho-so/{name}/da-nop")).await;
    one.look("exempt-confirmation").await;
    one.open(&format!("/ho-so/{name}")).await;
    one.look("exempt-dossier").await;

    let citizen = one.change(&Jar::default()).await;
    officer(one, "clerk").await;
    one.open(&format!("/can-bo/ho-so/{name}")).await;
    one.sees("Người nộp đề nghị miễn phí, lệ phí").await;
    one.look("exempt-desk").await;
    one.touch("Không chấp nhận miễn").await;
    one.fill_in("#act-refuse_exemption", "Lý do", "Giấy đã hết hạn.").await;
    one.press_in("#act-refuse_exemption", "Không chấp nhận miễn").await;
    one.sees("Không được miễn (Hộ nghèo)").await;
    one.look("exempt-desk-refused").await;
    one.change(&citizen).await;
    one.open(&format!("/ho-so/{name}")).await;
    one.sees("Giấy đã hết hạn.").await;
    one.look("exempt-refused").await;
}
