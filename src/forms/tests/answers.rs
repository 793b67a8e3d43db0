//! Checking, hiding, computing, prefilling, moving answers.

use serde_json::json;

use super::*;

#[test]
fn the_example_is_complete_and_valid() {
    birth().self_test(&ctx()).unwrap();
    let answers = birth().check(&example(), CheckMode::Complete, &ctx()).unwrap();
    assert!(answers.is_complete());
    let data = answers.data();
    assert_eq!(data["gia_dinh"]["so_nguoi"], json!(1));
    assert_eq!(data["gia_dinh"]["tong_thu_nhap"], json!(1_500_000));
    assert_eq!(data["gia_dinh"]["bang_chu"], json!("Một triệu năm trăm nghìn đồng"));
    let words = data["nguoi_duoc_khai_sinh"]["nks_ngay_sinh_bang_chu"].as_str().unwrap();
    assert!(words.ends_with("năm hai nghìn không trăm hai mươi sáu"), "{words}");
    // What passed is valid for any other JSON Schema validator too, and passes again unchanged.
    assert!(jsonschema::is_valid(birth().schema(), data));
    let again = birth().check(data, CheckMode::Complete, &ctx()).unwrap();
    assert_eq!(again.data(), data);
}

#[test]
fn nothing_answered_names_every_required_field() {
    let errors = faults(birth().check(&json!({}), CheckMode::Complete, &ctx()));
    assert_eq!(
        errors,
        [
            "/nguoi_yeu_cau/nyc_ho_ten required",
            "/nguoi_yeu_cau/nyc_ngay_sinh required",
            "/nguoi_yeu_cau/nyc_loai_giay_to required",
            "/nguoi_yeu_cau/nyc_so_giay_to required",
            "/nguoi_yeu_cau/nyc_dien_thoai required",
            "/nguoi_duoc_khai_sinh/nks_ho_ten required",
            "/nguoi_duoc_khai_sinh/nks_ngay_sinh required",
            "/nguoi_duoc_khai_sinh/nks_gioi_tinh required",
            "/nguoi_duoc_khai_sinh/nks_dan_toc required",
            "/nguoi_duoc_khai_sinh/nks_quoc_tich required",
            "/nguoi_duoc_khai_sinh/nks_noi_sinh_dvhc required",
            "/ban_sao/de_nghi_ban_sao required",
            "/cam_doan/cam_doan required",
        ]
    );
    assert!(birth().check(&json!({}), CheckMode::Draft, &ctx()).is_ok());
    let section = birth().check_section("cam_doan", &json!({}), CheckMode::Complete, &ctx()).unwrap_err();
    assert_eq!(section.len(), 1);
    assert_eq!(section[0].message(Lang::Vi), "Vui lòng đánh dấu vào ô này để tiếp tục.");
    assert_eq!(errors.len(), 13);
}

#[test]
fn each_rule_speaks_at_its_field() {
    let cases = [
        ("/nguoi_yeu_cau/nyc_so_giay_to", json!("07920300123"), "format.vn_identity_any"),
        ("/nguoi_yeu_cau/nyc_so_giay_to", json!("046190000011"), "identity.sex"),
        ("/nguoi_yeu_cau/nyc_so_giay_to", json!("046091000011"), "identity.birth"),
        ("/nguoi_yeu_cau/nyc_dien_thoai", json!("12345"), "format.vn_phone"),
        ("/nguoi_yeu_cau/nyc_email", json!("an@"), "format.email"),
        ("/nguoi_yeu_cau/nyc_ngay_sinh", json!("2030-01-01"), "future"),
        ("/nguoi_yeu_cau/nyc_ngay_sinh", json!("2020-01-01"), "too_young"),
        ("/nguoi_yeu_cau/nyc_ngay_sinh", json!("31/02/1990"), "format.date"),
        ("/nguoi_yeu_cau/nyc_loai_giay_to", json!("Thẻ bài"), "enum"),
        ("/nguoi_yeu_cau/nyc_noi_cu_tru/commune", json!("26734"), "address.commune_elsewhere"),
        ("/nguoi_yeu_cau/nyc_noi_cu_tru/commune", json!("99999"), "format.vn_commune"),
        ("/nguoi_yeu_cau/nyc_noi_cu_tru/province", json!("99"), "format.vn_province"),
        ("/nguoi_duoc_khai_sinh/nks_dan_toc", json!("77"), "list"),
        ("/nguoi_duoc_khai_sinh/nks_noi_sinh_dvhc", json!("Bình Điền"), "ambiguous"),
        ("/me/me_ngay_sinh", json!("13/1960"), "format.partial_date"),
        ("/gia_dinh/thanh_vien/0/so_dinh_danh", json!("046061000011"), "identity.birth"),
        ("/gia_dinh/thanh_vien/0/thu_nhap", json!(-1), "minimum"),
        ("/ban_sao/so_luong_ban_sao", json!(51), "maximum"),
        ("/ban_sao/giay_to_kem", json!(["Giấy khác"]), "enum"),
        ("/cam_doan/cam_doan", json!(false), "const"),
    ];
    for (at, value, code) in cases {
        let found = with(at, value.clone());
        assert!(found.iter().any(|f| f.starts_with(at) && f.ends_with(code)), "{at} {value}: {found:?}");
    }
    let address = without("/nguoi_yeu_cau/nyc_noi_cu_tru/commune");
    assert_eq!(address, ["/nguoi_yeu_cau/nyc_noi_cu_tru/commune required"]);
}

