//! One field of the facts as a JSON Schema property.

use serde_json::{Map, Value, json};

use super::enrichment::Enrichment;
use super::facts::Field;

/// Letters of a line of text.
const LINE: u32 = 500;
/// Letters of a text of several lines.
const LINES: u32 = 4_000;

/// The schema of a field. An unknown kind is told by its name.
pub fn property(field: &Field, kind: &str, words: &Enrichment) -> Result<Map<String, Value>, String> {
    let mut schema = of_kind(field, kind, words)?;
    let mut english = Map::new();
    schema.insert("title".into(), Value::String(field.nhan.clone()));
    if let Some(en) = field.en.clone().or_else(|| words.english.get(&field.nhan).cloned()) {
        english.insert("title".into(), Value::String(en));
    }
    if let Some((vi, en)) = help(field, kind, words) {
        schema.insert("description".into(), Value::String(vi));
        if let Some(en) = en {
            english.insert("description".into(), Value::String(en));
        }
    }
    if !field.lua_chon.is_empty() {
        english.insert("enum".into(), english_choices(field, words));
    }
    if let Some(pattern) = &field.mau {
        schema.insert("pattern".into(), Value::String(pattern.clone()));
    }
    if let Some(default) = default(field, kind) {
        schema.insert("default".into(), default);
    }
    if !english.is_empty() {
        schema.insert("x-en".into(), Value::Object(english));
    }
    Ok(schema)
}

fn english_choices(field: &Field, words: &Enrichment) -> Value {
    let own = field.en_choices.len() == field.lua_chon.len();
    let one = |(i, vi): (usize, &String)| match field.en_choices.get(i).filter(|_| own) {
        Some(en) => en.clone(),
        None => words.english.get(vi).unwrap_or(vi).clone(),
    };
    Value::Array(field.lua_chon.iter().enumerate().map(one).map(Value::String).collect())
}

/// Help under the label: the facts' note or hint in citizens' words, else what the kind needs.
fn help(field: &Field, kind: &str, words: &Enrichment) -> Option<(String, Option<String>)> {
    if let Some(note) = &field.ghi_chu {
        if let Some(en) = &field.en_note {
            return Some((note.clone(), Some(en.clone())));
        }
        let text = words.help(note);
        return Some((text.vi, text.en));
    }
    if let Some(hint) = &field.goi_y {
        let text = words.help(hint);
        return Some((text.vi, text.en));
    }
    let (vi, en) = match kind {
        "so_dinh_danh" => (
            "12 chữ số trên thẻ căn cước (ví dụ 079203001234); hoặc số CMND 9 chữ số, số hộ chiếu.",
            "The 12 digits on the identity card (such as 079203001234), or an old 9-digit number or passport number.",
        ),
        "so_dinh_danh_12" => ("Gồm 12 chữ số, ví dụ 079203001234.", "12 digits, such as 079203001234."),
        "mst" => {
            ("10 chữ số, hoặc 10 chữ số - 3 chữ số với chi nhánh.", "10 digits, or 10 digits - 3 digits for a branch.")
        }
        "ngay_khong_day_du" => {
            ("Không nhớ ngày, tháng thì chỉ ghi năm.", "The year alone is enough if day and month are not known.")
        }
        "tep_anh" => (
            "Đánh dấu khi đã có ảnh; tải ảnh lên ở phần «Giấy tờ».",
            "Tick when the photo is ready; upload it under “Papers”.",
        ),
        _ => return None,
    };
    Some((vi.to_owned(), Some(en.to_owned())))
}

/// The facts' default, as data hold it: names of code lists become codes.
fn default(field: &Field, kind: &str) -> Option<Value> {
    let value = field.mac_dinh.clone()?;
    match (kind, value.as_str()) {
        ("danh_muc:quoc_tich" | "danh_muc:quoc_gia", Some("Việt Nam")) => Some(json!("VN")),
        (kind, Some(_)) if kind.starts_with("danh_muc:") => None,
        _ => Some(value),
    }
}

fn of_kind(field: &Field, kind: &str, words: &Enrichment) -> Result<Map<String, Value>, String> {
    let simple = match kind {
        "chu" if is_person(&field.ma) => {
            json!({"type": "string", "format": "person-name", "minLength": 1, "maxLength": 120})
        }
        "chu" => json!({"type": "string", "minLength": 1, "maxLength": LINE}),
        "van_ban" => json!({"type": "string", "minLength": 1, "maxLength": LINES, "x-widget": "textarea"}),
        "ngay" => json!({"type": "string", "format": "date"}),
        "ngay_khong_day_du" => json!({"type": "string", "format": "partial-date"}),
        "ngay_gio" => json!({"type": "string", "format": "date-time"}),
        "gio_phut" => json!({"type": "string", "format": "time"}),
        "so_dinh_danh" => json!({"type": "string", "format": "vn-identity-any", "maxLength": 20, "x-identity": true}),
        "so_dinh_danh_12" => json!({"type": "string", "format": "vn-identity", "maxLength": 12, "x-identity": true}),
        "so_dinh_danh_hoac_mst" => json!({
            "type": "string", "pattern": "^([0-9]{12}|[0-9]{10}(-[0-9]{3})?)$", "maxLength": 14, "x-identity": true,
            "x-pattern-hint": "Số định danh cá nhân gồm 12 chữ số, hoặc mã số doanh nghiệp gồm 10 chữ số",
        }),
        "mst" => json!({"type": "string", "format": "vn-tax-code", "maxLength": 14}),
        "cas" => json!({"type": "string", "format": "cas", "maxLength": 12}),
        "dien_thoai" => json!({"type": "string", "format": "vn-phone", "maxLength": 20}),
        "email" => json!({"type": "string", "format": "email", "maxLength": 254}),
        "dvhc" => json!({"type": "string", "format": "vn-commune", "pattern": "^[0-9]{5}$"}),
        "dvhc_tinh" => json!({"type": "string", "format": "vn-province", "pattern": "^[0-9]{2}$"}),
        "tien" => json!({"type": "integer", "format": "vn-money", "minimum": 0, "maximum": 1_000_000_000_000_000_i64}),
        "so_nguyen" => whole(field),
        "so_thap_phan" => json!({"type": "number"}),
        "co_khong" => json!({"type": "boolean"}),
        "dong_y" => json!({"type": "boolean", "const": true, "x-widget": "agree"}),
        "tep_anh" => json!({"type": "boolean", "const": true, "x-widget": "agree", "x-document": field.ma}),
        "chon" => json!({"type": "string", "enum": field.lua_chon}),
        "nhieu" => several(field),
        "dia_chi_2_cap" => address(),
        "xac_nhan_ca_nhan" => confirmation(),
        "bang" => table(&field.cot, words)?,
        "bang:noi_tu_den" => table(&places_in_time(), words)?,
        list if list.starts_with("danh_muc:") => listed(list.trim_start_matches("danh_muc:")),
        other => return Err(format!("kiểu dữ liệu lạ «{other}»")),
    };
    match simple {
        Value::Object(map) => Ok(map),
        _ => Ok(Map::new()),
    }
}

