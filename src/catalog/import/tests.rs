//! The shipped facts become real e-forms, the national records become pages, bad files are told whole.

use serde_json::{Value, json};

use super::*;
use crate::catalog::check::property;
use crate::catalog::fees::{Occasion, assess};
use crate::catalog::papers::{Circumstances, Need, documents_required, missing};
use crate::catalog::revision::{Channel, Level, TimeUnit};

fn facts() -> Value {
    serde_json::from_str(SHIPPED_FACTS).unwrap()
}

fn shipped() -> Vec<Import> {
    parse(SHIPPED_FACTS)
        .unwrap_or_else(|bad| panic!("{}", bad.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

fn procedure(code: &str) -> Revision {
    shipped().into_iter().map(|i| i.revision).find(|r| r.code == code).unwrap()
}

/// The national catalogue, where the shared files lie beside the clone (or beside its folder of worktrees).
pub fn national_catalogue() -> Option<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/data", "../../shared/data"].map(|p| root.join(p).join("national-catalogue.json"));
    let found = places.iter().find_map(|path| std::fs::read_to_string(path).ok());
    #[allow(clippy::disallowed_methods, reason = "what CI requires is not a setting of the product")]
    let required = std::env::var("MOTCUA_TEST_REQUIRE").is_ok_and(|r| r.contains("catalogue"));
    assert!(found.is_some() || !required, "the national catalogue is required and not at {places:?}");
    if found.is_none() {
        eprintln!("skipped: the national catalogue is not here");
    }
    found
}

#[test]
fn every_field_of_the_facts_is_in_its_form() {
    let imports = shipped();
    assert_eq!(imports.len(), 15);
    let facts = facts();
    let mut fields = 0;
    for (fact, import) in facts["thu_tuc"].as_array().unwrap().iter().zip(&imports) {
        let revision = &import.revision;
        assert!(revision.name.en.is_some(), "{} has no English name", revision.code);
        for case in &revision.cases {
            let form = case.form.as_ref().unwrap_or_else(|| panic!("{} has no form", revision.code));
            for section in fact["bieu_mau"].as_array().unwrap() {
                for field in section["truong"].as_array().unwrap() {
                    let pointer = format!("/{}/{}", section["ma"].as_str().unwrap(), field["ma"].as_str().unwrap());
                    let at = property(form, &pointer).unwrap_or_else(|| panic!("{}: {pointer}", revision.code));
                    assert_eq!(at["title"], field["nhan"], "{} {pointer}", revision.code);
                    assert!(at["x-en"]["title"].is_string(), "{} {pointer} has no English", revision.code);
                    for column in field["cot"].as_array().into_iter().flatten() {
                        let column = column["ma"].as_str().unwrap();
                        assert!(property(form, &format!("{pointer}/0/{column}")).is_some(), "{pointer}/{column}");
                    }
                    fields += 1;
                }
            }
        }
    }
    assert!(fields > 240, "{fields}");
}

/// English everywhere in a schema, and a control for each field.
#[test]
fn forms_are_bilingual_and_whole() {
    fn walk(at: &Value, path: &str, faults: &mut Vec<String>) {
        for (key, child) in at["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}/{key}");
            if child["x-en"]["title"].as_str().is_none_or(str::is_empty) {
                faults.push(format!("{path}: title «{}»", child["title"]));
            }
            if child["description"].is_string() && !child["x-en"]["description"].is_string() {
                faults.push(format!("{path}: description {}", child["description"]));
            }
            let choices = child.get("enum").or_else(|| child.pointer("/items/enum")).and_then(Value::as_array);
            if let Some(choices) = choices {
                let en = child.pointer("/x-en/enum").and_then(Value::as_array).map_or(0, Vec::len);
                assert_eq!(en, choices.len(), "{path}");
                for (vi, en) in choices.iter().zip(child["x-en"]["enum"].as_array().unwrap()) {
                    let ascii = vi.as_str().unwrap().is_ascii();
                    if vi == en && !ascii {
                        faults.push(format!("{path}: choice {vi}"));
                    }
                }
            }
            walk(child, &path, faults);
            walk(&child["items"], &path, faults);
        }
    }
    let mut faults = Vec::new();
    for import in shipped() {
        let revision = import.revision;
        for case in &revision.cases {
            for form in case.form.iter().chain(case.results.iter().filter_map(|r| r.form.as_ref())) {
                walk(&form.schema, &revision.code, &mut faults);
            }
            let texts = case
                .documents
                .iter()
                .flat_map(|d| [Some(&d.name), d.condition_text.as_ref(), d.replaced_by_data.as_ref()])
                .chain(case.fees.iter().flat_map(|f| [Some(&f.name), f.note.as_ref(), f.unit.as_ref()]))
                .chain(case.results.iter().map(|r| Some(&r.name)))
                .chain([Some(&case.name), revision.partial_reason.as_ref(), Some(&revision.agency_text)])
                .chain(revision.audience_text.iter().map(Some))
                .chain(revision.requirements.iter().chain(&revision.notes).map(Some))
                .chain(revision.steps.iter().flat_map(|s| [s.who.as_ref(), Some(&s.text)]))
                .chain(case.part_limits.iter().map(|l| Some(&l.what)))
                .chain(case.processing_time.iter().map(|t| t.note.as_ref()))
                .chain([Some(&revision.field.name)]);
            faults.extend(texts.flatten().filter(|t| t.en.is_none()).map(|t| format!("{}: «{}»", revision.code, t.vi)));
        }
    }
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_example_is_valid_by_its_own_schema() {
    let mut examples = 0;
    for import in shipped() {
        for case in &import.revision.cases {
            for form in case.form.iter().chain(case.results.iter().filter_map(|r| r.form.as_ref())) {
                let validator = jsonschema::draft202012::new(&form.schema).unwrap();
                for example in form.schema["examples"].as_array().unwrap() {
                    assert!(validator.is_valid(example), "{}", import.revision.code);
                    examples += 1;
                }
            }
        }
    }
    assert!(examples >= 30);
}

#[test]
fn papers_only_never_declarations() {
    for import in shipped() {
        for paper in import.revision.cases.iter().flat_map(|c| &c.documents) {
            assert!(!matches!(paper.code.as_str(), "e_form" | "to_khai" | "ct01" | "don" | "phieu"), "{}", paper.code);
            if paper.how == crate::catalog::revision::How::Show {
                assert!(!paper.required, "{} is shown, not attached", paper.code);
            }
        }
    }
}

#[test]
fn a_birth_asks_for_what_its_answers_need() {
    let birth = procedure("1.001193");
    let case = birth.case(None).unwrap();
    let examples = case.form.as_ref().unwrap().schema["examples"].as_array().unwrap().clone();
    let alone = Circumstances::default();
    assert_eq!(missing(case, &examples[0], alone, &[]), ["giay_chung_sinh"]);
    assert_eq!(missing(case, &examples[1], alone, &[]), ["bien_ban_bo_roi"]);
    let delegate = Circumstances { by_delegate: true, ..alone };
    assert_eq!(missing(case, &examples[0], delegate, &["giay_chung_sinh"]), ["van_ban_uy_quyen"]);
    let needs = documents_required(case, &examples[0], alone);
    let shown: Vec<&str> = needs.iter().filter(|p| p.need == Need::Show).map(|p| p.paper.code.as_str()).collect();
    assert_eq!(shown, ["giay_to_tuy_than"]);
    assert_eq!(case.processing_time[0].unit, TimeUnit::SameDay);
    assert!(case.confirm_draft);
}

#[test]
fn a_birth_needs_a_parent_unless_the_child_was_found() {
    let birth = procedure("1.001193");
    let schema = &birth.case(None).unwrap().form.as_ref().unwrap().schema;
    let validator = jsonschema::draft202012::new(schema).unwrap();
    let mut data = schema["examples"][0].clone();
    data["me"] = json!({});
    assert!(validator.is_valid(&data), "the father alone is enough");
    data["cha"] = json!({});
    assert!(!validator.is_valid(&data), "one parent is needed");
    data["nguoi_duoc_khai_sinh"]["nks_loai_khai_sinh"] = json!("Trẻ bị bỏ rơi");
    assert!(validator.is_valid(&data));
    data["ban_sao"] = json!({"de_nghi_ban_sao": true});
    assert!(!validator.is_valid(&data), "copies asked for must be counted");
}

fn owed(code: &str, data: &Value, channel: Channel) -> Vec<(String, Option<i64>)> {
    let revision = procedure(code);
    let date = jiff::civil::date(2026, 11, 21);
    let occasion = Occasion { channel, date, province: Some("46"), exemptions: &[], refused: &[] };
    let lines = assess(&revision.cases[0].fees, data, &occasion);
    lines.into_iter().map(|l| (l.code, l.amount.map(|a| a.0))).collect()
}

#[test]
fn fees_follow_the_law_and_the_answers() {
    let example = |code: &str| procedure(code).cases[0].form.as_ref().unwrap().schema["examples"][0].clone();
    let of = |code: &str| owed(code, &example(code), Channel::Online);
    assert_eq!(of("1.001193"), [("le_phi".into(), Some(0)), ("ban_sao".into(), Some(16_000))]);
    assert_eq!(of("1.000656"), [("le_phi".into(), Some(0)), ("ban_sao".into(), Some(24_000))]);
    assert_eq!(of("2.000635"), [("ban_sao".into(), Some(24_000))]);
    assert_eq!(of("2.000815"), [("chung_thuc".into(), Some(3 * 2_000 + 2 * 6_000))]);
    assert_eq!(owed("1.004222", &json!({}), Channel::Counter), [("le_phi_truc_tiep".into(), Some(20_000))]);
    assert_eq!(of("1.004194"), [("le_phi_truc_tuyen".into(), Some(7_000))]);
    let list = json!({"noi_dung": {"theo_danh_sach": true}, "thanh_vien": {"ct01_thanh_vien": [{}, {}, {}]}});
    assert_eq!(owed("1.004194", &list, Channel::Counter), [("le_phi_danh_sach".into(), Some(30_000))]);
    assert_eq!(of("1.001612"), [("le_phi".into(), Some(150_000))]);
    let lost = json!({"ho_chieu": {"noi_dung": "Cấp lại do mất"}});
    assert_eq!(owed("1.001456", &lost, Channel::Counter), [("le_phi_cap_lai".into(), Some(400_000))]);
    assert_eq!(of("1.001456"), [("le_phi_truc_tuyen".into(), Some(160_000))]);
    let elsewhere = Occasion {
        channel: Channel::Online,
        date: jiff::civil::date(2026, 11, 21),
        province: Some("01"),
        exemptions: &[],
        refused: &[],
    };
    let permit = assess(&procedure("1.013225").cases[0].fees, &json!({}), &elsewhere);
    assert_eq!(permit[0].amount, None, "another council's rate is not known");
    let filing = procedure("2.000635").cases[0].fees[0].due;
    assert_eq!(filing, crate::catalog::fees::Due::Filing);
}

#[test]
fn cases_levels_and_reasons_are_those_of_the_facts() {
    assert_eq!(procedure("1.004222").cases.len(), 7);
    let rented = procedure("1.004222");
    let rented = rented.case(Some("thue_muon_o_nho")).unwrap();
    assert!(rented.document("hop_dong_thue").unwrap().required);
    let permit = procedure("1.013225");
    let days: Vec<u32> = permit.cases.iter().map(|c| c.processing_time[0].amount).collect();
    assert_eq!(days, [15, 20]);
    assert_eq!(permit.cases[0].supplement.within_working_days, 7);
    let chemicals = procedure("9.000001");
    assert!(chemicals.automatic && chemicals.level == Level::Full);
    assert_eq!(chemicals.cases[0].processing_time[0].unit, TimeUnit::Automatic);
    assert!(procedure("2.000815").partial_reason.is_some());
    assert_eq!(procedure("1.001456").identity_level, 2);
    assert_eq!(procedure("1.005142").filing_windows.len(), 2);
}

#[test]
fn reading_twice_gives_the_same_content() {
    let hashes =
        |imports: &[Import]| -> Vec<String> { imports.iter().map(|i| i.revision.content_hash().unwrap()).collect() };
    assert_eq!(hashes(&shipped()), hashes(&shipped()));
}

#[test]
fn the_own_format_carries_everything_there_and_back() {
    let imports = shipped();
    let revisions: Vec<&Revision> = imports.iter().map(|i| &i.revision).collect();
    let file = export(&revisions).unwrap();
    let back = parse(&file).unwrap();
    assert_eq!(back.len(), 15);
    for (was, is) in imports.iter().zip(&back) {
        assert_eq!(is.origin, Origin::Own);
        assert_eq!(was.revision, is.revision);
        assert_eq!(was.revision.content_hash().unwrap(), is.revision.content_hash().unwrap());
    }
}

#[test]
fn the_shared_facts_are_the_shipped_facts() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/procedures.json");
    match std::fs::read_to_string(path) {
        Ok(shared) => assert_eq!(serde_json::from_str::<Value>(&shared).unwrap(), facts()),
        Err(_) => eprintln!("skipped: the shared facts are not here"),
    }
}

/// Whoever gathered the facts noted what was still to be checked: citizens are told so in words for them, or not at all.
#[test]
fn no_editors_note_is_shown() {
    for row in shipped() {
        let shown = serde_json::to_string(&row.revision).unwrap().to_lowercase();
        for note in
            ["chưa xác minh", "chưa đối chiếu", "kiến thức chung", "nguồn báo", "suy luận", "suy từ", "verified"]
        {
            assert!(!shown.contains(note), "{}: {note}", row.revision.code);
        }
    }
    let exam = procedure("1.005142");
    assert_eq!(exam.legal_basis[0].number, "Quy chế thi tốt nghiệp THPT hiện hành");
}

#[test]
fn all_national_records_become_pages() {
    let Some(text) = national_catalogue() else { return };
    let imports = parse(&text).unwrap_or_else(|bad| panic!("{:#?}", &bad[..bad.len().min(20)]));
    assert_eq!(imports.len(), 1312);
    assert!(imports.iter().all(|i| i.origin == Origin::National && !i.revision.has_form()));
    let with_steps = imports.iter().filter(|i| !i.revision.steps.is_empty()).count();
    assert!(with_steps > 1200, "{with_steps}");
    for import in &imports {
        let papers = import.revision.cases.iter().flat_map(|case| &case.documents).map(|paper| &paper.name.vi);
        for shown in papers.chain(import.revision.requirements.iter().map(|text| &text.vi)) {
            let copied =
                ["Tên giấy tờMẫu đơn", "Từ khóaKhông có", ",1 bản sao"].iter().any(|piece| shown.contains(piece));
            assert!(!copied, "{}: {shown}", import.revision.code);
        }
    }
    let passport = &imports.iter().find(|i| i.revision.code == "1.001456").unwrap().revision;
    let own = procedure("1.001456");
    let merged = own.with_texts_of(passport);
    assert_eq!(merged.cases, own.cases, "a national record never touches an e-form");
    assert_eq!(merged.steps, passport.steps);
    assert_eq!(own.with_texts_of(&own), own);
}

#[test]
fn bad_files_are_told_row_by_row() {
    let bad = |text: &str| parse(text).unwrap_err();
    assert_eq!(bad("{").len(), 1);
    assert!(bad("{").first().unwrap().place.starts_with("line 1"));
    assert_eq!(bad("{\"x\": 1}").len(), 1);
    assert_eq!(bad("[]").len(), 1);
    assert_eq!(bad("{\"format\": \"other\"}").len(), 1);
    let rows = bad(&json!([
        {"MATTHC": "1.000001", "TENTTHC": "Một", "LINHVUCTHUCHIEN": [{"TENLINHVUC": "X"}]},
        {"MATTHC": "hỏng", "TENTTHC": "Hai", "LINHVUCTHUCHIEN": [{"TENLINHVUC": "X"}]},
        {"MATTHC": "1.000003"},
        {"MATTHC": "1.000001", "TENTTHC": "Bốn", "LINHVUCTHUCHIEN": [{"TENLINHVUC": "X"}]},
        {"MATTHC": "1.000005", "TENTTHC": "Năm", "LINHVUCTHUCHIEN": [{"TENLINHVUC": "X"}], "CACHTHUCTHUCHIEN": [{"KENH": 9}]},
    ]).to_string());
    let places: Vec<&str> = rows.iter().map(|r| r.place.as_str()).collect();
    assert_eq!(places, ["[1] hỏng", "[2] 1.000003", "[2] 1.000003", "[3] 1.000001", "[4] 1.000005"]);
    let mut partial = facts();
    partial["thu_tuc"][2]["ly_do_mot_phan"] = Value::Null;
    partial["thu_tuc"][0]["bieu_mau"][0]["truong"][0]["kieu"] = json!("la");
    let rows = bad(&partial.to_string());
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows[0].place.starts_with("thu_tuc[0] 1.001193") && rows[0].problem.contains("la"));
    assert!(rows[1].problem.contains("một phần"));
}

