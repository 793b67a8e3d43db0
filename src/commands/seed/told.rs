//! What the demonstration's two citizens say of themselves. The forms' examples are told by one of a couple; where the
//! other one files, the same family is told from the other side.

use serde_json::{Value, json};

/// Who files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Teller {
    An,
    Binh,
}

/// A merge patch over a form's first example; null where the example is this person's own already.
pub fn answers(teller: Teller, procedure: &str) -> Value {
    match (teller, procedure) {
        (Teller::An, "1.001193") => json!({
            "nguoi_yeu_cau": {
                "nyc_ho_ten": "Nguyễn Văn An", "nyc_ngay_sinh": "1990-05-12",
                "nyc_loai_giay_to": "Căn cước điện tử", "nyc_so_giay_to": "046090000011",
                "nyc_dien_thoai": "0912000011", "nyc_email": "an@demo.invalid",
            },
            "quan_he": {"nyc_quan_he": "Cha"},
            "cha": {"cha_ngay_sinh": "1990-05-12"},
        }),
        (Teller::An, "1.004222") => json!({
            "nguoi_khai": {
                "ct01_ho_ten": "Nguyễn Văn An", "ct01_ngay_sinh": "1990-05-12", "ct01_gioi_tinh": "Nam",
                "ct01_so_dinh_danh": "046090000011", "ct01_dien_thoai": "0912000011", "ct01_email": "an@demo.invalid",
            },
            "chu_ho": {"ct01_quan_he_chu_ho": "Chủ hộ"},
        }),
        (Teller::Binh, "1.004873") => json!({
            "nguoi_yeu_cau": {
                "nyc_ho_ten": "Trần Thị Bình", "nyc_ngay_sinh": "1992-08-20", "nyc_loai_giay_to": "Thẻ căn cước",
                "nyc_so_giay_to": "046192000022", "nyc_dien_thoai": "0912000022", "nyc_email": "binh@demo.invalid",
            },
            "nguoi_duoc_cap": {
                "nxn_ho_ten": "Trần Thị Bình", "nxn_ngay_sinh": "1992-08-20", "nxn_gioi_tinh": "Nữ",
                "nxn_so_giay_to": "046192000022",
            },
            "muc_dich": {"ket_hon_voi": "Nguyễn Văn An, 1990, Việt Nam, căn cước 046090000011"},
        }),
        (Teller::Binh, "1.013225") => json!({
            "chu_dau_tu": {
                "cdt_ten": "Trần Thị Bình", "cdt_so_dinh_danh": "046192000022", "cdt_dien_thoai": "0912000022",
            },
        }),
        _ => Value::Null,
    }
}
