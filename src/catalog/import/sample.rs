//! A complete, invented document for a form whose author gave none: every schema carries an example.

use serde_json::{Map, Value, json};

use super::facts::{Field, Section};

/// Every field of every section filled in.
pub fn document(sections: &[Section]) -> Value {
    let of = |section: &Section| {
        let fields = section.truong.iter().filter(|f| f.tinh_tu.is_none());
        let mut data: Map<String, Value> = fields.map(|f| (f.ma.clone(), value(f))).collect();
        for computed in section.truong.iter().filter(|f| f.tinh_tu.is_some()) {
            data.insert(
                computed.ma.clone(),
                json!("Ngày hai mươi, tháng mười một, năm hai nghìn không trăm hai mươi sáu"),
            );
        }
        (section.ma.clone(), Value::Object(data))
    };
    Value::Object(sections.iter().map(of).collect())
}

fn value(field: &Field) -> Value {
    match field.kieu.as_str() {
        "ngay" | "ngay_khong_day_du" => json!("2026-11-20"),
        "ngay_gio" => json!("2026-11-20T09:00:00+07:00"),
        "gio_phut" => json!("09:00"),
        "so_dinh_danh" | "so_dinh_danh_12" => json!("046326000019"),
        "mst" => json!("9900123459"),
        "dvhc" => json!("19789"),
        "dvhc_tinh" => json!("46"),
        "tien" => json!(1_000_000),
        "so_nguyen" => json!(field.toi_thieu.unwrap_or(1).max(1)),
        "so_dinh_danh_hoac_mst" => json!("046326000019"),
        "so_thap_phan" => json!(10.5),
        "cas" => json!("67-64-1"),
        "dien_thoai" => json!("0912000022"),
        "email" => json!("binh@demo.invalid"),
        "co_khong" | "dong_y" | "tep_anh" => json!(true),
        "nhieu" => json!(
            field.lua_chon.iter().take(usize::try_from(field.toi_da.unwrap_or(1)).unwrap_or(1)).collect::<Vec<_>>()
        ),
        "bang" => json!([field.cot.iter().map(|c| (c.ma.clone(), value(c))).collect::<Map<_, _>>()]),
        "bang:noi_tu_den" => json!([{"noi": "Phường Thuận Hóa", "tu_ngay": "2020-01-01", "den_ngay": "2026-11-20"}]),
        "xac_nhan_ca_nhan" => json!({"ho_ten": "Nguyễn Văn An", "so_dinh_danh": "046090000011"}),
        "chon" => json!(field.lua_chon.first()),
        "dia_chi_2_cap" => json!({"province": "46", "commune": "19789", "detail": "12 đường Hoa Mai"}),
        "danh_muc:quoc_tich" | "danh_muc:quoc_gia" => json!("VN"),
        kind if kind.starts_with("danh_muc:") => json!("01"),
        _ if super::field::is_person(&field.ma) => json!("Nguyễn Trần Minh Khuê"),
        _ => match field.mau.as_deref() {
            Some("^[A-Z][0-9]{7}$") => json!("K0000019"),
            _ => json!("12/2026"),
        },
    }
}
