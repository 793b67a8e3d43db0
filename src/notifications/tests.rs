//! Every event in every language over every channel.

use jiff::civil::date;
use proptest::prelude::*;

use super::compose::{Text, compose};
use super::event::{CodePurpose, Delivery, DossierFacts, Event, NotExempt, OtherClaim, PayElsewhere, Returns};
use super::notice::Channel;
use super::{Portal, sms};
use crate::kernel::{DossierId, Lang, Timestamp, Vnd};
use crate::templating::letter_word;

fn at() -> Timestamp {
    "2026-11-21T01:05:00Z".parse().expect("an instant")
}

const LONG_AGENCY: &str =
    "Trung tâm Phục vụ hành chính công phường Tân Hưng Thuận Đông, Ủy ban nhân dân thành phố Hồ Chí Minh";
const LONG_PROCEDURE: &str = "Liên thông các thủ tục hành chính về đăng ký khai sinh, cấp Thẻ bảo hiểm y tế cho trẻ em \
                              dưới 6 tuổi, đăng ký thường trú tại nơi không có đơn vị hành chính cấp huyện";
const LONG_NAME: &str = "Công Tằng Tôn Nữ Thị Thanh Hương Giang Nguyễn Hoàng Thục Đoan";

fn facts(long: bool) -> DossierFacts {
    let pick = |short: &str, whole: &str| if long { whole.to_owned() } else { short.to_owned() };
    DossierFacts {
        dossier: DossierId::new(),
        code: pick("H46.11-261121-0007", "H46.101.222-261121-1234567"),
        is_coded: true,
        procedure: pick("Đăng ký khai sinh", LONG_PROCEDURE),
        agency: pick("UBND phường Thuận Hóa", LONG_AGENCY),
        officer: Some(pick("Lê Thị Hồng", LONG_NAME)),
        by_system: false,
        submitted_at: Some(at()),
        received_at: Some(at().plus_minutes(60)),
        processing_at: Some(at().plus_minutes(120)),
        returns: Returns::Due(at().plus_days(2)),
        has_page: true,
    }
}

/// Where something is paid that we do not collect.
fn elsewhere(long: bool) -> PayElsewhere {
    PayElsewhere {
        number: "125/TB-CCT".into(),
        issuer: if long { facts(true).agency } else { "Thuế cơ sở 1 thành phố Huế".into() },
        account: Some("7111.1056137, Kho bạc Nhà nước khu vực XI".into()),
    }
}

#[test]
fn what_is_paid_elsewhere_is_told_with_its_place_and_last_day() {
    let event = Event::PaymentDue {
        dossier: facts(false),
        amount: Vnd(12_500_000),
        lines: vec![],
        due_on: Some(date(2026, 12, 21)),
        elsewhere: Some(elsewhere(false)),
    };
    let due_on = date(2026, 12, 21);
    let reminder = Event::PaymentReminder {
        dossier: facts(false),
        amount: Vnd(12_500_000),
        due_on,
        elsewhere: Some(elsewhere(false)),
    };
    for event in [event, reminder] {
        for (lang, place, not, amount) in [
            (Lang::Vi, "Kho bạc Nhà nước", "tại quầy", "12.500.000 đ"),
            (Lang::En, "State Treasury", "at the counter", "12,500,000 VND"),
        ] {
            for channel in [Channel::Email, Channel::Portal] {
                let body = text(&event, "Nguyễn Văn An", lang, channel).expect("a text").body;
                for part in [place, "21/12/2026", amount, "125/TB-CCT", "Thuế cơ sở 1", "7111.1056137"] {
                    assert!(body.contains(part), "{} {part}: {body}", event.name());
                }
                assert!(!body.contains(not), "{body}");
            }
            let sms = text(&event, "Nguyễn Văn An", lang, Channel::Sms).expect("a text").body;
            assert!(sms.contains("21/12/2026") && !sms.contains("7111"), "{sms}");
            assert!(sms.contains(if lang == Lang::Vi { "Kho bac" } else { "Treasury" }), "{sms}");
        }
    }
}

