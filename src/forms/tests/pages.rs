//! View models, posted forms, summaries and changes.

use serde_json::json;

use super::*;

fn view(data: &Value, section: &str, errors: &[FieldError]) -> SectionView {
    let input = ViewInput { data, errors, lang: Lang::Vi, ctx: ctx(), sources: None, section: Some(section) };
    birth().view(&input).sections.remove(0)
}

fn fields(section: &SectionView) -> Vec<FieldView> {
    let top = section.groups.iter().flat_map(|g| g.fields.iter().cloned());
    top.flat_map(|f| {
        let below: Vec<FieldView> =
            f.cards.iter().flat_map(|c| c.fields.iter().cloned()).chain(f.parts.clone()).collect();
        std::iter::once(f).chain(below)
    })
    .collect()
}

fn find(section: &SectionView, pointer: &str) -> FieldView {
    fields(section).into_iter().find(|f| f.pointer == pointer).unwrap_or_else(|| panic!("{pointer}"))
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
}

/// What a browser posts for a page that shows `section`: every input that is not disabled.
pub(super) fn posted(section: &SectionView) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for field in fields(section) {
        match field.widget {
            Widget::List | Widget::Address | Widget::Confirmation | Widget::Computed => {}
            Widget::Checkboxes => out.extend(field.values.iter().map(|v| (field.name.clone(), v.clone()))),
            Widget::Checkbox | Widget::Agree => {
                if field.checked {
                    out.push((field.name, "true".into()));
                }
            }
            Widget::Radio | Widget::YesNo => {
                if let Some(value) = field.value.as_str() {
                    out.push((field.name, value.to_owned()));
                }
            }
            _ => out.push((field.name, field.value.as_str().unwrap_or_default().to_owned())),
        }
    }
    out
}

#[test]
fn a_page_shows_what_was_answered() {
    let page = view(&example(), "nguoi_yeu_cau", &[]);
    assert_eq!(page.title, "Người yêu cầu");
    let titles: Vec<_> = page.groups.iter().map(|g| g.title.as_deref()).collect();
    assert_eq!(titles, [None, Some("Giấy tờ"), Some("Liên lạc")]);
    let birth = find(&page, "/nguoi_yeu_cau/nyc_ngay_sinh");
    assert_eq!((birth.value, birth.widget, birth.required), (json!("12/05/1990"), Widget::Date, true));
    assert_eq!(birth.autocomplete, Some("bday"));
    let phone = find(&page, "/nguoi_yeu_cau/nyc_dien_thoai");
    assert_eq!((phone.value, phone.inputmode), (json!("0912 000 011"), Some("tel")));
    let address = find(&page, "/nguoi_yeu_cau/nyc_noi_cu_tru");
    assert_eq!(address.value, json!({"province": "46", "commune": "19753", "detail": "Tổ 3"}));
    assert_eq!(address.text, "Tổ 3, Phường Phú Xuân, Thành phố Huế");
    assert_eq!(address.communes.len(), 3);
    assert!(address.communes.iter().any(|o| o.selected && o.value == "19753"));
    let people = find(&view(&example(), "nguoi_duoc_khai_sinh", &[]), "/nguoi_duoc_khai_sinh/nks_dan_toc");
    assert_eq!((people.options.len(), people.text.as_str()), (56, "Ê-đê"));
}

#[test]
fn a_commune_alone_is_chosen_through_its_province() {
    let at = "/nguoi_duoc_khai_sinh/nks_noi_sinh_dvhc";
    let name = "nguoi_duoc_khai_sinh.nks_noi_sinh_dvhc";
    let post = |province: &str, commune: &str| {
        let pairs =
            [(format!("{name}.province"), province.to_owned()), (format!("{name}.commune"), commune.to_owned())];
        let posted = birth().parse_post("nguoi_duoc_khai_sinh", &pairs);
        assert_eq!(posted.errors, []);
        let mut data = example();
        apply_merge_patch(&mut data, &posted.patch);
        let draft = birth().check(&data, CheckMode::Draft, &ctx()).unwrap().into_data();
        (draft.pointer(at).cloned(), faults(birth().check(&data, CheckMode::Complete, &ctx())), draft)
    };
    assert_eq!(post("46", "19774").0, Some(json!("19774")));
    assert_eq!(post("", "").0, None);
    let (stored, errors, draft) = post("79", "19774");
    assert_eq!((stored, errors), (Some(json!("79")), vec![format!("{at} required")]));
    let field = find(&view(&draft, "nguoi_duoc_khai_sinh", &[]), at);
    assert_eq!((field.widget, field.value), (Widget::Address, json!({"province": "79", "commune": null})));
    assert_eq!(field.parts[1].options.len(), 1);
    assert!(field.parts[0].options.iter().any(|o| o.selected && o.value == "79"));
    assert_eq!(field.parts[1].name, format!("{name}.commune"));
    let (typed, ..) = post("", "Bình Điền, Huế");
    assert_eq!(typed, Some(json!("20000")));
}

