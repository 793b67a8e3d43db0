//! Invented data for every paper, ordinary and extreme.

use serde_json::{Value, json};

use crate::documents::papers::Paper;

fn head(number: Option<&str>) -> Value {
    json!({"parent": "Ủy ban nhân dân thành phố Huế", "agency": "Ủy ban nhân dân phường Thuận Hóa", "number": number,
        "place": "Huế", "day": "2026-11-21"})
}

fn applicant() -> Value {
    json!({"name": "Nguyễn Văn An", "identity": "046090000011", "address": "12 Lê Lợi, phường Thuận Hóa, thành phố Huế",
        "phone": "0912000011", "email": "an@demo.invalid"})
}

fn procedure() -> Value {
    json!({"code": "1.001193", "name": "Đăng ký khai sinh"})
}

fn signer() -> Value {
    json!({"authority": "KT. Chủ tịch", "title": "Phó Chủ tịch", "name": "Lê Thị Hồng Minh"})
}

fn registration() -> Value {
    json!({"number": "128/2026", "volume": "01/2026", "page": "28", "day": "2026-11-21",
        "place": "Ủy ban nhân dân phường Thuận Hóa, thành phố Huế"})
}

fn person(name: &str, born: &str, ethnicity: &str) -> Value {
    json!({"name": name, "born": born, "sex": "Nam", "ethnicity": ethnicity, "nationality": "Việt Nam",
        "identity": "Căn cước số 046095000033", "residence": "12 Lê Lợi, phường Thuận Hóa, thành phố Huế"})
}

fn accepted(count: usize) -> Value {
    let names = [
        "Giấy chứng sinh",
        "Văn bản ủy quyền được chứng thực (nếu có)",
        "Giấy tờ chứng minh nơi cư trú trong trường hợp không khai thác được thông tin từ Cơ sở dữ liệu quốc gia về dân cư",
    ];
    (0..count)
        .map(|i| json!({"name": names[i % 3], "originals": i % 2, "certified": 0, "copies": 1, "note": null}))
        .collect()
}

fn appointment(name: &str, papers: usize) -> Value {
    let mut who = applicant();
    who["name"] = json!(name);
    json!({"head": head(Some("0012/TNHS")), "code": "H57.01.02-261121-0001",
        "received_by": "Trung tâm Phục vụ hành chính công phường Thuận Hóa", "applicant": who, "owner": null,
        "procedure": procedure(), "summary": "Đăng ký khai sinh cho con\nlần đầu", "papers": accepted(papers), "sets": 1,
        "time_limit": "Trong ngày làm việc", "received_at": "2026-11-20T15:30:00", "due_at": "2026-11-23T17:00:00",
        "returned_at": "Tại quầy", "fees": [{"name": "Phí cấp bản sao", "amount": 16000, "state": "đã nộp"}],
        "book": {"number": "12", "volume": "01/2026"}, "clerk": "Trần Thu Hà"})
}

fn slips() -> Vec<(&'static str, Value)> {
    let common = json!({"head": head(Some("16/TB-UBND")), "code": "H57.01.02-261121-0001", "applicant": applicant(),
        "procedure": procedure(), "submitted_at": "2026-11-18T08:12:00", "received_at": "2026-11-18T08:12:00",
        "due_at": "2026-11-23T17:00:00", "stage": "Thụ lý", "signer": signer(), "clerk": "Trần Thu Hà",
        "reason": "Lý do thứ nhất.\nLý do thứ hai.", "guide": null, "legal_basis": "Điều 15 Luật Hộ tịch", "money": null});
    let also = |more: Value| {
        let mut all = common.clone();
        for (key, value) in more.as_object().unwrap() {
            all[key] = value.clone();
        }
        all
    };
    vec![
        (
            "mau-02",
            also(
                json!({"items": [{"name": "Giấy chứng sinh", "note": "Ảnh mờ."}, {"name": null, "note": "Ghi rõ nơi sinh."}],
            "due_on": "2026-12-21", "officer": "Trần Thu Hà", "contact": "0234 3000 001"}),
            ),
        ),
        ("mau-03", common.clone()),
        ("mau-04", also(json!({"old_due_at": "2026-11-23T17:00:00", "new_due_at": "2026-11-25T17:00:00"}))),
        ("mau-05", also(json!({"stopped_at": "2026-11-20T09:30:00", "requested_by": "người nộp hồ sơ"}))),
        (
            "mau-06",
            also(json!({"decided_by": "Ủy ban nhân dân phường Thuận Hóa", "rows": [
            {"from": "Trung tâm Phục vụ hành chính công", "giver": "Trần Thu Hà", "to": "Công chức tư pháp - hộ tịch",
             "receiver": "Phạm Quốc Dũng", "at": "2026-11-18T08:30:00", "result": "Trước hạn", "note": null}]})),
        ),
        (
            "mau-07",
            json!({"head": head(None), "volume": "01/2026", "first_number": 1, "from": "2026-11-01", "to": "2026-11-30",
            "rows": (0..30).map(|i| json!({"code": format!("H57.01.02-261121-{i:04}"), "procedure": "Đăng ký khai sinh", "sets": 1,
                "applicant": "Ksor H'Bơ", "contact": "phường Thuận Hóa\n0912000011", "decided_by": "UBND phường Thuận Hóa",
                "received_at": "2026-11-18T08:12:00", "due_at": null, "returned_at": null, "return_method": "Tại quầy",
                "receiver": (i % 2 == 0).then_some("Ksor H'Bơ\n046*********\nKý nhận: điểm chỉ"),
                "status": "Đang xử lý", "note": null})).collect::<Vec<_>>()}),
        ),
        ("van-ban-tu-choi", also(json!({"reasons": ["Đã đăng ký tại nơi khác.", "Giấy chứng sinh không hợp lệ."]}))),
    ]
}