/// One or more of each event; with long names and codes, or with everyday ones.
fn events(long: bool) -> Vec<Event> {
    let dossier = || facts(long);
    let text = |short: &str| if long { LONG_PROCEDURE.repeat(3) } else { short.to_owned() };
    let amount = Vnd(if long { 999_999_999_999 } else { 8_000 });
    let mut all: Vec<Event> = CodePurpose::ALL
        .into_iter()
        .map(|purpose| Event::OneTimeCode { code: "738291".into(), purpose, expires_at: at().plus_minutes(5) })
        .collect();
    all.extend([Delivery::Online, Delivery::Counter, Delivery::Post].into_iter().flat_map(|delivery| {
        let refused_because = long.then(|| text("Trùng hồ sơ"));
        [
            Event::ResultReady { dossier: dossier(), delivery, refused_because },
            Event::HandedOver { dossier: dossier(), delivery, at: at() },
        ]
    }));
    all.extend([
        Event::Submitted { dossier: dossier(), answer_by: None, fees: amount },
        Event::Submitted { dossier: dossier(), answer_by: Some(at().plus_days(1)), fees: Vnd(0) },
        Event::Accepted { dossier: dossier() },
        Event::AcceptanceRefused { dossier: dossier(), reason: text("Không thuộc thẩm quyền") },
        Event::SupplementRequested {
            dossier: dossier(),
            reason: text("Giấy chứng sinh mờ"),
            items: vec![text("Giấy chứng sinh"), text("Giấy kết hôn")],
            due_on: date(2026, 12, 21),
        },
        Event::SupplementReceived { dossier: dossier(), at: at() },
        Event::DraftToConfirm { dossier: dossier(), until: at().plus_days(1) },
        Event::Moved { dossier: dossier(), to_agency: facts(long).agency, at: at() },
        Event::Apology { dossier: dossier(), was_due: at(), reason: text("Chờ xác minh") },
        Event::Withdrawn { dossier: dossier(), at: at() },
        Event::Stopped { dossier: dossier(), reason: text("Quá hạn bổ sung"), at: at() },
        Event::Progress { dossier: dossier(), status: text("Đang xử lý"), at: at() },
        Event::OfficerMessage { dossier: dossier(), at: at() },
        Event::DraftExpiring {
            dossier: DossierId::new(),
            procedure: facts(long).procedure,
            expires_on: date(2026, 12, 5),
        },
        Event::DataViewed {
            from: date(2026, 11, 1),
            to: date(2026, 11, 30),
            times: if long { u32::MAX } else { 2 },
            agencies: vec![facts(long).agency],
        },
        Event::NewDevice { at: at(), device: text("Chrome trên Windows"), address: Some("203.0.113.9".into()) },
        Event::AccountExists { at: at() },
        Event::PasswordChanged { at: at() },
        Event::ContactChanged { at: at() },
    ]);
    all.extend(money_events(long));
    all
}

fn not_exempt(long: bool, then: NotExempt) -> Event {
    let text = |short: &str| if long { LONG_PROCEDURE.repeat(3) } else { short.to_owned() };
    let (exemption, reason) = (text("Hộ nghèo"), text("Giấy chứng nhận đã hết hạn"));
    Event::ExemptionRefused { dossier: facts(long), exemption, reason, then }
}

fn other_claim(waits: bool) -> OtherClaim {
    OtherClaim {
        exemption: "Có công".into(), waits, paper: waits.then(|| "Giấy chứng nhận người có công".into())
    }
}

#[test]
fn who_is_not_exempt_is_told_what_is_to_be_paid_and_nothing_untrue() {
    let told = |then: NotExempt, lang: Lang| {
        text(&not_exempt(false, then), "Ksor H'Bơ", lang, Channel::Email).expect("a text").body
    };
    let later = "Cơ quan sẽ báo số tiền phải nộp.";
    assert!(told(NotExempt { later: true, ..NotExempt::default() }, Lang::Vi).contains(later));
    let nothing = told(NotExempt::default(), Lang::Vi);
    assert!(nothing.contains("không phải nộp thêm khoản nào") && !nothing.contains(later), "{nothing}");
    let other = |waits: bool| NotExempt { other: Some(other_claim(waits)), ..NotExempt::default() };
    let waits = told(other(true), Lang::Vi);
    assert!(waits.contains("(Có công)") && waits.contains("Giấy chứng nhận người có công"), "{waits}");
    assert!(!waits.contains(later) && !waits.contains("không phải nộp thêm"), "{waits}");
    assert!(told(other(false), Lang::Vi).contains("vẫn được miễn theo diện khác: Có công."));
    let both = told(NotExempt { amount: Vnd(8_000), ..other(true) }, Lang::En);
    assert!(both.contains("8,000 VND") && both.contains("(Có công)"), "{both}");
}