#[test]
fn unknown_procedures_in_the_facts_format_get_plain_forms() {
    let file = json!({"thu_tuc": [{
        "ma": "3.000001", "ten": "Cấp bản sao từ sổ gốc", "linh_vuc": "Chứng thực", "cap": "xa", "co_quan": "UBND xã",
        "muc_do": "toan_trinh", "kenh": ["truc_tuyen"], "thoi_han": {"so": 2, "don_vi": "ngay_lam_viec"},
        "phi": [{"loai": "phi", "muc": 5000}],
        "thanh_phan": [{"ma": "don", "ten": "Đơn", "hinh_thuc": "nop", "ban_chinh": 1, "ban_sao": 0, "bat_buoc": true}],
        "ket_qua": [{"ma": "KQ.G15.000001", "ten": "Bản sao"}],
        "bieu_mau": [{"ma": "nguoi", "ten": "Người", "truong": [
            {"ma": "ho_ten", "nhan": "Họ tên", "kieu": "chu", "bat_buoc": true},
            {"ma": "khac", "nhan": "Khác", "kieu": "co_khong"},
            {"ma": "ghi_ro", "nhan": "Ghi rõ", "kieu": "chu", "bat_buoc": true, "hien_khi": "khac"}]}],
    }]});
    let imports = parse(&file.to_string()).unwrap();
    let form = imports[0].revision.cases[0].form.as_ref().unwrap();
    let validator = jsonschema::draft202012::new(&form.schema).unwrap();
    assert!(validator.is_valid(&json!({"nguoi": {"ho_ten": "Ksor H'Bơ"}})));
    assert!(!validator.is_valid(&json!({"nguoi": {"ho_ten": "Ksor H'Bơ", "khac": true}})));
    assert!(!validator.is_valid(&json!({"nguoi": {}})));
    assert!(form.uischema.to_string().contains("SHOW"));
}

#[test]
fn a_father_is_a_man_and_a_mother_a_woman() {
    let imports = parse(SHIPPED_FACTS).unwrap();
    let birth = imports.iter().find(|i| i.revision.code == "1.001193").unwrap();
    let form = crate::catalog::check::compile(birth.revision.cases[0].form.as_ref().unwrap()).unwrap();
    let ctx = crate::forms::Ctx::any_units(jiff::civil::date(2026, 11, 21));
    for (pointer, number) in [("/cha/cha_so_giay_to", "046190000011"), ("/me/me_so_giay_to", "046092000022")] {
        let mut data = form.examples()[0].clone();
        *data.pointer_mut(pointer).unwrap() = json!(number);
        let faults = form.check(&data, crate::forms::CheckMode::Complete, &ctx).unwrap_err();
        assert!(faults.iter().any(|f| f.pointer == pointer && f.code.as_str() == "identity.sex"), "{faults:?}");
    }
}