/// Whether a text field holds a person's name.
pub fn is_person(key: &str) -> bool {
    key == "ho_ten" || key.ends_with("_ho_ten") || matches!(key, "ct01_ten_chu_ho" | "tc_dai_dien")
}

fn whole(field: &Field) -> Value {
    let mut schema = json!({"type": "integer", "maximum": 1_000_000});
    schema["minimum"] = json!(field.toi_thieu.unwrap_or(0));
    schema
}

fn several(field: &Field) -> Value {
    let mut schema = json!({
        "type": "array", "uniqueItems": true,
        "items": {"type": "string", "enum": field.lua_chon},
        "maxItems": field.toi_da.unwrap_or_else(|| i64::try_from(field.lua_chon.len()).unwrap_or(i64::MAX)),
    });
    if let Some(least) = field.toi_thieu {
        schema["minItems"] = json!(least);
    }
    schema
}

/// A code of a list: digits or letters, as the lists of the form engine have them.
fn listed(list: &str) -> Value {
    let pattern = match list {
        "quoc_tich" | "quoc_gia" => "^[A-Z]{2,3}$",
        "ngan_hang" => "^[0-9]{6}$",
        _ => "^[0-9]{2}$",
    };
    json!({"type": "string", "x-list": list, "pattern": pattern})
}

fn address() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "x-widget": "address",
        "required": ["province", "commune"],
        "properties": {
            "province": {"type": "string", "format": "vn-province", "pattern": "^[0-9]{2}$",
                "title": "Tỉnh, thành phố", "x-en": {"title": "Province or city"}},
            "commune": {"type": "string", "format": "vn-commune", "pattern": "^[0-9]{5}$",
                "title": "Xã, phường, đặc khu", "x-en": {"title": "Commune, ward or special zone"}},
            "detail": {"type": "string", "minLength": 1, "maxLength": 300,
                "title": "Số nhà, đường, thôn, tổ", "x-en": {"title": "House number, street, hamlet"}},
        },
    })
}

fn confirmation() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "x-widget": "confirmation",
        "required": ["ho_ten", "so_dinh_danh"],
        "properties": {
            "ho_ten": {"type": "string", "format": "person-name", "minLength": 1, "maxLength": 120,
                "title": "Họ, chữ đệm, tên người đồng ý", "x-en": {"title": "Full name of the person who consents"}},
            "so_dinh_danh": {"type": "string", "format": "vn-identity", "maxLength": 12, "x-identity": true,
                "title": "Số định danh cá nhân", "x-en": {"title": "Personal identity number"}},
            "thoi_diem": {"type": "string", "format": "date-time",
                "title": "Thời điểm đồng ý", "x-en": {"title": "Time of consent"}, "x-check": "not_future"},
        },
    })
}

fn table(columns: &[Field], words: &Enrichment) -> Result<Value, String> {
    let mut properties = Map::new();
    for column in columns {
        properties.insert(column.ma.clone(), Value::Object(property(column, &column.kieu, words)?));
    }
    let required: Vec<&str> = columns.iter().filter(|c| c.bat_buoc).map(|c| c.ma.as_str()).collect();
    let order: Vec<&str> = columns.iter().map(|c| c.ma.as_str()).collect();
    let items = json!({
        "type": "object", "additionalProperties": false, "properties": properties, "required": required,
        "x-order": order,
    });
    Ok(json!({"type": "array", "items": items, "maxItems": 200}))
}

/// Columns of `bang:noi_tu_den`: where a person lived, from when, until when.
fn places_in_time() -> Vec<Field> {
    let column = |key: &str, label: &str, kind: &str| Field {
        ma: key.to_owned(),
        nhan: label.to_owned(),
        kieu: kind.to_owned(),
        bat_buoc: true,
        ..Field::default()
    };
    vec![
        column("noi", "Nơi cư trú đã qua", "chu"),
        column("tu_ngay", "Từ ngày", "ngay"),
        column("den_ngay", "Đến ngày", "ngay"),
    ]
}