#[test]
fn typed_spellings_come_to_one_form() {
    let mut data = example();
    let mut put = |at: &str, value: &str| super::super::pointer::put(&mut data, at, json!(value));
    put("/nguoi_yeu_cau/nyc_dien_thoai", "+84 912 000 011");
    put("/nguoi_yeu_cau/nyc_so_giay_to", "046 090 000 011");
    put("/nguoi_duoc_khai_sinh/nks_quoc_tich", "Việt Nam");
    put("/nguoi_duoc_khai_sinh/nks_noi_sinh_dvhc", "thuan hoa");
    let answers = birth().check(&data, CheckMode::Complete, &ctx()).unwrap();
    let at = |pointer: &str| answers.data().pointer(pointer).cloned().unwrap_or_default();
    assert_eq!(at("/nguoi_yeu_cau/nyc_dien_thoai"), json!("0912000011"));
    assert_eq!(at("/nguoi_yeu_cau/nyc_so_giay_to"), json!("046090000011"));
    assert_eq!(at("/nguoi_duoc_khai_sinh/nks_quoc_tich"), json!("VN"));
    assert_eq!(at("/nguoi_duoc_khai_sinh/nks_noi_sinh_dvhc"), json!("19774"));
}

#[test]
fn hidden_fields_are_dropped_and_never_asked_for() {
    let mut data = example();
    data["ban_sao"]["de_nghi_ban_sao"] = json!(false);
    data["me"]["me_chua_xac_dinh"] = json!(true);
    data["gia_dinh"]["thanh_vien"][0]["co_viec"] = json!(false);
    let pruned = birth().prune(&data);
    assert_eq!(pruned["ban_sao"], json!({"de_nghi_ban_sao": false}));
    assert_eq!(pruned["me"], json!({"me_chua_xac_dinh": true}));
    assert!(pruned["gia_dinh"]["thanh_vien"][0].get("noi_lam").is_none());
    assert!(birth().check(&data, CheckMode::Complete, &ctx()).is_ok());
    // Whatever stands in a hidden field is no fault.
    data["ban_sao"]["so_luong_ban_sao"] = json!(9_999);
    data["me"]["me_so_giay_to"] = json!("abc 😀");
    assert_eq!(faults(birth().check(&data, CheckMode::Complete, &ctx())), Vec::<String>::new());
    // Shown, it is asked for.
    assert_eq!(without("/ban_sao/so_luong_ban_sao"), ["/ban_sao/so_luong_ban_sao required"]);
}

