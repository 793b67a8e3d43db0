//! The catalogue and one procedure.

use super::parts::{Choice, FilterGroup, FilterItem, Hidden, Link, Paging};
use crate::kernel::Vnd;
use crate::templating::Page;

/// `/thu-tuc`
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Catalogue {
    pub query: String,
    pub filters: Vec<FilterGroup>,
    /// Filters in force; the link leaves it out.
    pub active: Vec<Link>,
    /// The same as hidden fields, so that a new search keeps them: (name, value).
    pub keep: Vec<Hidden>,
    pub results: Vec<Hit>,
    pub paging: Paging,
    /// When nothing was found: the nearest services.
    pub nearest: Vec<Link>,
}

/// A procedure in the results.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Hit {
    pub code: String,
    /// The name in pieces, so that what matched can be marked.
    pub name: Vec<Piece>,
    pub href: String,
    pub field: String,
    /// `full`, `partial` or `info`.
    pub level: String,
    /// Who decides, such as `Cấp xã`.
    pub agency_level: String,
    pub fee: Option<String>,
    pub time: Option<String>,
    /// Why it was found, where the name does not show it.
    pub why: Option<String>,
}

/// A piece of a name.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Piece {
    pub text: String,
    pub hit: bool,
}

impl Page for Catalogue {
    const TEMPLATE: &'static str = "public/catalogue.html";

    fn samples() -> Vec<Self> {
        let hit = |code: &str, before: &str, mark: &str, level: &str, why: Option<&str>| Hit {
            code: code.into(),
            name: vec![Piece { text: before.into(), hit: false }, Piece { text: mark.into(), hit: true }],
            href: format!("/thu-tuc/{code}"),
            field: "Hộ tịch".into(),
            level: level.into(),
            agency_level: "Cấp xã".into(),
            fee: Some("Miễn phí".into()),
            time: Some("Trong ngày".into()),
            why: why.map(str::to_owned),
        };
        let item = |label: &str, count, current| FilterItem {
            label: label.into(),
            href: "/thu-tuc?q=khai+sinh&linh-vuc=ho-tich".into(),
            count,
            current,
        };
        let group = |title: &str, open, items| FilterGroup { title: title.into(), open, items };
        let found = Self {
            query: "khai sinh".into(),
            filters: vec![
                group("Lĩnh vực", true, vec![item("Hộ tịch", 36, true), item("Cư trú", 4, false)]),
                group("Mức độ trực tuyến", true, vec![item("Toàn trình", 21, false), item("Một phần", 9, false)]),
                group("Sự kiện trong đời", false, vec![item("Có con nhỏ", 7, false)]),
            ],
            active: vec![Link::new("Hộ tịch", "/thu-tuc?q=khai+sinh")],
            keep: vec![Hidden { name: "linh-vuc".into(), value: "ho-tich".into() }],
            results: vec![
                hit("1.001193", "Đăng ký ", "khai sinh", "full", None),
                hit("1.004884", "Đăng ký lại ", "khai sinh", "partial", None),
                hit("1.000419", "Đăng ký khai tử", "", "info", Some("Có trong giấy tờ cần nộp: Giấy khai sinh")),
            ],
            paging: Paging { prev: None, next: Some("/thu-tuc?trang=2".into()), shown: 20, total: Some(36) },
            nearest: Vec::new(),
        };
        let none = Self {
            query: "xây nhà trên mây".into(),
            nearest: vec![Link::new("Cấp giấy phép xây dựng nhà ở riêng lẻ", "/thu-tuc/1.009994")],
            ..Self::default()
        };
        vec![found, none, Self::default()]
    }
}

