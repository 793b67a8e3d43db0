//! What a person is told about a fault: plain, kind, and saying what to do.

use super::error::{Code, FieldError};
use super::field::Widget;
use crate::kernel::Lang;
use crate::kernel::national::UNKNOWN_PLACE;

impl FieldError {
    /// The message at the field, in the reader's language.
    pub fn message(&self, lang: Lang) -> String {
        let fixed = match lang {
            Lang::Vi => fixed_vi(self.code),
            Lang::En => fixed_en(self.code),
        };
        if !fixed.is_empty() {
            return fixed.to_owned();
        }
        match lang {
            Lang::Vi => self.vi(),
            Lang::En => self.en(),
        }
    }

    fn vi(&self) -> String {
        let limit = self.param("limit");
        let label = quoted(self.label.get(Lang::Vi), "mục này");
        let other = quoted(self.other.get(Lang::Vi), "mục liên quan");
        match self.code {
            Code::Required => match self.widget {
                Some(Widget::Select | Widget::Radio | Widget::Combobox | Widget::YesNo) => {
                    format!("Vui lòng chọn {label}.")
                }
                Some(Widget::Checkboxes) => format!("Vui lòng chọn ít nhất một mục ở {label}."),
                Some(Widget::Agree | Widget::Checkbox) => "Vui lòng đánh dấu vào ô này để tiếp tục.".to_owned(),
                Some(Widget::List) => format!("Vui lòng thêm ít nhất một dòng vào {label}."),
                Some(Widget::Photo) => format!("Vui lòng tải lên {label}."),
                Some(Widget::Province) => "Vui lòng chọn tỉnh hoặc thành phố.".to_owned(),
                Some(Widget::Commune) => "Vui lòng chọn xã, phường hoặc đặc khu.".to_owned(),
                _ => format!("Vui lòng nhập {label}."),
            },
            Code::TooLong => {
                format!("Nội dung dài quá {limit} ký tự (đang có {}). Vui lòng viết ngắn lại.", self.param("length"))
            }
            Code::TooShort => format!("Vui lòng nhập ít nhất {limit} ký tự."),
            Code::Pattern => match self.hint.get(Lang::Vi) {
                "" => format!("{} chưa đúng mẫu quy định. Vui lòng kiểm tra lại.", label_first(&label)),
                hint => hint.to_owned(),
            },
            Code::Minimum => format!("Vui lòng nhập số từ {limit} trở lên."),
            Code::Maximum => format!("Vui lòng nhập số không lớn hơn {limit}."),
            Code::Above => format!("Vui lòng nhập số lớn hơn {limit}."),
            Code::Below => format!("Vui lòng nhập số nhỏ hơn {limit}."),
            Code::MultipleOf => format!("Vui lòng nhập số chia hết cho {limit}."),
            Code::TooFew => format!("Cần ít nhất {limit} dòng. Vui lòng thêm cho đủ."),
            Code::TooMany => format!("Chỉ được có nhiều nhất {limit} dòng. Vui lòng bỏ bớt."),
            Code::Ambiguous => {
                format!("Có nhiều nơi tên «{}». Vui lòng chọn một trong các gợi ý.", self.param("typed"))
            }
            Code::IdentitySex if self.other.vi.is_empty() => format!(
                "Số định danh này là của người giới tính {}; mục này cần số của người giới tính {}. Vui lòng kiểm tra lại.",
                if self.param("sex") == "male" { "nam" } else { "nữ" },
                if self.param("sex") == "male" { "nữ" } else { "nam" }
            ),
            Code::IdentitySex => format!(
                "Số định danh này là của người giới tính {}, khác với {other} đã khai. Vui lòng kiểm tra lại cả hai mục.",
                if self.param("sex") == "male" { "nam" } else { "nữ" }
            ),
            Code::IdentityBirth => format!(
                "Số định danh này là của người sinh năm {}, khác với {other} đã khai. Vui lòng kiểm tra lại cả hai mục.",
                self.param("year").replace('.', "")
            ),
            Code::Before => format!("Ngày này phải bằng hoặc sau {other}. Vui lòng kiểm tra lại cả hai ngày."),
            Code::After => format!("Ngày này phải bằng hoặc trước {other}. Vui lòng kiểm tra lại cả hai ngày."),
            Code::TooYoung => format!("Người khai ở mục này phải đủ {} tuổi trở lên.", self.param("years")),
            Code::TooFar => format!("Ngày này không được cách {other} quá {} năm.", self.param("years")),
            Code::Same => format!("Mục này không được trùng với {other}."),
            Code::Type => {
                format!("{} chưa đúng kiểu dữ liệu ({}).", label_first(&label), expected_vi(&self.param("expected")))
            }
            _ => "Vui lòng kiểm tra lại mục này.".to_owned(),
        }
    }

