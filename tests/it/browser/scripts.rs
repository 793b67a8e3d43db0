//! What the pages' scripts do for whoever has them: each is driven at least once, and the console stays silent.

use fantoccini::key::Key;
use serde_json::json;

use super::citizen::{PROCEDURE, signs_in};
use super::office::officer;
use super::person::{DESK, Jar, PHONE, Person};
use crate::support::app::TestApp;
use crate::support::demo::{BINH, PASSWORD};
use crate::support::{demo, need};

/// A picture that uploads accept: a small red square.
const PIXEL: &[u8] = include_bytes!("pixel.png");

#[tokio::test(flavor = "multi_thread")]
async fn scripts_help_who_has_them() {
    let Some(programs) = need::browser() else { return };
    let t = demo::portal().await;
    let mut one = Person::before(&t, &programs, true, DESK).await;
    password_is_shown(&one).await;
    suggestions_by_keyboard(&one).await;
    signs_in(&one, BINH, PASSWORD).await;
    choices_unfold(&one).await;
    rules_and_address(&one).await;
    autosave_outlives_the_line(&one).await;
    files_go_at_once(&one).await;
    codes_are_copied(&t, &one).await;
    one.stand_at(PHONE).await;
    pages_are_shared_and_printed(&one).await;
    one.stand_at(DESK).await;
    one.console_is_clean().await;
    list_by_keyboard(&one).await;
    acts_by_keyboard(&one).await;
    papers_beside_the_form(&one).await;
    the_counter_copies(&one).await;
    one.console_is_clean().await;
}

async fn is(one: &Person, what: &str, script: &str) {
    one.wait(what, &format!("return {script}"), &[]).await;
}

async fn password_is_shown(one: &Person) {
    one.open("/dang-nhap").await;
    one.fill("Mật khẩu", "một hai ba").await;
    one.touch("Hiện mật khẩu").await;
    is(one, "the password", "document.getElementById('password').type === 'text'").await;
    one.touch("Ẩn mật khẩu").await;
    is(one, "no password", "document.getElementById('password').type === 'password'").await;
}

async fn suggestions_by_keyboard(one: &Person) {
    one.open("/").await;
    one.fill("Bạn cần làm việc gì?", "khai sinh").await;
    is(one, "suggestions", "document.querySelectorAll('[role=option]').length > 1").await;
    one.keys(&char::from(Key::Escape).to_string()).await;
    is(one, "none", "document.querySelector('[role=listbox]').hidden").await;
    one.keys("h").await;
    is(one, "them again", "!document.querySelector('[role=listbox]').hidden").await;
    one.keys(&char::from(Key::Down).to_string()).await;
    is(one, "the first one marked", "document.querySelector('[role=option][aria-selected=true]')").await;
    one.ask("window.motcuaOld = true").await;
    one.keys(&char::from(Key::Enter).to_string()).await;
    is(one, "its page", "!window.motcuaOld && location.pathname.startsWith('/thu-tuc/')").await;
    one.settled().await;
    // The link of a procedure asks to sign in first.
    one.open(&format!("/nop-ho-so/{PROCEDURE}")).await;
}

async fn choices_unfold(one: &Person) {
    assert_eq!(one.address().await, format!("/nop-ho-so/{PROCEDURE}"));
    is(one, "no second person", "!document.getElementById('owner_name').checkVisibility()").await;
    one.choose("Cho người khác").await;
    is(one, "a second person", "document.getElementById('owner_name').checkVisibility()").await;
    one.choose("Cho tôi hoặc con tôi").await;
    is(one, "no second person", "document.getElementById('owner_name').disabled").await;
    one.pick("Nơi giải quyết", "Ủy ban nhân dân phường Thuận Hóa").await;
    one.press("Tiếp tục").await;
}

async fn rules_and_address(one: &Person) {
    let draft = one.address().await;
    one.open(&format!("{draft}/to-khai/ban_sao")).await;
    is(one, "no number", "!document.getElementsByName('ban_sao.so_luong_ban_sao')[0].checkVisibility()").await;
    one.answer("ban_sao.de_nghi_ban_sao", "true").await;
    is(one, "a number", "document.getElementsByName('ban_sao.so_luong_ban_sao')[0].checkVisibility()").await;
    is(one, "to be saved", "document.querySelector('[data-saved]').dataset.state === 'saved'").await;
    one.open(&format!("{draft}/to-khai/me")).await;
    one.answer("me.me_noi_cu_tru.province", "46").await;
    one.answer("me.me_noi_cu_tru.commune", "19777").await;
    one.answer("me.me_ho_ten", "").await;
    one.answer("me.me_so_giay_to", "12").await;
    one.press("Lưu và tiếp tục").await;
    is(one, "the summary in focus", "document.activeElement.closest('.errors')").await;
    one.ask("document.querySelector('.errors a').click()").await;
    is(one, "the field in focus", "document.activeElement.name?.startsWith('me.')").await;
    one.open(&draft).await;
}

