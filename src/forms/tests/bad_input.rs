//! The eight kinds of bad input of every field: missing, too long, wrong type, unknown key, script, emoji, NFD, huge and
//! deep; none panics, each is told at its place.

use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use super::*;

/// Pointers of the example's text leaves that people fill in.
fn leaves(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(k, v)| leaves(v, &format!("{at}/{k}"), out)),
        Value::Array(items) => items.iter().enumerate().for_each(|(i, v)| leaves(v, &format!("{at}/{i}"), out)),
        _ => out.push(at.to_owned()),
    }
}

#[test]
fn every_field_refuses_every_kind_of_bad_value() {
    let mut fields = Vec::new();
    leaves(&example(), "", &mut fields);
    assert!(fields.len() > 20);
    let long = "a".repeat(20_000);
    let bad = [
        (json!(long), "too long"),
        (json!({"la": 1}), "wrong type"),
        (json!([[1]]), "wrong type"),
        (json!("<script>alert(1)</script>"), "script"),
        (json!("An 😀"), "emoji"),
        (json!("An\u{0}"), "control"),
        (json!("An \u{fffd}"), "wrong encoding"),
        (json!("x".repeat(10 * 1024 * 1024)), "10 MB"),
    ];
    for at in fields {
        for (value, what) in &bad {
            let mut data = example();
            super::super::pointer::put(&mut data, &at, value.clone());
            for mode in [CheckMode::Draft, CheckMode::Complete] {
                let found = birth().check(&data, mode, &ctx());
                let errors = match found {
                    Err(errors) => errors,
                    // A computed field is filled by the engine, whatever text came.
                    Ok(_) if birth().fields().locate(&at).is_some_and(|f| f.compute.is_some()) => continue,
                    Ok(_) => panic!("{at} took {what}"),
                };
                assert!(errors.iter().all(|e| !e.message(Lang::Vi).is_empty() && !e.message(Lang::En).is_empty()));
            }
        }
    }
}

#[test]
fn unknown_keys_are_refused_at_every_level() {
    for at in ["/la", "/nguoi_yeu_cau/la", "/nguoi_yeu_cau/nyc_noi_cu_tru/la", "/gia_dinh/thanh_vien/0/la"] {
        assert_eq!(with(at, json!(1)), [format!("{at} unknown")]);
    }
    assert_eq!(with("/nguoi_yeu_cau/__proto__", json!({})), ["/nguoi_yeu_cau/__proto__ unknown"]);
}

#[test]
fn keys_that_are_numbers_beyond_counting_are_told_like_others() {
    let (mut data, key) = (example(), usize::MAX.to_string());
    data[&key] = json!(1);
    data["nguoi_yeu_cau"][&key] = json!(1);
    let told = faults(birth().check(&data, CheckMode::Draft, &ctx()));
    assert_eq!(told, [format!("/nguoi_yeu_cau/{key} unknown"), format!("/{key} unknown")]);
    let pairs = [(format!("gia_dinh.thanh_vien.{key}.ho_ten"), "Ksor H'Bơ".to_owned())];
    let posted = birth().parse_post("gia_dinh", &pairs);
    assert_eq!(posted.patch["gia_dinh"]["thanh_vien"], json!([{"ho_ten": "Ksor H'Bơ"}]));
    for button in ["_add", "_remove", "_move"] {
        for value in [format!("gia_dinh.thanh_vien.{key}"), format!("gia_dinh.thanh_vien.{key}.down")] {
            birth().parse_post("gia_dinh", &[(button.to_owned(), value)]);
        }
    }
}

#[test]
fn deep_and_wide_answers_are_cut_off() {
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!({ "a": deep });
    }
    assert_eq!(with("/nguoi_yeu_cau/nyc_ho_ten", deep), [" too_deep"]);
    let wide: Vec<u8> = vec![0; 60_000];
    assert_eq!(with("/nguoi_yeu_cau/nyc_ho_ten", json!(wide)), [" too_large"]);
    let keys: serde_json::Map<String, Value> = (0..30_000).map(|i| (format!("k{i}"), json!(0))).collect();
    let errors = with("/nguoi_yeu_cau", Value::Object(keys));
    assert!(errors.len() <= limits::ERRORS, "{}", errors.len());
}

#[test]
fn nfd_and_nfc_give_the_same_answers() {
    fn decompose(value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(text.nfd().collect()),
            Value::Array(items) => items.iter().map(decompose).collect(),
            Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), decompose(v))).collect(),
            other => other.clone(),
        }
    }
    let nfd = decompose(&example());
    assert_ne!(nfd, example());
    let check = |data: &Value| birth().check(data, CheckMode::Complete, &ctx()).unwrap().into_data();
    assert_eq!(check(&nfd), check(&example()));
}

#[test]
fn every_peoples_names_pass() {
    for name in
        ["Y Ƀlŏ Niê", "Ksor H'Bơ", "H’Hen Niê", "HʼBơ Ƀuôn Yă", "K`Brôih", "H‘Pốt", "Ơ̆ng Ư̆t Čil", "Anh", "Giàng A Páo"]
    {
        assert_eq!(with("/nguoi_yeu_cau/nyc_ho_ten", json!(name)), Vec::<String>::new(), "{name}");
    }
    for name in ["An 2", "{{7*7}}", "An; DROP TABLE"] {
        assert_eq!(with("/nguoi_yeu_cau/nyc_ho_ten", json!(name)), ["/nguoi_yeu_cau/nyc_ho_ten format.person_name"]);
    }
}

/// Twelve digits that no place gave out are not told that they should be twelve.
#[test]
fn a_number_of_an_unknown_place_is_told_so() {
    let at = "/nguoi_yeu_cau/nyc_so_giay_to";
    let mut data = example();
    *data.pointer_mut(at).expect("the example has it") = json!("097190000011");
    let faults = birth().check(&data, CheckMode::Complete, &ctx()).unwrap_err();
    let fault = faults.iter().find(|f| f.pointer == at).expect("a fault");
    assert_eq!(fault.code.as_str(), "identity.place");
    let (vi, en) = (fault.message(Lang::Vi), fault.message(Lang::En));
    assert!(vi.contains("từ 001 đến 096") && en.contains("001 to 096"), "{vi} {en}");
    assert_ne!(with(at, json!("09719000001")), with(at, json!("097190000011")));
}

#[test]
fn long_texts_keep_their_lines() {
    let mut data = example();
    data["nguoi_duoc_khai_sinh"]["nks_ghi_chu"] = json!("  một\r\nhai\u{a0}ba \n");
    let answers = birth().check(&data, CheckMode::Complete, &ctx()).unwrap();
    assert_eq!(answers.data()["nguoi_duoc_khai_sinh"]["nks_ghi_chu"], json!("một\nhai ba"));
    let over = "a".repeat(limits::TEXTAREA + 1);
    let found = with("/nguoi_duoc_khai_sinh/nks_ghi_chu", json!(over));
    assert_eq!(found, ["/nguoi_duoc_khai_sinh/nks_ghi_chu too_long"]);
}
