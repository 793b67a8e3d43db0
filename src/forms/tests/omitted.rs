//! Sections that may be left out as a whole, and copies that go with their reason.

use serde_json::json;

use super::*;

/// The mother may be left out; her nationality has a default, her name is suggested where the applicant is a woman.
fn form() -> Form {
    let mut definition = definition();
    let me = &mut definition["schema"]["properties"]["me"];
    me["x-omittable"] = json!(true);
    me["properties"]["me_quoc_tich"] =
        json!({"type": "string", "x-list": "quoc_tich", "title": "Quốc tịch", "default": "VN"});
    let suggest = |from: &str| json!({"from": from, "on": "/nguoi_yeu_cau/nyc_gioi_tinh", "is": "Nữ"});
    me["properties"]["me_ho_ten"]["x-suggest"] = suggest("/nguoi_yeu_cau/nyc_ho_ten");
    me["properties"]["me_ngay_sinh"]["x-suggest"] = suggest("/nguoi_yeu_cau/nyc_ngay_sinh");
    let control = json!({"type": "Control", "scope": "#/properties/me/properties/me_quoc_tich"});
    definition["uischema"]["elements"][2]["elements"].as_array_mut().unwrap().push(control);
    Form::load(&definition).unwrap_or_else(|e| panic!("{e}"))
}

fn nationality(form: &Form, data: &Value) -> (Option<String>, Value) {
    let told = form.summary(data, Lang::Vi, &ctx());
    let item = told.iter().flat_map(|s| &s.items).find(|i| i.pointer == "/me/me_quoc_tich");
    let input = ViewInput { data, errors: &[], lang: Lang::Vi, ctx: ctx(), sources: None, section: Some("me") };
    let page = form.view(&input).sections.remove(0);
    let field = page.groups.iter().flat_map(|g| &g.fields).find(|f| f.pointer == "/me/me_quoc_tich").unwrap();
    (item.map(|i| i.value.clone()), field.value.clone())
}

#[test]
fn a_default_alone_is_no_answer_of_an_omittable_section() {
    let form = form();
    let begun = form.prefill(&Person::default(), &ctx());
    assert!(begun.data.get("me").is_none() && !begun.sources.contains_key("/me/me_quoc_tich"), "{}", begun.data);
    assert_eq!(begun.data["nguoi_duoc_khai_sinh"]["nks_quoc_tich"], "VN", "other defaults stay");

    let mut data = example();
    data["me"] = json!({"me_quoc_tich": "VN", "me_chua_xac_dinh": false});
    assert_eq!(nationality(&form, &data), (Some(String::new()), json!("VN")), "offered, not told");
    for mode in [CheckMode::Draft, CheckMode::Complete] {
        let kept = form.check(&data, mode, &ctx()).unwrap().into_data();
        assert!(kept.get("me").is_none(), "{mode:?}: {kept}");
        assert_eq!(form.check(&kept, mode, &ctx()).unwrap().into_data(), kept);
    }

    for told in [json!({"me_quoc_tich": "VN", "me_ho_ten": "Trần Thị Bình"}), json!({"me_quoc_tich": "LA"})] {
        data["me"] = told.clone();
        let kept = form.check(&data, CheckMode::Draft, &ctx()).unwrap().into_data();
        assert_eq!(kept["me"], told);
        let name = if told["me_quoc_tich"] == "VN" { "Việt Nam" } else { "Lào" };
        assert_eq!(nationality(&form, &data).0.as_deref(), Some(name));
    }
}

#[test]
fn a_section_that_is_begun_has_its_defaults_unless_something_else_is_said() {
    let form = form();
    let named = json!({"me": {"me_ho_ten": "Trần Thị Bình"}});
    let begun = form.patched(&json!({}), &named);
    assert_eq!(begun["me"], json!({"me_ho_ten": "Trần Thị Bình", "me_quoc_tich": "VN"}));
    let cleared = json!({"me": {"me_ho_ten": "Trần Thị Bình", "me_quoc_tich": null}});
    assert_eq!(form.patched(&json!({}), &cleared)["me"], named["me"], "what is said stands");
    assert_eq!(form.patched(&named, &json!({"me": {"me_ngay_sinh": "1992"}}))["me"].get("me_quoc_tich"), None);
}