#[test]
fn drafts_hold_what_is_half_typed_but_not_what_is_ill_typed() {
    let draft = |data: Value| faults(birth().check(&data, CheckMode::Draft, &ctx()));
    assert!(draft(json!({"nguoi_yeu_cau": {"nyc_so_giay_to": "079", "nyc_ngay_sinh": "31/02"}})).is_empty());
    assert!(draft(json!({"gia_dinh": {"thanh_vien": [{}, {"ho_ten": "An"}]}})).is_empty());
    assert!(draft(json!({"nguoi_yeu_cau": {"nyc_email": null, "nyc_ho_ten": "  "}})).is_empty());
    let cases = [
        (json!({"nguoi_yeu_cau": {"nyc_ho_ten": 5}}), "/nguoi_yeu_cau/nyc_ho_ten type"),
        (json!({"nguoi_yeu_cau": {"la": 5}}), "/nguoi_yeu_cau/la unknown"),
        (json!({"la": {}}), "/la unknown"),
        (json!({"nguoi_yeu_cau": []}), "/nguoi_yeu_cau type"),
        (json!({"ban_sao": {"so_luong_ban_sao": 1.5}}), "/ban_sao/so_luong_ban_sao format.integer"),
        (json!({"ban_sao": {"so_luong_ban_sao": "2"}}), "/ban_sao/so_luong_ban_sao type"),
        (json!({"ban_sao": {"giay_to_kem": "x"}}), "/ban_sao/giay_to_kem type"),
        (json!({"cam_doan": {"cam_doan": "true"}}), "/cam_doan/cam_doan type"),
        (json!({"nguoi_yeu_cau": {"nyc_gioi_tinh": "Khác"}}), "/nguoi_yeu_cau/nyc_gioi_tinh enum"),
        (json!({"gia_dinh": {"thanh_vien": [1, 2, 3, 4, 5, 6]}}), "/gia_dinh/thanh_vien too_many"),
        (json!([]), " type"),
        (json!("x"), " type"),
    ];
    for (data, fault) in cases {
        assert_eq!(draft(data.clone()), [fault], "{data}");
    }
}

#[test]
fn prefill_knows_the_account_and_says_so() {
    let person = Person {
        full_name: Some("Nguyễn Văn An".into()),
        date_of_birth: Some(crate::kernel::PartialDate::Day(jiff::civil::Date::constant(1990, 5, 12))),
        male: Some(true),
        identity_number: Some("046090000011".into()),
        phone: Some("+84912000011".into()),
        email: Some("không phải địa chỉ".into()),
        address: Some(Address { province: Some("46".into()), commune: Some("19753".into()), detail: None }),
        ..Person::default()
    };
    let prefill = birth().prefill(&person, &ctx());
    assert_eq!(
        prefill.data,
        json!({
            "nguoi_yeu_cau": {
                "nyc_ho_ten": "Nguyễn Văn An", "nyc_ngay_sinh": "1990-05-12", "nyc_gioi_tinh": "Nam",
                "nyc_so_giay_to": "046090000011", "nyc_dien_thoai": "0912000011",
                "nyc_noi_cu_tru": {"province": "46", "commune": "19753"},
            },
            "nguoi_duoc_khai_sinh": {"nks_quoc_tich": "VN"},
            "ban_sao": {"de_nghi_ban_sao": false},
            "gia_dinh": {"so_nguoi": 0},
        })
    );
    assert_eq!(prefill.sources["/nguoi_yeu_cau/nyc_ho_ten"], Source::Account);
    assert_eq!(prefill.sources["/ban_sao/de_nghi_ban_sao"], Source::Default);
    assert!(!prefill.sources.contains_key("/nguoi_yeu_cau/nyc_email"));
}

#[test]
fn identity_and_search_fields_are_found_in_lists_too() {
    let mut data = example();
    data["gia_dinh"]["thanh_vien"][0]["so_dinh_danh"] = json!("046060000019");
    let found = birth().identity_pointers(&data);
    assert_eq!(
        found,
        [
            ("/nguoi_yeu_cau/nyc_so_giay_to".to_owned(), "046090000011".to_owned()),
            ("/gia_dinh/thanh_vien/0/so_dinh_danh".to_owned(), "046060000019".to_owned()),
        ]
    );
    assert_eq!(birth().searchable(&data), [("/nguoi_duoc_khai_sinh/nks_ho_ten".to_owned(), "H'Bơ Niê".to_owned())]);
}

