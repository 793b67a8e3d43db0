//! Signing in, opening an account and one's own pages, as a person with a browser does it.

use crate::support::app::{AN, PASSWORD, TestApp};
use crate::support::html::{Form, plain};

#[tokio::test]
async fn a_page_that_needs_it_leads_to_the_sign_in_and_back() {
    let t = TestApp::start();
    t.register(&AN).await;
    let browser = t.visitor();
    let first = browser.get("/thong-bao?sau=x&lang=vi").await;
    assert_eq!(first.status, 303);
    let page = browser.get(first.header("location")).await;
    let form = Form::with_action(&page.body, "/dang-nhap").fill("Số định danh", AN.phone).fill("Mật khẩu", PASSWORD);
    let done = browser.submit(&form).await;
    assert_eq!((done.status, done.header("location")), (303, "/thong-bao?sau=x&lang=vi"));
    assert!(done.headers.get_all("set-cookie").iter().any(|c| {
        let cookie = c.to_str().unwrap();
        cookie.starts_with("motcua_session=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax")
    }));
    assert_eq!(browser.get("/thong-bao").await.status, 200);
    assert!(browser.get("/tai-khoan").await.body.contains("046 090 000 019"), "my own number is shown to me");
}

#[tokio::test]
async fn after_signing_in_nobody_is_led_to_another_site() {
    let t = TestApp::start();
    t.register(&AN).await;
    for next in ["//evil.invalid", "https://evil.invalid/", "/\\evil.invalid"] {
        let browser = t.visitor();
        let page = browser.get("/dang-nhap").await;
        let mut form = Form::with_action(&page.body, "/dang-nhap").fill("Số", AN.phone).fill("Mật khẩu", PASSWORD);
        form.set("next", next);
        assert_eq!(browser.submit(&form).await.header("location"), "/");
    }
}

#[tokio::test]
async fn a_wrong_password_keeps_what_was_typed() {
    let t = TestApp::start();
    let browser = t.visitor();
    let page = browser.get("/dang-nhap").await;
    let form = Form::with_action(&page.body, "/dang-nhap").fill("Số", "0987654321").fill("Mật khẩu", "sai rồi nhé");
    let again = browser.submit(&form).await;
    assert_eq!(again.status, 422);
    assert!(again.body.contains("0987654321") && again.body.contains("chưa đúng"));
    assert!(!again.body.contains("sai rồi nhé"), "a password never comes back");
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let t = TestApp::start();
    t.register(&AN).await;
    let browser = t.visitor();
    let page = browser.get("/dang-nhap").await;
    let form = Form::with_action(&page.body, "/dang-nhap").fill("Số", AN.phone).fill("Mật khẩu", PASSWORD);
    let cross = browser.request("POST", "/dang-nhap").header("sec-fetch-site", "cross-site").form(&form.fields);
    assert_eq!(browser.send(cross).await.status, 403);
    let origin = browser.request("POST", "/dang-nhap").header("origin", "https://evil.invalid").form(&form.fields);
    assert_eq!(browser.send(origin).await.status, 403);
    let stranger = t.visitor();
    assert_eq!(stranger.submit(&form).await.status, 403, "another visitor's token");
    let mut forged = form.clone();
    forged.set("_csrf", "x");
    assert_eq!(browser.submit(&forged).await.status, 403);
    assert_eq!(browser.submit(&form).await.status, 303);
}

#[tokio::test]
async fn a_citizen_opens_an_account_on_the_pages() {
    let t = TestApp::start();
    let browser = t.visitor();
    let page = browser.get("/dang-ky?next=/thong-bao").await;
    let empty = browser.submit(&Form::with_action(&page.body, "/dang-ky").fill("Họ", AN.name)).await;
    assert_eq!(empty.status, 422);
    assert!(empty.body.contains(AN.name), "what was typed stays");
    let form = Form::with_action(&empty.body, "/dang-ky")
        .fill("Số định danh", AN.number)
        .fill("Ngày sinh", "12/05/1990")
        .fill("Số điện thoại", AN.phone)
        .fill("Mật khẩu", PASSWORD)
        .choose("Tôi đồng ý");
    let code_page = browser.submit(&form).await;
    assert_eq!(code_page.status, 200, "{}", plain(&code_page.body));
    assert!(!code_page.body.contains(PASSWORD), "the password is not in the page");
    let wrong = Form::with_action(&code_page.body, "/dang-ky/xac-nhan").fill("Mã", "000000");
    let again = browser.submit(&wrong).await;
    assert_eq!(again.status, 422);
    let code = t.code_for(AN.phone).await;
    let done = browser.submit(&Form::with_action(&again.body, "/dang-ky/xac-nhan").fill("Mã", &code)).await;
    assert_eq!((done.status, done.header("location")), (303, "/thong-bao"), "the code and the password are a sign-in");
    let there = browser.get(done.header("location")).await;
    assert!(there.status == 200 && there.body.contains("Tài khoản đã sẵn sàng"), "what was done is said once");
    assert!(!browser.get("/thong-bao").await.body.contains("Tài khoản đã sẵn sàng"), "… and only once");
    t.signed_in(AN.number, PASSWORD).await;
}