#[test]
fn rules_are_data_for_the_browser() {
    let mut data = example();
    data["ban_sao"] = json!({"de_nghi_ban_sao": false});
    let page = view(&data, "ban_sao", &[]);
    let copies = find(&page, "/ban_sao/so_luong_ban_sao");
    assert!(!copies.visible && !copies.required && copies.may_be_required);
    let rule: Value = serde_json::from_str(copies.show_when.as_deref().unwrap()).unwrap();
    let condition = json!({"name": "ban_sao.de_nghi_ban_sao", "schema": {"const": true}, "failWhenUndefined": false});
    assert_eq!(rule, json!({"effect": "SHOW", "condition": condition}));
    assert!(find(&page, "/ban_sao/de_nghi_ban_sao").decides);
    assert!(find(&view(&example(), "ban_sao", &[]), "/ban_sao/so_luong_ban_sao").required);
    let card = find(&view(&example(), "gia_dinh", &[]), "/gia_dinh/thanh_vien/0/noi_lam");
    assert!(card.show_when.unwrap().contains("gia_dinh.thanh_vien.0.co_viec"));
}

#[test]
fn rules_about_other_pages_are_decided_by_the_server() {
    let mut form = definition();
    let leaf = |field: &str| json!({"scope": format!("#/properties/{field}"), "schema": {"const": true}});
    let far = leaf("me/properties/me_chua_xac_dinh");
    let near = leaf("ban_sao/properties/de_nghi_ban_sao");
    let elements = &mut form["uischema"]["elements"][4]["elements"];
    elements[1]["rule"] = json!({"effect": "SHOW", "condition": far});
    elements[2]["rule"]["condition"] = json!({"type": "OR", "conditions": [near, far]});
    let form = Form::load(&form).unwrap();
    let mut data = example();
    data["me"] = json!({"me_chua_xac_dinh": true});
    let input =
        ViewInput { data: &data, errors: &[], lang: Lang::Vi, ctx: ctx(), sources: None, section: Some("ban_sao") };
    let page = form.view(&input).sections.remove(0);
    let copies = find(&page, "/ban_sao/so_luong_ban_sao");
    assert_eq!((copies.visible, copies.show_when), (true, None));
    let papers: Value =
        serde_json::from_str(find(&page, "/ban_sao/giay_to_kem").show_when.as_deref().unwrap()).unwrap();
    assert_eq!(papers["condition"]["any"][1], json!({"all": []}));
    assert_eq!(papers["condition"]["any"][0]["name"], json!("ban_sao.de_nghi_ban_sao"));
    // A counter draws the whole form on one page, where the browser can decide.
    let whole = form.view(&ViewInput { section: None, ..input });
    assert!(find(&whole.sections[4], "/ban_sao/so_luong_ban_sao").show_when.is_some());
}