#[test]
fn a_draft_moves_to_the_next_revision() {
    let mut next = definition();
    let child = &mut next["schema"]["properties"]["nguoi_duoc_khai_sinh"];
    // The name moves to another key, the phone becomes required text of another length, a field goes.
    let name = child["properties"]["nks_ho_ten"].take();
    child["properties"]["ten_tre"] = name;
    child["properties"].as_object_mut().unwrap().remove("nks_ho_ten");
    child["required"][0] = json!("ten_tre");
    next["schema"]["properties"]["ban_sao"]["properties"]["so_luong_ban_sao"]["maximum"] = json!(20);
    next["schema"]["properties"]["ban_sao"]["properties"]["giay_to_kem"]["items"]["enum"] = json!(["Giấy kết hôn"]);
    let next = Form::load(&next).unwrap();
    let (data, changed) = next.migrate_from(&birth(), &example());
    assert_eq!(data["nguoi_duoc_khai_sinh"]["ten_tre"], json!("H'Bơ Niê"));
    assert!(data["nguoi_duoc_khai_sinh"].get("nks_ho_ten").is_none());
    assert_eq!(data["ban_sao"], json!({"de_nghi_ban_sao": true, "so_luong_ban_sao": 2, "giay_to_kem": []}));
    assert!(next.check(&data, CheckMode::Draft, &ctx()).is_ok());
    assert_eq!(data["gia_dinh"]["thanh_vien"], example()["gia_dinh"]["thanh_vien"]);
    assert_eq!(changed, ["ban_sao"]);
    let (same, none) = birth().migrate_from(&birth(), &example());
    assert_eq!((same, none), (example(), Vec::new()));
}

#[test]
fn a_thousand_fields_are_no_trouble() {
    let mut properties = serde_json::Map::new();
    let mut pages = Vec::new();
    for s in 0..20 {
        let mut fields = serde_json::Map::new();
        let mut controls = Vec::new();
        for f in 0..50 {
            let key = format!("f{f}");
            fields.insert(
                key.clone(),
                json!({"type": "string", "format": "person-name", "title": format!("Mục {s}.{f}")}),
            );
            let mut control = json!({"type": "Control", "scope": format!("#/properties/s{s}/properties/{key}")});
            if f % 10 == 9 {
                let scope = format!("#/properties/s{s}/properties/f0");
                control["rule"] = json!({"effect": "HIDE", "condition": {"scope": scope, "schema": {"const": "Ẩn"}}});
            }
            controls.push(control);
        }
        let required: Vec<String> = (0..50).map(|f| format!("f{f}")).collect();
        let section =
            json!({"type": "object", "additionalProperties": false, "properties": fields, "required": required});
        properties.insert(format!("s{s}"), section);
        pages.push(json!({"type": "Category", "label": format!("Trang {s}"), "elements": controls}));
    }
    let form = Form::load(&json!({
        "version": 1,
        "schema": {"type": "object", "additionalProperties": false, "properties": properties},
        "uischema": {"type": "Categorization", "elements": pages},
    }))
    .unwrap();
    assert_eq!(form.field_ids().len(), 1000);
    let errors = form.check(&json!({}), CheckMode::Complete, &ctx()).unwrap_err();
    assert_eq!((errors.len(), errors[0].pointer.as_str()), (limits::ERRORS, "/s0/f0"));
    let mut data = json!({});
    for field in form.field_ids() {
        let name = if field.pointer.ends_with("/f0") { "Ẩn" } else { "Nguyễn Văn An" };
        super::super::pointer::put(&mut data, &field.pointer, json!(name));
    }
    let answers = form.check(&data, CheckMode::Complete, &ctx()).unwrap();
    assert_eq!(answers.data()["s19"].as_object().unwrap().len(), 45);
}

#[test]
fn who_files_on_paper_may_have_no_phone() {
    let mut data = example();
    super::pointer::remove(&mut data, "/nguoi_yeu_cau/nyc_dien_thoai");
    let form = birth();
    let online = faults(form.check(&data, CheckMode::Complete, &ctx()));
    assert_eq!(online, ["/nguoi_yeu_cau/nyc_dien_thoai required"]);
    let paper = ctx().contact_optional(true);
    assert!(faults(form.check(&data, CheckMode::Complete, &paper)).is_empty());
    let asked = |ctx| {
        let input = ViewInput { data: &data, errors: &[], lang: Lang::Vi, ctx, sources: None, section: None };
        let sections = form.view(&input).sections;
        let fields: Vec<_> = sections.into_iter().flat_map(|s| s.groups).flat_map(|g| g.fields).collect();
        let required = |name: &str| fields.iter().any(|f| f.name.ends_with(name) && f.required);
        (required("nyc_dien_thoai"), required("nyc_ho_ten"))
    };
    assert_eq!(asked(ctx()), (true, true));
    assert_eq!(asked(paper), (false, true), "only the contact is not asked for");
    // What is given must be right all the same.
    super::pointer::put(&mut data, "/nguoi_yeu_cau/nyc_dien_thoai", json!("12"));
    assert_eq!(faults(form.check(&data, CheckMode::Complete, &paper)).len(), 1);
}

