//! A section of an e-form as `forms` hands it to the pages, with every widget, for the samples.

use serde_json::{Value, json};

/// A section with every widget; `wrong`: with errors.
pub fn section(wrong: bool) -> Value {
    let error = |text: &str| if wrong { json!(text) } else { Value::Null };
    let field = |widget: &str, key: &str, label: &str, more: Value| {
        let mut field = json!({
            "widget": widget, "name": format!("data.nguoi_yeu_cau.{key}"), "id": format!("f-{key}"), "label": label,
            "help": null, "required": true, "readonly": false, "value": null, "values": [], "options": [],
            "error": null, "errors": {}, "source": null, "visible": true, "show_when": null, "autocomplete": null,
            "inputmode": null, "maxlength": null, "communes": [], "fields": [], "cards": [],
        });
        if let (Some(field), Some(more)) = (field.as_object_mut(), more.as_object()) {
            field.extend(more.clone());
        }
        field
    };
    let yes_no = json!([{"value": "Nam", "label": "Nam"}, {"value": "Nữ", "label": "Nữ"}]);
    let papers =
        json!([{"value": "Thẻ căn cước", "label": "Thẻ căn cước"}, {"value": "Hộ chiếu", "label": "Hộ chiếu"}]);
    json!({
        "title": "Người yêu cầu", "description": null,
        "groups": [{ "title": null, "description": null, "visible": true, "show_when": null, "fields": [
            field("text", "nyc_ho_ten", "Họ, chữ đệm, tên người yêu cầu", json!({"value": "Y Ƀlŏ Niê", "source": "Lấy từ tài khoản của bạn", "autocomplete": "name", "maxlength": 100})),
            field("date", "nyc_ngay_sinh", "Ngày, tháng, năm sinh", json!({"value": "12/05/1990"})),
            field("partial-date", "me_ngay_sinh", "Ngày sinh người mẹ", json!({"required": false})),
            field("select", "nyc_loai_giay_to", "Loại giấy tờ tùy thân", json!({"options": papers, "value": "Hộ chiếu"})),
            field("identity", "nyc_so_giay_to", "Số giấy tờ tùy thân", json!({"value": "04609", "error": error("Số định danh cá nhân gồm 12 chữ số, ví dụ 079203001234.")})),
            field("radio", "gioi_tinh", "Giới tính", json!({"options": yes_no, "value": "Nữ", "error": error("Hãy chọn giới tính.")})),
            field("tel", "nyc_dien_thoai", "Số điện thoại", json!({"value": "0912000011"})),
            field("email", "nyc_email", "Thư điện tử", json!({"required": false})),
        ]}, { "title": "Nơi cư trú và bản sao", "description": "Ghi theo nơi đang ở thực tế.", "visible": true, "show_when": null, "fields": [
            field("address", "nyc_noi_cu_tru", "Nơi cư trú", json!({"value": {"province": "46", "commune": "19774", "detail": "12 Lê Lợi"}, "communes": [{"value": "19774", "label": "Phường Thuận Hóa"}], "errors": {"detail": error("Hãy ghi số nhà, đường.")}})),
            field("yes-no", "de_nghi_ban_sao", "Bạn có cần bản sao không?", json!({"value": true})),
            field("integer", "so_luong", "Số lượng bản sao", json!({"show_when": "{\"name\":\"data.nguoi_yeu_cau.de_nghi_ban_sao\",\"equals\":true}", "value": 2, "help": "8.000 đ một bản"})),
            field("money", "von", "Vốn kinh doanh", json!({"value": "50.000.000"})),
            field("textarea", "ghi_chu", "Nội dung đề nghị", json!({"required": false, "value": "Kính đề nghị\nxem xét."})),
            field("checkboxes", "nganh", "Ngành nghề", json!({"options": [{"value": "a", "label": "Bán lẻ"}, {"value": "b", "label": "Ăn uống"}], "values": ["b"]})),
            field("time", "gio", "Giờ sinh", json!({"value": "07:30"})),
            field("computed", "bang_chu", "Ghi bằng chữ", json!({"value": "Ngày mười hai tháng năm năm một nghìn chín trăm chín mươi", "readonly": true})),
            field("list", "thanh_vien", "Thành viên gia đình", json!({"label": "Thành viên gia đình", "cards": [{"title": "Thành viên thứ nhất", "index": 0, "fields": [field("text", "tv_ten", "Họ tên", json!({"value": "H'Bơ Ksor"}))]}]})),
            field("agree", "cam_doan", "Tôi cam đoan những nội dung khai trên đây là đúng sự thật và chịu trách nhiệm trước pháp luật", json!({"error": error("Bạn cần đồng ý với lời cam đoan để nộp hồ sơ.")})),
        ]}],
    })
}