/// `/thu-tuc/{code}`; the same data makes the sheet for printing.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Procedure {
    pub code: String,
    pub name: String,
    pub field: Link,
    /// `full`, `partial` or `info`.
    pub level: String,
    /// Why it is not wholly online.
    pub partial_reason: Option<String>,
    /// For whom.
    pub audience: Vec<String>,
    pub fee: String,
    pub time: String,
    /// Who decides and where to go.
    pub place: String,
    /// What really happened in the last 30 days.
    pub usual: Option<Usual>,
    pub cases: Vec<Case>,
    /// Two or three questions from which the papers follow; sent back by GET.
    pub questions: Vec<Question>,
    pub papers: Vec<Paper>,
    pub fees: Vec<Fee>,
    pub limits: Vec<Limit>,
    pub steps: Vec<Step>,
    pub conditions: Vec<String>,
    pub results: Vec<String>,
    pub legal: Vec<String>,
    pub related: Vec<Link>,
    /// Where filing begins; none where it cannot be filed online.
    pub begin: Option<String>,
    /// Why it cannot begin now (outside its filing window, papers only at the counter).
    pub begin_note: Option<String>,
    /// Address of the printed sheet.
    pub sheet: String,
    /// The same in big type, as PDF.
    pub sheet_pdf: String,
    /// The page's full address, for the sheet's QR code.
    pub url: String,
    /// `dd/MM/yyyy` of the revision.
    pub updated: String,
}

/// How long it usually takes, in working minutes.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Usual {
    pub median: i64,
    /// Nine of ten are done within this.
    pub p90: i64,
    pub count: i64,
}

/// A case of the procedure (trường hợp giải quyết).
#[derive(Clone, Debug, serde::Serialize)]
pub struct Case {
    pub label: String,
    pub href: String,
    pub current: bool,
}

/// A question whose answer decides about papers.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Question {
    pub name: String,
    pub label: String,
    pub options: Vec<Choice>,
    pub value: Option<String>,
}

/// A required paper.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Paper {
    pub name: String,
    /// `attach` or `show`.
    pub how: String,
    pub required: bool,
    /// When it is needed.
    pub condition: Option<String>,
    pub originals: u32,
    pub copies: u32,
    /// What stands in for it, such as a register.
    pub instead: Option<String>,
    pub sample: Option<Link>,
}

/// A fee by channel.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Fee {
    pub name: String,
    pub online: Option<Vnd>,
    pub counter: Option<Vnd>,
    pub note: Option<String>,
}

/// A time limit by case or channel.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Limit {
    pub what: String,
    pub text: String,
}

/// A step and who takes it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Step {
    pub who: String,
    pub text: String,
}

impl Procedure {
    fn sample() -> Self {
        let paper = |name: &str, how: &str, required, condition: Option<&str>, instead: Option<&str>| Paper {
            name: name.into(),
            how: how.into(),
            required,
            condition: condition.map(str::to_owned),
            originals: 1,
            copies: 0,
            instead: instead.map(str::to_owned),
            sample: None,
        };
        let case = |label: &str, current| Case { label: label.into(), href: "?truong-hop=a".into(), current };
        let step = |who: &str, text: &str| Step { who: who.into(), text: text.into() };
        Self {
            code: "1.001193".into(),
            name: "Thủ tục đăng ký khai sinh".into(),
            field: Link::new("Hộ tịch", "/thu-tuc?linh-vuc=ho-tich"),
            level: "full".into(),
            partial_reason: None,
            audience: vec!["Công dân Việt Nam".into(), "Người Việt Nam định cư ở nước ngoài".into()],
            fee: "Miễn phí".into(),
            time: "Trong ngày làm việc".into(),
            place: "UBND cấp xã nơi cư trú của cha hoặc mẹ".into(),
            usual: Some(Usual { median: 190, p90: 460, count: 128 }),
            cases: vec![case("Khai sinh trong nước", true), case("Trẻ bị bỏ rơi", false)],
            questions: vec![Question {
                name: "uy-quyen".into(),
                label: "Ai đi nộp?".into(),
                options: vec![Choice::new("khong", "Cha hoặc mẹ"), Choice::new("co", "Người được ủy quyền")],
                value: Some("khong".into()),
            }],
            papers: vec![
                Paper {
                    sample: Some(Link::new("Xem mẫu", "/mau/giay-chung-sinh.pdf")),
                    ..paper("Giấy chứng sinh", "attach", true, None, Some("dữ liệu điện tử có ký số"))
                },
                paper("Văn bản ủy quyền", "attach", false, Some("nộp thay theo ủy quyền"), None),
                paper("Giấy tờ tùy thân", "show", true, None, Some("CSDLQG về dân cư")),
            ],
            fees: vec![
                Fee { name: "Lệ phí đăng ký".into(), online: Some(Vnd(0)), counter: Some(Vnd(0)), note: None },
                Fee {
                    name: "Bản sao Giấy khai sinh".into(),
                    online: Some(Vnd(8_000)),
                    counter: None,
                    note: Some("mỗi bản, theo 281/2016/TT-BTC".into()),
                },
            ],
            limits: vec![Limit {
                what: "Xác minh tình trạng hôn nhân".into(), text: "3 ngày làm việc".into()
            }],
            steps: vec![
                step("Trung tâm Phục vụ hành chính công", "Kiểm tra hồ sơ, tiếp nhận và hẹn trả."),
                step("Công chức tư pháp - hộ tịch", "Thẩm tra, ghi Sổ đăng ký khai sinh."),
            ],
            conditions: vec!["Trong 60 ngày kể từ ngày sinh con, cha hoặc mẹ có trách nhiệm đăng ký.".into()],
            results: vec!["Giấy khai sinh".into()],
            legal: vec!["60/2014/QH13".into(), "123/2015/NĐ-CP".into()],
            related: vec![Link::new("Đăng ký lại khai sinh", "/thu-tuc/1.004884")],
            begin: Some("/nop-ho-so/1.001193".into()),
            begin_note: None,
            sheet: "/thu-tuc/1.001193/in".into(),
            sheet_pdf: "/thu-tuc/1.001193/in.pdf".into(),
            url: "https://motcua.invalid/thu-tuc/1.001193".into(),
            updated: "21/11/2026".into(),
        }
    }
}