    fn en(&self) -> String {
        let limit = self.param("limit");
        let label = quoted_en(self.label.get(Lang::En), "this field");
        let other = quoted_en(self.other.get(Lang::En), "the related field");
        match self.code {
            Code::Required => match self.widget {
                Some(Widget::Select | Widget::Radio | Widget::Combobox | Widget::YesNo) => format!("Choose {label}."),
                Some(Widget::Checkboxes) => format!("Choose at least one option of {label}."),
                Some(Widget::Agree | Widget::Checkbox) => "Tick this box to continue.".to_owned(),
                Some(Widget::List) => format!("Add at least one row to {label}."),
                Some(Widget::Photo) => format!("Upload {label}."),
                Some(Widget::Province) => "Choose a province or city.".to_owned(),
                Some(Widget::Commune) => "Choose a commune, ward or special zone.".to_owned(),
                _ => format!("Enter {label}."),
            },
            Code::TooLong => {
                format!("This text has {} characters; at most {limit} are allowed. Shorten it.", self.param("length"))
            }
            Code::TooShort => format!("Enter at least {limit} characters."),
            Code::Pattern => match self.hint.get(Lang::En) {
                "" => format!("{} is not in the required form. Check it.", label_first(&label)),
                hint => hint.to_owned(),
            },
            Code::Minimum => format!("Enter a number of {limit} or more."),
            Code::Maximum => format!("Enter a number of at most {limit}."),
            Code::Above => format!("Enter a number greater than {limit}."),
            Code::Below => format!("Enter a number less than {limit}."),
            Code::MultipleOf => format!("Enter a multiple of {limit}."),
            Code::TooFew => format!("At least {limit} rows are needed. Add the missing ones."),
            Code::TooMany => format!("At most {limit} rows are allowed. Remove some."),
            Code::Ambiguous => {
                format!("Several places are called “{}”. Choose one of the suggestions.", self.param("typed"))
            }
            Code::IdentitySex if self.other.vi.is_empty() => format!(
                "This identity number belongs to a {} person; here the number of a {} person is needed. Check it.",
                if self.param("sex") == "male" { "male" } else { "female" },
                if self.param("sex") == "male" { "female" } else { "male" }
            ),
            Code::IdentitySex => format!(
                "This identity number belongs to a {} person, unlike {other}. Check both.",
                if self.param("sex") == "male" { "male" } else { "female" }
            ),
            Code::IdentityBirth => format!(
                "This identity number belongs to a person born in {}, unlike {other}. Check both.",
                self.param("year").replace('.', "")
            ),
            Code::Before => format!("This date must not be before {other}. Check both dates."),
            Code::After => format!("This date must not be after {other}. Check both dates."),
            Code::TooYoung => format!("The person must be at least {} years old.", self.param("years")),
            Code::TooFar => format!("This date must be within {} years of {other}.", self.param("years")),
            Code::Same => format!("This must differ from {other}."),
            Code::Type => {
                format!("{} has the wrong type; {} is expected.", label_first(&label), self.param("expected"))
            }
            _ => "Check this field.".to_owned(),
        }
    }
}

fn quoted(label: &str, otherwise: &str) -> String {
    if label.is_empty() { otherwise.to_owned() } else { format!("«{label}»") }
}

fn quoted_en(label: &str, otherwise: &str) -> String {
    if label.is_empty() { otherwise.to_owned() } else { format!("“{label}”") }
}