/// The line drops, the tab is loaded again, the line comes back: nothing is lost.
async fn autosave_outlives_the_line(one: &Person) {
    let draft = one.address().await;
    let page = format!("{draft}/to-khai/nguoi_duoc_khai_sinh");
    one.open(&page).await;
    let cut = |cut: bool| json!({"offline": cut, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
    one.cdp("Network.enable", json!({})).await;
    one.cdp("Network.emulateNetworkConditions", cut(true)).await;
    one.answer("nguoi_duoc_khai_sinh.nks_ho_ten", "Trần Thị Giữ Lại").await;
    is(one, "it to be told", "document.querySelector('[data-saved]').dataset.state === 'failed'").await;
    one.sees("đang giữ trên máy này").await;
    one.cdp("Network.emulateNetworkConditions", cut(false)).await;
    is(one, "it to be saved", "document.querySelector('[data-saved]').dataset.state === 'saved'").await;
    one.cdp("Network.emulateNetworkConditions", cut(true)).await;
    one.answer("nguoi_duoc_khai_sinh.nks_noi_sinh", "Trạm y tế Giữ Lại").await;
    is(one, "it to be told", "document.querySelector('[data-saved]').dataset.state === 'failed'").await;
    // Else the page may save itself while the next one is on its way, and that one shows what stood before.
    one.ask("window.fetch = () => Promise.reject(new Error('gone'))").await;
    one.cdp("Network.emulateNetworkConditions", cut(false)).await;
    // What was typed off the line is in this tab, whatever happens to the page.
    one.open(&page).await;
    let field = "document.getElementsByName('nguoi_duoc_khai_sinh.nks_noi_sinh')[0].value";
    is(one, "the text", &format!("{field} === 'Trạm y tế Giữ Lại'")).await;
    is(one, "everything to be saved", "sessionStorage.length === 0").await;
    one.open(&page).await;
    is(one, "the text", &format!("{field} === 'Trạm y tế Giữ Lại'")).await;
    let lost = one.complaints().await;
    assert!(lost.iter().all(|line| line.contains("ERR_INTERNET_DISCONNECTED")), "{lost:#?}");
    one.open(&draft).await;
}

async fn files_go_at_once(one: &Person) {
    one.press("Giấy tờ kèm theo").await;
    one.ask("document.querySelector('.drop input[type=file]').focus({focusVisible: true})").await;
    let ours = "(pick => pick.innerText === 'Chọn tệp' && getComputedStyle(pick).outlineStyle === 'solid')";
    is(one, "our own button with the ring", &format!("{ours}(document.querySelector('.drop__pick'))")).await;
    // The progress is gone with the page, so it is written down where the next page finds it.
    one.ask(
        "new MutationObserver(() => {
            if (document.querySelector('[role=status] progress')) sessionStorage.setItem('seen', 'progress');
            if (document.querySelector('[role=status] img')) sessionStorage.setItem('picture', 'seen');
        }).observe(document.body, {childList: true, subtree: true})",
    )
    .await;
    let file = tempfile::Builder::new().prefix("giấy chứng sinh ").suffix(".png").tempfile().unwrap();
    std::fs::write(file.path(), PIXEL).unwrap();
    super::citizen::sends(one, "Giấy chứng sinh", file.path()).await;
    is(one, "progress", "sessionStorage.getItem('seen') && sessionStorage.getItem('picture')").await;
    one.sees(file.path().file_name().unwrap().to_str().unwrap()).await;
    one.press("Bỏ tệp này").await;
    one.sees("Đã bỏ tệp.").await;
    too_big(one).await;
}

/// A file over the limit is told of before it is sent.
async fn too_big(one: &Person) {
    let file = tempfile::Builder::new().suffix(".pdf").tempfile().unwrap();
    file.as_file().set_len(20_000_001).unwrap();
    super::citizen::sends_in_vain(one, "Giấy chứng sinh", file.path(), "Tệp này lớn hơn 20 MB.").await;
}

