use jiff::civil::date;
use serde_json::json;

use super::*;

fn head() -> Letterhead {
    Letterhead {
        parent: None,
        agency: "Ủy ban nhân dân phường Thuận Hóa".into(),
        number: Some("07/2026".into()),
        place: "Huế".into(),
        day: date(2026, 11, 21),
    }
}

fn facts<'a>(fields: &'a Value, answers: &'a Value) -> ResultFacts<'a> {
    ResultFacts {
        head: head(),
        signer: Signatory { authority: None, title: "Chủ tịch".into(), name: "Lê Thị Hồng Minh".into() },
        applicant: Party { name: "Nguyễn Văn An".into(), ..Party::default() },
        procedure: ProcedureName { code: "1.001193".into(), name: "Đăng ký khai sinh".into() },
        code: "H57.01.02-261121-0001".into(),
        submitted_at: date(2026, 11, 20).at(8, 0, 0, 0),
        name: "Giấy khai sinh".into(),
        fields,
        answers,
        facts: vec![Fact { label: "Số bản".into(), value: "2".into() }],
        reason: Some("Lý do một.\n\nLý do hai.".into()),
        words: &|side, pointer| {
            let named = (side, pointer) == (Side::Form, "/me/me_noi_cu_tru");
            named.then(|| "12 Lê Lợi, phường Thuận Hóa".to_owned())
        },
    }
}

#[test]
fn a_birth_certificate_takes_the_result_first_and_the_form_for_the_rest() {
    let fields = json!({
        "noi_dung": {"ho_ten": "Y Ƀlŏ Niê", "ngay_sinh": "2026-11-02", "gioi_tinh": "Nam", "dan_toc": "Ê-đê",
            "quoc_tich": "Việt Nam", "noi_sinh": "Bệnh viện", "que_quan": "Huế", "soDinhDanh": "046226000123",
            "me_ho_ten": "H’Hen Niê", "me_ngay_sinh": "1995"},
        "so_dang_ky": {"soDangKy": "128/2026", "quyenSo": "01", "ngayDangKy": "2026-11-20", "nguoiKy": "Trần Văn Bê",
            "chucVuNguoiKy": "Phó Chủ tịch"},
    });
    let answers = json!({
        "nguoi_yeu_cau": {"nyc_ho_ten": "Nguyễn Văn An", "nyc_loai_giay_to": "Thẻ căn cước", "nyc_so_giay_to": "046090000011"},
        "nguoi_duoc_khai_sinh": {"nks_ho_ten": "tên cũ"},
        "me": {"me_noi_cu_tru": {"province": "46", "commune": "19747", "detail": "12 Lê Lợi"}, "me_dan_toc": "Ê-đê"},
        "cha": {"cha_ho_ten": ""},
    });
    let Paper::BirthCertificate(paper) = result_paper("giay-khai-sinh", facts(&fields, &answers)) else { panic!() };
    assert_eq!(paper.child.name, "Y Ƀlŏ Niê");
    assert_eq!(subjects("giay-khai-sinh", &fields, &answers), ["Y Ƀlŏ Niê"], "the certificate is the child's");
    assert_eq!(subjects("giay-khai-sinh", &json!({}), &answers), ["tên cũ"]);
    assert!(subjects("van-ban-ket-qua", &fields, &answers).is_empty());
    assert_eq!(paper.child.born_in_words, words::date(date(2026, 11, 2)));
    assert_eq!(paper.child.identity.as_deref(), Some("046226000123"));
    let mother = paper.mother.unwrap();
    assert_eq!(mother.residence.as_deref(), Some("12 Lê Lợi, phường Thuận Hóa"));
    assert_eq!((mother.born.as_deref(), mother.ethnicity.as_deref()), (Some("1995"), Some("Ê-đê")));
    assert!(paper.father.is_none(), "an empty name is nobody");
    assert_eq!(paper.declarant.identity.as_deref(), Some("Thẻ căn cước số 046090000011"));
    assert_eq!((paper.registration.number.as_str(), paper.registration.day), ("128/2026", date(2026, 11, 20)));
    assert_eq!(
        (paper.signer.title.as_str(), paper.signer.name.as_str()),
        ("Phó Chủ tịch", "Lê Thị Hồng Minh"),
        "who decided signs, whoever the draft names"
    );
}

#[test]
fn without_an_entry_in_the_register_the_results_own_number_and_day_stand() {
    let (fields, answers) = (json!({}), json!({}));
    let Paper::DeathExtract(paper) = result_paper("trich-luc-khai-tu", facts(&fields, &answers)) else { panic!() };
    assert_eq!((paper.registration.number.as_str(), paper.registration.day), ("07/2026", date(2026, 11, 21)));
    assert_eq!(paper.signer.name, "Lê Thị Hồng Minh");
}

#[test]
fn a_confirmation_of_marital_status_holds_six_months_unless_it_says_otherwise() {
    let answers = json!({"muc_dich": {"muc_dich": "Khác", "muc_dich_khac": "Vay vốn"}});
    for (fields, until) in
        [(json!({"noi_dung": {"co_gia_tri_den": "2027-01-31"}}), date(2027, 1, 31)), (json!({}), date(2027, 5, 21))]
    {
        let paper = result_paper("xac-nhan-tinh-trang-hon-nhan", facts(&fields, &answers));
        let Paper::MaritalStatus(paper) = paper else { panic!() };
        assert_eq!((paper.valid_until, paper.purpose.as_str()), (until, "Vay vốn"));
    }
}

#[test]
fn a_refusal_lists_its_reasons_and_other_results_are_letters_with_their_facts() {
    let (fields, answers) = (json!({"so_dang_ky": {"so": "15/GP"}}), json!({}));
    let Paper::Refusal(paper) = result_paper("van-ban-tu-choi", facts(&fields, &answers)) else { panic!() };
    assert_eq!(paper.reasons, ["Lý do một.", "Lý do hai."]);
    let Paper::Letter(paper) = result_paper("van-ban-ket-qua", facts(&fields, &answers)) else { panic!() };
    assert_eq!(paper.head.number.as_deref(), Some("15/GP"));
    assert_eq!(paper.facts.len(), 1);
}

#[test]
fn times_of_death_read_as_words() {
    assert_eq!(time_in_words("05:20"), "05 giờ 20 phút");
    assert_eq!(time_in_words("05:20:00"), "05 giờ 20 phút");
    assert_eq!(time_in_words("sáng sớm"), "sáng sớm");
}