#[test]
fn faults_stand_at_their_fields_with_what_was_typed() {
    let post = pairs(&[
        ("nguoi_yeu_cau.nyc_ho_ten", "Nguyễn Văn An"),
        ("nguoi_yeu_cau.nyc_ngay_sinh", "31/02/1990"),
        ("nguoi_yeu_cau.nyc_noi_cu_tru.province", "46"),
        ("nguoi_yeu_cau.nyc_noi_cu_tru.commune", ""),
        ("_csrf", "x"),
        ("luu", "1"),
    ]);
    let posted = birth().parse_post("nguoi_yeu_cau", &post);
    assert_eq!(posted.errors.len(), 1);
    let mut data = json!({});
    apply_merge_patch(&mut data, &posted.storable(&birth()));
    let errors = birth().check_section("nguoi_yeu_cau", &data, CheckMode::Complete, &ctx()).unwrap_err();
    let page = view(&data, "nguoi_yeu_cau", &errors);
    let date = find(&page, "/nguoi_yeu_cau/nyc_ngay_sinh");
    assert_eq!(date.value, json!("31/02/1990"));
    assert!(date.error.unwrap().contains("15/03/1990"));
    let address = find(&page, "/nguoi_yeu_cau/nyc_noi_cu_tru");
    assert_eq!(address.errors["commune"], "Vui lòng chọn xã, phường hoặc đặc khu.");
    assert_eq!(page.error_count, errors.len());
    let commune = errors.iter().find(|e| e.pointer.ends_with("commune")).unwrap();
    assert_eq!(commune.anchor(), "f-nguoi_yeu_cau-nyc_noi_cu_tru-commune");
}

#[test]
fn what_people_type_becomes_data() {
    let post = pairs(&[
        ("gia_dinh.thanh_vien.0.ho_ten", "Ksor H'Bơ"),
        ("gia_dinh.thanh_vien.0.ngay_sinh", "5/3/1960"),
        ("gia_dinh.thanh_vien.0.co_viec", "true"),
        ("gia_dinh.thanh_vien.0.thu_nhap", "1.500.000 đ"),
        ("gia_dinh.thanh_vien.3.ho_ten", "An"),
        ("gia_dinh.thanh_vien.3.ngay_sinh", "không nhớ"),
    ]);
    let posted = birth().parse_post("gia_dinh", &post);
    assert_eq!(
        posted.patch["gia_dinh"]["thanh_vien"],
        json!([
            {"ho_ten": "Ksor H'Bơ", "ngay_sinh": "1960-03-05", "co_viec": true, "thu_nhap": 1_500_000},
            {"ho_ten": "An", "ngay_sinh": "không nhớ"},
        ])
    );
    assert_eq!(posted.errors[0].pointer, "/gia_dinh/thanh_vien/1/ngay_sinh");
    let posted = birth().parse_post("ban_sao", &pairs(&[("ban_sao.so_luong_ban_sao", "hai")]));
    assert_eq!(posted.patch["ban_sao"]["so_luong_ban_sao"], json!("hai"));
    assert!(posted.storable(&birth())["ban_sao"].get("so_luong_ban_sao").is_none());
    let elsewhere = birth().parse_post("ban_sao", &pairs(&[("cam_doan.cam_doan", "true"), ("a.b", "1")]));
    assert_eq!(elsewhere.errors.len(), 2);
    assert_eq!(elsewhere.patch, json!({"ban_sao": {"giay_to_kem": null}}));
}

#[test]
fn boxes_that_are_not_ticked_are_not_posted() {
    let off = birth().parse_post("me", &[]);
    assert_eq!(off.patch, json!({"me": {"me_chua_xac_dinh": false}}));
    let on = birth().parse_post("me", &pairs(&[("me.me_chua_xac_dinh", "on")]));
    assert_eq!(on.patch, json!({"me": {"me_chua_xac_dinh": true}}));
    assert_eq!(birth().parse_post("cam_doan", &[]).patch, json!({"cam_doan": {"cam_doan": null}}));
}