async fn codes_are_copied(t: &TestApp, one: &Person) {
    let list = "return [...document.querySelectorAll('.results .code')][0].innerText";
    one.open("/ho-so").await;
    let code = one.ask(list).await;
    let origin = json!({"origin": t.base, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
    one.cdp("Browser.grantPermissions", origin).await;
    one.press_in(".results li:has(.code)", "Thủ tục").await;
    let dossier = one.address().await;
    one.open(&format!("{dossier}/da-nop")).await;
    let reference = one.part("#ma-nop").await.text().await.unwrap();
    one.touch("Sao chép").await;
    one.sees("Đã sao chép").await;
    let copied = one
        .client()
        .execute_async(
            "const done = arguments[0]; navigator.clipboard.readText().then(done, (e) => done(String(e)))",
            vec![],
        )
        .await
        .unwrap();
    assert_eq!(copied, json!(reference), "of {code}");
}

async fn pages_are_shared_and_printed(one: &Person) {
    // A desk has no sharing sheet: the button shows where the browser has one.
    let stub = "navigator.share = (what) => { window.shared = what.url; return Promise.resolve(); };
        window.print = () => { window.printed = true; };";
    one.cdp("Page.addScriptToEvaluateOnNewDocument", json!({"source": stub})).await;
    one.client().refresh().await.unwrap();
    one.settled().await;
    one.touch("Gửi cho người nhà").await;
    is(one, "the address to be shared", "window.shared?.includes('/tra-cuu?ma=')").await;
    one.touch("In trang này").await;
    is(one, "the page to be printed", "window.printed").await;
    one.change(&Jar::default()).await;
}

async fn list_by_keyboard(one: &Person) {
    officer(one, "clerk").await;
    one.open("/can-bo?queue=all").await;
    one.keys("j").await;
    one.keys("j").await;
    one.keys("k").await;
    let at =
        "[...document.querySelectorAll('[data-row]')].findIndex((r) => r.getAttribute('aria-selected') === 'true')";
    is(one, "the first line", &format!("{at} === 0")).await;
    one.look("office-list-keys").await;
    one.keys("?").await;
    is(one, "the help", "document.getElementById('phim-tat').open").await;
    one.keys("/").await;
    is(one, "the search", "document.activeElement.id === 'search'").await;
    one.keys("j").await;
    is(one, "a letter in it", "document.getElementById('search').value === 'j'").await;
    one.open("/can-bo?queue=new").await;
    one.keys("?").await;
    one.choose("Tắt phím tắt trên máy này").await;
    one.ask("document.activeElement.blur()").await;
    one.keys("j").await;
    is(one, "no line", &format!("{at} === -1")).await;
    one.choose("Tắt phím tắt trên máy này").await;
    one.ask("localStorage.clear(); document.activeElement.blur()").await;
    one.keys("j").await;
    one.ask("window.motcuaOld = true").await;
    one.keys("s").await;
    is(one, "the dossier", "!window.motcuaOld && location.hash === '#act-request_supplement'").await;
    one.settled().await;
}

async fn acts_by_keyboard(one: &Person) {
    is(one, "its act", "document.getElementById('act-request_supplement').open").await;
    is(one, "the reason", "document.activeElement.name === 'reason'").await;
    one.ask("document.activeElement.blur()").await;
    one.keys("a").await;
    is(one, "the button", "document.activeElement.closest('#act-accept')").await;
    one.ask("window.motcuaOld = true").await;
    one.keys(&char::from(Key::Enter).to_string()).await;
    is(one, "the dossier accepted", "!window.motcuaOld && document.readyState === 'complete'").await;
    one.settled().await;
    one.sees("Đã tiếp nhận hồ sơ.").await;
    one.keys("f").await;
    is(one, "forwarding", "document.getElementById('act-forward').open").await;
}

async fn papers_beside_the_form(one: &Person) {
    one.touch("giấy tờ minh họa.pdf").await;
    // The browser's own reader is in the frame: the portal lets its pages frame its papers.
    // A frame that the portal's own policy shuts shows the browser's error page, which can't be looked into.
    is(one, "the paper", "document.querySelector('[data-stage] iframe')?.contentDocument?.URL.includes('/tep/')").await;
    one.look("office-viewer").await;
    // Its acts are reached by the page's own scrolling.
    is(one, "no box in the box", "getComputedStyle(document.querySelector('.work__side')).overflowY === 'visible'")
        .await;
}

/// What is said of the applicant stands in the parent's part as soon as the relation is chosen, and Enter goes on.
async fn the_counter_copies(one: &Person) {
    one.open("/can-bo/tiep-nhan").await;
    one.touch("Người chưa có tài khoản").await;
    one.fill("Họ, chữ đệm và tên", "Hồ Thị Chép").await;
    one.fill("Ngày sinh", "1954").await;
    one.press("Tiếp tục").await;
    one.choose("Thủ tục đăng ký khai sinh").await;
    one.press("Tiếp tục").await;
    let has = |part: &str, name: &str| format!("document.getElementsByName('{part}_ho_ten')[0].value === '{name}'");
    is(one, "nothing yet", &has("me.me", "")).await;
    one.answer("quan_he.nyc_quan_he", "Mẹ").await;
    is(one, "the mother", &has("me.me", "Hồ Thị Chép")).await;
    // The applicant's own question wants the day, which nobody knows; hers takes the year.
    let born = |year: &str| format!("document.getElementsByName('me.me_ngay_sinh')[0].value === '{year}'");
    is(one, "her year", &born("1954")).await;
    one.answer("nguoi_yeu_cau.nyc_ho_ten", "Hồ Văn Chép").await;
    is(one, "the mother again", &has("me.me", "Hồ Văn Chép")).await;
    one.answer("quan_he.nyc_quan_he", "Cha").await;
    is(one, "the father", &has("cha.cha", "Hồ Văn Chép")).await;
    is(one, "no mother", &has("me.me", "")).await;
    is(one, "no year", &born("")).await;
    one.look("counter-form-copied").await;
    one.ask("document.getElementsByName('nguoi_yeu_cau.nyc_ho_ten')[0].focus()").await;
    one.ask("window.motcuaOld = true").await;
    one.keys(&char::from(Key::Enter).to_string()).await;
    is(one, "what is missing", "!window.motcuaOld && document.querySelector('.errors a')").await;
    one.settled().await;
}
