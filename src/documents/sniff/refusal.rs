//! Why a file is not taken, with the message that tells the person what to do.

use crate::kernel::Lang;

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("file refused: {}", self.code())]
pub enum Refusal {
    /// No bytes at all.
    Empty,
    /// Over [`super::MAX_FILE`].
    TooLarge,
    /// The dossier would hold more than [`super::MAX_DOSSIER`].
    DossierFull,
    /// A program.
    Executable,
    /// A web page.
    Html,
    /// A drawing that can carry scripts.
    Svg,
    /// A script.
    Script,
    /// An Office file with macros or active controls.
    Macro,
    /// An Office file of before 2007, or one under a password: neither can be looked into.
    OldOffice,
    /// An archive or Office file under a password.
    Encrypted,
    /// An archive.
    Archive,
    /// An archive that unpacks to far more than a document can hold.
    Bomb,
    /// Two files in one: something else is hidden in or behind it.
    Polyglot,
    /// A picture of a kind that is not taken.
    OtherImage,
    /// Looks like an allowed kind but is cut off or broken.
    Damaged,
    /// None of the allowed kinds.
    Unknown,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Self; 16] = [
        Self::Empty,
        Self::TooLarge,
        Self::DossierFull,
        Self::Executable,
        Self::Html,
        Self::Svg,
        Self::Script,
        Self::Macro,
        Self::OldOffice,
        Self::Encrypted,
        Self::Archive,
        Self::Bomb,
        Self::Polyglot,
        Self::OtherImage,
        Self::Damaged,
        Self::Unknown,
    ];

    /// Fixed name, for the API's `code` and for logs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too_large",
            Self::DossierFull => "dossier_full",
            Self::Executable => "executable",
            Self::Html => "html",
            Self::Svg => "svg",
            Self::Script => "script",
            Self::Macro => "macro",
            Self::OldOffice => "old_office",
            Self::Encrypted => "encrypted",
            Self::Archive => "archive",
            Self::Bomb => "bomb",
            Self::Polyglot => "polyglot",
            Self::OtherImage => "other_image",
            Self::Damaged => "damaged",
            Self::Unknown => "unknown_kind",
        }
    }

    /// Whether it is the size that is wrong (413) and not the kind (415).
    pub fn is_size(self) -> bool {
        matches!(self, Self::TooLarge | Self::DossierFull)
    }

    /// What went wrong and what to do, for the person who uploaded it.
    pub fn message(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Vi => self.vi(),
            Lang::En => self.en(),
        }
    }

    fn vi(self) -> &'static str {
        match self {
            Self::Empty => "Tệp này trống. Hãy kiểm tra lại rồi chọn tệp khác.",
            Self::TooLarge => {
                "Tệp lớn hơn 20 MB. Hãy chụp hoặc quét lại ở độ phân giải thấp hơn, hoặc chia thành nhiều tệp."
            }
            Self::DossierFull => {
                "Các tệp của hồ sơ cộng lại vượt quá 100 MB. Hãy bỏ bớt tệp không cần hoặc chụp lại nhỏ hơn."
            }
            Self::Executable => {
                "Tệp này là một chương trình, không phải giấy tờ. Hãy chọn tệp PDF hoặc ảnh chụp giấy tờ."
            }
            Self::Html => "Tệp này là một trang web. Hãy in trang ra PDF rồi tải tệp PDF lên.",
            Self::Svg => "Không nhận tệp SVG. Hãy lưu lại thành PDF, JPEG hoặc PNG.",
            Self::Script => "Tệp này là một đoạn mã lệnh, không phải giấy tờ. Hãy chọn tệp PDF hoặc ảnh chụp giấy tờ.",
            Self::Macro => "Tệp Word hoặc Excel này có macro. Hãy lưu lại thành DOCX, XLSX không có macro, hoặc PDF.",
            Self::OldOffice => {
                "Tệp Word, Excel đời cũ (DOC, XLS) hoặc tệp đang đặt mật khẩu. Hãy bỏ mật khẩu và lưu lại thành DOCX, XLSX hoặc PDF."
            }
            Self::Encrypted => "Tệp đang đặt mật khẩu nên cán bộ không mở được. Hãy bỏ mật khẩu rồi tải lại.",
            Self::Archive => "Không nhận tệp nén (ZIP, RAR, 7Z). Hãy giải nén rồi tải từng tệp lên.",
            Self::Bomb => "Tệp này bung ra lớn bất thường nên không được nhận. Hãy lưu lại thành PDF.",
            Self::Polyglot => {
                "Trong tệp này có lẫn một tệp khác nên không được nhận. Hãy xuất lại thành PDF hoặc ảnh mới."
            }
            Self::OtherImage => "Không nhận loại ảnh này. Hãy dùng JPEG, PNG, HEIC hoặc PDF.",
            Self::Damaged => "Tệp bị hỏng hoặc tải lên chưa hết. Hãy mở thử trên máy rồi tải lại.",
            Self::Unknown => "Không nhận loại tệp này. Hãy dùng PDF, JPEG, PNG, HEIC, DOCX hoặc XLSX.",
        }
    }

    fn en(self) -> &'static str {
        match self {
            Self::Empty => "This file is empty. Please check it and choose another one.",
            Self::TooLarge => {
                "The file is larger than 20 MB. Scan or photograph it at a lower resolution, or split it into several files."
            }
            Self::DossierFull => {
                "Together the files of this dossier exceed 100 MB. Remove what is not needed or make smaller pictures."
            }
            Self::Executable => "This file is a program, not a paper. Please choose a PDF or a photo of the paper.",
            Self::Html => "This file is a web page. Print it to PDF and upload the PDF.",
            Self::Svg => "SVG files are not accepted. Save it as PDF, JPEG or PNG.",
            Self::Script => "This file is a script, not a paper. Please choose a PDF or a photo of the paper.",
            Self::Macro => {
                "This Word or Excel file contains macros. Save it as DOCX or XLSX without macros, or as PDF."
            }
            Self::OldOffice => {
                "This is an old Word or Excel file (DOC, XLS) or one with a password. Remove the password and save it as DOCX, XLSX or PDF."
            }
            Self::Encrypted => {
                "The file has a password, so officers cannot open it. Remove the password and upload it again."
            }
            Self::Archive => {
                "Compressed files (ZIP, RAR, 7Z) are not accepted. Unpack it and upload the files one by one."
            }
            Self::Bomb => "This file unpacks to an unusual size and is not accepted. Save it as PDF.",
            Self::Polyglot => {
                "Another file is hidden in this one, so it is not accepted. Export it again as a new PDF or picture."
            }
            Self::OtherImage => "This kind of picture is not accepted. Use JPEG, PNG, HEIC or PDF.",
            Self::Damaged => {
                "The file is damaged or was not uploaded completely. Try to open it on your device, then upload it again."
            }
            Self::Unknown => "This kind of file is not accepted. Use PDF, JPEG, PNG, HEIC, DOCX or XLSX.",
        }
    }
}
