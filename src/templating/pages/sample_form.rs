//! A page of an e-form as `forms::SectionView` serialises it, with every widget, for the samples.

use serde_json::{Map, Value, json};

/// A field with the parts that matter given, the rest as they usually are.
fn field(widget: &str, key: &str, label: &str, more: Value) -> Value {
    let mut field = json!({
        "widget": widget, "name": format!("nguoi_yeu_cau.{key}"), "id": format!("f-nguoi_yeu_cau-{key}"),
        "pointer": format!("/nguoi_yeu_cau/{key}"), "label": label, "help": null, "value": null, "values": [], "text": "",
        "options": [], "list": null, "checked": false, "required": true, "may_be_required": true, "error": null,
        "errors": {}, "visible": true, "readonly": false, "show_when": null, "enable_when": null, "suggest": null,
        "decides": false,
        "autocomplete": null, "inputmode": null, "placeholder": null, "min": null, "max": null, "maxlength": null,
        "source": null, "communes": [], "parts": [], "cards": [], "add": null, "min_items": 0, "max_items": 100,
    });
    if let (Some(field), Value::Object(more)) = (field.as_object_mut(), more) {
        field.extend(more);
    }
    field
}

fn options(of: &[(&str, &str)]) -> Value {
    of.iter().map(|(value, label)| json!({"value": value, "label": label, "selected": false})).collect()
}

fn group(title: Option<&str>, fields: Value) -> Value {
    json!({
        "title": title, "description": title.map(|_| "Ghi theo nơi đang ở thực tế."), "visible": true,
        "show_when": null, "fields": fields,
    })
}

fn person(wrong: impl Fn(&str) -> Value) -> Value {
    let papers = options(&[("the", "Thẻ căn cước"), ("ho-chieu", "Hộ chiếu")]);
    json!([
        field(
            "text",
            "ho_ten",
            "Họ, chữ đệm, tên người yêu cầu",
            json!({
                "value": "Y Ƀlŏ Niê", "source": "Lấy từ tài khoản", "autocomplete": "name", "maxlength": 100,
            })
        ),
        field("date", "ngay_sinh", "Ngày, tháng, năm sinh", json!({"value": "12/05/1990", "inputmode": "numeric"})),
        field("partial-date", "me_ngay_sinh", "Ngày sinh người mẹ", json!({"required": false})),
        field("select", "loai_giay_to", "Loại giấy tờ tùy thân", json!({"options": papers, "value": "ho-chieu"})),
        field(
            "identity",
            "so_giay_to",
            "Số giấy tờ tùy thân",
            json!({
                "value": "04609", "error": wrong("Số định danh cá nhân gồm 12 chữ số, ví dụ 079203001234."),
            })
        ),
        field(
            "radio",
            "gioi_tinh",
            "Giới tính",
            json!({
                "options": options(&[("Nam", "Nam"), ("Nữ", "Nữ")]), "value": "Nữ", "error": wrong("Hãy chọn giới tính."),
            })
        ),
        field("tel", "dien_thoai", "Số điện thoại", json!({"value": "0912000011"})),
        field("email", "email", "Thư điện tử", json!({"required": false})),
    ])
}

fn rest(wrong: impl Fn(&str) -> Value) -> Value {
    let show = json!({"effect": "SHOW", "condition": {"name": "nguoi_yeu_cau.ban_sao", "schema": {"const": true}}});
    let parts = json!([
        field(
            "province",
            "noi_o.province",
            "Tỉnh",
            json!({"options": options(&[("46", "Thành phố Huế")]), "value": "46"})
        ),
        field("commune", "noi_o.commune", "Xã", json!({"options": options(&[("19774", "Phường Thuận Hóa")])})),
        field("text", "noi_o.detail", "Chi tiết", json!({"error": wrong("Hãy ghi số nhà, đường.")})),
    ]);
    let card = json!({
        "index": 0, "title": "Thành viên gia đình 1", "marker": "nguoi_yeu_cau.thanh_vien.0._row",
        "remove": "nguoi_yeu_cau.thanh_vien.0", "move_up": "nguoi_yeu_cau.thanh_vien.0.up", "move_down": null,
        "groups": [group(None, json!([field("text", "thanh_vien.0.ten", "Họ tên", json!({"value": "H'Bơ Ksor"}))]))],
        "fields": [],
    });
    json!([
        field("address", "noi_o", "Nơi cư trú", json!({"parts": parts})),
        field(
            "yes-no",
            "ban_sao",
            "Bạn có cần bản sao không?",
            json!({
                "options": options(&[("true", "Có"), ("false", "Không")]), "value": "true", "decides": true,
            })
        ),
        field(
            "integer",
            "so_luong",
            "Số lượng bản sao",
            json!({
                "show_when": show.to_string(), "value": "2", "help": "8.000 đ một bản",
            })
        ),
        field("text", "ly_do", "Lý do", json!({"show_when": show.to_string(), "visible": false, "required": false})),
        field("money", "von", "Vốn kinh doanh", json!({"value": "50.000.000", "enable_when": show.to_string()})),
        field("textarea", "ghi_chu", "Nội dung đề nghị", json!({"required": false, "value": "Kính đề nghị\nxem xét."})),
        field(
            "checkboxes",
            "nganh",
            "Ngành nghề",
            json!({
                "options": options(&[("a", "Bán lẻ"), ("b", "Ăn uống")]), "values": ["b"],
            })
        ),
        field("checkbox", "thuong_tru", "Đây cũng là nơi thường trú", json!({"checked": true})),
        field("time", "gio", "Giờ sinh", json!({"value": "07:30"})),
        field("computed", "bang_chu", "Ghi bằng chữ", json!({"text": "Ngày mười hai tháng năm", "readonly": true})),
        field(
            "confirmation",
            "nguoi_thu_ba",
            "Xác nhận của chủ hộ",
            json!({"parts": [
                field("text", "nguoi_thu_ba.ho_ten", "Họ tên", Value::Object(Map::new())),
                field("identity", "nguoi_thu_ba.so_dinh_danh", "Số định danh", Value::Object(Map::new())),
            ]})
        ),
        field("list", "thanh_vien", "Thành viên gia đình", json!({"cards": [card], "add": "nguoi_yeu_cau.thanh_vien"})),
        field("hidden", "an", "Ẩn", Value::Object(Map::new())),
        field(
            "agree",
            "cam_doan",
            "Tôi cam đoan những nội dung khai trên đây là đúng sự thật",
            json!({
                "error": wrong("Bạn cần đồng ý với lời cam đoan để nộp hồ sơ."),
            })
        ),
    ])
}

/// A page with every widget; `faulty`: with errors.
pub fn section(faulty: bool) -> Value {
    let wrong = |text: &str| if faulty { json!(text) } else { Value::Null };
    json!({
        "key": "nguoi_yeu_cau", "title": "Người yêu cầu", "description": null, "visible": true, "show_when": null,
        "groups": [group(None, person(wrong)), group(Some("Nơi cư trú và bản sao"), rest(wrong))], "error_count": 0,
    })
}