#[test]
fn a_page_that_nobody_answered_is_filled_from_earlier_ones() {
    let mut definition = definition();
    let from = |to: &str| json!({"from": to, "on": "/nguoi_yeu_cau/nyc_gioi_tinh", "is": "Nữ"});
    for (field, to) in [("me_ho_ten", "/nguoi_yeu_cau/nyc_ho_ten"), ("me_ngay_sinh", "/nguoi_yeu_cau/nyc_ngay_sinh")] {
        definition["schema"]["properties"]["me"]["properties"][field]["x-suggest"] = from(to);
    }
    let form = Form::load(&definition).unwrap();
    let woman = json!({"nguoi_yeu_cau": {"nyc_ho_ten": "Trần Thị Bình", "nyc_gioi_tinh": "Nữ"}});
    let found = form.suggest("me", &woman, &ctx()).unwrap();
    assert_eq!(found.data["me"], json!({"me_ho_ten": "Trần Thị Bình"}), "what is not known is not made up");
    assert_eq!(found.sources.get("/me/me_ho_ten"), Some(&Source::Earlier));
    let mut man = woman.clone();
    man["nguoi_yeu_cau"]["nyc_gioi_tinh"] = json!("Nam");
    assert_eq!(form.suggest("me", &man, &ctx()), None);
    let mut answered = woman.clone();
    answered["me"] = json!({"me_ngay_sinh": "1992"});
    assert_eq!(form.suggest("me", &answered, &ctx()), None, "an answered page is left alone");
    assert!(form.is_untouched("me", &woman) && !form.is_untouched("me", &answered));
    assert!(form.is_untouched("ban_sao", &json!({"ban_sao": {"de_nghi_ban_sao": false}})), "a default is no answer");
    assert!(form.is_untouched("nguoi_yeu_cau", &json!({"nguoi_yeu_cau": {"nyc_ho_ten": "Bình"}})), "nor a prefill");

    // Of a birth whose day nobody knows the question for a day holds nothing; the one that takes a month is offered it.
    for (born, offered) in [("1990-05", json!("1990-05")), ("1990", json!("1990")), ("1990-05-12", json!(null))] {
        let ctx = ctx().born(born.parse().ok());
        let found = form.suggest("me", &woman, &ctx).unwrap();
        assert_eq!(found.data.pointer("/me/me_ngay_sinh").cloned().unwrap_or_default(), offered, "{born}");
    }
    let mut known = woman.clone();
    known["nguoi_yeu_cau"]["nyc_ngay_sinh"] = json!("1990-05-12");
    let found = form.suggest("me", &known, &ctx().born("1990".parse().ok())).unwrap();
    assert_eq!(found.data["me"]["me_ngay_sinh"], "1990-05-12", "what was said since goes before");
    let mut slip = woman.clone();
    slip["me"] = json!({"me_ho_ten": "Trần Thị Bình", "me_ngay_sinh": "1990"});
    slip["nguoi_yeu_cau"]["nyc_gioi_tinh"] = json!("Nam");
    let mut patch = slip.clone();
    form.unsay_copies((&woman, &slip), "1990".parse().ok(), &mut patch);
    assert_eq!(patch["me"], json!({"me_ho_ten": null, "me_ngay_sinh": null}), "and goes with its reason");

    for broken in [json!("/me"), json!({"from": "/nguoi_yeu_cau/nyc_ho_ten"}), from("/khong/co")] {
        definition["schema"]["properties"]["me"]["properties"]["me_ho_ten"]["x-suggest"] = broken.clone();
        assert!(Form::load(&definition).is_err(), "{broken}");
    }
}
