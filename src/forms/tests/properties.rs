//! What holds for all input.

use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| serde_json::Number::from_f64(n).map_or(Value::Null, Value::Number)),
        any::<String>().prop_map(Value::from),
        prop_oneof![Just("Nam"), Just("2026-02-30"), Just("1960"), Just("046090000011"), Just("VN"), Just("H'Bơ")]
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((key(), inner), 0..6)
                .prop_map(|kv| Value::Object(kv.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Keys of the form and others.
fn key() -> impl Strategy<Value = String> {
    let mut keys: Vec<String> = Vec::new();
    for field in birth().field_ids() {
        keys.extend(field.pointer.split('/').filter(|s| s.len() > 1).map(str::to_owned));
    }
    prop_oneof![4 => prop::sample::select(keys), 1 => any::<String>()]
}

/// The example with some values replaced by anything.
fn damaged() -> impl Strategy<Value = Value> {
    let pointers: Vec<String> = birth().field_ids().into_iter().map(|f| f.pointer.replace('*', "0")).collect();
    let choice = prop_oneof![2 => anything().boxed(), 3 => any::<bool>().prop_map(Value::from).boxed(), 1 => Just(Value::Null).boxed()];
    prop::collection::vec((prop::sample::select(pointers), choice), 0..6).prop_map(|changes| {
        let mut data = example();
        for (at, value) in changes {
            super::super::pointer::put(&mut data, &at, value);
        }
        data
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_makes_it_panic(data in prop_oneof![anything(), damaged()]) {
        let form = birth();
        for mode in [CheckMode::Draft, CheckMode::Complete] {
            if let Err(errors) = form.check(&data, mode, &ctx()) {
                prop_assert!(!errors.is_empty() && errors.len() <= limits::ERRORS);
                for e in &errors {
                    prop_assert!(!e.message(Lang::Vi).is_empty() && !e.message(Lang::En).is_empty());
                }
                let input = ViewInput { data: &data, errors: &errors, lang: Lang::Vi, ctx: ctx(), sources: None, section: None };
                serde_json::to_string(&form.view(&input)).unwrap();
            }
        }
        form.summary(&data, Lang::En, &ctx());
        form.changes(&example(), &data, Lang::Vi, &ctx());
        form.migrate_from(&form, &data);
        form.identity_pointers(&data);
        let mut copy = data.clone();
        form.compute(&mut copy, &ctx());
        apply_merge_patch(&mut copy, &data);
    }

    #[test]
    fn pruning_twice_is_pruning_once(data in damaged()) {
        let once = birth().prune(&data);
        prop_assert_eq!(birth().prune(&once), once);
    }

    #[test]
    fn hidden_fields_are_never_at_fault(data in damaged()) {
        let form = birth();
        if let Err(errors) = form.check(&data, CheckMode::Complete, &ctx()) {
            let no_copies = data.pointer("/ban_sao/de_nghi_ban_sao") != Some(&json!(true));
            let no_mother = data.pointer("/me/me_chua_xac_dinh") == Some(&json!(true));
            for e in errors {
                prop_assert!(!(no_copies && e.pointer.starts_with("/ban_sao/so_luong")), "{}", e.pointer);
                prop_assert!(!(no_mother && e.pointer.starts_with("/me/me_ho_ten")), "{}", e.pointer);
            }
        }
    }

    #[test]
    fn what_passed_passes_again_unchanged(data in damaged()) {
        let form = birth();
        for mode in [CheckMode::Draft, CheckMode::Complete] {
            if let Ok(answers) = form.check(&data, mode, &ctx()) {
                let again = form.check(answers.data(), mode, &ctx()).map(Answers::into_data);
                prop_assert_eq!(again, Ok(answers.data().clone()));
            }
        }
    }

    #[test]
    fn posts_of_any_kind_are_read(pairs in prop::collection::vec((prop_oneof![
        any::<String>(), Just("gia_dinh.thanh_vien.0.ho_ten".to_owned()), Just("gia_dinh.thanh_vien.99999999999999999999.ho_ten".to_owned()),
        Just("_remove".to_owned()), Just("_add".to_owned()), Just("gia_dinh.thanh_vien".to_owned()), Just("gia_dinh..x".to_owned()),
    ], any::<String>()), 0..12)) {
        let form = birth();
        for (section, _) in form.sections() {
            let posted = form.parse_post(section, &pairs);
            let mut data = example();
            apply_merge_patch(&mut data, &posted.storable(&form));
            let _ = form.check(&data, CheckMode::Draft, &ctx());
        }
    }
}
