//! Tests of folding, keys and SMS, with the letters of many ethnic groups.

use proptest::prelude::*;

use super::*;

#[test]
fn one_normal_form_at_the_door() {
    let decomposed = "Nguye\u{302}\u{303}n  Va\u{306}n\u{a0}A\u{200b}n\t ";
    assert_eq!(line(decomposed), "Nguyễn Văn An");
    assert_eq!(line("a\u{0}b\u{202e}c"), "a bc");
    assert_eq!(lines("\r\n một \r\nhai\rba\n\n"), "một\nhai\nba");
    assert_eq!(line(" \n "), "");
}

#[test]
fn folding_makes_spellings_meet() {
    for (a, b) in [
        ("Y Ƀlŏ Niê", "y blo nie"),
        ("Ksor H'Bơ", "ksor hbo"),
        ("H’Bơ", "H`bo"),
        ("HʼBơ Ƀuôn Yă", "hbo buon ya"),
        ("Đăng ký khai sinh", "DANG KY KHAI SINH"),
        ("Ðặng Thị Đào", "dang thi dao"),
        ("Rơ Châm H'Pốt", "ro cham hpot"),
        ("K’Brôih Čil Ơ̆k", "kbroih cil ok"),
        ("Điểu Ñơm Ô̆ng Ư̆t", "dieu nom ong ut"),
        ("A Lăng Bhŭơch", "a lang bhuoch"),
        ("Nguye\u{302}\u{303}n", "nguyễn"),
    ] {
        assert_eq!(fold(a), fold(b), "{a} and {b}");
    }
    assert_eq!(fold("  Trần   Thị\tBình "), "tran thi binh");
}

#[test]
fn the_register_key() {
    assert_eq!(population_key("Nguyễn Văn An"), "NGUYENVANAN");
    assert_eq!(population_key("Y Ƀlŏ Niê"), "YBLONIE");
    assert_eq!(population_key("Ksor H’Bơ"), "KSORH'BO");
    assert_eq!(population_key("Đinh Thị Ánh"), "DINHTHIANH");
}

#[test]
fn names_sort_by_given_name_letters_and_tones() {
    let sorted = [
        "Nguyễn Văn An",
        "Trần Thị An",
        "Lê Văn Ánh",
        "Nguyễn Ăn",
        "Phạm Thị Ân",
        "Y Ban",
        "Ama Ƀan",
        "Lê Dung",
        "Lê Đàn",
        "Lê Hoa",
        "Trần Hoa",
        "Lê Hòa",
        "Lê Hỏa",
        "Lê Hóa",
        "Lê Họa",
        "Lê Hoan",
        "Lê Oanh",
        "Lê Ổn",
        "Lê Ơn",
        "Lê Tuấn",
        "Lê Tư",
    ];
    let mut shuffled = sorted.to_vec();
    shuffled.reverse();
    shuffled.sort_by_key(|name| sort_key(name));
    assert_eq!(shuffled, sorted);
    assert!(sort_key("Lê Thị Ánh 中").is_ascii());
    assert_eq!(sort_key(""), "");
}

/// Every letter of Vietnamese and of the minority alphabets, lower case.
const LETTERS: &str = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ\
    ƀčĕĭñŏŭêôơưjwzfôơ̆ô̆ư̆ê̆â̆ɓɗŋłṅẅ";

#[test]
fn sms_has_only_gsm_letters() {
    for text in [LETTERS.to_owned(), LETTERS.to_uppercase(), LETTERS.nfd().collect()] {
        let folded = sms(&text);
        assert!(folded.chars().all(|c| c.is_ascii_alphabetic()), "{folded}");
    }
    assert_eq!(sms("«Y Ƀlŏ» – 8.000 ₫… H’Bơ 😀"), "\"Y Blo\" - 8.000 d... H'Bo ");
    assert_eq!(sms("dòng\u{a0}một\nhai"), "dong mot\nhai");
    assert_eq!(sms("à è é ì ò ù É"), "a e e i o u E");
}

#[test]
fn segments_by_the_known_vectors() {
    for (text, wanted) in [
        ("a".repeat(160), 1),
        ("a".repeat(161), 2),
        ("a".repeat(306), 2),
        ("a".repeat(307), 3),
        ("ế".repeat(70), 1),
        ("ế".repeat(71), 2),
        ("ế".repeat(134), 2),
        ("ế".repeat(135), 3),
        ("e\u{302}\u{301}".repeat(70), 4),
        ("[]{}".repeat(20), 1),
        (format!("{}[", "[]{}".repeat(20)), 2),
        ("àèéìòùÉ".to_owned(), 1),
        ("😀".repeat(35), 1),
        ("😀".repeat(36), 2),
        (String::new(), 0),
    ] {
        assert_eq!(gsm_segments(&text), wanted, "{text}");
    }
    let status = "Hồ sơ H29.12-261121-0001 đã được tiếp nhận tại Bộ phận Một cửa phường Thuận Hóa. \
        Hẹn trả kết quả lúc 17 giờ ngày 23/11/2026. Trân trọng cảm ơn ông bà";
    assert_eq!((status.chars().count(), gsm_segments(status), gsm_segments(&sms(status))), (149, 3, 1));
}

#[test]
fn plausible_addresses() {
    for good in ["an@demo.invalid", "a.b+c@x-y.gov.vn", "o'neil@hue.gov.vn"] {
        assert!(is_email(good), "{good}");
    }
    for bad in [
        "",
        "an",
        "an@",
        "@x.vn",
        "an@localhost",
        "a n@x.vn",
        "a@x..vn",
        "a@-x.vn",
        "a@x.1",
        "ă@x.vn",
        "a@b@c.vn",
        ".a@x.vn",
    ] {
        assert!(!is_email(bad), "{bad}");
    }
    assert!(!is_email(&format!("{}@x.vn", "a".repeat(65))));
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once.clone());
        prop_assert_eq!(fold(&text.nfd().collect::<String>()), once);
    }

    #[test]
    fn sms_is_ascii_and_stays(text in any::<String>()) {
        let once = sms(&text);
        prop_assert!(once.chars().all(|c| c.is_ascii() && gsm_size(c).is_some()));
        prop_assert_eq!(sms(&once), once);
    }

    #[test]
    fn a_clean_line_stays(text in any::<String>()) {
        let once = line(&text);
        prop_assert_eq!(line(&once), once);
    }
}