impl Procedure {
    /// About how many letters stand on the sheet.
    fn letters_of_sheet(&self) -> usize {
        let count = |text: &String| text.chars().count();
        let some = |text: &Option<String>| text.as_ref().map_or(0, count);
        // What is told of every paper beside its name and condition, and a line begun for it.
        let papers = self.papers.iter().map(|p| count(&p.name) + some(&p.condition) + some(&p.instead) + 40);
        let fees = self.fees.iter().map(|fee| count(&fee.name) + some(&fee.note) + 40);
        let limits = self.limits.iter().map(|limit| count(&limit.what) + count(&limit.text));
        let steps = self.steps.iter().map(|step| count(&step.who) + count(&step.text));
        let rest = self.legal.iter().chain(&self.results).chain([&self.place]).map(count);
        papers.chain(fees).chain(limits).chain(steps).chain(rest).sum()
    }
}

impl Page for Procedure {
    const TEMPLATE: &'static str = "public/procedure.html";

    fn samples() -> Vec<Self> {
        let full = Self::sample();
        let partial = Self {
            level: "partial".into(),
            partial_reason: Some("Người nộp phải đến lấy dấu vân tay.".into()),
            begin_note: Some("Bản chính đối chiếu tại quầy khi nhận kết quả.".into()),
            usual: None,
            cases: Vec::new(),
            questions: Vec::new(),
            ..full.clone()
        };
        let info = Self {
            level: "info".into(),
            begin: None,
            papers: Vec::new(),
            fees: Vec::new(),
            limits: Vec::new(),
            steps: Vec::new(),
            conditions: Vec::new(),
            results: Vec::new(),
            legal: Vec::new(),
            related: Vec::new(),
            audience: Vec::new(),
            ..partial.clone()
        };
        vec![full, partial, info]
    }
}

/// `/thu-tuc/{code}/in`: one A4 page in big type with a QR code.
#[derive(Clone, Debug, serde::Serialize)]
pub struct ProcedureSheet {
    #[serde(flatten)]
    pub procedure: Procedure,
    /// The steps are too long for a page, so they are none here.
    pub long_steps: bool,
    /// Size of the type in print, from `xl` to `xxs`.
    pub size: &'static str,
}

impl ProcedureSheet {
    /// The sheet of a procedure, in type as big as one page of its texts allows.
    pub fn new(procedure: Procedure, long_steps: bool) -> Self {
        let size = match procedure.letters_of_sheet() {
            0..=1_100 => "xl",
            1_101..=1_300 => "l",
            1_301..=1_400 => "m",
            1_401..=1_900 => "s",
            1_901..=3_000 => "xs",
            _ => "xxs",
        };
        Self { procedure, long_steps, size }
    }
}

impl Page for ProcedureSheet {
    const TEMPLATE: &'static str = "public/procedure_sheet.html";

    fn samples() -> Vec<Self> {
        Procedure::samples()
            .into_iter()
            .flat_map(|one| [false, true].map(|long| Self::new(one.clone(), long)))
            .collect()
    }
}