#[tokio::test]
async fn whoever_leaves_the_page_of_the_code_finds_it_again() {
    let t = TestApp::start();
    let browser = t.visitor();
    assert_eq!(browser.get("/dang-ky/xac-nhan").await.header("location"), "/dang-ky", "nothing waits here");
    let filled = |body: &str, phone: &str| {
        Form::with_action(body, "/dang-ky")
            .fill("Họ", AN.name)
            .fill("Số định danh", AN.number)
            .fill("Ngày sinh", "12/05/1990")
            .fill("Số điện thoại", phone)
            .fill("Mật khẩu", PASSWORD)
            .choose("Tôi đồng ý")
    };
    let page = browser.get("/dang-ky").await;
    let wrong = browser.submit(&filled(&page.body, "12")).await;
    assert_eq!(wrong.status, 422);
    let text = plain(&wrong.body);
    assert!(text.contains("Số điện thoại gồm 10 chữ số") && text.contains("gõ lại mật khẩu"), "all at once: {text}");
    let ticked = wrong.body.split("id=\"agree\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(ticked.contains("checked"), "a ticked box stays ticked");
    let again = Form::with_action(&wrong.body, "/dang-ky").fill("Số điện thoại", AN.phone).fill("Mật khẩu", PASSWORD);
    assert_eq!(browser.submit(&again).await.status, 200);
    for page in ["/dang-ky", "/dang-nhap"] {
        assert!(browser.get(page).await.body.contains("href=\"/dang-ky/xac-nhan\""), "{page} leads back");
    }
    let other = t.visitor();
    assert!(!other.get("/dang-nhap").await.body.contains("/dang-ky/xac-nhan"), "no other browser knows of it");
    let login = browser.get("/dang-nhap").await;
    let sign_in = |word: &str| {
        Form::with_action(&login.body, "/dang-nhap").fill("Số định danh", AN.number).fill("Mật khẩu", word)
    };
    assert_eq!(browser.submit(&sign_in("một mật khẩu khác")).await.status, 422);
    let led = browser.submit(&sign_in(PASSWORD)).await;
    assert_eq!((led.status, led.header("location")), (303, "/dang-ky/xac-nhan"));
    let code_page = browser.get("/dang-ky/xac-nhan").await;
    assert!(code_page.body.contains("chưa được xác nhận"), "{}", plain(&code_page.body));
    t.set_clock("2026-11-18T09:02:00+07:00");
    let resent = browser.submit(&Form::with_action(&code_page.body, "/dang-ky/gui-lai")).await;
    assert_eq!(resent.status, 200);
    let code = t.code_for(AN.phone).await;
    let done = browser.submit(&Form::with_action(&resent.body, "/dang-ky/xac-nhan").fill("Mã", &code)).await;
    assert_eq!((done.status, done.header("location")), (303, "/"));
    assert_eq!(browser.get("/tai-khoan").await.status, 200, "signed in");
}

#[tokio::test]
async fn a_registration_waits_for_one_hour_whatever_is_sent_again_and_for_its_own_phone() {
    let t = TestApp::start();
    let browser = t.visitor();
    let filled = Form::with_action(&browser.get("/dang-ky").await.body, "/dang-ky")
        .fill("Họ", AN.name)
        .fill("Số định danh", AN.number)
        .fill("Ngày sinh", "12/05/1990")
        .fill("Số điện thoại", AN.phone)
        .fill("Mật khẩu", PASSWORD)
        .choose("Tôi đồng ý");
    let code_page = browser.submit(&filled).await;
    let form = Form::with_action(&code_page.body, "/dang-ky/xac-nhan");
    assert!(form.fields.iter().all(|(name, _)| name != "phone"), "the phone stands in what is sealed: {form:?}");
    t.set_clock("2026-11-18T09:50:00+07:00");
    assert_eq!(browser.get("/dang-ky/xac-nhan").await.status, 200, "coming back");
    let resent = browser.submit(&Form::with_action(&code_page.body, "/dang-ky/gui-lai")).await;
    assert_eq!(resent.status, 200, "{}", plain(&resent.body));
    let code = t.code_for(AN.phone).await;
    t.set_clock("2026-11-18T10:00:01+07:00");
    assert_eq!(browser.get("/dang-ky/xac-nhan").await.header("location"), "/dang-ky", "neither gives another hour");
    for form in [
        Form::with_action(&resent.body, "/dang-ky/xac-nhan").fill("Mã", &code),
        Form::with_action(&resent.body, "/dang-ky/gui-lai"),
    ] {
        let late = browser.submit(&form).await;
        assert_eq!((late.status, late.header("location")), (303, "/dang-ky"), "{}", form.action);
        assert!(plain(&browser.get("/dang-ky").await.body).contains("để quá một giờ"));
    }
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_and_ends_every_session() {
    let t = TestApp::start();
    t.register(&AN).await;
    let old = t.signed_in(AN.phone, PASSWORD).await;
    t.set_clock("2026-11-18T09:05:00+07:00");
    let browser = t.visitor();
    let page = browser.get("/quen-mat-khau").await;
    let sent = browser.submit(&Form::with_action(&page.body, "/quen-mat-khau").fill("Số", AN.phone)).await;
    assert_eq!(sent.status, 200);
    let code = t.code_for(AN.phone).await;
    let new = "Bảy chú lùn đi làm";
    let form = Form::with_action(&sent.body, "/quen-mat-khau/dat-lai").fill("Mã", &code).fill("Mật khẩu mới", new);
    assert_eq!(browser.submit(&form).await.status, 303);
    assert_eq!(old.get("/tai-khoan").await.status, 303, "signed out everywhere");
    t.signed_in(AN.phone, new).await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_and_the_password_changed() {
    let t = TestApp::start();
    t.register(&AN).await;
    let (here, there) = (t.signed_in(AN.phone, PASSWORD).await, t.signed_in(AN.phone, PASSWORD).await);
    let page = here.get("/tai-khoan").await;
    let ended = here.submit(&Form::with_action(&page.body, "/tai-khoan/phien")).await;
    assert_eq!(ended.status, 303);
    assert_eq!(there.get("/tai-khoan").await.status, 303);
    let page = here.get("/tai-khoan").await;
    let new = "Bảy chú lùn đi làm";
    let form = Form::with_action(&page.body, "/tai-khoan/mat-khau")
        .fill("Mật khẩu hiện tại", "nhầm")
        .fill("Mật khẩu mới", new);
    assert_eq!(here.submit(&form).await.status, 422);
    assert_eq!(here.submit(&form.fill("Mật khẩu hiện tại", PASSWORD)).await.status, 303);
    let page = here.get("/tai-khoan").await;
    let out = here.submit(&Form::with_action(&page.body, "/dang-xuat")).await;
    assert_eq!(out.status, 303);
    assert_eq!(here.get("/tai-khoan").await.status, 303);
    t.signed_in(AN.phone, new).await;
}

#[tokio::test]
async fn a_new_phone_is_proved_by_a_code() {
    let t = TestApp::start();
    t.register(&AN).await;
    let here = t.signed_in(AN.phone, PASSWORD).await;
    let page = here.get("/tai-khoan").await;
    let form = Form::with_action(&page.body, "/tai-khoan/lien-he").fill("Số điện thoại", "0912000020");
    let code_page = here.submit(&form).await;
    assert_eq!(code_page.status, 200, "{}", plain(&code_page.body));
    let code = t.code_for("0912000020").await;
    let form = Form::with_action(&code_page.body, "/tai-khoan/lien-he/xac-nhan").fill("Mã", &code);
    assert_eq!(here.submit(&form).await.status, 303);
    t.signed_in("0912000020", PASSWORD).await;
}