/// A label at the beginning of a sentence.
fn label_first(label: &str) -> String {
    let mut chars = label.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn expected_vi(json_type: &str) -> &'static str {
    match json_type {
        "string" => "cần là chữ",
        "integer" => "cần là số nguyên",
        "number" => "cần là số",
        "boolean" => "cần là có hoặc không",
        "array" => "cần là danh sách",
        _ => "cần là nhóm thông tin",
    }
}

/// Messages that need no parameters.
fn fixed_vi(code: Code) -> &'static str {
    match code {
        Code::Unknown => "Biểu mẫu không có mục này.",
        Code::Date => "Vui lòng nhập ngày có thật theo dạng ngày/tháng/năm, ví dụ 15/03/1990.",
        Code::PartialDate => {
            "Vui lòng nhập ngày/tháng/năm, tháng/năm hoặc chỉ năm, ví dụ 15/03/1960, 03/1960 hoặc 1960."
        }
        Code::Time => "Vui lòng nhập giờ theo dạng giờ:phút, ví dụ 08:30.",
        Code::DateTime => "Vui lòng nhập ngày và giờ, ví dụ 15/03/2026 08:30.",
        Code::Email => "Địa chỉ thư điện tử có dạng ten@vidu.vn. Vui lòng kiểm tra lại.",
        Code::PersonName => {
            "Họ tên chỉ gồm chữ cái, dấu cách, dấu nháy và dấu gạch nối, ví dụ Nguyễn Văn An hoặc H'Bơ Niê."
        }
        Code::VnIdentity => "Số định danh cá nhân gồm 12 chữ số, ví dụ 079203001234.",
        Code::VnIdentityAny => {
            "Vui lòng nhập số định danh cá nhân (12 chữ số), số chứng minh nhân dân cũ (9 chữ số) hoặc số hộ chiếu (ví dụ C1234567)."
        }
        Code::IdentityPlace => UNKNOWN_PLACE.0,
        Code::VnTaxCode => {
            "Mã số thuế gồm 10 chữ số, có thể thêm 3 số của chi nhánh (0100109106-001), hoặc là số định danh 12 chữ số."
        }
        Code::VnPhone => "Số điện thoại gồm 10 chữ số và bắt đầu bằng số 0, ví dụ 0912 345 678.",
        Code::VnCommune => "Không tìm thấy xã, phường hoặc đặc khu này. Vui lòng chọn trong danh sách.",
        Code::VnProvince => "Không tìm thấy tỉnh hoặc thành phố này. Vui lòng chọn trong danh sách.",
        Code::VnMoney => "Vui lòng nhập số tiền bằng đồng, không có số lẻ, ví dụ 1.500.000.",
        Code::Cas => "Số CAS có dạng 7732-18-5 với chữ số cuối là số kiểm tra. Vui lòng kiểm tra lại.",
        Code::Attachment => "Tệp này chưa được tải lên. Vui lòng tải lên lại.",
        Code::Integer => "Vui lòng nhập số nguyên, ví dụ 2.",
        Code::Decimal => "Vui lòng nhập số, phần lẻ sau dấu phẩy, ví dụ 12,5.",
        Code::Enum | Code::List => "Lựa chọn này không có trong danh sách. Vui lòng chọn lại.",
        Code::Const => "Vui lòng đánh dấu vào ô này để tiếp tục.",
        Code::Duplicate => "Có dòng bị trùng. Vui lòng bỏ bớt dòng trùng.",
        Code::CommuneElsewhere => "Xã, phường này không thuộc tỉnh, thành phố đã chọn. Vui lòng chọn lại.",
        Code::Future => "Ngày này còn ở tương lai. Vui lòng kiểm tra lại ngày, tháng, năm.",
        Code::Characters => "Có ký tự ẩn hoặc xuống dòng không dùng được ở đây. Vui lòng xóa đi và gõ lại.",
        Code::Encoding => "Có ký tự bị lỗi phông chữ (bảng mã). Vui lòng gõ lại bằng bộ gõ Unicode.",
        Code::Emoji => {
            "Tờ khai không in được biểu tượng cảm xúc và ký hiệu hình. Vui lòng chỉ dùng chữ, số và dấu câu."
        }
        Code::Markup => {
            "Nội dung có đoạn giống mã lệnh (dấu < liền với chữ). Vui lòng bỏ đi hoặc thêm dấu cách sau dấu <."
        }
        Code::TooDeep => "Dữ liệu gửi lên lồng nhau quá sâu.",
        Code::TooLarge => "Dữ liệu gửi lên quá lớn. Vui lòng viết ngắn lại hoặc đính kèm tệp.",
        Code::Condition => "Các mục đã khai chưa khớp với nhau. Vui lòng kiểm tra lại.",
        _ => "",
    }
}

