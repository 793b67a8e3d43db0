//! Whom the counter knows: what is typed of a person on its first page, and what they filed before.

use crate::counter::{officer, page};
use crate::desk::begins;
use crate::support::demo;
use crate::support::html::{Form, plain};

fn has(form: &Form, name: &str, value: &str) -> bool {
    form.fields.contains(&(name.to_owned(), value.to_owned()))
}

/// A birth of which nobody knows the day: a question for the day stays empty, one for the month has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_birth_without_its_day_is_kept_and_carried() {
    let t = demo::portal().await;
    let clerk = officer(&t, "clerk").await;
    let person = [
        ("full_name", "Kpă H'Nhung"),
        ("identity_number", "046190000077"),
        ("date_of_birth", "05/1990"),
        ("sex", "Nữ"),
        ("open_account", "true"),
    ];
    let at = begins(&clerk, &person).await;
    let body = page(&clerk, &at).await;
    assert!(plain(&body).contains("Kpă H'Nhung · sinh 05/1990"), "{}", plain(&body));
    let mut form = Form::with_action(&body, &at);
    assert!(has(&form, "nguoi_yeu_cau.nyc_ngay_sinh", ""), "no day is made up");
    form.set("quan_he.nyc_quan_he", "Mẹ");
    let again = clerk.submit(&form).await;
    assert_eq!(again.status, 422);
    let mut filled = Form::with_action(&again.body, &at);
    assert!(has(&filled, "me.me_ngay_sinh", "05/1990"), "{:?}", filled.fields);
    // «Mẹ» was a slip: her birth goes with her name.
    filled.set("quan_he.nyc_quan_he", "Cha");
    let turned = Form::with_action(&clerk.submit(&filled).await.body, &at);
    assert!(has(&turned, "me.me_ngay_sinh", "") && has(&turned, "cha.cha_ngay_sinh", "05/1990"), "{:?}", turned.fields);
    // Another procedure for the same person, who has an account by now: what was typed goes with them.
    let back = body.split("href=\"").find(|rest| rest.starts_with("/can-bo/tiep-nhan/thu-tuc?person=")).unwrap();
    let procedures = page(&clerk, &plain(back.split('"').next().unwrap())).await;
    let choosing = &procedures[procedures.rfind("<form").unwrap()..];
    let mut other = Form::with_action(choosing, "/can-bo/tiep-nhan/thu-tuc");
    other.set("procedure", "1.004873");
    let to = crate::counter::led_to(&clerk.submit(&other).await);
    assert!(plain(&page(&clerk, &to).await).contains("sinh 05/1990"));
}
