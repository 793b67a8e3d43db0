//! The facts format (`thu_tuc`): procedures in full, in Vietnamese, as officials write them down.

use serde::Deserialize;
use serde_json::Value;

/// One procedure.
#[derive(Clone, Debug, Deserialize)]
pub struct Procedure {
    pub ma: Option<String>,
    pub ten: String,
    #[serde(default)]
    pub qd_cong_bo: Option<String>,
    pub linh_vuc: String,
    /// `xa`, `tinh`, `bo`, `truong`, `so`, several with commas.
    pub cap: String,
    pub co_quan: String,
    #[serde(default)]
    pub doi_tuong: Vec<String>,
    pub muc_do: String,
    #[serde(default)]
    pub ly_do_mot_phan: Option<String>,
    #[serde(default)]
    pub kenh: Vec<String>,
    #[serde(default)]
    pub ghi_chu_kenh: Option<String>,
    #[serde(default)]
    pub can_cu: Vec<String>,
    pub thoi_han: TimeLimit,
    #[serde(default)]
    pub thoi_han_phu: Vec<PartLimit>,
    #[serde(default)]
    pub phi: Vec<Fee>,
    #[serde(default)]
    pub mien_giam: Option<String>,
    #[serde(default)]
    pub truong_hop: Vec<String>,
    #[serde(default)]
    pub thanh_phan: Vec<Paper>,
    #[serde(default)]
    pub ghi_chu_thanh_phan: Option<String>,
    #[serde(default)]
    pub ket_qua: Vec<ResultFact>,
    #[serde(default)]
    pub dieu_kien: Vec<String>,
    #[serde(default)]
    pub quy_trinh: Vec<Step>,
    #[serde(default)]
    pub muc_ho_tro: Vec<Support>,
    #[serde(default)]
    pub lien_quan: Vec<RelatedFact>,
    pub bieu_mau: Vec<Section>,
}

/// A processing time; `so` is absent for sessions.
#[derive(Clone, Debug, Deserialize)]
pub struct TimeLimit {
    pub so: Option<u32>,
    pub don_vi: String,
    #[serde(default)]
    pub dien_giai: Option<String>,
}

/// A limit inside the whole.
#[derive(Clone, Debug, Deserialize)]
pub struct PartLimit {
    pub viec: String,
    pub so: u32,
    pub don_vi: String,
}

/// A fee in its simplest form; formulas are in the enrichment.
#[derive(Clone, Debug, Deserialize)]
pub struct Fee {
    pub loai: String,
    #[serde(default)]
    pub ten: Option<String>,
    pub muc: Option<i64>,
    #[serde(default)]
    pub kenh: Option<String>,
    #[serde(default)]
    pub don_vi: Option<String>,
    #[serde(default)]
    pub ghi_chu: Option<String>,
    #[serde(default)]
    pub can_cu: Option<String>,
    #[serde(default)]
    pub dieu_kien: Option<String>,
}

/// A paper or declaration.
#[derive(Clone, Debug, Deserialize)]
pub struct Paper {
    pub ma: String,
    pub ten: String,
    /// `nop`, `xuat_trinh`, `khai`.
    pub hinh_thuc: String,
    pub ban_chinh: u32,
    pub ban_sao: u32,
    pub bat_buoc: bool,
    #[serde(default)]
    pub dieu_kien: Option<String>,
    #[serde(default)]
    pub thay_bang_du_lieu: Option<String>,
}

/// A result.
#[derive(Clone, Debug, Deserialize)]
pub struct ResultFact {
    pub ma: Option<String>,
    pub ten: String,
    #[serde(default)]
    pub so_ban_chinh: Option<u32>,
}

/// A step of the explained way.
#[derive(Clone, Debug, Deserialize)]
pub struct Step {
    pub vai: String,
    pub viec: String,
}

/// What a support amounts to.
#[derive(Clone, Debug, Deserialize)]
pub struct Support {
    pub can_cu: String,
    pub muc: String,
}

/// Another procedure.
#[derive(Clone, Debug, Deserialize)]
pub struct RelatedFact {
    pub ma: String,
    pub ten: String,
}

/// A section of the declaration.
#[derive(Clone, Debug, Deserialize)]
pub struct Section {
    pub ma: String,
    pub ten: String,
    #[serde(default)]
    pub en: Option<String>,
    #[serde(default)]
    pub ghi_chu: Option<String>,
    #[serde(default)]
    pub hien_khi: Option<String>,
    pub truong: Vec<Field>,
}

/// A field of the declaration, or a column of a table.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Field {
    pub ma: String,
    pub nhan: String,
    pub kieu: String,
    #[serde(default)]
    pub bat_buoc: bool,
    #[serde(default)]
    pub lua_chon: Vec<String>,
    #[serde(default)]
    pub mac_dinh: Option<Value>,
    #[serde(default)]
    pub toi_thieu: Option<i64>,
    #[serde(default)]
    pub toi_da: Option<i64>,
    #[serde(default)]
    pub hien_khi: Option<String>,
    #[serde(default)]
    pub ghi_chu: Option<String>,
    #[serde(default)]
    pub goi_y: Option<String>,
    #[serde(default)]
    pub tu_dien: Option<String>,
    #[serde(default)]
    pub tinh_tu: Option<String>,
    #[serde(default)]
    pub rang_buoc: Option<String>,
    /// Pattern that the text must match.
    #[serde(default)]
    pub mau: Option<String>,
    #[serde(default)]
    pub cot: Vec<Field>,
    /// English, where the field is the enrichment's own.
    #[serde(default)]
    pub en: Option<String>,
    #[serde(default)]
    pub en_note: Option<String>,
    #[serde(default)]
    pub en_choices: Vec<String>,
}