fn acknowledgement(how: &str, papers: usize) -> Value {
    json!({"how": how, "head": head(None), "reference": "MC-7K3Q-9ZTA", "applicant": applicant(), "owner": null,
        "procedure": procedure(), "case": null, "submitted_at": "2026-11-20T09:31:00", "answer_due_at": null,
        "received": accepted(papers), "files": [], "fees": [], "next": ["Chờ tiếp nhận."]})
}

/// The acknowledgement of a dossier that came in this way with so many papers.
pub fn acknowledged(how: &str, papers: usize) -> Paper {
    Paper::from_data("xac-nhan-nop", acknowledgement(how, papers)).unwrap()
}

/// A receipt over so many fees.
fn receipt(fees: usize) -> Value {
    let lines: Vec<Value> = (0..fees)
        .map(|i| json!({"kind": if i % 2 == 0 { "charge" } else { "fee" }, "name": "Bản sao trích lục hộ tịch", "amount": 8000}))
        .collect();
    json!({"template": "EBL01", "series": "26TAA", "number": 128, "collector": {"name": "Ủy ban nhân dân phường Thuận Hóa",
        "tax_code": "3301700000", "address": "12 Lê Lợi, phường Thuận Hóa, thành phố Huế"}, "payer": "Y Ƀlŏ Niê",
        "payer_number": "0460••••0033", "payer_address": null, "procedure": procedure(), "dossier": "H57.31-261121-0001",
        "lines": lines, "total": 8000 * fees, "in_words": "Tám nghìn đồng", "method": "Chuyển khoản",
        "reference": "MC261121ABCDEFGHJK", "issued_at": "2026-11-21T09:32:15", "place": "Huế"})
}

/// A financial obligation of so many lines.
fn obligation(lines: usize) -> Value {
    let kinds = ["land_use_fee", "registration_charge", "personal_income_tax", "khac"];
    let line = |i: usize| json!({"kind": kinds[i % 4], "name": "Tiền sử dụng đất ở, thửa 12 tờ bản đồ 5", "amount": 512_345_678});
    let lines: Vec<Value> = (0..lines).map(line).collect();
    let rests_on = json!({"number": "125/TB-CCT", "issued_on": "2026-11-16", "issuer": "Thuế cơ sở 1 thành phố Huế"});
    json!({"head": head(None), "code": "H57.01.02-261121-0001", "applicant": applicant(), "owner": applicant(),
        "procedure": procedure(), "reason": "Theo thông báo của cơ quan thuế.", "rests_on": rests_on, "lines": lines,
        "total": 512_345_678 * lines.len(), "in_words": "Năm trăm mười hai triệu đồng", "due_on": "2026-12-16",
        "place": "Ngân hàng hoặc Kho bạc Nhà nước.\nTài khoản: 7111.1056137",
        "then": "Nộp xong, mang giấy nộp tiền đến bộ phận một cửa.", "officer": "Trần Thu Hà", "contact": "0234 3000 001"})
}

/// What is said of an obligation of so many lines.
pub fn obligation_of(lines: usize) -> Paper {
    Paper::from_data("thong-bao-nghia-vu", obligation(lines)).unwrap()
}