fn fixed_en(code: Code) -> &'static str {
    match code {
        Code::Unknown => "The form has no such field.",
        Code::Date => "Enter a real date as day/month/year, for example 15/03/1990.",
        Code::PartialDate => {
            "Enter day/month/year, month/year or the year alone, for example 15/03/1960, 03/1960 or 1960."
        }
        Code::Time => "Enter a time as hours:minutes, for example 08:30.",
        Code::DateTime => "Enter date and time, for example 15/03/2026 08:30.",
        Code::Email => "An e-mail address looks like name@example.vn. Check it.",
        Code::PersonName => {
            "A name has only letters, spaces, apostrophes and hyphens, for example Nguyễn Văn An or H'Bơ Niê."
        }
        Code::VnIdentity => "A personal identity number has 12 digits, for example 079203001234.",
        Code::VnIdentityAny => {
            "Enter an identity number (12 digits), an old identity card number (9 digits) or a passport number (for example C1234567)."
        }
        Code::IdentityPlace => UNKNOWN_PLACE.1,
        Code::VnTaxCode => {
            "A tax code has 10 digits, perhaps with 3 for a branch (0100109106-001), or is a 12-digit identity number."
        }
        Code::VnPhone => "A phone number has 10 digits and begins with 0, for example 0912 345 678.",
        Code::VnCommune => "There is no such commune, ward or special zone. Choose one from the list.",
        Code::VnProvince => "There is no such province or city. Choose one from the list.",
        Code::VnMoney => "Enter an amount in whole đồng, for example 1.500.000.",
        Code::Cas => "A CAS number looks like 7732-18-5; its last digit is a check digit. Check it.",
        Code::Attachment => "This file has not been uploaded. Upload it again.",
        Code::Integer => "Enter a whole number, for example 2.",
        Code::Decimal => "Enter a number with a decimal comma, for example 12,5.",
        Code::Enum | Code::List => "This option is not in the list. Choose again.",
        Code::Const => "Tick this box to continue.",
        Code::Duplicate => "Some rows are the same. Remove the repeated ones.",
        Code::CommuneElsewhere => "This commune is not in the chosen province. Choose again.",
        Code::Future => "This date is in the future. Check day, month and year.",
        Code::Characters => {
            "There are hidden characters or line breaks that cannot be used here. Delete them and type again."
        }
        Code::Encoding => "Some characters are damaged (wrong encoding). Type them again.",
        Code::Emoji => {
            "Emoji and pictographs cannot be printed on a declaration. Use letters, digits and punctuation only."
        }
        Code::Markup => {
            "Part of the text looks like code (a < right before a letter). Remove it or put a space after <."
        }
        Code::TooDeep => "The data is nested too deeply.",
        Code::TooLarge => "The data is too large. Shorten it or attach a file.",
        Code::Condition => "The answers do not fit together. Check them.",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_message_in_both_languages() {
        for code in Code::ALL {
            let error = FieldError::nowhere("/a/b", *code).with("limit", 3).with("expected", "string");
            for lang in [Lang::Vi, Lang::En] {
                let message = error.message(lang);
                assert!(message.ends_with('.') && message.len() > 10, "{code:?}: {message}");
                let generic = ["Vui lòng kiểm tra lại mục này.", "Check this field."];
                assert!(!generic.contains(&message.as_str()), "{code:?} has no message of its own");
            }
        }
    }
}