#[test]
fn rows_come_go_and_move_without_javascript() {
    let rows = |extra: (&str, &str)| {
        let mut post = pairs(&[
            ("gia_dinh.thanh_vien.0.ho_ten", "A"),
            ("gia_dinh.thanh_vien.1.ho_ten", "B"),
            ("gia_dinh.thanh_vien.10._row", "1"),
        ]);
        post.push((extra.0.to_owned(), extra.1.to_owned()));
        let posted = birth().parse_post("gia_dinh", &post);
        assert_eq!(posted.stay, extra.0.starts_with('_'));
        posted.patch["gia_dinh"]["thanh_vien"].clone()
    };
    let (a, b) = (json!({"ho_ten": "A"}), json!({"ho_ten": "B"}));
    assert_eq!(rows(("x", "")), json!([a, b, {}]));
    assert_eq!(rows(("_add", "gia_dinh.thanh_vien")), json!([a, b, {}, {}]));
    assert_eq!(rows(("_add_row", "thanh_vien")), json!([a, b, {}, {}]));
    assert_eq!(rows(("_remove", "gia_dinh.thanh_vien.0")), json!([b, {}]));
    assert_eq!(rows(("_move", "gia_dinh.thanh_vien.1.up")), json!([b, a, {}]));
    assert_eq!(rows(("_move", "gia_dinh.thanh_vien.10.down")), json!([a, b, {}]));
    let first = birth().parse_post("gia_dinh", &pairs(&[("_add", "gia_dinh.thanh_vien")]));
    assert_eq!(first.patch, json!({"gia_dinh": {"thanh_vien": [{}]}}));
    // An empty card that was added and left is not asked about.
    let mut data = example();
    data["gia_dinh"]["thanh_vien"].as_array_mut().unwrap().push(json!({"co_viec": false}));
    let answers = birth().check(&data, CheckMode::Complete, &ctx()).unwrap();
    assert_eq!(answers.data()["gia_dinh"]["so_nguoi"], json!(1));
}

#[test]
fn what_is_shown_and_posted_again_is_the_same() {
    let checked = birth().check(&example(), CheckMode::Complete, &ctx()).unwrap().into_data();
    let mut data = checked.clone();
    for (key, _) in birth().sections() {
        let posted = birth().parse_post(key, &posted(&view(&checked, key, &[])));
        assert_eq!(posted.errors, []);
        apply_merge_patch(&mut data, &posted.patch);
    }
    let again = birth().check(&data, CheckMode::Complete, &ctx()).unwrap().into_data();
    let mut expected = checked;
    // The page has boxes where the answers had nothing.
    expected["me"]["me_chua_xac_dinh"] = json!(false);
    assert_eq!(again, expected);
}

#[test]
fn summaries_and_changes_are_in_words() {
    let data = birth().check(&example(), CheckMode::Complete, &ctx()).unwrap().into_data();
    let summary = birth().summary(&data, Lang::Vi, &ctx());
    let item = |section: usize, label: &str| {
        summary[section].items.iter().find(|i| i.label == label).unwrap_or_else(|| panic!("{label}")).clone()
    };
    assert_eq!(item(0, "Ngày, tháng, năm sinh").value, "12/05/1990");
    assert_eq!(item(1, "Dân tộc").value, "Ê-đê");
    assert_eq!(item(1, "Nơi sinh (đơn vị hành chính)").value, "Phường Phú Xuân");
    assert_eq!(item(3, "Tổng thu nhập").value, "1.500.000 đ");
    assert_eq!(item(3, "Thành viên gia đình").rows[0][0].value, "Ksor H'Bơ");
    assert_eq!(item(5, "Tôi cam đoan những nội dung khai trên đây là đúng sự thật").value, "Đồng ý");
    let english = birth().summary(&data, Lang::En, &ctx());
    assert_eq!((english[0].label.as_str(), english[0].items[2].value.as_str()), ("Applicant", "Male"));
    let mut new = data.clone();
    new["nguoi_yeu_cau"]["nyc_gioi_tinh"] = json!("Nữ");
    new["gia_dinh"]["thanh_vien"][0]["ngay_sinh"] = json!("1961-03-15");
    new["me"].as_object_mut().unwrap().remove("me_ngay_sinh");
    let changes = birth().changes(&data, &new, Lang::Vi, &ctx());
    let told: Vec<_> = changes.iter().map(|c| (c.label.as_str(), c.old.as_str(), c.new.as_str())).collect();
    assert_eq!(
        told,
        [
            ("Giới tính", "Nam", "Nữ"),
            ("Ngày, tháng, năm sinh", "1992", ""),
            ("Thành viên gia đình 1: Ngày sinh", "15/03/1960", "15/03/1961"),
        ]
    );
    assert_eq!(birth().changes(&data, &data, Lang::Vi, &ctx()), []);
}

#[test]
fn a_row_is_called_by_what_it_holds() {
    assert_eq!(row_name("Danh sách giấy tờ"), "Giấy tờ");
    assert_eq!(row_name("List of papers"), "Papers");
    assert_eq!(row_name("Thành viên gia đình"), "Thành viên gia đình");
}
