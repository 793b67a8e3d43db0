//! Forms that must not load, and what is said about them.

use serde_json::json;

use super::*;

/// The faults of the definition with one change.
fn spoilt(change: impl FnOnce(&mut Value)) -> Vec<Fault> {
    let mut form = definition();
    change(&mut form);
    Form::load(&form).map_or_else(|e| e.faults, |_| Vec::new())
}

fn field<'a>(form: &'a mut Value, section: &str, key: &str) -> &'a mut Value {
    &mut form["schema"]["properties"][section]["properties"][key]
}

#[test]
fn every_fault_is_named() {
    let phone = "/nguoi_yeu_cau/nyc_dien_thoai".to_owned();
    let set = |keyword: &'static str, value: Value| {
        spoilt(move |form| field(form, "nguoi_yeu_cau", "nyc_dien_thoai")[keyword] = value)
    };
    assert_eq!(
        set("format", json!("phone"))[0],
        Fault::UnknownFormat { pointer: phone.clone(), format: "phone".into() }
    );
    assert_eq!(
        set("x-widget", json!("agree"))[0],
        Fault::UnknownWidget { pointer: phone.clone(), widget: "agree".into() }
    );
    assert_eq!(
        set("x-list", json!("sao_hoa")),
        [Fault::UnknownList { pointer: phone.clone(), list: "sao_hoa".into() }]
    );
    assert!(matches!(set("x-prefill", json!("account.shoe_size"))[..], [Fault::UnknownPrefill { .. }]));
    assert!(matches!(set("x-compute", json!({"fn": "guess"}))[..], [Fault::UnknownFunction { .. }]));
    assert!(matches!(set("x-check", json!("is_nice"))[..], [Fault::UnknownFunction { .. }]));
    let copy = set("x-compute", json!({"fn": "copy", "from": "/nguoi_yeu_cau/la"}));
    assert!(matches!(copy[..], [Fault::UnknownReference { .. }]));
    let circle = set("x-compute", json!({"fn": "copy", "from": "nyc_dien_thoai"}));
    assert_eq!(circle, [Fault::ComputeCircle { pointer: phone.clone() }]);
    assert!(matches!(set("default", json!(5))[..], [Fault::Shape { .. }]));
    assert!(matches!(set("pattern", json!("(?=a)b"))[..], [Fault::Schema(_)]));
    assert!(matches!(set("type", json!("null"))[0], Fault::Shape { .. }));
    assert!(matches!(set("x-id", json!("child.name"))[..], [Fault::DuplicateId { .. }]));
}

#[test]
fn structure_faults_are_named() {
    let open = spoilt(|form| form["schema"]["properties"]["me"]["additionalProperties"] = json!(true));
    assert_eq!(open, [Fault::OpenObject { pointer: "/me".into() }]);
    let extra = spoilt(|form| *field(form, "me", "moi") = json!({"type": "string", "title": "Mới"}));
    assert_eq!(extra, [Fault::NoControl { pointer: "/me/moi".into() }]);
    let key = spoilt(|form| *field(form, "me", "a.b") = json!({"type": "string", "title": "Mới"}));
    assert_eq!(key, [Fault::BadKey { pointer: "/me/a.b".into() }]);
    let scope = spoilt(|form| form["uischema"]["elements"][5]["elements"][0]["scope"] = json!("#/properties/la"));
    assert!(scope.iter().any(|f| matches!(f, Fault::BadScope { scope, .. } if scope == "#/properties/la")));
    let twice = spoilt(|form| {
        let control = form["uischema"]["elements"][0]["elements"][0].clone();
        form["uischema"]["elements"][5]["elements"].as_array_mut().unwrap().push(control);
    });
    assert_eq!(twice, [Fault::ControlTwice { pointer: "/nguoi_yeu_cau/nyc_ho_ten".into() }]);
    let rule = spoilt(|form| form["uischema"]["elements"][4]["elements"][1]["rule"]["effect"] = json!("BLINK"));
    assert!(matches!(rule[..], [Fault::BadRule { .. }]));
    let english = spoilt(|form| form["schema"]["$defs"]["gioi_tinh"]["x-en"]["enum"] = json!(["Male"]));
    assert!(english.iter().all(|f| matches!(f, Fault::EnumTranslation { .. })) && !english.is_empty());
    let required = spoilt(|form| form["schema"]["properties"]["me"]["required"] = json!(["la"]));
    assert!(matches!(required[..], [Fault::Shape { .. }]));
    let circle = spoilt(|form| form["schema"]["$defs"]["ho_ten"] = json!({"$ref": "#/$defs/ho_ten"}));
    assert!(!circle.is_empty());
    for nonsense in [json!(null), json!([]), json!({}), json!({"schema": 5, "uischema": "x"}), json!({"schema": {}})] {
        assert!(Form::load(&nonsense).is_err(), "{nonsense}");
    }
}

#[test]
fn only_forms_with_good_examples_are_published() {
    let test = |change: &dyn Fn(&mut Value)| {
        let mut form = definition();
        change(&mut form);
        Form::load(&form).unwrap().self_test(&ctx()).unwrap_err().faults
    };
    let none = test(&|form| form["schema"]["examples"] = json!([]));
    assert_eq!(none, [Fault::NoExamples]);
    let bad = test(&|form| form["schema"]["examples"][0]["cam_doan"] = json!({}));
    let Fault::BadExample { errors, .. } = &bad[0] else { panic!("{bad:?}") };
    assert!(errors.contains("/cam_doan/cam_doan"), "{errors}");
}

#[test]
fn fields_have_stable_ids_in_the_order_of_the_pages() {
    let fields = birth().field_ids();
    assert_eq!(fields[0].pointer, "/nguoi_yeu_cau/nyc_ho_ten");
    assert_eq!(fields[0].id, "nguoi_yeu_cau.nyc_ho_ten");
    assert!(fields.iter().any(|f| f.id == "child.name" && f.section == "nguoi_duoc_khai_sinh"));
    assert!(fields.iter().any(|f| f.pointer == "/gia_dinh/thanh_vien/*/so_dinh_danh" && f.identity));
}