#[test]
fn english_letters_about_money_hold_no_vietnamese() {
    let english = |event: Event| text(&event, "Ann", Lang::En, Channel::Email).expect("a text").body;
    let lines = vec![("Land use fee".to_owned(), Vnd(12_000_000))];
    let due =
        Event::PaymentDue { dossier: facts(false), amount: Vnd(12_000_000), lines, due_on: None, elsewhere: None };
    let due = english(due);
    assert!(due.contains("Land use fee: 12,000,000 VND") && !due.contains("000 đ"), "{due}");
    let number = "GNT-7".to_owned();
    let paid_on = date(2026, 11, 17);
    let paid =
        english(Event::TreasuryRecorded { dossier: facts(false), amount: Vnd(500_000), at: at(), number, paid_on });
    assert!(paid.contains("500,000 VND paid to the state budget, by payment slip no. GNT-7 of 17/11/2026."), "{paid}");
}

/// The same of the events about fees and what is owed.
fn money_events(long: bool) -> Vec<Event> {
    let dossier = || facts(long);
    let text = |short: &str| if long { LONG_PROCEDURE.repeat(3) } else { short.to_owned() };
    let amount = Vnd(if long { 999_999_999_999 } else { 8_000 });
    vec![
        not_exempt(long, NotExempt { amount, first: true, ..NotExempt::default() }),
        not_exempt(long, NotExempt { later: true, ..NotExempt::default() }),
        not_exempt(long, NotExempt { other: Some(other_claim(true)), ..NotExempt::default() }),
        not_exempt(long, NotExempt { amount, other: Some(other_claim(false)), ..NotExempt::default() }),
        not_exempt(long, NotExempt::default()),
        Event::PaymentDue {
            dossier: dossier(),
            amount,
            lines: vec![(text("Lệ phí bản sao"), amount)],
            due_on: Some(date(2026, 12, 21)),
            elsewhere: Some(elsewhere(long)),
        },
        Event::PaymentDue { dossier: dossier(), amount, lines: vec![], due_on: None, elsewhere: None },
        Event::PaymentDue {
            dossier: dossier(),
            amount,
            lines: vec![],
            due_on: Some(date(2026, 12, 21)),
            elsewhere: None,
        },
        Event::PaymentReminder { dossier: dossier(), amount, due_on: date(2026, 12, 21), elsewhere: None },
        Event::PaymentReminder {
            dossier: dossier(),
            amount,
            due_on: date(2026, 12, 21),
            elsewhere: Some(elsewhere(long)),
        },
        Event::TreasuryRecorded {
            dossier: dossier(),
            amount,
            at: at(),
            number: text("GNT-12"),
            paid_on: date(2026, 11, 17),
        },
        Event::PaymentReceived { dossier: dossier(), amount, at: at(), receipt: Some("1C26THU-0000123".into()) },
        Event::PaymentReceived { dossier: dossier(), amount, at: at(), receipt: None },
        Event::PaymentRefunded { dossier: dossier(), amount, at: at(), reason: text("Nộp hai lần") },
        Event::PaidTooMuch { dossier: dossier(), amount, changed: true, at: at() },
        Event::PaidTooMuch { dossier: dossier(), amount, changed: false, at: at() },
    ]
}

fn text(event: &Event, name: &str, lang: Lang, channel: Channel) -> Option<Text> {
    compose(event, name, lang, channel).unwrap_or_else(|e| panic!("{} {channel:?} {lang:?}: {e}", event.name()))
}

