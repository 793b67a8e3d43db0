//! Who decides what: nobody what they handled, not before it is in hand, and never by somebody who has left.

use motcua::accounts::assign::{self, Assign};
use motcua::dossiers;
use motcua::kernel::{Actor, Role};
use serde_json::{Value, json};

use crate::support::api::{Person, allowed, is_problem};
use crate::support::app::TestApp;
use crate::support::demo::{self, AN};

fn rule(problem: &Value) -> &str {
    problem["type"].as_str().unwrap().rsplit(['/', ':']).next().unwrap()
}

/// Files, accepts and sends to the handler; the code.
async fn in_hand(t: &TestApp, procedure: &str, clerk: &Person) -> String {
    let code = accepted(t, procedure, clerk).await;
    clerk.does(&code, "forward", json!({})).await;
    code
}

async fn accepted(t: &TestApp, procedure: &str, clerk: &Person) -> String {
    let name = Person::citizen(t, AN).await.files_for(t, procedure).await;
    clerk.does(&name, "accept", json!({})).await["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_drafted_once_never_approves() {
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let code = in_hand(&t, "1.001193", &clerk).await;
    let Actor::Officer(officer) = demo::officer(&t.app, "approver").await else { panic!("an officer") };
    let right = Assign {
        officer: officer.account,
        role: Role::Handler,
        agency: officer.assignments[0].agency,
        unit: None,
        field: None,
        valid_from: None,
        valid_to: None,
    };
    let now = t.app.now();
    t.app.db.write(move |tx| assign::add(tx, &Actor::System, &right, now)).await.unwrap();
    let (handler, approver) = (Person::officer(&t, "handler").await, Person::officer(&t, "approver").await);
    let draft = demo::birth_draft();
    approver.does(&code, "draft_result", draft.clone()).await;
    handler.does(&code, "draft_result", draft).await;
    handler.does(&code, "forward", json!({})).await;
    for (action, body) in [("approve", json!({})), ("reject", json!({"reason": "Không đủ điều kiện."}))] {
        let own = is_problem(&approver.act(&code, action, body).await, 409);
        assert_eq!(rule(&own), "own-handling", "a colleague's saving in between changes nothing");
    }
}

#[tokio::test]
async fn only_what_is_settled_on_the_spot_is_decided_when_accepted() {
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let (handler, approver) = (Person::officer(&t, "handler").await, Person::officer(&t, "approver").await);
    let draft = json!({"data": {}, "outcome": "granted"});
    let slow = accepted(&t, "1.004873", &clerk).await;
    handler.does(&slow, "draft_result", draft).await;
    for (action, body) in [("approve", json!({})), ("reject", json!({"reason": "Không đủ."}))] {
        let early = is_problem(&approver.act(&slow, action, body).await, 409);
        assert_eq!(rule(&early), "not-allowed");
        let may = early["allowed_actions"].as_array().unwrap();
        assert!(!may.contains(&json!("approve")) && !may.contains(&json!("reject")), "{early}");
    }
    let same_day = accepted(&t, "1.001193", &clerk).await;
    handler.does(&same_day, "draft_result", demo::birth_draft()).await;
    let seen = approver.get(&format!("/office/dossiers/{same_day}")).await.json();
    assert!(allowed(&seen).contains(&"approve"));
    assert_eq!(approver.does(&same_day, "approve", json!({})).await["status"]["number"], 9);
}

#[tokio::test]
async fn a_handler_who_has_left_gets_nothing_back() {
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let (stopped, decided) = (in_hand(&t, "1.001193", &clerk).await, in_hand(&t, "1.001193", &clerk).await);
    let (handler, approver) = (Person::officer(&t, "handler").await, Person::officer(&t, "approver").await);
    for code in [&stopped, &decided] {
        handler.does(code, "draft_result", demo::birth_draft()).await;
    }
    handler.does(&stopped, "stop", json!({"reason": "Chờ."})).await;
    handler.does(&decided, "forward", json!({})).await;
    approver.does(&decided, "approve", json!({})).await;
    let Actor::Officer(officer) = demo::officer(&t.app, "handler").await else { panic!("an officer") };
    let (right, now) = (officer.assignments[0].id, t.app.now());
    t.app.db.write(move |tx| assign::remove(tx, &Actor::System, right, now)).await.unwrap();
    approver.does(&stopped, "resume", json!({"reason": "Đã xong."})).await;
    approver.does(&decided, "correct", json!({"reason": "Sai tên."})).await;
    for code in [stopped, decided] {
        let read = move |c: &mut motcua::db::Conn| {
            let id = dossiers::find_id(c, &code)?;
            dossiers::by_id(c, id)
        };
        let dossier = t.app.db.read(read).await.unwrap();
        assert_eq!((dossier.assignee_id, dossier.step_role.as_deref()), (None, Some("handler")));
    }
}

#[tokio::test]
async fn who_takes_a_result_is_recorded_masked_and_sealed() {
    const NUMBER: &str = "046095000033";
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let code = in_hand(&t, "1.001193", &clerk).await;
    let (handler, approver) = (Person::officer(&t, "handler").await, Person::officer(&t, "approver").await);
    handler.does(&code, "forward", json!({})).await;
    approver.does(&code, "approve", json!({})).await;
    approver.does(&code, "sign", json!({})).await;
    clerk.does(&code, "sign", json!({})).await;
    clerk.does(&code, "record_payment", json!({"method": "pos"})).await;
    let over = |receiver: Value, signed: &str| json!({"method": "counter", "receiver": receiver, "signed": signed});
    let long = "x".repeat(501);
    for (receiver, signed, pointer) in [
        (json!({"name": "Y Ƀlŏ Niê", "identity": "12345"}), "hand", "/receiver/identity"),
        (json!({"name": "Y Ƀlŏ Niê", "relation": long}), "hand", "/receiver/relation"),
        (json!({"name": "Y Ƀlŏ Niê", "authority": long}), "hand", "/receiver/authority"),
        (json!({"name": "x".repeat(201)}), "hand", "/receiver/name"),
        (json!({"name": "Y Ƀlŏ Niê"}), "by heart", "/signed"),
    ] {
        let faults = is_problem(&clerk.act(&code, "hand_over", over(receiver, signed)).await, 422);
        assert_eq!(faults["errors"][0]["pointer"], pointer, "{faults}");
    }
    let receiver =
        json!({"name": "Y Ƀlŏ Niê", "identity": "046 095 000 033", "relation": "bạn", "identity_sealed": "x"});
    clerk.does(&code, "hand_over", over(receiver, "fingerprint")).await;
    let read = move |c: &mut motcua::db::Conn| {
        let id = dossiers::find_id(c, &code)?;
        Ok::<_, motcua::db::Error>((dossiers::handover_of(c, id)?.unwrap(), dossiers::events_of(c, id)?))
    };
    let (row, events) = t.app.db.read(read).await.unwrap();
    let kept = row.receiver.unwrap().0;
    assert_eq!((&kept["identity"], &kept["relation"]), (&json!("046*********"), &json!("bạn")));
    assert!(kept["identity_enc"].as_str().unwrap().len() > 20, "{kept}");
    let last = &events.last().unwrap().changes["receiver"];
    assert_eq!(last, &json!({"name": "Y Ƀlŏ Niê", "identity": "046*********", "relation": "bạn"}));
    let everything = format!("{kept} {:?}", events.iter().map(|e| e.changes.to_string()).collect::<Vec<_>>());
    assert!(!everything.contains(NUMBER) && !everything.contains("046 095"), "{everything}");
}

/// domain.md, Deciding: leaving the handling step fills the draft from the form, whatever it still lacks. The officers'
/// pages are stricter: `counter::a_person_files_at_the_counter_and_gets_the_result`.
#[tokio::test]
async fn programs_send_a_dossier_on_without_a_saved_draft() {
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let code = in_hand(&t, "1.001193", &clerk).await;
    let (handler, approver) = (Person::officer(&t, "handler").await, Person::officer(&t, "approver").await);
    let seen = handler.get(&format!("/office/dossiers/{code}")).await.json();
    assert!(allowed(&seen).contains(&"forward") && allowed(&seen).contains(&"draft_result"), "{seen}");
    handler.does(&code, "forward", json!({})).await;
    let seen = approver.get(&format!("/office/dossiers/{code}")).await.json();
    assert!(allowed(&seen).contains(&"approve"), "{seen}");
    let decided = approver.does(&code, "approve", json!({})).await;
    assert_eq!(decided["status"]["number"], 9, "{decided}");
}

/// What the paper of a dossier's result gives as the reason.
async fn reason_of(t: &TestApp, code: String) -> String {
    let read = move |c: &mut motcua::db::Conn| {
        let id = dossiers::find_id(c, &code)?;
        motcua::documents::current_result(c, id)
    };
    t.app.db.read(read).await.unwrap().unwrap().data["reason"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_refusal_by_the_draft_has_its_reason() {
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let code = in_hand(&t, "1.001193", &clerk).await;
    let (handler, approver) = (Person::officer(&t, "handler").await, Person::officer(&t, "approver").await);
    handler.does(&code, "draft_result", json!({"data": {}, "outcome": "refused"})).await;
    handler.does(&code, "forward", json!({})).await;
    approver.does(&code, "approve", json!({})).await;
    assert_eq!(reason_of(&t, code).await, "Hồ sơ không đủ điều kiện giải quyết theo dự thảo của người thụ lý.");

    let code = in_hand(&t, "1.001193", &clerk).await;
    handler.does(&code, "draft_result", json!({"data": {}, "outcome": "refused"})).await;
    handler.does(&code, "forward", json!({})).await;
    approver.does(&code, "approve", json!({"note": "Không thuộc thẩm quyền."})).await;
    assert_eq!(reason_of(&t, code).await, "Không thuộc thẩm quyền.");
}

#[tokio::test]
async fn certified_copies_name_the_papers_that_were_copied() {
    let t = demo::portal().await;
    let published = t.app.catalogue.published(&t.app.db, "2.000815").await.unwrap().unwrap();
    let def = published.content.cases[0].results[0].clone();
    let papers = json!([{"ten": "Bằng tốt nghiệp", "so_ban": 2}, {"ten": "Học bạ", "so_ban": 1}]);
    let draft = motcua::office::draft_result::prefilled(&def, &json!({"yeu_cau": {"ds_giay_to": papers}}));
    assert_eq!(draft["noi_dung"], json!({"ten_giay_to": "Bằng tốt nghiệp\nHọc bạ", "so_ban": 3}));
}

#[tokio::test]
async fn who_does_not_have_the_step_does_not_send_it_on() {
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let code = in_hand(&t, "1.001193", &clerk).await;
    let (handler, approver) = (Person::officer(&t, "handler").await, Person::officer(&t, "approver").await);
    let path = format!("/office/dossiers/{code}");
    for other in [&clerk, &approver] {
        let seen = other.get(&path).await.json();
        let may = allowed(&seen);
        assert!(!may.contains(&"forward") && !may.contains(&"return_back"), "{may:?}");
        let refused = is_problem(&other.act(&code, "forward", json!({})).await, 403);
        assert_eq!(rule(&refused), "held-by");
        assert_eq!(refused["holder"], json!({"role": "handler", "officer": null}), "{refused}");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("«Thụ lý»") && detail.contains("Chuyên viên thụ lý"), "{detail}");
    }
    let english = is_problem(&approver.act_in_english(&code, "forward", json!({})).await, 403);
    assert!(english["detail"].as_str().unwrap().contains("“Examination”"), "{english}");
    handler.does(&code, "draft_result", demo::birth_draft()).await;
    handler.does(&code, "forward", json!({})).await;
    // What is to be decided is decided, not passed by.
    let seen = approver.get(&path).await.json();
    assert!(!allowed(&seen).contains(&"forward") && allowed(&seen).contains(&"approve"), "{seen}");
    assert_eq!(rule(&is_problem(&approver.act(&code, "forward", json!({})).await, 409)), "undecided");
}

/// The texts of the SMS about a dossier that say that its result is there.
async fn told_ready(t: &TestApp, code: &str) -> Vec<String> {
    let outbox = t.visitor().get("/api/v1/dev/outbox").await.json();
    let texts = outbox["items"].as_array().unwrap().iter().filter(|item| item["channel"] == "sms");
    let texts = texts.map(|item| item["text"].as_str().unwrap().to_owned());
    texts.filter(|text| text.contains(code) && text.contains("da co ket qua")).collect()
}

#[tokio::test]
async fn the_result_is_announced_when_it_can_be_had() {
    let t = demo::portal().await;
    let (an, clerk) = (Person::citizen(&t, AN).await, Person::officer(&t, "clerk").await);
    let (handler, approver) = (Person::officer(&t, "handler").await, Person::officer(&t, "approver").await);
    for (delivery, words) in [("counter", "den quay"), ("online", "tai ket qua")] {
        let name = an.files_to(&t, "1.001193", delivery).await;
        let code = clerk.does(&name, "accept", json!({})).await["code"].as_str().unwrap().to_owned();
        clerk.does(&code, "forward", json!({})).await;
        handler.does(&code, "draft_result", demo::birth_draft()).await;
        handler.does(&code, "forward", json!({})).await;
        approver.does(&code, "approve", json!({})).await;
        let unsigned = clerk.get(&format!("/office/dossiers/{code}")).await.json();
        assert!(!allowed(&unsigned).contains(&"hand_over"), "nothing to hand over yet");
        approver.does(&code, "sign", json!({})).await;
        assert!(told_ready(&t, &code).await.is_empty(), "{delivery}: nobody can have it yet");
        let waits = async |queue: &str| {
            let list = clerk.get(&format!("/office/dossiers?queue={queue}&q={code}")).await.json();
            list["total"] == 1
        };
        assert!(waits("to_hand_over").await && !waits("to_sign").await, "the seal is put by who hands over");
        clerk.does(&code, "sign", json!({})).await;
        let sealed = told_ready(&t, &code).await;
        assert_eq!(sealed.len(), usize::from(delivery == "counter"), "{delivery}: {sealed:?}");
        let owing = clerk.get(&format!("/office/dossiers/{code}")).await.json();
        assert!(!allowed(&owing).contains(&"hand_over") && allowed(&owing).contains(&"record_payment"), "{owing}");
        clerk.does(&code, "record_payment", json!({"method": "cash"})).await;
        let receiver = json!({"name": "Nguyễn Văn An"});
        clerk.does(&code, "hand_over", json!({"method": delivery, "receiver": receiver, "signed": "hand"})).await;
        let told = told_ready(&t, &code).await;
        assert!(told.len() == 1 && told[0].contains(words), "{delivery}: {told:?}");
    }
}

#[tokio::test]
async fn nobody_is_asked_or_given_online_who_has_no_account() {
    let t = demo::portal().await;
    let (clerk, handler) = (Person::officer(&t, "clerk").await, Person::officer(&t, "handler").await);
    let approver = Person::officer(&t, "approver").await;
    let code = in_hand(&t, "1.001193", &clerk).await;
    let named = code.clone();
    let forget = move |tx: &mut motcua::db::Tx<'_>| {
        use diesel::prelude::*;
        use motcua::db::schema::dossiers::dsl as d;
        let none: Option<motcua::kernel::AccountId> = None;
        diesel::update(d::dossiers.filter(d::code.eq(&named)))
            .set((d::applicant_account.eq(none), d::owner_account.eq(none)))
            .execute(tx.conn())?;
        Ok::<_, motcua::db::Error>(())
    };
    t.app.db.write(forget).await.unwrap();
    let mut draft = demo::birth_draft();
    draft["ask_citizen"] = json!(true);
    let asked = is_problem(&handler.act(&code, "draft_result", draft.clone()).await, 422);
    assert_eq!(asked["errors"][0]["pointer"], "/ask_citizen");
    draft["ask_citizen"] = json!(false);
    handler.does(&code, "draft_result", draft).await;
    handler.does(&code, "forward", json!({})).await;
    approver.does(&code, "approve", json!({})).await;
    approver.does(&code, "sign", json!({})).await;
    clerk.does(&code, "sign", json!({})).await;
    clerk.does(&code, "record_payment", json!({"method": "cash"})).await;
    let given = is_problem(&clerk.act(&code, "hand_over", json!({"method": "online"})).await, 422);
    assert_eq!(given["errors"][0]["pointer"], "/method");
}

#[tokio::test]
async fn nothing_is_owed_for_what_was_not_taken_in() {
    let t = demo::portal().await;
    let clerk = Person::officer(&t, "clerk").await;
    let name = Person::citizen(&t, AN).await.files_for(&t, "2.000635").await;
    let before = clerk.get(&format!("/office/dossiers/{name}")).await.json();
    assert!(before["fees_due"].as_i64().unwrap() > 0, "{before}");
    let refused = clerk.does(&name, "refuse_acceptance", json!({"reason": "Không thuộc thẩm quyền."})).await;
    assert_eq!(refused["fees_due"], 0, "{refused}");
}

#[tokio::test]
async fn the_number_on_the_paper_is_the_results_number_and_nobody_elses() {
    let t = demo::portal().await;
    let (clerk, handler) = (Person::officer(&t, "clerk").await, Person::officer(&t, "handler").await);
    let approver = Person::officer(&t, "approver").await;
    // What the product counts next, typed from the paper book.
    let first = in_hand(&t, "1.001193", &clerk).await;
    handler.does(&first, "draft_result", demo::birth_draft()).await;
    handler.does(&first, "forward", json!({})).await;
    approver.does(&first, "approve", json!({})).await;
    let counted = number_of(&t, &first).await.unwrap();
    let (counted, year) = counted.split_once('/').unwrap();
    let after = |n: u32| format!("{:02}/{year}", counted.parse::<u32>().unwrap() + n);
    let mut draft = demo::birth_draft();
    draft["data"]["so_dang_ky"] = json!({"soDangKy": after(1)});
    let mut decided = Vec::new();
    for _ in 0..2 {
        let code = in_hand(&t, "1.001193", &clerk).await;
        handler.does(&code, "draft_result", draft.clone()).await;
        handler.does(&code, "forward", json!({})).await;
        decided.push(code);
    }
    // At the same moment.
    let approve = async |code: String| (approver.act(&code, "approve", json!({})).await, code);
    let (one, two) = tokio::join!(approve(decided[0].clone()), approve(decided[1].clone()));
    let ((won, named), (lost, _)) = if one.0.status == 200 { (one, two) } else { (two, one) };
    assert_eq!(won.status, 200, "{}", won.body);
    let shown = number_of(&t, &named).await;
    assert_eq!(shown, Some(after(1)), "what the paper bears is what the check of the paper shows");
    let twice = is_problem(&lost, 409);
    assert_eq!(rule(&twice), "number-taken");
    assert!(twice["detail"].as_str().unwrap().contains(&after(1)), "{twice}");
    // Counted by the product, that number is passed over.
    let third = in_hand(&t, "1.001193", &clerk).await;
    handler.does(&third, "draft_result", demo::birth_draft()).await;
    handler.does(&third, "forward", json!({})).await;
    approver.does(&third, "approve", json!({})).await;
    assert_eq!(number_of(&t, &third).await, Some(after(2)));
}

/// The number of a dossier's result.
async fn number_of(t: &TestApp, name: &str) -> Option<String> {
    let name = name.to_owned();
    let read = move |c: &mut motcua::db::Conn| {
        let id = dossiers::find_id(c, &name)?;
        motcua::documents::current_result(c, id)
    };
    t.app.db.read(read).await.unwrap().unwrap().number
}