fn sheets() -> Vec<(&'static str, Value)> {
    let sheet = |papers: usize| {
        json!({"agency": "Ủy ban nhân dân phường Thuận Hóa", "code": "1.001193", "name": "Đăng ký khai sinh",
        "level": "Dịch vụ công trực tuyến toàn trình", "who": "Cha, mẹ, ông, bà.", "papers": accepted(papers),
        "time": "Trong ngày làm việc", "fees": ["Miễn phí"], "places": ["Trực tuyến", "Tại quầy"], "result": "Giấy khai sinh",
        "steps": [{"who": "Cán bộ một cửa", "text": "Kiểm tra, tiếp nhận."}, {"who": null, "text": "Trả kết quả."}],
        "long_steps": false, "legal": "60/2014/QH13; 123/2015/NĐ-CP",
        "effective_on": "2026-07-01"})
    };
    vec![
        (
            "xac-nhan-nop",
            json!({"head": head(None), "reference": "MC-7K3Q-9ZTA", "applicant": applicant(), "owner": applicant(),
            "procedure": procedure(), "case": null, "submitted_at": "2026-11-20T20:31:00", "answer_due_at": "2026-11-23T17:00:00",
            "files": [{"document": "Giấy chứng sinh", "name": "anh.jpg", "size": "1,2 MB"}], "fees": [], "next": ["Chờ tiếp nhận."]}),
        ),
        ("xac-nhan-nop", acknowledgement("counter", 2)),
        ("xac-nhan-nop", acknowledgement("post", 0)),
        ("thong-bao-nghia-vu", obligation(1)),
        ("thong-bao-nghia-vu", obligation(20)),
        ("bien-lai", receipt(1)),
        ("bien-lai", receipt(12)),
        (
            "to-khai",
            json!({"title": "Tờ khai đăng ký khai sinh", "reference": "MC-7K3Q-9ZTA", "to": "Ủy ban nhân dân phường Thuận Hóa",
            "sections": [{"title": "Người yêu cầu", "entries": [
                {"kind": "answer", "label": "Họ, chữ đệm, tên", "value": "Nguyễn Văn An"},
                {"kind": "answer", "label": "Thư điện tử", "value": ""},
                {"kind": "table", "label": "Thành viên", "columns": ["Họ và tên", "Quan hệ"], "rows": [["Y Ƀlŏ Niê", "Con"]]}]}],
            "oath": "Tôi cam đoan.", "place": "Huế", "day": "2026-11-21", "declarant": "Nguyễn Văn An", "signed_how": null}),
        ),
        ("to-thu-tuc", sheet(3)),
        ("to-thu-tuc", sheet(24)),
    ]
}

fn results() -> Vec<(&'static str, Value)> {
    let child = json!({"name": "Y Ƀlŏ Niê", "born": "2026-11-02", "born_in_words": "Ngày hai tháng mười một năm hai nghìn không trăm hai mươi sáu",
        "sex": "Nam", "ethnicity": "Ê-đê", "nationality": "Việt Nam", "birth_place": "Bệnh viện Trung ương Huế",
        "home_town": "Phường Thuận Hóa, thành phố Huế", "identity": null});
    let declarant = json!({"name": "H’Hen Niê", "identity": "Căn cước số 046095000033"});
    vec![
        (
            "giay-khai-sinh",
            json!({"head": head(None), "registration": registration(), "child": child,
            "mother": person("H’Hen Niê", "1995", "Ê-đê"), "father": null, "declarant": declarant, "signer": signer()}),
        ),
        (
            "trich-luc-khai-tu",
            json!({"head": head(Some("45/TLKT")), "registration": registration(), "deceased": {"name": "Ksor H'Bơ",
            "born": "1941", "sex": "Nữ", "ethnicity": "Gia-rai", "nationality": "Việt Nam", "identity": null, "last_residence": "Tổ 5",
            "died_at": "05 giờ 20 phút", "died_on": "2026-02-01", "died_in_words": null, "died_place": "Tại nhà", "cause": "Bệnh già"},
            "notice": null, "declarant": declarant, "signer": signer()}),
        ),
        (
            "giay-chung-nhan-ket-hon",
            json!({"head": head(None), "registration": registration(), "wife": person("Trần Thị Bình", "1992-08-20", "Kinh"),
            "husband": person("Y Ƀlŏ Niê", "1990-05-12", "Ê-đê"), "signer": signer()}),
        ),
        (
            "xac-nhan-tinh-trang-hon-nhan",
            json!({"head": head(Some("77/UBND-XNTTHN")), "requester": {"name": "Nguyễn Văn An", "relation": null},
            "person": person("Nguyễn Văn An", "1990-05-12", "Kinh"), "period": null, "status": "Chưa đăng ký kết hôn với ai",
            "purpose": "Kết hôn với bà Trần Thị Bình", "valid_until": "2027-05-21", "signer": signer()}),
        ),
        (
            "van-ban-ket-qua",
            json!({"head": head(Some("231/QĐ-UBND")), "title": "Quyết định", "subject": "Về việc hỗ trợ chi phí mai táng",
            "to": null, "grounds": ["Căn cứ Luật Tổ chức chính quyền địa phương;"], "paragraphs": ["Điều 1. Hỗ trợ.", "Điều 2. Hiệu lực."],
            "facts": [{"label": "Mã hồ sơ", "value": "H57.01.02-261121-0009"}], "closing": null, "recipients": ["Như Điều 2", "Lưu: VT"],
            "signer": signer()}),
        ),
    ]
}

/// Every paper at least once.
pub fn all() -> Vec<Paper> {
    let mut all = vec![
        ("mau-01", appointment("Nguyễn Văn An", 3)),
        ("mau-01", appointment("Y Ƀlŏ Niê", 0)),
        ("mau-01", appointment(&"Tôn Nữ Công Tằng Huyền ".repeat(8), 40)),
    ];
    all.extend(slips());
    all.extend(sheets());
    all.extend(results());
    all.into_iter()
        .map(|(code, data)| Paper::from_data(code, data).unwrap_or_else(|error| panic!("{code}: {error}")))
        .collect()
}

/// Mẫu 01 for a person of this name, with the number of papers.
pub fn slip_for(name: &str, papers: usize) -> Paper {
    Paper::from_data("mau-01", appointment(name, papers)).unwrap()
}