#[test]
fn every_sms_is_one_plain_segment_with_whole_codes_and_the_portals_host() {
    let portal = Portal::new("https://dichvucong.bocongthuong.gov.vn");
    for long in [false, true] {
        for event in events(long) {
            for lang in [Lang::Vi, Lang::En] {
                let name = if long { LONG_NAME } else { "Nguyễn Văn An" };
                let kept = text(&event, name, lang, Channel::Sms).expect("every event has an SMS").body;
                let sent = portal.fill(&kept);
                assert!(sms::fits(&sent), "{} letters: {sent}", sent.len());
                assert!(sent.contains("dichvucong.bocongthuong.gov.vn"), "{sent}");
                assert!(!sent.contains("http") && !sent.contains("  ") && (long || !sent.contains("..")), "{sent}");
                if let Some(facts) = event.facts() {
                    assert!(sent.contains(&facts.code), "the code is whole: {sent}");
                    assert!(!sent.contains("Le Thi Hong"), "an officer's name stays out of SMS: {sent}");
                }
                if let Event::OneTimeCode { code, .. } = &event {
                    assert!(
                        sent.starts_with(code.as_str()),
                        "the code is seen on a locked screen's first line: {sent}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_notice_about_a_dossier_says_what_the_law_asks_for() {
    for lang in [Lang::Vi, Lang::En] {
        for event in events(false) {
            let Some(facts) = event.facts() else { continue };
            for channel in [Channel::Email, Channel::Portal] {
                let text = text(&event, "Nguyễn Văn An", lang, channel).expect("a text");
                let must = [&facts.agency, facts.officer.as_ref().expect("an officer"), &facts.code];
                for part in must {
                    assert!(text.body.contains(part.as_str()), "{} lacks {part}:\n{}", event.name(), text.body);
                }
                for time in ["08:05 21/11/2026", "09:05 21/11/2026", "10:05 21/11/2026", "08:05 23/11/2026"] {
                    assert!(text.body.contains(time), "{} lacks {time}:\n{}", event.name(), text.body);
                }
            }
        }
    }
}

#[test]
fn what_is_not_known_yet_is_said_to_be_so() {
    let mut early = facts(false);
    (early.officer, early.received_at, early.processing_at) = (None, None, None);
    (early.is_coded, early.returns) = (false, Returns::OnAcceptance);
    let event = Event::Submitted { dossier: early, answer_by: Some(at()), fees: Vnd(0) };
    let body = text(&event, "Nguyễn Văn An", Lang::Vi, Channel::Portal).expect("a text").body;
    for part in ["Mã nộp hồ sơ: ", "chưa phân công", "chưa tiếp nhận", "chưa xử lý", "báo khi tiếp nhận"]
    {
        assert!(body.contains(part), "{body}");
    }
    assert!(!body.contains("khoản phải nộp"), "{body}");
}

#[test]
fn what_is_said_of_the_result_is_true_of_the_dossier() {
    let said = |returns, lang| {
        let dossier = DossierFacts { returns, ..facts(false) };
        text(&Event::OfficerMessage { dossier, at: at() }, "Nguyễn Văn An", lang, Channel::Email).expect("a text").body
    };
    for (returns, vi, en) in [
        (Returns::Due(at()), "Hẹn trả kết quả: 08:05 21/11/2026", "Result due: 08:05 21/11/2026"),
        (Returns::Done(at()), "Thời điểm trả kết quả: 08:05 21/11/2026", "Result handed over: 08:05 21/11/2026"),
        (Returns::Never, "không có, hồ sơ đã kết thúc", "none, the dossier has ended"),
        (Returns::Paused, "thời hạn đang tạm dừng", "the time limit stands still"),
        (Returns::Open, "chưa có ngày hẹn", "no date is set yet"),
    ] {
        for (lang, words) in [(Lang::Vi, vi), (Lang::En, en)] {
            let body = said(returns, lang);
            assert!(body.contains(words), "{words}: {body}");
            assert!(!body.contains("báo khi tiếp nhận") && !body.contains("told on acceptance"), "{body}");
        }
    }
    let mut refused = facts(false);
    (refused.received_at, refused.processing_at, refused.returns) = (None, None, Returns::Never);
    refused.is_coded = false;
    let event = Event::AcceptanceRefused { dossier: refused, reason: "Không thuộc thẩm quyền".into() };
    for (lang, parts) in [
        (Lang::Vi, ["Mã nộp hồ sơ: ", "Thời điểm tiếp nhận: không tiếp nhận", "Thời điểm xử lý: không xử lý"]),
        (Lang::En, ["Submission reference: ", "Accepted: no\n", "Processed: no\n"]),
    ] {
        let body = text(&event, "Nguyễn Văn An", lang, Channel::Email).expect("a text").body;
        assert!(parts.iter().all(|part| body.contains(part)), "{body}");
    }
}

#[test]
fn who_has_no_account_is_sent_to_no_page_of_theirs() {
    let dossier = || DossierFacts { has_page: false, ..facts(false) };
    for event in [
        Event::Accepted { dossier: dossier() },
        Event::AcceptanceRefused { dossier: dossier(), reason: "Không thuộc thẩm quyền".into() },
        Event::Stopped { dossier: dossier(), reason: "Quá hạn bổ sung".into(), at: at() },
        Event::HandedOver { dossier: dossier(), delivery: Delivery::Counter, at: at() },
        Event::PaymentDue { dossier: dossier(), amount: Vnd(8_000), lines: vec![], due_on: None, elsewhere: None },
        Event::PaymentReminder { dossier: dossier(), amount: Vnd(8_000), due_on: date(2026, 12, 21), elsewhere: None },
    ] {
        for (lang, page) in [(Lang::Vi, "trang hồ sơ"), (Lang::En, "dossier's page")] {
            let body = text(&event, "Ksor H'Bơ", lang, Channel::Email).expect("a text").body;
            assert!(!body.contains(page) && !body.contains("/ho-so/"), "{} {body}", event.name());
            assert!(body.contains("/tra-cuu?ma=H46.11-261121-0007"), "{body}");
        }
    }
}

#[test]
fn texts_are_tidy_and_leave_nothing_unfilled() {
    for long in [false, true] {
        for event in events(long) {
            for (lang, channel) in [
                (Lang::Vi, Channel::Email),
                (Lang::En, Channel::Email),
                (Lang::Vi, Channel::Portal),
                (Lang::En, Channel::Portal),
            ] {
                let Some(text) = text(&event, "Ksor H'Bơ", lang, channel) else {
                    assert_eq!((event.name(), channel), ("one_time_code", Channel::Portal));
                    continue;
                };
                let subject = text.subject.expect("a subject");
                assert!(!subject.is_empty() && !text.body.is_empty());
                let shown = Portal::new("http://127.0.0.1:8080").fill(&format!("{subject}\n{}", text.body));
                assert!(!shown.contains(['{', '}', '%']) && !shown.contains("\n\n\n"), "{shown}");
                assert_eq!(
                    shown.contains("http://"),
                    channel == Channel::Email && shown.contains("127.0.0.1"),
                    "{shown}"
                );
            }
        }
    }
}

#[test]
fn every_word_is_there_in_both_languages() {
    let mut keys: Vec<&str> = CodePurpose::ALL.into_iter().map(CodePurpose::word).collect();
    keys.extend([
        "letter-collect-online",
        "letter-collect-counter",
        "letter-collect-post",
        "letter-collected-online",
        "letter-collected-counter",
    ]);
    keys.extend(["letter-collected-post", "letter-outcome-granted", "letter-outcome-refused", "letter-before"]);
    for lang in [Lang::Vi, Lang::En] {
        for key in &keys {
            assert_ne!(&letter_word(lang, key), key, "{lang:?}");
        }
    }
}

#[test]
fn a_name_can_neither_forge_a_line_nor_carry_a_link() {
    let event = Event::AccountExists { at: at() };
    let evil = "An\nCơ quan: trúng thưởng\r\nhttps://xau.example/a\u{0}";
    let mail = text(&event, evil, Lang::Vi, Channel::Email).expect("a text");
    assert!(mail.body.lines().all(|line| !line.starts_with("Cơ quan: trúng")), "{}", mail.body);
    let short = text(&event, evil, Lang::Vi, Channel::Sms).expect("a text").body;
    assert!(!short.contains("://") && !short.contains("xau.example"), "{short}");
}

#[test]
fn a_host_too_long_for_an_sms_is_left_out() {
    let portal = Portal::new("https://dichvucong.mot-ten-mien-rat-dai.example.gov.vn/cong/");
    assert_eq!(portal.fill("Xem {portal}"), "Xem Cong DVC");
    assert_eq!(portal.fill("{portal_url}/ho-so"), "https://dichvucong.mot-ten-mien-rat-dai.example.gov.vn/cong/ho-so");
    assert_eq!(Portal::new("http://127.0.0.1:8080").host(), "127.0.0.1");
}

proptest! {
    #[test]
    fn whatever_names_and_codes_hold_an_sms_stays_one_segment(
        name in "\\PC{0,60}", agency in "\\PC{0,120}", code in "[A-Z0-9.-]{6,60}", procedure in "\\PC{0,200}",
    ) {
        let mut facts = facts(false);
        (facts.agency, facts.code, facts.procedure) = (agency, code, procedure.clone());
        let events = [
            Event::Accepted { dossier: facts.clone() },
            Event::Submitted { dossier: facts.clone(), answer_by: Some(at()), fees: Vnd(1) },
            Event::Progress { dossier: facts, status: procedure.clone(), at: at() },
            Event::DraftExpiring { dossier: DossierId::new(), procedure, expires_on: date(2026, 12, 5) },
            Event::PasswordChanged { at: at() },
        ];
        for event in events {
            for lang in [Lang::Vi, Lang::En] {
                let kept = compose(&event, &name, lang, Channel::Sms).expect("filled").expect("an SMS").body;
                let sent = Portal::new("https://dichvucong.thanhphohochiminh.gov.vn").fill(&kept);
                prop_assert!(sms::fits(&sent), "{} letters: {}", sent.len(), sent);
            }
        }
    }
}