#[test]
fn copies_go_with_the_answer_that_brought_them() {
    let form = form();
    let man = json!({"nguoi_yeu_cau": {"nyc_gioi_tinh": "Nam"}});
    let woman = json!({"nyc_ho_ten": "Trần Thị Bình", "nyc_ngay_sinh": "1992-08-20", "nyc_gioi_tinh": "Nữ"});
    let data = json!({
        "nguoi_yeu_cau": woman,
        "me": {"me_ho_ten": "Trần Thị Bình", "me_ngay_sinh": "1993", "me_quoc_tich": "VN"},
    });
    let left = form.patched(&data, &man);
    assert_eq!(left["me"], json!({"me_ngay_sinh": "1993", "me_quoc_tich": "VN"}), "what was typed stays");
    let again = form.patched(&left, &json!({"nguoi_yeu_cau": {"nyc_gioi_tinh": "Nữ"}}));
    assert_eq!(form.suggest("me", &again, &ctx()), None, "one suggested answer was given");

    let both = json!({"nguoi_yeu_cau": {"nyc_gioi_tinh": "Nam"}, "me": {"me_ho_ten": "Trần Thị Bình"}});
    assert_eq!(form.patched(&data, &both)["me"]["me_ho_ten"], "Trần Thị Bình", "said now");
    let other = form.patched(&data, &json!({"nguoi_yeu_cau": {"nyc_ho_ten": "Trần Thị Bình An"}}));
    assert_eq!(other["me"]["me_ho_ten"], "Trần Thị Bình", "the reason still holds");

    // Nothing but the copy: the page is as new, and a mis-chosen answer can be taken back.
    let data = json!({"nguoi_yeu_cau": woman, "me": {"me_ho_ten": "Trần Thị Bình", "me_quoc_tich": "VN"}});
    let left = form.check(&form.patched(&data, &man), CheckMode::Draft, &ctx()).unwrap().into_data();
    assert!(left.get("me").is_none(), "{left}");
    let again = form.patched(&left, &json!({"nguoi_yeu_cau": {"nyc_gioi_tinh": "Nữ"}}));
    let suggested = form.suggest("me", &again, &ctx()).unwrap();
    assert_eq!(suggested.data["me"]["me_ho_ten"], "Trần Thị Bình");
}

#[test]
fn a_page_that_sends_everything_back_does_not_say_stale_copies() {
    let form = form();
    let woman = json!({"nyc_ho_ten": "Trần Thị Bình", "nyc_ngay_sinh": "1992-08-20", "nyc_gioi_tinh": "Nữ"});
    let before = json!({"nguoi_yeu_cau": woman});
    let mut posted = before.clone();
    posted["me"] = json!({"me_ho_ten": "Trần Thị Bình", "me_ngay_sinh": "1993"});
    let mut patch = posted.clone();
    form.unsay_copies((&before, &posted), None, &mut patch);
    assert_eq!(patch, posted, "the reason still holds");
    posted["nguoi_yeu_cau"]["nyc_gioi_tinh"] = json!("Nam");
    let mut patch = posted.clone();
    form.unsay_copies((&before, &posted), None, &mut patch);
    assert_eq!(patch["me"], json!({"me_ho_ten": null, "me_ngay_sinh": "1993"}), "what was typed is said");
}

#[test]
fn only_a_section_can_be_omittable() {
    for at in ["/properties/me/properties/me_ho_ten", "/properties/nguoi_duoc_khai_sinh"] {
        let mut definition = definition();
        definition["schema"].pointer_mut(at).unwrap()["x-omittable"] = json!(true);
        assert!(Form::load(&definition).is_err(), "{at}");
    }
}
